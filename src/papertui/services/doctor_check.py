"""One line of `papertui doctor`."""

from __future__ import annotations

from typing import NamedTuple

from papertui.domain.gate import one_line

OK, WARN, FAIL = "ok", "warn", "FAIL"


class Check(NamedTuple):
    """What was looked at and what was found."""

    state: str
    """`ok`, `warn` (it works, though something is odd) or `FAIL` (it does not)."""
    what: str
    """One word: `library`."""
    told: str
    """What was found and, where something is wrong, what to do."""

    @property
    def line(self) -> str:
        """As printed: in columns, and nothing in it that a terminal would obey."""
        return f"{self.state:<5}{self.what:<11}{one_line(self.told, 1_000)}"


def ok(what: str, told: str) -> Check:
    """All is well."""
    return Check(OK, what, told)


def warn(what: str, told: str) -> Check:
    """Worth knowing."""
    return Check(WARN, what, told)


def fail(what: str, told: str) -> Check:
    """Broken."""
    return Check(FAIL, what, told)


def size_text(count: float) -> str:
    """Bytes as a person reads them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1_000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1_000
    raise AssertionError

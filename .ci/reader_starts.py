"""Start a command that ends in the reader, as a person at a terminal would: wait for its screen, press q, ask for exit 0.

    python .ci/reader_starts.py [--expect REGEX] [--within SECONDS] -- COMMAND ARGUMENT...

Runs COMMAND under a pseudo-terminal of 120x40 (TERM=xterm-256color), so that it works where there is no terminal and
no stdin. "Its screen" is text on the alternate screen that matches REGEX. Exit 0 where it came and the command ended
with 0 after `q`; else 1, with what was on the terminal. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence

COLUMNS, ROWS = 120, 40
ALTERNATE_SCREEN = b"\x1b[?1049h"
SYNC_QUESTION, SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
SECONDS_TO_QUIT = 20.0
SECONDS_OF_QUIET = 0.5
"""How long the screen has to stand still before the key: a person presses nothing while it is being drawn."""

_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")


def plain(data: bytes) -> str:
    """What was written, without escape sequences; blanks stand for moves of the cursor."""
    return re.sub(r"\s+", " ", _ESCAPES.sub(b" ", data).decode("utf-8", "replace"))


class Child:
    """A command on a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.seen = b""
        self._code: int | None = None
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
                os.execvpe(command[0], list(command), dict(environment))  # noqa: S606  # no shell: the caller names one where it wants it
            except OSError as error:
                os.write(2, f"{command[0]}: {error.strerror}\n".encode())
            finally:
                os._exit(127)

    def read(self, seconds: float) -> bool:
        """Take in what comes within `seconds`; False where nothing did."""
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        asked = self.seen.count(SYNC_QUESTION)
        self.seen += data
        if self.seen.count(SYNC_QUESTION) > asked:
            self.write(SYNC_ANSWER)
        return bool(data)

    def write(self, data: bytes) -> None:
        """Type."""
        os.write(self._terminal, data)

    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def end(self) -> None:
        """End it by force, with what it started."""
        if self.code() is None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)


def shown(child: Child, expect: re.Pattern[str]) -> bool:
    """Whether the alternate screen is on and holds what is expected."""
    _, entered, after = child.seen.partition(ALTERNATE_SCREEN)
    return bool(entered) and expect.search(plain(after)) is not None


def fault(child: Child, expect: re.Pattern[str], within: float) -> str | None:
    """Go through start, screen, `q` and end; what went wrong, None where nothing did."""
    limit = time.monotonic() + within
    while not shown(child, expect):
        child.read(0.2)
        if (code := child.code()) is not None:
            return f"it ended with {code} before its screen came"
        if time.monotonic() > limit:
            return f"no screen matching {expect.pattern!r} within {within:.0f} s"
    while child.read(SECONDS_OF_QUIET) and time.monotonic() < limit:
        pass
    child.write(b"q")
    limit = time.monotonic() + SECONDS_TO_QUIT
    while (code := child.code()) is None:
        child.read(0.2)  # an unread terminal would block it
        if time.monotonic() > limit:
            return f"it did not end within {SECONDS_TO_QUIT:.0f} s of q"
    return None if code == 0 else f"it ended with {code} after q"


def main() -> int:
    """Run, report, clean up."""
    parser = argparse.ArgumentParser(description="Start a command that ends in the reader; press q; ask for exit 0.")
    parser.add_argument("--expect", default=r"\S.{20,}", help="what the screen has to show (regular expression)")
    parser.add_argument("--within", type=float, default=60.0, help="seconds until the screen")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    started = time.monotonic()
    child = Child(given.command, os.environ | {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)})
    try:
        wrong = fault(child, re.compile(given.expect), given.within)
    finally:
        child.end()
    if wrong:
        sys.stderr.write(f"{' '.join(given.command)}: {wrong}. On the terminal:\n{plain(child.seen)[-3000:]}\n")
        return 1
    sys.stdout.write(f"the reader came up and went away in {time.monotonic() - started:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

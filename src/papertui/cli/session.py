"""From parsed arguments to a session, and the voice on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from papertui.clock import now
from papertui.config import load_settings
from papertui.domain.gate import MAX_SAID, one_line
from papertui.paths import Paths
from papertui.services.session import Session

if TYPE_CHECKING:
    import argparse
    from types import SimpleNamespace

    from papertui.services.events import Event, Failed, Fetched, Progress, Scored


@contextmanager
def opened(arguments: argparse.Namespace | SimpleNamespace) -> Iterator[Session]:
    """The session that the arguments ask for; `--demo` gives one in a home that is thrown away at the end."""
    if arguments.demo:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="papertui-demo-") as home:
            yield _session(arguments, home, demo=True)
    else:
        yield _session(arguments, arguments.home, demo=False)


def _session(arguments: argparse.Namespace | SimpleNamespace, home: str | None, *, demo: bool) -> Session:
    env = os.environ
    paths = Paths.find(home, env)
    flags = {"profile": arguments.profile_name} if arguments.profile_name else {}
    session = Session(paths, load_settings(paths.config_file, env, flags), lambda: now(env), env, demo, Voice(arguments).say)
    if demo:
        from papertui.services.demo import fill

        fill(session)
    return session


class Voice:
    """What is said on stderr: progress on a terminal only, warnings and failures always."""

    def __init__(self, arguments: argparse.Namespace | SimpleNamespace) -> None:
        """`--quiet` leaves failures; `--verbose` adds every step."""
        self._quiet, self._verbose = arguments.quiet, arguments.verbose
        self._bar = sys.stderr.isatty() and not arguments.quiet
        self._drawn = False
        self.failures: list[Failed] = []

    def __call__(self, event: Event) -> None:
        """Tell one event."""
        from papertui.services.events import Failed, Fetched, Progress, Scored, Warned

        match event:
            case Progress():
                self._progress(event)
            case Fetched():
                self.say(_fetched(event))
            case Scored():
                self.say(_scored(event))
            case Warned():
                self.say(event.text)
            case Failed():
                self.failures.append(event)
                self.say(f"{event.what}: {event.why}", always=True)

    def say(self, text: str, *, always: bool = False) -> None:
        """One line on stderr."""
        if self._quiet and not always:
            return
        self._wipe()
        print(f"papertui: {one_line(text, MAX_SAID)}", file=sys.stderr)  # noqa: T201 - narration belongs on stderr

    def detail(self, text: str) -> None:
        """A line for `--verbose`."""
        if self._verbose:
            self.say(text)

    def _progress(self, event: Progress) -> None:
        if self._bar:
            count = f" {event.done}/{event.total}" if event.total else (f" {event.done}" if event.done else "")
            note = f" · {one_line(event.note, 200)}" if event.note else ""
            width = max(os.get_terminal_size(sys.stderr.fileno()).columns - 1, 20)
            sys.stderr.write(f"\r\x1b[K{f'{one_line(event.what, 200)}{count}{note}'[:width]}")
            sys.stderr.flush()
            self._drawn = True
        elif self._verbose and not event.done:
            self.say(event.what)

    def _wipe(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            self._drawn = False

    def end(self) -> None:
        """Take a progress line off the terminal."""
        self._wipe()
        sys.stderr.flush()


def _fetched(event: Fetched) -> str:
    if event.reason and not event.papers:
        return f"{event.source} {event.date}: no papers: {event.reason}"
    more = f", {_count(event.replacements, 'replacement')}" if event.replacements else ""
    return f"{event.source} {event.date}: {_count(event.papers, 'paper')}, {event.added} of them new here{more}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _scored(event: Scored) -> str:
    when = f" of {event.date}" if event.date else ""
    note = f"; {event.note}" if event.note else ""
    return f"scored {_count(event.papers, 'paper')}{when} by {event.scorer}{note}"

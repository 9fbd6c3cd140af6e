"""`papertui` alone: the reader."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from papertui.cli.session import opened
from papertui.errors import PapertuiError, UsageError
from papertui.services.session import Session


def open_reader(arguments: argparse.Namespace) -> int:
    """Open the reader on the newest edition, or the one of `--date`."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):  # the screen is drawn on stderr
        raise UsageError("the reader needs a terminal; papertui list prints the same papers, papertui --help shows all commands")
    with opened(arguments) as session:
        from papertui.services.library_desk import LibraryDesk

        day = arguments.reader_date
        if day is not None:
            _check(session, day)
        from papertui.tui.app import run_reader

        run_reader(LibraryDesk(session), day=day, theme=session.settings.theme, profile=str(session.profile_file))
    return 0


def _check(session: Session, day: date) -> None:
    with session.library() as library:
        known = library.dates()
    if day not in known:
        newest = f"; the newest edition is {known[0]}" if known else ""
        raise PapertuiError(f"the library has nothing of {day}{newest}")

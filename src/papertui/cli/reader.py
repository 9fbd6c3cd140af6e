"""`papertui` alone: the reader."""

from __future__ import annotations

import os
import sys
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

from papertui.cli.edge import guarded
from papertui.cli.session import opened
from papertui.domain.edition import Edition
from papertui.errors import PapertuiError, UsageError
from papertui.keymap import Keymap
from papertui.services.desk import Desk
from papertui.services.library_desk import LibraryDesk
from papertui.services.session import Session
from papertui.tui.prepaint import Prepaint
from papertui.tui.start import Start
from papertui.tui.terminal import draws, terminal_of

if TYPE_CHECKING:
    from argparse import Namespace


def open_plainly() -> int:
    """`papertui` without any argument; what the parser would have made of that."""
    nothing = SimpleNamespace(
        version=False, demo=False, reader_date=None, home=None, profile_name=None, quiet=False, verbose=False, color="auto", command=None
    )
    return guarded(lambda: open_reader(nothing))


def open_reader(arguments: Namespace | SimpleNamespace) -> int:
    """Open the reader on the newest edition, or the one of `--date`; on the demo where its first page is asked for that."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):  # the screen is drawn on stderr
        raise UsageError("the reader needs a terminal; papertui list prints the same papers, papertui --help shows all commands")
    if not draws(os.environ):
        raise UsageError(
            f"a terminal that is TERM={os.environ.get('TERM', '')!r} cannot show the reader; papertui list prints the same papers"
        )
    while _read(arguments) == "demo":
        arguments.demo, arguments.reader_date = True, None
    return 0


def _read(arguments: Namespace | SimpleNamespace) -> str | None:
    """Read until the reader is left. The list is on the screen before the modules that take its keys are imported."""
    with Prepaint(sys.stderr.fileno(), os.environ) as held, opened(arguments) as session:
        desk, day = LibraryDesk(session), arguments.reader_date
        edition = desk.edition(day)
        if day is not None and edition is None:
            _refuse(session, day)
        settings = session.settings
        start = Start(
            day, edition, settings.theme, settings.keys, None, terminal_of(os.environ, settings.ascii, arguments.color), held,
        )  # fmt: skip
        if edition is not None and edition.rows and settings.prepaint:
            _paint(desk, edition, start)
        # Textual reads it when it is imported: a key pressed just after a frame waits for the next one, at its 60 a second up to 17 ms
        os.environ.setdefault("TEXTUAL_FPS", "240")
        from papertui.tui.app import run_reader

        return run_reader(desk, start)


def _paint(desk: Desk, edition: Edition, start: Start) -> None:
    from papertui.tui.frame import first_frame
    from papertui.tui.layout import too_small
    from papertui.tui.prepaint import looks_for
    from papertui.tui.state import Listing

    looks = looks_for(start.theme, start.terminal)
    width, height = os.get_terminal_size(sys.stderr.fileno())
    if looks is None or start.held is None or too_small(width, height):
        return
    listing = Listing()
    listing.load(edition)
    keymap = Keymap(start.keys)
    rows = first_frame(listing, None, width, height, keymap)
    start.held.paint(rows, looks, start.terminal)
    if listing.current is not None:  # what a paper's text needs is imported with the list on the screen
        whole = first_frame(listing, desk.detail(listing.current.id), width, height, keymap)
        start.held.paint([now if now != before else [] for before, now in zip(rows, whole, strict=True)], looks, start.terminal)


def _refuse(session: Session, day: date) -> None:
    with session.library() as library:
        known = library.dates()
    newest = f"; the newest edition is {known[0]}" if known else ""
    raise PapertuiError(f"the library has nothing of {day}{newest}")

"""What the reader's screens ask for: the one seam between them and the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from papertui.domain.edition import Detail, Edition, EditionHead
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from papertui.services.events import Emit
from papertui.services.opening import Opening

Changed = Callable[[Mapping[PaperId, Marks]], object]
"""Told, from the writer's thread, which marks an undo or redo changed (empty: nothing to undo)."""


class Desk(Protocol):
    """The library as the reader's screens see it. Calls return at once unless marked (thread)."""

    def heads(self) -> Sequence[EditionHead]:
        """Every edition, newest first. (thread, though a millisecond)"""

    def edition(self, day: date | None) -> Edition | None:
        """An edition with its rows, the newest for None; None where there is none. Bounded: about 2 ms for 500 rows."""

    def detail(self, paper: PaperId) -> Detail | None:
        """One paper by key: bounded, allowed on the event loop."""

    def abstracts(self, day: date) -> Mapping[PaperId, str]:
        """Display abstracts of an edition, for the filter. (thread)"""

    def mark(self, papers: Sequence[PaperId], kind: str, value: str) -> None:
        """Queue one action (undone as one): `read`, `saved`, `hidden` with "1" or "", `note`, `tag:NAME`. The screen has
        already shown it; it is written within 50 ms."""

    def undo(self, changed: Changed) -> None:
        """Queue taking back this machine's last action; `changed` is called from the writer's thread."""

    def redo(self, changed: Changed) -> None:
        """Queue doing again what undo took back last."""

    def on_trouble(self, tell: Callable[[str], object]) -> None:
        """Whom to tell, from the writer's thread, when marks cannot be written (full disk, locked library)."""

    async def update(self, emit: Emit) -> None:
        """Fetch, then score. Cancelling the task ends it; what was finished is kept. PapertuiError says what failed."""

    def export_saved(self) -> str:
        """Append the saved papers to `export.bib_file` (or write papertui.bib in the current folder) and say in a line
        what was done. PapertuiError where it was refused. (thread)"""

    def bibtex(self, paper: PaperId) -> str:
        """One paper's BibTeX entry, for the clipboard. (thread)"""

    def open(self, paper: PaperId, what: str) -> Opening:
        """Open `pdf` or `abs` as FACTS 13 says. Never waits for the program and never uses this terminal. (thread)"""

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until queued marks are written; False where they could not be within `seconds`. (thread, or on the way out)"""

    def close(self) -> None:
        """Flush and end the writer."""

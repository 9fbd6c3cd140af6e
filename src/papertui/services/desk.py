"""What the reader's screens ask for: the one seam between them and the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from papertui.domain.edition import Detail, Edition, EditionHead
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from papertui.services.events import Emit
from papertui.services.opening import Opening

if TYPE_CHECKING:
    from papertui.domain.profile_edit import ProfileForm
    from papertui.domain.score import Score

Changed = Callable[[Mapping[PaperId, Marks]], object]
"""Told, from the writer's thread, which marks an undo or redo changed (empty: nothing to undo)."""

Landed = Callable[[PaperId, "Score"], object]
"""Told, from any thread and maybe twice, of a score that a model has just given."""

WAITING, WRITTEN = "not written yet, trying on", "written after all"
"""How what is told of marks that cannot be written begins, and what is told once they are."""


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

    def search(self, words: str) -> Edition | None:
        """The newest papers of the whole library in which all the words occur, as an edition with `searched` in its head;
        None where a newer search was asked for meanwhile. (thread)"""

    def mark(self, papers: Sequence[PaperId], kind: str, value: str) -> None:
        """Queue one action (undone as one): `read`, `saved`, `hidden` with "1" or "", `note`, `tag:NAME`. The screen has
        already shown it; it is written within 50 ms."""

    def prepare(self) -> None:
        """Make ready for the first mark: called once the list is on the screen. Nothing is created."""

    def undo(self, changed: Changed) -> None:
        """Queue taking back this machine's last action; `changed` is called from the writer's thread."""

    def redo(self, changed: Changed) -> None:
        """Queue doing again what undo took back last."""

    def on_trouble(self, tell: Callable[[str], object]) -> None:
        """Whom to tell, from the writer's thread, when marks cannot be written (full disk, locked library)."""

    async def update(self, emit: Emit, landed: Landed | None = None) -> None:
        """Fetch, then score; `landed` gets a model's scores while its answers come in. Cancelling the task ends it; what was
        finished is kept. PapertuiError says what failed."""

    def profile(self) -> ProfileForm:
        """The reader's profile, for the first screen's form; what is wrong with its file stands in it. (thread)"""

    def keep_profile(self, form: ProfileForm, categories: Sequence[str], interests: str) -> bool:
        """Write what was chosen and typed into the profile that `form` came from; False where nothing had changed.
        PapertuiError where it could not be written: it is then as it was. (thread)"""

    def export_saved(self) -> str:
        """Append the saved papers to `export.bib_file` (or write papertui.bib in the current folder) and say in a line
        what was done. PapertuiError where it was refused. (thread)"""

    def bibtex(self, paper: PaperId) -> str:
        """One paper's BibTeX entry, for the clipboard. (thread)"""

    def open(self, paper: PaperId, what: str) -> Opening:
        """Open `pdf` or `abs` as FACTS 13 says. Never waits for the program and never uses this terminal. (thread)"""

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until queued marks are written; False where they could not be within `seconds`. (thread, or on the way out)"""

    def unwritten(self) -> str:
        """A line that says why marks are not written and which commands would write them; empty where all are."""

    def close(self) -> None:
        """Flush and end the writer."""

"""What the reader's screens ask for: the one seam between them and the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from papertui.domain.edition import Detail, Edition, EditionHead
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from papertui.errors import UsageError
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


class NeedsModel(UsageError):
    """A model is to score, and none or no key is set up."""


class ModelForm(NamedTuple):
    """What sets a model up, as typed."""

    base_url: str
    key: str | None
    """The name of the environment variable that holds the key, or a command that prints it: never the key. "" for none; None:
    as it is set."""
    model: str = ""
    where: str = "config.toml"
    """The file it is kept in, for messages."""
    asked: bool = False
    """Whether updates have it score now."""


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
        finished is kept. PapertuiError says what failed, NeedsModel that there is no model to ask."""

    def model_form(self) -> ModelForm:
        """What is set up now. PapertuiError where none can be. (thread)"""

    async def models(self, form: ModelForm) -> Sequence[str]:
        """What the form's server offers. PapertuiError in one line where it does not say. May run the command for the key."""

    async def try_model(self, form: ModelForm) -> str:
        """One test call: `answered in 0.8 s`. PapertuiError in one line where it was refused."""

    def model_lines(self, form: ModelForm) -> Sequence[str]:
        """The lines of config.toml that would say it, none where it says so already. PapertuiError where something typed
        cannot be used. (thread)"""

    def keep_model(self, form: ModelForm) -> None:
        """Write it into config.toml, whose other bytes stay, and go by it from now on. PapertuiError where it could not be
        written. (thread)"""

    def profile(self) -> ProfileForm:
        """The reader's profile, for the first screen's form; what is wrong with its file stands in it. (thread)"""

    def keep_profile(self, form: ProfileForm, categories: Sequence[str], interests: str) -> bool:
        """Write what was chosen and typed into the profile that `form` came from; False where nothing had changed.
        PapertuiError where it could not be written: it is then as it was. (thread)"""

    def prompt(self, paper: PaperId | None) -> str:
        """What a model gets for a paper, message by message; None: what it gets before any. Of any length, after the gate.
        PapertuiError where a prompt or the profile cannot be used. (thread)"""

    def costs(self) -> Callable[[int], Sequence[str]]:
        """What models were asked and what it cost, as a table for a screen of so many columns. (thread)"""

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

"""The reader's desk over a real library: reads here, writes in a thread, jobs in the loop that asked for them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from papertui.domain.edition import Detail, Edition, EditionHead, found_edition
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from papertui.errors import PapertuiError, UsageError
from papertui.services.authors import follows_anybody, marked_rows
from papertui.services.desk import Changed, Landed, NeedsModel
from papertui.services.events import Emit
from papertui.services.marking import MarkWriter, command_of
from papertui.services.model_desk import ModelDesk
from papertui.services.opening import Opening, open_address
from papertui.services.searching import Searcher
from papertui.services.session import Session
from papertui.store.library import Library

if TYPE_CHECKING:
    from papertui.domain.paper import Paper
    from papertui.domain.profile_edit import ProfileForm
    from papertui.domain.score import Score


class LibraryDesk(ModelDesk):
    """What services/desk.py asks for. One reading connection, opened when first needed and again once there is a library."""

    def __init__(self, session: Session) -> None:
        """Nothing is opened or created yet."""
        self._session = session._replace(tell=lambda line: self._tell(line))
        self._reader: Library | None = None
        self._late = False
        """Whether the last flush left marks unwritten."""
        self._outdated = False
        """Whether the profile was written since the library was opened: which scores are stale depends on it."""
        self._day: dict[PaperId, date] = {}
        self._followed: dict[PaperId, str] = {}
        """Followed authors of the papers listed last."""
        self._tell: Callable[[str], object] = lambda line: None
        self._searcher = Searcher(lambda: self._session.library(any_thread=True))
        self._writer = MarkWriter(lambda: self._session.library(write=True), lambda line: self._tell(line))

    def _library(self) -> Library:
        stand_in = self._reader is not None and self._reader.is_empty_stand_in
        outdated = self._reader is not None and (self._outdated or self._reader.is_replaced)
        if self._reader is not None and (outdated or (stand_in and self._session.has_library)):
            self._reader.close()
            self._reader = None
        self._outdated = False
        if self._reader is None:
            self._reader = self._session.library(any_thread=True)
        return self._reader

    def heads(self) -> Sequence[EditionHead]:
        """Every edition, newest first."""
        with self._session.library() as library:
            return library.heads(replacements=self._session.settings.show_replacements)

    def edition(self, day: date | None) -> Edition | None:
        """An edition with its rows, the newest for None."""
        library = self._library()
        on = day or library.newest_date()
        if on is None:
            return None
        found = library.edition(on, replacements=self._session.settings.show_replacements)
        if found is None:
            return None
        self._day = {row.id: row.date for row in found.rows}
        rows, said = marked_rows(self._session, library, found.rows)
        self._followed = dict(said)
        return Edition(found.head._replace(followed_first=self._session.settings.followed_first), tuple(rows))

    def detail(self, paper: PaperId) -> Detail | None:
        """One paper by key."""
        found = self._library().detail(paper, self._day.get(paper))
        return found and found._replace(followed=self._followed.get(paper, ""))

    def abstracts(self, day: date) -> Mapping[PaperId, str]:
        """Display abstracts of an edition; on a connection of its own, being called from a thread."""
        with self._session.library() as library:
            return library.abstracts(day)

    def search(self, words: str) -> Edition | None:
        """The newest papers of the whole library that match."""
        found = self._searcher.find(words)
        if found is None:
            return None
        self._day |= {row.id: row.date for row in found if row.id not in self._day}
        if not follows_anybody(self._session):
            return found_edition(words, found)
        with self._session.library() as library:
            rows, said = marked_rows(self._session, library, found)
        self._followed |= said
        return found_edition(words, rows)

    def mark(self, papers: Sequence[PaperId], kind: str, value: str) -> None:
        """Queue one action."""
        chosen, now = tuple(papers), self._session.clock()
        self._writer.submit(lambda library: library.act(chosen, [(kind, value)], now), command_of(chosen, kind, value))

    def prepare(self) -> None:
        """Make ready for the first mark, where there is a library to write to."""
        with suppress(PapertuiError):
            if self._session.has_library:
                self._writer.prepare()

    def undo(self, changed: Changed) -> None:
        """Queue taking back the last action."""
        self._turn(lambda library: library.undo(self._session.clock()), changed)

    def redo(self, changed: Changed) -> None:
        """Queue doing it again."""
        self._turn(lambda library: library.redo(self._session.clock()), changed)

    def _turn(self, work: Callable[[Library], Mapping[PaperId, Marks]], changed: Changed) -> None:
        if not self._session.has_library:
            changed({})
            return
        self._writer.submit(lambda library: changed(work(library)))

    def on_trouble(self, tell: Callable[[str], object]) -> None:
        """Whom to tell when marks cannot be written."""
        self._tell = tell

    async def update(self, emit: Emit, landed: Landed | None = None) -> None:
        """Fetch, then score; `landed` is told of the scores that the list would show."""
        if self._session.demo:
            raise PapertuiError("this is the demo: start papertui without --demo to fetch real papers")
        import asyncio  # the first frame waits for none of this

        update_elsewhere = await asyncio.to_thread(_update_elsewhere)
        try:
            await update_elsewhere(self._session, emit, landed and _if_shown(self._session.settings.prefer, landed))
        except UsageError as error:
            from papertui.services.model_setup import lacks_model

            if lacks_model(self._session):
                raise NeedsModel(str(error)) from error
            raise

    def profile(self) -> ProfileForm:
        """The reader's profile as a form."""
        from papertui.services.profiles import profile_form

        session = self._session
        return profile_form(session.paths, session.settings.profile, session.settings.arxiv_categories or ())

    def keep_profile(self, form: ProfileForm, categories: Sequence[str], interests: str) -> bool:
        """Write what was chosen; what is read from now on is read with the new profile in mind."""
        from papertui.services.profiles import keep_profile

        written = keep_profile(self._session.paths, form, categories, interests) is not None
        self._outdated = self._outdated or written
        return written

    def export_saved(self) -> str:
        """Append the saved papers to the .bib."""
        from papertui.services.exporting import append_saved

        self.flush()
        return append_saved(self._session)

    def bibtex(self, paper: PaperId) -> str:
        """One paper's entry; on a connection of its own, being called from a thread."""
        from papertui.services.exporting import one_entry

        with self._session.library() as library:
            return one_entry(self._session, library.detail(paper))

    @staticmethod
    def _paper(library: Library, paper: PaperId) -> Paper:
        detail = library.detail(paper)
        if detail is None:
            raise PapertuiError(f"{paper}: not in the library")
        return detail.paper

    def open(self, paper: PaperId, what: str) -> Opening:
        """Open it outside the terminal; a PDF as a file where the reader's viewer wants one."""
        if self._session.demo:
            raise PapertuiError("the papers of the demo do not exist, so there is nothing to open")
        with self._session.library() as library:
            found = self._paper(library, paper)
        settings, env = self._session.settings, self._session.env
        if what != "pdf" or found.pdf_url is None:
            return open_address(found.abs_url, settings.open_url, env)
        if settings.open_pdf and any("{path}" in part for part in settings.open_pdf):
            import asyncio

            from papertui.services.pdf import get_pdf

            return open_address(str(asyncio.run(get_pdf(self._session, found))), settings.open_pdf, env)
        return open_address(found.pdf_url, settings.open_pdf or settings.open_url, env)

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until queued marks are written."""
        self._late = not self._writer.flush(seconds)
        return not self._late

    def unwritten(self) -> str:
        """A line that says why marks are not written and which commands would write them; empty where all are."""
        why, commands = self._writer.left()
        if not why:
            return ""
        more = f" and {len(commands) - 3} more" if len(commands) > 3 else ""
        return f"the last marks could not be written: {why}; once it can be: {'; '.join(commands[:3])}{more}"

    def close(self) -> None:
        """Flush and end the writer; who has just waited in vain is not kept waiting again."""
        self._writer.close(0.5 if self._late else 5.0)
        self._searcher.close()
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def _if_shown(prefer: str | None, landed: Landed) -> Landed:
    """Tell only of scores by whom the reader prefers."""

    def tell(paper: PaperId, score: Score) -> None:
        if prefer in (None, score.scorer, score.scorer.partition(":")[0]):
            landed(paper, score)

    return tell


def _update_elsewhere() -> Callable[..., Coroutine[object, object, None]]:
    """Import it off the event loop."""
    from papertui.services.errand import update_elsewhere

    return update_elsewhere

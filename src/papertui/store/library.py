"""The library as the services use it: one connection, one method a use, SQLite's errors explained.

What only some methods need is imported in them: a list of the day is on screen before the modules that write would be loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from papertui.domain.edition import Detail, Edition, EditionHead, Row
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.selection import Selection
from papertui.domain.triage import Event, Marks
from papertui.store import reading
from papertui.store.calendar import Calendar

if TYPE_CHECKING:
    from papertui.domain.paper import Announced, Paper
    from papertui.domain.score import Score
    from papertui.store.papers import Stored


class Library(Calendar):
    """A connection to the library, for one thread. Methods raise StoreError with one line; each is one short transaction."""

    # papers

    def add_papers(self, announced: Sequence[Announced], *, first_hand: bool, announce: bool = True) -> Stored:
        """Store a portion (at most 100) of a day."""
        from papertui.store import papers

        return self._do(papers.add_papers, self._db, announced, self.preference, first_hand=first_hand, announce=announce)

    def papers_in(self, day: dt.date, *, replacements: bool = False) -> list[Paper]:
        """An edition's papers."""
        from papertui.store import papers

        return self._do(papers.papers_in, self._db, day, replacements=replacements)

    def texts_before(self, day: dt.date, limit: int) -> list[str]:
        """Titles and abstracts of papers first listed before `day`, the newest `limit`."""
        from papertui.store import papers

        return self._do(papers.texts_before, self._db, day, limit)

    def has_paper(self, paper: PaperId) -> bool:
        """Whether the paper is known."""
        from papertui.store import papers

        return self._do(papers.has_paper, self._db, rowid_of(paper))

    # scores

    def add_scores(self, found: Sequence[tuple[PaperId, Score]]) -> int:
        """Store scores; how many said something new."""
        from papertui.store import scores

        return self._do(scores.add_scores, self._db, found, self.preference)

    def refresh(self) -> None:
        """Choose current scores anew where the preference changed."""
        from papertui.store import scores

        self._do(scores.refresh_all, self._db, self.preference)

    def needs_refresh(self) -> bool:
        """Whether entries were made with another preference."""
        return self._do(reading.stored_preference, self._db) != self.preference.text

    def unscored(self, day: dt.date, scorer: str, recipe: str, *, replacements: bool = False) -> set[int]:
        """Row numbers of an edition's papers without an up-to-date score by `scorer`."""
        from papertui.store import scores

        return self._do(scores.unscored, self._db, day, scorer, recipe, replacements=replacements)

    def fill_models(self, scorer: str, listed: dt.date, models: Mapping[int, str]) -> None:
        """Name the model of a list's scores where it is unknown yet."""
        from papertui.store import scores

        self._do(scores.fill_models, self._db, scorer, listed, models)

    def scored_by(self, scorer: str, listed: dt.date) -> set[int]:
        """Row numbers of what a list scored under a date."""
        from papertui.store import scores

        return self._do(scores.scored_by, self._db, scorer, listed)

    def has_run(self, day: dt.date, scorer: str) -> bool:
        """Whether a scorer has finished with an edition."""
        from papertui.store import scores

        return self._do(scores.has_run, self._db, day, scorer)

    def add_run(self, day: dt.date, scorer: str, note: str | None, now: dt.datetime) -> None:
        """Note what a scorer said of an edition."""
        from papertui.store import scores

        self._do(scores.add_run, self._db, day, scorer, note, now)

    # triage

    def act(self, on: Sequence[PaperId], changes: Sequence[tuple[str, str]], now: dt.datetime) -> dict[PaperId, Marks]:
        """One action on papers; KeyError names one the library does not know."""
        from papertui.store import triage

        return self._do(triage.act, self._db, on, changes, now)

    def undo(self, now: dt.datetime) -> dict[PaperId, Marks]:
        """Take back the last action."""
        from papertui.store import triage

        return self._do(triage.undo, self._db, now)

    def redo(self, now: dt.datetime) -> dict[PaperId, Marks]:
        """Do again what undo took back."""
        from papertui.store import triage

        return self._do(triage.redo, self._db, now)

    def marks_of(self, on: Sequence[PaperId]) -> dict[PaperId, Marks]:
        """Marks as they stand."""
        from papertui.store import triage

        return self._do(triage.marks_of, self._db, on)

    def events_of(self, paper: PaperId) -> list[Event]:
        """A paper's log."""
        from papertui.store import triage

        return self._do(triage.events_of, self._db, paper)

    # reading

    def dates(self) -> list[dt.date]:
        """Editions, newest first."""
        return self._do(reading.dates, self._db)

    def newest_date(self) -> dt.date | None:
        """The newest edition's date."""
        return self._do(reading.newest_date, self._db)

    def heads(self, *, replacements: bool = False) -> list[EditionHead]:
        """Every edition without its rows, newest first."""
        return self._do(reading.heads, self._db, replacements=replacements)

    def edition(self, day: dt.date, *, replacements: bool = False) -> Edition | None:
        """An edition with its rows."""
        return self._do(reading.edition, self._db, day, replacements=replacements)

    def heading(self, day: dt.date) -> EditionHead | None:
        """What is to be said of an edition as a whole; its papers are not counted."""
        return self._do(reading.heading, self._db, day)

    def rows_of(self, selection: Selection, *, replacements: bool = False) -> list[Row]:
        """Rows of a selection."""
        return self._do(reading.rows_of, self._db, selection, replacements=replacements)

    def newest_matches(self, words: str) -> list[Row]:
        """Search as one types: the newest papers that match."""
        from papertui.store import finding

        return self._do(finding.newest_matches, self._db, words)

    def best_matches(self, words: str) -> dict[PaperId, float]:
        """Full-text search: rank by paper, lower is better."""
        return self._do(reading.best_matches, self._db, words)

    def details(self, on: Iterable[PaperId], shown: Mapping[PaperId, dt.date] | None = None) -> list[Detail]:
        """All that is known of papers."""
        from papertui.store import details

        return self._do(details.details, self._db, on, self.preference, on=shown)

    def detail(self, paper: PaperId, day: dt.date | None = None) -> Detail | None:
        """All that is known of one paper, None where the library does not know it."""
        found = self.details([paper], {paper: day} if day else None)
        return found[0] if found else None

    def abstracts(self, day: dt.date) -> dict[PaperId, str]:
        """Display abstracts of an edition."""
        return self._do(reading.abstracts, self._db, day)

    def told_of(self, on: Iterable[PaperId]) -> dict[PaperId, tuple[list[str], list[str]]]:
        """Categories and affiliations of papers."""
        return self._do(reading.told_of, self._db, on)

    def recall(self, key: str) -> str | None:
        """A small fact kept with the library."""
        return self._do(reading.recall, self._db, key)

    def remember(self, key: str, value: str) -> None:
        """Keep a small fact with the library, where this connection writes; it can be found again without."""
        from papertui.store import papers

        if self.writes:
            self._do(papers.remember, self._db, key, value)

    def count_papers(self) -> int:
        """How many papers there are."""
        return self._do(reading.count_papers, self._db)

    def check(self) -> None:
        """Compare the full-text index with the papers; StoreError where they differ."""
        from papertui.store import index

        self._do(index.check, self._db)

    def mend(self, now: dt.datetime) -> int:
        """Make anew what follows from the rest: indexes, and marks from their log; how many papers' marks changed."""
        from papertui.store import health

        return self._do(health.mend, self._db, now)

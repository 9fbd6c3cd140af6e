"""The library as days are kept in it: what was announced, by whom, and what was asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from papertui.store.answering import Answering

if TYPE_CHECKING:
    from papertui.domain.asked import Asked
    from papertui.domain.published import Usage


class Calendar(Answering):
    """Days and announcements: see store/papers.py and store/asking.py."""

    def add_day(self, day: dt.date, source: str, now: dt.datetime, reason: str | None = None, usage: Usage | None = None) -> None:
        """Note that `source` said something of `day`."""
        from papertui.store import papers

        self._do(papers.add_day, self._db, day, source, now, reason, usage)

    def add_asked(self, told: Asked) -> None:
        """Keep what came of asking a source about a date, joined with what was known."""
        from papertui.store import asking

        self._do(asking.add_asked, self._db, told)

    def asked(self, day: dt.date) -> list[Asked]:
        """What each source said of a date."""
        from papertui.store import asking

        return self._do(asking.asked, self._db, day)

    def asked_of(self, source: str, days: Sequence[dt.date]) -> dict[dt.date, Asked]:
        """What one source said of each of these dates, where it was asked."""
        from papertui.store import asking

        return self._do(asking.asked_of, self._db, source, days)

    def announced_before(self, rowids: Sequence[int], source: str, day: dt.date) -> dict[tuple[int, str], dt.date]:
        """When `source` last announced each of these papers before `day`, by row number and announce type."""
        from papertui.store import asking

        return self._do(asking.announced_before, self._db, rowids, source, day)

    def last_announced(self, source: str) -> dt.date | None:
        """The newest date under which `source` announced a paper."""
        from papertui.store import asking

        return self._do(asking.last_announced, self._db, source)

    def withdraw(self, source: str, day: dt.date, rowids: Collection[int]) -> None:
        """Take papers out of what `source` announced under a date."""
        from papertui.store import papers

        self._do(papers.withdraw, self._db, source, day, rowids)

    def announced_by(self, source: str, day: dt.date) -> set[int]:
        """Row numbers of what `source` announced under a date."""
        from papertui.store import papers

        return self._do(papers.announced_by, self._db, source, day)

    def newly_listed_before(self, on: Sequence[int], source: str, day: dt.date) -> tuple[int, dt.date | None]:
        """How many row numbers `source` announced as new under an earlier date, and the last such date."""
        from papertui.store import papers

        return self._do(papers.newly_listed_before, self._db, on, source, day)

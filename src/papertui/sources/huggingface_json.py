"""Hugging Face's Daily Papers as days of announced papers (FACTS 7). Pure: JSON in, values out.

Every field may be missing, of another type, and stand in the inner or the outer object. What is not known stays
unknown; every text passes the gate here. The papers are arXiv's, told second-hand: no version, no categories, and
authors without those who asked to be hidden.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import ARXIV, PaperId, parse_reference
from papertui.domain.paper import Announced, Announcement, Paper, Problem, SourceDay
from papertui.errors import UsageError
from papertui.sources.errors import SourceError
from papertui.sources.hostile_json import read_json
from papertui.sources.schedule import long_date

SOURCE = "huggingface"

MOST_ITEMS = 1_000
"""Elements of one answer that are looked at: a page has 100 at most."""

_MOST_NAMED = 20
"""Unreadable papers of a list that get a line each."""
_MOST_COUNT = 1_000_000_000
_MOST_KEYWORDS = 50
_YEARS = range(1991, 2101)
"""Years that are believed: arXiv began in 1991, and a date far ahead would lead every list for ever."""

_Known = TypeVar("_Known")
_Tables = tuple[Mapping[str, object], ...]


class Wanted(NamedTuple):
    """Which list is asked for."""

    query: tuple[tuple[str, str], ...]
    """Parameters of the address."""
    words: str
    """As a line names it."""
    first: date | None = None
    """First and last day of the list; None where any may come."""
    last: date | None = None
    ranked: bool = True
    """Whether its order is a day's own."""

    @property
    def day(self) -> date | None:
        """The one day that is asked for, if it is one."""
        return self.first if self.first == self.last else None

    def has(self, day: date) -> bool:
        """Whether the list asked for may hold papers of `day`."""
        return self.first is None or self.last is None or self.first <= day <= self.last


def wanted(day: date | None = None, week: str | None = None, month: str | None = None, *, trending: bool = False) -> Wanted:
    """The newest list, or that of a day, of a week (`2026-W31`, ISO 8601) or of a month (`2026-08`), or what is trending.

    UsageError where a week or month is written otherwise; ValueError for more than one of them.
    """
    if (day, week, month).count(None) < 3 - (not trending):
        raise ValueError("one list at a time: a day, a week, a month, or what is trending")
    if day is not None:
        return Wanted((("date", day.isoformat()),), long_date(day), day, day)
    if week is not None:
        number = re.fullmatch(r"(\d{4})-W(\d{2})", week, re.ASCII)
        try:
            monday = date.fromisocalendar(int(number[1]), int(number[2]), 1) if number else None
            sunday = monday + timedelta(days=6) if monday else None
        except (ValueError, OverflowError):
            monday = sunday = None
        if monday is None:
            raise UsageError(f"{one_line(week, 60)!r} is no week: write it as 2026-W31")
        return Wanted((("week", week),), f"the week from {long_date(monday)}", monday, sunday)
    if month is not None:
        number = re.fullmatch(r"([12]\d{3})-(0[1-9]|1[0-2])", month, re.ASCII)
        if number is None:
            raise UsageError(f"{one_line(month, 60)!r} is no month: write it as 2026-08")
        begin = date(int(number[1]), int(number[2]), 1)
        end = begin.replace(day=calendar.monthrange(begin.year, begin.month)[1])
        return Wanted((("month", month),), long_date(begin).partition(" 1 ")[2], begin, end)
    if trending:
        return Wanted((("sort", "trending"),), "trending", ranked=False)
    return Wanted((), "newest")


class Unreadable(ValueError):
    """An element that cannot be taken: which, and why."""

    def __init__(self, where: str, why: str) -> None:
        self.problem = Problem(where, why)
        super().__init__(str(self.problem))


def read_list(body: bytes, where: str) -> list[object]:
    """The elements of an answer, unread. SourceError where it is no list, the server's own words in it where it has some."""
    found = read_json(body, where)
    if isinstance(found, list):
        return found
    said = error_of(found)
    if said:
        raise SourceError(f"{where}: the server says {said!r}", "try again later")
    raise SourceError(f"{where}: the answer is no list of papers", "try again later; check the address")


def error_of(found: object) -> str:
    """What an answer of the kind `{"error": "…"}` says, through the gate; empty where it is none."""
    said = found.get("error") if isinstance(found, dict) else None
    if isinstance(said, dict):
        said = said.get("message")
    return one_line(said, 200) if isinstance(said, str) else ""


def read_paper(element: object, where: str) -> Paper:
    """The paper of an element: `{"paper": {…}, …}` as lists have it, or a paper's own object. Unreadable without arXiv id or title."""
    if not isinstance(element, dict):
        raise Unreadable(where, "no paper stands there")
    tables = _tables(element)
    paper = _first(tables, "id", _arxiv_id)
    if paper is None:
        seen = _first(tables, "id", _line) or _first(tables, "title", _line) or ""
        raise Unreadable(where, f"no arXiv id in {one_line(seen, 60)!r}")
    title = _first(tables, "title", _line)
    if not title:
        raise Unreadable(str(paper), "no title")
    return Paper(
        id=paper,
        title=title,
        abstract=_first(tables, "summary", _text) or "",
        authors=_first(tables, "authors", _authors) or (),
        published=_first(tables, "publishedAt", moment),
        upvotes=_first(tables, "upvotes", _count),
        comments_count=_first(tables, "numComments", _count),
        submitter=_first(tables, "submittedBy", _called) or _first(tables, "submittedOnDailyBy", _called),
        organization=_first(tables, "organization", _called),
        ai_summary=_first(tables, "ai_summary", _line),
        keywords=_first(tables, "ai_keywords", _keywords) or (),
        code_url=_first(tables, "githubRepo", _address),
        code_stars=_first(tables, "githubStars", _count),
        project_url=_first(tables, "projectPage", _address),
    )


def daily_date(element: object) -> date | None:
    """The day on whose list an element stood: `submittedOnDailyAt` in UTC; None where it does not say."""
    found = _first(_tables(element), "submittedOnDailyAt", moment) if isinstance(element, dict) else None
    return found.date() if found else None


def read_papers(elements: list[object], where: str) -> tuple[list[Paper], list[Problem]]:
    """Papers of a list without days (a search), each once, and what could not be read."""
    papers: dict[PaperId, Paper] = {}
    problems: list[Problem] = []
    for number, element in enumerate(elements[:MOST_ITEMS], 1):
        try:
            paper = read_paper(element, f"{where}, item {number}")
        except Unreadable as error:
            problems.append(error.problem)
        else:
            papers.setdefault(paper.id, paper)
    return list(papers.values()), problems


class Gathering:
    """Takes the pages of a list in their order and makes days of them."""

    def __init__(self, asked: Wanted, where: str) -> None:
        """`where` is how problems name the list."""
        self._asked = asked
        self._where = where
        self._days: dict[date, dict[PaperId, Announced]] = {}
        self._others: Counter[date] = Counter()
        self._items = self._pages = self._repeated = self._unreadable = 0
        self.problems: list[Problem] = []

    def take(self, elements: list[object]) -> bool:
        """Add a page. Whether it brought a paper that belongs to what is asked for and was not there yet."""
        self._pages += 1
        brought = False
        for element in elements[:MOST_ITEMS]:
            self._items += 1
            try:
                brought = self._add(element) or brought
            except Unreadable as error:
                self._unreadable += 1
                if self._unreadable <= _MOST_NAMED:
                    self.problems.append(error.problem)
        if len(elements) > MOST_ITEMS:
            self.problems.append(Problem(self._where, f"a page of {len(elements):,} papers: only the first {MOST_ITEMS:,} were taken"))
        return brought

    @property
    def has_several_days(self) -> bool:
        """Whether papers of more than one day came."""
        return len(self._days) > 1

    def days(self) -> list[SourceDay]:
        """The days found, newest first; with none the day asked for (of a week or month its first), which says why.

        Problems stand with the newest day. SourceError where no day was asked for and none came.
        """
        asked = self._asked
        problems = (*self.problems, *self._notes())
        facts = {"items": str(self._items), "pages": str(self._pages)}
        if self._repeated:
            facts["repeated"] = str(self._repeated)
        if not asked.ranked:
            facts["list"] = asked.words
        if not self._days:
            if asked.first is None:
                why = "none of its papers could be read" if self._items else "the list is empty"
                raise SourceError(f"{self._where}: {why}", "try again later")
            nothing = (
                f"none of {self._items} papers could be read" if self._unreadable else f"Hugging Face lists no papers for {asked.words}"
            )
            return [SourceDay(SOURCE, asked.first, (), problems, nothing, facts)]
        newest = sorted(self._days.items(), reverse=True)
        return [
            SourceDay(SOURCE, day, tuple(found.values()), () if place else problems, None, dict(facts))
            for place, (day, found) in enumerate(newest)
        ]  # fmt: skip

    def _add(self, element: object) -> bool:
        where = f"{self._where}, item {self._items}"
        paper = read_paper(element, where)
        day = daily_date(element) or self._asked.day
        if day is None:
            raise Unreadable(str(paper.id), "does not say on which day's list it stood")
        if not self._asked.has(day):
            self._others[day] += 1
            return False
        known = self._days.setdefault(day, {})
        if paper.id in known:
            self._repeated += 1
            return False
        rank = len(known) + 1 if self._asked.ranked else None
        known[paper.id] = Announced(paper, Announcement(SOURCE, day, None, rank))
        return True

    def _notes(self) -> Iterator[Problem]:
        if self._unreadable > _MOST_NAMED:
            yield Problem(self._where, f"{self._unreadable - _MOST_NAMED:,} more papers could not be read")
        for day, count in sorted(self._others.items(), reverse=True)[:10]:
            papers = "1 paper" if count == 1 else f"{count} papers"
            yield Problem(self._where, f"{papers} of {long_date(day)} came too and were left out", is_note=True)
        if not self._asked.query and self.has_several_days:
            yield Problem(self._where, f"{long_date(min(self._days))} may have more papers: ask for that day", is_note=True)


def moment(value: object) -> datetime | None:
    """A time as the API writes it (`2026-08-03T00:00:00.000Z`), in UTC; None for what is none or far off."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in _YEARS else None


def _tables(element: Mapping[str, object]) -> _Tables:
    """Where to look, the paper's own object first: its time of publication is a date, the outer one's is that date in another zone."""
    inner = element.get("paper")
    return (inner, element) if isinstance(inner, dict) else (element,)


def _first(tables: _Tables, name: str, read: Callable[[object], _Known | None]) -> _Known | None:
    return next((found for table in tables if (found := read(table.get(name))) is not None), None)


def _line(value: object) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return paragraphs(value) or None if isinstance(value, str) else None


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_COUNT
    return value if is_count else None  # type: ignore[return-value]  # just checked


def _called(value: object) -> str | None:
    """A person's or organisation's full name, else the name of its account."""
    return (_line(value.get("fullname")) or _line(value.get("name"))) if isinstance(value, dict) else None


def _authors(value: object) -> tuple[str, ...] | None:
    people = [each for each in value if isinstance(each, dict) and not each.get("hidden")] if isinstance(value, list) else []
    return tuple(name for each in people if (name := _line(each.get("name")))) or None


def _keywords(value: object) -> tuple[str, ...] | None:
    words = [one_line(each, 100) for each in value if isinstance(each, str)] if isinstance(value, list) else []
    return tuple(dict.fromkeys(filter(None, words)))[:_MOST_KEYWORDS] or None


def _arxiv_id(value: object) -> PaperId | None:
    if not isinstance(value, str) or len(value) > 100:
        return None
    try:
        paper, _ = parse_reference(value)
    except ValueError:
        return None
    return paper if paper.archive == ARXIV else None


def _address(value: object) -> str | None:
    """A web address that may be shown and opened; one with a login in it is made to look like another's."""
    if not isinstance(value, str) or len(value) > 2_000:
        return None
    text = value.strip()
    if not text.isprintable() or " " in text or one_line(text) != text:
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    return text if good else None

"""An edition (a day's list) in memory: its rows, their order, the reader's filter. Pure."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from papertui.domain.fold import fold
from papertui.domain.ids import PaperId
from papertui.domain.triage import NOTHING, Marks

if TYPE_CHECKING:
    from papertui.domain.paper import Announcement, Paper
    from papertui.domain.published import Usage
    from papertui.domain.score import Score

LOCAL = "local"
"""The scorer that needs no model and no key."""

SORT_KEYS = ("relevance", "novelty", "score", "date", "title", "upvotes", "rank")
"""Keys a list can be sorted by, as in `--sort`; best first."""


class Row(NamedTuple):
    """One line of a list: what the table shows, sorts and filters by. Texts are for display (Unicode, one line)."""

    id: PaperId
    title: str
    authors: tuple[str, ...]
    category: str
    """Primary category, "" where unknown."""
    date: dt.date
    """The edition it is listed under: its newest date where several hold it."""
    source: str
    """Who announced it: `arxiv`, `list:NAME`, …"""
    type: str | None = None
    """Announce type."""
    rank: int | None = None
    """Place in a published list; None elsewhere."""
    relevance: float | None = None
    novelty: float | None = None
    comment: str = ""
    scorer: str | None = None
    upvotes: int | None = None
    marks: Marks = NOTHING
    seen: dt.date | None = None
    """An earlier date on which the paper was already listed: the same paper back again."""
    place: int | None = None
    """In a model's strict order of the edition's best, from 1."""
    followed: str = ""
    """The author whom the reader follows, as in `authors`; "" for none. Decided when read, never stored."""

    @property
    def score(self) -> float | None:
        """relevance + novelty, None if either is unknown."""
        return None if self.relevance is None or self.novelty is None else self.relevance + self.novelty


class EditionHead(NamedTuple):
    """An edition without its papers."""

    date: dt.date
    papers: int
    """Papers listed, hidden ones included."""
    unread: int = 0
    saved: int = 0
    sources: tuple[str, ...] = ()
    reason: str | None = None
    """Why it has no papers, or why it may be incomplete: one line for the screen."""
    usage: Usage | None = None
    """What a loaded list says its making cost and counted."""
    ranked: bool = False
    """Whether a published order is there: the default sort is then `rank`."""
    novelty_note: str | None = None
    """Why novelty is unknown (the library is too young), else None."""
    invented: bool = False
    """Whether this is the demo edition, whose papers do not exist."""
    searched: str | None = None
    """The words of a search, where this is what it found in the whole library rather than a day's list."""
    followed_first: bool = False
    """Whether papers of followed authors stand on top of the default order."""


class Edition(NamedTuple):
    """A day's list with its papers in the default order, hidden ones included."""

    head: EditionHead
    rows: tuple[Row, ...]


FOUND_AT_MOST = 100
"""Papers that a search in the whole library shows at most, the newest ones: its first key already has an answer, and
nobody reads the ninety-ninth."""


def found_edition(words: str, rows: Sequence[Row]) -> Edition:
    """What a search found in the whole library, as a list; its date is the newest paper's."""
    return Edition(EditionHead(max((row.date for row in rows), default=dt.date.min), len(rows), searched=words), tuple(rows))


class Detail(NamedTuple):
    """All that is known of one paper, for the pane and for `show`."""

    paper: Paper
    """The source's own text (TeX kept)."""
    title: str
    """For display: TeX as Unicode."""
    abstract: str
    authors: tuple[str, ...]
    date: dt.date | None
    """Its newest edition."""
    announcements: tuple[Announcement, ...] = ()
    scores: tuple[Score, ...] = ()
    current: Score | None = None
    marks: Marks = NOTHING
    unscored_reason: str | None = None
    cost: float | None = None
    """US dollars that its current score by a model cost, on average in its edition; None where that is unknown."""
    followed: str = ""
    """The author whom the reader follows, with an h-index where one is known; "" for none."""


class SortKey(NamedTuple):
    """One key of an order. `turned` puts the worst first; unknown values come last either way."""

    name: str
    turned: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.turned else self.name


BY_SCORE = (SortKey("score"), SortKey("relevance"))
BY_RANK = (SortKey("rank"),)
FOLLOWED = SortKey("followed")
"""Put before the default order where the reader wants followed authors on top; no key of `--sort`."""


_PLACE = SortKey("place")


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Read `relevance,-date`. ValueError naming the key that does not exist."""
    keys = []
    for part in text.split(","):
        name = part.strip()
        turned = name.startswith("-")
        if (name := name.removeprefix("-")) not in SORT_KEYS:
            raise ValueError(f"no sort key is called {name!r}: the keys are {', '.join(SORT_KEYS)}")
        keys.append(SortKey(name, turned))
    return tuple(keys)


_BEST_IS_LOW = {"title", "rank", "place"}
_VALUES: dict[str, Callable[[Row], object]] = {
    "relevance": lambda row: row.relevance,
    "novelty": lambda row: row.novelty,
    "score": lambda row: row.score,
    "date": lambda row: row.date,
    "title": lambda row: fold(row.title).lstrip(" \"'([{$"),
    "upvotes": lambda row: row.upvotes,
    "rank": lambda row: row.rank,
    "place": lambda row: row.place,
    "followed": lambda row: bool(row.followed),
}


def ordered(rows: Iterable[Row], keys: Sequence[SortKey]) -> list[Row]:
    """Rows in the order of `keys`, best first, unknown last, ties by id. Where a model has put the best in a strict order, the
    default order keeps to it.
    """
    rows = list(rows)
    if tuple(keys[-len(BY_SCORE) :]) == BY_SCORE and any(row.place is not None for row in rows):
        keys = (*keys[: -len(BY_SCORE)], _PLACE, *BY_SCORE)
    result = sorted(rows, key=lambda row: str(row.id))
    for key in reversed(keys):
        value = _VALUES[key.name]
        known = [(value(row), row) for row in result]
        unknown = [row for found, row in known if found is None]
        known = [pair for pair in known if pair[0] is not None]
        # a stable sort in each direction: `reverse=True` keeps ties in their order, unlike reversing afterwards
        known.sort(key=operator.itemgetter(0), reverse=(key.name not in _BEST_IS_LOW) != key.turned)
        result = [row for _, row in known] + unknown
    return result


_NUMERIC = r"(?i)(r|n|s|relevance|novelty|score)(>=|<=|=|>|<)(\d+(?:\.\d+)?)"
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
_FLAGS: dict[str, Callable[[Row], bool]] = {
    "unread": lambda row: not row.marks.read,
    "read": lambda row: row.marks.read,
    "saved": lambda row: row.marks.saved,
    "unsaved": lambda row: not row.marks.saved,
    "new": lambda row: row.type == "new",
    "cross": lambda row: row.type == "cross",
    "unscored": lambda row: row.relevance is None,
    "followed": lambda row: bool(row.followed),
}


class Filter(NamedTuple):
    """A reader's filter line: `r>=9 n>=8 unread cat:cs.LG au:smith #tag words`; every part must hold.

    Parts that are none of these are words, looked for in title, authors, category, comment and (where given) abstract,
    accents and case folded. `=unread` as a word: write `"unread"` in quotes.
    """

    text: str
    tests: tuple[Callable[[Row], bool], ...] = ()
    words: tuple[str, ...] = ()

    def matches(self, row: Row, haystack: str) -> bool:
        """Whether `row` passes; `haystack` is `haystack(row)`, kept by the caller because it is costly."""
        return all(word in haystack for word in self.words) and all(test(row) for test in self.tests)


def haystack(row: Row, abstract: str = "") -> str:
    """What a filter's words are looked for in."""
    return fold("\n".join((row.title, ", ".join(row.authors), row.category, row.comment, str(row.id), *row.marks.tags, abstract)))


def parse_filter(text: str) -> Filter:
    """Read a filter line; everything is some filter, so that it can be read at every key."""
    tests: list[Callable[[Row], bool]] = []
    words: list[str] = []
    for quoted, part in re.findall(r'"([^"]*)"?|(\S+)', text):
        if quoted or not part:
            words.append(fold(quoted))
            continue
        lowered = part.lower()
        if match := re.fullmatch(_NUMERIC, part):
            tests.append(_number_test(match[1][0].lower(), match[2], float(match[3])))
        elif lowered in _FLAGS:
            tests.append(_FLAGS[lowered])
        elif lowered.startswith("cat:") and len(part) > 4:
            tests.append(_text_test(lambda row: row.category, fold(part[4:])))
        elif lowered.startswith("au:") and len(part) > 3:
            tests.append(_text_test(lambda row: "\n".join(row.authors), fold(part[3:])))
        elif part.startswith("#") and len(part) > 1:
            tests.append(_text_test(lambda row: "\n".join(row.marks.tags), fold(part[1:])))
        else:
            words.append(fold(part))
    return Filter(text, tuple(tests), tuple(word for word in words if word))


def _number_test(axis: str, sign: str, bound: float) -> Callable[[Row], bool]:
    value = _VALUES[{"r": "relevance", "n": "novelty", "s": "score"}[axis]]
    compare = _COMPARE[sign]

    def test(row: Row) -> bool:
        found = value(row)
        return isinstance(found, int | float) and compare(found, bound)

    return test


def _text_test(value: Callable[[Row], str], wanted: str) -> Callable[[Row], bool]:
    return lambda row: wanted in fold(value(row))

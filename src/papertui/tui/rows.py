"""How a row becomes a line of the table: which columns there are, and what stands in each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from papertui.domain.edition import Row, SortKey
from papertui.tui.cells import Line, clip, pad, width_of

UNREAD, SAVED, HIDDEN, AGAIN, CURSOR, UNKNOWN, UP, DOWN, FOLLOWED = "●", "★", "×", "↺", "▌", "–", "▲", "▼", "@"
"""Every state has a glyph as well as a colour: there are terminals without colours."""

_MARKS = 4
"""Cursor, unread, saved, and a blank."""
_SCORE = 4
"""`10` or `8.5` and the header's `rel▼`, each with what parts it from its neighbour."""

_BEST_IS_LOW = {"title", "rank"}
_SCORE_KEYS = {"relevance": ("relevance",), "novelty": ("novelty",), "score": ("relevance", "novelty")}


class Columns(NamedTuple):
    """Widths in cells; a column of width 0 is not shown. The marks and both scores always are."""

    width: int
    title: int
    authors: int = 0
    place: int = 0
    """Category, or the date where there is none."""
    source: int = 0

    @property
    def fits(self) -> bool:
        """Whether a row takes exactly `width` cells; a table of a dozen columns is narrower than its scores."""
        return self.width > _MARKS + 2 * _SCORE + 1


def columns(width: int, rows: Sequence[Row]) -> Columns:
    """The columns of a table `width` cells wide: as it narrows, source, category and authors go, the scores never.

    A source that all rows share parts nothing from nothing: the titles get its room.
    """
    left = max(width - _MARKS - 2 * _SCORE - 1, 1)
    authors = place = source = 0
    if width >= 72:
        authors = 14 if width < 90 else 18 if width < 130 else 24
    if width >= 90:
        place = min(max((width_of(_place(row)) for row in rows), default=0), 10 if width < 130 else 18)
        place = max(place, len("category"))
    if width >= 104 and len({row.source for row in rows}) > 1:
        source = max(min(max((width_of(_source(row)) for row in rows), default=0), 12), len("source"))
    title = left - sum(size + 2 for size in (authors, place, source) if size)
    if width >= 150 and title > 90:
        spare = title - 90
        title, authors = 90, authors + min(spare, 30)
        title += max(spare - 30, 0)
    return Columns(width, max(title, 1), authors, place, source)


def score_text(value: float | None) -> str:
    """A score as it stands in table and pane: `10`, `8.5`, `–`."""
    if value is None:
        return UNKNOWN
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def score_style(value: float | None) -> str:
    """The style that says how good a score is: `high` from 9, `middle` from 8, then quieter and quieter."""
    if value is None:
        return "faint"
    return "high" if value >= 9 else "middle" if value >= 8 else "muted" if value >= 6 else "faint"


def author_text(authors: Sequence[str], width: int) -> str:
    """As many names as fit, then how many more there are: `A. Turing +7`."""
    if not authors:
        return ""
    for count in range(len(authors), 0, -1):
        if count > 6 and len(authors) > 6:
            continue
        rest = f" +{len(authors) - count}" if count < len(authors) else ""
        text = ", ".join(authors[:count]) + rest
        if width_of(text) <= width:
            return text
    rest = f" +{len(authors) - 1}" if len(authors) > 1 else ""
    room = width - len(rest)
    return clip(authors[0], room).rstrip() + rest if room >= 4 else clip(authors[0], width).rstrip()


def by_followed(row: Row) -> Sequence[str]:
    """Its authors, the followed one first: the others may not fit."""
    return (row.followed, *(name for name in row.authors if name != row.followed)) if row.followed else row.authors


def _place(row: Row) -> str:
    return row.category or row.date.isoformat()


def _source(row: Row) -> str:
    """Who announced it; a published list by its name alone, for the room."""
    return row.source.removeprefix("list:")


def arrow(key: SortKey) -> str:
    """Which way the values run downwards: ▼ from high to low, ▲ from low to high."""
    return UP if (key.name in _BEST_IS_LOW) != key.turned else DOWN


def sort_text(order: Sequence[SortKey]) -> str:
    """The order in words: `relevance + novelty ▼`."""
    name = {"score": "relevance + novelty", "rank": "published order"}.get(order[0].name, order[0].name)
    return f"{name} {arrow(order[0])}"


def header(cols: Columns, order: Sequence[SortKey]) -> Line:
    """The header row, with an arrow at what the list is ordered by."""
    key = order[0]
    sign = arrow(key)
    by = _SCORE_KEYS.get(key.name, ())
    spans = [(" " * _MARKS, "head")]
    if len(by) > 1:
        spans.append((f"rel+nov{sign}", "head_sorted"))
    else:
        for name, word in (("relevance", "rel"), ("novelty", "nov")):
            on = name in by
            spans.append((word + (sign if on else " "), "head_sorted" if on else "head"))
    spans.append((" ", "head"))
    place_word = "category"
    if key.name == "title":
        spans.append((pad(f"title {sign}", cols.title), "head_sorted"))
    elif by:
        spans.append((pad("title", cols.title), "head"))
    else:  # ordered by what has no column of its own: it is said beside the title
        said = _by_key(key)
        spans.append((pad("title", max(cols.title - len(said), 0)), "head"))
        spans.append((pad(said, min(len(said), cols.title)), "head_sorted"))
    for size, word in ((cols.authors, "authors"), (cols.place, place_word), (cols.source, "source")):
        if size:
            spans.append(("  " + pad(word, size), "head"))
    return tuple(spans)


def sort_at(cols: Columns, order: Sequence[SortKey], x: int) -> str | None:
    """What a click on the header, `x` cells from the left, sorts by: what is named there. None over a column that orders nothing."""
    key = order[0]
    if x < _MARKS:
        return "score"
    if x < _MARKS + 2 * _SCORE:
        return "relevance" if x < _MARKS + _SCORE else "novelty"
    beyond = x - (_MARKS + 2 * _SCORE + 1)
    if beyond >= cols.title:
        return None
    named = key.name != "title" and key.name not in _SCORE_KEYS
    return key.name if named and beyond >= cols.title - len(_by_key(key)) else "title"


def _by_key(key: SortKey) -> str:
    """The order, where it is by what has no column of its own."""
    return f" by {'published order' if key.name == 'rank' else key.name} {arrow(key)}"


def cells(row: Row, cols: Columns, *, here: bool) -> Line:
    """One paper's line: as few changes of style as its states need, for they are what a terminal is slow at."""
    marks = row.marks
    state = HIDDEN if marks.hidden else " " if marks.read else UNREAD
    text = "faint" if marks.hidden else "muted" if marks.read else "text"
    again = f"{AGAIN} " if row.seen else ""
    spans = [((CURSOR if here else " ") + state + (SAVED if marks.saved else " ") + " ", "accent")]
    for value in (row.relevance, row.novelty):
        spans.append((f"{score_text(value):>3} ", score_style(value) if not marks.hidden else "faint"))
    if row.followed and not cols.authors:
        again = f"{FOLLOWED} {again}"
    spans.append((" " + clip(again + row.title, cols.title), text))
    tail = ""
    if cols.authors:
        names = clip(author_text(by_followed(row), cols.authors), cols.authors)
        if row.followed:  # the sign stands in what parts the columns
            spans += [(" ", "muted"), (FOLLOWED, "faint" if marks.hidden else "accent")]
            tail += names
        else:
            tail += "  " + names
    if cols.place:
        place = _place(row)
        tail += "  " + clip(place if len(place) <= cols.place else place.partition(".")[0], cols.place)
    if cols.source:
        tail += "  " + clip(_source(row), cols.source)
    if tail:
        spans.append((tail, "faint" if marks.hidden else "muted"))
    return tuple(spans)

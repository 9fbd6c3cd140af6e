"""Whether a feed serves an old list under a new date, category by category: only the ids tell (FACTS 1.1). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from papertui.domain.ids import rowid_of
from papertui.domain.paper import Announced, Paper

FEWEST = 3
"""Fewer papers than this say nothing about a category's age."""
SHARE = 0.9

Before = Mapping[tuple[int, str], dt.date]
"""When a source last announced a paper earlier, by row number and announce type."""


class Stale(NamedTuple):
    """An old list: how many of its papers an earlier date had, of how many, and which date."""

    known: int
    of: int
    last: dt.date

    def __str__(self) -> str:
        return f"{self.known} of {self.of} new papers were new on {self.last} already"


def parts_of(paper: Paper, parts: Collection[str]) -> list[str]:
    """Which of these categories and archives a paper belongs to."""
    return [part for part in parts if any(code == part or code.startswith(f"{part}.") for code in paper.categories)]


def stale_parts(announced: Sequence[Announced], before: Before, parts: Sequence[str]) -> dict[str, Stale]:
    """The categories whose list is an earlier date's.

    A paper is new once, and cross-listed once. Only papers that came for one category alone speak for it: the others
    may stand in the feed for another's sake.
    """
    own: dict[str, list[Announced]] = {part: [] for part in parts}
    for one in announced:
        mine = parts_of(one.paper, parts)
        if one.announcement.type in ("new", "cross") and len(mine) == 1:
            own[mine[0]].append(one)
    found = {}
    for part, papers in own.items():
        known = [before[key] for key in map(key_of, papers) if key in before]
        if len(papers) >= FEWEST and len(known) >= SHARE * len(papers):
            found[part] = Stale(len(known), len(papers), max(known))
    return found


def without_stale(announced: Sequence[Announced], before: Before, parts: Sequence[str], stale: Collection[str]) -> tuple[Announced, ...]:
    """What remains of a feed where the lists of some categories are old: what stands in it for another's sake, or was never told."""
    return tuple(one for one in announced if key_of(one) not in before or not set(parts_of(one.paper, parts)) <= set(stale))


def key_of(one: Announced) -> tuple[int, str]:
    """What `Before` knows a paper by."""
    return rowid_of(one.paper.id), one.announcement.type or ""

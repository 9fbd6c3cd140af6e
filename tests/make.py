"""Small values for tests: papers, days and a library that holds them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced, Announcement, Paper
from papertui.domain.score import Score
from papertui.store.library import Library

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.date(2025, 11, 5)


def pid(number: int) -> PaperId:
    """arxiv:2511.NNNNN."""
    return PaperId("arxiv", f"2511.{number:05d}")


def paper(number: int, **known: object) -> Paper:
    """A paper with plain defaults."""
    values: dict[str, object] = {
        "title": f"Title {number}",
        "abstract": f"Abstract of number {number}.",
        "authors": ("First Author", "Second Author"),
        "version": 1,
        "categories": ("cs.LG",),
    }
    return Paper(pid(number), **(values | known))  # type: ignore[arg-type]


def announced(number: int, day: dt.date = DAY, kind: str | None = "new", source: str = "arxiv", **known: object) -> Announced:
    """A paper announced."""
    return Announced(paper(number, **known), Announcement(source, day, kind, number))


def local_score(
    number: int, relevance: float | None, novelty: float | None = None, *, recipe: str = "r1", comment: str = ""
) -> tuple[PaperId, Score]:
    """A score by the local scorer of `paper(number)`."""
    return pid(number), Score("local", relevance, novelty, comment, scored_at=NOW, recipe=recipe, paper_digest=paper(number).digest)


def list_score(number: int, relevance: float, novelty: float, name: str = "somebody", day: dt.date = DAY) -> tuple[PaperId, Score]:
    """A score from a published list."""
    return pid(number), Score(f"list:{name}", relevance, novelty, "listed", listed=day)


def library_with(path: Path, count: int = 5) -> Library:
    """A library whose edition of DAY holds papers 1 to `count`."""
    library = Library(path, write=True)
    library.add_day(DAY, "arxiv", NOW)
    library.add_papers([announced(number) for number in range(1, count + 1)], first_hand=True)
    return library

"""What every form of a list ends in: entries in published order, and what was passed over."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import PaperId, parse_reference
from papertui.domain.paper import ANNOUNCE_TYPES, Paper, Problem
from papertui.domain.published import Listed
from papertui.domain.score import Score, grade
from papertui.errors import PapertuiError
from papertui.lists.authors import names_and_affiliations

_FEED_PREFIX = re.compile(r"\s*arXiv:(\S+)\s+Announce Type:\s*(\S+)\s+Abstract:\s*", re.IGNORECASE)
"""How arXiv's feeds begin an abstract; lists of 2025-01 and tatsu-lab's own layout keep it."""

_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z][A-Za-z-]*)?", re.ASCII)


class NotAList(PapertuiError):
    """The file is no scored list: which file, and what it looks like instead."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{shown(name, 400)}: {what}")


def shown(value: object, limit: int = 60) -> str:
    """A foreign value within a message: one line, cut."""
    if isinstance(value, list | dict):
        return "an array" if isinstance(value, list) else "an object"  # printing one that is nested deeply would raise
    return one_line(str(value), limit)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as a form's parser found it, before the gate. Unknown is None or empty."""

    id: str
    title: str
    abstract: str = ""
    authors: str | Sequence[str] = ()
    relevance: object = None
    novelty: object = None
    comment: str = ""
    categories: Sequence[str] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None


class Collector:
    """Takes raw entries in published order, passes each through the gate, and remembers what could not be taken."""

    def __init__(self, name: str, model: str | None = None) -> None:
        self.name = shown(name, 400)
        self.model = model
        self.problems: list[Problem] = []
        self._taken: dict[PaperId, Listed] = {}

    @property
    def entries(self) -> tuple[Listed, ...]:
        """What was taken, by rank: in the published order, but papers of followed authors first, which have no scores."""
        ordered = sorted(self._taken.values(), key=lambda entry: not _is_author_match(entry))
        return tuple(entry if entry.rank == rank else replace(entry, rank=rank) for rank, entry in enumerate(ordered, 1))

    def problem(self, entry: object, why: str) -> None:
        """Note that something of `entry` was passed over; `entry` empty: of the file."""
        where = shown(entry)
        self.problems.append(Problem(f"{self.name}, {where}" if where else self.name, why))

    def add(self, raw: RawEntry) -> None:
        """Take one entry, or note why not. A field that is no such thing is noted and left unknown, the entry taken."""
        try:
            paper_id, version = parse_reference(raw.id[:200])
        except ValueError as error:
            self.problem(raw.title or raw.id, shown(error, 120))
            return
        title = one_line(raw.title)
        if not title:
            self.problem(raw.id, "has no title")
            return
        abstract, announced_version, announce_type = without_feed_prefix(raw.abstract, paper_id)
        names, affiliations = names_and_affiliations(raw.authors)
        paper = Paper(
            id=paper_id,
            title=title,
            abstract=paragraphs(abstract),
            authors=names,
            affiliations=affiliations,
            version=version or announced_version,
            categories=tuple(dict.fromkeys(name for name in raw.categories if _CATEGORY.fullmatch(name))),
        )
        score = self.score(paper_id.number, raw)
        self.take(paper, score, announce_type, raw.extra)

    def score(self, entry: str, raw: RawEntry) -> Score | None:
        """The publisher's word on one paper; scorer and list date are set by whoever knows the publisher."""
        relevance, novelty = (self._grade(entry, axis, getattr(raw, axis)) for axis in ("relevance", "novelty"))
        comment = one_line(raw.comment)
        if relevance is None and novelty is None and not comment:
            return None
        model = one_line(raw.model, 200) if raw.model else self.model
        return Score(scorer="", relevance=relevance, novelty=novelty, comment=comment, model=model)

    def take(self, paper: Paper, score: Score | None, announce_type: str | None, extra: Mapping[str, str]) -> None:
        """Add a paper at the next rank; a paper that is there already stays as it is."""
        if known := self._taken.get(paper.id):
            self.problem(paper.id.number, f"is listed twice: the first entry, at rank {known.rank}, holds")
            return
        kept = {key: line for key, text in extra.items() if (line := one_line(text))}
        self._taken[paper.id] = Listed(paper, len(self._taken) + 1, score, announce_type, kept)

    def _grade(self, entry: str, axis: str, value: object) -> float | None:
        if value is None or value == "":
            return None
        found = grade(value)
        if found is None:
            self.problem(entry, f"{axis} is no score from 1 to 10: {shown(value, 30)!r}")
        return found


def _is_author_match(entry: Listed) -> bool:
    score = entry.score
    return score is not None and score.relevance is None and score.novelty is None and score.comment.lower().startswith("author match")


def without_feed_prefix(abstract: str, paper: PaperId) -> tuple[str, int | None, str | None]:
    """An abstract without `arXiv:ID Announce Type: new Abstract:`; (abstract, version, announce type)."""
    match = _FEED_PREFIX.match(abstract[:400])
    if not match:
        return abstract, None, None
    version = None
    try:
        named, version = parse_reference(f"arXiv:{match[1]}")
    except ValueError:
        named = None
    kind = match[2].lower()
    return abstract[match.end() :], version if named == paper else None, kind if kind in ANNOUNCE_TYPES else None


def count(value: object) -> int | None:
    """A foreign count, 0 or more, within what a database column holds; None where it is no such thing."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def dollars(value: object) -> float | None:
    """A foreign price in US dollars; None where it is no such thing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        return None
    return float(value) if math.isfinite(value) else None


def instant(value: object) -> datetime | None:
    """A foreign ISO 8601 time with its zone; None where it is no such thing."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None

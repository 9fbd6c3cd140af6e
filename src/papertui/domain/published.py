"""A published scored list: somebody else's day, as `load` takes it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from papertui.domain.paper import Paper, Problem
from papertui.domain.score import Score


@dataclass(frozen=True, slots=True)
class Usage:
    """What the publisher's run cost and counted, as printed; None where the list does not say."""

    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_cost: float | None = None
    """US dollars."""
    completion_cost: float | None = None
    total_cost: float | None = None
    total_arxiv_papers: int | None = None
    total_scanned_papers: int | None = None
    total_relevant_papers: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a published list."""

    paper: Paper
    rank: int
    """Place in the published order, from 1."""
    score: Score | None
    """None where the publisher gave neither scores nor comment."""
    announce_type: str | None = None
    """Where the abstract still carries the feed's `Announce Type:`."""
    extra: dict[str, str] = field(default_factory=dict)
    """Other fields worth keeping (matched topics), one line each."""


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One file read: its date and name (where it says), entries in published order, usage, and what was passed over."""

    date: date | None
    entries: tuple[Listed, ...]
    usage: Usage | None = None
    problems: tuple[Problem, ...] = ()
    form: str = ""
    """Which kind of file: `json`, `json2`, `markdown`, `page`, `papertui`."""

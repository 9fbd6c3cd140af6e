"""What an answer of a scorer brings, and what it cost: kept as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from papertui.domain.ids import PaperId
from papertui.domain.score import Score

Batch = Sequence[tuple[PaperId, Score]]
"""Papers that are finished, with their scores."""


class Tokens(NamedTuple):
    """What a server counted; zeros where it does not tell a part."""

    prompt: int = 0
    """All of the prompt, cached and cache-written tokens included."""
    cached: int = 0
    cache_writes: int = 0
    completion: int = 0
    """All of the answer, reasoning included."""
    reasoning: int = 0

    def plus(self, other: Tokens) -> Tokens:
        """The sum of both."""
        return Tokens(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Answer(NamedTuple):
    """What one answer brought: stored as a whole, or not at all."""

    scores: Batch = ()
    outcomes: Sequence[Outcome] = ()
    """What else is now known of papers."""
    judged: Sequence[Judged] = ()
    """Where several passes are averaged: what the scores are made of."""
    spent: Spent | None = None


class Judged(NamedTuple):
    """What one of several passes said of a paper."""

    paper: PaperId
    digest: str
    """Of the paper, as it was read."""
    number: int
    """Of the pass, from 0."""
    relevance: float
    novelty: float
    comment: str


class Outcome(NamedTuple):
    """A paper that got no score, or that passed the first look at titles."""

    paper: PaperId
    digest: str
    """Of the paper, as it was read."""
    kind: str
    """`kept` (its title was; no reason), `screened` (out, by its title), `refused` (the server will not have it), `missing`."""
    reason: str = ""
    """One line for the reader: `unscored_reason`."""

    @property
    def is_final(self) -> bool:
        """Whether it is not asked for again by the same recipe."""
        return self.kind in ("screened", "refused")


class Spent(NamedTuple):
    """What one request used."""

    kind: str
    """`score`, `screen` (titles) or `order` (the best)."""
    papers: int
    """Papers that were asked for."""
    chars: int
    """Characters of the messages: what tokens are guessed from next time."""
    tokens: Tokens | None
    """None where the server does not count."""
    usd: float | None
    """None where the price or the tokens are unknown."""


class Run(NamedTuple):
    """Whose answers these are."""

    id: str
    """One for everything that one command or one press of a key scored."""
    scorer: str
    recipe: str
    host: str = ""
    """Of the model's server."""

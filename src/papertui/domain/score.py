"""Scores, and which of a paper's scores is the current one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from papertui.domain.edition import LOCAL

__all__ = ["LOCAL", "Score", "current", "grade"]


@dataclass(frozen=True, slots=True)
class Score:
    """What one scorer said of one paper."""

    scorer: str
    """`llm:MODEL`, `local` or `list:NAME`."""

    relevance: float | None = None
    """1 to 10; one decimal where several passes were averaged; None where unknown."""

    novelty: float | None = None
    """1 to 10, independent of relevance; None where unknown."""

    comment: str = ""
    """One sentence on why, one line."""

    model: str | None = None
    scored_at: datetime | None = None
    """UTC; None for a published list, which does not say."""

    recipe: str | None = None
    """Digest of prompts, profile and scale; None for somebody else's list."""

    paper_digest: str = ""
    """Digest of title and abstract as scored."""

    listed: date | None = None
    """For `list:NAME`: the date of the list; the same list may score a paper again on another day."""

    stale: bool = False
    """Whether recipe or paper have changed since. Derived when read, never stored."""

    @property
    def total(self) -> float | None:
        """relevance + novelty, None if either is."""
        if self.relevance is None or self.novelty is None:
            return None
        return self.relevance + self.novelty


def grade(value: object) -> float | None:
    """A score from foreign input: a number within 1 to 10, one decimal; None where it is no such thing.

    Numbers in strings ("8") are taken; booleans, NaN, infinities and numbers outside the scale are not.
    """
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 1 <= value <= 10:  # also false for NaN
        return None
    rounded = round(float(value), 1)
    return int(rounded) if rounded.is_integer() else rounded


def current(scores: Iterable[Score], on: date | None, prefer: str | None = None) -> Score | None:
    """The score shown for a paper in the edition of date `on`.

    The reader's choice, else an up-to-date llm score, else a list's, else a stale llm score, else local; within one
    kind the up-to-date before the stale, the list of that very date before others, then the newest.
    """

    def key(score: Score) -> tuple[object, ...]:
        kind = score.scorer.partition(":")[0]
        chosen = prefer is not None and prefer in (score.scorer, kind)
        order = {"llm": 1 if score.stale else 3, "list": 2}.get(kind, 0)
        newest = score.scored_at.timestamp() if score.scored_at else float((score.listed or date.min).toordinal())
        return (chosen, order, not score.stale, score.listed is not None and score.listed == on, newest, score.scorer)

    return max(scores, key=key, default=None)

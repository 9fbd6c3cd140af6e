"""What every scorer is to the service that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from papertui.domain.answer import Answer, Batch, Judged, Outcome, Spent
from papertui.domain.paper import Paper, Problem

__all__ = ["Answer", "Batch", "Done", "Judged", "Outcome", "Scorer", "ScoringReport", "Spent"]

Done = Callable[[Answer], Awaitable[object]]
"""Called on the event loop with every answer, some perhaps at the same time. The service stores it (in a thread) before it
returns, so that an interrupted run keeps all that was paid for; what it raises ends the run."""


@dataclass(frozen=True, slots=True)
class ScoringReport:
    """How a run went, once its last batch was handed over."""

    scored: int
    """Papers handed to `done`."""
    failed: tuple[Problem, ...] = ()
    """Papers without a score, and why: the rest is kept, a second run asks for these alone."""
    note: str | None = None
    """What the reader should know of these scores, in one line (novelty unknown)."""


class Scorer(Protocol):
    """Something that gives papers scores: by counting words here, by asking a model, by what the reader liked."""

    @property
    def name(self) -> str:
        """`local` or `llm:MODEL`: the `scorer` of its scores."""

    @property
    def recipe(self) -> str:
        """Digest of all that a score depends on besides the paper: another one makes a score stale."""

    @property
    def whole(self) -> bool:
        """Whether papers are graded against each other: `score` then wants an edition's papers all together."""

    async def score(self, papers: Sequence[Paper], done: Done) -> ScoringReport:
        """Score `papers`, calling `done` as batches finish, in any order, some perhaps at the same time.

        Keeps the event loop free. A batch that fails goes into the report and the others go on; PapertuiError where
        nothing can be scored at all (no key, no such model). Cancelling ends it; finished batches stay.
        """

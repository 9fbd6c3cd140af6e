"""What a source said of a date, into the library: in portions, and last of all what was asked and came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from papertui.domain.asked import FEED, Asked
from papertui.domain.paper import SourceDay
from papertui.services.chunks import PORTION, portions
from papertui.services.events import Emit, Failed, Fetched, Progress, Warned
from papertui.services.session import Session

ARXIV, HUGGINGFACE = "arxiv", "huggingface"


def store_day(session: Session, day: SourceDay, emit: Emit, parts: Sequence[str] = (), trouble: str | None = None) -> None:
    """Store what one source announced under one date. `parts`: arXiv's categories that are wholly in it.

    A kill in the middle leaves the parts out, so that the next run asks for them again.
    """
    replaced = sum(item.announcement.is_replacement for item in day.announced)
    added = 0
    reason = day.reason
    with session.library(write=True) as library:
        if not day.announced and library.announced_by(day.source, day.date):
            reason = None  # an empty answer after a full one: a feed rebuilt, not a day without papers
        for number, portion in enumerate(portions(day.announced)):
            emit(Progress(f"storing {day.source}", number * PORTION, len(day.announced)))
            added += library.add_papers(portion, first_hand=day.source != HUGGINGFACE).entered
        via = day.facts.get("via", FEED if day.source == ARXIV else "")
        library.add_asked(
            Asked(day.source, day.date, session.clock(), via, len(day.announced), tuple(parts), reason, trouble or _missing(day))
        )
    for problem in day.problems:
        emit(Warned(str(problem)) if problem.is_note else Failed(problem.where, problem.why))
    emit(Fetched(day.source, day.date, len(day.announced) - replaced, added, replaced, reason))


def _missing(day: SourceDay) -> str | None:
    """What could not be read of an answer, in a line."""
    lost = [problem for problem in day.problems if not problem.is_note]
    if not lost:
        return None
    return str(lost[0]) + (f" (and {len(lost) - 1} more)" if len(lost) > 1 else "")


def note_trouble(session: Session, source: str, day: date, trouble: str) -> None:
    """Keep that a source could not be had for a date: its edition says so until a later fetch completes it."""
    with session.library(write=True) as library:
        library.add_asked(Asked(source, day, session.clock(), trouble=trouble))

"""`score`: the papers of editions, by the scorer that the settings or the reader choose."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.paper import Paper
from papertui.domain.score import LOCAL, Score
from papertui.errors import PapertuiError
from papertui.scoring.protocol import Batch, Scorer
from papertui.services.chunks import in_thread, portions
from papertui.services.events import Emit, Failed, Progress, Scored, Warned
from papertui.services.profiles import load_profile
from papertui.services.session import Session

EARLIER = 3_000
"""How many earlier papers novelty is measured against: the newest ones."""


async def score_editions(
    session: Session,
    emit: Emit,
    *,
    day: date | None = None,
    since: date | None = None,
    everything: bool = False,
    scorer: str | None = None,
    limit: int | None = None,
    rescore: bool = False,
) -> int:
    """Score one edition (the newest without a choice) or several; how many papers got a score."""
    days = await asyncio.to_thread(_days, session, day, since, everything)
    if not days:
        raise PapertuiError("the library holds no edition to score; papertui update fetches the newest")
    done = 0
    for each in days:
        if limit is not None and done >= limit:
            break
        left = None if limit is None else limit - done
        done += await score(session, emit, each, scorer=scorer, limit=left, rescore=rescore)
    return done


def _days(session: Session, day: date | None, since: date | None, everything: bool) -> Sequence[date]:
    with session.library() as library:
        known = library.dates()
    if everything:
        return known
    if since is not None:
        return [each for each in known if each >= since]
    if day is not None:
        if day not in known:
            newest = f"; its newest edition is {known[0]}" if known else ""
            raise PapertuiError(f"the library has nothing of {day}{newest}")
        return [day]
    return known[:1]


async def score(
    session: Session, emit: Emit, day: date, *, scorer: str | None = None, limit: int | None = None, rescore: bool = False
) -> int:
    """Score what has no up-to-date score in one edition; how many papers got one. Finished batches are stored as they come."""
    emit(Progress(f"scoring ({scorer or LOCAL})"))
    engine, papers, wanted = await asyncio.to_thread(_prepare, session, emit, day, limit, rescore)
    if not wanted:
        emit(Scored(engine.name, day, 0, "all have an up-to-date score" if papers else "there are no papers"))
        return 0
    stored = 0

    async def store(batch: Batch) -> None:
        nonlocal stored
        chosen = [(paper, score) for paper, score in batch if rowid_of(paper) in wanted]
        await in_thread(_store, session, chosen)
        stored += len(chosen)
        emit(Progress(f"scoring ({engine.name})", stored, len(wanted)))

    given = papers if engine.whole else [paper for paper in papers if rowid_of(paper.id) in wanted]
    report = await engine.score(given, store)
    await asyncio.to_thread(_close, session, day, engine.name, report.note)
    for problem in report.failed:
        emit(Failed(problem.where, problem.why))
    emit(Scored(engine.name, day, stored, report.note))
    return stored


def _prepare(session: Session, emit: Emit, day: date, limit: int | None, rescore: bool) -> tuple[Scorer, Sequence[Paper], set[int]]:
    """The scorer, the edition's papers, and the row numbers of those whose score is wanted."""
    from papertui.scoring.local import LocalScorer

    loaded = load_profile(session.paths, session.settings.profile)
    replacements = session.settings.show_replacements
    with session.library() as library:
        papers = library.papers_in(day, replacements=replacements)
        engine = LocalScorer(loaded.profile, library.texts_before(day, EARLIER), now=session.clock())
        open_ones = (
            {rowid_of(paper.id) for paper in papers}
            if rescore
            else library.unscored(day, engine.name, engine.recipe, replacements=replacements)
        )
    if open_ones and not loaded.confirmed:
        emit(Warned("scoring by the profile that papertui brings along: papertui profile edit makes it yours"))
    wanted = sorted(open_ones)
    return engine, papers, set(wanted if limit is None else wanted[:limit])


def _store(session: Session, scores: Sequence[tuple[PaperId, Score]]) -> None:
    with session.library(write=True) as library:
        for portion in portions(scores):
            library.add_scores([(paper, replace(score, stale=False)) for paper, score in portion])


def _close(session: Session, day: date, scorer: str, note: str | None) -> None:
    with session.library(write=True) as library:
        library.add_run(day, scorer, note, session.clock())

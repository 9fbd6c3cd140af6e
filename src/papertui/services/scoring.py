"""`score`: the papers of editions, by the scorer that the settings or the reader choose."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from papertui.domain.authors import Alias
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.paper import Paper
from papertui.domain.score import LOCAL, Score
from papertui.errors import PapertuiError, UsageError
from papertui.scoring.protocol import Answer, Scorer
from papertui.services.authors import followed_aliases
from papertui.services.chunks import in_thread, portions
from papertui.services.events import Emit, Failed, Progress, Scored, Warned
from papertui.services.profiles import load_profile
from papertui.services.session import Session

EARLIER = 3_000
"""How many earlier papers novelty is measured against: the newest ones."""


class Wanted(NamedTuple):
    """What is to be scored, and how."""

    day: date | None = None
    """This edition; None: the newest, unless `since` or `everything`."""
    since: date | None = None
    everything: bool = False
    scorer: str | None = None
    """`llm` or `local`; None: as set."""
    limit: int | None = None
    """At most so many papers."""
    rescore: bool = False
    """Also what has an up-to-date score."""
    budget: float | None = None
    """US dollars; None: as set."""
    yes: bool = False
    """Whether more than `ASK_FROM` papers may go to a model without a budget."""
    batch: bool = False
    """By the provider's Batch API: at half the price, within a day."""


ASK_FROM = 2_000
"""More papers than this go to a model only on purpose."""


async def score_editions(session: Session, emit: Emit, wanted: Wanted) -> int:
    """Score one edition or several; how many papers got a score."""
    from papertui.services.models import chosen_scorer

    if wanted.batch:
        batching = await asyncio.to_thread(importlib.import_module, "papertui.services.batching")
        return int(await batching.score_by_batch(session, emit, wanted))
    days = await asyncio.to_thread(days_of, session, wanted)
    if wanted.scorer != LOCAL and await asyncio.to_thread(chosen_scorer, session, wanted.scorer) != LOCAL:
        await asyncio.to_thread(_require_consent, session, wanted, days)
    return await score_days(session, emit, days, wanted)


async def score_days(
    session: Session, emit: Emit, days: Sequence[date], wanted: Wanted, row: Callable[[PaperId, Score], object] | None = None
) -> int:
    """Score these editions; how many papers got a score. `row`: gets a model's scores while an answer is still coming in."""
    from papertui.services.models import chosen_scorer

    scorer = await asyncio.to_thread(chosen_scorer, session, wanted.scorer)
    aliases = tuple((await followed_aliases(session, emit)).items())
    if scorer == LOCAL:
        return await _each(
            days, wanted.limit, lambda day, left: _score_locally(session, emit, day, aliases, limit=left, rescore=wanted.rescore)
        )
    modelling = await asyncio.to_thread(importlib.import_module, "papertui.services.modelling")
    async with modelling.ModelRun(session, emit, budget=wanted.budget, row=row, aliases=aliases) as run:
        return await _each(days, wanted.limit, lambda day, left: run.day(day, limit=left, rescore=wanted.rescore), lambda: run.is_stopped)


async def _each(
    days: Sequence[date], limit: int | None, one: Callable[[date, int | None], Awaitable[int]], stopped: Callable[[], bool] = lambda: False
) -> int:
    done = 0
    for day in days:
        if stopped() or (limit is not None and done >= limit):
            break
        done += await one(day, None if limit is None else limit - done)
    return done


def _require_consent(session: Session, wanted: Wanted, days: Sequence[date]) -> None:
    if needs_consent(session, wanted):
        from papertui.services.estimate import papers_to_ask

        require_consent(session, papers_to_ask(session, wanted, days))


def needs_consent(session: Session, wanted: Wanted) -> bool:
    """Whether nobody has allowed yet that many papers go to a model."""
    return not wanted.yes and wanted.budget is None and session.settings.budget_usd is None


def require_consent(session: Session, papers: int) -> None:
    """UsageError where so many papers go to a model only on purpose."""
    if papers > ASK_FROM:
        raise UsageError(
            f"{papers:,} papers would go to {session.settings.model}: --dry-run says what that costs; --yes, --budget USD or --limit N allows it"
        )


def days_of(session: Session, wanted: Wanted) -> Sequence[date]:
    """The editions that are meant. PapertuiError where the library has none."""
    with session.library() as library:
        known = library.dates()
    if not known:
        raise PapertuiError("the library holds no edition to score; papertui update fetches the newest")
    if wanted.everything:
        return known
    if wanted.since is not None:
        return [each for each in known if each >= wanted.since]
    if wanted.day is not None:
        if wanted.day not in known:
            raise PapertuiError(f"the library has nothing of {wanted.day}; its newest edition is {known[0]}")
        return [wanted.day]
    return known[:1]


async def _score_locally(
    session: Session, emit: Emit, day: date, aliases: tuple[tuple[str, Alias], ...], *, limit: int | None, rescore: bool
) -> int:
    """Score what has no up-to-date local score in one edition; how many papers got one."""
    emit(Progress(f"scoring ({LOCAL})"))
    engine, papers, wanted = await asyncio.to_thread(_prepare, session, emit, day, aliases, limit, rescore)
    if not wanted:
        emit(Scored(engine.name, day, 0, "all have an up-to-date score" if papers else "there are no papers"))
        return 0
    stored = 0

    async def store(answer: Answer) -> None:
        nonlocal stored
        chosen = [(paper, score) for paper, score in answer.scores if rowid_of(paper) in wanted]
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


def _prepare(
    session: Session, emit: Emit, day: date, aliases: tuple[tuple[str, Alias], ...], limit: int | None, rescore: bool
) -> tuple[Scorer, Sequence[Paper], set[int]]:
    """The scorer, the edition's papers, and the row numbers of those whose score is wanted."""
    from papertui.scoring.local import LocalScorer

    loaded = load_profile(session.paths, session.settings.profile)
    replacements = session.settings.show_replacements
    with session.library() as library:
        papers = library.papers_in(day, replacements=replacements)
        engine = LocalScorer(replace(loaded.profile, aliases=aliases), library.texts_before(day, EARLIER), now=session.clock())
        open_ones = (
            {rowid_of(paper.id) for paper in papers}
            if rescore or not library.has_run(day, engine.name)  # killed before it could say what is to be known of its scores
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

"""Scoring editions by a model: what is still to be asked, every answer kept as it comes, what it costs told on the way."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import NamedTuple, Self

from papertui.domain.answer import Answer, Outcome, Run, Tokens
from papertui.domain.authors import Alias
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.muting import muted_by
from papertui.domain.paper import Paper
from papertui.domain.profile import Profile
from papertui.domain.score import Score
from papertui.errors import UsageError
from papertui.scoring.asked import Texts
from papertui.scoring.conversation import Talk
from papertui.scoring.llm import ChatModel
from papertui.scoring.model import Known, ModelScorer, Plan
from papertui.scoring.money import Experience, Prices, Purse
from papertui.scoring.pace import Pace
from papertui.scoring.wire import Manners
from papertui.services.events import Emit, Failed, Progress, Scored, Warned
from papertui.services.keeping import Keeper
from papertui.services.models import MOST_STREAMS, Setup, prices, setup_of
from papertui.services.profiles import LoadedProfile, load_profile
from papertui.services.prompting import texts_of
from papertui.services.session import Session
from papertui.settings import Settings
from papertui.store.library import Library

ON_THE_WAY = timedelta(days=30)
"""How long what was uploaded as a batch is waited for."""

REMEMBERED = timedelta(days=30)
"""How long it is remembered what a server refuses: servers learn."""


class Prepared(NamedTuple):
    """What a model is to be asked about one edition."""

    papers: tuple[Paper, ...]
    known: Known
    muted: tuple[tuple[Paper, str], ...]
    in_all: int


class ModelRun:
    """One run of the model over one or more editions: `async with ModelRun(...) as run: await run.day(...)`."""

    def __init__(
        self, session: Session, emit: Emit, *, budget: float | None = None, row: Callable[[PaperId, Score], object] | None = None,
        aliases: tuple[tuple[str, Alias], ...] = (),
    ) -> None:  # fmt: skip
        """`budget`: dollars, instead of the settings'. `row` gets scores while an answer is still coming in, and when they are stored."""
        self._session = session
        self._emit = emit
        self._budget = session.settings.budget_usd if budget is None else budget
        self._row = row
        self._aliases = aliases
        self._started = time.monotonic()
        self._keeper = Keeper(session)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._prepare)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._model.close()
        await asyncio.to_thread(self._keeper.close)

    def _prepare(self) -> None:
        session, settings = self._session, self._session.settings
        self.setup: Setup = setup_of(session)
        loaded = load_profile(session.paths, settings.profile)
        self.profile: LoadedProfile = replace(loaded, profile=replace(loaded.profile, aliases=self._aliases))
        self.texts: Texts = texts_of(session.paths, settings.profile)
        self.prices: Prices | None = prices(session, self.setup)
        if self._budget is not None and self.prices is None:
            raise UsageError(
                f"a budget of ${self._budget:g}, and no price is known for {self.setup.wishes.model} on {self.setup.server.host}: "
                "set llm.price.input and llm.price.output (dollars per million tokens)"
            )
        self.run = Run(
            f"{session.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}", self.setup.scorer, self.texts.recipe, self.setup.server.host
        )
        self.plan = plan_of(settings)
        with session.library() as library:
            manners = remembered_manners(library.recall(manners_key(self.setup)), session.clock())
            self.experience = Experience(*library.experience(self.run.scorer, self.run.host))
        stream = self._row is not None
        self._model = ChatModel(self.setup.server, self.setup.wishes, manners, learned=self._learned, stream=stream)
        self.purse = Purse(self.prices, self._budget)
        self.tokens = Tokens()
        self.uncounted = 0
        concurrency = min(settings.concurrency, MOST_STREAMS) if stream else settings.concurrency
        self._talk = Talk(self._model, Pace(settings.rpm, time.monotonic), self.purse, concurrency, self._told)
        self._waiting = ""
        self._done = self._wanted = 0

    def _learned(self, manners: Manners) -> None:
        text = manners_text(manners, self._session.clock())

        def keep() -> None:
            with self._session.library(write=True) as library:
                library.remember(manners_key(self.setup), text)

        self._keeping = asyncio.ensure_future(asyncio.to_thread(keep))

    # -- an edition

    async def day(self, day: date, *, limit: int | None = None, rescore: bool = False) -> int:
        """Ask for what has no up-to-date score in one edition; how many papers got one. PapertuiError where nothing can be asked at all."""
        emit = self._emit
        emit(Progress(f"scoring ({self.run.scorer})"))
        prepared = await asyncio.to_thread(self._to_ask, day, limit, rescore)
        await asyncio.to_thread(self._keeper.prepare)
        if not prepared.papers:
            emit(Scored(self.run.scorer, day, 0, "all have an up-to-date score" if prepared.in_all else "there are no papers"))
            return 0
        if not self.profile.confirmed:
            emit(Warned("scoring by the profile that papertui brings along: papertui profile edit makes it yours"))
        self._done, self._wanted = 0, len(prepared.papers)
        scorer = ModelScorer(
            self.run.scorer, self.texts, self._talk, self.plan, self._session.clock,
            known=prepared.known, experience=self.experience, row=self._row,
        )  # fmt: skip

        async def store(answer: Answer) -> None:
            await asyncio.to_thread(self._keeper.keep, answer, self.run, day)
            if answer.spent is not None:
                self.tokens = self.tokens.plus(answer.spent.tokens or Tokens())
                self.uncounted += answer.spent.tokens is None
            self._done += len(answer.scores)
            if self._row is not None:
                for paper, score in answer.scores:
                    self._row(paper, score)
            self._tell()

        report = await scorer.score(prepared.papers, store)
        for problem in report.failed:
            emit(Failed(problem.where, problem.why))
        if self.plan.tie_break > 1 and self._talk.stopped is None:
            await self._put_in_order(scorer, day, store)
        note = await asyncio.to_thread(self._close, day, report.note)
        emit(Scored(self.run.scorer, day, report.scored, note))
        return report.scored

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more can be asked in this run."""
        return self._talk.stopped is not None

    def _to_ask(self, day: date, limit: int | None, rescore: bool) -> Prepared:
        with self._session.library(write=True) as library:
            prepared = to_ask(
                library, self.run, day, self.plan, self.profile.profile,
                replacements=self._session.settings.show_replacements, limit=limit, rescore=rescore,
            )  # fmt: skip
            if not rescore and (coming := library.on_the_way(self.run.scorer, self.run.recipe, self._session.clock() - ON_THE_WAY)):
                sent = {number for number, _, _ in coming}
                left = tuple(paper for paper in prepared.papers if rowid_of(paper.id) not in sent)
                if len(left) < len(prepared.papers):
                    self._emit(Warned(f"{len(prepared.papers) - len(left)} papers are in a batch on its way: score --batch collects them"))
                prepared = prepared._replace(papers=left)
            if rescore:
                library.forget_answers(self.run, [rowid_of(paper.id) for paper in prepared.papers])
                prepared = prepared._replace(known=Known())
            outcomes = [Outcome(paper.id, paper.digest, "muted", why) for paper, why in prepared.muted]
            if outcomes:
                library.add_answer(Answer(outcomes=outcomes), self.run, day, self._session.clock())
        return prepared

    async def _put_in_order(self, scorer: ModelScorer, day: date, store: Callable[[Answer], object]) -> None:
        best = await asyncio.to_thread(self._best, day)
        if len(best) < 2:
            return
        order = await scorer.order(best, store)  # type: ignore[arg-type]
        if order is None:
            self._emit(Warned(f"{self.run.scorer}: gave no order of the best {len(best)}; they stay as their scores say"))
            return

        def keep() -> None:
            with self._session.library(write=True) as library:
                library.set_order(day, order)

        await asyncio.to_thread(keep)

    def _best(self, day: date) -> list[Paper]:
        """The best papers by this model; none where they are in order already."""
        with self._session.library() as library:
            edition = library.edition(day, replacements=self._session.settings.show_replacements)
            rows = [row for row in (edition.rows if edition else ()) if row.scorer == self.run.scorer and row.novelty is not None]
            rows.sort(key=lambda row: (-(row.relevance or 0) - (row.novelty or 0), -(row.relevance or 0), str(row.id)))
            best = [row.id for row in rows[: self.plan.tie_break]]
            if set(best) == set(library.ordered(day)):
                return []
            wanted = {paper.id: paper for paper in library.papers_in(day, replacements=True)}
        return [wanted[paper] for paper in best if paper in wanted]

    def _close(self, day: date, note: str | None) -> str:
        settings, profile = self._session.settings, self.profile.profile
        with self._session.library(write=True) as library:
            library.add_run(day, self.run.scorer, note, self._session.clock())
            found = library.totals(
                day, self.run.scorer, self.run.recipe, profile.min_relevance or RELEVANT, profile.min_novelty or 1,
                replacements=settings.show_replacements,
            )  # fmt: skip
        screened = f", {found.screened} screened out" if found.screened else ""
        return f"{found.papers} in all{screened}, {found.scored} scored, {found.relevant} relevant; {self.cost}"

    # -- what is told

    @property
    def cost(self) -> str:
        """Tokens and dollars of this run so far."""
        total = self.tokens.prompt + self.tokens.completion
        text = f"{total:,} tokens" if total or not self.uncounted else "tokens not counted by the server"
        if self.uncounted and total:
            text += f" and {self.uncounted} requests without a count"
        return f"{text}, {dollars(self.purse.spent) if self.prices is not None else 'price unknown'}"

    def _told(self, line: str) -> None:
        self._waiting = line
        self._tell()

    def _tell(self) -> None:
        passed = time.monotonic() - self._started
        left = ""
        if self._done and self._wanted > self._done and not self._waiting:
            left = f", {span(passed / self._done * (self._wanted - self._done))} left"
        note = self._waiting or f"{self.cost}{left}"
        self._emit(Progress(f"scoring ({self.run.scorer})", self._done, self._wanted, note))


RELEVANT = 7.0
"""From which relevance on a paper counts as relevant where the profile has no cut-off."""


def plan_of(settings: Settings) -> Plan:
    """How papers are asked for, as the settings say."""
    return Plan(settings.batch_size, settings.passes, settings.title_screen == "on", settings.tie_break)


def to_ask(
    library: Library, run: Run, day: date, plan: Plan, profile: Profile, *, replacements: bool, limit: int | None, rescore: bool
) -> Prepared:
    """What of an edition the model has to be asked for; muted papers are not sent."""
    papers = library.papers_in(day, replacements=replacements)
    rowids = {rowid_of(paper.id) for paper in papers} if rescore else library.wanting(day, run, plan.passes, replacements=replacements)
    wanted, muted = [], []
    for paper in papers:
        if rowid_of(paper.id) in rowids:
            why = muted_by(profile, paper)
            if why is None:
                wanted.append(paper)
            else:
                muted.append((paper, why))
    if limit is not None:
        wanted = wanted[:limit]
    numbers = [rowid_of(paper.id) for paper in wanted]
    kept = library.kept_titles(run, numbers) if plan.title_screen else ()
    judged = library.judged(run, numbers) if plan.passes > 1 else {}
    return Prepared(tuple(wanted), Known(kept, judged), tuple(muted), len(papers))


def manners_key(setup: Setup) -> str:
    """Under what the library keeps what a server refuses."""
    return f"manners:{setup.server.base_url} {setup.wishes.model}"


def manners_text(manners: Manners, now: datetime) -> str:
    """What is kept there."""
    return f"{now.isoformat()} {manners.text()}"


def remembered_manners(text: str | None, now: datetime) -> Manners:
    """Of what was kept; the first guess where that is nothing, or old."""
    at, _, manners = (text or "").partition(" ")
    try:
        learned = datetime.fromisoformat(at)
    except ValueError:
        return Manners()
    learned = learned if learned.tzinfo else learned.replace(tzinfo=UTC)
    return Manners.of(manners) if timedelta(0) <= now - learned < REMEMBERED else Manners()


def dollars(amount: float) -> str:
    """`$1.23`; smaller sums with as many digits as they need."""
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}".rstrip("0").ljust(5, "0")


def span(seconds: float) -> str:
    """`40 s`, `3 min`, `1 h 20 min`."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"

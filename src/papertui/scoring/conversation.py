"""Asking a model about many papers: several requests at once, every one paced, paid for and tried again as its answer demands.

What is asked and how an answer is read is an `Errand`'s; what goes wrong on the way is settled here: waits, smaller requests,
papers that a server refuses, a budget's end, and what ends everything (a wrong key).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from papertui.domain.paper import Paper
from papertui.scoring.again import Job, Rest, in_batches, rest_of
from papertui.scoring.asked import Sheet
from papertui.scoring.asking import Model, Refused, Reply, Verdict
from papertui.scoring.money import Purse, chars_of
from papertui.scoring.pace import TRIES, Pace
from papertui.scoring.protocol import Spent

T = TypeVar("T")

HOPELESS = 5
"""After so many requests that were refused for no known reason, and none that was answered, nothing more is sent."""

UNREACHED_TRIES = 3
"""Tries of the first request where there is no connection: a server that does not run is said within seconds."""


class Errand(Protocol[T]):
    """One kind of question."""

    kind: str
    """`score`, `screen`, `order`."""
    whole: bool
    """Whether its papers can only be asked for all together."""

    def sheet(self, papers: Sequence[Paper], salt: str, most_tokens: int | None) -> Sheet:
        """The request for these papers."""

    def read(self, text: str, sheet: Sheet) -> dict[str, T]:
        """What an answer says, by the request's own ids; what is not usable is left out."""

    def listener(self, sheet: Sheet) -> Callable[[str], object] | None:
        """What takes the text as it comes."""

    def most_tokens(self, papers: int) -> int:
        """Completion tokens that so many papers need at most, as far as is known."""

    async def found(self, sheet: Sheet, found: dict[str, T], refused: Sequence[tuple[Paper, str]], spent: Spent | None) -> None:
        """Keep what an answer brought; `refused`: papers that the server will never score, and why."""


@dataclass(slots=True)
class Talk:
    """What all requests of a run share."""

    model: Model
    pace: Pace
    purse: Purse
    concurrency: int = 4
    told: Callable[[str], object] = lambda line: None
    """Gets a line for the progress display where the run has to wait, "" where it goes on."""
    stopped: str | None = None
    """Why nothing more is sent."""
    broke: bool = False
    """Whether it was the budget."""
    answers: int = 0
    refusals: int = 0
    """Requests refused for no reason that is known to pass."""
    failed: list[tuple[Paper, str]] = field(default_factory=list)
    """Papers that got no answer in this run, and why: a later run asks again."""


class Conversation(Generic[T]):
    """One errand, for many papers."""

    def __init__(self, talk: Talk, errand: Errand[T]) -> None:
        self._talk = talk
        self._errand = errand
        self._jobs: deque[Job] = deque()
        self._active = 0
        self._change = asyncio.Event()
        self._keeping: set[asyncio.Task[None]] = set()

    async def about(self, jobs: Iterable[Job]) -> None:
        """Ask until every paper has an answer or a reason. Cancelled: what has arrived is kept first."""
        self._jobs.extend(jobs)
        workers = [asyncio.create_task(self._work()) for _ in range(min(max(self._talk.concurrency, 1), max(len(self._jobs), 1)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            if self._keeping:
                await asyncio.wait(self._keeping)
            if self._talk.stopped is not None:
                self._talk.failed += [(paper, self._talk.stopped) for job in self._jobs for paper in job.papers]
                self._jobs.clear()

    async def _work(self) -> None:
        while self._talk.stopped is None:
            if not self._jobs:
                if not self._active:
                    return
                await self._next_change()
                continue
            job = self._jobs.popleft()
            self._active += 1
            try:
                await self._do(job)
            finally:
                self._active -= 1
                self._changed()

    async def _next_change(self) -> None:
        await self._change.wait()

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    # -- one request

    async def _do(self, job: Job) -> None:
        errand, purse = self._errand, self._talk.purse
        room = errand.most_tokens(len(job.papers)) * job.room if purse.budget is not None or job.room > 1 else None
        sheet = errand.sheet(job.papers, f"{job.tries}:{job.room}", room)
        worst = purse.worst(sheet.question, room or 0)
        if not purse.reserve(worst):
            await self._cannot_pay(job)
            return
        spoken: list[str] = []
        try:
            reply = await self._answer(sheet, worst, spoken)
        except Refused as refused:
            if spoken and errand.read("".join(spoken), sheet):  # a stream that broke off: what it said is paid for
                purse.settle(worst, refused.tokens, answered=False)
                await self._take(job, sheet, Reply("".join(spoken), "length"), self._uncounted(sheet))
            else:
                if refused.verdict is Verdict.WAIT:
                    purse.settle(worst, refused.tokens, answered=False)
                else:
                    purse.release(worst)
                await self._refused(job, sheet, refused)
            return
        except BaseException:
            purse.settle(worst, None, answered=False)
            self._keep_spoken(sheet, "".join(spoken))
            raise
        self._talk.answers += 1
        if reply.pause:
            self._talk.pace.hold(reply.pause)
        cost = purse.settle(worst, reply.tokens)
        await self._take(job, sheet, reply, Spent(errand.kind, len(job.papers), chars_of(sheet.question), reply.tokens, cost))

    async def _answer(self, sheet: Sheet, worst: float, spoken: list[str]) -> Reply:
        """Send it until something comes back that is no wait."""
        talk = self._talk
        hear = self._errand.listener(sheet)

        def heard(piece: str) -> None:
            spoken.append(piece)
            if hear is not None:
                hear(piece)

        tries, answers = 0, talk.answers
        while True:
            await talk.pace.turn()
            if talk.stopped is not None:
                raise Refused(talk.stopped, Verdict.FAIL)
            try:
                return await talk.model.ask(sheet.question, heard if hear is not None else None)
            except Refused as refused:
                tries += 1
                most = UNREACHED_TRIES if not talk.answers and refused.field == "connection" else TRIES
                if refused.verdict is not Verdict.WAIT or spoken:
                    raise
                if tries >= most:
                    if talk.answers == answers:  # nobody else got an answer either
                        raise Refused(refused.line, Verdict.STOP) from refused
                    raise Refused(refused.line, Verdict.FAIL) from refused
                if refused.field == "connection" and worst and not talk.purse.reserve(worst):
                    raise  # it may have been paid for, and what is left does not pay for another try
                seconds = talk.pace.wait_for(tries, refused.seconds)
                if refused.seconds is not None:
                    talk.pace.hold(seconds)
                talk.told(f"{refused.line}: again in {seconds:.0f} s" if seconds >= 1 else "")
                await talk.pace.rest(seconds)
                talk.told("")

    async def _take(self, job: Job, sheet: Sheet, reply: Reply, spent: Spent | None) -> None:
        """Keep what an answer says, and ask again for what it leaves out."""
        found = self._errand.read(reply.text, sheet)
        missing = [paper for name, paper in sheet.papers.items() if name not in found]
        rest = rest_of(job, missing, reply, whole=self._errand.whole) if missing else Rest()
        self._jobs.extend(rest.jobs)
        self._talk.failed += rest.failed
        await self._keep(sheet, found, rest.refused, spent)

    async def _refused(self, job: Job, sheet: Sheet, refused: Refused) -> None:
        """What becomes of papers whose request was refused."""
        alone = len(job.papers) == 1
        self._talk.refusals += refused.verdict is Verdict.FAIL
        if refused.verdict is Verdict.STOP or (self._talk.refusals >= HOPELESS and not self._talk.answers):
            self._talk.stopped = self._talk.stopped or refused.line
            self._jobs.append(job)
        elif self._talk.stopped is not None:
            self._jobs.append(job)
        elif self._errand.whole:
            self._talk.failed.append((job.papers[0], refused.line))
        elif not alone and refused.verdict is Verdict.SKIP:
            self._jobs.extend(in_batches(job.papers, 1, job.tries, job.room))
        elif not alone:
            self._jobs.extend(in_batches(job.papers, len(job.papers) // 2, job.tries, job.room))
        elif refused.verdict in (Verdict.SKIP, Verdict.SPLIT):
            await self._keep(sheet, {}, [(job.papers[0], refused.line)], None)
        else:
            self._talk.failed.append((job.papers[0], refused.line))

    async def _cannot_pay(self, job: Job) -> None:
        if self._active > 1:  # what others have set aside may come back
            self._jobs.appendleft(job)
            change = self._change
            self._active -= 1
            try:
                await change.wait()
            finally:
                self._active += 1
        elif len(job.papers) > 1:
            self._jobs.extend(in_batches(job.papers, len(job.papers) // 2, job.tries, job.room))
        else:
            self._talk.stopped, self._talk.broke = self._talk.stopped or "the budget does not pay for another request", True
            self._jobs.append(job)

    def _uncounted(self, sheet: Sheet) -> Spent:
        """A request whose tokens nobody told."""
        return Spent(self._errand.kind, len(sheet.papers), chars_of(sheet.question), None, None)

    def _keep_spoken(self, sheet: Sheet, text: str) -> None:
        """The run ends in the midst of an answer: what it has said so far is paid for."""
        if text and (found := self._errand.read(text, sheet)):
            self._keeping.add(asyncio.create_task(_awaited(self._errand.found(sheet, found, [], self._uncounted(sheet)))))

    async def _keep(self, sheet: Sheet, found: dict[str, T], refused: Sequence[tuple[Paper, str]], spent: Spent | None) -> None:
        """Hand over an answer. Once begun it is done, whatever is cancelled meanwhile: it is paid for."""
        task = asyncio.create_task(_awaited(self._errand.found(sheet, found, refused, spent)))
        self._keeping.add(task)
        try:
            await asyncio.shield(task)
        finally:
            if task.done():
                self._keeping.discard(task)


async def _awaited(work: Awaitable[None]) -> None:
    await work

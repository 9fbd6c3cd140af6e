"""`score --batch`: requests for a provider's Batch API, uploaded so that nothing is paid twice, whatever is broken off where.

An upload is noted in the library before the provider hears of it, and bears a mark by which it is found again; see also collecting.py.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, NamedTuple

from papertui.domain.answer import Answer, Outcome, Run
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.paper import Paper
from papertui.domain.profile import Profile
from papertui.domain.score import LOCAL
from papertui.domain.upload import CREATING, PREPARING, Upload
from papertui.errors import PapertuiError, UsageError
from papertui.scoring.asked import Texts, is_addressed, scoring_sheet
from papertui.scoring.batch_files import HALF, Batch, Line, files_of, line_of
from papertui.scoring.llm_batches import BatchServer, Unsure
from papertui.scoring.model import Plan, answer_room
from papertui.scoring.money import COMPLETION_PER_PAPER, Experience, Prices, Purse
from papertui.scoring.wire import Manners
from papertui.services import lock
from papertui.services.chunks import in_thread, portions
from papertui.services.collecting import KEPT_FOR, Ground, collect
from papertui.services.events import Emit, Failed, Progress, Warned
from papertui.services.modelling import dollars, manners_key, remembered_manners, to_ask
from papertui.services.models import Setup, chosen_scorer, prices, setup_of
from papertui.services.profiles import load_profile
from papertui.services.prompting import texts_of
from papertui.services.scoring import Wanted, days_of, needs_consent, require_consent
from papertui.services.session import Session
from papertui.store.library import Library

Way = set[tuple[int, str, int]]
"""(row number, digest, pass) of what needs no further request: it is on its way, or was just chosen."""


class Chosen(NamedTuple):
    """What of an edition is to be uploaded."""

    papers: tuple[tuple[Paper, tuple[int, ...]], ...]
    """With the passes that are wanted."""
    muted: tuple[tuple[Paper, str], ...] = ()
    alone: frozenset[int] = frozenset()
    """Row numbers of those that get a request of their own."""


def plan_of(session: Session) -> Plan:
    """A batch has no second look: no title screen, no strict order."""
    return Plan(session.settings.batch_size, session.settings.passes)


def way_of(session: Session, library: Library, run: Run) -> Way:
    """What is on its way to this model with these prompts, to whichever server."""
    return library.on_the_way(run.scorer, run.recipe, session.clock() - KEPT_FOR)


def choose(session: Session, library: Library, run: Run, day: date, plan: Plan, profile: Profile, way: Way, *,
           limit: int | None, rescore: bool) -> Chosen:  # fmt: skip
    """What of an edition is to be uploaded: what has no up-to-date score and is not on its way. Adds it to `way`."""
    prepared = to_ask(
        library, run, day, plan, profile, replacements=session.settings.show_replacements, limit=None, rescore=rescore
    )  # fmt: skip
    papers: list[tuple[Paper, tuple[int, ...]]] = []
    for paper in prepared.papers:
        if limit is not None and len(papers) >= limit:
            break
        number = rowid_of(paper.id)
        done = () if rescore else [each.number for each in prepared.known.judged.get(paper.id, ())]
        passes = tuple(each for each in range(plan.passes) if (number, paper.digest, each) not in way and each not in done)
        if passes:
            papers.append((paper, passes))
            way.update((number, paper.digest, each) for each in passes)
    left_out = library.left_out(run, [rowid_of(paper.id) for paper, _ in papers])
    alone = {rowid_of(paper.id) for paper, _ in papers if is_addressed(paper)}
    return Chosen(tuple(papers), prepared.muted, frozenset(alone | left_out))


def batches_in(chosen: Chosen, plan: Plan) -> Iterator[tuple[int, list[Paper]]]:
    """(pass, papers) of each request."""
    for number in range(plan.passes):
        papers = [paper for paper, passes in chosen.papers if number in passes]
        plain = [paper for paper in papers if rowid_of(paper.id) not in chosen.alone]
        for start in range(0, len(plain), plan.batch_size):
            yield number, plain[start : start + plan.batch_size]
        for paper in papers:
            if rowid_of(paper.id) in chosen.alone:
                yield number, [paper]


async def score_by_batch(session: Session, emit: Emit, wanted: Wanted) -> int:
    """Collect what is done, then upload what is wanted; how many papers got a score. Without dates and with something on its way: only collect.

    PapertuiError where the server cannot be asked, or has no Batch API, and nothing was done before.
    """
    if await asyncio.to_thread(chosen_scorer, session, wanted.scorer) == LOCAL:
        raise UsageError("--batch is for a model: set llm.model, or give --scorer llm")
    with lock.held(session.paths.state / "batch.lock", session.clock(), "a score --batch"):
        uploading = await asyncio.to_thread(Uploading, session, emit, wanted)
        try:
            return await uploading.run()
        finally:
            await uploading.ground.server.close()


class Uploading:
    """One run of `score --batch`."""

    def __init__(self, session: Session, emit: Emit, wanted: Wanted) -> None:
        """May run a command for the key, and imports much: in a thread. UsageError where something is missing."""
        self._session, self._emit, self._wanted = session, emit, wanted
        setup: Setup = setup_of(session)
        known: Prices | None = prices(session, setup)
        budget = session.settings.budget_usd if wanted.budget is None else wanted.budget
        if budget is not None and known is None:
            raise UsageError(
                f"a budget of ${budget:g}, and no price is known for {setup.wishes.model} on {setup.server.host}: "
                "set llm.price.input and llm.price.output (dollars per million tokens)"
            )
        half = known.times(HALF) if known is not None else None
        self.ground = Ground(session, emit, setup, half, BatchServer(setup.server, setup.wishes.model))
        self._purse = Purse(half, budget)
        self._profile = load_profile(session.paths, session.settings.profile)
        self._texts: Texts = texts_of(session.paths, session.settings.profile)
        self._plan = plan_of(session)
        self._requests = 0
        self._broke = False
        self._unpaid: set[PaperId] = set()

    async def run(self) -> int:
        """See score_by_batch."""
        wanted = self._wanted
        uploads = await asyncio.to_thread(self._open_uploads)
        scored = await collect(self.ground, uploads) if uploads else 0
        if uploads and wanted.day is None and wanted.since is None and not wanted.everything:
            return scored
        try:
            await self._upload_all()
        except UsageError:
            raise
        except PapertuiError as error:
            if not scored and not self._requests:
                raise
            self._emit(Failed("upload", str(error)))
        return scored

    def _open_uploads(self) -> list[Upload]:
        """Those of this model and server; of others only that there are some."""
        with self._session.library() as library:
            known = library.open_uploads()
        here = self._name()
        mine = [each for each in known if (each.run.scorer, each.run.host) == (here.scorer, here.host)]
        others = sorted({f"{each.run.scorer} on {each.run.host}" for each in known if each not in mine})
        if others:
            self._emit(Warned(f"batches of {', '.join(others)} wait: set llm.model and llm.base_url to collect them"))
        return mine

    def _name(self) -> Run:
        """An upload's own: the run of what it costs."""
        name = f"{self._session.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(6)}"
        return Run(name, self.ground.setup.scorer, self._texts.recipe, self.ground.setup.server.host)

    # -- uploading

    async def _upload_all(self) -> None:
        emit, wanted = self._emit, self._wanted
        days = await asyncio.to_thread(days_of, self._session, wanted)
        if needs_consent(self._session, wanted):
            require_consent(self._session, await asyncio.to_thread(self._count, days))
        if not self._profile.confirmed:
            emit(Warned("scoring by the profile that papertui brings along: papertui profile edit makes it yours"))
        if self._session.settings.title_screen == "on" or self._session.settings.tie_break > 1:
            emit(Warned("a batch has no second look: scoring.title_screen and scoring.tie_break are left out"))
        emit(Progress("preparing a batch"))
        files = files_of(self._lines(days))
        while lines := await in_thread(next, files, None):
            await self._upload(lines)
        if self._unpaid:
            papers = "1 paper" if len(self._unpaid) == 1 else f"{len(self._unpaid)} papers"
            emit(
                Failed(
                    f"{papers} not uploaded",
                    f"the budget of {dollars(self._purse.budget or 0.0)} may not pay for more; the next run goes on",
                )
            )
        elif not self._requests:
            emit(Warned("nothing to upload: every paper has an up-to-date score, or is on its way"))

    def _count(self, days: Sequence[date]) -> int:
        run, found = self._name(), 0
        with self._session.library() as library:
            way = way_of(self._session, library, run)
            for day in days:
                left = None if self._wanted.limit is None else self._wanted.limit - found
                found += len(choose(self._session, library, run, day, self._plan, self._profile.profile, way,
                                    limit=left, rescore=self._wanted.rescore).papers)  # fmt: skip
        return found

    def _lines(self, days: Sequence[date]) -> Iterator[Line]:
        """Requests for all that is wanted, as far as the budget surely pays for them."""
        run, wanted = self._name(), self._wanted
        with self._session.library() as library:
            way = way_of(self._session, library, run)
            manners = remembered_manners(library.recall(manners_key(self.ground.setup)), self._session.clock())
            per_paper = max(Experience(*library.experience(run.scorer, run.host)).completion_per_paper, COMPLETION_PER_PAPER)
        found = serial = 0
        for day in days:
            left = None if wanted.limit is None else wanted.limit - found
            if left == 0:
                return
            chosen = self._chosen(run, day, way, left)
            found += len(chosen.papers)
            for number, papers in batches_in(chosen, self._plan):
                serial += 1
                line = None if self._broke else self._line(f"r{serial:06d}", papers, day, number, per_paper, manners)
                if line is None:
                    self._broke = True
                    self._unpaid.update(paper.id for paper in papers)
                else:
                    yield line

    def _line(self, name: str, papers: list[Paper], day: date, number: int, per_paper: float, manners: Manners) -> Line | None:
        """A request; None where the budget may not pay for it."""
        purse = self._purse
        room = answer_room(per_paper, len(papers)) if purse.budget is not None else None
        sheet = scoring_sheet(self._texts, papers, f"{number}:0:1", room)
        if not purse.reserve(purse.worst(sheet.question, room or 0)):
            return None
        return line_of(name, sheet, self.ground.setup.wishes, manners, day=day, number=number, passes=self._plan.passes)

    def _chosen(self, run: Run, day: date, way: Way, limit: int | None) -> Chosen:
        with self._session.library(write=True) as library:
            chosen = choose(
                self._session, library, run, day, self._plan, self._profile.profile, way, limit=limit, rescore=self._wanted.rescore
            )
            if self._wanted.rescore:
                library.forget_answers(run, [rowid_of(paper.id) for paper, _ in chosen.papers])
            if outcomes := [Outcome(paper.id, paper.digest, "muted", why) for paper, why in chosen.muted]:
                library.add_answer(Answer(outcomes=outcomes), run, day, self._session.clock())
        return chosen

    async def _upload(self, lines: Sequence[Line]) -> None:
        """Send one file, and have a batch made of it."""
        upload = Upload(self._name(), self._session.clock(), PREPARING)
        await in_thread(self._note, upload, lines)
        papers = len({paper for line in lines for paper, _ in line.sent.papers.values()})
        self._emit(Progress("uploading a batch", note=f"{len(lines)} requests for {papers} papers"))
        try:
            with tempfile.TemporaryFile(prefix="papertui-batch-") as file:
                await in_thread(_write, file, lines)
                name = await self.ground.server.upload(file, f"papertui-{upload.run.id}.jsonl")
            await asyncio.to_thread(self._set, upload, CREATING)
            batch = await self.ground.server.begin(name, upload.run.id)
        except Unsure as problem:
            raise PapertuiError(
                f"{problem}; papertui score --batch, in two minutes, finds out whether it was begun: nothing is paid twice"
            ) from None
        except PapertuiError:
            await asyncio.to_thread(self._drop, upload)
            raise
        await asyncio.to_thread(self._set, upload, batch.status, batch)
        self._requests += len(lines)
        count = "1 request" if len(lines) == 1 else f"{len(lines)} requests"
        about = "1 paper" if papers == 1 else f"{papers} papers"
        self._emit(
            Warned(f"batch {batch.id}: {count} for {about} on their way; papertui score --batch collects them, within a day as a rule")
        )

    def _note(self, upload: Upload, lines: Sequence[Line]) -> None:
        with self._session.library(write=True) as library:
            library.begin_upload(upload)
            for portion in portions([line.sent for line in lines]):
                library.add_requests(upload.run.id, portion)

    def _set(self, upload: Upload, state: str, batch: Batch | None = None) -> None:
        with self._session.library(write=True) as library:
            library.set_upload(upload.run.id, state, batch.id if batch else None, self._session.clock())

    def _drop(self, upload: Upload) -> None:
        with self._session.library(write=True) as library:
            library.drop_upload(upload.run.id)


def _write(file: IO[bytes], lines: Sequence[Line]) -> None:
    for line in lines:
        file.write(line.data)
    file.flush()

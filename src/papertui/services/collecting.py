"""Collecting batches: how far each upload is, and the answers of those that are done, every one stored and counted once."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, NamedTuple

from papertui.domain.answer import Tokens
from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.upload import CREATING, PREPARING, Upload
from papertui.errors import PapertuiError
from papertui.scoring.batch_files import Batch, answer_of, lines_in, taken, told_in
from papertui.scoring.llm_batches import BatchServer
from papertui.scoring.money import Prices
from papertui.services.chunks import PAUSE_SECONDS, in_thread, stop_if_asked
from papertui.services.events import Emit, Failed, Progress, Scored, Warned
from papertui.services.modelling import ON_THE_WAY, dollars, manners_key, manners_text, remembered_manners
from papertui.services.models import Setup
from papertui.services.session import Session

KEPT_FOR = ON_THE_WAY
"""How long answers can be had: OpenAI deletes files of batches after so long (reference of `POST /v1/files`)."""

SURE_AFTER = timedelta(minutes=2)
"""When a batch that a server was told to begin stands in its list, if it was begun."""

_AT_ONCE = 8
"""Answers that are stored without a pause for others who write."""


class Ground(NamedTuple):
    """What uploading and collecting stand on."""

    session: Session
    emit: Emit
    setup: Setup
    prices: Prices | None
    """Of a batch."""
    server: BatchServer


@dataclass(slots=True)
class Tally:
    """What collecting one upload brought."""

    scored: set[PaperId] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    tokens: Tokens = field(default_factory=Tokens)
    usd: float = 0.0
    uncounted: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)
    """Papers without an answer, by reason."""
    fields: list[str] = field(default_factory=list)
    """Fields of the requests that the server does not take."""

    @property
    def cost(self) -> str:
        """Tokens, as the server counted them."""
        total = self.tokens.prompt + self.tokens.completion
        more = f" and {self.uncounted} requests without a count" if self.uncounted else ""
        return f"{total:,} tokens{more}"


async def collect(ground: Ground, uploads: Sequence[Upload]) -> int:
    """Look at uploads, take what is done; how many papers got a score. PapertuiError where the server cannot be asked."""
    scored = 0
    problems: list[tuple[Upload, PapertuiError]] = []
    for upload in uploads:
        try:
            scored += await _look_at(ground, upload)
        except PapertuiError as problem:
            problems.append((upload, problem))
    if problems and len(problems) == len(uploads):
        raise problems[0][1]
    for upload, reason in problems:
        ground.emit(Failed(f"upload of {upload.at:%Y-%m-%d %H:%M}", str(reason)))
    return scored


async def _look_at(ground: Ground, upload: Upload) -> int:
    session, emit, name = ground.session, ground.emit, f"upload of {upload.at:%Y-%m-%d %H:%M}"
    if upload.state == PREPARING:
        await asyncio.to_thread(_drop, session, upload)
        emit(Warned(f"{name}: broken off before the provider was told to begin; nothing of it is lost or paid"))
        return 0
    if upload.state == CREATING:
        batch = await ground.server.find(upload.run.id, upload.at)
        if batch is None and session.clock() - upload.at < SURE_AFTER:
            emit(Failed(name, "whether it was begun cannot be told yet; papertui score --batch in two minutes can"))
            return 0
        if batch is None:
            await asyncio.to_thread(_drop, session, upload)
            emit(Warned(f"{name}: never reached the provider; nothing of it is lost or paid"))
            return 0
    else:
        batch = await ground.server.look(upload.batch)
    if batch is None:
        if session.clock() - upload.at > KEPT_FOR:
            await asyncio.to_thread(_finish, session, upload)
            emit(Failed(name, f"{upload.run.host} has deleted it; its papers are asked for again"))
        else:
            why = f"{upload.run.host} does not know it; is the key another project's? score --rescore asks for its papers now"
            emit(Failed(f"batch {upload.batch}", why))
        return 0
    await asyncio.to_thread(_note, session, upload, batch)
    if not batch.is_ended:
        state = one_line(batch.status.replace("_", " "), 40)
        count = f" {batch.completed + batch.failed} of {batch.total} requests" if batch.total else ""
        emit(Warned(f"batch {batch.id}: {state}{count}, uploaded {upload.at:%Y-%m-%d %H:%M}"))
        return 0
    return await _take(ground, upload, batch)


async def _take(ground: Ground, upload: Upload, batch: Batch) -> int:
    """Store what an ended batch brought, then close the upload. Broken off: the next time goes on."""
    session, emit = ground.session, ground.emit
    emit(Progress(f"collecting batch {batch.id}"))
    tally = Tally()
    for name in batch.files:
        with tempfile.TemporaryFile(prefix="papertui-batch-") as file:
            if await ground.server.fetch(name, file):
                await in_thread(_store, ground, upload, file, tally)
            else:
                emit(Failed(f"batch {batch.id}", "the provider has deleted a file of its answers"))
    unanswered = await asyncio.to_thread(_finish, session, upload)
    await asyncio.to_thread(_close, ground, upload, tally)
    for why, papers in tally.left.items():
        shown = ", ".join(papers[:3]) + (f" and {len(papers) - 3} more" if len(papers) > 3 else "")
        emit(Failed("1 paper unscored" if len(papers) == 1 else f"{len(papers)} papers unscored", f"{why} ({shown})"))
    if unanswered:
        why = (
            f"batch {batch.id} {batch.status}: {batch.why}" if batch.why else f"batch {batch.id} {batch.status} without an answer for them"
        )
        emit(Failed("1 paper unscored" if unanswered == 1 else f"{unanswered} papers unscored", why))
    cost = f"{tally.cost}, {dollars(tally.usd) if ground.prices is not None else 'price unknown'}"
    emit(Scored(upload.run.scorer, None, len(tally.scored), f"batch {batch.id} {batch.status}; {cost}"))
    return len(tally.scored)


def _store(ground: Ground, upload: Upload, file: IO[bytes], tally: Tally) -> None:
    run, prices, model = upload.run, ground.prices, ground.setup.wishes.model
    with ground.session.library(write=True) as library:
        for count, line in enumerate(lines_in(file), 1):
            stop_if_asked()
            told = told_in(line)
            sent = library.sent_as(run.id, told.id) if told is not None else None
            if told is None or sent is None:
                continue  # not ours, or stored already
            said = taken(told, sent, model=model, where=run.host)
            earlier = library.judged(run, [rowid_of(paper) for paper, _ in sent.papers.values()]) if sent.passes > 1 else {}
            answer = answer_of(said, sent, run, earlier, prices, ground.session.clock())
            if not library.take_answer(run.id, sent.id, answer, run, sent.day, ground.session.clock()):
                continue
            tally.scored.update(paper for paper, _ in answer.scores)
            tally.days.update((sent.day,) if sent.day and answer.scores else ())
            if said.missing:
                tally.left.setdefault(said.why, []).extend(str(sent.papers[local][0]) for local in said.missing)
            if said.field and said.field not in tally.fields:
                tally.fields.append(said.field)
            if answer.spent is not None:
                tally.tokens = tally.tokens.plus(answer.spent.tokens or Tokens())
                tally.uncounted += answer.spent.tokens is None
                tally.usd += answer.spent.usd or 0.0
            if count % _AT_ONCE == 0:
                time.sleep(PAUSE_SECONDS)


def _note(session: Session, upload: Upload, batch: Batch) -> None:
    if (upload.state, upload.batch) != (batch.status, batch.id):
        with session.library(write=True) as library:
            library.set_upload(upload.run.id, batch.status, batch.id)


def _drop(session: Session, upload: Upload) -> None:
    with session.library(write=True) as library:
        library.drop_upload(upload.run.id)


def _finish(session: Session, upload: Upload) -> int:
    """Close an upload; how many of its papers have no answer."""
    with session.library(write=True) as library:
        unanswered = library.unanswered(upload.run.id)
        library.finish_upload(upload.run.id)
    return unanswered


def _close(ground: Ground, upload: Upload, tally: Tally) -> None:
    """What else is to be kept: that the editions were scored, and what the server does not take."""
    session, setup = ground.session, ground.setup
    with session.library(write=True) as library:
        for day in sorted(tally.days):
            library.add_run(day, upload.run.scorer, None, session.clock())
        manners = remembered_manners(library.recall(manners_key(setup)), session.clock())
        for name in tally.fields:
            manners = manners.without(name) or manners
        if tally.fields:
            library.remember(manners_key(setup), manners_text(manners, session.clock()))

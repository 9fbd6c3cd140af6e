"""The Batch API of an OpenAI-compatible server, through the `openai` package: files up, batches begun and looked at, files down.

Answers are read as JSON (batch_files.py), as in llm.py. What only reads is tried again; a batch is begun once, for every one is paid for.
"""

from __future__ import annotations

import asyncio
import errno
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any, TypeVar

from papertui.errors import PapertuiError
from papertui.scoring.asking import Refused, Verdict
from papertui.scoring.batch_files import ENDPOINT, MARK, WINDOW, Batch, batch_of, batches_of, name_of
from papertui.scoring.llm import Server, client_of, refusal_of
from papertui.scoring.pace import Pace

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")

TRIES = 4
"""Of what only reads, and of files: about ten seconds."""

MOST_PAGES = 50
"""Of a hundred batches each, that are looked through for one of ours."""

MOST_DOWN = 4_000_000_000
"""Bytes of an answers' file: twenty times the largest that was sent."""

_NOT_THERE = (404, 405, 501)


class NoBatches(PapertuiError):
    """The server has no Batch API."""


class Unsure(PapertuiError):
    """A batch was asked for, and nobody knows whether it was begun."""


class BatchServer:
    """The Batch API of one server. PapertuiError in one line where it refuses; NoBatches where it has none."""

    def __init__(self, server: Server, model: str, rest: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """`rest`: waits between two tries."""
        self._server = server
        self._model = model
        self._rest = rest
        self._pace = Pace(None, time.monotonic)
        self._client: AsyncOpenAI | None = None

    async def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _open(self) -> AsyncOpenAI:
        if self._client is None:
            self._client = await asyncio.to_thread(client_of, self._server)
        return self._client

    async def upload(self, file: IO[bytes], name: str) -> str:
        """Send a file of requests; the provider's name for it."""
        client = await self._open()

        async def send() -> str:
            file.seek(0)
            answer = await client.files.with_raw_response.create(file=(name, file, "application/jsonl"), purpose="batch")
            return answer.text

        told = _json(await self._tried(send))
        found = name_of(told.get("id")) if isinstance(told, dict) else ""
        if not found:
            raise PapertuiError(f"{self._server.host}: takes a file and does not name it; score without --batch")
        return found

    async def begin(self, file: str, mark: str) -> Batch:
        """Have a batch made of a file; `mark` is what it can be found by. Unsure where that may have happened or not."""
        client = await self._open()
        try:
            answer = await client.batches.with_raw_response.create(
                input_file_id=file, endpoint=ENDPOINT, completion_window=WINDOW, metadata={MARK: mark}
            )
            found = batch_of(_json(answer.text))
        except Exception as problem:  # noqa: BLE001 - the package's, its transport's: all become one line
            refused = self._refused(problem)
            status = getattr(problem, "status_code", None)
            if isinstance(status, int) and status < 500 and status != 408:
                raise PapertuiError(refused.line) from None
            raise Unsure(refused.line) from None
        if found is None:
            raise Unsure(f"{self._server.host}: does not say whether it has begun the batch")
        return found

    async def look(self, batch: str) -> Batch | None:
        """How far a batch is; None where the server does not know it."""
        client = await self._open()

        async def ask() -> str:
            return (await client.batches.with_raw_response.retrieve(batch)).text

        try:
            text = await self._tried(ask)
        except NoBatches:
            return None
        found = batch_of(_json(text))
        if found is None:
            raise PapertuiError(f"{self._server.host}: tells nothing usable of batch {batch}; try again later")
        return found

    async def find(self, mark: str, since: datetime) -> Batch | None:
        """The batch that was begun with this mark, not before `since`; None where the server has none."""
        client = await self._open()
        oldest, after = (since - timedelta(days=1)).timestamp(), ""
        for _ in range(MOST_PAGES):
            more: dict[str, Any] = {"after": after} if after else {}

            async def ask(more: dict[str, Any] = more) -> str:
                return (await client.batches.with_raw_response.list(limit=100, **more)).text

            try:
                found, after = batches_of(await self._tried(ask))
            except (ValueError, RecursionError):
                raise PapertuiError(f"{self._server.host}: does not list its batches; try again later") from None
            if ours := next((batch for batch in found if batch.mark == mark), None):
                return ours
            if not after or all(0 < batch.created < oldest for batch in found):
                return None
        return None

    async def fetch(self, file: str, into: IO[bytes]) -> bool:
        """Write a file's content; False where the server does not have it (any more)."""
        client = await self._open()

        async def get() -> bool:
            into.seek(0)
            into.truncate()
            size = 0
            async with client.files.with_streaming_response.content(file) as response:
                async for piece in response.iter_bytes():
                    size += len(piece)
                    if size > MOST_DOWN:
                        raise Refused(f"{self._server.host}: sends a file without end", Verdict.FAIL)
                    into.write(piece)
            return True

        try:
            return await self._tried(get)
        except NoBatches:
            return False

    async def _tried(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it, and again where waiting may help."""
        for tries in range(1, TRIES + 1):
            try:
                return await work()
            except Exception as problem:  # noqa: BLE001 - see begin
                refused = self._refused(problem)
                if refused.verdict is not Verdict.WAIT or tries == TRIES:
                    raise PapertuiError(refused.line) from None
                await self._rest(self._pace.wait_for(tries, refused.seconds))
        raise AssertionError  # the last try returns or raises

    def _refused(self, problem: Exception) -> Refused:
        """What it means; NoBatches where there is nothing at this address."""
        if isinstance(problem, Refused):
            return problem
        if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise PapertuiError(f"{tempfile.gettempdir()}: has no room for the answers of a batch; make some, or set TMPDIR") from problem
        if getattr(problem, "status_code", None) in _NOT_THERE:
            raise NoBatches(f"{self._server.host}: has no Batch API (status {problem.status_code}); score without --batch")  # type: ignore[attr-defined]
        return refusal_of(problem, self._server, self._model)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

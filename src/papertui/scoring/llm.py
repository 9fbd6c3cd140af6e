"""A model on an OpenAI-compatible server, through the `openai` package: the only module that knows it.

Chat Completions is the one API that all such servers have. The package's own retries are off: ours tell the three meanings of 429
apart. Answers are read here as JSON, for servers answer with pages, broken JSON and errors under status 200.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from papertui import __version__
from papertui.domain.gate import one_line
from papertui.scoring.asking import Question, Refused, Reply, Verdict
from papertui.scoring.refusals import body_error, pause_after, refused
from papertui.scoring.wire import Manners, Stream, Wishes, body_of, reply_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI = "https://api.openai.com/v1"
"""Where requests go where no other server is set."""

MOST_BYTES = 16 * 1024 * 1024
"""Of one answer: a thousand times a usual one."""

MOST_CHANGES = 12
"""How often one request is changed because of fields that the server refuses."""


class Server(NamedTuple):
    """Where a model is."""

    base_url: str
    key: str
    """"" where none is needed."""
    timeout: float = 120.0
    """Seconds: for a whole answer, or between two pieces of one that comes in pieces."""

    @property
    def host(self) -> str:
        """For messages."""
        parts = urlsplit(self.base_url)
        return one_line(parts.netloc.rpartition("@")[2] or self.base_url, 100)

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return urlsplit(self.base_url).hostname == "api.openai.com"


class ChatModel:
    """One model on one server; see `asking.Model`."""

    def __init__(
        self, server: Server, wishes: Wishes, manners: Manners, *, learned: Callable[[Manners], object] = lambda manners: None,
        stream: bool = False,
    ) -> None:  # fmt: skip
        """`manners`: what is known of the server; `learned` is told when more is. `stream`: whether answers are wanted in pieces."""
        self._server = server
        self._wishes = wishes
        self.manners = manners
        self._learned = learned
        self._stream = stream
        self._client: AsyncOpenAI | None = None
        self._making = asyncio.Lock()

    async def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def ask(self, question: Question, heard: Callable[[str], object] | None = None) -> Reply:
        """See `asking.Model.ask`."""
        for _ in range(MOST_CHANGES):
            manners = self.manners
            body = body_of(question, self._wishes, manners, stream=self._stream and heard is not None)
            try:
                return await self._send(body, heard)
            except Refused as problem:
                if problem.verdict is not Verdict.DROP:
                    raise
                self._adjust(problem, manners)
        raise Refused(f"{self._server.host}: refuses every form of the request", Verdict.STOP)

    def _adjust(self, problem: Refused, used: Manners) -> None:
        """Leave out what was refused, and remember it."""
        if self.manners != used:
            return  # another request has learned something meanwhile: the next try shows whether it was this
        changed = used.without(problem.field)
        if changed is None:
            raise Refused(problem.line, Verdict.FAIL)
        self.manners = changed
        self._learned(changed)

    async def models(self) -> list[str]:
        """Names of the models that the server offers. Refused."""
        client = await self._open()
        text, _ = await self._got(client.models.with_raw_response.list(timeout=min(self._server.timeout, 20.0)), ())
        try:
            data = json.loads(text).get("data")
            return sorted({one_line(each["id"], 200) for each in data if isinstance(each, dict) and isinstance(each.get("id"), str)})
        except (ValueError, AttributeError, TypeError, RecursionError):
            raise Refused(f"{self._server.host}: does not list its models; name one in llm.model", Verdict.FAIL) from None

    async def _open(self) -> AsyncOpenAI:
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> AsyncOpenAI:
        return client_of(self._server)

    async def _send(self, body: dict[str, Any], heard: Callable[[str], object] | None) -> Reply:
        client = await self._open()
        fixed = {"model": body["model"], "messages": body["messages"]}
        rest = {name: value for name, value in body.items() if name not in fixed}
        sent = tuple(rest)
        asked = client.chat.completions.with_streaming_response.create(**fixed, extra_body=rest)
        whole = None if body.get("stream") else self._server.timeout
        try:
            async with asyncio.timeout(whole), asked as response:
                headers = dict(response.headers)
                if "event-stream" in headers.get("content-type", ""):
                    return await self._streamed(response, headers, sent, heard)
                text = await self._whole(response)
        except Refused:
            raise
        except Exception as problem:  # noqa: BLE001 - the package's, its transport's, ours: all become one line
            raise self._refused(problem, sent) from None
        return self._read(text, headers, sent)

    async def _whole(self, response: Any) -> str:
        pieces, size = [], 0
        async for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise Refused(f"{self._server.host}: answers without end", Verdict.FAIL)
        return b"".join(pieces).decode("utf-8", "replace")

    async def _streamed(
        self, response: Any, headers: Mapping[str, str], sent: tuple[str, ...], heard: Callable[[str], object] | None
    ) -> Reply:
        stream, size = Stream(), 0
        async for line in response.iter_lines():
            size += len(line)
            if size > MOST_BYTES:
                raise Refused(f"{self._server.host}: answers without end", Verdict.FAIL)
            piece = stream.line(line)
            if stream.error:
                raise self._of(200, stream.error, headers, sent)
            if piece and heard is not None:
                heard(piece)
            if stream.ended:
                break
        reply = stream.reply(pause_after(headers))
        if reply is None:
            raise self._of(None, "the answer broke off", headers, sent)
        return reply

    def _read(self, text: str, headers: Mapping[str, str], sent: tuple[str, ...]) -> Reply:
        wrong = body_error(text)
        if wrong is None:
            try:
                answer = json.loads(text)
            except (ValueError, RecursionError):
                answer = None
            reply = reply_of(answer, pause_after(headers)) if isinstance(answer, dict) else None
            if reply is not None:
                return reply
        raise self._of(200, text, headers, sent)

    async def _got(self, call: Any, sent: tuple[str, ...]) -> tuple[str, Mapping[str, str]]:
        try:
            response = await call
            return response.text, dict(response.headers)
        except Exception as problem:  # noqa: BLE001 - see _send
            raise self._refused(problem, sent) from None

    def _refused(self, problem: Exception, sent: tuple[str, ...]) -> Refused:
        return refusal_of(problem, self._server, self._wishes.model, sent)

    def _of(self, status: int | None, body: str, headers: Mapping[str, str], sent: tuple[str, ...]) -> Refused:
        found = refused(status, body, headers, sent=sent, model=self._wishes.model, where=self._server.host)
        if status is None and not found.field:
            found.field = "connection"
        return found


_IMPORTING = threading.Lock()


def client_of(server: Server) -> AsyncOpenAI:
    """The package's client for a server, without retries of its own. Imports much: in a thread."""
    with _IMPORTING:
        from openai import AsyncOpenAI

    return AsyncOpenAI(
        api_key=server.key or "none", base_url=server.base_url, max_retries=0, timeout=server.timeout,
        default_headers={"User-Agent": f"papertui/{__version__}"},
    )  # fmt: skip


def refusal_of(problem: Exception, server: Server, model: str, sent: tuple[str, ...] = ()) -> Refused:
    """The package's exceptions as ours; `field` is `connection` where nothing came back. `sent`: names of the request's fields."""
    import openai

    if isinstance(problem, openai.APIStatusError):
        try:
            body = problem.response.text
        except Exception:  # noqa: BLE001 - a body that was never read
            body = str(problem)
        return refused(problem.status_code, body, dict(problem.response.headers), sent=sent, model=model, where=server.host)
    cause = problem.__cause__ or problem.__context__ or problem
    said = str(cause) or type(cause).__name__
    if isinstance(problem, TimeoutError | openai.APITimeoutError):
        said = f"no answer within {server.timeout:g} s (llm.timeout)"
    found = refused(None, said, {}, sent=sent, model=model, where=server.host)
    found.field = found.field or "connection"
    return found

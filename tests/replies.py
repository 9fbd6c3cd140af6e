"""A server on loopback that answers with whatever bytes a test wants, and a client without patience for it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from papertui.services import net
from papertui.sources.http import Http, Retries, Timeouts
from tests.feeds import feed, item

FEED = feed(item("2611.00001")).encode()


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = -1) -> bytes:
    """Bytes of a response; `length` -1 is the true one, None leaves it out."""
    told = [f"Content-Length: {len(body) if length == -1 else length}"] if length is not None else []
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *told, *headers, "", ""]).encode() + body


@contextmanager
def server(reply: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server on loopback that does to each connection whatever `reply` does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                reply(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the waits between them."""

    async def at_once(seconds: float) -> None:
        return None

    patience = Timeouts(connect=5.0, read=0.3, total=0.6)
    monkeypatch.setattr(net, "opened", lambda session: Http(timeouts=patience, retries=Retries(), sleep=at_once))


def on(address: str) -> dict[str, str]:
    """Settings that lead to a server of ours."""
    return {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": f"{address}/rss/", "PAPERTUI_SOURCES__ENABLED": '["arxiv"]',
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    }  # fmt: skip

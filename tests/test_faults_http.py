"""Every bad answer that a server can give, through `fetch` and `load`: a line, and the library as it was."""

from __future__ import annotations

import gzip
import socket
import time
from pathlib import Path

import pytest

from tests.broken import good, tree
from tests.command import here, one_line
from tests.replies import FEED, answer, impatient, on, server  # noqa: F401 - a fixture

ANSWERS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "connection broke"),
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", "connection broke"),
    "empty": (answer(b""), "empty"),
    "html": (answer(b"<!doctype html><html><body>Sign in to this network</body></html>", "Content-Type: text/html"), "HTML"),
    "binary": (answer(bytes(range(256)) * 20), ""),
    "cut short": (answer(FEED[:900], length=len(FEED)), "connection broke"),
    "longer than said": (answer(FEED, length=900), ""),
    "chunk cut": (answer(b"400\r\n" + FEED[:500], "Transfer-Encoding: chunked", length=None), "connection broke"),
    "no chunk": (answer(b"zz\r\n" + FEED, "Transfer-Encoding: chunked", length=None), "connection broke"),
    "gzip cut": (answer(gzip.compress(FEED)[:-30], "Content-Encoding: gzip"), "damaged"),
    "no gzip": (answer(FEED, "Content-Encoding: gzip"), "damaged"),
    "gzip bomb": (answer(gzip.compress(bytes(60_000_000)), "Content-Encoding: gzip"), "larger than"),
    "brotli": (answer(FEED, "Content-Encoding: br"), "not asked for"),
    "gzip of half a feed": (answer(gzip.compress(FEED)[:-200]), ""),
    "huge": (answer(b"", length=10**12), "larger than"),
    "wrong encoding": (answer(FEED.replace(b"A title", b"\xff\xfe title").replace(b"UTF-8", b"utf-8")), ""),
    "unknown encoding": (answer(FEED.replace(b"UTF-8", b"klingon")), ""),
    "utf-16 said": (answer(FEED.replace(b"UTF-8", b"UTF-16")), ""),
    "loop": (answer(b"", "Location: /rss/cs.LG", status="302 Found"), "redirects more than"),
    "to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "redirects to"),
    "to another scheme": (answer(b"", "Location: gopher://example.org/", status="301 Moved"), "redirects to"),
    "redirect without a place": (answer(b"", status="302 Found"), "302"),
    "not modified": (answer(b"", status="304 Not Modified"), "304"),
    "no content": (answer(b"", status="204 No Content"), ""),
    "forbidden": (answer(b"no", status="403 Forbidden"), "403"),
    "not found": (answer(b"no", status="404 Not Found"), "404"),
    "too many": (answer(b"no", status="429 Too Many Requests"), "busy"),
    "too many, come back": (answer(b"no", "Retry-After: 7200", status="429 Too Many Requests"), "stay away"),
    "server error": (answer(b"no", status="500 Internal Server Error"), "500"),
    "unavailable": (answer(b"no", "Retry-After: 1", status="503 Service Unavailable"), "busy"),
    "rate exceeded": (answer(b"Rate exceeded."), "busy"),
    "odd status": (answer(b"no", status="999 Whatever"), "999"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", "connection broke"),
    "endless head": (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 200_000, "connection broke"),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_a_bad_answer_is_told_and_leaves_the_library_as_it_was(tmp_path: Path, case: tuple[bytes, str]) -> None:
    good(tmp_path)
    before = tree(tmp_path)
    data, words = case
    with server(lambda connection: connection.sendall(data)) as address:
        fetched = here(tmp_path, "fetch", env=on(address), code=1)
        loaded = here(tmp_path, "load", f"{address}/2026-11-23.json", code=1)
    for done in (fetched, loaded):
        assert done.out == ""
        *waits, line = done.err.splitlines()
        assert line.startswith((f"papertui: {address}/", "papertui: arxiv (cs.LG): "))
        assert all("trying again" in wait for wait in waits)
    assert words in fetched.err.splitlines()[-1]
    assert tree(tmp_path) == before


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("pause", [0.05, 2.0])
def test_a_server_that_drips_or_falls_silent_is_given_up(tmp_path: Path, pause: float) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"<")
            time.sleep(pause)

    with server(drip) as address:
        line = one_line(here(tmp_path, "fetch", env=on(address), code=1))
    assert "not done within" in line or "silent for" in line
    assert not (tmp_path / "papertui.db").exists()


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    with (
        server(lambda connection: connection.sendall(answer(FEED))) as elsewhere,
        server(lambda connection: connection.sendall(answer(b"", f"Location: {elsewhere}/rss/", status="302 Found"))) as address,
    ):
        assert "redirects to another host" in here(tmp_path, "fetch", env=on(address), code=1).err


@pytest.mark.usefixtures("impatient")
def test_a_source_that_fails_once_is_had_at_the_next_try(tmp_path: Path) -> None:
    answers = [answer(b"no", status="503 Service Unavailable"), answer(FEED)]
    with server(lambda connection: connection.sendall(answers.pop(0))) as address:
        done = here(tmp_path, "fetch", env=on(address))
    assert "trying again" in done.err
    assert here(tmp_path, "list", "--format", "ids").out == "arxiv:2611.00001\n"

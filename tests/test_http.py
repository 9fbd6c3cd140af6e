"""The HTTP layer against real sockets on loopback: manners, limits, and what it says when things go wrong."""

from __future__ import annotations

import asyncio
import gzip
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.errors import UsageError
from papertui.sources import arxiv
from papertui.sources.errors import retry_after, shown_address
from papertui.sources.http import USER_AGENT, Fetched, Http, Retries, SourceError, Timeouts
from papertui.sources.pacing import Pacing, key_of

T = TypeVar("T")
NOW = 1_795_435_200.0  # 2026-11-23 12:00:00 UTC


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Waits(list[float]):
    """A sleep that takes no time and remembers what it was asked for."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


def with_http(work: Callable[[Http], Awaitable[T]], **options: object) -> T:
    async def run() -> T:
        async with Http(**{"sleep": Waits(), "clock": lambda: NOW, **options}) as http:  # type: ignore[arg-type]
            return await work(http)

    return asyncio.run(run())


def get(url: str, *, http: dict[str, object] | None = None, **options: object) -> Fetched:
    return with_http(lambda client: client.get(url, **options), **(http or {}))  # type: ignore[arg-type]


def trouble(url: str, *, http: dict[str, object] | None = None, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        get(url, http=http, **options)
    assert "\n" not in str(caught.value)
    return caught.value


def answers(server: HTTPServer, *replies: Response, path: str = "/feed") -> list[float]:
    """The server gives these replies in turn, the last one for ever; the list fills with the times of the requests."""
    times: list[float] = []

    def handle(_: Request) -> Response:
        times.append(time.monotonic())
        return replies[min(len(times), len(replies)) - 1]

    server.expect_request(path).respond_with_handler(handle)
    return times


@contextmanager
def raw_server(reply: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server on loopback that does to each connection whatever `reply` does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65_536)
                    reply(connection)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/feed"
    finally:
        listener.close()


# What is asked and what comes back


def test_the_answer_comes_with_its_type_charset_and_headers(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(
        "é".encode("latin-1"), headers={"Content-Type": 'Text/XML; Charset="ISO-8859-1"', "X-Extra": "1"}
    )
    found = get(httpserver.url_for("/feed"))
    assert (found.status, found.body, found.content_type, found.charset) == (200, b"\xe9", "text/xml", "iso-8859-1")
    assert (found.headers["x-extra"], found.url) == ("1", httpserver.url_for("/feed"))


def test_the_client_says_who_it_is_and_sends_neither_login_nor_cookies(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password secret\nmachine localhost login somebody password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    httpserver.expect_request("/feed").respond_with_data("x", headers={"Set-Cookie": "track=me; Path=/"})

    async def twice(http: Http) -> None:
        await http.get(httpserver.url_for("/feed"), accept="application/rss+xml")
        await http.get(httpserver.url_for("/feed").replace("localhost", "127.0.0.1"))

    with_http(twice)
    assert len(httpserver.log) == 2
    for request, _ in httpserver.log:
        assert request.headers["User-Agent"] == USER_AGENT
        assert "Authorization" not in request.headers
        assert "Cookie" not in request.headers
    assert httpserver.log[0][0].headers["Accept"] == "application/rss+xml"
    assert USER_AGENT.startswith("papertui/")
    assert "(+https://" in USER_AGENT


def test_compressed_bodies_arrive_plain_in_one_member_or_several(httpserver: HTTPServer) -> None:
    body = gzip.compress(b"one, ") + gzip.compress(b"two") + b"\0\0"
    httpserver.expect_request("/feed").respond_with_data(body, headers={"Content-Encoding": "gzip"})
    assert get(httpserver.url_for("/feed")).body == b"one, two"
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "gzip"


def test_the_proxy_of_the_environment_is_used(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request("/feed").respond_with_data("through the proxy")
    monkeypatch.setenv("HTTP_PROXY", httpserver.url_for("").rstrip("/"))
    assert get("http://feeds.example/feed").body == b"through the proxy"
    monkeypatch.setenv("NO_PROXY", "feeds.example")
    assert trouble("http://feeds.example/feed").kind == "offline"


# Redirects


def test_redirects_are_followed_and_their_login_is_not(httpserver: HTTPServer) -> None:
    target = httpserver.url_for("/new").replace("http://", "http://eve:pw@").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/feed").respond_with_data(status=301, headers={"Location": "/moved"})
    httpserver.expect_request("/moved").respond_with_data(status=307, headers={"Location": target})
    httpserver.expect_request("/new").respond_with_data("here")
    found = get(httpserver.url_for("/feed").replace("127.0.0.1", "localhost"))
    assert (found.body, found.url.endswith("/new")) == (b"here", True)
    assert all("Authorization" not in request.headers for request, _ in httpserver.log)


def test_each_hop_of_a_redirect_waits_its_turn(httpserver: HTTPServer) -> None:
    hop = answers(httpserver, Response(status=302, headers={"Location": "/new"}))
    last = answers(httpserver, Response("here"), path="/new")
    assert get(httpserver.url_for("/feed"), host_delay=0.3, pace="hops").body == b"here"
    assert last[0] - hop[0] >= 0.3


@pytest.mark.parametrize(
    "location", ["ftp://example.org/x", "file:///etc/passwd", "http://[::zz]/", "http://127.0.0.1:x/", "http://127.0.0.1:99999/"]
)
def test_redirects_lead_to_the_web_only(location: str) -> None:
    reply = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    with raw_server(lambda connection: connection.sendall(reply)) as url:
        assert "redirects to" in str(trouble(url))


@pytest.mark.parametrize("location", ["http://localhost:{port}/b", "http://127.0.0.1:{other}/b", "http://example.com/b"])
def test_a_source_that_stays_at_home_follows_nobody_elsewhere(location: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/b").respond_with_data("x")
    where = location.format(port=httpserver.port, other=httpserver.port + 1)
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": where})
    said = str(trouble(httpserver.url_for("/a").replace("localhost", "127.0.0.1"), stay=()))
    assert "redirects to another host" in said


def test_hosts_that_belong_together_may_send_to_each_other(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/b").respond_with_data("x")
    httpserver.expect_request("/a").respond_with_data("", status=301, headers={"Location": f"http://localhost:{httpserver.port}/b"})
    address = httpserver.url_for("/a").replace("localhost", "127.0.0.1")
    assert get(address, stay=("localhost", "127.0.0.1")).body == b"x"
    assert get(httpserver.url_for("/b"), stay=()).body == b"x"


def test_a_circle_of_redirects_ends(httpserver: HTTPServer) -> None:
    times = answers(httpserver, Response(status=302, headers={"Location": "/feed"}))
    assert "redirects more than 5 times" in str(trouble(httpserver.url_for("/feed")))
    assert len(times) == 6


# Busy servers


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_growing_waits(httpserver: HTTPServer, status: int) -> None:
    times = answers(httpserver, Response(status=status), Response(status=status), Response("at last"))
    waits, told = Waits(), list[str]()
    assert get(httpserver.url_for("/feed"), http={"sleep": waits}, tell=told.append).body == b"at last"
    assert (len(times), waits) == (3, [3.0, 15.0])
    assert len(told) == 2
    assert f"busy ({status}" in told[0]
    assert told[0].endswith("trying again in 3 s")


def test_three_tries_are_enough(httpserver: HTTPServer) -> None:
    times = answers(httpserver, Response(status=503))
    error = trouble(httpserver.url_for("/feed"))
    assert (len(times), error.kind, error.status) == (3, "busy", 503)
    assert "try again in a few minutes" in str(error)


def test_retry_after_is_obeyed_and_never_shortens_a_wait(httpserver: HTTPServer) -> None:
    answers(
        httpserver, Response(status=503, headers={"Retry-After": "7"}), Response(status=429, headers={"Retry-After": "1"}), Response("x")
    )
    waits = Waits()
    assert get(httpserver.url_for("/feed"), http={"sleep": waits}).body == b"x"
    assert waits == [7.0, 15.0]


def test_a_retry_after_beyond_patience_says_when_to_come_back(httpserver: HTTPServer) -> None:
    times = answers(httpserver, Response(status=503, headers={"Retry-After": "300"}))
    error = trouble(httpserver.url_for("/feed"))
    assert (len(times), error.retry_after) == (1, 300.0)
    assert str(error).endswith("busy (503), asks to stay away for 5 minutes: try again after 12:05 UTC")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": formatdate(NOW + 60, usegmt=True)}, 60.0),
        ({"retry-after": formatdate(NOW + 60, usegmt=True), "date": formatdate(NOW + 50, usegmt=True)}, 10.0),
        ({"retry-after": formatdate(NOW - 60, usegmt=True)}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Mon, 99 Foo 99999 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_by_the_servers_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "words"), [(404, "404 Not Found"), (403, "403 Forbidden"), (500, "500 Internal"), (418, "418"), (599, "599")]
)
def test_other_statuses_are_told_at_once(httpserver: HTTPServer, status: int, words: str) -> None:
    times = answers(httpserver, Response("<html>", status=status))
    error = trouble(httpserver.url_for("/feed"))
    assert (len(times), error.kind, error.status) == (1, "status", status)
    assert words in str(error)
    assert get(httpserver.url_for("/feed"), also_status=(status,)).body == b"<html>"


# Limits


def test_a_body_is_taken_up_to_the_limit_and_no_further(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(b"x" * 1000)
    assert len(get(httpserver.url_for("/feed"), max_bytes=1000).body) == 1000
    assert trouble(httpserver.url_for("/feed"), max_bytes=999).kind == "too large"


def test_a_small_body_that_unpacks_into_a_huge_one_is_not_taken(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    httpserver.expect_request("/feed").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    assert len(bomb) < 50_000
    assert trouble(httpserver.url_for("/feed"), max_bytes=100_000).kind == "too large"


def test_a_body_without_declared_length_is_cut_off_while_it_comes() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 10_000)

    with raw_server(endless) as url:
        assert trouble(url, max_bytes=100_000).kind == "too large"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate"])
def test_a_compression_that_was_not_asked_for_is_refused(httpserver: HTTPServer, encoding: str) -> None:
    httpserver.expect_request("/feed").respond_with_data(b"x", headers={"Content-Encoding": encoding})
    assert encoding in str(trouble(httpserver.url_for("/feed")))


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 1000)[:-9], b"no gzip at all"])
def test_a_damaged_compressed_body_is_asked_for_again_and_then_told(httpserver: HTTPServer, body: bytes) -> None:
    times = answers(httpserver, Response(body, headers={"Content-Encoding": "gzip"}))
    assert "damaged" in str(trouble(httpserver.url_for("/feed")))
    assert len(times) == 3


def test_a_silent_server_is_given_up_after_the_read_timeout_and_not_asked_again() -> None:
    connections: list[int] = []

    def silent(connection: socket.socket) -> None:
        connections.append(1)
        time.sleep(1)

    with raw_server(silent) as url:
        error = trouble(url, http={"timeouts": Timeouts(read=0.1)})
    assert (error.kind, connections) == ("timeout", [1])
    assert "silent for 0.1 seconds" in str(error)


def test_a_trickling_server_is_given_up_after_the_total_time() -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.02)

    with raw_server(trickle) as url:
        started = time.monotonic()
        error = trouble(url, http={"timeouts": Timeouts(read=5, total=0.2)})
    assert time.monotonic() - started < 1.5
    assert "not done within 0.2 seconds" in str(error)


# No connection


def test_a_refused_connection_asks_whether_one_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    waits = Waits()
    error = trouble(f"http://127.0.0.1:{port}/feed", http={"sleep": waits})
    assert (error.kind, waits) == ("offline", [0.5, 2.0])
    assert "connection refused: offline?" in str(error)


def test_an_unknown_host_asks_whether_one_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = trouble("http://feeds.example/feed")
    assert error.kind == "offline"
    assert "http://feeds.example/feed: the host's name is not known here: offline?" in str(error)


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"\x00garbage\r\n\r\n"])
def test_a_broken_connection_is_tried_again_and_then_told(reply: bytes) -> None:
    connections: list[int] = []

    def breaks(connection: socket.socket) -> None:
        connections.append(1)
        connection.sendall(reply)

    with raw_server(breaks) as url:
        error = trouble(url)
    assert (error.kind, len(connections)) == ("offline", 3)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "example.org",
        "",
        "http://",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:70000/",
        "http://[::1/",
        "http://a\x00b/",
    ],
)
def test_what_is_no_web_address_is_told(url: str) -> None:
    assert trouble(url).kind == "setup"


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PROXY", "foo://x"), ("ALL_PROXY", "socks5://127.0.0.1:1"), ("NO_PROXY", "::1/128"), ("SSL_CERT_FILE", "/no/such/file.pem")],
)
def test_an_environment_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    error = trouble("http://127.0.0.1:9/")
    assert error.kind == "setup"
    assert name in str(error)


def test_addresses_in_messages_carry_no_secrets() -> None:
    assert shown_address("https://me:pw@example.org/a?day=1&api_key=abc&x=2") == "https://example.org/a?day=1&api_key=…&x=2"
    assert shown_address("http://x/\x1b[31m\n") == "http://x/[31m"
    assert len(shown_address("http://x/" + "a" * 500)) <= 160


def test_a_cancelled_request_ends_at_once() -> None:
    def silent(_: socket.socket) -> None:
        time.sleep(3)

    async def cancelled(url: str) -> float:
        async with Http(pacing=Pacing()) as http:
            task = asyncio.create_task(http.get(url, host_delay=5, pace="cancelled"))
            await asyncio.sleep(0.4)
            started = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - started

    with raw_server(silent) as url:
        assert asyncio.run(cancelled(url)) < 0.5


def test_a_cancelled_wait_between_tries_ends_at_once(httpserver: HTTPServer) -> None:
    answers(httpserver, Response(status=503))

    async def cancelled() -> None:
        async with Http(retries=Retries(busy_waits=(60.0,))) as http:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(http.get(httpserver.url_for("/feed")), 0.6)

    started = time.monotonic()
    asyncio.run(cancelled())
    assert time.monotonic() - started < 3


# Pacing


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(round(seconds, 3))
            self.now += seconds
        await asyncio.sleep(0)


def paced(folder: Path | None, clock: Clock) -> Pacing:
    return Pacing(folder, clock=clock, sleep=clock.sleep)


async def _one_turn(pacing: Pacing, key: str = "arxiv", delay: float = 3.0) -> None:
    async with pacing.turn(key, delay):
        pass


def test_the_delay_lies_between_two_turns_and_not_before_the_first(tmp_path: Path) -> None:
    clock = Clock()
    pacing = paced(tmp_path / "state", clock)
    assert not (tmp_path / "state").exists()
    asyncio.run(_one_turn(pacing))
    assert clock.waits == []
    clock.now += 1
    asyncio.run(_one_turn(pacing))
    assert clock.waits == [2.0]
    asyncio.run(_one_turn(pacing, "other"))
    clock.now += 10
    asyncio.run(_one_turn(pacing))
    assert clock.waits == [2.0]


def test_without_a_delay_nothing_is_held_or_written(tmp_path: Path) -> None:
    asyncio.run(_one_turn(paced(tmp_path / "state", Clock()), delay=0))
    assert not (tmp_path / "state").exists()


def test_a_clock_set_back_costs_one_delay_at_most(tmp_path: Path) -> None:
    asyncio.run(_one_turn(paced(tmp_path, Clock(NOW + 86_400))))
    clock = Clock(NOW)
    asyncio.run(_one_turn(paced(tmp_path, clock)))
    assert clock.waits == [3.0]


@pytest.mark.parametrize("text", [b"nonsense", b"nan", b"\xff\xfe", b"inf"])
def test_a_damaged_time_costs_one_delay(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "arxiv.turn").write_bytes(text)
    clock = Clock()
    asyncio.run(_one_turn(paced(tmp_path, clock)))
    assert clock.waits == [3.0]
    assert float((tmp_path / "arxiv.turn").read_text()) == clock.now


def test_where_nothing_can_be_written_turns_hold_within_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    clock = Clock()
    for _ in range(2):
        asyncio.run(_one_turn(paced(tmp_path / "file", clock)))
    assert clock.waits == [3.0]


def test_one_request_at_a_time_over_tasks_and_threads(tmp_path: Path) -> None:
    spans: list[tuple[float, float]] = []

    def note(started: float) -> None:
        spans.append((started, time.monotonic()))

    async def task() -> None:
        async with Pacing(tmp_path).turn("arxiv", 0.05):
            started = time.monotonic()
            await asyncio.sleep(0.05)
            note(started)

    async def two() -> None:
        await asyncio.gather(task(), task())

    def thread() -> None:
        with Pacing(tmp_path).blocking_turn("arxiv", 0.05):
            started = time.monotonic()
            time.sleep(0.05)
            note(started)

    threads = [threading.Thread(target=thread), threading.Thread(target=lambda: asyncio.run(two()))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    spans.sort()
    assert len(spans) == 3
    assert all(later[0] - earlier[1] >= 0.045 for earlier, later in pairwise(spans))


def test_a_turn_is_given_back_when_its_request_fails_or_is_cancelled(tmp_path: Path) -> None:
    clock = Clock()

    async def fails() -> None:
        async with paced(tmp_path, clock).turn("arxiv", 3.0):
            raise SourceError("a", "b")

    with pytest.raises(SourceError):
        asyncio.run(fails())
    asyncio.run(_one_turn(paced(tmp_path, clock)))
    assert clock.waits == [3.0]


def test_a_turn_that_nobody_gives_back_is_told_in_the_end(tmp_path: Path) -> None:
    clock = Clock()

    async def stuck() -> None:
        async with Pacing(tmp_path).turn("arxiv", 1.0):
            with pytest.raises(Exception, match="another papertui has kept its turn for 10 minutes"):
                await _one_turn(paced(tmp_path, clock))

    asyncio.run(stuck())
    assert sum(clock.waits) == pytest.approx(600)


def test_all_of_arxivs_hosts_share_one_turn() -> None:
    assert {key_of(host) for host in ("rss.arxiv.org", "export.arxiv.org", "ARXIV.org.", "arxiv.org")} == {"arxiv.org"}
    assert key_of("notarxiv.org") == "notarxiv.org"


_CHILD = """
import asyncio, sys
from pathlib import Path
from papertui.sources.http import Http
from papertui.sources.pacing import Pacing

async def main():
    async with Http(pacing=Pacing(Path(sys.argv[1]))) as http:
        for _ in range(3):
            await http.get(sys.argv[2], host_delay=0.25)

asyncio.run(main())
"""


def test_two_processes_keep_the_delay_between_any_two_of_their_requests(httpserver: HTTPServer, tmp_path: Path) -> None:
    times = answers(httpserver, Response("x"))
    command = [sys.executable, "-c", _CHILD, str(tmp_path), httpserver.url_for("/feed")]
    children = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors.decode()
    assert len(times) == 6
    times.sort()
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(times))


# arXiv's newest mailing, from socket to day

FEED = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0"><channel><title>t</title>'
    "<pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate><item><title>T</title><guid>oai:arXiv.org:2611.00002v1</guid>"
    "<description>arXiv:2611.00002v1 Announce Type: new \nAbstract: A.</description></item></channel></rss>"
)


def newest(server: HTTPServer, categories: list[str], **options: object) -> list[object]:
    return with_http(
        lambda http: arxiv.newest(http, categories, feed_url=server.url_for("/rss/"), delay_seconds=0.0),  # type: ignore[arg-type, return-value]
        **options,
    )


def test_the_newest_mailing_is_one_request_for_all_categories(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.CL+cs.LG+stat").respond_with_data(FEED)
    (day,) = newest(httpserver, ["cs.CL", "cs.LG", "stat", "cs.CL"])
    assert [str(one.paper.id) for one in day.announced] == ["arxiv:2611.00002"]  # type: ignore[attr-defined]
    assert len(httpserver.log) == 1
    assert httpserver.log[0][0].environ["RAW_URI"].endswith("/rss/cs.CL+cs.LG+stat")


def test_rate_exceeded_with_status_200_is_waited_for(httpserver: HTTPServer) -> None:
    times = answers(httpserver, Response("Rate exceeded."), Response(FEED), path="/rss/cs.CL")
    waits = Waits()
    assert len(newest(httpserver, ["cs.CL"], sleep=waits)) == 1
    assert (len(times), waits) == (2, [3.0])


def test_a_refused_query_shows_arxivs_own_words(httpserver: HTTPServer) -> None:
    body = "<rss><channel><title>Feed error for query: cs.XX</title><description>Bad category 'cs.XX'.</description></channel></rss>"
    httpserver.expect_request("/rss/cs.XX").respond_with_data(body, status=400)
    with pytest.raises(SourceError, match=r"Bad category 'cs\.XX'"):
        newest(httpserver, ["cs.XX"])


@pytest.mark.parametrize("body", ["<html><body>Bad Request</body></html>", FEED, ""])
def test_a_400_that_is_no_error_feed_is_told_as_a_400(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/rss/cs.XX").respond_with_data(body, status=400)
    with pytest.raises(SourceError, match="400 Bad Request"):
        newest(httpserver, ["cs.XX"])


@pytest.mark.parametrize("category", ["", "cs.CL;rm", "../x", "cs.CL?x=1", "CS", "cs.CL+cs.LG", "cs.", "c s", "cs.CL\n1"])
def test_a_wrong_category_is_named_and_nothing_is_asked(httpserver: HTTPServer, category: str) -> None:
    with pytest.raises(UsageError, match="is no arXiv category"):
        newest(httpserver, ["cs.CL", category])
    assert httpserver.log == []


def test_no_categories_at_all_are_told(httpserver: HTTPServer) -> None:
    with pytest.raises(UsageError, match="no arXiv categories"):
        newest(httpserver, [])


@pytest.mark.parametrize(
    ("base", "address"),
    [("http://h/rss/", "http://h/rss/cs.CL+math"), ("http://h/rss", "http://h/rss/cs.CL+math"), ("http://h/?q=", "http://h/?q=cs.CL+math")],
)
def test_categories_are_joined_by_a_literal_plus(base: str, address: str) -> None:
    assert arxiv.feed_address(base, ["cs.CL", "math"]) == address


def test_importing_the_layer_loads_no_http_library() -> None:
    code = "import sys, papertui.sources.arxiv, papertui.sources.http; print([m for m in ('httpx', 'httpcore', 'certifi') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

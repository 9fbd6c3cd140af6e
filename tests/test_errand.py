"""An update in a process of its own, as the reader starts one."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.errors import PapertuiError, UsageError
from papertui.services import errand
from papertui.services.errand import Orders, update_elsewhere
from papertui.services.events import Event, Fetched
from papertui.store.library import Library
from tests.feeds import feed, item
from tests.test_library_desk import session_in

FEED = feed(*(item(f"2611.{number:05d}", f"Sparse attention, part {number}") for number in range(1, 4)))


def settings(server: HTTPServer, **more: str) -> dict[str, str]:
    return {
        "PAPERTUI_SOURCES__ENABLED": '["arxiv"]', "PAPERTUI_SOURCES__ARXIV__FEED_URL": server.url_for("/"),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]', **more,
    }  # fmt: skip


def slow(server: HTTPServer) -> threading.Event:
    """A feed that makes one wait for a minute; set once it was asked for."""
    asked = threading.Event()

    def answer(_: Request) -> Response:
        asked.set()
        return Response(status=503, headers={"Retry-After": "60"})

    server.expect_request("/cs.LG").respond_with_handler(answer)
    return asked


def test_what_it_tells_comes_from_another_process(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/cs.LG").respond_with_data(FEED)
    events: list[Event] = []
    asyncio.run(update_elsewhere(session_in(tmp_path, **settings(httpserver)), events.append))
    assert [event.papers for event in events if isinstance(event, Fetched)] == [3]
    with Library(tmp_path / "papertui.db") as library:
        assert library.count_papers() == 3


def test_what_it_raises_is_raised_here_in_the_same_words(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/cs.LG").respond_with_data("no", status=404)
    with pytest.raises(PapertuiError, match="404") as caught:
        asyncio.run(update_elsewhere(session_in(tmp_path, **settings(httpserver)), lambda event: None))
    assert not isinstance(caught.value, UsageError)
    wrong = settings(httpserver, PAPERTUI_PROFILE="nobody")
    with pytest.raises(UsageError, match="nobody"):
        asyncio.run(update_elsewhere(session_in(tmp_path, **wrong), lambda event: None))


def test_told_to_stop_it_ends_soon(tmp_path: Path, httpserver: HTTPServer) -> None:
    asked = slow(httpserver)

    async def run() -> float:
        job = asyncio.create_task(update_elsewhere(session_in(tmp_path, **settings(httpserver)), lambda event: None))
        assert await asyncio.to_thread(asked.wait, 20)
        began = time.monotonic()
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        return time.monotonic() - began

    assert asyncio.run(run()) < errand.PATIENCE


def test_stopped_before_it_began_it_never_does(tmp_path: Path, httpserver: HTTPServer) -> None:
    asked = slow(httpserver)
    job = errand._Errand(session_in(tmp_path, **settings(httpserver)), lambda event: None, None)
    job.stop()
    assert job.run() is None
    assert not asked.is_set()


def test_a_process_that_dies_is_told_with_its_last_word(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "COMMAND", (sys.executable, "-c", "import sys; sys.exit('no memory left')"))
    with pytest.raises(RuntimeError, match=r"ended with 1 \(no memory left\)"):
        asyncio.run(update_elsewhere(session_in(tmp_path, **settings(httpserver)), lambda event: None))


def test_a_watcher_that_fails_does_not_leave_anybody_waiting(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/cs.LG").respond_with_data(FEED)

    def fail(event: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(update_elsewhere(session_in(tmp_path, **settings(httpserver)), fail))


def test_a_folder_that_papertui_is_started_in_lends_it_no_modules(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/cs.LG").respond_with_data(FEED)
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "papertui.py").write_text("raise SystemExit('taken from the folder')")
    monkeypatch.chdir(tmp_path)
    asyncio.run(update_elsewhere(session_in(tmp_path / "h", **settings(httpserver)), lambda event: None))
    assert (tmp_path / "h" / "papertui.db").exists()


@pytest.mark.skipif(os.name == "nt", reason="kills with a signal")
def test_it_does_not_outlive_a_reader_that_is_killed(tmp_path: Path, httpserver: HTTPServer) -> None:
    asked = slow(httpserver)
    session = session_in(tmp_path, **settings(httpserver))
    orders = pickle.dumps(Orders(session.paths, session.settings, dict(session.env), False))
    start = f"import subprocess, sys; p = subprocess.Popen({errand.COMMAND!r}, stdin=subprocess.PIPE)"
    reader = subprocess.Popen(
        [sys.executable, "-c", f"{start}; p.stdin.write({orders!r}); p.stdin.flush(); print(p.pid, flush=True); p.wait()"],
        stdout=subprocess.PIPE,
    )
    assert reader.stdout is not None
    child = int(reader.stdout.readline())
    assert asked.wait(20)
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    end = time.monotonic() + 20
    while _lives(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"

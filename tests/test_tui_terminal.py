"""The reader in a real terminal: frames per key, what an ending leaves behind, what a start loads, silence when idle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.terminal import HERE, Terminal


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A reader of 500 papers whose first frame is out."""
    made = Terminal("many", "500")
    made.until(b"papers")
    made.read(0.6)
    yield made
    made.close()


def test_down_page_end_sort_and_every_filter_key_are_one_frame(terminal: Terminal) -> None:
    pressed = [
        ("down", b"\x1b[B"), ("j", b"j"), ("page", b"\x1b[6~"), ("end", b"\x1b[F"), ("down at the end", b"k"), ("home", b"g"), ("sort", b"1"), ("turned", b"1"),
        ("title", b"4"), ("filter", b"/"), ("t", b"t"), ("e", b"e"), ("n", b"n"), ("backspace", b"\x7f"),
    ]  # fmt: skip
    terminal.key(b"j")
    frames = {name: terminal.key(data) for name, data in pressed}
    assert frames == {name: 1 for name, _ in pressed}


def test_what_a_searchs_key_finds_is_on_the_screen_with_the_key(terminal: Terminal) -> None:
    terminal.key(b"j")
    os.write(terminal.fd, b"ft")
    terminal.read(0.4)
    assert [terminal.key(data) for data in (b"e", b"n", b"s", b"\x7f")] == [1, 1, 1, 1]
    assert "found: ten" in terminal.screen()
    assert "search: ten" in terminal.screen()


def test_an_idle_reader_writes_nothing(terminal: Terminal) -> None:
    terminal.key(b"s")
    assert terminal.read(1.5) == b""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_marks_written_and_the_terminal_restored(terminal: Terminal, number: int, code: int) -> None:
    terminal.key(b"s")
    os.kill(terminal.pid, number)
    assert terminal.ended() == code
    for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"):
        assert sequence in terminal.output
    assert b"Traceback" not in terminal.output


def test_q_ends_it_with_nothing_left_on_the_screen(terminal: Terminal) -> None:
    os.write(terminal.fd, b"q")
    assert terminal.ended() == 0
    assert b"\x1b[?1049l" in terminal.output


def test_a_terminal_that_is_gone_ends_it_too() -> None:
    made = Terminal("many", "5")
    made.until(b"papers")
    made.read(0.3)
    os.close(made.fd)
    made.fd = os.open(os.devnull, os.O_RDONLY)
    began = time.monotonic()
    pid = 0
    while not pid and time.monotonic() - began < 10:
        pid, _ = os.waitpid(made.pid, os.WNOHANG)
        time.sleep(0.05)
    made.pid = 0 if pid else made.pid
    made.close()
    assert pid


def test_the_reader_loads_none_of_what_only_fetching_and_scoring_need() -> None:
    code = """
import asyncio, sys
from tests.fake_desk import example
from papertui.tui.app import PapertuiApp
async def main():
    app = PapertuiApp(example("many", 50))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
asyncio.run(main())
heavy = ("openai", "pydantic", "httpx", "httpx2", "requests", "numpy", "sklearn", "lxml", "feedparser", "markdown_it", "typer", "arxiv")
print(sorted(name for name in heavy if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE, timeout=60, check=True)
    assert done.stdout.strip() == "[]"

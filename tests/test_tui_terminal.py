"""The reader in a real terminal: frames per key, what an ending leaves behind, what a start loads, silence when idle."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import fcntl
import termios

HERE = Path(__file__).resolve().parents[1]
FRAME_END = b"\x1b[?2026l"
ASKED, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""A terminal that knows synchronised output says so, and then each frame is bracketed."""


class Terminal:
    """A reader on the example desk in a pty of 120x40."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(HERE)
            environ = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
            os.execve(sys.executable, [sys.executable, "-m", "tests.fake_desk", *arguments], environ | {"TERM": "xterm-256color"})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.output = b""

    def read(self, quiet: float, limit: float = 20.0) -> bytes:
        """What comes until nothing has come for `quiet` seconds."""
        began, new = time.monotonic(), b""
        while time.monotonic() - began < limit and select.select([self.fd], [], [], quiet)[0]:
            try:
                data = os.read(self.fd, 1 << 16)
            except OSError:
                break
            if not data:
                break
            if ASKED in data:
                os.write(self.fd, ANSWER)
            new += data
        self.output += new
        return new

    def until(self, needle: bytes, limit: float = 20.0) -> None:
        """Read until `needle` has come."""
        began = time.monotonic()
        while needle not in self.output:
            assert time.monotonic() - began < limit, f"{needle!r} never came: {self.output[-300:]!r}"
            self.read(0.2)

    def key(self, data: bytes) -> int:
        """Press a key; how many frames it made."""
        os.write(self.fd, data)
        seen = self.read(0.5)
        return seen.count(FRAME_END) + (self.read(0.25).count(FRAME_END) if seen else 0)

    def ended(self, limit: float = 10.0) -> int:
        """Its exit code."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            self.read(0.05, 0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        pytest.fail("it never ended")

    def close(self) -> None:
        """End it whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


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

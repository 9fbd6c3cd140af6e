"""Programs in a pseudo-terminal: what they paint, and what keys do to them."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte
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
    """A program in a pty of its own, the reader on the example desk where no other command is given."""

    def __init__(
        self, *arguments: str, command: Sequence[str] | None = None, env: Mapping[str, str] | None = None, size: tuple[int, int] = (120, 40)
    ) -> None:
        run = command or (sys.executable, "-m", "tests.fake_desk", *arguments)
        unwanted = ("NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
        environ = {name: value for name, value in os.environ.items() if name not in unwanted and not name.startswith("PAPERTUI_")}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(HERE)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(run[0], list(run), environ | {"TERM": "xterm-256color"} | dict(env or {}))
        self.output = b""

    def screen(self, columns: int = 120, rows: int = 40) -> str:
        """What is on the screen, a line a row."""
        screen = pyte.Screen(columns, rows)
        stream = pyte.ByteStream(screen)
        stream.feed(self.output.replace(b"\x1b[>1u", b"").replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
        return "\n".join(screen.display)

    def shows(self, text: str, limit: float = 20.0) -> None:
        """Read until `text` is on the screen."""
        began = time.monotonic()
        while text not in self.screen():
            assert time.monotonic() - began < limit, f"{text!r} never came:\n{self.screen()}"
            self.read(0.2, 0.5)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def attributes(self) -> list[Any]:
        """The terminal's settings, as the program has them."""
        return termios.tcgetattr(self.fd)

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

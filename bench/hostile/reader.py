"""The reader on a pseudo-terminal, driven over every paper; its bytes as they are."""

from __future__ import annotations

import contextlib
import fcntl
import struct
import sys
import termios
from collections.abc import Mapping, Sequence

from bench.hostile.sandbox import Sandbox
from bench.pty_driver import FRAME_END, Terminal

ROWS, COLUMNS = 120, 160


class Screen(Terminal):
    """A terminal large enough for whole papers, in a sandbox."""

    def __init__(self, sandbox: Sandbox, arguments: Sequence[str] = (), env: Mapping[str, str] | None = None) -> None:
        with contextlib.chdir(sandbox.cwd):
            super().__init__([sys.executable, "-m", "papertui", *arguments], sandbox.environment | dict(env or {}))

    def __enter__(self) -> Screen:
        return self

    @staticmethod
    def _set_size(descriptor: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    @property
    def raw(self) -> bytes:
        """All bytes so far."""
        return b"".join(chunk.data for chunk in self.record)

    def send(self, keys: bytes, quiet: float = 0.12, limit: float = 60.0) -> None:
        """Send keys and take in what they cause."""
        self.type(keys)
        self.read_until_quiet(quiet, limit)

    def key(self, key: bytes) -> bool:
        """Send a key and take in its frame (keys that come faster share one); False where none came."""
        before = len(self.record)
        self.type(key)
        end = self.now() + 0.8
        while self.now() < end:
            self.read(0.05)
            if any(FRAME_END in chunk.data for chunk in self.record[before:]):
                return True
        return False


_PASTE = b"\x1b[200~%s\x1b[201~"
_CLOSING = (b"\x1b[201~", b"\x1b")


def pasted(text: str) -> bytes:
    """Text as a terminal pastes it: what would end the paste is taken out by every terminal."""
    data = text.encode("utf-8", "replace")
    for mark in _CLOSING:
        data = data.replace(mark, b"")
    return _PASTE % data[:3_000]


def read_everything(
    sandbox: Sandbox, editions: int, papers: int, pastes: Sequence[str], env: Mapping[str, str] | None = None, opened: int = 0
) -> tuple[bytes, str]:
    """Every edition as a list, every paper as a full page, and every place that shows text; (bytes, what went wrong)."""
    with Screen(sandbox, env=env) as screen:
        screen.read_until_quiet(1.0)
        if not screen.open:
            return screen.raw, f"the reader did not begin: {screen.raw[-400:]!r}"
        try:
            for edition in range(editions):
                _one_edition(screen, papers)
                if edition == 0:
                    _places(screen, pastes, opened)
                screen.send(b"[", 0.4)
            screen.send(b"r", 1.0)  # an update: its events and failures are told
            screen.send(b"\x1b", 0.3)
            screen.send(b"q", 0.5)
        except OSError as error:
            return screen.raw, f"the reader ended by itself ({error})"
        screen.read_until_quiet(0.5)
        return screen.raw, "" if not screen.open else "the reader did not end with q"


def _one_edition(screen: Screen, papers: int) -> None:
    screen.send(b"g")
    for _ in range(papers // (ROWS // 3) + 1):
        screen.send(b"\x1b[6~")
    screen.send(b"g\r")
    misses = 0
    for _ in range(papers + 2):
        misses = 0 if screen.key(b"J") else misses + 1
        if misses == 4:
            break  # the last paper
    screen.send(b"\x1b")


def _places(screen: Screen, pastes: Sequence[str], opened: int) -> None:
    """Marks, filter, note, tag, help, palette, clipboard, export and opening."""
    screen.send(b"g")
    for key in (
        b"s",
        b"m",
        b"x",
        b"u",
        b"U",
        b"u",
        b"j",
        b"s",
        b"e",
        b"p",
        b"p",
        b"\t",
        b" ",
        b"\t",
        b"H",
        b"H",
        b"1",
        b"1",
        b"2",
        b"3",
        b"4",
        b"5",
        b"6",
        b"7",
        b"?",
        b"\x1b",
        b"\x10",
        b"\x1b",
    ):
        screen.send(key, 0.15)
    for text in pastes:
        for before, after in ((b"/", b"\x1b"), (b"/", b"\r"), (b"N", b"\r"), (b"t", b"\r")):
            screen.send(before, 0.05)
            screen.send(pasted(text), 0.05)
            screen.send(after, 0.05)
        for _ in range(3):
            screen.send(b"\x1b", 0.1)  # failures first, then the filter
    screen.send(b"\x10", 0.3)
    for text in pastes[:20]:
        screen.send(pasted(text), 0.1)
    for _ in range(4):
        screen.send(b"\x1b", 0.2)
    screen.send(b"g")
    for _ in range(opened):
        screen.send(b"y", 0.15)
        screen.send(b"a", 0.15)
        screen.send(b"o", 0.15)
        screen.send(b"j", 0.05)


def on_a_terminal(sandbox: Sandbox, arguments: Sequence[str], env: Mapping[str, str] | None = None) -> bytes:
    """What one command writes where stdout and stderr are a terminal."""
    with Screen(sandbox, arguments, env) as screen:
        while screen.open and screen.now() < 60:
            screen.read(1.0)
        return screen.raw

"""Drives a program on a pseudo-terminal and stamps what it paints.

Time is taken when bytes arrive, never while they are interpreted: pyte replays the record afterwards. The question
whether frames may be bracketed (synchronised output, mode 2026) is answered as a modern terminal does, so that a frame
is what lies between ESC[?2026h and ESC[?2026l and can be counted.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyte

COLUMNS, ROWS = 120, 40
FRAME_END = b"\x1b[?2026l"
_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
_LONGEST = max(map(len, (FRAME_END, *_ANSWERS)))
_NOT_FOR_PYTE = (b"\x1b[>1u", b"\x1b[<u")
"""Kitty keyboard codes, which pyte prints instead of passing them over."""

KEYS = {
    "down": b"\x1b[B", "up": b"\x1b[A", "pagedown": b"\x1b[6~", "pageup": b"\x1b[5~", "end": b"\x1b[F", "home": b"\x1b[H",
    "enter": b"\r", "tab": b"\t", "escape": b"\x1b", "backspace": b"\x7f",
}  # fmt: skip
"""Keys by name, as xterm sends them; a single character stands for itself."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that arrived together."""

    at: float
    """Seconds since the program was started."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one key (or one write of several) caused."""

    first: float
    """Seconds from the key to the end of the first frame."""
    settled: float
    """Seconds from the key to the last byte."""
    frames: int
    size: int
    """Bytes written."""
    cpu: float
    """CPU seconds of the program meanwhile, NaN where the kernel does not count them."""


class Terminal:
    """A program on a pseudo-terminal of 120x40. Use as a context manager: leaving it ends the program."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.record: list[Chunk] = []
        self.open = True
        self._tail = b""
        self._replay, self._replayed = Replay(), 0
        self._started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            try:
                self._set_size(0)
                os.execvpe(command[0], list(command), dict(environment) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"})
            finally:
                os._exit(127)

    @staticmethod
    def _set_size(descriptor: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
        self.open = False

    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def read(self, seconds: float) -> bytes:
        """What arrives within `seconds`; empty where nothing does. Terminal questions are answered on the way."""
        if not self.open or not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # the other end is closed
            data = b""
        if not data:
            self.open = False
            return b""
        self.record.append(Chunk(self.now(), data))
        seam = self._tail + data
        for question, answer in _ANSWERS.items():
            if seam.count(question) > self._tail.count(question):
                os.write(self._fd, answer)
        self._tail = seam[-_LONGEST:]
        return data

    def read_until_quiet(self, quiet: float, limit: float = 20.0) -> None:
        """Take in everything until nothing came for `quiet` seconds, `limit` at most."""
        end = self.now() + limit
        while self.read(quiet) and self.now() < end:
            pass

    def wait_for(self, text: str, limit: float = 30.0, quiet: float = 0.25) -> float:
        """Seconds from the start until `text` was on the screen, told once it stands still. TimeoutError where it never was."""
        while self.now() < limit and self.open:
            self.read_until_quiet(quiet, limit - self.now())
            found = self.when(lambda screen: text in screen)
            if found is not None:
                return found
        why = f"did not appear within {limit:.0f} s" if self.open else "never appeared: the program ended"
        raise TimeoutError(f"{text!r} {why}; on the screen:\n{self.screen()}")

    def type(self, keys: str | bytes) -> float:
        """Send a key by name, or bytes; seconds since the start at which they were sent."""
        data = keys if isinstance(keys, bytes) else KEYS.get(keys, keys.encode())
        at = self.now()
        os.write(self._fd, data)
        return at

    def press(self, keys: str | bytes, quiet: float = 0.08, limit: float = 10.0) -> Reaction:
        """Send keys and watch until nothing has come for `quiet` seconds. TimeoutError where nothing came at all."""
        before, burnt = len(self.record), self.cpu()
        sent = self.type(keys)
        while self.now() - sent < limit:
            waited = self.read(quiet if len(self.record) > before else limit)
            if not waited:
                break
        new = self.record[before:]
        if not new:
            raise TimeoutError(f"nothing was painted after {keys!r}; on the screen:\n{self.screen()}")
        ends = frame_ends(new)
        return Reaction(
            first=(ends[0] if ends else new[0].at) - sent,
            settled=new[-1].at - sent,
            frames=len(ends),
            size=sum(len(chunk.data) for chunk in new),
            cpu=self.cpu() - burnt,
        )

    def when(self, holds: Callable[[str], bool]) -> float | None:
        """Seconds from the start to the first chunk after which the screen is as asked; None where it never was."""
        replay = Replay()
        for chunk in self.record:
            replay.feed(chunk.data)
            if holds(replay.text):
                return chunk.at
        return None

    def screen(self) -> str:
        """The screen as it stands, one line a row."""
        replay = Replay()
        for chunk in self.record:
            replay.feed(chunk.data)
        return replay.text

    def screen_now(self) -> str:
        """The screen as it stands, of what came since the last call with what was there before: for asking often."""
        for chunk in self.record[self._replayed :]:
            self._replay.feed(chunk.data)
        self._replayed = len(self.record)
        return self._replay.text

    def cpu(self) -> float:
        """CPU seconds the program has used, from the scheduler's nanoseconds of its threads; NaN where there are none."""
        try:
            threads = list(Path(f"/proc/{self.pid}/task").iterdir())
            return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
        except (OSError, ValueError, IndexError):
            return float("nan")

    def memory(self) -> float:
        """MiB resident; NaN where the system does not say."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return float("nan")
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Replay:
    """A screen drawn from recorded bytes."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, data: bytes) -> None:
        """Draw what `data` says."""
        for code in _NOT_FOR_PYTE:
            data = data.replace(code, b"")
        self._stream.feed(data)

    @property
    def text(self) -> str:
        """The screen, one line a row."""
        return "\n".join(self._screen.display)


def frame_ends(chunks: Sequence[Chunk]) -> list[float]:
    """When each frame was complete, marks that two chunks share included."""
    ends: list[float] = []
    tail = b""
    for chunk in chunks:
        seam = tail + chunk.data
        ends += [chunk.at] * seam.count(FRAME_END)
        tail = seam[-(len(FRAME_END) - 1) :]
    return ends

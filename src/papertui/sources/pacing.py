"""Taking turns at a host: one request at a time, and a pause between two, over tasks, threads and processes.

arXiv's terms allow one request every three seconds and one connection at a time, for everything one person runs and
over feeds, pages and API together (arXiv API terms of use; FACTS 6). A turn is therefore a lock on a small file that
also holds the time of the last request. Where no file can be written, turns still hold within this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import re
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from papertui.errors import PapertuiError

_POLL_SECONDS = 0.05
"""How often a busy turn is asked for again: waiting in a lock itself could not be cancelled."""

_PATIENCE_SECONDS = 600.0
"""How long to stand behind somebody else's request: a request may take two minutes, and a few may stand in line."""

_LOCK_OFFSET = 1 << 20
"""Windows locks are mandatory, so the locked byte lies far behind the time that others read."""

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, _LOCK_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def key_of(host: str) -> str:
    """Which turn a host belongs to: its name without port; all of arXiv's hosts share one."""
    name = host.lower().rstrip(".")
    return "arxiv.org" if name == "arxiv.org" or name.endswith(".arxiv.org") else name


class _Turn:
    """The turn of one key: held by one request at a time. Its lock may be released by another thread."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last: float | None = None
        """Time of the last request made by this process."""


_TURNS: dict[tuple[Path | None, str], _Turn] = {}
_TURNS_LOCK = threading.Lock()


class _Held:
    """A turn that was taken: knows when the last request was, and writes down when this one is."""

    def __init__(self, turn: _Turn, file: int | None) -> None:
        self._turn = turn
        self._file = file

    def wait(self, delay: float, now: float) -> float:
        """Seconds until a request may be sent. A last time in the future (clock set back) costs one delay at most."""
        lasts = [last for last in (self._turn.last, self._read(now)) if last is not None]
        return max([0.0, *(min(delay, last + delay - now) for last in lasts)])

    def stamp(self, now: float) -> None:
        """A request is sent, or just came to its end, now."""
        self._turn.last = now
        if self._file is not None:
            text = f"{now:017.6f}\n".encode()
            with contextlib.suppress(OSError):  # a full disk: turns hold within this process
                os.lseek(self._file, 0, os.SEEK_SET)
                os.write(self._file, text)
                os.ftruncate(self._file, len(text))

    def _read(self, now: float) -> float | None:
        if self._file is None:
            return None
        try:
            os.lseek(self._file, 0, os.SEEK_SET)
            text = os.read(self._file, 64).strip()
        except OSError:
            return None
        if not text:
            return None
        try:
            last = float(text)
        except ValueError:
            return now  # torn or foreign: as if somebody had just been there
        return now if math.isnan(last) else last

    @contextlib.contextmanager
    def one_request(self, clock: Callable[[], float]) -> Iterator[None]:
        """Around one request: written down when it is sent (a process may be killed in the middle of it) and when it ended."""
        self.stamp(clock())
        try:
            yield
        finally:
            self.stamp(clock())

    def __enter__(self) -> _Held:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)  # which gives up the lock
        self._turn.lock.release()


class Pacing:
    """Turns at hosts. Values with the same `state_dir`, in this process or another, share their turns."""

    def __init__(
        self,
        state_dir: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        blocking_sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`state_dir` is created when the first turn is taken; None keeps turns within this process.

        `clock` is wall time in seconds since 1970: the only clock that processes share.
        """
        self._dir = state_dir
        self._clock = clock
        self._sleep = sleep
        self._blocking_sleep = blocking_sleep

    @contextlib.asynccontextmanager
    async def turn(self, key: str, delay: float) -> AsyncIterator[None]:
        """Hold the turn of `key` for one request, sent at least `delay` seconds after the end of the last one.

        Nothing is held or waited for when `delay` is 0 or less. PapertuiError when another process keeps the turn.
        """
        if delay <= 0:
            yield
            return
        waited = 0.0
        while (held := self._take(key)) is None:
            self._check_patience(key, waited)
            await self._sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        with held:
            await self._sleep(held.wait(delay, self._clock()))
            with held.one_request(self._clock):
                yield

    @contextlib.contextmanager
    def blocking_turn(self, key: str, delay: float) -> Iterator[None]:
        """`turn` for a thread, for libraries that know no event loop."""
        if delay <= 0:
            yield
            return
        waited = 0.0
        while (held := self._take(key)) is None:
            self._check_patience(key, waited)
            self._blocking_sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        with held:
            self._blocking_sleep(held.wait(delay, self._clock()))
            with held.one_request(self._clock):
                yield

    def _take(self, key: str) -> _Held | None:
        with _TURNS_LOCK:
            turn = _TURNS.setdefault((self._dir, key), _Turn())
        if not turn.lock.acquire(blocking=False):
            return None
        try:
            file = self._open(key)
            if file is None:
                return _Held(turn, None)
            try:
                if _lock(file):
                    return _Held(turn, file)
            except OSError:  # a file system that cannot lock: turns hold within this process
                os.close(file)
                return _Held(turn, None)
            os.close(file)
        except BaseException:
            turn.lock.release()
            raise
        turn.lock.release()
        return None

    def _open(self, key: str) -> int | None:
        if self._dir is None:
            return None
        name = re.sub(r"[^a-z0-9.-]", "_", key.lower())[:100].strip(".") or "host"
        try:
            self._dir.mkdir(parents=True, exist_ok=True)
            return os.open(self._dir / f"{name}.turn", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None

    @staticmethod
    def _check_patience(key: str, waited: float) -> None:
        if waited >= _PATIENCE_SECONDS:
            minutes = round(_PATIENCE_SECONDS / 60)
            raise PapertuiError(f"{key}: another papertui has kept its turn for {minutes} minutes: end that process, then try again")

"""One update at a time: the lock that says which process is at it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

from papertui.errors import PapertuiError

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows: two updates there are kept apart by the library's own transactions only
    fcntl = None


class Busy(PapertuiError):
    """Another process holds the lock."""


@contextlib.contextmanager
def held(path: Path, now: datetime) -> Iterator[None]:
    """Hold the lock while inside. Busy, with the holder's process number and start, where somebody else does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                holder = os.read(handle, 200).decode("ascii", "replace").strip()
                raise Busy(f"an update is running already ({holder or 'another process'})") from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {now.astimezone():%H:%M:%S}".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)

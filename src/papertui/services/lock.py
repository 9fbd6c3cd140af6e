"""One update at a time: the lock that says which process is at it."""

from __future__ import annotations

import contextlib
import errno
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

_NO_LOCKS_HERE = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
"""A file system (some networks') that cannot lock: the library's own transactions keep two updates apart."""


class Busy(PapertuiError):
    """Another process holds the lock."""


@contextlib.contextmanager
def held(path: Path, now: datetime, what: str = "an update") -> Iterator[None]:
    """Hold the lock while inside. Busy, with the holder's process number and start, where somebody else does; PapertuiError where
    its file cannot be made.

    The system takes the lock from a process that dies, so a file that is left behind holds nobody up.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise PapertuiError(
            f"{path}: cannot be made ({error.strerror or error}), so {what} cannot begin; make its folder writable or choose another --home"
        ) from error
    try:
        _take(handle, what)
        _write(handle, f"process {os.getpid()}, since {now.astimezone():%H:%M:%S}")
        try:
            yield
        finally:
            _write(handle, "")
    finally:
        os.close(handle)


def _take(handle: int, what: str = "an update") -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(f"{what} is running already ({_holder(handle) or 'another process'})") from None
    except OSError as error:
        if error.errno not in _NO_LOCKS_HERE:
            raise PapertuiError(f"the lock that keeps updates apart cannot be taken ({error.strerror or error})") from error


def _write(handle: int, text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk: who holds the lock is a comfort, that it is held is not in the text
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)


def _holder(handle: int) -> str:
    with contextlib.suppress(OSError):
        return os.pread(handle, 200, 0).decode("ascii", "replace").strip()
    return ""


def state_of(path: Path) -> tuple[bool, str]:
    """Whether somebody holds the lock, and what its file says of the holder; nothing is made or changed by asking. OSError where it
    cannot be looked at."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False, ""
    try:
        try:
            _take(handle)
        except Busy:
            return True, _holder(handle)
        return False, _holder(handle)
    finally:
        os.close(handle)

"""Files that belong to the user: locked while they change, whole or unchanged after a failure."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from papertui.domain.gate import one_line
from papertui.errors import PapertuiError

WAIT_SECONDS = 10.0
"""How long a second process waits for the first before it gives up."""

_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LOCKS_HERE = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


def shown(path: Path) -> str:
    """A path for a message: one line, nothing a terminal would obey."""
    return one_line(os.fspath(path))


def refusal(path: Path, why: str) -> PapertuiError:
    """The error that says why a file was left alone."""
    return PapertuiError(f"{shown(path)}: {why}")


def require_regular(path: Path) -> bool:
    """Whether the file exists. PapertuiError where it is no ordinary writable file, or its folder does not exist."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            raise refusal(path, f"the folder {shown(folder)} does not exist; create it first") from None
        return False
    except OSError as error:
        raise refusal(path, f"cannot be looked at ({_reason(error)})") from error
    if stat.S_ISDIR(mode):
        raise refusal(path, "is a folder; give the name of a file in it")
    if not stat.S_ISREG(mode):
        raise refusal(path, "is a pipe or a device, not a file that can be added to; leave out --append")
    if not mode & 0o222:
        raise refusal(path, "is read-only; make it writable or give another file")
    return True


@contextlib.contextmanager
def locked(path: Path, *, wait: float = WAIT_SECONDS) -> Iterator[int]:
    """A descriptor for reading and appending that no other papertui holds; the file is made where it is missing.

    The lock is on the file itself, so that nothing is left beside it; a file that was replaced meanwhile is opened anew.
    PapertuiError after `wait` seconds.
    """
    deadline = time.monotonic() + wait
    while True:
        missing = not path.exists()
        try:
            descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o666)
        except OSError as error:
            raise refusal(path, f"cannot be opened for writing ({_reason(error)})") from error
        try:
            while not _try_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise refusal(path, f"another program has been writing to it for {wait:g} s; try again when it is done")
                time.sleep(0.05)
            if _is_still(path, descriptor):
                with _unmade(path, descriptor) if missing else contextlib.nullcontext():
                    yield descriptor
                return
        finally:
            _unlock(descriptor)
            os.close(descriptor)


@contextlib.contextmanager
def _unmade(path: Path, descriptor: int) -> Iterator[None]:
    """Take a file that was made and stayed empty away again, while its lock is held; keep its name where it did not."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            if not os.fstat(descriptor).st_size:
                Path(os.path.realpath(path)).unlink()
        raise
    _sync_folder(path.parent)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFFFFFE  # a byte behind every real end: a locked byte cannot be read by others there

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        with contextlib.suppress(OSError):
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True

    def _unlock(descriptor: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def read_all(descriptor: int) -> bytes:
    """The whole file behind a descriptor."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read()


def append_whole(path: Path, descriptor: int, old_size: int, data: bytes) -> None:
    """Add `data` at the end and have it on the disk; where that fails the file is cut back to `old_size` bytes."""
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    except BaseException as error:
        try:
            os.ftruncate(descriptor, old_size)
            os.fsync(descriptor)
        except OSError as worse:
            why = f"adding failed and left an unfinished entry behind byte {old_size}: cut it there ({_reason(worse)})"
            raise refusal(path, why) from error
        if isinstance(error, OSError):
            raise refusal(path, f"nothing was added ({_reason(error)})") from error
        raise


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write(path: Path, text: str, *, wait: float = WAIT_SECONDS) -> None:
    """Make the file hold `text` (UTF-8, line ends as given), or leave it as it was.

    Written beside the file and renamed over it: links are followed, permissions kept. Pipes and devices are written to.
    PapertuiError where that is not possible.
    """
    data = text.encode("utf-8")
    if _is_special(path):
        try:
            with path.open("wb", buffering=0) as file:
                _write_all(file.fileno(), data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise refusal(path, f"cannot be written ({_reason(error)})") from error
        return
    target = Path(os.path.realpath(path))
    if require_regular(path):
        with locked(target, wait=wait) as descriptor:
            _replace(path, target, data, os.fstat(descriptor))
    else:
        _replace(path, target, data, None)


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _replace(path: Path, target: Path, data: bytes, old: os.stat_result | None) -> None:
    temporary = target.with_name(f".papertui-{os.urandom(6).hex()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            _write_all(descriptor, data)
            if old is not None and sys.platform != "win32":
                with contextlib.suppress(PermissionError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise refusal(path, f"cannot be written, and is as it was ({_reason(error)})") from error
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Have a new name on the disk, where the system can do that."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

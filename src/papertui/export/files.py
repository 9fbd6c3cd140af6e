"""Files that belong to the user: locked while they change, whole or unchanged after a failure."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from papertui.domain.gate import one_line
from papertui.errors import PapertuiError
from papertui.export.locks import is_nobodys, is_still, try_lock, unlock

WAIT_SECONDS = 10.0
"""How long a second process waits for the first before it gives up."""

_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_TEMPORARY = re.compile(r"\.papertui-[0-9a-f]{12}\.tmp")


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
            while not try_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise refusal(path, f"another program has been writing to it for {wait:g} s; try again when it is done")
                time.sleep(0.05)
            if is_still(path, descriptor):
                with _unmade(path, descriptor) if missing else contextlib.nullcontext():
                    yield descriptor
                return
        finally:
            unlock(descriptor)
            os.close(descriptor)


@contextlib.contextmanager
def _unmade(path: Path, descriptor: int) -> Iterator[None]:
    """Take a file that was made and stayed empty away again, while its lock is held; keep its name where it did not."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            if is_still(path, descriptor) and not os.fstat(descriptor).st_size:
                Path(os.path.realpath(path)).unlink()
        raise
    _sync_folder(path.parent)


def read_all(descriptor: int) -> bytes:
    """The whole file behind a descriptor."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read()


def create(path: Path, data: bytes) -> bool:
    """Make the missing file with `data` in it, all at once; False where that cannot be done, or somebody else made it meanwhile."""
    target = Path(os.path.realpath(path))
    try:
        with _beside(target) as (temporary, descriptor):
            _write_all(descriptor, data)
            os.fsync(descriptor)
            target.hardlink_to(temporary)  # unlike a rename it replaces nothing
    except OSError:
        return False
    _sync_folder(target.parent)
    return True


def extend(path: Path, descriptor: int, read: os.stat_result, old: bytes, data: bytes) -> bool:
    """Have the file hold `old` and `data` behind it, all at once and on the disk; where that fails it is as it was.

    `read` is what `locked`'s descriptor was when `old` was read from it. False where somebody else has saved the file since:
    read it anew. A process that is killed in a write leaves a part of it, so the whole is written beside and renamed. A file
    that would not be the same then (names elsewhere, an owner or attributes that we may not give) is added to in place.
    """
    target = Path(os.path.realpath(path))
    with contextlib.ExitStack() as stack:
        try:
            temporary, new = stack.enter_context(_beside(target)) if read.st_nlink == 1 and sys.platform != "win32" else (None, -1)
            if temporary and not _dressed(new, descriptor, read):
                temporary = None
        except OSError:  # a folder that takes no new file
            temporary = None
        if temporary is None:
            if not _is_as_read(path, read):
                return False
            _append(path, descriptor, len(old), data)
            return True
        try:
            _write_all(new, old + data)
            os.fsync(new)
            if not _is_as_read(path, read):
                return False
            temporary.replace(target)
        except OSError as error:
            raise refusal(path, f"nothing was added ({_reason(error)})") from error
    _sync_folder(target.parent)
    return True


def _is_as_read(path: Path, read: os.stat_result) -> bool:
    try:
        now = path.stat()
    except OSError:
        return False
    return os.path.samestat(now, read) and (now.st_size, now.st_mtime_ns) == (read.st_size, read.st_mtime_ns)


def _append(path: Path, descriptor: int, old_size: int, data: bytes) -> None:
    """Add `data` at the end in place; where that fails the file is cut back to `old_size` bytes."""
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
    try:
        with _beside(target) as (temporary, descriptor):
            _write_all(descriptor, data)
            if old is not None and sys.platform != "win32":
                with contextlib.suppress(PermissionError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            os.fsync(descriptor)
            temporary.replace(target)
    except OSError as error:
        raise refusal(path, f"cannot be written, and is as it was ({_reason(error)})") from error
    _sync_folder(target.parent)


def _dressed(new: int, old: int, read: os.stat_result) -> bool:
    """Give a new file the owner, permissions and attributes of an old one; False where that cannot be done."""
    if sys.platform == "win32":
        return False
    try:
        if (read.st_uid, read.st_gid) != ((mine := os.fstat(new)).st_uid, mine.st_gid):
            os.fchown(new, read.st_uid, read.st_gid)
        os.fchmod(new, stat.S_IMODE(read.st_mode))
        if sys.platform == "linux":
            with contextlib.suppress(NotImplementedError):
                has = {name: os.getxattr(new, name) for name in os.listxattr(new)}
                for name in os.listxattr(old):
                    if (value := os.getxattr(old, name)) != has.get(name):
                        os.setxattr(new, name, value)
    except OSError as error:
        return error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP)
    return True


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, int]]:
    """A new file in the target's folder, and its descriptor; gone at the end unless it was renamed.

    It is locked meanwhile, which tells it from what a killed process has left: that is taken away first.
    """
    _sweep(target.parent)
    while True:
        temporary = target.with_name(f".papertui-{os.urandom(6).hex()}.tmp")
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            if try_lock(descriptor) and is_still(temporary, descriptor):  # else somebody's sweep came between
                yield temporary, descriptor
                return
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
            os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Take away what processes left beside a file when they were killed; their locks died with them."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    descriptor = os.open(entry.path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
                    try:
                        if is_nobodys(descriptor):
                            Path(entry.path).unlink()
                    finally:
                        os.close(descriptor)


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

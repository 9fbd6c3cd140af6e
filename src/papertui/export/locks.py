"""Locks on open files: they end with the process that holds them, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

_NO_LOCKS_HERE = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


def is_still(path: Path, descriptor: int) -> bool:
    """Whether the open file is the one that has this name now."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFFFFFE  # a byte behind every real end: a locked byte cannot be read by others there

    def try_lock(descriptor: int) -> bool:
        """Take the lock of an open file; False where somebody else has it."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Give it up."""
        with contextlib.suppress(OSError):
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def is_nobodys(descriptor: int) -> bool:
        """Never told here."""
        return False  # and an open file cannot be taken away there

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Take the lock of an open file; False where somebody else has it. Where there are no locks everybody gets it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True

    def unlock(descriptor: int) -> None:
        """Give it up."""
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def is_nobodys(descriptor: int) -> bool:
        """Whether locks work here and no living process holds this one."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

"""What goes wrong with the library's file, as one line each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from papertui.errors import PapertuiError


class StoreError(PapertuiError):
    """The library cannot be read or written."""

    def __init__(self, text: str) -> None:
        """`text` names files, and a file may be called anything: so it passes the gate here."""
        from papertui.domain.gate import one_line

        super().__init__(one_line(text, 2_000))


class LockedError(StoreError):
    """Another process holds the library; trying again later is right."""


class Interrupted(StoreError):
    """Somebody who no longer wants the answer ended the reading."""


class DamagedError(StoreError):
    """The file is no library, or a broken one: only another file helps."""


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """SQLite's errors, and values in the file that papertui never wrote, as one line each."""
    try:
        yield
    except sqlite3.Error as error:
        raise as_store_error(path, error) from error
    except (ValueError, TypeError, AttributeError) as error:
        # a date, a number, JSON or UTF-8 that is none, a text that became a number: bytes of the file that changed by themselves
        raise _damaged(path, f"it holds what cannot be read: {error}") from error


def _damaged(path: Path | str, why: object) -> DamagedError:
    advice = "papertui restore FILE puts a backup in its place, papertui doctor looks closer"
    return DamagedError(f"{path}: the library is damaged ({why}), nothing was touched; {advice}")


def as_store_error(path: Path | str, error: sqlite3.Error) -> StoreError:
    """An error of SQLite's as ours: which file, why, what to do. Told apart by result code (sqlite.org/rescode.html), else by text."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = str(error).lower()
    if code == sqlite3.SQLITE_INTERRUPT:
        return Interrupted(f"{path}: reading was interrupted")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or "locked" in text or "busy" in text:
        return LockedError(f"{path}: another program holds the library locked; try again when it is done")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "malformed" in text or "not a database" in text:
        return _damaged(path, error)
    if code == sqlite3.SQLITE_FULL or "is full" in text:
        return StoreError(f"{path}: the disk is full; make room and do it again, nothing that was there is lost")
    if code == sqlite3.SQLITE_IOERR or "disk i/o" in text:
        return StoreError(f"{path}: the disk is full or failing ({error}); make room and do it again, papertui doctor looks closer")
    if code == sqlite3.SQLITE_READONLY or "readonly" in text:
        return StoreError(f"{path}: cannot be written, only read; make the file and its folder writable, or choose another --home")
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or "unable to open" in text:
        return StoreError(f"{path}: cannot be opened or written ({error}); look at the permissions of the file and its folder")
    return StoreError(f"{path}: {error}; papertui doctor looks closer")

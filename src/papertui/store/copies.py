"""Whole copies of a library: made while others read and write, complete or absent, and put back."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from papertui.store.database import BUSY_SECONDS, lacks_a_log, require_ours, unchanging
from papertui.store.errors import DamagedError, LockedError, StoreError, explained
from papertui.store.place import backup_folder, network_of, size_of
from papertui.store.schema import APPLICATION_ID

LEFT_SECONDS = 3_600.0
"""A copy that nobody wrote to for so long belongs to nobody."""


class Counts(NamedTuple):
    """What a library holds."""

    papers: int
    editions: int
    marked: int
    """Papers with any mark, note or tag."""


def open_to_look(path: Path, seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A library (there is one) opened so that looking leaves nothing behind: no log that was not there, and none taken away.

    SQLite's own errors and StoreError; another process is waited for `seconds`. With a log beside it the file is opened read-only,
    since its last writer's end would fold the log in; without one as a writer would, since that one takes away the log that it
    makes; where neither is possible as a file that does not change.
    """
    with suppress(OSError):
        if Path(f"{path}-wal").stat().st_size:
            return _tried(f"{path.absolute().as_uri()}?mode=ro", seconds)
    try:
        return _tried(f"{path.absolute().as_uri()}?mode=rw", seconds)
    except sqlite3.OperationalError as error:
        if not lacks_a_log(error, path):
            raise
        return _tried(unchanging(path.absolute()), seconds)


def _tried(address: str, seconds: float) -> sqlite3.Connection:
    db = sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None)
    try:
        db.execute("PRAGMA query_only = 1")
        db.execute("PRAGMA user_version").fetchone()
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def counts(db: sqlite3.Connection) -> Counts:
    """What a library of ours holds."""
    (papers,) = db.execute("SELECT count(*) FROM papers").fetchone()
    (editions,) = db.execute("SELECT count(DISTINCT date) FROM days").fetchone()
    (marked,) = db.execute("SELECT count(*) FROM marks WHERE read OR saved OR hidden OR note <> '' OR tags <> '[]'").fetchone()
    return Counts(papers, editions, marked)


def in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """A copy to look at for as long as it takes, while the file is free for others."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _copied(db, copy, "library")
    except BaseException:
        copy.close()
        raise
    return copy


def _copied(db: sqlite3.Connection, target: sqlite3.Connection, name: Path | str) -> None:
    """All pages in one step: readers and (beside a log) writers go on. LockedError where the file stays locked: Python would try for ever."""
    end = time.monotonic() + BUSY_SECONDS

    def patience(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise LockedError(f"{name}: another program holds the library locked; try again when it is done")

    target.execute("PRAGMA journal_mode = MEMORY")  # a copy that is not finished is worth nothing
    db.backup(target, progress=patience)


def copy_to(db: sqlite3.Connection, target: Path, *, replace: bool = False) -> Counts | None:
    """A copy as one file without a log, checked before it gets its name; a name that is taken stays as it is unless `replace`.

    Gives what is in it, None for a library without tables. StoreError, and no file, where it cannot be made or would be damaged.
    """
    with _part_of(target, "" if replace else f".{os.getpid()}") as part:
        with explained(target), closing(sqlite3.connect(part, isolation_level=None)) as copy:
            _copied(db, copy, target)
            found = _checked(copy, target)
        _name(part, target, replace=replace)
    return found


@contextmanager
def _part_of(target: Path, by: str) -> Iterator[Path]:
    """A name beside the target to write under; nothing of that name is there at the beginning, nor left at the end."""
    part = target.with_name(f"{target.name}{by}.part")
    try:
        _sweep(target.parent)
        part.unlink(missing_ok=True)
        yield part
    except OSError as error:
        raise StoreError(f"{target}: cannot be written ({error.strerror or error}); make room or choose another place") from error
    finally:
        _discard(part)


def _discard(part: Path) -> None:
    for name in (part, Path(f"{part}-journal"), Path(f"{part}-wal"), Path(f"{part}-shm")):
        with suppress(OSError):
            name.unlink()


def discard_unfinished(target: Path) -> None:
    """Take away what a killed process left of a copy that nobody can be making now."""
    _discard(target.with_name(f"{target.name}.part"))


def _sweep(folder: Path) -> None:
    """Take away what processes that were killed an hour ago or longer left of their copies."""
    for file in folder.glob("papertui*.db*.part*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > LEFT_SECONDS:
                file.unlink()


def _checked(copy: sqlite3.Connection, name: Path) -> Counts | None:
    """Check a copy and leave it as one file."""
    (mode,) = copy.execute("PRAGMA journal_mode = DELETE").fetchone()
    (first,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if first != "ok" or mode != "delete":
        raise DamagedError(f"{name}: not made, for the library is damaged ({first}); papertui doctor looks closer")
    if copy.execute("PRAGMA foreign_key_check").fetchone():
        raise DamagedError(f"{name}: not made, for the library has loose ends; papertui doctor looks closer")
    return counts(copy) if require_ours(copy, name) else None


def _name(part: Path, target: Path, *, replace: bool) -> None:
    if replace:
        part.replace(target)
    else:
        try:
            os.link(part, target)  # fails where the name is taken, in one step
        except FileExistsError:
            raise StoreError(f"{target}: is there already, and was left as it is; give another name") from None
        except OSError:  # a file system without links
            if os.path.lexists(target):
                raise StoreError(f"{target}: is there already, and was left as it is; give another name") from None
            part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have new names on the disk, where the system can do that."""
    if os.name != "nt":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def back_up(path: Path, target: Path) -> Counts:
    """Copy the library to `target`, which must not be there. StoreError otherwise, and where there is nothing to copy."""
    if os.path.lexists(target):
        raise StoreError(f"{target}: is there already, and was left as it is; give another name")
    if not size_of(path):
        raise StoreError(f"{path}: there is no library yet, so nothing to back up")
    with explained(path), closing(open_to_look(path)) as db:
        if not require_ours(db, path):
            raise StoreError(f"{path}: holds nothing yet, so there is nothing to back up")
        found = copy_to(db, target)
    with suppress(OSError):
        target.chmod(path.stat().st_mode & 0o777)
    return found or Counts(0, 0, 0)


def sound_backup(path: Path) -> str:
    """Why a backup cannot be put back, as far as a glance tells; empty where it seems it can."""
    try:
        if not path.stat().st_size:
            return "it is empty"
        with explained(path), closing(open_to_look(path)) as db:
            if not require_ours(db, path):
                return "it holds no library"
            (first,) = db.execute("PRAGMA quick_check(1)").fetchone()
            return "" if first == "ok" else str(first)
    except (StoreError, OSError) as error:
        return str(error).removeprefix(f"{path}: ")


def keep(path: Path, aside: Path) -> None:
    """A copy of a library as it is, whatever is wrong with it."""
    with (
        _part_of(aside, "") as part,
        explained(aside),
        closing(open_to_look(path)) as db,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        _copied(db, copy, path)
        copy.close()
        _name(part, aside, replace=False)


class Restored(NamedTuple):
    """What was put in place, and where the library is that stood there."""

    counts: Counts
    aside: Path | None


def restore(source: Path, path: Path, aside: Path) -> Restored:
    """Put `source` in the library's place; what stood there is kept as `aside` (its log as `aside-wal`).

    `source` is copied and checked first, so a damaged, foreign or newer one changes nothing. At every moment the path holds the old
    library or the new one. StoreError; LockedError where another process has the library open.
    """
    _require_source(source, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: cannot be made ({error.strerror}); choose another place with --home") from error
    place = _target(path)
    with _part_of(place, f".{os.getpid()}") as part:
        found = _copy_of(source, part, place)
        with suppress(OSError):
            part.chmod((place if place.is_file() else source).stat().st_mode & 0o777)
        with _alone(place):
            kept = _set_aside(place, aside)
            part.replace(place)
            sync_folder(place.parent)
    return Restored(found, kept)


def _require_source(source: Path, path: Path) -> None:
    if not os.path.lexists(source):
        raise StoreError(f"{source}: there is no such file; papertui backup writes into {backup_folder(path)}")
    if not source.is_file() or not source.stat().st_size:
        raise StoreError(f"{source}: is no file with a library in it; nothing was changed")
    with suppress(OSError):
        if source.samefile(path):
            raise StoreError(f"{source}: is the library in use; nothing to restore")


def _copy_of(source: Path, part: Path, place: Path) -> Counts:
    """A checked copy of a backup, ready to take the library's place."""
    try:
        with explained(source), closing(open_to_look(source)) as db:
            if db.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                raise StoreError(f"{source}: is no papertui library; nothing was changed")
            require_ours(db, source)
            with explained(place), closing(sqlite3.connect(part, isolation_level=None)) as copy:
                _copied(db, copy, source)
                found = _checked(copy, source)
                if not network_of(place):  # so that whoever only reads can be seen by the next restore
                    copy.execute("PRAGMA journal_mode = WAL")
    except DamagedError as error:
        raise DamagedError(f"{source}: is damaged or no library, so nothing was changed; try another backup") from error
    return found or Counts(0, 0, 0)


def _target(path: Path) -> Path:
    """The file itself where the library is a link to one: SQLite keeps its log there, and the link shall go on to lead there."""
    return Path(os.path.realpath(path)) if path.is_symlink() and path.is_file() else path


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else has the library open inside; its log is folded into it, so that one file is all of it.

    A file that SQLite cannot use is left as it is: there is nothing that another papertui could write into it.
    """
    if not path.is_file() or not path.stat().st_size:
        yield
        return
    db = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    try:
        try:
            db.execute("PRAGMA user_version").fetchone()
            with suppress(StoreError):
                if require_ours(db, path):
                    db.execute("PRAGMA journal_mode = DELETE")  # which nobody may who is not alone
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LockedError(
                    f"{path}: is open in another papertui, so nothing was changed; close it there, then restore again"
                ) from None
        yield
    finally:
        db.close()


def _set_aside(path: Path, aside: Path) -> Path | None:
    """Keep what stands at `path` under another name as well, its log under that name alone. None where nothing stood there."""
    if not os.path.lexists(path):
        return None
    try:
        os.link(path, aside, follow_symlinks=False)
    except OSError:  # a folder, or a file system without links
        path.rename(aside)
    for log in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            Path(f"{path}{log}").rename(f"{aside}{log}")
    return aside

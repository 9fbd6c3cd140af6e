"""Opening the library: its file, its version, its log and its transactions."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from papertui.store.errors import LockedError, StoreError, explained
from papertui.store.place import network_of, size_of
from papertui.store.schema import APPLICATION_ID, MIGRATIONS

__all__ = ["BUSY_SECONDS", "MIGRATIONS", "LockedError", "StoreError", "connect", "explained", "migrate", "require_ours", "transaction"]

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's transaction; bulk writers commit every 100 rows."""

Tell = Callable[[str], object]


def connect(path: Path | None, *, write: bool, any_thread: bool = False, tell: Tell | None = None) -> sqlite3.Connection:
    """A connection to the library, brought to the newest schema; `None` is an empty library in memory.

    A missing file is created only when `write`. `tell` gets a line where the file is on a network file system and its
    log was changed for that. StoreError where the file is foreign, newer, damaged, unreadable or locked.
    """
    if path is not None and not size_of(path) and not write:
        path = None
    with explained(path or "library"):
        if path is None:
            return _opened(":memory:", None, any_thread, tell)
        if write and not path.parent.is_dir():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{path.parent}: cannot be made ({error.strerror}); choose another place with --home") from error
        if write:
            return _opened_to_write(path, any_thread, tell)
        try:
            db = _opened(str(path), path, any_thread, tell)
        except sqlite3.OperationalError as error:
            if not lacks_a_log(error, path):
                raise
            db = _opened(unchanging(path), path, any_thread, tell)
        db.execute("PRAGMA query_only = 1")
    return db


def _opened(name: str, path: Path | None, any_thread: bool, tell: Tell | None) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=not any_thread, uri=name.startswith("file:"))
    try:
        _prepare(db, path, tell)
    except BaseException:
        db.close()
        raise
    return db


def _opened_to_write(path: Path, any_thread: bool, tell: Tell | None) -> sqlite3.Connection:
    """Open, and again where the file was replaced meanwhile: what is written into a file that was moved aside would be lost."""
    while True:
        before = identity(path)
        db = _opened(str(path), path, any_thread, tell)
        try:
            (mode,) = db.execute("PRAGMA journal_mode").fetchone()
            if mode == "delete" and not network_of(path):  # a restored library, or one that came back from a network
                with suppress(sqlite3.OperationalError):  # somebody else has it open: next time
                    db.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            db.close()
            raise
        if before is None or before == identity(path):
            return db
        db.close()


def identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name now, None where none has."""
    try:
        known = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return known.st_dev, known.st_ino


def lacks_a_log(error: sqlite3.OperationalError, path: Path) -> bool:
    """Whether a library could not be opened since SQLite can write nothing beside it (a folder without permission, a full disk)."""
    codes = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
    return error.sqlite_errorcode & 0xFF in codes and os.access(path, os.R_OK)


def unchanging(path: Path) -> str:
    """The URI of a library beside which SQLite can make no log, since the folder is read-only or the disk full: a file that nobody changes.

    StoreError where changes lie in a log beside it, which would not be seen.
    """
    for log in (f"{path}-wal", f"{path}-journal"):
        with suppress(OSError):
            if Path(log).stat().st_size:
                raise StoreError(
                    f"{path}: cannot be read, for its last changes are in {log} and nothing can be written beside it;"
                    " make the folder writable, make room on the disk, or copy both files to another folder"
                )
    from urllib.parse import quote  # not needed by a start that can write

    return f"file:{quote(str(path))}?mode=ro&immutable=1"


def require_ours(db: sqlite3.Connection, path: Path | str | None) -> int:
    """The schema's version, 0 for a file without any. StoreError for another program's file, and for a newer papertui's."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (again,) = db.execute("PRAGMA application_id").fetchone()  # another process may have made the library just now
        if (application or version or tables) and again != APPLICATION_ID:
            raise StoreError(f"{path}: is another program's SQLite file, not a papertui library; move it aside or choose another --home")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: written by a newer papertui (schema {version}, this one knows {len(MIGRATIONS)});"
            " upgrade papertui, nothing was touched"
        )
    return int(version)


def _prepare(db: sqlite3.Connection, path: Path | None, tell: Tell | None) -> None:
    network = network_of(path) if path is not None else None
    if path is not None and network:
        _leave_the_log(db, path, network, tell)
    version = require_ours(db, path)
    db.execute(f"PRAGMA synchronous = {'FULL' if network else 'NORMAL'}")
    db.execute("PRAGMA foreign_keys = 1")
    if version < len(MIGRATIONS):
        if path is not None and not network:
            _keep_a_log(db)
        migrate(db, path, MIGRATIONS)


def _leave_the_log(db: sqlite3.Connection, path: Path, network: str, tell: Tell | None) -> None:
    """Write without a log of its own where machines share the disk, which SQLite's log cannot bear. Said when it is done, once a library."""
    header = b""
    with suppress(OSError), path.open("rb") as file:
        header = file.read(20)
    logged = header[18:20] == b"\x02\x02"  # file format versions: 2 is a write-ahead log (sqlite.org/fileformat.html, 1.3.3)
    if header and not logged:
        return
    what = f"{path}: on a network file system ({network}), so SQLite keeps no write-ahead log there: do not open it on two machines at once"
    if not logged:
        if tell is not None:
            tell(what)
        return
    require_ours(db, path)
    try:
        db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # it cannot be written at all, so nothing can be harmed here
            return
        what = f"{what}; it has one still, for it is open elsewhere: close every reader, then run a command again"
    if tell is not None:
        tell(what)


def _keep_a_log(db: sqlite3.Connection) -> None:
    """Switch to a write-ahead log. SQLite does not wait for a lock here: two that make the library at once would collide."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def migrate(db: sqlite3.Connection, path: Path | None, migrations: tuple[Callable[[sqlite3.Connection], None], ...]) -> None:
    """Bring a library up to date, each step one transaction, after a copy beside it (`papertui.db.v1` for one of version 1)."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version and path is not None:
        _copy(db, path, version)
    for number in range(version + 1, len(migrations) + 1):
        with transaction(db):
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found >= number:  # another process was quicker
                continue
            if path is not None:
                _discard_copies(path, number)
            migrations[number - 1](db)
            if db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(f"{path}: step {number} of the upgrade would leave loose ends; nothing was changed, please report this")
            db.execute(f"PRAGMA user_version = {number}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _copy(db: sqlite3.Connection, path: Path, version: int) -> None:
    """A whole copy, under its final name only when it is complete.

    Nobody else writes meanwhile: two that upgrade at once would make one copy from both ends, or copy what is new already.
    """
    from papertui.store.copies import copy_to  # once in a library's life

    with transaction(db):
        if db.execute("PRAGMA user_version").fetchone() != (version,):  # another process was quicker
            return
        with closing(sqlite3.connect(path)) as source:  # SQLite copies nothing from a connection that is writing
            copy_to(source, copy_of(path, version), replace=True)


def _discard_copies(path: Path, number: int) -> None:
    """Within a step's transaction nobody is making a copy: what is left of one is a killed process's, and no later run would come by it."""
    from papertui.store.copies import discard_unfinished

    for version in range(1, number):
        discard_unfinished(copy_of(path, version))


def copy_of(path: Path, version: int) -> Path:
    """Where a library of an old version is kept, beside the new one."""
    return path.with_name(f"{path.name}.v{version}")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it or nothing. Joins the one that is open, if any."""
    if db.in_transaction:
        yield
        return
    _begin(db)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _begin(db: sqlite3.Connection) -> None:
    """Wait for the library, asking every millisecond: SQLite itself asks ever more seldom, and so misses a bulk writer's short pauses."""
    end = time.monotonic() + BUSY_SECONDS
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.001)
            else:
                return
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

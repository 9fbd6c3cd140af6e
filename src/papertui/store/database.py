"""Opening the library: its file, its version, its transactions and what goes wrong with them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from papertui.errors import PapertuiError
from papertui.store.schema import APPLICATION_ID, MIGRATIONS

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's transaction; bulk writers commit every 100 rows."""


class StoreError(PapertuiError):
    """The library cannot be read or written."""


class LockedError(StoreError):
    """Another process holds the library; trying again later is right."""


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """SQLite's errors as one line each."""
    try:
        yield
    except sqlite3.Error as error:
        raise _as_store_error(path, error) from error


def _as_store_error(path: Path | str, error: sqlite3.Error) -> StoreError:
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return LockedError(f"{path}: another program holds the library locked; try again when it is done")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return StoreError(f"{path}: the library is damaged ({error}); move the file aside and put a copy of it back, or start anew")
    if "disk is full" in text or "disk i/o" in text:
        return StoreError(f"{path}: the disk is full or failing ({error}); nothing was changed")
    if "readonly" in text or "unable to open" in text:
        return StoreError(f"{path}: cannot be written or opened ({error}); look at the folder's permissions")
    return StoreError(f"{path}: {error}")


def connect(path: Path | None, *, write: bool, any_thread: bool = False) -> sqlite3.Connection:
    """A connection to the library, brought to the newest schema; `None` is an empty library in memory.

    A missing file is created only when `write`. StoreError where the file is foreign, newer, damaged or locked.
    """
    if path is not None and not write and not path.exists():
        path = None
    with explained(path or "library"):
        if path is not None and write and not path.parent.is_dir():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{path.parent}: cannot be made ({error.strerror}); choose another place with --home") from error
        db = sqlite3.connect(path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=not any_thread)
        try:
            _prepare(db, path)
            if not write and path is not None:
                db.execute("PRAGMA query_only = 1")
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection, path: Path | None) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application or version or tables:
            raise StoreError(f"{path}: is another program's SQLite file, not a papertui library; move it aside or choose another --home")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: written by a newer papertui (schema {version}, this one knows {len(MIGRATIONS)});"
            " upgrade papertui, nothing was touched"
        )
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = 1")
    if version < len(MIGRATIONS):
        if path is not None:
            _keep_a_log(db)
        migrate(db, path, MIGRATIONS)


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
        _copy(db, path.with_name(f"{path.name}.v{version}"))
    for number in range(version + 1, len(migrations) + 1):
        with transaction(db):
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found >= number:  # another process was quicker
                continue
            migrations[number - 1](db)
            if db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(f"{path}: step {number} of the upgrade would leave loose ends; nothing was changed, please report this")
            db.execute(f"PRAGMA user_version = {number}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """A whole copy, under its final name only when it is complete."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    copy = sqlite3.connect(part)
    try:
        db.backup(copy)
    finally:
        copy.close()
    part.replace(target)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it or nothing. Joins the one that is open, if any."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise

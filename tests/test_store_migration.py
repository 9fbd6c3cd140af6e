"""Bringing an older library up to date: a copy first, then all of a step or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from papertui.store import database
from papertui.store.database import StoreError, connect, migrate
from papertui.store.schema import MIGRATIONS
from tests.make import library_with


def grow(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE papers ADD COLUMN later TEXT")


def break_off(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE half(x)")
    raise sqlite3.OperationalError("database or disk is full")


def leave_loose_ends(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA defer_foreign_keys = 1")
    db.execute("DELETE FROM papers")


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_library_is_copied_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    library_with(path).close()
    db = connect(path, write=True)
    migrate(db, path, (*MIGRATIONS, grow))
    assert version(db) == len(MIGRATIONS) + 1
    assert db.execute("SELECT count(later), count(*) FROM papers").fetchone() == (0, 5)
    db.close()
    copy = sqlite3.connect(tmp_path / f"p.db.v{len(MIGRATIONS)}")
    assert version(copy) == len(MIGRATIONS)
    assert copy.execute("SELECT count(*) FROM papers").fetchone() == (5,)
    copy.close()
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_begun_by_one_that_was_killed_meanwhile_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two upgrade at once; the second copies after the first has, and is killed before the first goes on."""
    path = tmp_path / "p.db"
    library_with(path).close()
    part = tmp_path / f"p.db.v{len(MIGRATIONS)}.part"

    def copy_and_have_another_begin(db: sqlite3.Connection, path: Path, version: int) -> None:
        copied(db, path, version)
        part.write_bytes(b"half")
        Path(f"{part}-journal").write_bytes(b"half")

    copied = database._copy
    monkeypatch.setattr(database, "_copy", copy_and_have_another_begin)
    db = connect(path, write=True)
    migrate(db, path, (*MIGRATIONS, grow))
    db.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["p.db", f"p.db.v{len(MIGRATIONS)}"]


@pytest.mark.parametrize("step", [break_off, leave_loose_ends])
def test_a_step_that_fails_changes_nothing(tmp_path: Path, step: object) -> None:
    path = tmp_path / "p.db"
    library_with(path).close()
    db = connect(path, write=True)
    with pytest.raises((sqlite3.Error, StoreError)):
        migrate(db, path, (*MIGRATIONS, step))  # type: ignore[arg-type]
    assert version(db) == len(MIGRATIONS)
    assert db.execute("SELECT count(*) FROM papers").fetchone() == (5,)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    db.close()


def test_two_processes_that_make_the_library_at_once_make_one(tmp_path: Path) -> None:
    import threading

    path, errors = tmp_path / "p.db", []

    def make() -> None:
        try:
            connect(path, write=True).close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    db = connect(path, write=False)
    assert version(db) == len(MIGRATIONS)
    db.close()

"""`backup` and `restore`: complete or absent, and what was there before is kept."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from papertui.clock import now
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.services import backup, lock
from papertui.services.session import Session
from papertui.settings import Settings
from papertui.store import copies, database
from papertui.store.errors import DamagedError, LockedError, StoreError
from papertui.store.library import Library
from tests.broken import BROKEN, corrupt_header, corrupt_pages, good, name_of, tree
from tests.command import NOW, environment, here, papertui
from tests.make import NOW as THEN
from tests.make import pid

ENV = {"PAPERTUI_NOW": NOW}


def session_in(home: Path) -> Session:
    return Session(Paths.find(str(home), {}), Settings(), lambda: now(ENV), ENV)


def saved_in(path: Path) -> list[str]:
    db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [str(row[0]) for row in db.execute("SELECT paper FROM marks WHERE saved ORDER BY paper")]
    finally:
        db.close()


def save(path: Path, *numbers: int) -> None:
    with Library(path, write=True) as library:
        library.act([pid(number) for number in numbers], [("saved", "1")], THEN)


def test_a_backup_is_one_file_with_everything_and_says_so(tmp_path: Path) -> None:
    save(good(tmp_path), 3, 5)
    done = papertui(tmp_path, "backup")
    path = tmp_path / "backups" / "papertui-2026-11-23T120000Z.db"
    assert done.out == ""
    assert done.err == f"papertui: {path}: 60 papers in 1 edition, 2 with marks, notes or tags\n"
    assert len(saved_in(path)) == 2
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_backup_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    good(tmp_path)
    mine = tmp_path / "mine.db"
    mine.write_text("my own")
    assert "is there already" in here(tmp_path, "backup", str(mine), code=1).err
    assert mine.read_text() == "my own"
    for _ in range(3):
        here(tmp_path, "backup")
    assert sorted(file.name for file in (tmp_path / "backups").iterdir()) == [
        "papertui-2026-11-23T120000Z-2.db", "papertui-2026-11-23T120000Z-3.db", "papertui-2026-11-23T120000Z.db",
    ]  # fmt: skip


def test_a_backup_goes_into_a_folder_that_is_named(tmp_path: Path) -> None:
    good(tmp_path / "home")
    (tmp_path / "disk").mkdir()
    here(tmp_path / "home", "backup", str(tmp_path / "disk"))
    assert [file.name for file in (tmp_path / "disk").iterdir()] == ["papertui-2026-11-23T120000Z.db"]
    assert "no such folder" in here(tmp_path / "home", "backup", str(tmp_path / "absent" / "b.db"), code=1).err


def test_without_a_library_there_is_nothing_to_back_up_and_nothing_is_made(tmp_path: Path) -> None:
    assert "nothing to back up" in here(tmp_path / "home", "backup", code=1).err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("fault", [corrupt_header, corrupt_pages], ids=name_of)
def test_a_damaged_library_is_not_backed_up(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    assert "damaged" in here(tmp_path, "backup", str(tmp_path / "b.db"), code=1).err
    assert [path.name for path in tmp_path.iterdir()] == ["papertui.db"]


def test_backups_made_while_marks_are_written_are_whole(tmp_path: Path) -> None:
    path = good(tmp_path)
    stop, written = threading.Event(), []

    def write() -> None:
        with Library(path, write=True) as library:
            for number in range(1, 61):
                library.act([pid(number)], [("saved", "1")], THEN)
                written.append(number)
                if stop.is_set():
                    break

    thread = threading.Thread(target=write)
    thread.start()
    known = []
    try:
        for number in range(8):
            before = len(written)
            copies.back_up(path, tmp_path / f"{number}.db")
            known.append((before, len(saved_in(tmp_path / f"{number}.db"))))
    finally:
        stop.set()
        thread.join()
    assert all(before <= held for before, held in known)
    assert not list(tmp_path.glob("*.part*"))


def test_a_backup_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    path = good(tmp_path)
    before = tree(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "papertui", "backup"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "full" in line
    assert "backups" in line
    assert tree(tmp_path) == before
    assert saved_in(path) == []


def test_a_restored_backup_is_the_library_and_the_former_one_is_kept(tmp_path: Path) -> None:
    path = good(tmp_path)
    save(path, 3)
    papertui(tmp_path, "backup", str(tmp_path / "b.db"))
    save(path, 4, 5)
    done = papertui(tmp_path, "restore", str(tmp_path / "b.db"))
    aside = tmp_path / "papertui.db.before-2026-11-23T120000Z"
    assert str(aside) in done.err
    assert papertui(tmp_path, "list", "--saved", "--format", "ids").out.split() == [str(pid(3))]
    assert len(saved_in(aside)) == 3
    papertui(tmp_path, "doctor")
    papertui(tmp_path, "restore", str(aside))
    assert len(papertui(tmp_path, "list", "--saved", "--format", "ids").out.split()) == 3
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("fault", BROKEN, ids=name_of)
def test_a_library_broken_in_any_way_is_replaced_and_kept_with_its_log(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    path = good(tmp_path / "home")
    save(path, 3)
    copies.back_up(path, tmp_path / "b.db")
    fault(path)
    before = tree(tmp_path / "home")
    done = backup.restore(session_in(tmp_path / "home"), tmp_path / "b.db", print)
    assert done.counts == (60, 1, 1)
    assert done.aside is not None
    after = tree(tmp_path / "home")
    kept = {name.replace("papertui.db", done.aside.name): what for name, what in before.items() if name.startswith("papertui.db")}
    assert kept.items() <= after.items()
    assert len(saved_in(path)) == 1
    with session_in(tmp_path / "home").library(write=True) as library:
        library.check()


def test_a_missing_library_is_restored(tmp_path: Path) -> None:
    copies.back_up(good(tmp_path), tmp_path / "b.db")
    done = here(tmp_path / "new" / "home", "restore", str(tmp_path / "b.db"))
    assert "before" not in done.err
    assert len(here(tmp_path / "new" / "home", "list", "--format", "ids").out.split()) == 60


@pytest.mark.parametrize("fault", BROKEN, ids=name_of)
def test_what_is_no_sound_library_is_not_restored(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    path = good(tmp_path / "home")
    (tmp_path / "other").mkdir()
    other = good(tmp_path / "other")
    fault(other)
    before = tree(tmp_path / "home")
    with pytest.raises(StoreError) as refused:
        copies.restore(other, path, tmp_path / "home" / "aside")
    assert str(other) in str(refused.value)
    assert tree(tmp_path / "home") == before


def test_the_library_itself_and_what_is_not_there_are_not_restored(tmp_path: Path) -> None:
    path = good(tmp_path)
    assert "in use" in here(tmp_path, "restore", str(path), code=1).err
    assert "no such file" in here(tmp_path, "restore", str(tmp_path / "absent"), code=1).err


@pytest.mark.parametrize("write", [True, False])
def test_a_library_that_is_open_elsewhere_is_not_replaced(tmp_path: Path, write: bool) -> None:
    path = good(tmp_path)
    copies.back_up(path, tmp_path / "b.db")
    with Library(path, write=write) as library:
        library.count_papers()
        assert "open in another papertui" in here(tmp_path, "restore", str(tmp_path / "b.db"), code=1).err
        assert not list(tmp_path.glob("*before*"))
    here(tmp_path, "restore", str(tmp_path / "b.db"))
    with Library(path, write=write) as library:  # also one that was just restored
        library.count_papers()
        with pytest.raises(LockedError):
            copies.restore(tmp_path / "b.db", path, tmp_path / "aside")


def test_a_restore_waits_for_an_update_and_gives_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = good(tmp_path)
    copies.back_up(path, tmp_path / "b.db")
    session, told = session_in(tmp_path), []
    monkeypatch.setattr(backup, "WAIT_SECONDS", 0.0)
    with lock.held(session.paths.state / "update.lock", session.clock()), pytest.raises(PapertuiError, match="is running already"):
        backup.restore(session, tmp_path / "b.db", told.append)


def test_a_writer_that_came_while_the_library_was_replaced_writes_into_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = good(tmp_path)
    copies.back_up(path, tmp_path / "b.db")
    real, replaced = database._opened, []

    def slow(*arguments: object) -> sqlite3.Connection:
        db = real(*arguments)  # type: ignore[arg-type]
        if not replaced:
            replaced.append(True)
            path.rename(tmp_path / "aside")
            (tmp_path / "b.db").rename(path)
        return db

    monkeypatch.setattr(database, "_opened", slow)
    save(path, 7)
    assert replaced
    assert len(saved_in(tmp_path / "aside")) == 0
    with Library(path) as library:
        assert library.marks_of([pid(7)])[pid(7)].saved


def test_a_link_to_a_library_goes_on_to_lead_there(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    real = good(tmp_path / "disk")
    copies.back_up(real, tmp_path / "b.db")
    save(real, 9)
    (tmp_path / "home").mkdir()
    link = tmp_path / "home" / "papertui.db"
    link.symlink_to(real)
    done = backup.restore(session_in(tmp_path / "home"), tmp_path / "b.db", print)
    assert link.is_symlink()
    assert saved_in(real) == []
    assert done.aside is not None
    assert done.aside.parent == real.parent


def test_a_copy_of_a_damaged_library_is_not_given_a_name(tmp_path: Path) -> None:
    path = good(tmp_path)
    db = sqlite3.connect(path)
    corrupt_pages(path)
    with pytest.raises((DamagedError, StoreError)):
        copies.back_up(path, tmp_path / "b.db")
    db.close()
    assert not (tmp_path / "b.db").exists()


def test_what_a_killed_backup_left_is_taken_away_once_it_is_surely_nobodys(tmp_path: Path) -> None:
    path = good(tmp_path)
    old, young, other = (tmp_path / name for name in ("papertui.db.11.part", "papertui.db.12.part-journal", "thesis.db.part"))
    for file in (old, young, other):
        file.write_bytes(b"x")
    for file in (old, other):
        os.utime(file, (1e9, 1e9))
    copies.back_up(path, tmp_path / "b.db")
    assert not old.exists()
    assert young.exists()
    assert other.exists()

"""`doctor`: names every fault and what to do, and changes nothing by looking."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from papertui.domain.ids import rowid_of
from papertui.services import doctor, doctor_data, doctor_ground
from papertui.services.doctor_check import Check, size_text
from papertui.store import health, place
from papertui.store.errors import DamagedError
from papertui.store.library import Library
from tests.broken import BROKEN, good, name_of, tree
from tests.command import Done, here, papertui
from tests.make import NOW, pid
from tests.ordinary import ordinary

NEW_HOME = frozenset({"program", "packages", "home", "settings", "folders", "disk", "filesystem", "library", "clock", "backups", "update",
                      "leftovers", "profile", "prompts", "bib", "opener", "terminal"})  # fmt: skip


def lines_of(done: Done, state: str) -> list[str]:
    assert all(line.split()[0] in ("ok", "warn", "FAIL") for line in done.out.splitlines())
    return [line for line in done.out.splitlines() if line.startswith(f"{state} ")]


def doctor_finds(home: Path, *arguments: str, env: dict[str, str] | None = None, state: str = "FAIL") -> str:
    """The only line of that state, everything else being well."""
    done = here(home, *arguments, "doctor", env=env, code=1 if state == "FAIL" else 0)
    (line,) = lines_of(done, state)
    return line


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def test_a_new_home_is_well_and_is_not_made(tmp_path: Path) -> None:
    done = papertui(tmp_path / "home", "doctor")
    assert done.err == ""
    assert {line.split()[1] for line in lines_of(done, "ok")} == NEW_HOME
    assert not (tmp_path / "home").exists()


def test_a_sound_library_is_well_and_looking_leaves_nothing(tmp_path: Path) -> None:
    good(tmp_path)
    before = tree(tmp_path)
    done = here(tmp_path, "doctor")
    assert "60 papers in 1 edition, 0 marked" in done.out
    assert "sound" in done.out
    assert not lines_of(done, "warn")
    assert tree(tmp_path) == before


def test_a_library_in_use_is_looked_at_without_folding_in_its_log(tmp_path: Path) -> None:
    path = good(tmp_path)
    with Library(path, write=True) as library:
        library.act([pid(1)], [("saved", "1")], NOW)
        before = tree(tmp_path)
        assert "papertui.db-wal" in before
        assert "1 marked" in here(tmp_path, "doctor").out
        assert {name: what for name, what in tree(tmp_path).items() if "-shm" not in name} == {
            name: what for name, what in before.items() if "-shm" not in name
        }


@pytest.mark.parametrize("fault", BROKEN, ids=name_of)
def test_every_broken_library_is_named_and_left_as_it_is(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    before = tree(tmp_path)
    line = doctor_finds(tmp_path)
    assert BROKEN[fault] in line
    assert "library" in line.split()[1]
    assert tree(tmp_path) == before


def test_the_newest_backup_is_named_where_a_library_is_damaged(tmp_path: Path) -> None:
    path = good(tmp_path)
    here(tmp_path, "backup")
    os.truncate(path, 9000)
    assert f"papertui restore {tmp_path}/backups/papertui-2026-11-23T120000Z.db" in doctor_finds(tmp_path)


def test_a_library_that_is_locked_is_named(tmp_path: Path) -> None:
    path = good(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert "another program is writing" in doctor_finds(tmp_path, state="warn")
        db.execute("ROLLBACK")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        assert "holds it locked" in doctor_finds(tmp_path)


MENDABLE = {
    "index": (("INSERT INTO search(search, rowid, title) VALUES('delete', 1, 'x')", "DELETE FROM search_docsize"), "full-text index"),
    "marks": (("UPDATE marks SET saved = 0",), "marks of 2 papers"),
    "no marks": (("DELETE FROM marks",), "marks of 2 papers"),
}


@pytest.mark.parametrize("statements", MENDABLE.values(), ids=MENDABLE)
def test_what_follows_from_the_rest_is_named_and_made_anew(tmp_path: Path, statements: tuple[tuple[str, ...], str]) -> None:
    path = good(tmp_path)
    with Library(path, write=True) as library:
        library.act([pid(1), pid(2)], [("saved", "1"), ("note", "mine")], NOW)
        told = library.marks_of([pid(1), pid(2), pid(3)])
    here(tmp_path, "backup")
    execute(path, *statements[0])
    named = lines_of(here(tmp_path, "doctor", code=1), "FAIL")
    assert any(statements[1] in line for line in named)
    assert all("papertui doctor --repair" in line for line in named)
    done = here(tmp_path, "doctor", "--repair")
    assert "repaired" in done.err
    assert "before-2026-11-23T120000Z" in done.err
    assert (tmp_path / "papertui.db.before-2026-11-23T120000Z").exists()
    with Library(path) as library:
        assert library.marks_of([pid(1), pid(2), pid(3)]) == told
    assert "is sound" in here(tmp_path, "doctor", "--repair").err


def test_a_mark_that_its_log_does_not_know_is_kept(tmp_path: Path) -> None:
    path = good(tmp_path)
    with Library(path, write=True) as library:
        library.act([pid(1)], [("saved", "1"), ("tag:keep", "1")], NOW)
    execute(path, "DELETE FROM events WHERE kind <> 'saved'", "UPDATE marks SET saved = 0, note = 'still here'")
    assert health.examine(path).marks == 1  # type: ignore[union-attr]
    with Library(path, write=True) as library:
        assert library.mend(NOW) == 1
        marks = library.marks_of([pid(1)])[pid(1)]
        assert (marks.saved, marks.note, marks.tags) == (True, "still here", ("keep",))
        assert {event.kind for event in library.events_of(pid(1))} == {"saved", "note", "tag:keep"}
    assert health.examine(path).marks == 0  # type: ignore[union-attr]


def test_an_index_of_sqlites_that_lost_a_row_is_made_anew_and_loose_ends_are_not_hidden(tmp_path: Path) -> None:
    path = good(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = 1")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries_of_paper'").fetchone()
        db.execute("INSERT INTO sqlite_master VALUES('table', 'stand_in', 'stand_in', ?, 'CREATE TABLE stand_in(x)')", (0,))
        db.execute("DELETE FROM sqlite_master WHERE name = 'stand_in'")
    with path.open("r+b") as file:  # an empty index page where the index was
        file.seek((root - 1) * 4096)
        file.write(bytes([0x0A, 0, 0, 0, 0, 0x10, 0, 0]))
    found = health.examine(path)
    assert found is not None
    assert found.broken
    assert found.is_mendable
    with Library(path, write=True) as library:
        library.mend(NOW)
    assert health.examine(path).broken == ()  # type: ignore[union-attr]
    execute(path, "PRAGMA foreign_keys = 0", f"DELETE FROM papers WHERE id = {rowid_of(pid(1))}")
    assert health.examine(path).loose_ends  # type: ignore[union-attr]
    before = tree(tmp_path)
    with Library(path, write=True) as library, pytest.raises(DamagedError):
        library.mend(NOW)
    assert tree(tmp_path) == before


SETTINGS = {
    "syntax": ("[sources\n", "line 1"),
    "unknown key": ("[sources]\nenabeld = []\n", "sources.enabled"),
    "not utf-8": ("\udcff\udcfe", "not UTF-8"),
}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_broken_settings_are_named_and_the_rest_is_looked_at(tmp_path: Path, case: tuple[str, str]) -> None:
    good(tmp_path)
    (tmp_path / "config.toml").write_bytes(case[0].encode("utf-8", "surrogateescape"))
    line = doctor_finds(tmp_path)
    assert line.split()[1] == "settings"
    assert case[1] in line
    assert "papertui config edit" in line


def test_a_broken_environment_is_named(tmp_path: Path) -> None:
    assert "PAPERTUI_SOURCES__ENABELD" in doctor_finds(tmp_path, env={"PAPERTUI_SOURCES__ENABELD": "1"})
    assert "PAPERTUI_NOW" in doctor_finds(tmp_path, env={"PAPERTUI_NOW": "yesterday"})
    (tmp_path / "file").write_text("")
    done = here(tmp_path / "file", "doctor", code=1)
    assert "is a file" in lines_of(done, "FAIL")[0]


PROFILES = {
    "not utf-8": b"\xff\xfe\x00",
    "broken front matter": b"+++\ncategories = [\n+++\n",
    "unknown key": b"+++\ncategoris = ['cs.LG']\n+++\n",
}


@pytest.mark.parametrize("data", PROFILES.values(), ids=PROFILES)
def test_a_broken_profile_is_named(tmp_path: Path, data: bytes) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "default.md").write_bytes(data)
    line = doctor_finds(tmp_path)
    assert line.split()[1] == "profile"
    assert "default.md" in line
    (folder / "other.md").write_bytes(data)
    (folder / "default.md").unlink()
    assert "not in use" in doctor_finds(tmp_path, state="warn")


def test_a_profile_that_is_missing_a_folder_or_empty_is_named(tmp_path: Path) -> None:
    assert "no profile is called mine" in doctor_finds(tmp_path, "--profile", "mine")
    (tmp_path / "profiles" / "default.md").mkdir(parents=True)
    assert "default.md" in doctor_finds(tmp_path)
    (tmp_path / "profiles" / "default.md").rmdir()
    (tmp_path / "profiles" / "default.md").write_text("")
    assert "without topics" in doctor_finds(tmp_path, state="warn")


def test_damaged_prompts_and_names_that_nobody_asks_for_are_named(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "profle.md").write_text("x")
    assert "the nearest is profile.md" in doctor_finds(tmp_path, state="warn")
    (tmp_path / "prompts" / "profle.md").rename(tmp_path / "prompts" / "profile.md")
    (tmp_path / "prompts" / "profile.md").write_bytes(b"\xff")
    done = here(tmp_path, "doctor", code=1)
    assert any("prompts" in line and "not UTF-8" in line for line in lines_of(done, "FAIL"))


def test_a_bib_that_cannot_be_added_to_is_named(tmp_path: Path) -> None:
    bib = tmp_path / "refs.bib"
    env = {"PAPERTUI_EXPORT__BIB_FILE": str(bib)}
    assert "will be made" in here(tmp_path, "doctor", env=env).out
    bib.write_text("@article{open,\n  title = {never closed\n")
    assert "never closed" in doctor_finds(tmp_path, env=env)
    bib.unlink()
    bib.mkdir()
    assert "is a folder" in doctor_finds(tmp_path, env=env)
    assert "does not exist" in doctor_finds(tmp_path, env={"PAPERTUI_EXPORT__BIB_FILE": str(tmp_path / "absent" / "refs.bib")})


def test_an_opener_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no program no-such-viewer" in doctor_finds(tmp_path, env={"PAPERTUI_OPEN__PDF": '["no-such-viewer", "{path}"]'})


@contextmanager
def lock_file(home: Path, text: str) -> Iterator[int]:
    (home / "state").mkdir(parents=True)
    (home / "state" / "update.lock").write_text(text)
    handle = os.open(home / "state" / "update.lock", os.O_RDWR)
    try:
        yield handle
    finally:
        os.close(handle)


def test_an_update_that_runs_is_told_from_one_that_died(tmp_path: Path) -> None:
    with lock_file(tmp_path, "process 4711, since 12:00:00") as handle:
        assert "ended before its time (process 4711" in doctor_finds(tmp_path, state="warn")
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert "one is running (process 4711" in here(tmp_path, "doctor").out


def test_unfinished_files_are_named_once_nobody_writes_to_them(tmp_path: Path) -> None:
    good(tmp_path)
    (tmp_path / "backups").mkdir()
    part = tmp_path / "backups" / "papertui.db.99.part"
    part.write_bytes(b"x")
    assert "leftovers  none" in here(tmp_path, "doctor").out
    os.utime(part, (1e9, 1e9))
    assert str(part) in doctor_finds(tmp_path, state="warn")


def test_a_clock_that_is_behind_the_library_is_named(tmp_path: Path) -> None:
    good(tmp_path)
    assert "this clock is behind" in doctor_finds(tmp_path, env={"PAPERTUI_NOW": "2026-11-20T12:00:00Z"}, state="warn")
    assert "years behind" in doctor_finds(tmp_path / "new", env={"PAPERTUI_NOW": "1970-01-01T00:00:00Z"})


def test_an_old_or_damaged_backup_is_told_and_marks_without_one_too(tmp_path: Path) -> None:
    path = good(tmp_path)
    with Library(path, write=True) as library:
        library.act([pid(1)], [("saved", "1")], NOW)
    assert "papertui backup makes one" in doctor_finds(tmp_path, state="warn")
    here(tmp_path, "backup")
    assert not lines_of(here(tmp_path, "doctor"), "warn")
    (copy,) = (tmp_path / "backups").iterdir()
    os.truncate(copy, 10_000)
    assert "cannot be used" in doctor_finds(tmp_path, state="warn")


def test_hostile_names_are_told_without_their_escapes(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "\x1b]0;owned\x07.md").write_text("x")
    done = here(tmp_path, "doctor")
    assert "owned" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("free", "files", "size", "limit", "state", "words"),
    [
        (10**10, 10**6, 10**7, None, "ok", "10.0 GB free"),
        (10**5, 10**6, 10**7, None, "FAIL", "the disk is full"),
        (10**10, 0, 10**7, None, "FAIL", "inodes"),
        (3 * 10**7, None, 10**7, None, "warn", "a backup may not fit"),
        (10**10, None, 10**7, 10**7, "FAIL", "ulimit -f"),
        (10**10, None, 10**7, 10**9, "warn", "ulimit -f"),
    ],
)
def test_a_disk_is_judged_by_what_is_free(free: int, files: int | None, size: int, limit: int | None, state: str, words: str) -> None:
    check = doctor_ground.disk_check("/home", free, files, size, limit)
    assert check.state == state
    assert words in check.told


@pytest.mark.parametrize(
    ("env", "size", "encoding", "state"),
    [
        ({"TERM": "xterm-256color"}, (80, 24), "utf-8", "ok"),
        ({"TERM": "dumb"}, (80, 24), "utf-8", "warn"),
        ({}, (80, 24), "utf-8", "warn"),
        ({"TERM": "xterm"}, (40, 24), "utf-8", "warn"),
        ({"TERM": "xterm"}, (80, 24), "ANSI_X3.4-1968", "warn"),
        ({}, None, "utf-8", "ok"),
    ],
)
def test_a_terminal_is_judged_by_what_the_reader_needs(
    env: dict[str, str], size: tuple[int, int] | None, encoding: str, state: str
) -> None:
    assert doctor_data.terminal(env, size, encoding).state == state


MOUNTS = """22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /home rw shared:3 - nfs4 server:/home rw,vers=4.2
31 30 254:1 / /home/local rw - xfs /dev/vdb rw
32 22 0:41 / /mnt/my\\040disk rw - fuse.sshfs me@server: rw
33 22 0:42 / /auto rw - autofs systemd-1 rw
34 33 0:43 / /auto rw - cifs //server/share rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/papertui.db", "ext4"), ("/home", "nfs4"), ("/home/me/papertui.db", "nfs4"), ("/homes/me", "ext4"), ("/home/local/p.db", "xfs"),
        ("/mnt/my disk/p.db", "fuse.sshfs"), ("/mnt/my", "ext4"), ("/auto/p.db", "cifs"),
    ],
)  # fmt: skip
def test_the_mount_table_tells_the_file_system_of_a_path(path: str, kind: str) -> None:
    assert place.file_system(MOUNTS, path) == kind
    assert (kind in place.NETWORK) == (kind in ("nfs4", "fuse.sshfs", "cifs"))


def test_an_unreadable_mount_table_says_nothing() -> None:
    assert place.file_system("", "/home") == ""
    assert place.file_system("garbage\n\n- - -", "/home") == ""


def test_one_broken_check_does_not_end_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> Check:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(doctor_ground, "disk", broken)
    monkeypatch.setattr(doctor_data, "library", broken)
    checks = list(doctor.examine(str(tmp_path), {}, {}, doctor.Terminal(None, "utf-8"), online=False))
    failed = [check for check in checks if check.state == "FAIL"]
    assert [check.what for check in failed] == ["disk", "library"]
    assert all("please report this" in check.told for check in failed)
    assert checks[-1].what == "terminal"


def test_sizes_are_told_as_a_person_reads_them() -> None:
    assert [size_text(count) for count in (0, 999, 1500, 250_000, 3.2e9, 5e12)] == [
        "0 bytes", "999 bytes", "1.5 kB", "250 kB", "3.2 GB", "5000 GB",
    ]  # fmt: skip


def test_it_works_where_nothing_may_be_written(tmp_path: Path) -> None:
    path = good(tmp_path)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        done = papertui(tmp_path, "doctor", code=1, before=ordinary())
    finally:
        tmp_path.chmod(0o755)
    failed = lines_of(done, "FAIL")
    assert [line.split()[1] for line in failed] == ["folders", "folders"]
    assert "cannot be written" in failed[0]
    assert "can be only read by you" in failed[1]
    assert "60 papers in 1 edition" in done.out
    assert [file.name for file in tmp_path.iterdir()] == ["papertui.db"]

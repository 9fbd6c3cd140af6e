"""What goes wrong around papertui: one line, the right exit code, nothing lost."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from papertui.store import place
from papertui.store.library import Library
from tests.broken import BROKEN, good, name_of, tree
from tests.command import here, one_line, papertui
from tests.make import NOW as THEN
from tests.make import pid
from tests.ordinary import ordinary

DEMO = Path(place.__file__).parents[1] / "data" / "demo.json"


# the library's file

COMMANDS = {
    "list": ("list",), "search": ("search", "title"), "show": ("show", "2511.00001"), "mark": ("mark", "2511.00001", "--save"),
    "undo": ("undo",), "tag": ("tag", "2511.00001", "+x"), "export": ("export", "2511.00001"), "load": ("load", str(DEMO)),
    "score": ("score",), "backup": ("backup",),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN, ids=name_of)
def test_a_library_that_cannot_be_used_is_a_line_and_not_a_byte_of_it_changes(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    before = tree(tmp_path)
    for arguments in COMMANDS.values():
        line = one_line(here(tmp_path, *arguments, code=1))
        assert BROKEN[fault] in line
        assert str(tmp_path) in line
    assert tree(tmp_path) == before


def test_an_empty_file_is_a_library_that_was_never_begun(tmp_path: Path) -> None:
    (tmp_path / "papertui.db").write_bytes(b"")
    assert "library is empty" in here(tmp_path, "list").err
    assert (tmp_path / "papertui.db").read_bytes() == b""
    here(tmp_path, "load", str(DEMO))
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 40


def test_values_that_papertui_never_wrote_are_damage(tmp_path: Path) -> None:
    path = good(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE papers SET facts = '{\"colour\": 1}' WHERE id = (SELECT min(id) FROM papers)")
        db.execute("UPDATE papers SET facts = '{' WHERE id = (SELECT max(id) FROM papers)")
    for paper in ("2511.00001", "2511.00060"):
        assert "damaged" in one_line(here(tmp_path, "show", paper, code=1))
    assert "damaged" in here(tmp_path, "doctor", code=1).out


def test_a_library_whose_log_went_missing_is_what_it_was_before(tmp_path: Path) -> None:
    path = good(tmp_path)
    copy = tmp_path / "other"
    copy.mkdir()
    with Library(path, write=True) as library:
        library.act([pid(1)], [("saved", "1")], THEN)
        (copy / "papertui.db").write_bytes(path.read_bytes())
    assert here(copy, "list", "--saved", "--format", "ids").out == ""
    assert here(copy, "doctor").code == 0
    here(copy, "mark", "2511.00002", "--save")
    assert here(copy, "list", "--saved", "--format", "ids").out == f"{pid(2)}\n"


# no permission to write


@contextmanager
def read_only(home: Path, *files: Path) -> Iterator[None]:
    for file in files:
        file.chmod(0o444)
    home.chmod(0o555)
    try:
        yield
    finally:
        home.chmod(0o755)


def test_a_library_in_a_folder_that_cannot_be_written_is_read_and_every_write_is_a_line(tmp_path: Path) -> None:
    path = good(tmp_path)
    before = tree(tmp_path)
    with read_only(tmp_path, path):
        assert len(papertui(tmp_path, "list", "--format", "ids", before=ordinary()).out.split()) == 60
        for arguments in (("mark", "2511.00001", "--save"), ("load", str(DEMO)), ("update",), ("backup",), ("restore", str(path))):
            line = one_line(papertui(tmp_path, *arguments, code=1, before=ordinary()))
            assert str(tmp_path) in line
        line = one_line(papertui(tmp_path, "export", "--append", "-o", str(tmp_path / "a.bib"), "2511.00001", code=1, before=ordinary()))
        assert "a.bib" in line
    assert tree(tmp_path) == before


def test_what_lies_in_a_log_that_cannot_be_used_is_not_passed_over(tmp_path: Path) -> None:
    path = good(tmp_path)
    unclosed = """
import os, sys
from pathlib import Path
from tests.make import NOW, Library, pid
Library(Path(sys.argv[1]), write=True).act([pid(1)], [("saved", "1")], NOW)
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", unclosed, str(path)], check=True, cwd=Path(__file__).parents[1])
    log = Path(f"{path}-wal")
    assert log.stat().st_size
    Path(f"{path}-shm").unlink()
    with read_only(tmp_path, path, log):
        assert str(log) in one_line(papertui(tmp_path, "list", code=1, before=ordinary()))
    path.chmod(0o644)
    log.chmod(0o644)
    assert here(tmp_path, "list", "--saved", "--format", "ids").out == f"{pid(1)}\n"


def test_a_home_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        line = one_line(papertui(tmp_path / "home", "load", str(DEMO), code=1, before=ordinary()))
    finally:
        tmp_path.chmod(0o755)
    assert "cannot be made" in line
    assert "--home" in line


# a disk that is full


def limited(size: int) -> Callable[[], None]:
    """No file may grow beyond `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_takes_nothing_that_was_there(tmp_path: Path) -> None:
    good(tmp_path)
    here(tmp_path, "mark", "2511.00003", "--save")
    bib = tmp_path / "mine.bib"
    bib.write_text("% mine\n" * 1200)
    for arguments, size in ((("load", str(DEMO)), 8_000), (("load", str(DEMO)), 45_000), (("score",), 8_000), (("backup",), 45_000)):
        done = papertui(tmp_path, *arguments, code=1, before=limited(size))
        assert "full" in done.err.splitlines()[-1]
    done = papertui(tmp_path, "export", "--append", "-o", str(bib), "2511.00001", code=1, before=limited(8_000))
    assert "nothing was added" in one_line(done)
    assert bib.read_text() == "% mine\n" * 1200
    papertui(tmp_path, "mark", "2511.00004", "--save", code=None, before=limited(8_000))
    assert len(papertui(tmp_path, "list", "--format", "ids", before=limited(0)).out.split()) == 60
    assert "ulimit -f" in papertui(tmp_path, "doctor", code=1, before=limited(45_000)).out
    assert str(pid(3)) in here(tmp_path, "list", "--saved", "--format", "ids").out.split()
    assert " sound" in here(tmp_path, "doctor").out
    here(tmp_path, "load", str(DEMO))
    assert not list(tmp_path.rglob("*.part*"))


def test_a_load_that_a_full_disk_ended_midway_is_partly_done_and_goes_on_later(tmp_path: Path) -> None:
    days = tmp_path / "days"
    days.mkdir()
    text = '{"%s": {"RELEVANCE": 8, "NOVELTY": 7, "COMMENT": "c", "title": "T", "abstract": "%s", "authors": ["A"]}}'
    for day in range(1, 21):
        (days / f"2025-01-{day:02d}-output.json").write_text(text % (f"2501.{day:05d}", "words " * 2_000))
    home = tmp_path / "home"
    done = papertui(home, "load", str(days), code=3, before=limited(400_000))
    assert "of 20 days" in done.err
    stored = len(here(home, "list", "--all", "--format", "ids").out.split())
    assert 0 < stored < 20
    here(home, "load", str(days))
    assert len(here(home, "list", "--all", "--format", "ids").out.split()) == 20


def test_marks_of_the_reader_wait_for_room_on_the_disk(tmp_path: Path) -> None:
    path = good(tmp_path)
    code = """
import resource, sys, threading
from pathlib import Path
from tests.make import pid
from tests.terminal import Terminal
from tests.test_library_desk import session_in
from papertui.services.library_desk import LibraryDesk
desk = LibraryDesk(session_in(Path(sys.argv[1])))
told = threading.Event()
desk.on_trouble(lambda line: (print(line), told.set()))
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))
desk.mark([pid(7)], "saved", "1")
assert told.wait(20)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert desk.flush(20)
desk.close()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "full" in ended.stdout
    with Library(path) as library:
        assert library.marks_of([pid(7)])[pid(7)].saved


# a network file system


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that the mount table puts on NFS."""
    mounts = tmp_path / "mounts"
    mounts.write_text("30 22 0:40 / / rw shared:3 - nfs4 server:/home rw,vers=4.2\n")
    monkeypatch.setattr(place, "is_disk", lambda device: False)
    monkeypatch.setattr(place, "MOUNTS", mounts)
    return tmp_path / "home"


def log_mode(home: Path) -> bytes:
    return (home / "papertui.db").read_bytes()[18:20]


def test_on_a_network_a_new_library_has_no_write_ahead_log_and_that_is_said_once(network: Path) -> None:
    assert here(network, "load", str(DEMO)).err.count("on a network file system (nfs4)") == 1
    assert log_mode(network) == b"\1\1"
    for arguments in (("list",), ("mark", "9912.00001", "--save"), ("undo",), ("backup",)):
        assert "network file system" not in here(network, *arguments).err
    assert log_mode(network) == b"\1\1"
    found = here(network, "doctor").out
    assert "warn filesystem" in found
    assert "(nfs4)" in found


def test_a_library_that_comes_to_a_network_loses_its_log_and_gets_it_back_at_home(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good(network)
    with Library(network / "papertui.db", write=True) as library:
        library.act([pid(1)], [("saved", "1")], THEN)
    (network / "papertui.db").exists()
    with monkeypatch.context() as at_home:
        at_home.setattr(place, "is_disk", lambda device: True)
        here(network, "mark", "2511.00002", "--save")
        assert log_mode(network) == b"\2\2"
    assert "network" in here(network, "list").err
    assert log_mode(network) == b"\1\1"
    monkeypatch.setattr(place, "is_disk", lambda device: True)
    here(network, "mark", "2511.00003", "--save")
    assert log_mode(network) == b"\2\2"
    assert len(here(network, "list", "--saved", "--format", "ids").out.split()) == 3


def test_a_log_that_cannot_be_taken_away_on_a_network_is_said_each_time(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as at_home:
        at_home.setattr(place, "is_disk", lambda device: True)
        good(network)
    with closing(sqlite3.connect(network / "papertui.db")) as db:
        db.execute("SELECT count(*) FROM papers").fetchone()
        for _ in range(2):
            assert "open elsewhere" in here(network, "list").err
        assert "FAIL filesystem" in here(network, "doctor", code=1).out


# settings, profile, prompts


BAD_PROFILES = {
    "not utf-8": (b"\xff\xfe", "not UTF-8"),
    "broken front matter": (b"+++\ncategories = [\n+++\n", "default.md"),
    "unknown key": (b"+++\ncategoris = ['cs.LG']\n+++\n", "categoris"),
}


@pytest.mark.parametrize("case", BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_a_damaged_profile_is_a_line_and_everything_that_needs_none_goes_on(tmp_path: Path, case: tuple[bytes, str]) -> None:
    good(tmp_path)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "default.md").write_bytes(case[0])
    before = tree(tmp_path)
    for command in ("score", "update"):
        assert case[1] in one_line(here(tmp_path, command, code=2))
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 60
    here(tmp_path, "mark", "2511.00001", "--save")
    assert (tmp_path / "profiles" / "default.md").read_bytes() == case[0]
    assert before.keys() <= tree(tmp_path).keys()


def test_a_profile_that_is_a_folder_and_a_damaged_prompt_are_lines(tmp_path: Path) -> None:
    good(tmp_path)
    (tmp_path / "profiles" / "default.md").mkdir(parents=True)
    assert "default.md" in one_line(here(tmp_path, "score", code=2))
    (tmp_path / "profiles" / "default.md").rmdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "profile.md").write_bytes(b"\xff")
    assert "repair it or delete it" in one_line(here(tmp_path, "score", code=1))
    (tmp_path / "prompts" / "profile.md").unlink()
    (tmp_path / "profiles" / "default.md").write_text("")
    assert here(tmp_path, "score").code == 0  # no interests: everything scores alike, nothing fails

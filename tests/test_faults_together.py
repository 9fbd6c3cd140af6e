"""Clocks that jump, several programs on one library, and the reader on what is broken."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from papertui.services.library_desk import LibraryDesk
from papertui.store import place
from tests.broken import BROKEN, corrupt_header, corrupt_pages, dangling_link, good, name_of, newer
from tests.command import NOW, environment, here, one_line
from tests.feeds import feed, item
from tests.make import pid
from tests.replies import FEED, answer, impatient, on, server  # noqa: F401 - a fixture
from tests.terminal import Terminal
from tests.test_library_desk import session_in

DEMO = Path(place.__file__).parents[1] / "data" / "demo.json"


# clocks


def test_a_clock_that_jumps_neither_loses_nor_reorders_marks(tmp_path: Path) -> None:
    good(tmp_path)
    clocks = ("2026-11-23T12:00:00Z", "2031-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-11-23T12:00:01Z")
    for number, clock in enumerate(clocks, 1):
        here(tmp_path, "mark", str(pid(number)), "--save", env={"PAPERTUI_NOW": clock})
    saved = [str(pid(number)) for number in (1, 2, 3, 4)]
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved
    here(tmp_path, "mark", str(pid(2)), "--unsave", env={"PAPERTUI_NOW": "2020-01-01T00:00:00Z"})
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == [saved[0], *saved[2:]]
    for number in (2, 4, 3):
        assert str(pid(number)) in here(tmp_path, "undo", env={"PAPERTUI_NOW": "2001-01-01T00:00:00Z"}).err
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved[:2]
    here(tmp_path, "redo", env={"PAPERTUI_NOW": "1980-01-01T00:00:00Z"})
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved[:3]
    assert "warn clock" in here(tmp_path, "doctor").out.replace("  ", " ")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("clock", ["1980-01-01T00:00:00Z", "2050-06-01T00:00:00Z"])
def test_a_mailing_keeps_its_own_date_whatever_the_clock_says(tmp_path: Path, clock: str) -> None:
    with server(lambda connection: connection.sendall(answer(FEED))) as address:
        for _ in range(2):
            here(tmp_path, "update", env=on(address) | {"PAPERTUI_NOW": clock})
    (paper,) = here(tmp_path, "list", "--format", "json").json
    assert paper["date"] == "2026-11-23"


# several at once


def test_two_readers_see_each_others_marks_and_lose_none(tmp_path: Path) -> None:
    good(tmp_path)
    first, second = (LibraryDesk(session_in(tmp_path)) for _ in range(2))
    for number in range(1, 21):
        (first if number % 2 else second).mark([pid(number)], "saved", "1")
    assert first.flush(20)
    assert second.flush(20)
    for desk in (first, second):
        edition = desk.edition(None)
        assert edition is not None
        assert sum(row.marks.saved for row in edition.rows) == 20
        desk.close()
    assert " sound" in here(tmp_path, "doctor").out


@pytest.mark.usefixtures("impatient")
def test_a_reader_beside_an_update_keeps_reading_and_marking(tmp_path: Path) -> None:
    good(tmp_path)
    desk, trouble = LibraryDesk(session_in(tmp_path)), []
    desk.on_trouble(trouble.append)
    items = [item(f"2611.{number:05d}", f"Title {number}") for number in range(1, 400)]
    failures: list[int] = []

    def update() -> None:
        with server(lambda connection: connection.sendall(answer(feed(*items).encode()))) as address:
            env = environment(tmp_path, on(address))
            failures.append(
                subprocess.run([sys.executable, "-m", "papertui", "update"], env=env, capture_output=True, check=False).returncode
            )

    thread = threading.Thread(target=update)
    thread.start()
    number = 0
    while thread.is_alive() and number < 60:
        number += 1
        desk.mark([pid(number)], "saved", "1")
        assert desk.detail(pid(number)) is not None
        assert desk.edition(None) is not None
        thread.join(0.02)
    thread.join()
    assert desk.flush(20)
    desk.close()
    assert failures == [0]
    assert trouble == []
    assert len(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == number
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 399


@contextmanager
def updating(home: Path, text: str = "process 4711, since 12:00:00") -> Iterator[int]:
    """Another process's update, as far as its lock goes."""
    (home / "state").mkdir(parents=True, exist_ok=True)
    (home / "state" / "update.lock").write_text(text)
    handle = os.open(home / "state" / "update.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield handle
    finally:
        os.close(handle)


def test_a_second_update_says_who_is_at_it(tmp_path: Path) -> None:
    with updating(tmp_path):
        line = one_line(here(tmp_path, "update", "--no-wait", code=1))
    assert "process 4711, since 12:00:00" in line


def test_a_second_update_waits_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    with updating(tmp_path):
        process = subprocess.Popen(
            [sys.executable, "-m", "papertui", "update"],
            env=environment(tmp_path),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert "waiting for it" in process.stderr.readline()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "the other update is done" in err
    assert not (tmp_path / "papertui.db").exists()


@pytest.mark.usefixtures("impatient")
def test_the_lock_of_a_process_that_died_holds_nobody_up(tmp_path: Path) -> None:
    with updating(tmp_path):
        pass
    assert "ended before its time" in here(tmp_path, "doctor").out
    with server(lambda connection: connection.sendall(answer(FEED))) as address:
        here(tmp_path, "update", "--no-wait", env=on(address))
    assert (tmp_path / "state" / "update.lock").read_text() == ""
    assert "none is running" in here(tmp_path, "doctor").out


def test_a_lock_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert "update.lock: cannot be made" in one_line(here(tmp_path, "update", code=1))


def test_a_library_that_stays_locked_is_a_line_and_the_mark_is_not_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = good(tmp_path)
    monkeypatch.setattr("papertui.store.database.BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert "another program holds the library locked" in one_line(here(tmp_path, "mark", "2511.00001", "--save", code=1))
        assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 60
        db.execute("ROLLBACK")
    here(tmp_path, "mark", "2511.00001", "--save")


# the reader


def reader(home: Path) -> Terminal:
    return Terminal(command=(sys.executable, "-m", "papertui"), env={"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW})


@pytest.mark.parametrize("fault", [corrupt_header, corrupt_pages, newer, dangling_link], ids=name_of)
def test_the_reader_says_what_is_wrong_with_a_library_before_it_takes_the_screen(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    terminal = reader(tmp_path)
    try:
        assert terminal.ended(30) == 1
    finally:
        terminal.close()
    assert terminal.output.startswith(b"papertui: ")
    assert terminal.output.count(b"\n") == 1
    assert BROKEN[fault].encode() in terminal.output


def test_the_reader_says_what_is_wrong_with_settings_before_it_takes_the_screen(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[sources\n")
    terminal = reader(tmp_path)
    try:
        assert terminal.ended(30) == 2
    finally:
        terminal.close()
    assert terminal.output.startswith(b"papertui: ")
    assert b"config.toml line 1" in terminal.output


def test_a_library_that_breaks_under_the_reader_is_a_message_and_not_its_end(tmp_path: Path) -> None:
    path = good(tmp_path)
    terminal = reader(tmp_path)
    try:
        terminal.shows("60 papers")
        terminal.read(0.3)
        corrupt_header(path)
        for key in (b"j", b"s", b"y", b"u", b"j"):
            os.write(terminal.fd, key)
            terminal.read(0.2)
        terminal.shows("the library is damaged")
        assert b"Traceback" not in terminal.output
        os.write(terminal.fd, b"\x1bq")
        code = terminal.ended(30)
        assert code == (b"could not be written" in terminal.output), "1 where a mark was left over, and then it says so"
    finally:
        terminal.close()
    assert b"\x1b[?1049l" in terminal.output


def test_a_mark_on_a_library_that_broke_is_told_as_left_over_and_the_file_is_not_touched(tmp_path: Path) -> None:
    path = good(tmp_path)
    desk = LibraryDesk(session_in(tmp_path))
    edition = desk.edition(None)
    assert edition is not None
    corrupt_header(path)
    before = path.read_bytes()
    desk.mark([edition.rows[0].id], "saved", "1")
    assert not desk.flush(5)
    assert "could not be written" in desk.unwritten()
    assert f"papertui mark {edition.rows[0].id} --save" in desk.unwritten()
    desk.close()
    assert path.read_bytes() == before

"""The writer's queue: in order, never dropped, never on the caller's thread."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from papertui.services.marking import MarkWriter, command_of
from papertui.store.database import StoreError
from papertui.store.library import Library
from tests.make import NOW, library_with, pid


def test_marks_are_written_in_order_by_another_thread(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    threads: list[str] = []
    writer = MarkWriter(lambda: Library(tmp_path / "p.db", write=True), lambda line: None)
    for value in ("1", "", "1"):
        writer.submit(
            lambda library, value=value: (threads.append(threading.current_thread().name), library.act([pid(1)], [("saved", value)], NOW))
        )
    assert writer.close(5.0)
    assert set(threads) == {"marks"}
    with Library(tmp_path / "p.db") as library:
        assert [event.value for event in library.events_of(pid(1))] == ["1", "", "1"]


def test_a_locked_library_delays_a_mark_and_loses_none(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    blocker = sqlite3.connect(tmp_path / "p.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    writer = MarkWriter(lambda: Library(tmp_path / "p.db", write=True), lambda line: None)
    writer.submit(lambda library: library.act([pid(1)], [("saved", "1")], NOW))
    assert not writer.flush(0.2)
    assert writer.waiting == 1
    blocker.execute("ROLLBACK")
    blocker.close()
    assert writer.close(8.0)
    with Library(tmp_path / "p.db") as library:
        assert library.marks_of([pid(1)])[pid(1)].saved


def test_a_failing_write_is_told_once_and_tried_until_it_succeeds(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    told: list[str] = []
    left = [3]

    def job(library: Library) -> None:
        if left[0]:
            left[0] -= 1
            raise StoreError("the disk is full")
        library.act([pid(1)], [("saved", "1")], NOW)

    writer = MarkWriter(lambda: Library(tmp_path / "p.db", write=True), told.append)
    writer.submit(job)
    assert writer.close(10.0)
    assert told == ["not written yet, trying on: the disk is full", "written after all"]


def test_a_broken_job_does_not_end_the_others(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    told: list[str] = []
    writer = MarkWriter(lambda: Library(tmp_path / "p.db", write=True), told.append)
    writer.submit(lambda library: library.act([pid(99)], [("saved", "1")], NOW))
    writer.submit(lambda library: library.act([pid(1)], [("saved", "1")], NOW))
    assert writer.close(5.0)
    assert len(told) == 1
    with Library(tmp_path / "p.db") as library:
        assert library.marks_of([pid(1)])[pid(1)].saved


def test_marks_follow_a_library_that_was_replaced_and_wait_for_one_that_was_taken_away(tmp_path: Path) -> None:
    path, away = tmp_path / "p.db", tmp_path / "away.db"
    library_with(path).close()
    told: list[str] = []
    writer = MarkWriter(lambda: Library(path, write=True), told.append)
    writer.submit(lambda library: library.act([pid(1)], [("saved", "1")], NOW))
    assert writer.flush(5.0)
    path.rename(away)
    library_with(path).close()
    writer.submit(lambda library: library.act([pid(2)], [("saved", "1")], NOW))
    assert writer.flush(5.0)
    path.rename(away)
    writer.submit(lambda library: library.act([pid(3)], [("saved", "1")], NOW), "papertui mark arxiv:2511.00003 --save")
    assert not writer.flush(0.2)
    why, commands = writer.left()
    assert "was taken away while it was open" in why
    assert commands == ["papertui mark arxiv:2511.00003 --save"]
    away.rename(path)
    assert writer.close(10.0)
    with Library(path) as library:
        assert [marks.saved for marks in library.marks_of([pid(1), pid(2), pid(3)]).values()] == [False, True, True]


def test_the_command_that_does_what_a_key_did_is_told() -> None:
    assert command_of([pid(1)], "saved", "1") == f"papertui mark {pid(1)} --save"
    assert command_of([pid(1), pid(2)], "read", "") == f"papertui mark {pid(1)} {pid(2)} --unread"
    assert "and 2 more" in command_of([pid(number) for number in range(1, 8)], "hidden", "1")


def test_a_prepared_writer_has_the_library_open_before_the_first_mark_and_creates_none(tmp_path: Path) -> None:
    opened = threading.Event()

    def open_library() -> Library:
        opened.set()
        return Library(tmp_path / "papertui.db", write=True)

    writer = MarkWriter(open_library, lambda line: None)
    writer.prepare()
    assert opened.wait(5)
    done: list[int] = []
    writer.submit(lambda library: done.append(1))
    assert writer.close(5)
    assert done == [1]


def test_a_writer_that_cannot_be_prepared_says_so_with_the_first_mark_only(tmp_path: Path) -> None:
    said: list[str] = []
    tried = threading.Event()

    def refuse() -> Library:
        tried.set()
        raise StoreError("read-only")

    writer = MarkWriter(refuse, said.append)
    writer.prepare()
    assert tried.wait(5)
    assert said == []
    writer.close(0.1)

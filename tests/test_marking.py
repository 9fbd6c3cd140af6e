"""The writer's queue: in order, never dropped, never on the caller's thread."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from papertui.services.marking import MarkWriter
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

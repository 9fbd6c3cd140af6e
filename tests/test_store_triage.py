"""Marks, undo and redo in the library."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papertui.domain.selection import Selection
from papertui.domain.triage import Marks, fold
from papertui.store.library import Library
from tests.make import NOW, library_with, pid


def test_a_bulk_action_is_undone_as_one(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1), pid(2), pid(3)], [("saved", "1"), ("read", "1")], NOW)
        assert len(library.rows_of(Selection(saved=True))) == 3
        assert set(library.undo(NOW)) == {pid(1), pid(2), pid(3)}
        assert library.rows_of(Selection(saved=True)) == []
        assert set(library.redo(NOW)) == {pid(1), pid(2), pid(3)}
        assert len(library.rows_of(Selection(saved=True, read=True))) == 3


def test_undo_gives_back_what_stood_there_before(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("note", "first")], NOW)
        library.act([pid(1)], [("note", "second")], NOW)
        assert library.undo(NOW)[pid(1)].note == "first"
        assert library.undo(NOW)[pid(1)].note == ""
        assert library.undo(NOW) == {}
        assert library.redo(NOW)[pid(1)].note == "first"


def test_an_action_that_changes_nothing_is_no_action(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("saved", "1")], NOW)
        library.act([pid(1)], [("saved", "1")], NOW)
        assert len(library.events_of(pid(1))) == 1
        assert library.undo(NOW)[pid(1)] == Marks()


def test_a_new_action_ends_redo(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("saved", "1")], NOW)
        library.undo(NOW)
        library.act([pid(2)], [("saved", "1")], NOW)
        assert library.redo(NOW) == {}
        assert library.marks_of([pid(1)])[pid(1)] == Marks()


def test_the_log_is_append_only_and_adds_up(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("saved", "1")], NOW)
        library.undo(NOW)
        library.redo(NOW)
        log = library.events_of(pid(1))
        assert [event.value for event in log] == ["1", "", "1"]
        assert len({event.id for event in log}) == 3
        assert len({event.machine for event in log}) == 1
        assert fold(log) == library.marks_of([pid(1)])[pid(1)]


def test_a_clock_that_goes_back_does_not_lose_a_mark(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("saved", "1")], NOW)
        assert library.act([pid(1)], [("saved", "")], NOW - dt.timedelta(days=400))[pid(1)] == Marks()


def test_an_unknown_paper_marks_nothing_at_all(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        with pytest.raises(KeyError):
            library.act([pid(1), pid(77)], [("saved", "1")], NOW)
        assert library.marks_of([pid(1)])[pid(1)] == Marks()


def test_notes_and_tags_are_found(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("note", "Compare with Zeppelin's proof"), ("tag:reading-group", "1")], NOW)
        assert set(library.best_matches("zeppelin")) == {pid(1)}
        assert set(library.best_matches("reading-group")) == {pid(1)}
        assert [row.id for row in library.rows_of(Selection(tag="reading-group"))] == [pid(1)]
        library.undo(NOW)
        assert set(library.best_matches("zeppelin")) == set()
        library.check()


def test_hidden_papers_appear_only_when_asked_for(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.act([pid(1)], [("hidden", "1"), ("saved", "1")], NOW)
        assert pid(1) not in [row.id for row in library.rows_of(Selection())]
        assert library.rows_of(Selection(saved=True)) == []
        assert [row.id for row in library.rows_of(Selection(hidden=True))] == [pid(1)]
        assert pid(1) in [row.id for row in library.rows_of(Selection(all=True))]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.sets(st.integers(1, 4), min_size=1), st.sampled_from(["read", "saved", "note", "tag:x"]), st.sampled_from(["1", ""])),
        st.tuples(st.sampled_from(["undo", "redo"])),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_undo_and_redo_walk_through_states_like_a_stack(tmp_path: Path, steps: list[tuple[object, ...]]) -> None:
    (tmp_path / "p.db").unlink(missing_ok=True)
    for left in tmp_path.glob("p.db-*"):
        left.unlink()
    papers = [pid(number) for number in range(1, 5)]
    with library_with(tmp_path / "p.db", 4) as library:
        states, place = [library.marks_of(papers)], 0
        for step in steps:
            if step[0] == "act":
                changed = library.act([pid(n) for n in sorted(step[1])], [(str(step[2]), str(step[3]))], NOW)  # type: ignore[call-overload]
                if changed:
                    states[place + 1 :] = [library.marks_of(papers)]
                    place += 1
            elif step[0] == "undo":
                library.undo(NOW)
                place = max(0, place - 1)
            else:
                library.redo(NOW)
                place = min(len(states) - 1, place + 1)
            assert library.marks_of(papers) == states[place]
            assert all(fold(library.events_of(paper)) == states[place][paper] for paper in papers)
        library.check()


def test_marks_survive_another_connection(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    with Library(tmp_path / "p.db", write=True) as writer, Library(tmp_path / "p.db") as reader:
        writer.act([pid(1)], [("saved", "1")], NOW)
        assert reader.marks_of([pid(1)])[pid(1)].saved

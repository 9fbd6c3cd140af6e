"""Scores of several scorers, and the current one in every edition."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from papertui.domain.ids import PaperId
from papertui.domain.selection import Selection
from papertui.store.library import Library
from papertui.store.preference import Preference
from tests.make import DAY, NOW, announced, library_with, list_score, local_score, paper, pid


def shown(library: Library, day: dt.date = DAY) -> dict[PaperId, tuple[float | None, str | None]]:
    edition = library.edition(day)
    assert edition is not None
    return {row.id: (row.relevance, row.scorer) for row in edition.rows}


def test_the_current_score_is_in_the_entry(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        assert library.add_scores([local_score(1, 9), local_score(2, 3)]) == 2
        assert shown(library)[pid(1)] == (9, "local")
        assert shown(library)[pid(3)] == (None, None)
        library.add_scores([list_score(1, 4, 4)])
        assert shown(library)[pid(1)] == (4, "list:somebody")


def test_the_same_score_again_changes_nothing(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([local_score(1, 9)])
        before = library._db.total_changes
        assert library.add_scores([local_score(1, 9)]) == 0
        assert library._db.total_changes == before


def test_an_edition_is_ordered_by_score_then_relevance_then_number(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([list_score(1, 7, 8), list_score(2, 8, 7), list_score(3, 9, 9), list_score(4, 8, 7)])
        edition = library.edition(DAY)
    assert edition is not None
    assert [row.id for row in edition.rows] == [pid(3), pid(2), pid(4), pid(1), pid(5)]


def test_a_changed_paper_makes_its_score_stale_and_keeps_it(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([local_score(1, 9)])
        library.add_papers([announced(1, title="Another title", version=2)], first_hand=True)
        detail = library.detail(pid(1))
        assert detail is not None
        assert detail.current is not None
        assert detail.current.stale
        assert library.unscored(DAY, "local", "r1") >= {251100001}


def test_another_recipe_makes_scores_stale_and_to_be_done_again(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db", 2) as library:
        library.add_scores([local_score(1, 9), local_score(2, 9)])
        assert library.unscored(DAY, "local", "r1") == set()
        assert library.unscored(DAY, "local", "r2") == {251100001, 251100002}
        library.preference = Preference(None, {"local": "r2"})
        detail = library.detail(pid(1))
        assert detail is not None
        assert detail.current is not None
        assert detail.current.stale
        library.add_scores([local_score(1, 2, recipe="r2")])
        assert shown(library)[pid(1)] == (2, "local")
        assert len(library.details([pid(1)])[0].scores) == 2


def test_the_readers_choice_reorders_every_edition(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([local_score(1, 9), list_score(1, 4, 4)])
        library.preference = Preference("local")
        assert library.needs_refresh()
        library.refresh()
        assert not library.needs_refresh()
        assert shown(library)[pid(1)] == (9, "local")


def test_a_lists_score_belongs_to_its_date(tmp_path: Path) -> None:
    later = DAY + dt.timedelta(days=1)
    with library_with(tmp_path / "p.db") as library:
        library.add_day(later, "list:somebody", NOW)
        library.add_scores([list_score(1, 8, 8), list_score(1, 6, 6, day=later)])
        library.add_papers([announced(1, later, None, "list:somebody")], first_hand=False)
        assert shown(library)[pid(1)][0] == 8
        assert shown(library, later)[pid(1)][0] == 6


def test_comments_are_found_and_replaced_in_the_index(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([local_score(1, 9, comment="matches zeppelins")])
        assert set(library.best_matches("zeppelins")) == {pid(1)}
        library.add_scores([local_score(1, 9, comment="matches balloons")])
        assert set(library.best_matches("zeppelins")) == set()
        assert set(library.best_matches("balloons")) == {pid(1)}
        library.check()


def test_a_null_score_never_passes_a_bound(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db", 3) as library:
        library.add_scores([local_score(1, 9), local_score(2, 3)])
        assert [row.id for row in library.rows_of(Selection(min_relevance=0))] == [pid(1), pid(2)]
        assert library.rows_of(Selection(min_novelty=0)) == []


def test_papers_can_be_chosen_by_scorer(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db", 3) as library:
        library.add_scores([local_score(1, 9), list_score(2, 5, 5)])
        assert [row.id for row in library.rows_of(Selection(scorer="local"))] == [pid(1)]
        assert [row.id for row in library.rows_of(Selection(scorer="list"))] == [pid(2)]
        assert [row.id for row in library.rows_of(Selection(scorer="list:somebody"))] == [pid(2)]
        assert library.rows_of(Selection(scorer="list:some%")) == []


def test_the_paper_digest_is_of_what_was_scored() -> None:
    assert paper(1).digest != paper(1, title="x").digest
    assert paper(1).digest == paper(1, authors=("x",)).digest


def test_another_recipe_looks_again_at_what_its_scorer_scored_and_at_nothing_else(tmp_path: Path) -> None:
    assert Preference(None, {"local": "a"}).changed_since(Preference().text) == {"local"}
    assert Preference("local", {"local": "a"}).changed_since(Preference(None, {"local": "a"}).text) is None
    assert Preference(None, {"local": "a", "llm": "b"}).changed_since(Preference(None, {"local": "c", "llm": "b"}).text) == {"local"}
    with library_with(tmp_path / "p.db") as library:
        library.add_scores([local_score(1, 9), list_score(2, 4, 4)])
        library.preference = Preference(None, {"local": "another"})
        looked: list[str] = []
        library._db.set_trace_callback(looked.append)
        library.refresh()
        library._db.set_trace_callback(None)
        chosen = [statement for statement in looked if "FROM scores s JOIN papers" in statement]
        assert len(chosen) == 1
        assert f"IN ({251100001})" in chosen[0]
        assert not library.needs_refresh()

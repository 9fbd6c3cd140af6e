"""Grades from foreign input, and which score is the current one."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.score import Score, current, grade

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.date(2025, 11, 5)

LLM = Score("llm:some-model", 7, 6, scored_at=NOW)
STALE_LLM = Score("llm:some-model", 7, 6, scored_at=NOW, stale=True)
LIST = Score("list:somebody", 9, 8, listed=DAY)
LOCAL = Score("local", 5, None, scored_at=NOW)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(8, 8), (8.0, 8), ("8", 8), (" 7.5 ", 7.5), (7.25, 7.2), (1, 1), (10, 10), (0, None), (11, None), (-3, None), (True, None), (None, None),
     ("high", None), ("", None), (math.nan, None), (math.inf, None), ([8], None), ({}, None)],
)  # fmt: skip
def test_grades(value: object, expected: float | None) -> None:
    assert grade(value) == expected


def test_whole_grades_are_whole_numbers() -> None:
    assert repr(grade(8.0)) == "8"


@given(st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none(), st.lists(st.integers())))
def test_a_grade_is_on_the_scale_or_unknown(value: object) -> None:
    found = grade(value)
    assert found is None or 1 <= found <= 10


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([LOCAL, STALE_LLM, LIST, LLM], LLM),
        ([LOCAL, STALE_LLM, LIST], LIST),
        ([LOCAL, STALE_LLM], STALE_LLM),
        ([LOCAL], LOCAL),
        ([], None),
    ],
)
def test_the_current_score_without_a_choice(scores: list[Score], best: Score | None) -> None:
    assert current(scores, DAY) is best


@pytest.mark.parametrize(
    ("prefer", "best"), [("local", LOCAL), ("list", LIST), ("list:somebody", LIST), ("llm", LLM), ("list:nobody", LLM)]
)
def test_the_readers_choice_comes_first(prefer: str, best: Score) -> None:
    assert current([LOCAL, LIST, LLM], DAY, prefer) is best


def test_of_a_lists_scores_the_one_of_that_date_holds() -> None:
    earlier = Score("list:somebody", 3, 3, listed=dt.date(2025, 11, 4))
    later = Score("list:somebody", 4, 4, listed=dt.date(2025, 11, 6))
    assert current([earlier, LIST, later], DAY) is LIST
    assert current([earlier, LIST, later], dt.date(2025, 12, 1)) is later


def test_an_up_to_date_local_score_beats_a_newer_stale_one() -> None:
    stale = Score("local", 1, None, scored_at=NOW + dt.timedelta(days=1), stale=True)
    assert current([stale, LOCAL], DAY) is LOCAL


def test_the_total_is_unknown_where_either_is() -> None:
    assert LIST.total == 17
    assert LOCAL.total is None

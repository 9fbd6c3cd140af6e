"""Order and filter of a list."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.edition import SORT_KEYS, Row, SortKey, haystack, ordered, parse_filter, parse_sort
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks


def row(number: int, **known: object) -> Row:
    values: dict[str, object] = {
        "title": f"Title {number}",
        "authors": ("First Author",),
        "category": "cs.LG",
        "date": dt.date(2025, 11, 5),
        "source": "arxiv",
    }
    return Row(PaperId("arxiv", f"2511.{number:05d}"), **(values | known))  # type: ignore[arg-type]


def numbers(rows: list[Row]) -> list[int]:
    return [int(item.id.number[5:]) for item in rows]


def passing(text: str, rows: list[Row]) -> list[int]:
    chosen = parse_filter(text)
    return numbers([item for item in rows if chosen.matches(item, haystack(item))])


def test_best_first_unknown_last_ties_by_id() -> None:
    rows = [row(4), row(3, relevance=8), row(2, relevance=8), row(1, relevance=3), row(5, relevance=10)]
    assert numbers(ordered(rows, parse_sort("relevance"))) == [5, 2, 3, 1, 4]


def test_a_turned_key_puts_the_worst_first_and_unknown_still_last() -> None:
    rows = [row(4), row(3, relevance=8), row(2, relevance=8), row(1, relevance=3)]
    assert numbers(ordered(rows, parse_sort("-relevance"))) == [1, 2, 3, 4]


def test_later_keys_break_ties() -> None:
    rows = [row(1, relevance=8, novelty=5), row(2, relevance=8, novelty=7), row(3, relevance=9, novelty=1)]
    assert numbers(ordered(rows, parse_sort("relevance,novelty"))) == [3, 2, 1]
    assert numbers(ordered(rows, parse_sort("score,relevance"))) == [2, 1, 3]


def test_titles_run_from_a_to_z_whatever_case_and_accents() -> None:
    rows = [row(1, title="zebra"), row(2, title="Éclair"), row(3, title="apple"), row(4, title='"Quoted"')]
    assert numbers(ordered(rows, parse_sort("title"))) == [3, 2, 4, 1]


def test_published_rank_is_best_when_low() -> None:
    assert numbers(ordered([row(1, rank=3), row(2, rank=1), row(3)], parse_sort("rank"))) == [2, 1, 3]


def test_an_unknown_sort_key_is_named() -> None:
    with pytest.raises(ValueError, match="'relevence'"):
        parse_sort("relevence")


grades = st.one_of(st.none(), st.integers(1, 10))
row_lists = st.lists(
    st.builds(lambda n, r, v: row(n, relevance=r, novelty=v), st.integers(1, 99999), grades, grades),
    unique_by=lambda item: item.id,
    max_size=30,
)


@given(row_lists, st.lists(st.builds(SortKey, st.sampled_from(SORT_KEYS), st.booleans()), max_size=3), st.randoms())
def test_the_order_does_not_depend_on_the_order_before(rows: list[Row], keys: list[SortKey], random: object) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ordered(rows, keys) == ordered(shuffled, keys)
    assert sorted(numbers(ordered(rows, keys))) == sorted(numbers(rows))


def test_filters_by_score() -> None:
    rows = [row(1, relevance=9, novelty=8), row(2, relevance=9, novelty=7), row(3, relevance=8, novelty=9), row(4)]
    assert passing("r>=9", rows) == [1, 2]
    assert passing("r>=9 n>=8", rows) == [1]
    assert passing("s>16", rows) == [1, 3]
    assert passing("n<8", rows) == [2]
    assert passing("unscored", rows) == [4]


def test_filters_by_words_case_and_accents_folded() -> None:
    rows = [row(1, title="Schrödinger bridges"), row(2, authors=("Michał Kowalski",)), row(3, comment="names CO₂")]
    assert passing("schrodinger", rows) == [1]
    assert passing("michal", rows) == [2]
    assert passing("au:KOWALSKI", rows) == [2]
    assert passing("co2", rows) == [3]
    assert passing("bridges schr", rows) == [1]
    assert passing('"schrodinger bridges"', rows) == [1]
    assert passing("absent", rows) == []


def test_filters_by_marks_category_and_tag() -> None:
    rows = [row(1, marks=Marks(read=True)), row(2, marks=Marks(saved=True, tags=("todo",))), row(3, category="stat.ML")]
    assert passing("unread", rows) == [2, 3]
    assert passing("read", rows) == [1]
    assert passing("saved", rows) == [2]
    assert passing("#todo", rows) == [2]
    assert passing("cat:stat", rows) == [3]


@given(st.text(max_size=60))
def test_any_line_is_a_filter(text: str) -> None:
    passing(text, [row(1, relevance=5)])


def test_half_typed_filters_let_everything_through_or_nothing_odd() -> None:
    rows = [row(1), row(2)]
    assert passing("", rows) == [1, 2]
    assert passing('"', rows) == [1, 2]
    assert passing("   ", rows) == [1, 2]

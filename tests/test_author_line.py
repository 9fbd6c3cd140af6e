"""arXiv's author line, taken apart by the rules of FACTS 1.5."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.author_line import ET_AL, parse_authors
from papertui.domain.gate import one_line
from tests.shared import SHARED, needs_shared


def names(creator: str) -> list[str]:
    return [name for name, _ in parse_authors(creator)]


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("", []),
        (" , ,", []),
        ("Ada Example", [("Ada Example", "")]),
        ("A. Example (LAB A, LAB B), B. Sample", [("A. Example", "LAB A, LAB B"), ("B. Sample", "")]),
        ("Alice (U, V), Bob (V)", [("Alice", "U, V"), ("Bob", "V")]),
        ("A. Example (LAB A) (LAB B), B. Sample", [("A. Example", "LAB A; LAB B"), ("B. Sample", "")]),
        ("A. Example (Dept (North), City)", [("A. Example", "Dept (North), City")]),
        ("Bach Example, Jr", [("Bach Example, Jr", "")]),
        ("Bach Example, Jr., A. Sample, III (LAB)", [("Bach Example, Jr.", ""), ("A. Sample, III", "LAB")]),
        (" The X Collaboration, A. Example", [("The X Collaboration", ""), ("A. Example", "")]),
        ('Al\\\'an {Foo, Bar}, J{\\o}rg \\"Ozg\\"ur', [("Al\\'an {Foo, Bar}", ""), ('J{\\o}rg \\"Ozg\\"ur', "")]),
        ("(on behalf of all), A. Example", [("(on behalf of all)", ""), ("A. Example", "")]),
    ],
)
def test_commas_part_names_only_outside_parentheses_and_braces(creator: str, expected: list[tuple[str, str]]) -> None:
    assert list(parse_authors(creator)) == expected


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("Wei Example (Lily),  Tsui-Wei (Lily),  Sample", [("Wei Example", ""), ("Tsui-Wei (Lily) Sample", "")]),
        ("Tiantian (Crystal), Zhang", [("Tiantian (Crystal) Zhang", "")]),
        ("A B (LAB, Lily), C (Lily), D, E F", [("A B", "LAB"), ("C (Lily) D", ""), ("E F", "")]),
        ("Tsui-Wei (Lily) Sample, B C", [("Tsui-Wei (Lily) Sample", ""), ("B C", "")]),
        ("Plato (LORIA), Socrates", [("Plato", "LORIA"), ("Socrates", "")]),
        ("Plato (U, V), Socrates", [("Plato", "U, V"), ("Socrates", "")]),
        ("Wei (Lily), Ada Example", [("Wei", "Lily"), ("Ada Example", "")]),
    ],
)
def test_a_nickname_taken_for_an_affiliation_is_put_back_into_the_name(creator: str, expected: list[tuple[str, str]]) -> None:
    assert list(parse_authors(creator)) == expected


@pytest.mark.parametrize(
    "creator", ["A. B, C. D, et al.", "A. B, C. D et al", "A. B, C. D, et al", "A. B, C. D and others", "A. B, C. D, ET AL."]
)
def test_authors_left_out_are_one_last_entry_however_written(creator: str) -> None:
    assert names(creator) == ["A. B", "C. D", ET_AL]


def test_a_name_that_merely_ends_like_et_al_stays_a_name() -> None:
    assert names("Tal Mittal, Rohan Al") == ["Tal Mittal", "Rohan Al"]


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("A. Example (LAB, B. Sample, C", ["A. Example (LAB", "B. Sample", "C"]),
        ("A. Example), B. Sample", ["A. Example)", "B. Sample"]),
        ("A. {Example, B. Sample", ["A. {Example", "B. Sample"]),
        ("A \\{x, B\\}", ["A \\{x", "B\\}"]),
        ("A (x {y), B", ["A", "B"]),
    ],
)
def test_a_parenthesis_without_its_partner_swallows_nobody(creator: str, expected: list[str]) -> None:
    assert names(creator) == expected


@given(st.text(alphabet="ab ,(){}\\JrI.\n\x1b\u202e", max_size=80))
def test_nothing_of_a_line_is_lost_and_nothing_unprintable_stays(line: str) -> None:
    people = parse_authors(line)
    said = "".join(name + place for name, place in people)
    for letter in "abJrI":
        assert said.count(letter) == one_line(line).count(letter)
    assert all(name and name == one_line(name) and place == one_line(place) for name, place in people)


def test_a_hostile_line_takes_no_long_time() -> None:
    for line in ("(" * 3_000 + "}" * 3_000, "(a)" * 2_000, "A (Bo), C, " * 500):
        assert parse_authors(line)


@needs_shared
def test_real_author_lines_come_apart_as_recorded() -> None:
    samples = json.loads((SHARED / "domain" / "tex_samples.json").read_text(encoding="utf-8"))["author_lines"]
    assert len(samples) > 50
    repaired = 0
    for sample in samples:
        whole = [f"{name} ({place})" if place else name for name, place in parse_authors(sample["creator"])]
        if whole != sample["split"]:  # `split` is the plain cut at commas: it keeps arXiv's nickname fault
            repaired += 1
            assert len(whole) == len(sample["split"]) - 1
            assert sum("(" in name for name in whole) == 1
        assert sum(map(len, whole)) > 0
    assert repaired == 8

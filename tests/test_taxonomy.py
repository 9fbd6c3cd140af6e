"""arXiv's categories: all of them, found by a few letters, and never a reason to refuse one."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.profile import is_category
from papertui.domain.taxonomy import categories, doubts, first_code, is_known, nearest, search
from papertui.domain.taxonomy_table import ALIASES, ARCHIVES, RETIRED
from tests.shared import shared_file


def codes(query: str) -> list[str]:
    return [each.code for each in search(query)]


def test_there_are_155_codes_of_which_six_are_second_names() -> None:
    first = [each.code for each in categories()]
    assert len(first) == len(set(first)) == 149
    assert len(ALIASES) == 6
    assert not set(ALIASES) & set(first)
    assert set(ALIASES.values()) | set(RETIRED.values()) <= set(first)
    assert all(is_category(code) for code in (*first, *ALIASES, *ARCHIVES, *RETIRED))
    assert all(each.name and each.group for each in categories())


def test_a_group_stands_together_and_an_archive_in_one_group() -> None:
    groups = [each.group for each in categories()]
    turns = [group for place, group in enumerate(groups) if not place or groups[place - 1] != group]
    assert len(turns) == len(set(turns))
    by_archive = {each.code.partition(".")[0]: each.group for each in categories()}
    assert all(by_archive[each.code.partition(".")[0]] == each.group for each in categories())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("lg", "cs.LG"), ("cs.lg", "cs.LG"), ("CS.LG", "cs.LG"), ("machine", "cs.LG"), ("vision", "cs.CV"), ("learn stat", "stat.ML"),
        ("stat learn", "stat.ML"), ("nlp", "cs.CL"), ("language models", "cs.CL"), ("quantum", "quant-ph"), ("galax", "astro-ph.GA"),
        ("cs.sy", "eess.SY"), ("sy", "eess.SY"), ("math.mp", "math-ph"), ("hep th", "hep-th"), ("cond-mat.sup", "cond-mat.supr-con"),
        ("Róbotics", "cs.RO"), ("robot", "cs.RO"), ("deep learning", "cs.LG"), ("pde", "math.AP"), ("proteins", "q-bio.BM"),
    ],
)  # fmt: skip
def test_a_few_letters_find_the_category_that_is_meant(query: str, first: str) -> None:
    assert codes(query)[0] == first


def test_every_word_has_to_fit_and_nothing_typed_is_everything() -> None:
    assert codes("machine galaxies") == []
    assert codes("  ,") == [each.code for each in categories()]
    assert set(codes("biology")) >= {"q-bio.GN", "q-bio.OT"}
    assert codes("machine") == ["cs.LG", "stat.ML"]


@pytest.mark.parametrize("each", categories(), ids=lambda each: each.code)
def test_every_category_is_the_first_for_its_own_code_and_among_those_for_its_name(each: object) -> None:
    code, name, also = each.code, each.name, each.also  # type: ignore[attr-defined]
    assert codes(code)[0] == code
    assert code in codes(name)
    assert not also or codes(also)[0] == code


@given(st.text())
def test_any_text_can_be_searched_for(query: str) -> None:
    assert set(search(query)) <= set(categories())


def test_a_second_name_leads_to_the_first() -> None:
    assert [first_code(code) for code in ("cs.SY", "CS.NA", "stat.TH", "q-fin.EC", "math.IT", "math.MP")] == [
        "eess.SY", "math.NA", "math.ST", "econ.GN", "cs.IT", "math-ph",
    ]  # fmt: skip
    assert first_code("cs.lg") == "cs.LG"
    assert first_code("cs.ZZ") == "cs.ZZ"


def test_an_unknown_category_is_doubted_with_the_nearest_one_and_a_retired_one_with_its_heir() -> None:
    assert doubts(["cs.LG", "cs.lg", "math", "hep-th", "cs.SY"]) == []
    unknown, retired = doubts(["cs.LGG", "cmp-lg"])
    assert "cs.LGG" in unknown
    assert "nearest is cs.LG" in unknown
    assert "cs.CL" in retired
    assert nearest("astroph.GA") == "astro-ph.GA"


def _seen(path: Path) -> set[str]:
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    found = re.findall(r"<category>([^<]+)</category>", text) + re.findall(r"<category[^>]* term=\"([^\"]+)\"", text)
    return set(found) | {word for line in re.findall(r"^Categories: (.+)$", text, re.MULTILINE) for word in line.split()}


def test_every_category_of_the_real_feeds_and_answers_is_known() -> None:
    folders = shared_file("arxiv_feeds"), shared_file("arxiv_api")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix in (".xml", ".gz", ".txt")]
    seen = {category for path in files for category in _seen(path)}
    assert len(seen) > 60
    # a subject class of the ACM or MSC, as authors write them beside arXiv's own, is no category
    assert sorted(code for code in seen if is_category(code) and not is_known(code)) == []

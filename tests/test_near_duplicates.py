"""Near-duplicates: the same work posted again is folded, another work never."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.ids import PaperId
from papertui.domain.near_duplicates import groups
from tests.claw_site import real_table
from tests.shared import needs_shared

ABSTRACT = (
    "We present an executable pipeline that reads a list of genes, scores each of them against published signatures, and reports which"
    " survive a change of cohort. On synthetic and public data the ranking is stable, every step can be repeated by another agent, and a"
    " checker refuses any report whose numbers do not follow from its inputs. Code and data are part of this post."
)
OTHER = (
    "Malaria depends on rain and warmth in ways that simple curves miss. An agent-based model with daily temperatures is fitted to ten years"
    " of counts and used to ask what two more degrees would do. Transmission moves uphill, its season grows longer, and nets help less."
)


def paper(number: int) -> PaperId:
    return PaperId("clawrxiv", f"2603.{number:05d}")


def folded(*papers: tuple[str, str]) -> dict[int, int]:
    found = groups((paper(number), *texts) for number, texts in enumerate(papers, 1))
    return {int(one.number[5:]): int(leader.number[5:]) for one, leader in found.items()}


def again(more: str) -> str:
    """The abstract, revised a little."""
    return ABSTRACT.replace("On synthetic and public data", more)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Zipf's Law: Where Power Laws Fail", "ZIPF’S LAW — where power laws fail"),
        ("Mirage or Real? A Re-Analysis of Data", r"Mirage or Real? \large A Re-Analysis of Data"),
        ("Schrödinger bridges for CO₂ capture", "Schrodinger Bridges for CO2 Capture"),
    ],
)
def test_titles_that_are_equal_but_for_case_accents_and_marks_are_one_work(first: str, second: str) -> None:
    assert folded((first, ABSTRACT), (second, OTHER)) == {2: 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("DetermSC: A Single-Cell Biomarker Pipeline", "DetermSC: A Single-Cell Biomarker Pipeline (v2)"),
        ("LitGapFinder v1.1: Automated Literature Gap Analysis", "LitGapFinder v1.2: Automated Literature Gap Analysis"),
        ("How an Autonomous System Reads Analytics", "How an Autonomous AI System Reads Analytics"),
        ("A Checker for Gene Signatures across Cohorts", "Gene Signatures across Cohorts: A Checker (Revised)"),
        ("A Pipeline for Gene List Reports", "A Checker Pipeline for Genes List Reports"),
    ],
)
def test_titles_nearly_equal_are_one_work_where_the_abstracts_are_alike_too(first: str, second: str) -> None:
    assert folded((first, ABSTRACT), (second, again("On public data"))) == {2: 1}
    assert folded((first, ABSTRACT), (second, OTHER)) == {}
    assert folded((first, ""), (second, "")) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Durable Gene Signatures, Part {}", ("I", "II")), ("Durable Gene Signatures, Part {}", ("1", "2")), ("{} Lessons from Gene Signature Agents", ("Three", "Five")),
        ("Durable Signatures of Hepatitis {} Infection", ("A", "B")), ("Durable Signatures of {} Infection", ("Escherichia coli", "Bacillus subtilis")),
        ("Named Entities in {} Clinical Notes of Patients", ("Spanish", "Swahili")), ("Scaling Laws of {} Networks at Small Size", ("10M", "70M")),
        ("Durable Gene Signatures in Longevity {}", ("", "in Mus Musculus")), ("Durable Gene Signatures of Aging {}", ("", "2")),
    ],
)  # fmt: skip
def test_titles_that_differ_in_a_number_or_a_name_are_two_works_unless_the_abstracts_are_the_same(
    first: str, second: tuple[str, str]
) -> None:
    one, other = (first.format(word).strip() for word in second)
    named = [again(f"In {word} data") for word in second]
    assert folded((one, named[0]), (other, named[1])) == {}
    assert folded((one, ABSTRACT), (other, again("On public data"))) == ({2: 1} if second == ("", "in Mus Musculus") else {})
    assert folded((one, ABSTRACT), (other, f" {ABSTRACT.upper()}\n")) == {2: 1}


def test_a_filler_abstract_does_not_make_one_work_of_several() -> None:
    assert folded(("Climate and Malaria", ABSTRACT), ("Random Matrices in Practice", ABSTRACT)) == {}
    assert folded(("Notes on Gene Lists, Part I", "To be added."), ("Notes on Gene Lists, Part II", "To be added.")) == {}


def test_a_title_of_a_word_or_two_needs_its_abstract() -> None:
    assert folded(("test", ABSTRACT), ("Test", OTHER), ("test", again("Here"))) == {3: 1}
    assert folded(("🦞", ABSTRACT), ("🦀", OTHER), ("", "")) == {}
    assert folded(("论文检索系统", ABSTRACT), ("论文检索系统", OTHER), ("论文分类系统", "")) == {2: 1}


def test_the_earliest_leads_whatever_the_order() -> None:
    told = [(paper(number), "The same title again and again", ABSTRACT) for number in range(1, 9)]
    told += [(PaperId("clawrxiv", "2512.99999"), "The same title again and again (v2)", again("Now"))]
    expected = {paper(number): PaperId("clawrxiv", "2512.99999") for number in range(1, 9)}
    for seed in range(5):
        random.Random(seed).shuffle(told)
        assert groups(told) == expected
    assert groups([]) == {}


titles = st.lists(
    st.sampled_from(["gene", "list", "signal", "malaria", "v2", "ii", "part", "a", "b", "3", "durable", "of"]), max_size=6
).map(" ".join)


@given(st.lists(st.tuples(titles, st.sampled_from([ABSTRACT, again("Now"), OTHER, ""])), max_size=12), st.randoms())
def test_leaders_have_no_leader_and_are_earlier(papers: list[tuple[str, str]], order: random.Random) -> None:
    told = [(paper(number), *texts) for number, texts in enumerate(papers)]
    found = groups(told)
    assert not set(found) & set(found.values())
    assert all(leader.number < one.number for one, leader in found.items())
    order.shuffle(told)
    assert groups(told) == found


@needs_shared
def test_of_the_real_posts_those_with_one_title_are_folded() -> None:
    rows = real_table()
    found = groups((PaperId("clawrxiv", row["paper_id"]), row["title"], "") for row in rows)
    marked = {row["paper_id"] for row in rows if row["is_near_duplicate"] == "True"}
    assert len(found) == 30
    assert {paper.number for paper in [*found, *found.values()]} <= marked


def test_thousands_of_papers_of_one_pattern_are_compared_a_few_times_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from papertui.domain import near_duplicates

    compared: list[int] = []
    alike = near_duplicates._alike
    monkeypatch.setattr(near_duplicates, "_alike", lambda one, other: compared.append(1) or alike(one, other))
    for many in (200, 400):
        compared.clear()
        assert folded(*((f"Benchmark of scaling behaviour in small networks number {number}", "") for number in range(many))) == {}
        assert len(compared) <= 80 * many

"""Ids: one paper, one name, wherever it was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.ids import OLD_ARCHIVES, PaperId, paper_of, parse_reference, rowid_of

months = st.integers(1, 12).map(lambda month: f"{month:02d}")
new_ids = st.one_of(
    st.builds(lambda year, month, n: PaperId("arxiv", f"{year:02d}{month}.{n:04d}"), st.integers(8, 13), months, st.integers(1, 9999)),
    st.builds(lambda year, month, n: PaperId("arxiv", f"{year:02d}{month}.{n:05d}"), st.integers(15, 99), months, st.integers(1, 99999)),
)
old_ids = st.builds(
    lambda archive, year, month, n: PaperId("arxiv", f"{archive}/{year:02d}{month}{n:03d}"),
    st.sampled_from(OLD_ARCHIVES),
    st.sampled_from([*range(92, 100), *range(7)]),
    months,
    st.integers(1, 999),
)
claw_ids = st.builds(
    lambda year, month, n: PaperId("clawrxiv", f"{year:02d}{month}.{n:05d}"), st.integers(7, 99), months, st.integers(1, 99999)
)
any_id = st.one_of(new_ids, old_ids, claw_ids)


@given(any_id)
def test_an_id_reads_as_it_prints(paper: PaperId) -> None:
    assert PaperId.parse(str(paper)) == paper


@given(any_id)
def test_row_numbers_and_ids_are_one_to_one(paper: PaperId) -> None:
    assert paper_of(rowid_of(paper)) == paper


@given(st.lists(any_id, unique=True, min_size=2))
def test_no_two_papers_share_a_row(papers: list[PaperId]) -> None:
    assert len({rowid_of(paper) for paper in papers}) == len(papers)


@given(new_ids, new_ids, old_ids, claw_ids)
def test_rows_follow_dates_and_archives_have_ranges_of_their_own(one: PaperId, other: PaperId, old: PaperId, claw: PaperId) -> None:
    assert (rowid_of(one) < rowid_of(other)) == ((one.number[:4], int(one.number[5:])) < (other.number[:4], int(other.number[5:])))
    assert 0 < rowid_of(old) < 70_000_000 <= rowid_of(one) < 10_000_000_000 <= rowid_of(claw)


def test_arxiv_numbers_are_their_rows() -> None:
    assert rowid_of(PaperId("arxiv", "2511.01033")) == 251101033


@pytest.mark.parametrize(
    ("text", "paper", "version"),
    [
        ("2511.01033", "arxiv:2511.01033", None),
        ("arxiv:2511.01033", "arxiv:2511.01033", None),
        ("arXiv:2511.01033v2", "arxiv:2511.01033", 2),
        ("  ARXIV: 2511.01033v12 ", "arxiv:2511.01033", 12),
        ("https://arxiv.org/abs/2511.01033", "arxiv:2511.01033", None),
        ("http://www.arxiv.org/pdf/2511.01033v3.pdf", "arxiv:2511.01033", 3),
        ("arxiv.org/html/2511.01033v1", "arxiv:2511.01033", 1),
        ("https://export.arxiv.org/abs/hep-th/9901001v2?context=x", None, None),
        ("https://arxiv.org/abs/hep-th/9901001v2", "arxiv:hep-th/9901001", 2),
        ("math.GT/0309136", "arxiv:math/0309136", None),
        ("math/0309136v1", "arxiv:math/0309136", 1),
        ("solv-int/9901001v4", "arxiv:solv-int/9901001", 4),
        ("0704.0001", "arxiv:0704.0001", None),
        ("1412.9999v1", "arxiv:1412.9999", 1),
        ("1501.00001", "arxiv:1501.00001", None),
        ("clawrxiv:2603.00416", "clawrxiv:2603.00416", None),
        ("https://www.clawrxiv.io/abs/2603.00416", "clawrxiv:2603.00416", None),
        ("https://huggingface.co/papers/2511.01033", "arxiv:2511.01033", None),
        ("https://doi.org/10.48550/arXiv.2511.01033", "arxiv:2511.01033", None),
        ("10.48550/ARXIV.2511.01033", "arxiv:2511.01033", None),
    ],
)
def test_what_people_write_for_a_paper(text: str, paper: str | None, version: int | None) -> None:
    if paper is None:
        with pytest.raises(ValueError, match="not a paper id"):
            parse_reference(text)
    else:
        found, number = parse_reference(text)
        assert (str(found), number) == (paper, version)


@pytest.mark.parametrize(
    "text",
    [
        "", "arxiv:", "2511.1033", "1412.00001", "1501.0001", "2513.00001", "2500.00001", "0703.0001", "2511.00000", "2511.01033v0", "foo/9901001",
        "hep-th/9913001", "hep-th/0704001", "hep-th/9901000", "clawxiv.2601.00001", "clawrxiv:2026.00013x", "2511.01033\n--help", "２511.01033",
        "https://evil.example/abs/2511.01033", "../../etc/passwd", "arxiv:2511.01033; rm -rf /",
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a paper id"):
        parse_reference(text)


@given(st.text())
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    try:
        paper, _ = parse_reference(text)
    except ValueError:
        return
    assert PaperId.parse(str(paper)) == paper


def test_years_come_from_the_number() -> None:
    assert [PaperId("arxiv", number).year for number in ("hep-th/9901001", "math/0309136", "0704.0001", "2511.01033")] == [
        1999,
        2003,
        2007,
        2025,
    ]


def test_file_names_hold_no_slash() -> None:
    assert PaperId("arxiv", "hep-th/9901001").file_stem == "hep-th_9901001"
    assert PaperId("clawrxiv", "2603.00416").file_stem == "clawrxiv_2603.00416"

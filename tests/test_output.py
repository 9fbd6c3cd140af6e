"""Rows and papers as text."""

from __future__ import annotations

import datetime as dt
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from papertui.cli import output
from papertui.domain.edition import Detail, Row
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from tests.make import paper

CONTRACT = [
    "schema_version",
    "id",
    "source",
    "version",
    "title",
    "abstract",
    "authors",
    "human_authors",
    "categories",
    "primary_category",
    "date",
    "published",
    "announcements",
    "relevance",
    "novelty",
    "score",
    "comment",
    "scorer",
    "model",
    "scored_at",
    "stale",
    "unscored_reason",
    "scores",
    "personal",
    "chance",
    "reasons",
    "read",
    "saved",
    "hidden",
    "followed",
    "tags",
    "note",
    "upvotes",
    "comments_count",
    "submitter",
    "organization",
    "ai_summary",
    "keywords",
    "source_tags",
    "author_comment",
    "journal_ref",
    "doi",
    "license",
    "withdrawn",
    "duplicates",
    "abs_url",
    "pdf_url",
    "html_url",
    "code_url",
    "code_stars",
    "project_url",
]

ROW = Row(
    PaperId("arxiv", "2511.00001"), "深層学習 and other words", ("First Author", "Second Author"), "cs.LG", dt.date(2025, 11, 5), "arxiv",
    relevance=7.5, novelty=None, comment="Because", marks=Marks(saved=True),
)  # fmt: skip


@given(st.text(alphabet=st.characters(blacklist_categories=("Cc", "Cs")), max_size=80), st.integers(2, 60))
def test_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert output.width_of(output.fitted(text, width)) == width


def test_wide_letters_take_two_cells_and_accents_none() -> None:
    assert output.width_of("深層") == 4
    assert output.width_of("e\u0301") == 1


def test_tsv_has_a_header_and_empty_cells_for_the_unknown() -> None:
    header, line = output.tsv([ROW])
    cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert (cells["id"], cells["relevance"], cells["novelty"], cells["score"], cells["saved"]) == ("arxiv:2511.00001", "7.5", "", "", "1")


def test_the_table_names_unknown_scores_with_a_dash_and_marks_with_glyphs() -> None:
    lines = list(output.table([ROW], io.StringIO(), color=False))
    assert "7.5" in lines[1]
    assert "–" in lines[1]
    assert "★" in lines[1]
    assert "\x1b" not in "".join(lines)


def test_json_is_one_array_and_jsonl_one_object_a_line() -> None:
    details = [Detail(paper(number), f"T{number}", "A", ("X",), dt.date(2025, 11, 5)) for number in (1, 2, 3)]
    assert [item["id"] for item in json.loads("\n".join(output.json_array(details)))] == [f"arxiv:2511.0000{n}" for n in (1, 2, 3)]
    assert json.loads("\n".join(output.json_array([]))) == []
    assert [json.loads(line)["id"] for line in output.jsonl(details)] == [f"arxiv:2511.0000{n}" for n in (1, 2, 3)]


def test_the_record_has_exactly_the_contracts_fields() -> None:
    (line,) = output.jsonl([Detail(paper(1), "T", "A", (), None)])
    assert set(json.loads(line)) == set(CONTRACT)


def test_a_page_shows_all_that_is_known_within_its_width() -> None:
    detail = Detail(
        paper(1, doi="10.1000/xyz"),
        "A title",
        "One paragraph of words. " * 20 + "\n\nTwo.",
        ("First Author",),
        None,
        marks=Marks(note="mine", tags=("x",)),
    )
    lines = list(output.page(detail, 60))
    assert all(len(line) <= 60 for line in lines)
    for part in ("A title", "First Author", "#x", "    mine", "doi: 10.1000/xyz", "https://arxiv.org/abs/2511.00001"):
        assert part in "\n".join(lines)

"""JSON lists: odd entries, hostile values, papertui's own editions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.published import PublishedList
from papertui.lists.read import NotAList, read_editions, read_list

ENTRY: dict[str, Any] = {
    "title": "A Title",
    "abstract": "Some text.",
    "authors": ["A. One", "B. Two"],
    "COMMENT": "Why",
    "RELEVANCE": 9,
    "NOVELTY": 8,
}


def flat(**papers: object) -> PublishedList:
    return read_list(json.dumps({key.replace("_", "."): value for key, value in papers.items()}).encode(), "2025-11-05-output.json")


def read_text(text: str, name: str = "x.json") -> PublishedList:
    return read_list(text.encode("utf-8", "surrogatepass"), name)


def test_an_empty_object_is_a_day_without_papers() -> None:
    found = read_text("{}", "2026-05-13-output.json")
    assert (found.entries, found.date, found.form, found.problems) == ((), date(2026, 5, 13), "json", ())


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"\xfe\xff" + "{}".encode("utf-16-be"), b" \r\n{}\r\n"])
def test_byte_order_marks_are_no_hindrance(data: bytes) -> None:
    assert read_list(data, "x.json").entries == ()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"\xff\xd8\xff\xe0 JFIF", "neither UTF-8 nor UTF-16"),
        (b"\xff\xfeabc", "neither UTF-8 nor UTF-16"),
        (b"PK\x03\x04\x00\x00", "a binary file"),
        (b"[]", "an empty JSON array"),
        (b"[1, 2]", "array of plain values"),
        (b'[{"id": "2511.01033", "relevance": 9, "selected": true}]', "objects that are no scored papers (keys id, relevance, selected)"),
        (b'{"id": "2511.01033", "relevance": 9}\n{"id": "2511.01034", "relevance": 9}', "JSON lines that are no papertui edition"),
        (b'{"2511.01033": {"title": "x", "arxiv_id": "2511.01033"}}', "papers without scores"),
        (b'{"name": "x", "version": "1"}', "without scored papers (keys name, version)"),
        (b'{"2511.01033": {"title": ', "cut off or broken"),
        (b'{"2511.01033": {"RELEVANCE": 8}}', "none of its 1 entries could be read"),
        (b'{"schema_version": 2, "meta": {}, "papers": {"x": {"title": "x", "SCORE": 1}}}', "none of its 1 entries"),
        (b"# Some notes\n\nnothing here", "no page of a scored list"),
        (b"@article{x, title={y}}", "no page of a scored list"),
        (b"<html><body>hello</body></html>", "an HTML page without"),
        (b"[" * 100_000, "nested far too deeply"),
        (b'{"a":' * 100_000, "nested far too deeply"),
    ],
)
def test_what_is_no_list_is_said_in_one_line(data: bytes, what: str) -> None:
    with pytest.raises(NotAList) as caught:
        read_list(data, "some/x.json")
    assert str(caught.value).startswith("some/x.json: ")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1


def test_a_malformed_entry_is_named_and_the_rest_is_taken() -> None:
    found = flat(a=ENTRY, b="text", **{"2511_00001": ENTRY, "2511_00002": {"COMMENT": "no title"}, "2511_00003": ENTRY | {"RELEVANCE": 11}})
    assert [(entry.paper.id.number, entry.rank) for entry in found.entries] == [("2511.00001", 1), ("2511.00003", 2)]
    assert [str(problem) for problem in found.problems] == [
        "2025-11-05-output.json, A Title: not a paper id: 'a' (write arxiv:2511.01033, an arXiv number or its address)",
        "2025-11-05-output.json, b: is no paper but a JSON string",
        "2025-11-05-output.json, 2511.00002: has no title",
        "2025-11-05-output.json, 2511.00003: relevance is no score from 1 to 10: '11'",
    ]
    last = found.entries[1].score
    assert last is not None
    assert (last.relevance, last.novelty, last.comment) == (None, 8, "Why")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "0", "true", '"high"', "[[[1]]]", "9" * 4000, "-3"])
def test_a_number_that_is_no_score_leaves_it_unknown(value: str) -> None:
    found = read_text(f'{{"2511.00001": {{"title": "T", "COMMENT": "C", "NOVELTY": 7, "SCORE": {value}, "RELEVANCE": {value}}}}}')
    assert [(entry.score.relevance, entry.score.novelty) for entry in found.entries if entry.score] == [(None, 7)]
    assert len(found.problems) == 1


def test_null_scores_are_unknown_without_a_complaint() -> None:
    found = flat(**{"2511_00001": ENTRY | {"RELEVANCE": None, "NOVELTY": None, "SCORE": 20.0}, "2511_00002": {"title": "T", "COMMENT": ""}})
    assert found.problems == ()
    assert found.entries[0].score is not None
    assert found.entries[0].score.relevance is None
    assert found.entries[0].extra == {"score": "20"}
    assert found.entries[1].score is None


def test_the_first_of_two_entries_of_one_paper_holds() -> None:
    found = read_text(
        '{"2511.00001": {"title": "One", "RELEVANCE": 9}, "2511.00001v2": {"title": "Two", "RELEVANCE": 8}, "2511.00001": {"title": "Three", "RELEVANCE": 7}}'
    )
    assert [entry.paper.title for entry in found.entries] == ["One"]
    assert [problem.why for problem in found.problems] == [
        "is a key twice: the first holds",
        "is listed twice: the first entry, at rank 1, holds",
    ]


def test_an_id_made_up_by_the_model_does_not_move_a_paper() -> None:
    found = flat(**{"2511_00001": ENTRY | {"ARXIVID": "2511.99999", "arxiv_id": "2511.00001"}})
    assert found.entries[0].paper.id.number == "2511.00001"
    assert [problem.why for problem in found.problems] == ["also calls itself 2511.99999: the first holds"]


def test_papers_may_be_an_array_and_ids_old() -> None:
    data = {"schema_version": 2, "meta": {"date": "2026-04-01", "usage": {"model": "m", "prompt_tokens": 1e3, "prompt_cost": float("nan")}}}
    found = read_text(json.dumps(data | {"papers": [ENTRY | {"arxiv_id": "math.GT/0309136v2"}, 3]}))
    assert (found.form, found.date) == ("json2", date(2026, 4, 1))
    assert [(str(entry.paper.id), entry.paper.version) for entry in found.entries] == [("arxiv:math/0309136", 2)]
    assert found.usage is not None
    assert (found.usage.model, found.usage.prompt_tokens, found.usage.prompt_cost) == ("m", 1000, None)
    assert [problem.where for problem in found.problems] == ["x.json, entry 2"]


def test_hostile_text_passes_the_gate() -> None:
    bad = "A\x1b[31m\u202ebad\ud800\u200b\n\tline"
    found = flat(
        **{"2511_00001": ENTRY | {"title": bad, "abstract": f"{bad}\n\nnext", "COMMENT": bad, "authors": f"{bad}, Two", "TAGS": [bad]}}
    )
    (entry,) = found.entries
    assert entry.paper.title == "A[31mbad line"
    assert entry.paper.abstract == "A[31mbad line\n\nnext"
    assert entry.paper.authors == ("A[31mbad line", "Two")
    assert entry.score is not None
    assert entry.score.comment == "A[31mbad line"
    assert entry.extra == {"tags": "A[31mbad line"}
    key = "\x1b]0;x\x07\n" * 50
    problem = str(flat(**{"2511_00001": ENTRY, key: ENTRY, "2511_00002": [key]}).problems)
    assert one_line(problem) == problem


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("A. One (LAB A, LAB B), B. Two", ("A. One", "B. Two")),
        (["A. One (LAB A", "LAB B)", "B. Two"], ("A. One", "B. Two")),
        (["Bach One", "Jr", "B. Two"], ("Bach One, Jr", "B. Two")),
        (["Wei Example (Lily)", "Tsui-Wei (Lily)", "Sample"], ("Wei Example", "Tsui-Wei (Lily) Sample")),
        (["StepFun", ":", "Bin Wang"], ("StepFun", "Bin Wang")),
        (["Doe, Jane", "Roe, R."], ("Doe, Jane", "Roe, R.")),
        ("A (never closed, B, C", ("A (never closed", "B", "C")),
        ('S\\"oren M{\\aa}l, O\\u{g}uz', ('S\\"oren M{\\aa}l', "O\\u{g}uz")),
        ([{"name": "A. One"}, 7, None, ""], ("A. One",)),
        (None, ()),
    ],
)
def test_author_lines_become_names(authors: object, names: tuple[str, ...]) -> None:
    assert flat(**{"2511_00001": ENTRY | {"authors": authors}}).entries[0].paper.authors == names


OWN: dict[str, Any] = {
    "schema_version": 1, "id": "arxiv:2511.01033", "source": "arxiv", "version": 2, "title": "T", "abstract": "One.\n\nTwo.", "authors": ["A, Jr", "B (x)"],
    "human_authors": None, "categories": ["cs.LG", "cs.AI"], "primary_category": "cs.AI", "date": "2025-11-05", "published": "2025-11-02T18:00:01+00:00",
    "announcements": [{"source": "arxiv", "date": "2025-11-05", "type": "cross", "rank": 1}], "relevance": 9.3, "novelty": None, "score": None,
    "comment": "Why", "scorer": "llm:m", "model": "m", "upvotes": 12, "withdrawn": False, "code_url": "javascript:x", "html_url": "https://arxiv.org/html/2511.01033",
}  # fmt: skip


def test_papertuis_own_edition_comes_back() -> None:
    other = OWN | {"id": "clawrxiv:2603.00416", "relevance": None, "comment": ""}
    for text in (
        json.dumps([OWN, other]),
        json.dumps({"edition": "2025-11-05", "papers": [OWN, other]}),
        f"{json.dumps(OWN)}\n\n{json.dumps(other)}\n",
    ):
        found = read_text(text)
        assert (found.form, found.date, found.problems) == ("papertui", date(2025, 11, 5), ())
        first, second = found.entries
        assert (first.rank, first.announce_type, first.extra) == (1, "cross", {"scorer": "llm:m"})
        assert first.score is not None
        assert (first.score.relevance, first.score.novelty, first.score.comment, first.score.model) == (9.3, None, "Why", "m")
        assert first.paper.authors == ("A, Jr", "B (x)")
        assert first.paper.categories == ("cs.AI", "cs.LG")
        assert first.paper.published == datetime(2025, 11, 2, 18, 0, 1, tzinfo=UTC)
        assert (first.paper.abstract, first.paper.version, first.paper.upvotes) == ("One.\n\nTwo.", 2, 12)
        assert (first.paper.code_url, first.paper.html_url) == (None, "https://arxiv.org/html/2511.01033")
        assert (str(second.paper.id), second.score) == ("clawrxiv:2603.00416", None)


def test_papertuis_papers_of_several_dates_are_several_lists() -> None:
    later = OWN | {"id": "arxiv:2511.01034", "date": "2025-11-06"}
    data = json.dumps([later, OWN]).encode()
    assert [(found.date, len(found.entries)) for found in read_editions(data, "x.json")] == [(date(2025, 11, 5), 1), (date(2025, 11, 6), 1)]
    assert (read_list(data, "x.json").date, [entry.rank for entry in read_list(data, "x.json").entries]) == (None, [1, 2])


def test_a_broken_line_among_papertuis_own_is_named() -> None:
    newer = json.dumps(OWN | {"id": "arxiv:2511.01034", "schema_version": 2})
    found = read_text(f'{json.dumps(OWN)}\n{{"id": \n[1]\n{newer}\n{json.dumps(OWN | {"title": ""})}')
    assert len(found.entries) == 1
    assert [str(problem) for problem in found.problems] == [
        "x.json, arxiv:2511.01033: has no title",
        "x.json, entry 2: is no paper as papertui writes them",
        "x.json, entry 3: is no paper as papertui writes them",
        "x.json, arxiv:2511.01034: was written by a newer papertui: update this one",
    ]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
FIELDS = ["title", "abstract", "authors", "RELEVANCE", "NOVELTY", "COMMENT", "SCORE", "ARXIVID", "arxiv_id", "papers", "meta", "usage", "id",
          "relevance", "schema_version", "date", "categories", "announcements", "edition", "PRIMARY_TOPIC_LABEL", "2511.01033", "2511.01034v2"]  # fmt: skip
VALUES = st.recursive(
    SCALARS | st.sampled_from(["2511.01033", "arxiv:2511.01033", "2025-11-05"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)


def shown_texts(data: bytes) -> list[str]:
    """Every text that reading `data` yields: of its entries, or of what is said where it is refused."""
    texts: list[str] = []
    try:
        for found in read_editions(data, "x\n\x1b"):
            assert [entry.rank for entry in found.entries] == list(range(1, len(found.entries) + 1))
            texts += map(str, found.problems)
            for entry in found.entries:
                texts += [entry.paper.title, entry.score.comment if entry.score else "", *entry.paper.authors, *entry.extra.values()]
    except NotAList as error:
        texts.append(str(error))
    return texts


@given(VALUES)
def test_any_json_is_read_or_refused(value: object) -> None:
    texts = shown_texts(json.dumps(value).encode())
    assert texts == [one_line(text) for text in texts]


@given(
    st.binary(max_size=300)
    | st.text(alphabet=st.sampled_from('{}[]":,\n |#*-<>ArXiv ID: 2511.01033Relevance: 9 &'), max_size=200).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    texts = shown_texts(data)
    assert texts == [one_line(text) for text in texts]

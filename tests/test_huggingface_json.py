"""Hugging Face's elements as papers, and JSON of strangers: whatever comes, only papers, problems or one line come out."""

from __future__ import annotations

import json
from datetime import UTC, date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain.merge import merged
from papertui.domain.paper import Paper, SourceDay
from papertui.sources.errors import SourceError
from papertui.sources.hostile_json import MOST_DEPTH, MOST_PARTS, read_json
from papertui.sources.huggingface_json import Gathering, Unreadable, Wanted, read_list, read_paper, read_papers, wanted
from tests.hf_site import element
from tests.shared import shared_file

DAY = date(2026, 11, 23)
LISTED = "daily_papers_limit30_2026-06-12.json"


def test_who_is_hidden_is_not_named() -> None:
    listed = json.loads(shared_file("hf_daily_papers", LISTED).read_bytes())
    hidden = [(one, each["name"]) for one in listed for each in one["paper"]["authors"] if each["hidden"]]
    assert len(hidden) == 1
    one, name = hidden[0]
    assert name not in read_paper(one, "x").authors


def test_a_field_may_stand_in_either_object_the_inner_one_first() -> None:
    outer = {"title": "Outer", "summary": "Outer text", "numComments": 2, "organization": {"name": "lab"}, "upvotes": 9}
    both = read_paper({"paper": {"id": "2611.00001", "title": None, "upvotes": 0, "organization": "?"}, **outer}, "x")
    assert (both.title, both.abstract, both.comments_count, both.organization, both.upvotes) == ("Outer", "Outer text", 2, "lab", 0)
    bare = read_paper({"id": "2611.00001", **outer, "submittedOnDailyBy": {"name": "account"}}, "x")
    assert (bare.title, bare.upvotes, bare.submitter) == ("Outer", 9, "account")


@pytest.mark.parametrize("value", [None, "12", -1, 10**12, 1.5, True, [3], {"count": 3}])
def test_what_is_no_count_is_unknown(value: object) -> None:
    found = read_paper({"id": "2611.00001", "title": "T", "upvotes": value, "numComments": value, "githubStars": value}, "x")
    assert (found.upvotes, found.comments_count, found.code_stars) == (None, None, None)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://h/x", "//h/x", "https://", "https://github.com@evil.example/x", "https://h/ x",
     "https://h/\x1b[31m", "https://h/\u202e", "https://h:99999/", "https://[::zz]/", "h" * 3_000, 3, ["https://h/"], None],
)  # fmt: skip
def test_only_web_addresses_are_taken(address: object) -> None:
    found = read_paper({"id": "2611.00001", "title": "T", "githubRepo": address, "projectPage": address}, "x")
    assert (found.code_url, found.project_url) == (None, None)


def test_texts_pass_the_gate_and_keep_their_paragraphs() -> None:
    found = read_paper(
        {"paper": {"id": "2611.00001v3", "title": "A\x1b[31m\ntitle \ud800", "summary": "One\nline.\n\nAnother\u202e one.",
                   "authors": [{"name": "First\u200b Author"}, {"name": " "}, {"name": 3}, "nobody", None],
                   "ai_keywords": ["a", "a", "", None, "b\n"], "ai_summary": "S\x07"}}, "x",
    )  # fmt: skip
    assert (found.title, found.abstract, found.authors) == ("A[31m title", "One line.\n\nAnother one.", ("First Author",))
    assert (found.keywords, found.ai_summary, found.version, str(found.id)) == (("a", "b"), "S", None, "arxiv:2611.00001")


def test_the_day_is_told_in_utc() -> None:
    gathering = Gathering(wanted(DAY), "x")
    assert gathering.take([element("2611.00001", submittedOnDailyAt="2026-11-22T20:00:00-05:00")])
    assert [day.date for day in gathering.days()] == [DAY]


def test_what_is_told_joins_what_arxiv_said_and_replaces_none_of_it() -> None:
    listed = json.loads(shared_file("hf_daily_papers", LISTED).read_bytes())
    for one in listed:
        told = read_paper(one, "x")
        known = Paper(told.id, "Its title", "Its abstract", ("First Author",), version=2, categories=("cs.CL",), upvotes=1)
        joined = merged(known, told, known_first_hand=True, told_first_hand=False)
        assert (joined.title, joined.abstract, joined.authors) == (known.title, known.abstract, known.authors)
        assert (joined.version, joined.categories) == (2, ("cs.CL",))
        assert joined.upvotes == max(1, one["paper"]["upvotes"])
        assert (joined.comments_count, joined.submitter, joined.code_url) == (told.comments_count, told.submitter, told.code_url)
        assert merged(joined, told, known_first_hand=True, told_first_hand=False) == joined


def test_of_many_papers_that_cannot_be_read_the_first_are_named_and_the_rest_counted() -> None:
    gathering = Gathering(wanted(DAY), "x")
    assert not gathering.take([3] * 1_000)
    (found,) = gathering.days()
    assert (len(found.problems), found.reason) == (21, "none of 1000 papers could be read")
    assert str(found.problems[-1]) == "x: 980 more papers could not be read"


# JSON of strangers


def test_json_is_taken_up_to_its_bounds() -> None:
    deepest = b"[" * MOST_DEPTH + b"1" + b"]" * MOST_DEPTH
    assert json.dumps(read_json(deepest, "x")).encode() == deepest
    with pytest.raises(SourceError, match=f"more than {MOST_DEPTH} levels deep"):
        read_json(b"[" + deepest + b"]", "x")
    assert read_json(b'\xef\xbb\xbf{"a": 1, "a": [2.5, -3, true, null, "\\u00e9"]}', "x") == {"a": [2.5, -3, True, None, "é"]}
    assert len(read_json(b"[" + b"[]," * (MOST_PARTS - 2) + b"[]]", "x")) == MOST_PARTS - 1  # type: ignore[arg-type]  # it is a list
    for broken in (b"[1e999]", b"[-Infinity]", b"[" + b"[]," * MOST_PARTS + b"[]]", b"{'a': 1}", b"[1,]", b"[] []"):
        with pytest.raises(SourceError):
            read_json(broken, "x")


KEYS = ("id", "title", "summary", "authors", "publishedAt", "submittedOnDailyAt", "upvotes", "numComments", "submittedBy",
        "submittedOnDailyBy", "organization", "ai_summary", "ai_keywords", "githubRepo", "githubStars", "projectPage",
        "name", "fullname", "hidden", "paper", "error", "message")  # fmt: skip
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12),
    st.sampled_from(["2611.00001", "hep-th/9901001", "2611.00001v2", "2026-11-23T00:00:00.000Z", "9999-12-31T23:59:59-14:00",
                     "0001-01-01T00:00:00+14:00", "https://[", "http://h:1/x", "\x1b[0m", "\ud800"]),
)  # fmt: skip
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8), max_leaves=25
)
MADE = st.fixed_dictionaries({"paper": st.fixed_dictionaries({"id": st.just("2611.00001")}, optional=dict.fromkeys(KEYS[1:], ANY))})


def given_days(asked: Wanted, body: bytes) -> tuple[list[SourceDay], str]:
    """The days that a page makes, or the line that says why there are none."""
    gathering = Gathering(asked, "huggingface (x)")
    try:
        gathering.take(read_list(body, "huggingface (x)"))
        return gathering.days(), ""
    except SourceError as error:
        return [], str(error)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY | MADE, max_size=5) | ANY)
def test_whatever_json_comes_only_days_problems_or_one_line_come_out(value: object) -> None:
    body = json.dumps(value).encode()
    for asked in (wanted(DAY), wanted()):
        found, said = given_days(asked, body)
        assert bool(found) is not bool(said)
        assert "\n" not in said
        for day in found:
            assert all("\n" not in str(problem) for problem in day.problems)
            assert bool(day.announced) is (day.reason is None)
            for one in day.announced:
                check(one.paper)
    try:
        found_papers, _ = read_papers(read_list(body, "x"), "x")
    except SourceError:
        return
    for paper in found_papers:
        check(paper)


def check(paper: Paper) -> None:
    """Every value is of the type that it must be, and none is more than it may be."""
    assert paper.id.archive == "arxiv"
    assert paper.title
    assert (paper.version, paper.categories, paper.exact_names) == (None, (), False)
    for count in (paper.upvotes, paper.comments_count, paper.code_stars):
        assert count is None or (type(count) is int and 0 <= count <= 10**9)
    for text in (paper.title, paper.submitter, paper.organization, paper.ai_summary, *paper.authors, *paper.keywords):
        assert text is None or (text and "\x1b" not in text and "\n" not in text)
    assert paper.published is None or paper.published.tzinfo is UTC
    for address in (paper.code_url, paper.project_url):
        assert address is None or address.startswith(("http://", "https://"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='[]{}",:\\u0d8aetrunlfs1.-NaI ', max_size=40).map(str.encode))
def test_whatever_bytes_come_a_value_or_one_line_comes_out(body: bytes) -> None:
    said = ""
    try:
        read_json(body, "x")
    except SourceError as error:
        said = str(error)
    assert said == "" or said.startswith(("x: the answer", "x: a web page came"))


def test_an_element_that_is_none_says_which() -> None:
    with pytest.raises(Unreadable, match="list, item 2: no paper stands there"):
        read_paper("2611.00001", "list, item 2")

"""arXiv's search API through its package: what its answers become, and what is said of bad ones. Real sockets on loopback."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TypeVar
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import ARXIV, PaperId
from papertui.domain.paper import Paper, SourceDay
from papertui.errors import UsageError
from papertui.sources import arxiv_api
from papertui.sources.arxiv_api import by_ids, categories_query, search, submitted
from papertui.sources.arxiv_feed import says_withdrawn
from papertui.sources.arxiv_query import query_of
from papertui.sources.arxiv_session import checked
from papertui.sources.http import USER_AGENT, Http, Retries, SourceError, Timeouts
from papertui.sources.schedule import submission_window
from tests.replies import answer, server
from tests.shared import DATA, needs_shared, shared_file

T = TypeVar("T")

ATOM = "{http://www.w3.org/2005/Atom}"
OURS = "{http://arxiv.org/schemas/atom}"
ONE = PaperId(ARXIV, "2511.00001")
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
)


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


def run(work: Callable[[Http], Awaitable[T]], **options: object) -> T:
    async def job() -> T:
        async with Http(**{"sleep": _at_once, **options}) as http:  # type: ignore[arg-type]
            return await work(http)

    return asyncio.run(job())


def ids(url: str, *wanted: PaperId, **options: object) -> list[Paper]:
    return run(lambda http: by_ids(http, url, wanted or [ONE], delay_seconds=0, **options))  # type: ignore[arg-type]


def found(url: str, words: str = "anything", limit: int = 10, **options: object) -> list[Paper]:
    return run(lambda http: search(http, url, words, limit, delay_seconds=0, **options))  # type: ignore[arg-type]


def listed(url: str, day: date, *categories: str) -> SourceDay:
    return run(lambda http: submitted(http, url, categories or ["cs.LG"], day, delay_seconds=0))


def trouble(url: str, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        run(lambda http: by_ids(http, url, [ONE], delay_seconds=0), **options)
    assert "\n" not in str(caught.value)
    return caught.value


def entry(number: str, *, title: str = "A title", when: str = "2025-11-03T12:00:00Z", primary: str = "cs.LG", more: str = "") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{number}</id><title>{escape(title)}</title><updated>{when}</updated><summary>Text.</summary>"
        f'<category term="{primary}"/><published>{when}</published><arxiv:primary_category term="{primary}"/>'
        f"<author><name>First Author</name></author>{more}</entry>"
    )


def feed(*entries: str, total: int | None = None) -> bytes:
    count = len(entries) if total is None else total
    return f"{HEAD}<title>arXiv Query</title><opensearch:totalResults>{count}</opensearch:totalResults>{''.join(entries)}</feed>".encode()


def api(httpserver: HTTPServer, *entries: str) -> tuple[str, list[dict[str, str]]]:
    """An API that has these entries and tells them page by page; the list fills with what it was asked."""
    asked: list[dict[str, str]] = []

    def handle(request: Request) -> Response:
        asked.append({**request.args.to_dict(), "agent": request.headers["User-Agent"]})
        start, size = int(request.args["start"]), int(request.args["max_results"])
        return Response(feed(*entries[start : start + size], total=len(entries)), content_type="application/atom+xml")

    httpserver.expect_request("/api/query").respond_with_handler(handle)
    return httpserver.url_for("/api/query"), asked


def says(httpserver: HTTPServer, *replies: Response | bytes) -> tuple[str, list[float]]:
    """The server gives these replies in turn, the last one for ever; the list fills with the times of the requests."""
    times: list[float] = []

    def handle(_: Request) -> Response:
        times.append(time.monotonic())
        reply = replies[min(len(times), len(replies)) - 1]
        return reply if isinstance(reply, Response) else Response(reply)

    httpserver.expect_request("/api/query").respond_with_handler(handle)
    return httpserver.url_for("/api/query"), times


# Real answers


def real_answers() -> list[str]:
    return sorted(path.name for path in DATA.glob("arxiv_api/*.xml")) if DATA.is_dir() else []


def read_independently(data: bytes) -> list[dict[str, object]]:
    """What ElementTree reads in an answer, in plain words."""

    def text(node: ElementTree.Element, name: str) -> str:
        return node.findtext(name) or ""

    papers = []
    for node in ElementTree.fromstring(data).iter(f"{ATOM}entry"):
        number, _, version = text(node, f"{ATOM}id").partition("/abs/")[2].rpartition("v")
        terms = [each.attrib["term"] for each in node.iter(f"{ATOM}category")]
        primary = node.find(f"{OURS}primary_category")
        first = primary.attrib["term"] if primary is not None else terms[0]
        own = [term for term in terms if term[:1].islower()]
        papers.append(
            {
                "id": f"arxiv:{number}",
                "version": int(version),
                "title": " ".join(text(node, f"{ATOM}title").split()),
                "authors": [one_line(text(each, f"{ATOM}name")) for each in node.iter(f"{ATOM}author")],
                "places": [[place.text for place in each.iter(f"{OURS}affiliation")] for each in node.iter(f"{ATOM}author")],
                "published": datetime.strptime(text(node, f"{ATOM}published"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                "categories": [first, *(term for term in own if term != first), *(term for term in terms if term not in own)],
                "comment": " ".join(text(node, f"{OURS}comment").split()) or None,
                "journal": " ".join(text(node, f"{OURS}journal_ref").split()) or None,
                "doi": text(node, f"{OURS}doi") or None,
                "abstract": paragraphs(text(node, f"{ATOM}summary")).split(),
            }
        )
    return papers


def told(paper: Paper) -> dict[str, object]:
    assert paper.exact_names
    return {
        "id": str(paper.id), "version": paper.version, "title": paper.title, "authors": list(paper.authors), "published": paper.published,
        "places": [[place] if place else [] for place in paper.affiliations] or [[] for _ in paper.authors],
        "categories": list(paper.categories), "comment": paper.author_comment, "journal": paper.journal_ref, "doi": paper.doi,
        "abstract": paper.abstract.split(),
    }  # fmt: skip


@needs_shared
@pytest.mark.parametrize("name", [name for name in real_answers() if not name.startswith("error")])
def test_a_real_answer_gives_what_an_independent_reading_of_it_gives(httpserver: HTTPServer, name: str) -> None:
    data = shared_file("arxiv_api", name).read_bytes()
    expected = read_independently(data)
    url, asked = says(httpserver, data)
    problems: list[str] = []
    papers = found(url, limit=max(1, len(expected)), tell=problems.append)
    assert problems == []
    for paper, one in zip(papers, expected, strict=True):
        assert told(paper) == one
    assert len(asked) == 1
    by_id = ids(url, *(PaperId.parse(str(one["id"])) for one in expected), ONE) if len(expected) < 2 else papers
    assert by_id == papers


@needs_shared
def test_a_missing_id_is_absent_and_the_other_is_there(httpserver: HTTPServer) -> None:
    url, _ = says(httpserver, shared_file("arxiv_api", "idlist_one_missing_one_found.xml").read_bytes())
    papers = ids(url, PaperId(ARXIV, "0808.05394"), PaperId(ARXIV, "1707.08567"))
    assert [str(paper.id) for paper in papers] == ["arxiv:1707.08567"]


@needs_shared
@pytest.mark.parametrize("status", [200, 400])
def test_the_apis_own_error_is_told_with_its_reason_whatever_the_status(httpserver: HTTPServer, status: int) -> None:
    body = shared_file("arxiv_api", "error_http400_bad_id.xml").read_bytes()
    url, times = says(httpserver, Response(body, status=status))
    error = trouble(url)
    assert "refused what was asked (incorrect id format for abc)" in str(error)
    assert (error.kind, error.status, len(times)) == ("status", 400, 1)


@needs_shared
def test_every_real_withdrawal_is_recognised_by_comment_or_abstract(httpserver: HTTPServer) -> None:
    records = json.loads(shared_file("arxiv_api", "withdrawn_records.json").read_text(encoding="utf-8"))
    entries = [
        entry(record["id"] + "v2", title=record["title"], more=f"<arxiv:comment>{escape(record['comment'] or '')}</arxiv:comment>").replace(
            "Text.", escape(record["summary"])
        )
        for record in records
    ]
    url, _ = api(httpserver, *entries)
    papers = ids(url, *(PaperId(ARXIV, record["id"]) for record in records))
    assert len(papers) == len(records) >= 19
    assert [paper.title for paper in papers if not paper.withdrawn] == []


@needs_shared
def test_no_other_real_paper_counts_as_withdrawn() -> None:
    seen = 0
    for name in real_answers():
        for node in ElementTree.parse(shared_file("arxiv_api", name)).iter(f"{ATOM}entry"):
            for text in (node.findtext(f"{ATOM}summary"), node.findtext(f"{OURS}comment"), node.findtext(f"{ATOM}title")):
                assert not says_withdrawn(paragraphs(text or "")), text
                seen += bool(text)
    for path in sorted(shared_file("ranking_dev").glob("2025-04-2*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            record = json.loads(line)
            assert not says_withdrawn(paragraphs(record["abstract"])), record["id"]
            seen += 1
    assert seen > 1_000


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("We would like to withdraw this submission due to ongoing internal review", True),
        ("The authors have decided to withdraw this paper", True),
        ("The author has withdrawn the manuscript because of an error", True),
        ("We withdraw our earlier claim", False),
        ("We want to withdraw the model from the market", False),
        ("The authors withdrew consent in this study", False),
        ("We would like to thank the reviewers of this paper", False),
    ],
)
def test_authors_who_take_their_paper_back_say_so_in_many_ways(text: str, withdrawn: bool) -> None:
    assert says_withdrawn(text) is withdrawn


# What is asked, and what becomes of it


def test_many_ids_are_asked_for_by_the_hundred_with_the_number_of_results_set(httpserver: HTTPServer) -> None:
    asked = []

    def handle(request: Request) -> Response:
        asked.append(request.args.to_dict())
        numbers = request.args["id_list"].split(",")
        return Response(feed(*(entry(f"{number}v1") for number in numbers if number != "2511.00007")))

    httpserver.expect_request("/api/query").respond_with_handler(handle)
    wanted = [PaperId(ARXIV, f"2511.{number:05d}") for number in range(1, 131)]
    papers = ids(httpserver.url_for("/api/query"), *wanted, wanted[0])
    assert [paper.id for paper in papers] == [paper for paper in wanted if paper.number != "2511.00007"]
    assert [(one["start"], one["max_results"], len(one["id_list"].split(","))) for one in asked] == [("0", "100", 100), ("0", "30", 30)]


def test_versions_go_beside_their_ids_and_old_ids_keep_their_archive(httpserver: HTTPServer) -> None:
    old = PaperId(ARXIV, "quant-ph/0201082")
    url, asked = api(httpserver, entry("2511.00001v3"), entry("quant-ph/0201082v1"))
    papers = ids(url, ONE, old, versions=[3, None])
    assert [(paper.id, paper.version) for paper in papers] == [(ONE, 3), (old, 1)]
    assert asked[0]["id_list"] == "2511.00001v3,quant-ph/0201082"
    assert asked[0]["agent"] == USER_AGENT


def test_no_ids_ask_nothing_and_another_archives_are_refused(httpserver: HTTPServer) -> None:
    url, asked = api(httpserver)
    assert run(lambda http: by_ids(http, url, [])) == []
    with pytest.raises(UsageError, match=r"clawrxiv:2603\.00416 is no arXiv paper"):
        ids(url, PaperId("clawrxiv", "2603.00416"))
    with pytest.raises(UsageError):
        found(url, limit=0)
    assert asked == []


def test_a_paper_that_nobody_asked_for_is_left_out(httpserver: HTTPServer) -> None:
    url, _ = api(httpserver, entry("2511.00009v1"), entry("2511.00001v1"))
    assert [paper.id for paper in ids(url, ONE, PaperId(ARXIV, "2511.00002"))] == [ONE]


def test_a_search_sends_the_query_and_stops_at_its_limit(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 4)
    url, asked = api(httpserver, *(entry(f"2511.{number:05d}v1") for number in range(1, 21)))
    papers = found(url, "deep ti:nets", limit=10)
    assert [paper.id.number for paper in papers] == [f"2511.{number:05d}" for number in range(1, 11)]
    assert [one["start"] for one in asked] == ["0", "4", "8"]
    assert {(one["search_query"], one["sortBy"], one["max_results"]) for one in asked} == {("all:deep AND ti:nets", "relevance", "4")}


def test_an_address_with_a_query_and_braces_of_its_own_is_kept(httpserver: HTTPServer) -> None:
    url, asked = api(httpserver, entry("2511.00001v1"))
    assert len(ids(url + "?mirror={a}")) == 1
    assert asked[0]["mirror"] == "{a}"


def test_strangers_texts_pass_the_gate_and_only_publishers_dois_are_kept(httpserver: HTTPServer, capfd: pytest.CaptureFixture[str]) -> None:
    more = (
        "<arxiv:comment>12 pages,\n  \u202ecode at home</arxiv:comment><arxiv:journal_ref>J.\u200b Samples</arxiv:journal_ref>"
        "<arxiv:doi>10.1000/xyz 10.1000/abc</arxiv:doi><author><name>:</name></author>"
        "<author><name>Second\u2028Author</name><arxiv:affiliation>LAB A</arxiv:affiliation><arxiv:affiliation>LAB B</arxiv:affiliation></author>"
        '<category term="68T05"/><category term="cs.CL"/><category term="I.2.7"/><category term="cs.LG"/>'
    )
    url, _ = api(
        httpserver, entry("2511.00001v1", title="A\x1b[31m \u202etitle", more=more).replace("Text.", "  One\ntwo.\n  Three &lt;b&gt;.")
    )
    (paper,) = ids(url)
    assert (paper.title, paper.abstract) == ("A[31m title", "One two.\n\nThree <b>.")
    assert (paper.author_comment, paper.journal_ref, paper.doi) == ("12 pages, code at home", "J. Samples", "10.1000/xyz")
    assert (paper.authors, paper.affiliations) == (("First Author", "Second Author"), ("", "LAB A; LAB B"))
    assert paper.categories == ("cs.LG", "cs.CL", "68T05", "I.2.7")
    assert capfd.readouterr() == ("", "")


def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_taken(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    entries = [
        entry("2511.00001v1"),
        entry("2511.00002v1", when="yesterday"),
        entry("2511.00003v1", when="0001-01-01T00:00:00+14:00"),
        entry("2511.00004v1", title=" "),
        entry("no-id-at-all"),
        entry("2511.00005v1").replace("<id>http://arxiv.org/abs/2511.00005v1</id>", ""),
        entry("2511.00006v1"),
    ]
    url, _ = api(httpserver, *entries)
    lines: list[str] = []
    with caplog.at_level(logging.WARNING):
        papers = found(url, limit=len(entries), tell=lines.append)
    assert [paper.id.number for paper in papers] == ["2511.00001", "2511.00006"]
    assert [next(word for word in ("00002", "00003", "00004", "no-id", "entry 6") if word in line) for line in sorted(lines)] == [
        "entry 6", "00002", "00003", "00004", "no-id",
    ]  # fmt: skip
    assert caplog.messages == []


def test_pages_that_overlap_are_told_as_incomplete(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 2)
    first = feed(entry("2511.00001v1"), entry("2511.00002v1"), total=4)
    second = feed(entry("2511.00002v1"), entry("2511.00003v1"), total=4)
    url, _ = says(httpserver, first, second)
    lines: list[str] = []
    assert len(found(url, limit=4, tell=lines.append)) == 3
    assert [line for line in lines if "1 of 4 results were not told" in line] == lines != []


# A day by its submissions


def test_a_past_day_is_what_was_submitted_in_its_window(httpserver: HTTPServer) -> None:
    day = date(2025, 3, 11)  # Tuesday: Friday 14:00, winter time, to Monday 14:00, summer time
    begin, end = submission_window(day)

    def at(moment: datetime) -> str:
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    url, asked = api(
        httpserver,
        entry("2503.00003v2", when=at(end - timedelta(seconds=1)), primary="math.ST"),
        entry("2503.00002v1", when=at(begin + timedelta(hours=1)), primary="cs.CV"),
        entry("2503.00001v1", when=at(begin)),
        entry("2503.00004v1", when=at(end)),
    )
    one = listed(url, day, "cs.LG", "stat.TH")
    assert [(each.paper.id.number, each.announcement.type, each.announcement.rank) for each in one.announced] == [
        ("2503.00001", "new", 1), ("2503.00002", "cross", 2), ("2503.00003", "new", 3),
    ]  # fmt: skip
    assert {(each.announcement.source, each.announcement.date) for each in one.announced} == {("arxiv", day)}
    assert one.announced[2].paper.version == 2
    assert (one.facts["via"], one.facts["approximate"], one.facts["window"]) == ("api", "yes", "2025-03-07T19:00Z/2025-03-10T18:00Z")
    assert (one.problems, one.reason) == ((), None)
    assert asked[0]["search_query"] == ("(cat:cs.LG OR cat:stat.TH OR cat:math.ST) AND submittedDate:[202503071900 TO 202503101800]")
    assert (asked[0]["sortBy"], asked[0]["sortOrder"]) == ("submittedDate", "ascending")


def test_a_large_day_takes_all_its_slices(httpserver: HTTPServer) -> None:
    begin, _ = submission_window(date(2025, 3, 12))
    url, asked = api(
        httpserver,
        *(entry(f"2503.{number:05d}v1", when=f"{begin + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}") for number in range(1, 2_302)),
    )
    one = listed(url, date(2025, 3, 12), "cs")
    assert [each.announcement.rank for each in one.announced] == list(range(1, 2_302))
    assert [each["start"] for each in asked] == ["0", "1000", "2000"]
    assert {each.announcement.type for each in one.announced} == {"new"}


def test_a_day_without_mailing_asks_nothing_and_an_empty_one_has_its_reason(httpserver: HTTPServer) -> None:
    url, asked = api(httpserver)
    assert listed(url, date(2025, 3, 15)).reason == "no mailing on Saturday 15 March 2025"
    assert asked == []
    assert listed(url, date(2025, 3, 12)).reason == "arXiv has no submissions in cs.LG for Wednesday 12 March 2025"
    with pytest.raises(UsageError, match="is no arXiv category"):
        listed(url, date(2025, 3, 12), "cs.LG) OR (all:x")


def test_archives_are_asked_for_with_all_they_have_and_double_names_by_both() -> None:
    assert categories_query(["stat", "cs.SY", "hep-th"]) == "cat:stat OR cat:stat.* OR cat:cs.SY OR cat:eess.SY OR cat:hep-th"


# A reader's words as a query


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("graph  neural", "all:graph AND all:neural"),
        ('ti:graphs au:"del maestro"', 'ti:graphs AND au:"del maestro"'),
        ("ti: graphs", "ti:graphs"),
        ("self-attention Schrödinger", 'all:"self-attention" AND all:"Schrödinger"'),
        ("a1 OR b1 c1", "all:a1 OR (all:b1 AND all:c1)"),
        ("a1 ANDNOT b1 ANDNOT c1 d1", "(all:a1 AND all:d1) ANDNOT (all:b1 OR all:c1)"),
        ("(a1 OR b1) ti:(c1 d1)", "(all:a1 OR all:b1) AND (ti:c1 AND ti:d1)"),
        ("cat:cs.LG cat:stat.* cat:9x", "cat:cs.LG AND cat:stat.*"),
        ("((x1", "all:x1"),
        ("x1)) ()", "all:x1"),
        ("OR x1 AND", "all:x1"),
        ('"half a phrase', 'all:"half a phrase"'),
        ("foo:bar C++ -x1", 'all:"foo bar" AND all:C AND all:x1'),
        ("bread and butter", "all:bread AND all:butter"),
        ("x1 submittedDate:[202611191900 TO 202611201900]", "all:x1 AND submittedDate:[202611191900 TO 202611201900]"),
    ],
)
def test_a_readers_words_become_a_query(words: str, query: str) -> None:
    assert query_of(words) == query


@pytest.mark.parametrize("words", ["", "()", "AND", '""', "cat:???", "x" * 1_001])
def test_words_that_make_no_query_are_refused(words: str) -> None:
    with pytest.raises(UsageError):
        query_of(words)


@given(st.text(st.sampled_from('ab ()":ti[]*\\\x1b+-') | st.characters(), max_size=60))
def test_whatever_is_typed_the_query_is_balanced_and_has_nothing_unheard_of(words: str) -> None:
    try:
        query = query_of(words)
    except UsageError:
        return
    bare = "".join(query.split('"')[::2])
    assert query.count('"') % 2 == 0
    assert bare.count("(") == bare.count(")")
    assert query == one_line(query)
    assert not set(bare) & set("\\+?{}^~!&|")


# Bad answers

GOOD = feed(entry("2511.00001v1"))
HTML = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Welcome</body></html>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>'
)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (HTML, "an HTML page came instead of a feed ('Log in')"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "an HTML page came"),
        (b"", "an empty answer"),
        (b"\n \n", "an empty answer"),
        (b"Bad gateway", "a text that begins with 'Bad gateway'"),
        (GOOD[:-7], "cut short"),
        (GOOD[: len(GOOD) // 2], "cut short"),
        (BOMB, "declares a document type"),
        (GOOD.replace(b"Text.", b"&nbsp;"), "no well-formed XML"),
        (GOOD.replace(b"<opensearch:totalResults>1</opensearch:totalResults>", b""), "does not say how many results"),
        (GOOD.replace(b">1</opensearch", b">-1</opensearch"), "does not say how many results"),
        (b"<rss version='2.0'><channel><title>x</title></channel></rss>", "does not say how many results"),
        (b'{"error": "no"}', "no feed, but a text"),
        (GOOD.replace(b"2025-11-03T12:00:00Z", b"<![CDATA[soon]]>"), "an answer that cannot be read"),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_one_line_and_not_an_empty_list(httpserver: HTTPServer, body: bytes, line: str) -> None:
    url, _ = says(httpserver, body)
    assert line in str(trouble(url))


def test_rate_exceeded_with_status_200_is_waited_for_and_then_told(httpserver: HTTPServer) -> None:
    url, times = says(httpserver, b"Rate exceeded.\n", GOOD)
    lines: list[str] = []
    assert len(ids(url, tell=lines.append)) == 1
    assert len(times) == 2
    assert "busy" in lines[0]
    httpserver.clear()
    url, times = says(httpserver, b"Rate exceeded.")
    assert trouble(url).kind == "busy"
    assert len(times) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_the_time_it_names(httpserver: HTTPServer, status: int) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    url, times = says(httpserver, Response(b"", status=status, headers={"Retry-After": "42"}), GOOD)
    assert len(run(lambda http: by_ids(http, url, [ONE], delay_seconds=0), sleep=sleep)) == 1
    assert (waits, len(times)) == ([42.0], 2)
    httpserver.clear()
    url, times = says(httpserver, Response(b"", status=status, headers={"Retry-After": "3600"}))
    assert "asks to stay away for 60 minutes" in str(trouble(url))
    assert len(times) == 1


def test_a_400_without_a_reason_and_a_500_are_told_by_their_status(httpserver: HTTPServer) -> None:
    url, _ = says(httpserver, Response(HTML, status=400))
    assert "answered 400" in str(trouble(url))
    httpserver.clear()
    url, _ = says(httpserver, Response(GOOD, status=500))
    assert "answered 500" in str(trouble(url))


def test_a_partial_page_is_asked_for_once_more_and_then_told(httpserver: HTTPServer) -> None:
    whole = feed(entry("2511.00001v1"), entry("2511.00002v1"))
    url, times = says(httpserver, feed(entry("2511.00001v1"), total=2), whole)
    assert len(found(url, limit=2)) == 2
    assert len(times) == 2
    httpserver.clear()
    url, times = says(httpserver, feed(total=1))
    error = trouble(url)
    assert "a partial page, 0 of 1 results" in str(error)
    assert (error.transient, len(times)) == (True, 2)


def test_an_empty_later_page_is_no_end_of_the_list(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 1)
    url, _ = says(httpserver, feed(entry("2511.00001v1"), total=3), feed(total=3))
    with pytest.raises(SourceError, match="0 of 1 results from 2 on"):
        found(url, limit=3)


def test_pages_of_nothing_but_unreadable_entries_come_to_an_end(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 2)
    lines: list[str] = []
    url, _ = says(
        httpserver, feed(entry("2511.00001v1"), entry("2511.00002v1"), total=4), feed(*[entry("2511.00003v1", when="")] * 2, total=4)
    )
    assert len(found(url, limit=4, tell=lines.append)) == 2
    assert any("2511.00003v1" in line for line in lines)
    assert any("1 of 4 results were not told" in line for line in lines)


def test_bodies_are_bounded_when_packed_when_declared_and_when_full_of_tags(httpserver: HTTPServer) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        for _ in range(30):
            file.write(b" " * 1_000_000)
    url, _ = says(httpserver, Response(packed.getvalue(), headers={"Content-Encoding": "gzip"}))
    assert trouble(url).kind == "too large"
    with server(lambda peer: peer.sendall(answer(b"<feed", length=300_000_000))) as address:
        assert trouble(f"{address}/api/query").kind == "too large"
    tags = HEAD.encode() + b"<opensearch:totalResults>0</opensearch:totalResults>" + b"<a/>" * 1_000_001 + b"</feed>"
    with pytest.raises(SourceError, match="more than 1,000,000 tags"):
        checked(tags)


def test_a_trickle_without_end_is_given_up() -> None:
    def trickle(peer: socket.socket) -> None:
        peer.sendall(answer(b"", length=1_000_000))
        while True:
            peer.sendall(b" ")
            time.sleep(0.02)

    with server(trickle) as address:
        error = trouble(f"{address}/api/query", timeouts=Timeouts(connect=5.0, read=0.3, total=0.5))
    assert error.kind == "timeout"


@pytest.mark.parametrize("target", ["http://elsewhere.invalid/api", "file:///etc/passwd", "//127.0.0.2/api"])
def test_nobody_is_followed_to_another_host(httpserver: HTTPServer, target: str) -> None:
    url, times = says(httpserver, Response(b"", status=302, headers={"Location": target}))
    assert "redirects to" in str(trouble(url))
    assert len(times) == 1


# Manners, and going away


def test_two_requests_are_never_closer_than_the_delay(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_api, "PAGE_SIZE", 1)
    times: list[float] = []

    def handle(request: Request) -> Response:
        times.append(time.time())
        start = int(request.args["start"])
        return Response(feed(entry(f"2511.0000{start + 1}v1"), total=3))

    httpserver.expect_request("/api/query").respond_with_handler(handle)
    url = httpserver.url_for("/api/query")
    run(lambda http: search(http, url, "x1", 3, delay_seconds=0.15), sleep=asyncio.sleep)
    assert len(times) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.149


def test_a_cancelled_caller_is_gone_at_once_and_nothing_more_is_sent() -> None:
    reached, requests = threading.Event(), []

    def silent(peer: socket.socket) -> None:
        requests.append(1)
        reached.set()
        peer.recv(1)  # until the client goes

    async def job(url: str) -> float:
        async with Http(retries=Retries(tries=1)) as http:
            asking = asyncio.create_task(search(http, url, "x1", 10, delay_seconds=0))
            await asyncio.to_thread(reached.wait, 20)
            begun = time.monotonic()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            return time.monotonic() - begun

    with server(silent) as address:
        assert asyncio.run(job(f"{address}/api/query")) < 1.0
    for thread in threading.enumerate():
        if thread.name == "papertui-arxiv":
            assert thread.daemon
            thread.join(5)
            assert not thread.is_alive()
    assert len(requests) == 1


def test_a_caller_cancelled_before_the_first_request_sends_none(httpserver: HTTPServer) -> None:
    url, asked = api(httpserver, entry("2511.00001v1"))

    async def job() -> None:
        async with Http() as http:
            asking = asyncio.create_task(by_ids(http, url, [ONE]))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            for thread in threading.enumerate():
                if thread.name == "papertui-arxiv":
                    await asyncio.to_thread(thread.join, 10)

    asyncio.run(job())
    assert asked == []

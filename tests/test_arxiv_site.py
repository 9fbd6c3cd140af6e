"""arXiv's pages as days: every entry accounted for, a broken page is never an empty day, and one line for what is no page."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced, Announcement, Paper, SourceDay
from papertui.domain.tex import to_unicode
from papertui.errors import PapertuiError, UsageError
from papertui.sources import arxiv_site
from papertui.sources.arxiv_feed import parse_feed
from papertui.sources.arxiv_page import Page, parse_page
from papertui.sources.errors import SourceError
from papertui.sources.http import Http, Retries
from papertui.sources.listing_names import names_of
from papertui.sources.pacing import Pacing
from tests import arxiv_site as pages
from tests.shared import needs_shared, shared_file

DAY = date(2026, 11, 23)
SKELETON = """<h3>Showing new listings for Monday, 23 November 2026</h3>
<dl id='articles'>
  <h3>New submissions (showing 1 of 1 entries)</h3>
  <dt>
    <a name='item1'>[1]</a>
    <a href ="/abs/2611.00002" title="Abstract" id="2611.00002">
      arXiv:2611.00002
    </a>
    [<a href="/pdf/2611.00002" title="Download PDF" id="pdf-2611.00002">pdf</a>, <a href="https://arxiv.org/html/2611.00002v1" title="View HTML" id="html-2611.00002">html</a>, <a href="/format/2611.00002" title="Other formats" id="oth-2611.00002">other</a>]
  </dt>
  <dd><div class='meta'>
    <div class='list-title mathjax'><span class='descriptor'>Title:</span> A $k$-NN &amp; Schrödinger paper</div>
    <div class='list-authors'><a href="...">J. Pablo Müller</a>, <a href="...">Ada Example</a> (LAB A, LAB B)</div>
    <div class='list-comments mathjax'><span class='descriptor'>Comments:</span> Accepted at Sample 2026</div>
    <div class='list-journal-ref'><span class='descriptor'>Journal-ref:</span> J. Samples 1</div>
    <div class='list-subjects'><span class='descriptor'>Subjects:</span> <span class="primary-subject">Computation and Language (cs.CL)</span>; Machine Learning (cs.LG)</div>
    <p class='mathjax'> We show $a &lt; b$, see <a href="https://e.org/x">this https URL</a>.
<br>  And <a href="/abs/2611.00001">arXiv:2611.00001</a>. </p>
  </div></dd>
</dl>
"""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def some(number: str, kind: str = "new", *, title: str = "A title", categories: tuple[str, ...] = ("cs.CL",)) -> Announced:
    paper = Paper(PaperId("arxiv", number), title, "An abstract.", ("First Author",), categories=categories, exact_names=True)
    return Announced(paper, Announcement("arxiv", DAY, kind, 1))


def many(count: int, kind: str = "new", first: int = 1) -> list[Announced]:
    return [some(f"2611.{first + place:05d}", kind) for place in range(count)]


def read(content: str, day: date | None = DAY) -> Page:
    return parse_page(pages.page(content, day), requested="cs.CL")


def only(page: Page) -> Paper:
    (one,) = page.announced
    return one.paper


def one_entry(old: str, new: str) -> Paper:
    assert SKELETON.count(old) == 1
    return only(parse_page(SKELETON.replace(old, new).encode(), requested="cs.CL"))


# What a page says


def test_an_entry_becomes_a_paper_and_its_announcement() -> None:
    page = parse_page(SKELETON.encode(), requested="cs.CL")
    paper = only(page)
    assert (page.date, page.problems, page.missing, page.reason, page.total) == (DAY, (), 0, None, None)
    assert page.announced[0].announcement == Announcement("arxiv", DAY, "new", 1)
    assert (str(paper.id), paper.version, paper.title) == ("arxiv:2611.00002", None, "A $k$-NN & Schrödinger paper")
    assert (paper.authors, paper.affiliations, paper.exact_names) == (("J. Pablo Müller", "Ada Example"), ("", "LAB A, LAB B"), True)
    assert (paper.author_comment, paper.journal_ref, paper.doi) == ("Accepted at Sample 2026", "J. Samples 1", None)
    assert (paper.categories, paper.html_url) == (("cs.CL", "cs.LG"), "https://arxiv.org/html/2611.00002v1")
    assert paper.abstract == "We show $a < b$, see https://e.org/x.\n\nAnd arXiv:2611.00001."
    assert not paper.withdrawn


def test_a_section_gives_its_entries_their_type_and_the_page_their_rank() -> None:
    day = [some("2611.00003", "replace-cross"), some("2611.00001"), some("2611.00002", "cross", categories=("cs.CV", "cs.CL"))]
    page = parse_page(pages.day_page("cs.CL", DAY, day), requested="cs.CL")
    told = [(one.paper.id.number, one.announcement.type, one.announcement.rank) for one in page.announced]
    assert told == [("2611.00001", "new", 1), ("2611.00002", "cross", 2), ("2611.00003", "replace", 3)]
    assert [(part.kind, part.shown, part.total) for part in page.sections] == [("new", 1, 1), ("cross", 1, 1), ("replace", 1, 1)]
    assert page.total == 3


def test_a_catch_up_page_is_dated_by_its_own_heading() -> None:
    page = parse_page(pages.day_page("cs.CL", date(2026, 11, 4), many(2), is_catchup=True), requested="cs.CL")
    assert (page.date, len(page.announced), page.problems) == (date(2026, 11, 4), 2, ())


@needs_shared
@pytest.mark.parametrize("name", ["rss_cs.AI_2025-11-04", "rss_cs.CV_2025-08-12", "rss_cs.LG_2025-11-05", "rss_cs.LG+cs.AI_2025-11-05"])
def test_a_real_day_is_read_from_its_page_as_from_its_feed(name: str) -> None:
    feed = parse_feed(gzip.decompress(shared_file("arxiv_feeds", "reconstructed", f"{name}_full.xml.gz").read_bytes()), requested="x")
    page = parse_page(pages.day_page("cs.AI", feed.date, feed.announced), requested="cs.AI")
    assert (page.date, page.problems, page.missing, page.total) == (feed.date, (), 0, len(feed.announced))

    def facts(one: Announced) -> tuple[object, ...]:
        paper = one.paper
        names = tuple(map(to_unicode, paper.authors))
        title, abstract = to_unicode(paper.title), to_unicode(paper.abstract)
        return paper.id, title, abstract, names, pages.arxiv_categories(paper), one.announcement.type

    ordered = pages.in_order(feed.announced)
    assert [facts(one) for one in page.announced] == [facts(one) for one in ordered]
    assert [one.announcement.rank for one in page.announced] == list(range(1, len(ordered) + 1))


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ('<a href="">Wei Example</a>, <a href="">Tsui-Wei</a> (Lily) <a href="">Sample</a>', (("Wei Example", ""), ("Tsui-Wei (Lily) Sample", ""))),
        ('the <a href="">X Collaboration</a>: <a href="">A. Example</a>, Bo', (("X Collaboration", ""), ("A. Example", ""), ("Bo", ""))),
        ('<a href="">Alice</a> (1 and 2), <a href="">Bob</a> (2) ((1) U, (2) V)', (("Alice", ""), ("Bob", ""))),
        ('<a href="">Alice</a> (U (V), <a href="https://u.org">this https URL</a>), et al.', (("Alice", "U (V), https://u.org"), ("et al.", ""))),
        ("<a>O&#x27;Neil, Jr</a> ((( <a>Ada</a>", (("O'Neil, Jr", ""),)),
        ("(author list is unavailable)", ()),
        ("First Author, Second Author (LAB)", (("First Author", ""), ("Second Author", "LAB"))),
    ],
)  # fmt: skip
def test_an_author_line_gives_names_and_affiliations(line: str, people: tuple[tuple[str, str], ...]) -> None:
    paper = one_entry('<a href="...">J. Pablo Müller</a>, <a href="...">Ada Example</a> (LAB A, LAB B)', line)
    affiliations = paper.affiliations or ("",) * len(paper.authors)
    assert tuple(zip(paper.authors, affiliations, strict=True)) == people
    assert paper.exact_names is ("<a" in line)


def test_a_line_of_a_hundred_names_may_go_on_and_is_not_called_exact() -> None:
    assert [names_of([(True, "A. Author"), (False, ", ")] * count)[1] for count in (99, 100, 101)] == [True, False, True]


def test_what_stands_beside_the_list_is_read_too() -> None:
    doi = "<div class='list-doi'><span class='descriptor'>DOI:</span> <a href='https://doi.org/10.1000/xyz'>10.1000/xyz</a></div>"
    paper = one_entry("<div class='list-subjects'>", doi + "<div class='list-subjects'>")
    assert paper.doi == "10.1000/xyz"
    assert one_entry("Accepted at Sample 2026", "This paper has been withdrawn by the authors").withdrawn
    assert one_entry("We show $a", "This paper has been withdrawn. $a").withdrawn


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "https://evil.example/html/2611.00002v1", "https://arxiv.org/html/2611.00009v1", "//evil.example/html/2611.00002",
        "https://arxiv.org.evil.example/html/2611.00002v1", "/html/2611.00002v1/../../x",
    ],
)  # fmt: skip
def test_an_html_link_that_leads_elsewhere_is_none(address: str) -> None:
    assert one_entry("https://arxiv.org/html/2611.00002v1", address).html_url is None


def test_old_numbers_and_aliases_are_taken_as_they_stand() -> None:
    old = replace(some("2611.00001").paper, id=PaperId("arxiv", "hep-th/9901001"), categories=("math.MP", "hep-th"))
    page = read(pages.section("replace", [pages.entry(old, 1, "replace")]))
    assert (str(only(page).id), only(page).categories) == ("arxiv:hep-th/9901001", ("math.MP", "hep-th"))


# Days without papers, and pages that are none


@pytest.mark.parametrize(
    ("body", "day", "reason"),
    [
        (pages.day_page("cs.CL", DAY, []), DAY, "No updates today."),
        (pages.page("<p>No updates today.</p>", None), None, "No updates today."),
        (pages.day_page("cs.CL", date(2026, 11, 21), [], is_catchup=True), date(2026, 11, 21), "No updates for Sat, 21 Nov 2026. There was either no announcement for this day, or no updates within the requested subject."),
        (b"<p>No updates for Sat, 21 Nov 2026. There was either no announcement for this day, or no updates within the requested subject.</p>", date(2026, 11, 21), "No updates for Sat, 21 Nov 2026. There was either no announcement for this day, or no updates within the requested subject."),
        (pages.page("".join(pages.section(kind, []) for kind in pages.HEADINGS), DAY), DAY, "No updates for this time period."),
        (pages.page(f"<dl id='articles'>{pages.EMPTY_SECTION}</dl>", DAY), DAY, "No updates for this time period."),
    ],
)  # fmt: skip
def test_an_honest_empty_page_says_so(body: bytes, day: date | None, reason: str) -> None:
    page = parse_page(body, requested="cs.CL")
    assert (page.date, page.reason, page.announced, page.missing, page.problems) == (day, reason, (), 0, ())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty answer"),
        (b" \n ", "an empty answer"),
        (b"Rate exceeded.", "a text that begins with 'Rate exceeded.'"),
        (b"<html><head><title>Log in to \x1b[31mHotel</title></head><body><p>Welcome</p></body></html>", "no list of papers ('Log in to [31mHotel')"),
        (b"<h3>Showing new listings for Monday, 23 November 2026</h3>", "no list of papers"),
        (pages.page("", DAY), "the page has no list of papers"),
        (pages.page(pages.section("new", [pages.entry(some("2611.00001").paper, 1)]), None), "no date in its heading"),
        (pages.page(pages.section("new", [], total=5, shown=5), None), "no date in its heading"),
        (pages.page("<p>x</p>", DAY)[:-9], "cut short after"),
        (b"<h3>Showing new listings for Monday, 99 November 2026</h3><dl id='articles'></dl>", "no date in its heading"),
        ("<h3>Neue Einträge</h3>".encode("utf-16"), "no list"),
        (b"{}", "a text that begins with '{}'"),
        (b"<rss><channel><item><title>t</title></item></channel></rss>", "no list of papers"),
        (b"<dl id='articles'>" + b"<dt>" * 20_001, "more than 20000 entries"),
        (b"<br>" * 600_001, "more or longer tags"),
        (b"<a x" + b" y=1" * 20_000, "more or longer tags"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_said_in_one_line(body: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_page(body, requested="cs.CL")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("arxiv (cs.CL): ")


# Counts


def test_entries_that_are_not_there_are_missing() -> None:
    page = read(pages.section("new", [pages.entry(one.paper, 1) for one in many(3)], shown=5))
    assert (page.missing, len(page.announced)) == (2, 3)
    (problem,) = page.problems
    assert (str(problem), problem.is_note) == (
        "arxiv (cs.CL), New submissions (showing 5 of 5 entries): 2 entries could not be read",
        False,
    )


def test_more_entries_than_announced_are_a_note() -> None:
    page = read(pages.section("new", [pages.entry(one.paper, 1) for one in many(3)], shown=2))
    assert (page.missing, len(page.announced), [problem.is_note for problem in page.problems]) == (0, 3, [True])


def test_a_heading_that_tells_no_count_leaves_the_day_incomplete() -> None:
    page = read(pages.section("new", [pages.entry(some("2611.00001").paper, 1)]).replace("(showing 1 of 1 entries)", "today"))
    assert (len(page.announced), page.missing, [problem.is_note for problem in page.problems]) == (1, 0, [False])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("<dd>", "", "second half"), ("A title", "", "no title"), ("A title", "<b>&#27;&#8203;</b>", "no title")],
)
def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_taken(old: str, new: str, why: str) -> None:
    first, second = pages.entry(some("2611.00001").paper, 1), pages.entry(some("2611.00002").paper, 2)
    assert old in second
    page = read(pages.section("new", [first, second.replace(old, new)]))
    assert ([one.paper.id.number for one in page.announced], page.missing) == (["2611.00001"], 1)
    assert str(page.problems[0]).startswith("arxiv (cs.CL), arXiv:2611.00002: ")
    assert why in page.problems[0].why


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      arXiv:2611.00002", "      see arXiv:nonsense"),
        ('title="Abstract" id="2611.00002"', ""),
        ('id="2611.00002"', 'title="Abstract"'),
    ],
)
def test_any_of_the_places_that_a_number_stands_in_will_do(old: str, new: str) -> None:
    assert one_entry(old, new).id.number == "2611.00002"


def test_an_entry_without_any_number_is_named_by_its_place() -> None:
    nameless = pages.entry(some("2611.00002").paper, 2).replace("2611.00002", "x<i>y</i>")
    page = read(pages.section("new", [pages.entry(some("2611.00001").paper, 1), nameless]))
    assert (page.missing, len(page.announced)) == (1, 1)
    assert str(page.problems[0]).startswith("arxiv (cs.CL), arXiv:xy: no arXiv id")


def test_a_paper_that_stands_there_twice_keeps_its_place_and_its_strongest_type() -> None:
    one = some("2611.00001", "cross", categories=("cs.CV", "cs.CL"))
    content = pages.section("replace", [pages.entry(one.paper, 1, "replace")])
    content += pages.section("new", [pages.entry(some("2611.00002").paper, 2), pages.entry(replace(one.paper, categories=("cs.LG",)), 3)])
    page = read(content)
    assert [(each.paper.id.number, each.announcement.type, each.announcement.rank) for each in page.announced] == [
        ("2611.00001", "new", 1), ("2611.00002", "new", 2),
    ]  # fmt: skip
    assert (page.announced[0].paper.categories, page.missing) == (("cs.CV", "cs.CL", "cs.LG"), 0)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.97, 0.995])
def test_a_page_cut_short_never_passes_for_whole(share: float) -> None:
    day = [*many(20), *many(10, "cross", 100), *many(10, "replace", 200)]
    body = pages.day_page("cs.CL", DAY, day, tells_total=False)
    page = parse_page(body[: int(len(body) * share)], requested="cs.CL")
    assert any("cut short" in str(problem) and not problem.is_note for problem in page.problems)
    whole = {one.paper.id: one.paper for one in parse_page(body, requested="cs.CL").announced}
    assert all(whole[one.paper.id] == one.paper for one in page.announced)
    assert page.missing > 0 or len(page.announced) in (20, 30, 40)


# Hostile pages


def test_controls_and_markup_pass_the_gate() -> None:
    paper = one_entry(
        "A $k$-NN &amp; Schrödinger paper",
        "A\x00 &#27;[31m&#x202e;red\x1b</b> &lt;script&gt;x&lt;/script&gt;<script>alert(1)</script> &bogus; [/b]",
    )
    assert paper.title == "A [31mred <script>x</script> &bogus; [/b]"


@pytest.mark.parametrize(
    "broken",
    [
        SKELETON.replace("</div>", ""),
        SKELETON.replace("</dt>", "").replace("</dd>", "").replace("</p>", ""),
        SKELETON.replace("<dd>", "<dd><table><tr><td>").replace("</dd>", "</td></tr></table></dd>"),
        SKELETON.replace("</span>", "</b></i></span></li>"),
        "<div><ul><li>" + SKELETON,
        SKELETON.replace("\n", "\r\n"),
        SKELETON.replace("class='list-comments mathjax'", "class='list-comments mathjax''"),  # arXiv's own slip, at times
        SKELETON.replace("<dd>", "<!-- <dt> --><script>'<dt>'</script><dd>"),
        "\ufeff" + SKELETON,
    ],
)  # fmt: skip
def test_badly_nested_pages_are_read_all_the_same(broken: str) -> None:
    page = parse_page(broken.encode(), requested="cs.CL")
    paper = only(page)
    assert (paper.title, paper.author_comment) == ("A $k$-NN & Schrödinger paper", "Accepted at Sample 2026")
    assert (paper.authors, paper.categories, page.missing) == (("J. Pablo Müller", "Ada Example"), ("cs.CL", "cs.LG"), 0)


def test_deep_nesting_and_huge_attributes_do_no_harm() -> None:
    deep = SKELETON.replace("We show", "<b>" * 50_000 + "We show")
    assert only(parse_page(deep.encode(), requested="cs.CL")).abstract.startswith("We show $a < b$")
    huge = SKELETON.replace('id="2611.00002"', f'id="2611.00002" data-x="{"y" * 60_000}"')
    assert only(parse_page(huge.encode(), requested="cs.CL")).id.number == "2611.00002"
    long = only(parse_page(SKELETON.replace("We show", "word " * 100_000).encode(), requested="cs.CL"))
    assert len(long.abstract) <= 40_000


@given(st.binary(max_size=400), st.integers(0, 40), st.integers(0, 2_400), st.integers(0, 2_400))
@settings(max_examples=150, deadline=None)
def test_garbage_gives_a_page_or_one_line(garbage: bytes, length: int, start: int, other: int) -> None:
    data = SKELETON.encode()
    for body in (garbage, data[:start] + garbage + data[start + length :], data[start:] + data[:other] + garbage):
        try:
            page: Page | None = parse_page(body, requested="cs.CL")
            lines = []
        except SourceError as error:
            page, lines = None, [str(error)]
        if page is not None:
            assert page.announced or page.reason or page.missing or page.sections
            lines = [*map(str, page.problems), *(one.paper.title for one in page.announced)]
        assert lines == [one_line(line) for line in lines]


# Asking for pages


class Waits(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


def ask(work: Callable[[Http], Awaitable[SourceDay]], waits: Waits | None = None) -> SourceDay:
    async def run() -> SourceDay:
        async with Http(sleep=waits if waits is not None else Waits(), retries=Retries(tries=2)) as http:
            return await work(http)

    return asyncio.run(run())


def listing(address: str, category: str = "cs.CL", **more: object) -> SourceDay:
    return ask(lambda http: arxiv_site.listing(http, address, category, delay_seconds=0, page_delay_seconds=0, **more))  # type: ignore[arg-type]


def catchup(address: str, day: date, category: str = "cs.CL", **more: object) -> SourceDay:
    return ask(lambda http: arxiv_site.catchup(http, address, category, day, delay_seconds=0, page_delay_seconds=0, **more))  # type: ignore[arg-type]


def numbers(day: SourceDay) -> list[str]:
    return [one.paper.id.number for one in day.announced]


def test_the_newest_list_is_one_request(httpserver: HTTPServer) -> None:
    site = pages.Site({("cs.CL", DAY): [*many(3), some("2611.00009", "cross")]})
    day = listing(site.on(httpserver))
    assert (day.source, day.date, day.reason, day.problems) == ("arxiv", DAY, None, ())
    assert (len(day.announced), day.facts) == (4, {"via": "listing", "entries": "4"})
    assert [asked.path for asked in site.log] == ["/list/cs.CL/new?show=2000"]


def test_a_past_list_is_asked_for_as_arxiv_wants_it(httpserver: HTTPServer) -> None:
    past = date(2026, 10, 6)
    site = pages.Site({("cs.CL", past): many(2)})
    day = catchup(site.on(httpserver), past)
    assert (day.date, len(day.announced), day.facts) == (past, 2, {"via": "catchup", "entries": "2"})
    assert [asked.path for asked in site.log] == ["/catchup/cs.CL/2026-10-06?abs=True&page=1"]


@pytest.mark.parametrize("tells_total", [True, False])
def test_a_long_list_is_read_to_its_end(httpserver: HTTPServer, tells_total: bool) -> None:
    entries = [*many(5), *many(3, "cross", 10), some("2611.00001", "replace"), *many(2, "replace", 20)]
    site = pages.Site({("cs.CL", DAY): entries}, page_size=4, tells_total=tells_total)
    address = site.on(httpserver)
    if not tells_total:  # four entries a page are no full page: sections that begin later are then unknown
        site.page_size = 9
    for day in (listing(address), catchup(address, DAY)):
        assert numbers(day) == [f"2611.{number:05d}" for number in (1, 2, 3, 4, 5, 10, 11, 12, 20, 21)]
        assert [one.announcement.rank for one in day.announced] == list(range(1, 11))
        assert day.announced[0].announcement.type == "new"
        assert (day.problems, day.facts["entries"], "missing" in day.facts) == ((), "11", False)
    size = site.page_size
    wanted = range(0, 11, size)
    assert [asked.path for asked in site.log] == [
        *("/list/cs.CL/new?show=2000" + (f"&skip={before}" if before else "") for before in wanted),
        *(f"/catchup/cs.CL/2026-11-23?abs=True&page={before // size + 1}" for before in wanted),
    ]


def test_a_full_page_without_a_total_is_followed_by_another(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_site, "PAGE_SIZE", 25)
    site = pages.Site({("cs.CL", DAY): [*many(25), *many(5, "cross", 100)]}, page_size=25, tells_total=False)
    day = listing(site.on(httpserver))
    assert (len(day.announced), day.problems, len(site.log)) == (30, (), 2)


def test_a_list_that_never_ends_is_left(httpserver: HTTPServer) -> None:
    asked: list[str] = []

    def endless(request: Request) -> Response:
        place = len(asked)
        asked.append(request.path)
        entries = [pages.entry(some(f"2611.{place + 1:05d}").paper, place)]
        return Response(pages.page(pages.section("new", entries, total=10_000), DAY), content_type="text/html")

    httpserver.expect_request("/list/cs.CL/new").respond_with_handler(endless)
    day = listing(httpserver.url_for("").rstrip("/"))
    assert (len(asked), len(day.announced), day.facts["missing"]) == (arxiv_site.MOST_PAGES, arxiv_site.MOST_PAGES, "9990")


def test_a_server_that_sends_one_page_for_ever_is_asked_twice(httpserver: HTTPServer) -> None:
    body = pages.page(pages.section("new", [pages.entry(some("2611.00001").paper, 1)], total=3), DAY)
    httpserver.expect_request("/list/cs.CL/new").respond_with_data(body, content_type="text/html")
    day = listing(httpserver.url_for("").rstrip("/"))
    assert (len(httpserver.log), len(day.announced), day.facts["missing"]) == (2, 1, "2")


def test_missing_entries_are_told_and_the_rest_is_kept(httpserver: HTTPServer) -> None:
    site = pages.Site({("cs.CL", DAY): many(4)})
    address = site.on(httpserver)
    site.faults.append(pages.miscounted(2))
    day = listing(address)
    assert (len(day.announced), day.facts) == (4, {"via": "listing", "entries": "6", "missing": "2"})
    assert [str(problem) for problem in day.problems if not problem.is_note][
        -1
    ] == "arxiv (cs.CL): 2 of 6 entries are missing: the day is incomplete"
    site.faults.append(pages.cut(0.5))
    cut = catchup(address, DAY)
    assert 0 < len(cut.announced) < 4
    assert int(cut.facts["missing"]) + len(cut.announced) == 4
    assert catchup(address, DAY).problems == ()


def test_a_list_of_which_nothing_can_be_read_is_no_empty_day(httpserver: HTTPServer) -> None:
    body = pages.page(pages.section("new", [pages.entry(some("2611.00001").paper, 1).replace("A title", "")]), DAY)
    httpserver.expect_request("/list/cs.CL/new").respond_with_data(body, content_type="text/html")
    with pytest.raises(SourceError, match="none of 1 entries could be read"):
        listing(httpserver.url_for("").rstrip("/"))


def test_a_day_without_papers_says_why(httpserver: HTTPServer) -> None:
    holiday, left_out = date(2026, 11, 26), date(2026, 11, 24)
    site = pages.Site({("cs.CL", DAY): many(1)}, now=datetime(2026, 11, 29, 12, tzinfo=UTC), without_mailing={left_out})
    address = site.on(httpserver)
    assert [catchup(address, day).reason for day in (date(2026, 11, 21), holiday, left_out)] == [
        "no mailing on Saturday 21 November 2026",
        "no mailing on Thursday 26 November 2026, an arXiv holiday",
        "arXiv announced nothing in cs.CL on Tuesday 24 November 2026",
    ]
    newest = listing(address)
    assert (newest.date, newest.announced, newest.problems, newest.facts["entries"]) == (date(2026, 11, 27), (), (), "0")


def test_an_old_name_is_followed_on_the_same_host_only(httpserver: HTTPServer) -> None:
    site = pages.Site({("math-ph", DAY): many(2)})
    address = site.on(httpserver)
    assert len(catchup(address, DAY, "math.MP").announced) == 2
    assert [asked.status for asked in site.log] == [301, 200]
    site.faults.append(lambda _: Response("", 302, {"Location": "http://localhost:1/elsewhere"}))
    with pytest.raises(SourceError, match="redirects to another host"):
        catchup(address, DAY, "math-ph")


@pytest.mark.parametrize(("day", "category"), [(date(2026, 8, 1), "cs.CL"), (date(2026, 12, 1), "cs.CL"), (DAY, "cs.cl")])
def test_a_list_that_arxiv_refuses_is_said_to_be_none(httpserver: HTTPServer, day: date, category: str) -> None:
    address = pages.Site({("cs.CL", DAY): many(1)}).on(httpserver)
    with pytest.raises(SourceError, match=r"answered 400 Bad Request: there is no such list: check .* the site keeps 90 days") as caught:
        catchup(address, day, category)
    assert (caught.value.kind, caught.value.status) == ("status", 400)


def test_a_site_that_has_no_lists_is_said_to_have_none(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/list/cs.CL/new").respond_with_data("not here", status=404)
    with pytest.raises(SourceError, match="answered 404 Not Found: there is no such list"):
        listing(httpserver.url_for("").rstrip("/"))


def test_a_page_of_another_day_is_refused(httpserver: HTTPServer) -> None:
    body = pages.day_page("cs.CL", date(2026, 11, 20), many(1), is_catchup=True)
    httpserver.expect_request("/catchup/cs.CL/2026-11-23").respond_with_data(body, content_type="text/html")
    with pytest.raises(SourceError, match="a page dated 2026-11-20 came, not one of 2026-11-23"):
        catchup(httpserver.url_for("").rstrip("/"), DAY)


def test_a_list_that_changes_between_its_pages_is_refused(httpserver: HTTPServer) -> None:
    site = pages.Site({("cs.CL", DAY): many(6), ("cs.CL", date(2026, 11, 24)): many(6)}, page_size=4)

    def midnight(answer: Response) -> Response:
        site.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        return answer

    site.faults.append(midnight)
    with pytest.raises(SourceError, match="a page dated 2026-11-24 came, not one of 2026-11-23"):
        listing(site.on(httpserver))


def test_a_half_updated_site_is_waited_for_and_a_failing_second_page_fails_the_list(httpserver: HTTPServer) -> None:
    site = pages.Site({("cs.CL", DAY): many(6)}, page_size=4)
    address = site.on(httpserver)
    site.faults.append(pages.busy(60))
    waits, said = Waits(), []
    day = ask(lambda http: arxiv_site.listing(http, address, "cs.CL", delay_seconds=0, page_delay_seconds=0, tell=said.append), waits)
    assert (len(day.announced), waits) == (6, [60.0])
    assert [line for line in said if "next page" in line] == ["arxiv (cs.CL): 4 of 6 entries, asking for the next page"]
    site.faults.extend([lambda answer: answer, pages.busy(300)])
    with pytest.raises(SourceError, match="asks to stay away for 5 minutes"):
        listing(address)


@pytest.mark.parametrize(
    ("body", "words"),
    [("Rate exceeded.", "busy (429"), ("<html><title>Hello</title></html>", "no list of papers ('Hello')"), ("", "an empty answer")],
)
def test_something_else_with_status_200_is_said(httpserver: HTTPServer, body: str, words: str) -> None:
    site = pages.Site({("cs.CL", DAY): many(1)})
    address = site.on(httpserver)
    site.faults.extend([pages.said(body), pages.said(body)])
    with pytest.raises(SourceError) as caught:
        listing(address)
    assert words in str(caught.value)


def test_pages_wait_for_the_longer_delay(httpserver: HTTPServer) -> None:
    site = pages.Site({("cs.CL", DAY): many(6)}, page_size=4)
    address = site.on(httpserver)
    waits = Waits()

    async def run() -> SourceDay:
        async with Http(pacing=Pacing(sleep=waits, clock=lambda: 1_000.0)) as http:
            return await arxiv_site.listing(http, address, "cs.CL", delay_seconds=3, page_delay_seconds=15)

    asyncio.run(run())
    assert waits[-1] == 15.0


@pytest.mark.parametrize("category", ["cs CL", "../x", "cs.CL?x=1", ""])
def test_what_is_no_category_is_never_asked_for(category: str) -> None:
    with pytest.raises(UsageError, match="is no arXiv category"):
        listing("http://127.0.0.1:1", category)
    assert issubclass(UsageError, PapertuiError)

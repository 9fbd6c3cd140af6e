"""arXiv's feeds as days: every item accounted for, and one clear line for whatever is no feed."""

from __future__ import annotations

import gzip
import re
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.paper import ANNOUNCE_TYPES, Announced, SourceDay
from papertui.sources.arxiv_feed import ITEM_LIMIT, parse_feed, says_withdrawn
from papertui.sources.errors import SourceError
from tests import feeds
from tests.shared import DATA, needs_shared, shared_file

HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>cs.CL, cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.CL+cs.LG</link>
<lastBuildDate>Mon, 23 Nov 2026 05:00:07 +0000</lastBuildDate><pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate>
<skipDays><day>Sunday</day><day>Saturday</day></skipDays>"""


def item(
    number: str = "2611.00002v1",
    *,
    title: str = "A title",
    kind: str = "new",
    abstract: str = "We show x.",
    categories: tuple[str, ...] = ("cs.CL",),
    creator: str = "Ada Example",
    more: str = "",
    when: str = "Mon, 23 Nov 2026 00:00:00 -0500",
) -> str:
    return (
        f"<item><title>{title}</title><link>https://arxiv.org/abs/{number.partition('v')[0]}</link>"
        f"<description>arXiv:{number} Announce Type: {kind} \nAbstract: {abstract}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{number}</guid>'
        + "".join(f"<category>{name}</category>" for name in categories)
        + f"<pubDate>{when}</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>{more}<dc:creator>{creator}</dc:creator></item>"
    )


def rss(*items: str, head: str = HEAD) -> bytes:
    return f"{head}{''.join(items)}</channel></rss>".encode()


def read(*items: str, requested: str = "cs.CL+cs.LG") -> SourceDay:
    return parse_feed(rss(*items), requested=requested)


def only(day: SourceDay) -> Announced:
    (one,) = day.announced
    return one


# What a feed says


def test_an_item_becomes_a_paper_and_its_announcement() -> None:
    more = (
        "<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights><arxiv:DOI>https://doi.org/10.1000/XyZ</arxiv:DOI>"
        "<arxiv:journal_reference>J. Samples 1 (2026) 1</arxiv:journal_reference>"
    )
    day = read(
        item(
            title='A $k$-NN \\&amp; Schr\\"odinger\n  paper',
            abstract="We show x &amp; y\nand more. Abstract: inside.\n  A second paragraph.",
            categories=("cs.CL", "cs.LG"),
            creator='J. Pablo M\\"uller, Ada Example (LAB A, LAB B)',
            more=more,
        )
    )
    one = only(day)
    assert (day.source, day.date, day.reason, day.problems) == ("arxiv", date(2026, 11, 23), None, ())
    assert day.facts == {"title": "cs.CL, cs.LG updates on arXiv.org", "built": "Mon, 23 Nov 2026 05:00:07 +0000", "items": "1"}
    assert (one.announcement.source, one.announcement.date, one.announcement.type, one.announcement.rank) == ("arxiv", day.date, "new", 1)
    paper = one.paper
    assert (str(paper.id), paper.version, paper.categories) == ("arxiv:2611.00002", 1, ("cs.CL", "cs.LG"))
    assert paper.title == 'A $k$-NN \\& Schr\\"odinger paper'
    assert paper.abstract == "We show x & y and more. Abstract: inside.\n\nA second paragraph."
    assert (paper.authors, paper.affiliations) == (('J. Pablo M\\"uller', "Ada Example"), ("", "LAB A, LAB B"))
    assert (paper.doi, paper.journal_ref) == ("10.1000/XyZ", "J. Samples 1 (2026) 1")
    assert (paper.license, paper.withdrawn) == ("http://creativecommons.org/licenses/by/4.0/", False)


def test_an_atom_feed_is_dated_by_its_entries_and_an_empty_one_by_its_making() -> None:
    entry = (
        "<entry><id>oai:arXiv.org:hep-th/9901001v2</id><title>T</title><updated>2026-11-24T05:00:07+00:00</updated>"
        '<link href="https://arxiv.org/abs/hep-th/9901001"/><summary>arXiv:hep-th/9901001v2 Announce Type: replace \nAbstract: A.</summary>'
        '<category term="hep-th"/><category term="gr-qc"/><published>2026-11-23T00:00:00-05:00</published>'
        "<arxiv:announce_type>replace</arxiv:announce_type></entry>"
    )
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><title>hep-th updates</title>'
        "<updated>2026-11-24T05:00:07.467064+00:00</updated>{}</feed>"
    )
    day = parse_feed(feed.format(entry).encode(), requested="hep-th")
    one = only(day)
    assert (day.date, str(one.paper.id), one.paper.version) == (date(2026, 11, 23), "arxiv:hep-th/9901001", 2)
    assert (one.paper.categories, one.announcement.type, one.paper.abstract) == (("hep-th", "gr-qc"), "replace", "A.")
    empty = parse_feed(feed.format("").encode(), requested="hep-th")
    assert (empty.date, empty.announced) == (date(2026, 11, 24), ())


@pytest.mark.parametrize(
    ("pub_date", "day"),
    [
        ("Mon, 23 Nov 2026 00:00:00 -0500", date(2026, 11, 23)),
        ("Mon, 23 Nov 2026 00:00:00 -0400", date(2026, 11, 23)),  # the other Eastern offset: the calendar date still holds
        ("Mon, 23 Nov 2026 05:00:00 +0000", date(2026, 11, 23)),
        ("Mon, 23 Nov 2026 04:00:00 GMT", date(2026, 11, 22)),
        ("2026-11-23T00:00:00-05:00", date(2026, 11, 23)),
        ("nonsense", date(2026, 11, 23)),  # then lastBuildDate, which is UTC
        ("Mon, 99 Nov 99999 00:00:00 +9999", date(2026, 11, 23)),
    ],
)
def test_the_mailing_date_is_new_yorks(pub_date: str, day: date) -> None:
    assert parse_feed(rss(head=HEAD.replace("Mon, 23 Nov 2026 00:00:00 -0500", pub_date)), requested="cs.CL").date == day


def test_a_feed_without_any_date_is_refused() -> None:
    with pytest.raises(SourceError, match="has no date"):
        parse_feed(b"<rss><channel><title>t</title></channel></rss>", requested="cs.CL")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("Sat, 01 Aug 2026 00:00:00 -0400", "no mailing on Saturday 1 August 2026"),
        ("Thu, 26 Nov 2026 00:00:00 -0500", "no mailing on Thursday 26 November 2026, an arXiv holiday"),
        ("Thu, 05 Nov 2026 00:00:00 -0500", "arXiv announced nothing in cs.CL, cs.LG on Thursday 5 November 2026"),
    ],
)
def test_an_empty_feed_is_a_day_that_says_why(head: str, reason: str) -> None:
    day = parse_feed(rss(head=HEAD.replace("Mon, 23 Nov 2026 00:00:00 -0500", head)), requested="cs.CL+cs.LG")
    assert (day.announced, day.problems, day.reason) == ((), (), reason)


def test_a_day_that_the_feed_itself_skips_needs_no_calendar() -> None:
    head = HEAD.replace("<day>Sunday</day>", "<day>Monday</day>")
    assert parse_feed(rss(head=head), requested="cs.CL").reason == "no mailing on Monday 23 November 2026"


# What goes wrong with one item


def test_an_item_that_cannot_be_read_is_named_and_the_rest_is_taken() -> None:
    day = read(item(), item("2613.00002v1"), item("2611.00004v2", title="\u200b&#x202e; "), item("2611.00005v1"))
    assert [str(one.paper.id) for one in day.announced] == ["arxiv:2611.00002", "arxiv:2611.00005"]
    assert [one.announcement.rank for one in day.announced] == [1, 4]
    assert [str(problem) for problem in day.problems] == [
        "item 2: no arXiv id in 'oai:arXiv.org:2613.00002v1'",
        "arxiv:2611.00004: no title",
    ]


def test_a_day_of_nothing_but_unreadable_items_does_not_look_like_a_quiet_one() -> None:
    day = read(item("x"), item("y"))
    assert (len(day.problems), day.reason) == (2, "none of 2 items could be read")


def test_without_a_guid_the_description_or_the_link_names_the_paper() -> None:
    bare = re.sub(r"<guid.*?</guid>", "", item("2611.00002v3"))
    assert only(read(bare)).paper.version == 3
    barer = re.sub(r"<description>.*?</description>", "<description>Abstract: Words.</description>", bare, flags=re.DOTALL)
    paper = only(read(barer)).paper
    assert (str(paper.id), paper.version, paper.abstract) == ("arxiv:2611.00002", None, "Words.")


def test_an_unknown_announce_type_is_a_problem_and_the_paper_is_taken() -> None:
    day = read(item(kind="resurrected"))
    assert only(day).announcement.type is None
    assert [str(problem) for problem in day.problems] == ["arxiv:2611.00002: unknown announce type 'resurrected': taken without one"]


def test_items_of_another_date_are_filed_under_the_feeds_and_told_once() -> None:
    old = "Fri, 20 Nov 2026 00:00:00 -0500"
    day = read(item("2611.00002v1", when=old), item("2611.00003v1", when=old), item("2611.00004v1"))
    assert {one.announcement.date for one in day.announced} == {date(2026, 11, 23)}
    assert [str(problem) for problem in day.problems] == [f"2 items: dated {old}: filed under the feed's date, 2026-11-23"]


@pytest.mark.parametrize(
    ("kinds", "strongest"),
    [(("cross", "new"), "new"), (("new", "replace"), "new"), (("replace-cross", "replace"), "replace"), (("replace", "cross"), "cross")],
)
def test_a_paper_that_stands_there_twice_appears_once_with_the_strongest_type(kinds: tuple[str, str], strongest: str) -> None:
    day = read(
        item("2611.00002v1", kind=kinds[0], categories=("cs.CL", "cs.AI")),
        item("2611.00003v1"),
        item("2611.00002v2", kind=kinds[1], categories=("cs.AI", "cs.LG"), title="A newer title"),
    )
    first, _ = day.announced
    assert (first.announcement.type, first.announcement.rank) == (strongest, 1)
    assert (first.paper.version, first.paper.title) == (2, "A newer title")
    assert first.paper.categories == ("cs.CL", "cs.AI", "cs.LG")
    assert day.facts["repeated"] == "1"


def test_two_thousand_items_are_suspect() -> None:
    day = read(*(item(f"2611.{number:05d}v1") for number in range(1, ITEM_LIMIT + 1)))
    assert len(day.announced) == ITEM_LIMIT
    assert [str(problem) for problem in day.problems] == ["arxiv (cs.CL, cs.LG): 2000 items is the feed's limit: ask for fewer categories"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("10.1000/xyz", "10.1000/xyz"),
        ("https://dx.doi.org/10.1000/A", "10.1000/A"),
        ("doi:10.1/a 10.2/b", "10.1/a"),
        ("10.48550/arXiv.2611.00002", None),
        (" ", None),
    ],
)
def test_a_doi_is_the_publishers_and_bare(given: str, kept: str | None) -> None:
    assert only(read(item(more=f"<arxiv:DOI>{given}</arxiv:DOI>"))).paper.doi == kept


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial error in equation 2.",
        "arXiv admin note: This submission has been withdrawn due to serious violation",
        "The paper is withdrawn due to the scraping errors",
        "[Paper withdrawn]",
        "Withdrawn.",
        "This version withdrawn by arXiv administrators",
        "This arXiv article was temporarily withdrawn",
    ],
)
def test_a_text_that_begins_by_saying_so_is_a_withdrawal(text: str) -> None:
    assert says_withdrawn(text)
    assert only(read(item(kind="replace", abstract=text))).paper.withdrawn


@pytest.mark.parametrize(
    "text",
    [
        "Consent was withdrawn by two patients.",
        "We study why papers are retracted. One paper has been withdrawn.",
        "Withdrawn consent is common.",
        "Funds withdrawn by users",
        "",
    ],
)
def test_a_text_that_merely_speaks_of_withdrawing_is_none(text: str) -> None:
    assert not says_withdrawn(text)


# Hostile text


@pytest.mark.parametrize(
    "title",
    [
        "[/foo] [bold]x[/]",
        "=cmd|' /C calc'!A0",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#x9b;31mred&#x202e;desrever&#x2066;",
        "%s{0}\\",
        "x&#x85;y",
    ],
)
def test_hostile_titles_come_through_the_gate_as_plain_text(title: str) -> None:
    paper = only(read(item(title=f"A {title}", abstract=title, creator=title.replace(",", "")))).paper
    assert paper.title == one_line(ElementTree.fromstring(f"<a>A {title}</a>").text or "")
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", paper.title + paper.abstract.replace("\n", "") + "".join(paper.authors)
    )


def test_markup_inside_a_title_loses_its_tags_and_none_of_its_words() -> None:
    assert only(read(item(title="A <b>bold<i>er</i></b> title"))).paper.title == "A bolder title"


@given(
    st.text(
        alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="".join(map(chr, range(32))) + "\ufffe\uffff"), max_size=60
    )
)
def test_any_title_arrives_as_the_gate_lets_it(title: str) -> None:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    day = read(item(title=f"A {escaped}"))
    assert only(day).paper.title == one_line(f"A {title}")


# What is no feed


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "an empty answer"),
        (b" \n", "an empty answer"),
        (b"Rate exceeded.", "begins with 'Rate exceeded.'"),
        (
            b"<!DOCTYPE html><html><head><title>Just a\n moment</title></head></html>",
            r"an HTML page came instead of a feed \('Just a moment'\)",
        ),
        (b"<html><body><p>Login<br></body></html>", "an HTML page came instead of a feed"),
        (b"<opml version='1'/>", "XML that begins with <opml>"),
        (b'{"error": "x"}', "begins with"),
        (b"\x1b[31m\x00\x01", "no well-formed XML|begins with"),
        (HEAD.encode(), "cut short"),
        (rss(item())[:-20], "cut short"),
        (rss(item())[:700], "cut short"),
        (rss(item(title="never < closed")), "no well-formed XML"),
        (b"<rss><channel><title>&nope;</title></channel></rss>", "no well-formed XML"),
    ],
)
def test_what_is_no_feed_is_told_in_one_line(body: bytes, line: str) -> None:
    with pytest.raises(SourceError, match=line) as caught:
        parse_feed(body, requested="cs.CL")
    text = str(caught.value)
    assert text.startswith("arxiv (cs.CL): ")
    assert "\n" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(declaration: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<rss><channel><title>&b;</title></channel></rss>'
    with pytest.raises(SourceError, match="declares a document type"):
        parse_feed(text.encode(encoding), requested="cs.CL")


def test_arxivs_own_error_feed_is_shown() -> None:
    body = (
        b"<rss version='2.0'><channel><title>Feed error for query: cs.XX</title><description>Bad archive 'cs.XX'.</description>"
        b"<pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate></channel></rss>"
    )
    with pytest.raises(SourceError, match=r"refused the query \(Bad archive 'cs.XX'.\)") as caught:
        parse_feed(body, requested="cs.XX")
    assert caught.value.status == 400


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_day_or_in_a_line(data: bytes) -> None:
    for body in (data, HEAD.encode() + data + b"</channel></rss>"):
        try:
            told = parse_feed(body, requested="cs.CL").source
        except SourceError as error:
            told = str(error)
        assert told == "arxiv" or (told.startswith("arxiv (cs.CL): ") and "\n" not in told)


# Real feeds, counted by other means

FEEDS = sorted(path.relative_to(DATA).as_posix() for path in DATA.glob("arxiv_feeds/**/*.xml*"))


def real(name: str) -> str:
    path: Path = shared_file(*name.split("/"))
    data = path.read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode()


@needs_shared
def test_there_are_real_feeds() -> None:
    assert len(FEEDS) == 9


@pytest.mark.parametrize("name", FEEDS)
def test_every_item_of_a_real_feed_is_accounted_for(name: str) -> None:
    text = real(name)
    blocks = re.findall(r"<(item|entry)>(.*?)</\1>", text, re.DOTALL)
    day = parse_feed(text.encode(), requested="cs.AI")
    assert day.problems == ()
    assert len(day.announced) == len(blocks)
    assert str(day.date) in name
    assert (day.reason is None) == bool(blocks)
    for place, ((_, block), one) in enumerate(zip(blocks, day.announced, strict=True), 1):
        paper = one.paper
        number, version = re.search(r"oai:arXiv\.org:([\w./-]+?)v(\d+)<", block).groups()  # type: ignore[union-attr]
        assert (paper.id, paper.version) == (PaperId("arxiv", number), int(version))
        assert (one.announcement.rank, one.announcement.date) == (place, day.date)
        assert one.announcement.type == re.search(r"announce_type>([a-z-]+)<", block)[1]  # type: ignore[index]
        assert one.announcement.type in ANNOUNCE_TYPES
        assert paper.categories == tuple(" ".join(name.split()) for name in re.findall(r'<category(?: term="|>)([^<"]+)', block))
        assert paper.title == " ".join(unescape(re.search(r"<title>(.*?)</title>", block, re.DOTALL)[1]).split())  # type: ignore[index]
        said = unescape(re.search(r"Abstract: (.*?)</(?:description|summary)>", block, re.DOTALL)[1])  # type: ignore[index]
        assert paper.abstract.split() == said.split()
        assert paper.license
        creator = unescape(re.search(r"<dc:creator>(.*?)</dc:creator>", block, re.DOTALL)[1])  # type: ignore[index]
        if "(" not in creator and "{" not in creator and ", Jr" not in creator:
            assert len(paper.authors) == creator.count(",") + 1
        assert all(author in creator for author in paper.authors if "(" not in author)
        assert not paper.withdrawn


def test_the_real_saturday_feed_is_no_failure() -> None:
    day = parse_feed(real("arxiv_feeds/rss_cs.CL_2026-08-01_saturday_empty.xml").encode(), requested="cs.CL")
    assert (day.date, day.announced, day.reason) == (date(2026, 8, 1), (), "no mailing on Saturday 1 August 2026")


@pytest.mark.parametrize(
    "title",
    ["a\x1b[31mred", "osc \x1b]0;PWNED\x07x", "ref &#27;[31m &#x1B;[0m", "nul \x00 and &#0;", "c1 \x9b31m", "end \uffff", "half &#xD800;"],
)
def test_characters_that_xml_forbids_cost_neither_the_day_nor_reach_anybody(title: str) -> None:
    data = feeds.feed(feeds.item("2611.00001", title), feeds.item("2611.00002", "fine")).replace("&amp;#", "&#").encode()
    day = parse_feed(data, requested="cs.LG")
    assert [str(each.paper.id) for each in day.announced] == ["arxiv:2611.00001", "arxiv:2611.00002"]
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in day.announced[0].paper.title)

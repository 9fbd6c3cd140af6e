"""Hugging Face's Daily Papers from a loopback server: what is told, what is asked, and what broken answers become."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest

from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper, SourceDay
from papertui.errors import UsageError
from papertui.sources import huggingface
from papertui.sources.errors import SourceError, exhausted_for, retry_after
from papertui.sources.http import Http, Timeouts
from papertui.sources.huggingface_json import wanted
from papertui.sources.pacing import Pacing
from tests.hf_site import HuggingFace, Json, element
from tests.replies import answer
from tests.shared import shared_file

T = TypeVar("T")
DAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)
PATIENT = Timeouts()
NOW = 1_795_435_200.0  # 2026-11-23 12:00:00 UTC
FILES = [("daily_papers_limit30_2026-06-12.json", date(2026, 6, 12), 30), ("daily_papers_small.json", date(2026, 8, 3), 3)]


class Waits(list[float]):
    """A sleep that takes no time and remembers what it was asked for."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def site() -> Iterator[HuggingFace]:
    with HuggingFace() as running:
        yield running


def with_http(work: Callable[[Http], Awaitable[T]], waits: Waits | None = None, timeouts: Timeouts = PATIENT) -> T:
    async def run() -> T:
        async with Http(timeouts=timeouts, sleep=waits if waits is not None else Waits(), clock=lambda: NOW) as http:
            return await work(http)

    return asyncio.run(run())


def days_of(url: str, waits: Waits | None = None, timeouts: Timeouts = PATIENT, **asked: Any) -> list[SourceDay]:
    pauses = waits if waits is not None else Waits()
    return with_http(lambda http: huggingface.daily(http, url, host_delay=0, sleep=pauses, **asked), pauses, timeouts)


def day_of(url: str, day: date = DAY, **asked: Any) -> SourceDay:
    (found,) = days_of(url, day=day, **asked)
    return found


def trouble(url: str, **asked: Any) -> str:
    with pytest.raises(SourceError) as caught:
        days_of(url, **{"day": DAY, **asked})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def papers(day: SourceDay) -> list[Paper]:
    return [one.paper for one in day.announced]


def numbers(day: SourceDay) -> list[str]:
    return [paper.id.number for paper in papers(day)]


def numbered(count: int, day: date | None = DAY, start: int = 1) -> list[Json]:
    return [element(f"2611.{number:05d}", day) for number in range(start, start + count)]


# What is told


def told_independently(one: Json) -> dict[str, Any]:
    """What an element of the real files says, read without any of our code."""
    paper = one["paper"]
    who, house = one["submittedBy"], paper.get("organization")
    return {
        "id": ("arxiv", paper["id"]),
        "title": re.sub(r"\s+", " ", paper["title"]),
        "abstract": re.sub(r"[ \n]+", " ", paper["summary"]).strip(),
        "authors": tuple(each["name"] for each in paper["authors"] if not each["hidden"]),
        "published": datetime.strptime(paper["publishedAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        "upvotes": paper["upvotes"],
        "comments_count": one["numComments"],
        "submitter": who["fullname"],
        "organization": house["fullname"] if house else None,
        "ai_summary": paper.get("ai_summary"),
        "keywords": tuple(paper.get("ai_keywords", ())),
        "code_url": paper.get("githubRepo"),
        "code_stars": paper.get("githubStars"),
        "project_url": paper.get("projectPage"),
    }


@pytest.mark.parametrize(("name", "day", "count"), FILES)
def test_every_field_of_a_real_day_is_told_and_no_other(site: HuggingFace, name: str, day: date, count: int) -> None:
    listed = json.loads(shared_file("hf_daily_papers", name).read_bytes())
    site.days = {day: listed}
    found = day_of(site.url, day)
    assert (found.source, found.date, found.problems, found.reason, len(found.announced)) == ("huggingface", day, (), None, count)
    for place, (one, announced) in enumerate(zip(listed, found.announced, strict=True), 1):
        told = told_independently(one)
        assert {key: getattr(announced.paper, key) for key in told} == told
        unknown = Paper(PaperId("arxiv", "2611.00001"), "")
        assert all(getattr(announced.paper, each.name) == getattr(unknown, each.name) for each in fields(Paper) if each.name not in told)
        said = announced.announcement
        assert (said.source, said.date, said.type, said.rank) == ("huggingface", day, None, place)


def test_papers_that_cannot_be_read_are_named_and_the_rest_is_taken(site: HuggingFace) -> None:
    odd: list[Any] = [3, {}, {"paper": None}, element("clawrxiv:2603.00416"), element("openreview-x"), {"paper": {"id": "2611.00007"}}]
    site.days = {DAY: [*odd, *numbered(2)]}
    found = day_of(site.url)
    assert numbers(found) == ["2611.00001", "2611.00002"]
    assert [one.announcement.rank for one in found.announced] == [1, 2]
    said = [str(problem) for problem in found.problems]
    assert len(said) == len(odd)
    assert said[0] == "huggingface (Monday 23 November 2026), item 1: no paper stands there"
    assert said[3].endswith("no arXiv id in 'clawrxiv:2603.00416'")
    assert said[5] == "arxiv:2611.00007: no title"
    assert not any(problem.is_note for problem in found.problems)


# Days and pages


def test_a_day_is_asked_for_page_by_page_until_one_is_short(site: HuggingFace) -> None:
    site.days = {DAY: numbered(230)}
    found = day_of(site.url)
    assert numbers(found) == [f"2611.{number:05d}" for number in range(1, 231)]
    assert [one.announcement.rank for one in found.announced] == list(range(1, 231))
    assert [one.query for one in site.asked] == [{"date": "2026-11-23", "limit": "100", "p": page} for page in "012"]
    assert found.facts == {"items": "230", "pages": "3"}


def test_a_server_that_gives_smaller_pages_than_asked_for_is_read_to_its_end(site: HuggingFace) -> None:
    site.days, site.most_a_page = {DAY: numbered(120)}, 50
    assert len(day_of(site.url).announced) == 120
    assert len(site.asked) == 3


def test_a_list_without_end_ends(site: HuggingFace) -> None:
    site.days, site.repeats = {DAY: numbered(100)}, True
    found = day_of(site.url)
    assert (len(site.asked), len(found.announced), found.facts["repeated"]) == (2, 100, "100")
    site.days, site.repeats = {DAY: numbered(2_100)}, False
    site.asked.clear()
    found = day_of(site.url)
    assert (len(site.asked), len(found.announced)) == (20, 2_000)
    assert str(found.problems[0]).endswith("longer than 20 pages: the rest was not asked for")


def test_a_paper_that_stands_on_two_pages_is_taken_once(site: HuggingFace) -> None:
    site.days = {DAY: [*numbered(100), *numbered(10, start=95)]}
    found = day_of(site.url)
    assert numbers(found) == [f"2611.{number:05d}" for number in range(1, 105)]
    assert found.facts["repeated"] == "6"


def test_a_page_with_far_too_many_papers_is_cut(site: HuggingFace) -> None:
    site.always = answer(json.dumps([*numbered(1_000), 1, 2, 3]).encode())
    found = day_of(site.url)
    assert len(found.announced) == 1_000
    assert "a page of 1,003 papers: only the first 1,000 were taken" in str(found.problems[0])


def test_a_day_without_papers_says_so(site: HuggingFace) -> None:
    found = day_of(site.url, date(2026, 11, 21))
    assert (found.date, found.announced, found.problems) == (date(2026, 11, 21), (), ())
    assert found.reason == "Hugging Face lists no papers for Saturday 21 November 2026"


def test_papers_of_the_last_day_that_has_some_are_not_taken_for_a_sundays(site: HuggingFace) -> None:
    site.days, site.goes_back = {FRIDAY: numbered(130, FRIDAY)}, True
    found = day_of(site.url, date(2026, 11, 22))
    assert (found.announced, found.reason) == ((), "Hugging Face lists no papers for Sunday 22 November 2026")
    assert "100 papers of Friday 20 November 2026 came too and were left out" in str(found.problems[0])
    assert found.problems[0].is_note
    assert len(site.asked) == 1


def test_a_paper_that_does_not_say_its_day_is_of_the_one_asked_for(site: HuggingFace) -> None:
    site.days = {DAY: [*numbered(1, None), element("2611.00002", None, submittedOnDailyAt="soon"), *numbered(1, FRIDAY, 3)]}
    found = day_of(site.url)
    assert numbers(found) == ["2611.00001", "2611.00002"]
    assert str(found.problems[0]).endswith("1 paper of Friday 20 November 2026 came too and were left out")


def test_weeks_and_months_come_as_their_days(site: HuggingFace) -> None:
    site.days = {
        DAY: numbered(2),
        FRIDAY: [*numbered(1, FRIDAY), *numbered(1, FRIDAY, 9)],
        date(2026, 10, 30): numbered(1, date(2026, 10, 30)),
    }
    (week,) = days_of(site.url, week="2026-W47")
    assert (week.date, numbers(week)) == (FRIDAY, ["2611.00001", "2611.00009"])
    month = days_of(site.url, month="2026-11")
    assert [(day.date, len(day.announced), day.announced[0].announcement.rank) for day in month] == [(DAY, 2, 1), (FRIDAY, 2, 1)]
    (none,) = days_of(site.url, month="2026-02")
    assert (none.date, none.reason) == (date(2026, 2, 1), "Hugging Face lists no papers for February 2026")
    assert [one.query for one in site.asked][:2] == [
        {"week": "2026-W47", "limit": "100", "p": "0"},
        {"month": "2026-11", "limit": "100", "p": "0"},
    ]


@pytest.mark.parametrize(
    "asked", [{"week": "2026-W60"}, {"week": "2026-47"}, {"week": "0000-W01"}, {"week": "9999-W52"}, {"month": "2026-13"}, {"month": "0001-01"}]
)  # fmt: skip
def test_what_is_no_week_or_month_is_told_before_anything_is_asked(site: HuggingFace, asked: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"is no (week|month): write it as 2026-"):
        days_of(site.url, **asked)
    assert site.asked == []
    with pytest.raises(ValueError, match="one list at a time"):
        wanted(DAY, "2026-W47")


def test_the_newest_list_ends_where_an_older_day_begins(site: HuggingFace) -> None:
    site.days = {DAY: numbered(60), FRIDAY: numbered(400, FRIDAY, 1_000)}
    newest, older = days_of(site.url)
    assert (newest.date, len(newest.announced), older.date, len(older.announced)) == (DAY, 60, FRIDAY, 40)
    assert "Friday 20 November 2026 may have more papers: ask for that day" in str(newest.problems[0])
    assert len(site.asked) == 1


def test_what_is_trending_has_no_ranks_of_a_day(site: HuggingFace) -> None:
    site.days = {DAY: numbered(60), FRIDAY: numbered(60, FRIDAY, 1_000)}
    found = days_of(site.url, trending=True)
    assert [(day.date, len(day.announced), day.facts["list"]) for day in found] == [(DAY, 60, "trending"), (FRIDAY, 40, "trending")]
    assert {one.announcement.rank for day in found for one in day.announced} == {None}
    assert [one.query for one in site.asked] == [{"sort": "trending", "limit": "100", "p": "0"}]


def test_a_list_without_a_day_is_told(site: HuggingFace) -> None:
    with pytest.raises(SourceError, match=r"huggingface \(newest\): the list is empty: try again later"):
        days_of(site.url)
    site.days = {DAY: numbered(3, None)}
    with pytest.raises(SourceError, match=r"huggingface \(newest\): none of its papers could be read"):
        days_of(site.url)


# Search and single papers


def test_a_search_takes_both_kinds_of_elements_once_each(site: HuggingFace) -> None:
    site.days = {DAY: [element("2611.00001", DAY, "Words & more"), element("2611.00002")["paper"] | {"title": "words"}, element("2611.00001", DAY, "words"),
                       element("nothing", DAY, "words")]}  # fmt: skip
    said: list[str] = []
    found = with_http(lambda http: huggingface.search(http, site.url, "words & \udce9?#", limit=7, tell=said.append, host_delay=0))
    assert [(one.id.number, one.title) for one in found] == [("2611.00001", "Words & more"), ("2611.00002", "words")]
    assert site.asked[0].query == {"q": "words & ??#", "limit": "7"}
    assert said == ["huggingface (search), item 4: no arXiv id in 'nothing': passed over"]
    assert len(with_http(lambda http: huggingface.search(http, site.url, "words", limit=1, host_delay=0))) == 1


def test_a_single_paper_is_had_by_its_id_or_is_not_there(site: HuggingFace) -> None:
    site.days = {DAY: [element("2611.00001", DAY, upvotes=4)]}

    def one(number: str, archive: str = "arxiv") -> Paper | None:
        return with_http(lambda http: huggingface.paper(http, site.url, PaperId(archive, number), host_delay=0))

    found = one("2611.00001")
    assert found is not None
    assert (found.upvotes, found.title) == (4, "A title")
    assert one("2611.00002") is None
    assert one("hep-th/9901001") is None
    assert [asked.path for asked in site.asked][2] == "/api/papers/hep-th/9901001"
    assert one("2611.00001", "clawrxiv") is None
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [({"id": "2611.00009", "title": "T"}, "the answer is about arxiv:2611.00009"), ({"error": "Paused"}, "the server says 'Paused'"),
     ([], "no paper stands there"), ({"id": "2611.00001"}, "no title")],
)  # fmt: skip
def test_an_answer_about_anything_else_is_no_paper(site: HuggingFace, body: Any, words: str) -> None:
    site.always = answer(json.dumps(body).encode())
    with pytest.raises(SourceError, match=re.escape(words)):
        with_http(lambda http: huggingface.paper(http, site.url, PaperId("arxiv", "2611.00001"), host_delay=0))


# Manners


def test_a_token_is_sent_only_where_one_is_given(site: HuggingFace) -> None:
    site.days, site.token = {DAY: numbered(1)}, "hf_secret"
    assert len(day_of(site.url).announced) == 1
    assert "authorization" not in site.asked[-1].headers
    assert len(day_of(site.url, token=" hf_secret\n").announced) == 1
    assert site.asked[-1].headers["authorization"] == "Bearer hf_secret"
    day_of(site.url, token="  ")
    assert "authorization" not in site.asked[-1].headers


def test_a_token_that_is_wrong_is_told_without_telling_it(site: HuggingFace) -> None:
    site.token = "hf_right"
    said = trouble(site.url, token="hf_secret")
    assert said == "huggingface (Monday 23 November 2026): the token was refused: correct HF_TOKEN or unset it"
    for broken in ("hf_sec\r\nret: x", "hf_s€cret", "hf secret"):
        assert trouble(site.url, token=broken) == "huggingface: the token holds characters that no token has: correct HF_TOKEN or unset it"
    assert len(site.asked) == 1


def test_requests_keep_their_distance(site: HuggingFace) -> None:
    site.days = {DAY: numbered(130)}
    waits = Waits()

    async def run() -> None:
        async with Http(pacing=Pacing(clock=lambda: NOW, sleep=waits)) as http:
            await huggingface.daily(http, site.url, day=DAY, host_delay=7.0)

    asyncio.run(run())
    assert waits[1:] == [7.0]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ('"api";r=0;t=42', 42.0),
        ('"api";r=0;t=42, "pages";r=7;t=99', 42.0),
        ('"a";r=0;t=42, "b";r=0;t=50;pk=:eA==:', 50.0),
        ('api ; t=7 ; r=0', 7.0),
        ('"api|pages";r=499;t=300', None),
        ('"r=0, x;r=0;t=5";r=3;t=9', None),
        ('"x\\";r=0;t=9";r=1;t=2', None),
        ('"api";r=0', None),
        ('"api";r=0;t=-4', None),
        ('"api";r=0;t=4.5', None),
        (f'"api";r=0;t={"9" * 400}', None),
        ("limit=100, remaining=0, reset=5", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_seconds_until_a_policy_grants_again_are_read(told: str, seconds: float | None) -> None:
    assert exhausted_for({"ratelimit": told}) == seconds
    assert retry_after({"ratelimit": told}, NOW) == seconds
    assert retry_after({"ratelimit": told, "retry-after": "3"}, NOW) == 3.0


def busy(limit: str) -> bytes:
    return answer(b"{}", f"RateLimit: {limit}", 'RateLimit-Policy: "fixed window";"api";q=500;w=300', status="429 Too Many Requests")


def test_a_busy_server_that_tells_its_limits_is_asked_again_when_they_end(site: HuggingFace) -> None:
    site.days = {DAY: numbered(1)}
    site.faults = [busy('"api";r=0;t=42')]
    waits, said = Waits(), list[str]()
    assert len(day_of(site.url, waits=waits, tell=said.append).announced) == 1
    assert (waits, len(said)) == ([42.0], 1)
    assert said[0].endswith("busy (429 Too Many Requests): trying again in 42 s")


def test_a_limit_that_lasts_too_long_says_when_to_come_back(site: HuggingFace) -> None:
    site.always = busy('"api";r=0;t=290')
    assert trouble(site.url).endswith("busy (429), asks to stay away for 5 minutes: try again after 12:04 UTC")
    assert len(site.asked) == 1


def test_the_last_request_of_a_window_is_followed_by_a_pause(site: HuggingFace) -> None:
    site.days = {DAY: numbered(330)}
    site.limits = ['"api";r=9;t=60', '"api";r=0;t=42', '"api";r=0;t=290', '"api";r=0;t=290']
    waits, said = Waits(), list[str]()
    assert len(day_of(site.url, waits=waits, tell=said.append).announced) == 330
    assert waits == [42.0, 120.0]
    assert said[0] == "huggingface (Monday 23 November 2026): no requests left for now: going on in 42 s"


# Bad answers


def silence(connection: socket.socket) -> None:
    connection.settimeout(5)
    connection.recv(1)  # until the other side gives up


def trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    with contextlib.suppress(OSError):
        for _ in range(60):
            connection.sendall(b" ")
            time.sleep(0.05)


LISTED = json.dumps(numbered(3)).encode()
JSON = "Content-Type: application/json"
BAD = {
    "a web page": (answer(b"<!doctype html><p>Sign in", JSON), "a web page came instead of JSON"),
    "cut short": (answer(LISTED[:-40], JSON), "no whole JSON"),
    "cut by the connection": (answer(LISTED[:-40], JSON, length=len(LISTED)), "the connection broke"),
    "empty": (answer(b""), "the answer is empty"),
    "blank": (answer(b" \n " * 1_000), "the answer is empty"),
    "no text": (answer(b"\xff\xfe[\x00"), "no text in UTF-8"),
    "a bomb": (answer(gzip.compress(bytes(30_000_000)), "Content-Encoding: gzip"), "larger than 5 MB"),
    "300 MB": (answer(b"[", length=300_000_000), "larger than 5 MB"),
    "deep": (answer(b"[" * 100_000), "levels deep"),
    "deep and closed": (answer(b"[" * 200 + b"]" * 200), "levels deep"),
    "deep in a paper": (answer(b'[{"paper":' + b'{"a":' * 60 + b"1" + b"}" * 61 + b"]"), "levels deep"),
    "many parts": (answer(b"[" + b"{}," * 1_000_000 + b"{}]"), "more than 300,000 parts"),
    "no number": (answer(b'[{"upvotes": NaN}]'), "NaN, which is no JSON"),
    "an endless number": (answer(b"[" + b"1" * 5_000 + b"]"), "a number of 5,000 digits"),
    "another host": (answer(b"", "Location: http://example.com/x", status="302 Found"), "redirects to another host"),
    "a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "no web address"),
    "busy": (busy('"api";r=0;t=1'), "busy (429 Too Many Requests)"),
    "broken": (answer(b"<html>", status="500 Internal Server Error"), "answered 500"),
    "refused": (answer(b'{"error": "Invalid\\u001b date"}', status="400 Bad Request"), "refused (Invalid date): check what was asked for"),
    "refused without words": (answer(b"<p>", status="400 Bad Request"), "answered 400 Bad Request"),
    "an error": (answer(b'{"error": "Internal\\nerror"}'), "the server says 'Internal error'"),
    "an error in an object": (answer(b'{"error": {"message": "Paused"}}'), "the server says 'Paused'"),
    "an object": (answer(b'{"papers": []}'), "no list of papers"),
    "a value": (answer(b"null"), "no list of papers"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answer_is_one_line_and_nothing_is_half_given(site: HuggingFace, kind: str) -> None:
    site.always, words = BAD[kind]
    assert words in trouble(site.url)
    with pytest.raises(SourceError, match=re.escape(words)):
        with_http(lambda http: huggingface.search(http, site.url, "words", host_delay=0))


@pytest.mark.parametrize(("slow", "words"), [(silence, "silent for 0.2 seconds"), (trickle, "not done within 0.4 seconds")])
def test_a_slow_answer_is_given_up(site: HuggingFace, slow: Callable[[socket.socket], object], words: str) -> None:
    site.always = slow
    assert words in trouble(site.url, timeouts=Timeouts(read=0.2, total=0.4))


def test_a_bad_second_page_leaves_no_half_of_a_list(site: HuggingFace) -> None:
    site.days = {DAY: numbered(150)}
    site.faults = [None, BAD["cut short"][0]]  # type: ignore[list-item]  # this one is of bytes
    assert "no whole JSON" in trouble(site.url)
    assert len(site.asked) == 2


def test_pages_that_are_too_large_together_are_not_taken(site: HuggingFace) -> None:
    def page(connection: socket.socket) -> None:
        listed = numbered(100, start=len(site.asked) * 100)
        connection.sendall(answer(json.dumps(listed).encode() + b" " * 4_900_000))

    site.always = page
    assert "larger than 25 MB, so not taken" in trouble(site.url)
    assert len(site.asked) == 6


def test_a_wrong_date_is_told_with_the_servers_words(site: HuggingFace) -> None:
    site.always = answer(b'{"error": "Invalid date"}', status="400 Bad Request")
    assert trouble(site.url) == "huggingface (Monday 23 November 2026): refused (Invalid date): check what was asked for"

"""`fetch --date`, `--since` and `--wait`: past mailings from pages, what a feed lacks, and what an edition says of itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced, Announcement, Paper
from tests.arxiv_site import Site, busy
from tests.command import here
from tests.feeds import feed, item

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
DAYS = [dt.date(2026, 11, 17), dt.date(2026, 11, 18), dt.date(2026, 11, 19), FRIDAY]


def one(number: str, day: dt.date, category: str, kind: str = "new") -> Announced:
    paper = Paper(
        id=PaperId("arxiv", number), title=f"Paper {number}", abstract="An abstract.", authors=("A. Author",), categories=(category,)
    )
    return Announced(paper, Announcement("arxiv", day, kind))


def site_of(*categories: str, per_day: int = 2) -> Site:
    """Every mailing day before Monday with a few papers in each category."""
    days = {}
    for place, category in enumerate(categories):
        for number, day in enumerate(DAYS):
            days[(category, day)] = [one(f"2611.{1000 * (place + 1) + 10 * number + each:05}", day, category) for each in range(per_day)]
    return Site(days)


def env(server: HTTPServer, site: Site, *categories: str, body: str | None = None) -> dict[str, str]:
    newest = body if body is not None else feed(item("2611.09001", "From the feed"))
    server.expect_request(f"/rss/{'+'.join(categories)}").respond_with_data(newest, content_type="text/xml")
    written = ", ".join(f'"{each}"' for each in categories)
    return {
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": f"[{written}]",
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": server.url_for("/rss/"),
        "PAPERTUI_SOURCES__ARXIV__SITE_URL": site.on(server),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__PAGE_DELAY_SECONDS": "0",
    }


def days_of(home: Path, settings: dict[str, str]) -> dict[str, dict[str, object]]:
    told = here(home, "stats", "--format", "json", env=settings).json
    return {day["date"]: day for day in told["days"]}


def test_past_mailings_come_in_order_and_none_twice(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG", "cs.CL")
    settings = env(httpserver, site, "cs.LG", "cs.CL")
    here(tmp_path, "fetch", "--since", "2026-11-17", env=settings)
    asked = [told.path.partition("?")[0] for told in site.log]
    assert asked == [f"/catchup/{category}/{day}" for day in DAYS for category in ("cs.LG", "cs.CL")]
    assert sorted(days_of(tmp_path, settings)) == [*map(str, DAYS), str(MONDAY)]
    assert len(here(tmp_path, "list", "--date", str(FRIDAY), "--format", "ids", env=settings).out.split()) == 4
    again = here(tmp_path, "fetch", "--since", "2026-11-17", env=settings)
    assert "all 5 mailings since 2026-11-17 are here already" in again.err
    assert len(site.log) == len(asked)


def test_a_day_that_broke_off_says_so_until_it_is_whole(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG", "cs.CL")
    settings = env(httpserver, site, "cs.LG", "math.XX")
    settings["PAPERTUI_SOURCES__ARXIV__CATEGORIES"] = '["cs.LG", "math.XX"]'
    done = here(tmp_path, "fetch", "--date", str(FRIDAY), env=settings, code=None)
    assert done.code in (1, 3)
    assert "math.XX" in done.err
    (day,) = days_of(tmp_path, settings).values()
    (told,) = day["asked"]  # type: ignore[misc]
    assert (told["categories"], told["missing"]) == (["cs.LG"], "arXiv's math.XX could not be had")
    assert "incomplete: arXiv's math.XX could not be had" in str(day["reason"])
    settings["PAPERTUI_SOURCES__ARXIV__CATEGORIES"] = '["cs.LG", "cs.CL"]'
    site.log.clear()
    here(tmp_path, "fetch", "--date", str(FRIDAY), env=settings)
    assert [asked.path.partition("?")[0] for asked in site.log] == [f"/catchup/cs.CL/{FRIDAY}"]
    (day,) = days_of(tmp_path, settings).values()
    assert "incomplete" not in str(day["reason"])


def test_a_weekend_has_the_last_list(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG")
    site.now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    empty = feed(date="Sat, 21 Nov 2026 00:00:00 -0500")
    settings = env(httpserver, site, "cs.LG", body=empty) | {"PAPERTUI_NOW": "2026-11-21T12:00:00Z"}
    done = here(tmp_path, "fetch", env=settings)
    assert "no mailing on Saturday 21 November 2026; the newest list is of 2026-11-20" in done.err
    assert list(days_of(tmp_path, settings)) == [str(FRIDAY)]
    assert "which is here already" in here(tmp_path, "fetch", env=settings).err
    assert len(site.log) == 1


def test_an_empty_feed_on_a_weekday_is_confirmed_by_the_page(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG")
    site.without_mailing.add(MONDAY)
    settings = env(httpserver, site, "cs.LG", body=feed())
    here(tmp_path, "fetch", env=settings)
    (day,) = days_of(tmp_path, settings).values()
    assert (day["date"], day["reason"]) == (str(MONDAY), "no mailing on Monday 23 November 2026: arXiv left it out")


def test_an_empty_feed_that_no_page_confirms_is_no_day_without_mailing(tmp_path: Path, httpserver: HTTPServer) -> None:
    settings = env(httpserver, site_of("cs.CL"), "cs.LG", body=feed())  # the site has no such category
    here(tmp_path, "fetch", env=settings, code=1)
    (day,) = days_of(tmp_path, settings).values()
    assert day["reason"] == "incomplete: arXiv's cs.LG could not be had"


def test_an_old_feed_is_completed_from_pages(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG")
    site.days = {**site.days, ("cs.LG", MONDAY): [one("2611.08001", MONDAY, "cs.LG")]}
    old = feed(item("2611.01030", "Friday's"), date="Fri, 20 Nov 2026 00:00:00 -0500")
    settings = env(httpserver, site, "cs.LG", body=old)
    here(tmp_path, "fetch", env=settings)
    assert here(tmp_path, "list", "--format", "ids", env=settings).out == "arxiv:2611.08001\n"
    assert set(days_of(tmp_path, settings)) == {str(FRIDAY), str(MONDAY)}


def test_a_stale_category_comes_from_its_page(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG", "cs.CL", per_day=3)
    site.days = {**site.days, ("cs.CL", MONDAY): [one("2611.08001", MONDAY, "cs.CL")]}
    old = [item(f"2611.{2030 + each:05}", "Friday's", categories=("cs.CL",)) for each in range(3)]
    settings = env(httpserver, site, "cs.LG", "cs.CL", body=feed(item("2611.07001", "Fresh", categories=("cs.LG",)), *old))
    here(tmp_path, "fetch", "--date", str(FRIDAY), env=settings)
    done = here(tmp_path, "fetch", env=settings)
    assert "the feed has the list of 2026-11-20 for cs.CL still" in done.err
    listed = here(tmp_path, "list", "--date", str(MONDAY), "--format", "ids", env=settings).out.split()
    assert sorted(listed) == ["arxiv:2611.07001", "arxiv:2611.08001"]


def test_dates_that_have_no_list_say_why(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG")
    settings = env(httpserver, site, "cs.LG")
    assert "not out yet" in here(tmp_path, "fetch", "--date", "2026-12-01", env=settings, code=1).err
    assert "no mailing on Saturday 21 November 2026" in here(tmp_path, "fetch", "--date", "2026-11-21", env=settings).err
    assert site.log == []


def test_a_full_feed_is_split(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papertui.services.arxiv_days.FEED_LIMIT", 3)
    site = site_of("cs.LG")
    site.days = {**site.days, ("cs.CL", MONDAY): [one(f"2611.0800{each}", MONDAY, "cs.CL") for each in range(4)]}
    many = [item(f"2611.0900{each}", "Many") for each in range(3)]
    settings = env(httpserver, site, "cs.LG", "cs.CL", body=feed(*many))
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(item("2611.09009", "Alone")), content_type="text/xml")
    httpserver.expect_request("/rss/cs.CL").respond_with_data(feed(*many), content_type="text/xml")
    here(tmp_path, "fetch", env=settings)
    listed = here(tmp_path, "list", "--format", "ids", env=settings).out.split()
    assert sorted(listed) == [*(f"arxiv:2611.0800{each}" for each in range(4)), "arxiv:2611.09009"]
    assert [asked.path.partition("?")[0] for asked in site.log] == [f"/catchup/cs.CL/{MONDAY}"]


def test_wait_looks_until_the_mailing_changes(tmp_path: Path, httpserver: HTTPServer) -> None:
    looks: list[int] = []
    old = feed(item("2611.01030", "Friday's"), date="Fri, 20 Nov 2026 00:00:00 -0500")

    def answer(_: Request) -> Response:
        looks.append(1)
        return Response(old if len(looks) < 4 else feed(item("2611.09001", "Monday's")), content_type="text/xml")

    httpserver.expect_request("/rss/cs.LG").respond_with_handler(answer)
    settings = {
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": httpserver.url_for("/rss/"),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__PAGE_DELAY_SECONDS": "0.01",
    }
    here(tmp_path, "fetch", env=settings)
    here(tmp_path, "fetch", "--wait", env=settings)
    assert len(looks) == 5
    assert here(tmp_path, "list", "--format", "ids", env=settings).out == "arxiv:2611.09001\n"


def test_half_updated_pages_are_waited_for(tmp_path: Path, httpserver: HTTPServer) -> None:
    site = site_of("cs.LG")
    site.faults.append(busy(retry_after=0))
    settings = env(httpserver, site, "cs.LG")
    here(tmp_path, "fetch", "--date", str(FRIDAY), env=settings)
    assert [asked.status for asked in site.log] == [503, 200]

"""`fetch` from several sources: one row a paper, each failure its own line, subscriptions with the day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from pytest_httpserver import HTTPServer

from tests.claw_site import Claw, post
from tests.command import here
from tests.feeds import feed, item
from tests.hf_site import HuggingFace, element

DAY = dt.date(2026, 11, 23)


def env(server: HTTPServer, *sources: str, **more: str) -> dict[str, str]:
    server.expect_request("/rss/cs.LG").respond_with_data(feed(item("2611.00001", "From arXiv")), content_type="text/xml")
    return {
        "PAPERTUI_SOURCES__ENABLED": json.dumps(list(sources)),
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": server.url_for("/rss/"),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        **more,
    }


def test_a_paper_that_two_sources_announce_is_one_row(tmp_path: Path, httpserver: HTTPServer) -> None:
    with HuggingFace({DAY: [element("2611.00001", DAY, "As retold", upvotes=12), element("2610.00007", DAY, "Older")]}) as site:
        settings = env(httpserver, "huggingface", "arxiv", PAPERTUI_SOURCES__HUGGINGFACE__URL=site.url)
        here(tmp_path, "fetch", env=settings)
        here(tmp_path, "fetch", env=settings)
    rows = here(tmp_path, "list", "--format", "json", env=settings).json
    assert {(row["id"], row["title"], row["upvotes"]) for row in rows} >= {("arxiv:2611.00001", "From arXiv", 12)}
    assert [row["id"] for row in rows].count("arxiv:2611.00001") == 1
    (both,) = (row for row in rows if row["id"] == "arxiv:2611.00001")
    assert [told["source"] for told in both["announcements"]] == ["arxiv", "huggingface"]


def test_a_source_that_fails_leaves_the_others(tmp_path: Path, httpserver: HTTPServer) -> None:
    settings = env(httpserver, "arxiv", "huggingface", PAPERTUI_SOURCES__HUGGINGFACE__URL=httpserver.url_for("/none"))
    done = here(tmp_path, "fetch", env=settings, code=3)
    assert "huggingface" in done.err
    assert here(tmp_path, "list", "--format", "ids", env=settings).out == "arxiv:2611.00001\n"


def test_what_programs_wrote_keeps_its_own_identity(tmp_path: Path, httpserver: HTTPServer) -> None:
    with Claw([post(416, "2026-11-23 08:30:00")]) as claw:
        settings = env(httpserver, "arxiv", "clawrxiv", PAPERTUI_SOURCES__CLAWRXIV__URL=claw.url)
        here(tmp_path, "fetch", env=settings)
    ids = here(tmp_path, "list", "--format", "ids", env=settings).out.split()
    assert "arxiv:2611.00001" in ids
    assert [each for each in ids if each.startswith("clawrxiv:")] == ["clawrxiv:2611.00416"]


def test_lists_that_are_subscribed_to_come_with_the_day(tmp_path: Path, httpserver: HTTPServer) -> None:
    listed = {
        "2611.00001": {
            "ARXIVID": "2611.00001", "title": "From arXiv", "abstract": "An abstract.", "authors": ["First Author"],
            "COMMENT": "Good.", "RELEVANCE": 9, "NOVELTY": 7, "SCORE": 16,
        }
    }  # fmt: skip
    httpserver.expect_request("/2026-11-23-output.json").respond_with_json(listed)
    subscribed = f'[{{name = "other", url = "{httpserver.url_for("/")}{{date}}-output.json"}}]'
    settings = env(httpserver, "arxiv", PAPERTUI_SOURCES__LISTS=subscribed)
    here(tmp_path, "fetch", env=settings)
    (row,) = here(tmp_path, "list", "--format", "json", env=settings).json
    assert [told["source"] for told in row["announcements"]] == ["arxiv", "list:other"]
    assert (row["relevance"], row["novelty"], row["scorer"]) == (9, 7, "list:other")


def test_a_list_of_many_days_has_only_the_asked_one_scored(tmp_path: Path, httpserver: HTTPServer) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    for day, number in ((DAY, "2611.00001"), (dt.date(2026, 11, 20), "2611.00009")):
        entry = {
            "ARXIVID": number,
            "title": f"Of {day}",
            "abstract": "x",
            "authors": [],
            "COMMENT": "",
            "RELEVANCE": 9,
            "NOVELTY": 7,
            "SCORE": 16,
        }
        (folder / f"{day}-output.json").write_text(json.dumps({number: entry}))
    settings = env(httpserver, "arxiv", PAPERTUI_SOURCES__LISTS=f'[{{name = "other", path = "{folder}"}}]')
    here(tmp_path / "h", "update", env=settings)
    scorers = {
        row["id"]: {score["scorer"] for score in row["scores"]}
        for row in here(tmp_path / "h", "list", "--all", "--format", "json", env=settings).json
    }
    assert scorers == {"arxiv:2611.00001": {"list:other", "local"}, "arxiv:2611.00009": {"list:other"}}


def test_arxiv_that_fails_beside_a_list_is_told(tmp_path: Path, httpserver: HTTPServer) -> None:
    entry = {
        "ARXIVID": "2611.00009",
        "title": "Listed",
        "abstract": "x",
        "authors": [],
        "COMMENT": "",
        "RELEVANCE": 9,
        "NOVELTY": 7,
        "SCORE": 16,
    }
    httpserver.expect_request("/2026-11-23.json").respond_with_json({"2611.00009": entry})
    settings = env(httpserver, "arxiv") | {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": httpserver.url_for("/none/"),
        "PAPERTUI_SOURCES__LISTS": f'[{{name = "other", url = "{httpserver.url_for("/")}{{date}}.json"}}]',
    }
    done = here(tmp_path, "fetch", "--date", "2026-11-23", env=settings, code=3)
    assert "papertui: arxiv: " in done.err

"""`fetch`, `score`, `update` against a server on loopback."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.command import papertui
from tests.feeds import feed, item
from tests.shared import shared_file

TITLES = ("Sparse attention for transformers", "Quantized networks", "Galaxy surveys", "Pruning and compression of language models")


def settings(server: HTTPServer, **more: str) -> dict[str, str]:
    return {
        "PAPERTUI_SOURCES__ENABLED": '["arxiv"]', "PAPERTUI_SOURCES__ARXIV__FEED_URL": server.url_for("/rss/"),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    } | more  # fmt: skip


def test_an_update_fetches_scores_and_can_be_repeated(tmp_path: Path, httpserver: HTTPServer) -> None:
    items = [item(f"2611.{n:05d}", title, kind="cross" if n == 2 else "new", version=n) for n, title in enumerate(TITLES, 1)]
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(*items, item("2001.00001", "Old", kind="replace", version=5)))
    done = papertui(tmp_path, "update", env=settings(httpserver))
    assert "4 papers, 4 of them new here, 1 replacement" in done.err
    papers = papertui(tmp_path, "list", "--all", "--format", "json").json
    assert sorted((paper["id"], paper["version"]) for paper in papers) == [(f"arxiv:2611.{n:05d}", n) for n in range(1, 5)]
    assert {paper["date"] for paper in papers} == {"2026-11-23"}
    assert {paper["scorer"] for paper in papers} == {"local"}
    assert all(1 <= paper["relevance"] <= 10 and paper["novelty"] is None and paper["comment"] for paper in papers)
    again = papertui(tmp_path, "update", env=settings(httpserver))
    assert "4 papers, 0 of them new here" in again.err
    assert papertui(tmp_path, "list", "--all", "--format", "json").json == papers
    shown = papertui(tmp_path, "list", "--all", "--format", "ids", env={"PAPERTUI_SOURCES__SHOW_REPLACEMENTS": "true"})
    assert "arxiv:2001.00001" in shown.out.split()


def test_an_empty_weekend_is_an_edition_with_a_reason(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(date="Sat, 21 Nov 2026 00:00:00 -0500"))
    papertui(tmp_path, "update", env=settings(httpserver))
    done = papertui(tmp_path, "list", "--format", "json")
    assert done.json == []
    assert "2026-11-21" in done.err
    assert "Saturday" in done.err


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            400,
            feed()
            .replace("cs.LG updates on arXiv.org", "Feed error for query: cs.XX")
            .replace("<description>d", "<description>Invalid category"),
            "Invalid category",
        ),
        (200, "<html><body>Sign in to the network</body></html>", "HTML"),
        (200, feed(item("2611.00001"))[:700], ""),
        (200, "", "empty"),
        (404, "not here", "404"),
        (200, '<!DOCTYPE x [<!ENTITY a "aaaa">]><rss version="2.0"><channel><title>&a;</title></channel></rss>', ""),
    ],
    ids=["bad query", "html", "truncated", "empty body", "not found", "entities"],
)
def test_a_bad_answer_is_one_line_and_exit_1(tmp_path: Path, httpserver: HTTPServer, status: int, body: str, words: str) -> None:
    httpserver.expect_request("/rss/cs.LG").respond_with_data(body, status=status)
    done = papertui(tmp_path, "update", env=settings(httpserver), code=1)
    (line,) = done.err.strip().splitlines()
    assert line.startswith("papertui: ")
    assert words in line
    assert papertui(tmp_path, "list", "--all", "--format", "json").json == []


def test_a_saved_replacement_is_listed_and_exported(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(item("2611.00001", kind="replace-cross", version=3)))
    papertui(tmp_path, "fetch", env=settings(httpserver))
    assert papertui(tmp_path, "list", "--all", "--format", "ids").out == ""
    papertui(tmp_path, "mark", "2611.00001", "--save")
    assert papertui(tmp_path, "list", "--saved", "--format", "ids").out == "arxiv:2611.00001\n"
    assert "2611.00001" in papertui(tmp_path, "export").out


def test_a_wrong_profile_is_said_before_anything_is_fetched(tmp_path: Path, httpserver: HTTPServer) -> None:
    assert "nope" in papertui(tmp_path, "--profile", "nope", "update", env=settings(httpserver), code=2).err
    assert httpserver.log == []


def test_ctrl_c_ends_a_load_soon_and_keeps_what_was_stored(tmp_path: Path) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    for day in range(1, 29):
        for month in range(1, 8):
            entries = {
                f"2{month}0{month}.{n:05d}": {
                    "RELEVANCE": 8,
                    "NOVELTY": 7,
                    "COMMENT": "c",
                    "title": "T",
                    "abstract": "words " * 100,
                    "authors": ["A"],
                }
                for n in range(1, 120)
            }
            (folder / f"2025-{month:02d}-{day:02d}-output.json").write_text(json.dumps(entries))
    env = {name: value for name, value in os.environ.items() if not name.startswith("PAPERTUI_")} | {"PAPERTUI_HOME": str(tmp_path / "h")}
    process = subprocess.Popen([sys.executable, "-m", "papertui", "load", str(folder)], env=env, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "papers" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    stored = papertui(tmp_path / "h", "list", "--all", "--format", "ids").out.split()
    assert len(stored) > 0
    assert err.count("list:") < 190


def test_an_old_list_under_a_new_date_is_told_from_a_quiet_day(tmp_path: Path, httpserver: HTTPServer) -> None:
    items = [item(f"2611.{n:05d}", f"Title {n}") for n in range(1, 16)]
    httpserver.expect_ordered_request("/rss/cs.LG").respond_with_data(feed(*items, date="Fri, 20 Nov 2026 00:00:00 -0500"))
    httpserver.expect_ordered_request("/rss/cs.LG").respond_with_data(feed(*items, item("2611.00099", "Fresh")))
    assert "old list" not in papertui(tmp_path, "fetch", env=settings(httpserver), code=None).err
    done = papertui(tmp_path, "fetch", env=settings(httpserver), code=None)
    assert "15 of 16 new papers were new on 2026-11-20 already" in done.err


def test_offline_is_said_and_changes_nothing(tmp_path: Path) -> None:
    env = {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": "http://127.0.0.1:9/rss/",
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ENABLED": '["arxiv"]',
    }
    done = papertui(tmp_path, "update", env=env, code=1)
    assert "offline" in done.err.splitlines()[-1]


def test_hostile_titles_arrive_as_text(tmp_path: Path, httpserver: HTTPServer) -> None:
    titles = [
        "[/foo]",
        "[bold]x",
        "esc &#155;31m",
        "bidi \u202egnp.exe",
        "x" * 5000,
        "<script>alert(1)</script>",
        "; rm -rf ~",
        "%s %n {0}",
    ]
    body = feed(*(item(f"2611.{n:05d}", title) for n, title in enumerate(titles, 1))).replace("esc &amp;#155;", "esc &#155;")
    httpserver.expect_request("/rss/cs.LG").respond_with_data(body)
    papertui(tmp_path, "update", env=settings(httpserver))
    for form in ("table", "json", "tsv"):
        out = papertui(tmp_path, "list", "--format", form).out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)
        assert "[/foo]" in out
    assert "[bold]x" in papertui(tmp_path, "show", "2611.00002").out


def test_scoring_again_does_only_what_is_left(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(*(item(f"2611.{n:05d}", title) for n, title in enumerate(TITLES, 1))))
    papertui(tmp_path, "fetch", env=settings(httpserver))
    assert {paper["relevance"] for paper in papertui(tmp_path, "list", "--format", "json").json} == {None}
    assert "scored 2 papers" in papertui(tmp_path, "score", "--limit", "2").err
    assert "scored 2 papers" in papertui(tmp_path, "score").err
    assert "scored 0 papers" in papertui(tmp_path, "score").err
    assert "scored 4 papers" in papertui(tmp_path, "score", "--rescore").err


def test_another_profile_makes_scores_stale_and_keeps_them(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(*(item(f"2611.{n:05d}", title) for n, title in enumerate(TITLES, 1))))
    papertui(tmp_path, "update", env=settings(httpserver))
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "default.md").write_text('+++\ncategories = ["cs.LG"]\n+++\n\n- Galaxies: surveys of galaxies\n')
    assert {paper["stale"] for paper in papertui(tmp_path, "list", "--format", "json").json} == {True}
    papertui(tmp_path, "score")
    papers = papertui(tmp_path, "list", "--format", "json").json
    assert papers[0]["title"] == "Galaxy surveys" or papers[0]["relevance"] is not None
    assert {paper["stale"] for paper in papers} == {False}
    assert {len(paper["scores"]) for paper in papers} == {2}


@pytest.mark.parametrize(
    "name",
    ["reconstructed/rss_cs.AI_2025-11-04_full.xml.gz", "reconstructed/rss_cs.LG+cs.AI_2025-11-05_full.xml.gz", "rss_cs.AI_2026-04-27.xml",
     "rss_cs.LG_2026-04-27.xml", "rss_multi_cs.LG+cs.AI+cs.CL+stat.ML_2026-09-24.xml", "atom_cs.AI_2025-08-20.xml"],
)  # fmt: skip
def test_every_new_paper_of_a_real_feed_is_listed(tmp_path: Path, httpserver: HTTPServer, name: str) -> None:
    path = shared_file("arxiv_feeds", *name.split("/"))
    served = path.read_bytes()  # a stored feed as it is: some are packed
    data = gzip.decompress(served) if name.endswith(".gz") else served
    httpserver.expect_request("/rss/cs.LG").respond_with_data(served)
    papertui(tmp_path, "update", env=settings(httpserver))
    told = re.findall(r"arXiv:(\S+?)v(\d+) Announce Type: (\S+)", data.decode())
    wanted = {(f"arxiv:{number}", int(version)) for number, version, kind in told if not kind.startswith("replace")}
    papers = papertui(tmp_path, "list", "--all", "--format", "json").json
    assert {(paper["id"], paper["version"]) for paper in papers} == wanted
    assert {paper["date"] for paper in papers} == {re.findall(r"\d{4}-\d\d-\d\d", name)[0]}
    assert {paper["scorer"] for paper in papers} == {"local"}
    everything = papertui(tmp_path, "list", "--all", "--format", "json", env={"PAPERTUI_SOURCES__SHOW_REPLACEMENTS": "true"}).json
    assert len(everything) == len({number for number, _, _ in told})


def test_an_unknown_category_is_doubted_and_fetched_all_the_same(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/rss/cs.LM").respond_with_data(feed(item("2611.00001")))
    done = papertui(tmp_path, "fetch", env=settings(httpserver, PAPERTUI_SOURCES__ARXIV__CATEGORIES='["cs.LM"]'))
    assert "category cs.LM: papertui knows none of that name; the nearest is cs." in done.err
    assert "1 paper" in done.err

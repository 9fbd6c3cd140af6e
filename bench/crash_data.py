"""What the runs of crash.py work on: invented days as a feed, as published lists, as a library with marks."""

from __future__ import annotations

import datetime as dt
import json
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from bench.crash_checks import DATABASE
from bench.make_library import NEWEST, Day, days, portions
from papertui.config import load_settings
from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced
from papertui.paths import Paths
from papertui.services.session import Session
from papertui.store.library import Library

EARLIER = dt.datetime(2026, 11, 20, 20, tzinfo=dt.UTC)
"""When what a library holds before a run was marked."""


def feed(day: Day) -> bytes:
    """A day as arXiv's RSS tells it."""
    midnight = format_datetime(dt.datetime.combine(day.date, dt.time(), ZoneInfo("America/New_York")))
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link><description>invented</description>
<lastBuildDate>{midnight}</lastBuildDate><pubDate>{midnight}</pubDate>
{"".join(_item(item, midnight) for item in day.announced)}</channel></rss>""".encode()


def _item(item: Announced, midnight: str) -> str:
    paper, number, kind = item.paper, item.paper.id.number, item.announcement.type
    categories = "".join(f"<category>{name}</category>" for name in paper.categories)
    return f"""<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{number}</link>
<description>arXiv:{number}v1 Announce Type: {kind} \nAbstract: {escape(paper.abstract)}</description>
<guid isPermaLink="false">oai:arXiv.org:{number}v1</guid>{categories}<pubDate>{midnight}</pubDate>
<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>{escape(", ".join(paper.authors))}</dc:creator></item>
"""


@contextmanager
def served(body: bytes) -> Iterator[dict[str, str]]:
    """Serve a feed on loopback; gives the settings that lead there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # the client was killed
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield {
            "PAPERTUI_SOURCES__ENABLED": '["arxiv"]',
            "PAPERTUI_SOURCES__ARXIV__FEED_URL": f"http://127.0.0.1:{server.server_port}/rss/",
            "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
            "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
            "NO_PROXY": "127.0.0.1",
        }
    finally:
        server.shutdown()
        server.server_close()


def newest_day(papers: int) -> Day:
    """The edition that is fetched."""
    (day,) = days(papers, papers, seed=7)
    return day


def earlier_days(papers: int, per_day: int) -> list[Day]:
    """Editions before it."""
    return [day for day in days(papers + per_day, per_day, seed=8) if day.date < NEWEST]


def write_lists(folder: Path, published: Sequence[Day]) -> None:
    """Days as published lists, a file each."""
    folder.mkdir(parents=True)
    for day in published:
        scores = dict(day.scores)
        listed = {
            item.paper.id.number: {
                "ARXIVID": item.paper.id.number,
                "COMMENT": scores[item.paper.id].comment,
                "RELEVANCE": scores[item.paper.id].relevance,
                "NOVELTY": scores[item.paper.id].novelty,
                "title": item.paper.title,
                "abstract": item.paper.abstract,
                "authors": list(item.paper.authors),
            }
            for item in day.announced
        }
        (folder / f"{day.date}-output.json").write_text(json.dumps(listed), encoding="utf-8")


def write_library(home: Path, held: Sequence[Day], marked: int) -> list[PaperId]:
    """A library that holds days, with some papers saved, read or hidden; its papers, oldest first."""
    home.mkdir(parents=True)
    chance = random.Random(3)
    papers = [item.paper.id for day in held for item in day.announced]
    with Library(home / DATABASE, write=True) as library:
        for day in held:
            library.add_day(day.date, "arxiv", dt.datetime.combine(day.date, dt.time(6), dt.UTC))
            for announced, scores in portions(day):
                library.add_papers(announced, first_hand=True)
                library.add_scores(scores)
        for paper in chance.sample(papers, marked):
            library.act([paper], [(chance.choice(("saved", "read", "hidden")), "1")], EARLIER)
    # what a library of papertui's own making knows too: found out at its first writing, a hundred milliseconds
    env = {"PAPERTUI_HOME": str(home)}
    paths = Paths.find(None, env)
    Session(paths, load_settings(paths.config_file, env, {}), lambda: EARLIER, env).library(write=True).close()
    return papers

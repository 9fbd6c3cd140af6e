"""Papers as feeds and published lists bring them, every field of them hostile."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count
from typing import Any

from bench.hostile.strings import MARK


class Supply:
    """Strings one by one, counted."""

    def __init__(self, strings: Iterator[str], seed: int) -> None:
        self._strings = strings
        self.rng = random.Random(seed)
        self.taken = 0
        self._numbers = count(1)

    def take(self) -> str:
        """The next string."""
        self.taken += 1
        return next(self._strings)

    def argument(self) -> str:
        """The next string as a process may get it: no NUL, only the surrogates that stand for bytes."""
        text = self.take().replace("\0", "")[:5_000]
        return re.sub("[\ud800-\udc7f\udd00-\udfff]", "", text)

    def number(self) -> str:
        """The next arXiv number."""
        return f"2611.{next(self._numbers):05d}"


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]|[\ud800-\udfff]")


def _xml(supply: Supply, text: str) -> bytes:
    """Text within XML as a careless server writes it: controls and surrogates raw or as references."""
    written = escape(text)
    if supply.rng.random() < 0.5:
        written = _CONTROL.sub(lambda found: f"&#{ord(found[0])};", written)
    if "]]&gt;" not in written and supply.rng.random() < 0.1:
        return b"<![CDATA[" + text.replace("]]>", "").encode("utf-8", "surrogatepass") + b"]]>"
    return written.encode("utf-8", "surrogatepass")


def feed(supply: Supply, items: int, day: str = "Mon, 23 Nov 2026 00:00:00 -0500") -> bytes:
    """An RSS feed of arXiv's form; of each item nothing but its number can be trusted."""
    parts = [
        b"<?xml version='1.0' encoding='UTF-8'?><rss xmlns:arxiv='http://arxiv.org/schemas/atom'",
        b" xmlns:dc='http://purl.org/dc/elements/1.1/' version='2.0'><channel><title>",
        _xml(supply, supply.take()), b"</title><link>", _xml(supply, supply.take()), b"</link><description>", _xml(supply, supply.take()),
        f"</description><pubDate>{day}</pubDate>".encode(),
    ]  # fmt: skip
    for _ in range(items):
        number = supply.number()
        head = f"arXiv:{number}v{supply.rng.randint(1, 3)} Announce Type: {supply.rng.choice(('new', 'cross', 'replace', 'new', 'new'))} \nAbstract: "
        hidden = supply.rng.random()
        guid = f"oai:arXiv.org:{number}v1".encode() if hidden > 0.1 else _xml(supply, supply.take())
        fields = {
            b"title": _xml(supply, supply.take()), b"link": _xml(supply, supply.take()), b"description": head.encode() + _xml(supply, supply.take()),
            b"guid": guid,
            b"category": b"cs.LG" if supply.rng.random() < 0.5 else _xml(supply, supply.take()),
            b"pubDate": day.encode() if hidden < 0.9 else _xml(supply, supply.take()),
            b"arxiv:announce_type": b"new" if hidden < 0.8 else _xml(supply, supply.take()), b"arxiv:DOI": _xml(supply, supply.take()),
            b"arxiv:journal_reference": _xml(supply, supply.take()), b"dc:rights": _xml(supply, supply.take()), b"dc:creator": _xml(supply, _names(supply)),
        }  # fmt: skip
        parts.append(b"<item>" + b"".join(b"<%s>%s</%s>" % (name, value, name) for name, value in fields.items()) + b"</item>")
    return b"".join([*parts, b"</channel></rss>"])


def _names(supply: Supply) -> str:
    return ", ".join(("First Author", supply.take(), f"Second Author ({supply.take()})")[: supply.rng.randint(1, 3)])


def _entry(supply: Supply) -> dict[str, Any]:
    number, rng = supply.number(), supply.rng
    return {
        "title": supply.take(), "abstract": supply.take(), "authors": _names(supply) if rng.random() < 0.5 else [supply.take(), supply.take()],
        "arxiv_id": number if rng.random() < 0.8 else supply.take(), "ARXIVID": number if rng.random() < 0.8 else supply.take(), "COMMENT": supply.take(),
        "RELEVANCE": rng.randint(1, 10) if rng.random() < 0.8 else supply.take(),
        "NOVELTY": rng.choice((7, 8.5, "9", float("nan"), float("inf"), 10**400, None, [[[]]], True)),
        "SCORE": rng.choice((17, supply.take())), "primary_category": supply.take() if rng.random() < 0.3 else "cs.CL", "categories": ["cs.LG", supply.take()],
        "PRIMARY_TOPIC_LABEL": supply.take(), "TAGS": [supply.take()], "_number": number,
    }  # fmt: skip


def _dumped(value: object, supply: Supply) -> bytes:
    """JSON with escapes (so that lone surrogates can travel) or as it is."""
    ascii = supply.rng.random() < 0.7
    return json.dumps(value, ensure_ascii=ascii).encode("utf-8", "replace")


def flat_json(supply: Supply, entries: int) -> bytes:
    """JSON keyed by arXiv id."""
    papers = [_entry(supply) for _ in range(entries)]
    keyed = {each["_number"] if supply.rng.random() < 0.9 else supply.take(): each for each in papers}
    return _dumped(keyed, supply)


def schema_2(supply: Supply, entries: int) -> bytes:
    """JSON of `schema_version` 2."""
    usage = {
        "model": supply.take(),
        "prompt_tokens": 10,
        "completion_tokens": supply.take(),
        "total_cost": 1e300,
        "total_scanned_papers": 5,
    }
    papers = [_entry(supply) for _ in range(entries)]
    return _dumped(
        {"schema_version": 2, "meta": {"date": "2026-11-19", "usage": usage, supply.take(): supply.take()}, "papers": papers}, supply
    )


def own_json(supply: Supply, entries: int) -> bytes:
    """papertui's own records, as an array."""
    return _dumped([_record(supply) for _ in range(entries)], supply)


def json_lines(supply: Supply, entries: int) -> bytes:
    """papertui's own records, a line each."""
    return b"\n".join(json.dumps(_record(supply)).encode() for _ in range(entries))


def _record(supply: Supply) -> dict[str, Any]:
    take, rng = supply.take, supply.rng
    return {
        "schema_version": 1, "id": f"arxiv:{supply.number()}", "date": "2026-11-17", "title": take(), "abstract": take(), "authors": [take(), take()],
        "relevance": rng.randint(1, 10),
        "novelty": take(), "comment": take(), "scorer": take(), "model": take(), "categories": [take(), "cs.CL"], "primary_category": take(),
        "version": rng.choice((1, 10**30, take())),
        "author_comment": take(), "journal_ref": take(), "doi": take(), "license": take(), "submitter": take(), "organization": take(),
        "ai_summary": take(), "keywords": [take()],
        "source_tags": [take()], "html_url": f"https://{take()}", "code_url": f"http://{take()}", "project_url": take(), "published": take(),
        "withdrawn": rng.random() < 0.1,
        "human_authors": [take()], "announcements": [{"type": take(), "source": take(), "date": take()}], "tags": [take()], "note": take(),
        "upvotes": rng.choice((3, -1, 1e308)),
    }  # fmt: skip


def markdown(supply: Supply, entries: int) -> bytes:
    """A Markdown page."""
    parts = [
        f"# Personalized Daily ArXiv Papers 2026-11-16\n\n| *[{supply.take()}]* | Prompt | Completion | Total |\n|--|--|--|--|\n| **Token** | 1 | 2 | 3 |\n"
    ]
    for number in range(1, entries + 1):
        identity = supply.number()
        parts.append(
            f"## {number}. [{supply.take()}](https://arxiv.org/abs/{identity}) <a id=\"link{number}\"></a>\n"
            f"**ArXiv ID:** {identity}\n**Authors:** {_names(supply)}\n\n"
            f"**Abstract:** {supply.take()}\n\n**Comment:** {supply.take()}\n**Relevance:** {supply.rng.randint(1, 10)}\n"
            f"**Novelty:** {supply.rng.choice(('8', supply.take()))}\n\n---\n"
        )  # fmt: skip
    return "\n".join(parts).encode("utf-8", "replace")


def page(supply: Supply, entries: int) -> bytes:
    """The text of a page as copied from a browser."""
    parts = ["Personalized Daily ArXiv Papers 2026-11-13", f"[gpt-5] Prompt Completion Total {supply.take()}"]
    for number in range(1, entries + 1):
        parts.append(
            f"{number}. {supply.take()}\n\nArXiv ID: {supply.number()}\n\nAuthors: {_names(supply)}\n\n"
            f"Abstract: {supply.take()}\n\nComment: {supply.take()}\n\nRelevance: {supply.rng.randint(1, 10)} Novelty: 8\n"
        )
    return "\n".join(parts).encode("utf-8", "replace")


def html(supply: Supply, entries: int) -> bytes:
    """A page of cards."""
    cards = [
        f'<article class="paper-card"><div class="paper-kicker">Paper {number} arXiv:{supply.number()}</div><h2>{supply.take()}</h2>'
        f'<p class="authors">{supply.take()}</p><span class="topic-tag">{supply.take()}</span>'
        f'<span class="paper-scores">Relevance 9 Novelty {supply.take()}</span>'
        f'<p class="comment">{supply.take()}</p>'
        f'<p class="abstract">{supply.take()}</p></article>'
        for number in range(1, entries + 1)
    ]
    head = f'<main class="daily-arxiv"><p class="eyebrow">2026-11-12 {supply.take()}</p>'
    return (head + "".join(cards)).encode("utf-8", "replace")


LISTS: dict[str, Callable[[Supply, int], bytes]] = {
    "2026-11-20-flat.json": flat_json, "2026-11-19-schema.json": schema_2, "2026-11-17-own.json": own_json, "2026-11-18-lines.jsonl": json_lines,
    "2026-11-16-page.md": markdown, "2026-11-13-page.txt": page, "2026-11-12-cards.html": html,
}  # fmt: skip
"""Every published form by a file name that it may have."""


def broken(supply: Supply) -> bytes:
    """A body that is no feed, or a feed whose markup the hostile text breaks."""
    text = supply.take().encode("utf-8", "surrogatepass")
    whole = b"<rss version='2.0'><channel><title>%s</title><pubDate>%s</pubDate><item><title>%s</title></item></channel></rss>"
    return supply.rng.choice(
        (
            text, b"<html><head><title>" + text + b"</title>",
            b"<rss><channel><title>Feed error for query: x</title><description>" + escape(text.decode("utf-8",
            "replace")).encode() + b"</description></channel></rss>",
            whole % (text, text, text), b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss>" + text + b"</rss>", b"<" + text, b"\xff\xfe" + text,
            b"<rss><channel><pubDate>" + text + b"</pubDate></channel></rss>",
            b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]><rss>&lol2;</rss>',
        )
    )  # fmt: skip


def marks_in(text: str) -> set[str]:
    """The marks that a text shows."""
    return set(re.findall(rf"{MARK}\d{{6}}", text))

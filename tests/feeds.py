"""Feeds as arXiv writes them, made of a few plain values."""

from __future__ import annotations

from xml.sax.saxutils import escape


def item(number: str, title: str = "A title", *, kind: str = "new", version: int = 1, authors: str = "First Author, Second Author",
         abstract: str = "An abstract.", categories: tuple[str, ...] = ("cs.LG",), more: str = "") -> str:  # fmt: skip
    """One item of an RSS feed."""
    return f"""<item><title>{escape(title)}</title><link>https://arxiv.org/abs/{number}</link>
<description>arXiv:{number}v{version} Announce Type: {kind} \nAbstract: {escape(abstract)}</description>
<guid isPermaLink="false">oai:arXiv.org:{number}v{version}</guid>{"".join(f"<category>{name}</category>" for name in categories)}
<pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>{more}
<dc:creator>{escape(authors)}</dc:creator></item>"""


def feed(*items: str, date: str = "Mon, 23 Nov 2026 00:00:00 -0500") -> str:
    """A whole feed."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
<channel><title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link><description>d</description>
<lastBuildDate>{date}</lastBuildDate><pubDate>{date}</pubDate><skipDays><day>Sunday</day><day>Saturday</day></skipDays>
{"".join(items)}</channel></rss>"""

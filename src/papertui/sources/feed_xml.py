"""The XML of arXiv's feeds, RSS 2.0 and Atom 1.0, as texts by name. Nothing is interpreted here and nothing is expanded.

A document type is refused before anything in it is looked at: no feed of arXiv's has one, and entities declared there
are how a kilobyte becomes gigabytes, or a file of this machine becomes a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from papertui.domain.gate import one_line
from papertui.sources.errors import SourceError

MOST_ITEMS = 20_000
"""More than any feed has (arXiv's limit is 2,000); what goes on for longer is no feed."""

_ATOM = "http://www.w3.org/2005/Atom}"
_ARXIV = "http://arxiv.org/schemas/atom}"
_DC = "http://purl.org/dc/elements/1.1/}"

_ROOTS = {"rss": 3, f"{_ATOM}feed": 2}
"""Root elements of feeds, and the depth at which their items stand (1 is the root)."""

_ITEMS = frozenset({"item", f"{_ATOM}entry"})
_ITEM_FIELDS = {
    "guid": "guid", "link": "link", "title": "title", "description": "description", "pubDate": "date", "category": "category",
    f"{_ATOM}id": "guid", f"{_ATOM}link": "link", f"{_ATOM}title": "title", f"{_ATOM}summary": "description",
    f"{_ATOM}published": "date", f"{_ATOM}updated": "updated", f"{_ATOM}category": "category",
    f"{_ARXIV}announce_type": "type", f"{_ARXIV}DOI": "doi", f"{_ARXIV}doi": "doi",
    f"{_ARXIV}journal_reference": "journal", f"{_ARXIV}journal_ref": "journal",
    f"{_DC}rights": "license", f"{_DC}creator": "creator",
}  # fmt: skip
_FEED_FIELDS = {
    "title": "title", "description": "description", "pubDate": "date", "lastBuildDate": "built", "skipDays": "skip",
    f"{_ATOM}title": "title", f"{_ATOM}subtitle": "description", f"{_ATOM}updated": "built",
    "http://a9.com/-/spec/opensearch/1.1/}totalResults": "total",
}  # fmt: skip

_CUT_SHORT = frozenset({3, 5, 6, 20})
"""Expat's codes for a document that ends too early: no element, unclosed token, partial character, unclosed CDATA."""

_CHUNK = 1 << 16
_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(rb"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class RawItem:
    """One item's texts as they stand in the feed."""

    place: int
    """From 1."""
    texts: dict[str, str] = field(default_factory=dict)
    """guid, link, title, description, date, updated, type, doi, journal, license, creator: those that are there."""
    categories: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawFeed:
    """What a feed says of itself, and its items."""

    texts: dict[str, str] = field(default_factory=dict)
    """title, description, date (RSS only), built, skip, total (search API only): those that are there."""
    items: list[RawItem] = field(default_factory=list)


class _Refused(Exception):
    """What came, for the middle of a line."""

    def __init__(self, what: str, *, html: bool) -> None:
        self.html = html
        super().__init__(what)


def read_feed(data: bytes, *, where: str) -> RawFeed:
    """All texts of a feed. `where` opens the line of a SourceError: empty, HTML, no feed, cut short, with a document type."""
    data = without_forbidden(data)
    collected = _Collector()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parser.StartDoctypeDeclHandler = collected.document_type
    parser.StartElementHandler = collected.start
    parser.EndElementHandler = collected.end
    parser.CharacterDataHandler = collected.characters
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except _Refused as refused:
        if refused.html:
            _refuse_html(data, where)
        raise SourceError(f"{where}: {refused}", "check the address") from None
    except LookupError as error:  # Python's, for the name of an encoding that nobody knows
        raise SourceError(f"{where}: the feed is in an unknown encoding ({error})", "try again in a few minutes") from None
    except expat.ExpatError as error:
        _refuse(data, where, error)
    return collected.feed


_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]+|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
_REFERENCE = re.compile(rb"&#(?:(\d{1,8})|[xX]([0-9a-fA-F]{1,8}));")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def without_forbidden(data: bytes) -> bytes:
    """A feed without the characters that XML forbids (controls, lone surrogates), written as they are or as references.

    The gate would take them out anyway; left in, one of them in one title would cost the whole day. UTF-16 stays as it is.
    """
    if data.startswith(_WIDE):
        return data
    return _REFERENCE.sub(_kept_reference, _FORBIDDEN.sub(b"", data))


def _kept_reference(found: re.Match[bytes]) -> bytes:
    code = int(found[1]) if found[1] else int(found[2], 16)
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return found[0] if allowed else b""


class _Collector:
    """Expat's handlers: the texts of known fields, each where it belongs, markup inside them passed over."""

    __slots__ = ("_base", "_depth", "_field", "_item", "_parts", "_value", "characters", "feed")

    def __init__(self) -> None:
        self.feed = RawFeed()
        self._depth = 0
        self._base = 0
        """Depth of items and of the feed's own fields, known from the root on; an item's fields are one deeper."""
        self._item: RawItem | None = None
        self._field: str | None = None
        self._value = ""
        """What the field's `term` or `href` says: Atom's categories and links have no text."""
        self._parts: list[str] = []
        self.characters: Callable[[str], object] = self._parts.append

    def document_type(self, name: str, *_: object) -> None:
        """A document type is declared. It comes before the first element, so nothing was expanded yet."""
        raise _Refused("the answer declares a document type, which no feed does; it was not read", html=name.lower() == "html")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth == 1:
            self._check_root(name)
        elif self._depth == self._base + (self._item is not None):
            if self._item is None and name in _ITEMS:
                self._item = RawItem(len(self.feed.items) + 1)
                return
            self._field = (_FEED_FIELDS if self._item is None else _ITEM_FIELDS).get(name)
            self._value = (attributes.get("term") or attributes.get("href") or "") if attributes else ""
            self._parts.clear()

    def end(self, _: str) -> None:
        """An element ends."""
        depth = self._depth
        self._depth = depth - 1
        item = self._item
        if item is None:
            if self._field is not None and depth == self._base:
                self.feed.texts.setdefault(self._field, "".join(self._parts).strip())
                self._field, self._value = None, ""
        elif depth == self._base + 1:
            if self._field is not None:
                _add(item, self._field, self._value or "".join(self._parts))
                self._field, self._value = None, ""
        elif depth == self._base:
            self._item = None
            self.feed.items.append(item)
            if len(self.feed.items) > MOST_ITEMS:
                raise _Refused(f"more than {MOST_ITEMS} items, which no feed has; it was not read", html=False)

    def _check_root(self, name: str) -> None:
        self._base = _ROOTS.get(name, 0)
        if not self._base:
            root = name.rpartition("}")[2][:40]
            raise _Refused(f"no feed, but XML that begins with <{root}>", html=root.lower() == "html")


def _add(item: RawItem, name: str, text: str) -> None:
    if name == "category":
        item.categories.append(text)
    elif name == "creator" and name in item.texts:
        item.texts[name] += f", {text}"
    else:
        item.texts.setdefault(name, text)


def _refuse(data: bytes, where: str, error: expat.ExpatError) -> NoReturn:
    """Say what came, since it was no well-formed XML."""
    if not data.strip():
        raise SourceError(f"{where}: an empty answer", "try again in a few minutes") from None
    if _HTML.match(data):
        _refuse_html(data, where)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in data[:4]:
        shown = one_line(data[:200].decode("utf-8", "replace"), 80)
        raise SourceError(f"{where}: no feed, but a text that begins with {shown!r}", "try again in a few minutes") from None
    if error.code in _CUT_SHORT:
        raise SourceError(f"{where}: the feed is cut short after {len(data):,} bytes", "try again in a few minutes") from None
    raise SourceError(f"{where}: the feed is no well-formed XML ({error})", "try again in a few minutes") from None


def _refuse_html(data: bytes, where: str) -> NoReturn:
    title = _HTML_TITLE.search(data[:20_000])
    shown = one_line(title[1].decode("utf-8", "replace"), 80) if title else ""
    raise SourceError(
        f"{where}: an HTML page came instead of a feed" + (f" ({shown!r})" if shown else ""),
        "check the address; behind a captive portal or a proxy, log in first",
    ) from None

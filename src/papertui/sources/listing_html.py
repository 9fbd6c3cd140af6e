"""The HTML of arXiv's listing and catch-up pages (FACTS 3) as texts by name. Nothing is interpreted here.

The page is read as a stream of tags, no tree is built: nothing in it, however deeply it is nested or however often it
repeats itself, takes more memory than its own length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papertui.sources.errors import SourceError
from papertui.sources.feed_xml import without_forbidden

MOST_ENTRIES = 20_000
"""More than any page has (arXiv's limit is 2,000); what goes on for longer is no page of its."""

_MOST_TAGS = 600_000
"""A page of 2,000 entries has about 80,000; what has many more is made to cost memory and time."""

_LONG_TAG = re.compile(rb"<[^<>]{65536}")
_MOST_LINKS = 20
"""Links of one `dt` that are kept; there are five."""

_MOST_PEOPLE = 20_000
"""Pieces of one author line that are kept."""

_CHUNK = 1 << 16
_MOST_LOOSE = 50_000
"""Characters kept of what stands outside the entries: sentences and totals come early."""

_DEAF = frozenset({"script", "style", "textarea", "template", "noscript", "svg", "math"})
"""Elements whose text nobody reads on the page."""

_HEADINGS = frozenset({"h1", "h2", "h3"})
_FIELDS = {
    "list-title": "title", "list-authors": "authors", "list-comments": "comment", "list-journal-ref": "journal",
    "list-doi": "doi", "list-subjects": "subjects",
}  # fmt: skip
_LINK_WORDS = re.compile(r"\s*this (?:https?|ftp) URL\s*")
"""What arXiv writes in the place of an address: the address itself is where the link leads."""

_WEB = re.compile(r"(?:https?|ftp)://\S{1,2000}")


@dataclass(slots=True)
class RawEntry:
    """One `dt` and its `dd`."""

    texts: dict[str, str] = field(default_factory=dict)
    """mark (all of the `dt`), title, comment, journal, doi, subjects, abstract: those that are there."""
    people: list[tuple[bool, str]] = field(default_factory=list)
    """The author line in pieces: whether a piece is a link, and its text."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Title, id and address of the links in the `dt`."""
    is_told: bool = False
    """Whether its `dd` came."""


@dataclass(slots=True)
class RawSection:
    """One `dl` of entries."""

    heading: str = ""
    said: list[str] = field(default_factory=list)
    """Texts between the entries."""
    entries: list[RawEntry] = field(default_factory=list)


@dataclass(slots=True)
class RawPage:
    """What a page says of itself, and its sections."""

    headings: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Texts outside headings and sections, the first of them."""
    sections: list[RawSection] = field(default_factory=list)
    is_cut: bool = False
    """Whether the document ends before its end."""
    ends_inside: bool = False
    """Whether it ends within its last section."""


def read_listing(data: bytes, *, where: str) -> RawPage:
    """All texts of a page. `where` opens the line of a SourceError: more entries or tags than a page can have."""
    from lxml import etree  # 10 ms, and only who asks for pages needs it

    if max(data.count(b"<"), data.count(b">")) > _MOST_TAGS or _LONG_TAG.search(data):
        raise SourceError(f"{where}: more or longer tags than any list of papers has; it was not read", "check the address")
    data = without_forbidden(data.decode("utf-8", "replace").encode())
    collected = _Collector(where)
    parser = etree.HTMLParser(  # without huge_tree: libxml2's own limits hold; nothing is loaded from anywhere
        target=collected, encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        parser.feed(b"\n\n")  # at the end the parser closes everything in silence: what is still open now was never closed
        collected.page.ends_inside = collected.is_inside and data.rfind(b"<dt") > data.rfind(b"</dl")  # or badly nested, but closed
        parser.close()
    except etree.LxmlError:  # one of its limits: what came before it counts, what is missing shows in the counts
        collected.page.is_cut = collected.page.ends_inside = True
    collected.page.is_cut |= collected.page.ends_inside or _is_cut(data)
    return collected.page


def _is_cut(data: bytes) -> bool:
    """Whether a document that begins with `<html>` does not end with `</html>`; pieces of pages are not judged."""
    begins = re.search(rb"<html[\s>]", data[:5_000], re.IGNORECASE)
    return begins is not None and not re.search(rb"</html\s*>", data[-20_000:], re.IGNORECASE)


class _Collector:
    """The parser's target: each text to where it belongs. A tag that opens a field closes the one before, however badly it is nested."""

    def __init__(self, where: str) -> None:
        self.page = RawPage()
        self._where = where
        self._count = 0
        self._loose = 0
        self._depth = 0
        self._deaf = 0
        """Depth of the element whose text is passed over; 0 for none."""
        self._section: RawSection | None = None
        self._section_depth = 0
        self._entry: RawEntry | None = None
        self._told_depth = 0
        """Depth of the `dd` that is being read; 0 for none."""
        self._field: str | None = None
        self._field_depth = 0
        self._parts: list[str] = []
        self._anchor_depth = 0
        self._anchor_start = 0
        self._address = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._deaf:
            return
        if tag in _DEAF:
            self._deaf = self._depth
        elif tag == "dl" and attributes.get("id") == "articles":
            self._close()
            self._section, self._section_depth = RawSection(), self._depth
            self._entry, self._told_depth = None, 0
            self.page.sections.append(self._section)
            self._check_count()
        elif tag in _HEADINGS:
            self._open("heading")
        elif self._section is not None and tag == "dt":
            self._entry, self._told_depth = RawEntry(), 0
            self._section.entries.append(self._entry)
            self._open("mark")
            self._check_count()
        elif self._section is not None and tag == "dd":
            self._close()
            fresh = self._entry is not None and not self._entry.is_told
            self._told_depth = self._depth if fresh else 0
            if self._entry is not None:
                self._entry.is_told = True
        elif self._told_depth and (name := _field_of(tag, attributes)):
            self._open(name)
        elif self._field is not None:
            self._inline(tag, attributes)

    def end(self, _: str) -> None:
        """An element ends. Each end has its start: the parser sees to that."""
        depth = self._depth
        self._depth = depth - 1
        if self._deaf:
            if depth == self._deaf:
                self._deaf = 0
            return
        if depth == self._anchor_depth:
            self._end_anchor()
        if self._field is not None and depth == self._field_depth:
            self._close()
        if depth == self._told_depth:
            self._told_depth = 0
        if self._section is not None and depth == self._section_depth:
            self._section, self._entry = None, None

    def data(self, text: str) -> None:
        """Characters, in pieces of any size."""
        if self._deaf:
            return
        if self._field == "authors" and not self._anchor_depth:
            self._person(False, text)
        elif self._field is not None:
            self._parts.append(text.replace("\n", " "))  # only <br> parts paragraphs
        elif not self._told_depth and self._loose < _MOST_LOOSE:
            self._loose += len(text)
            (self._section.said if self._section is not None else self.page.loose).append(text[:_MOST_LOOSE])

    def close(self) -> None:
        """The document ends."""
        self._close()

    @property
    def is_inside(self) -> bool:
        """Whether a section is open."""
        return self._section is not None

    def _check_count(self) -> None:
        self._count += 1
        if self._count > MOST_ENTRIES:
            raise SourceError(f"{self._where}: more than {MOST_ENTRIES} entries, which no page has; it was not read", "check the address")

    def _inline(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._parts.append("\n\n")
        elif tag == "span" and "descriptor" in attributes.get("class", "").split():
            self._deaf = self._depth
        elif tag == "a" and not self._anchor_depth:
            self._anchor_depth, self._anchor_start, self._address = self._depth, len(self._parts), attributes.get("href", "").strip()
            if self._field == "mark" and self._entry is not None and len(self._entry.links) < _MOST_LINKS:
                self._entry.links.append((attributes.get("title", ""), attributes.get("id", ""), self._address))

    def _person(self, is_link: bool, text: str) -> None:
        if self._entry is not None and len(self._entry.people) < _MOST_PEOPLE:
            self._entry.people.append((is_link, text))

    def _end_anchor(self) -> None:
        text = "".join(self._parts[self._anchor_start :])
        is_address = _LINK_WORDS.fullmatch(text) is not None and _WEB.fullmatch(self._address) is not None
        if self._field == "authors":
            self._person(not is_address, self._address if is_address else text)
            del self._parts[self._anchor_start :]
        elif is_address:
            self._parts[self._anchor_start :] = [self._address]
        self._anchor_depth = 0

    def _open(self, name: str) -> None:
        self._close()
        self._field, self._field_depth = name, self._depth

    def _close(self) -> None:
        if self._anchor_depth:
            self._end_anchor()
        name, text = self._field, "".join(self._parts)
        self._field = None
        self._parts.clear()
        if name == "heading" and self._section is None:
            self.page.headings.append(text)
        elif name == "heading" and self._section is not None:
            self._section.heading = self._section.heading or text
        elif name is not None and self._entry is not None:
            self._entry.texts.setdefault(name, text)


def _field_of(tag: str, attributes: dict[str, str]) -> str | None:
    names = attributes.get("class", "").split()
    if tag == "p":
        return "abstract" if "mathjax" in names else None
    return next((_FIELDS[name] for name in names if name in _FIELDS), None) if tag == "div" else None

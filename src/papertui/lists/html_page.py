"""A page saved as HTML: to the text a browser would copy; and the one layout that is HTML by itself, cards.

The cards are those of JackYFL/gpt_paper_assistant since 2026-06, in files still called `output.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papertui.domain.gate import one_line
from papertui.domain.published import PublishedList
from papertui.lists.dates import date_in, list_date
from papertui.lists.entries import Collector, NotAList, RawEntry
from papertui.lists.markup import Tag, tokens
from papertui.lists.page import cleaned_lines, note_missing, parse_lines
from papertui.lists.usage import usage_from_text

_HTML = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_CARD = re.compile(r"<(?:article|details) class=\"(?:paper-card|paper-row)\"")
_CARDS_PAGE = '<main class="daily-arxiv"'
_BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
_FIELD_OF_CLASS = {
    "paper-kicker": "kicker", "paper-row-meta": "kicker", "authors": "authors", "topic-tag": "tags", "category-tag": "categories",
    "paper-scores": "scores", "comment": "comment", "abstract": "abstract",
}  # fmt: skip


def is_html(text: str) -> bool:
    """Whether a text is an HTML page, or holds the cards."""
    return _HTML.match(text) is not None or has_cards(text)


def has_cards(text: str) -> bool:
    """Whether a text is a page of cards, perhaps of a day without any."""
    return _CARDS_PAGE in text or _CARD.search(text) is not None


def parse_html(text: str, name: str) -> PublishedList:
    """The list on an HTML page. NotAList where it holds none."""
    if has_cards(text):
        return _parse_cards(text, name)
    try:
        return parse_lines(cleaned_lines(_visible(text)), name, "page")
    except NotAList:
        raise NotAList(name, "an HTML page without an `ArXiv ID:` line, no page of a scored list") from None


def _visible(text: str) -> str:
    """What a browser shows, a line for each block and a blank between cells."""
    parts: list[str] = []
    for token in tokens(text):
        if isinstance(token, str):
            parts.append(token.replace("\n", " "))  # a line break in the source is a blank
        elif token.name in _BLOCKS:
            parts.append("\n")
        elif token.name in ("td", "th") and not token.closing:
            parts.append("\t")
    return "".join(parts)


@dataclass(slots=True)
class _Card:
    texts: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return one_line(" ".join(self.texts.get(name, [])), 40_000)

    def texts_of(self, name: str) -> list[str]:
        return [line for text in self.texts.get(name, []) if (line := one_line(text))]


class _Cards:
    """Collects each card's fields by the classes of their elements."""

    def __init__(self) -> None:
        self.cards: list[_Card] = []
        self.head: list[str] = []
        self._field: str | None = None
        self._tag, self._depth = "", 0
        self._in_row_copy = False
        self._card_tag: str | None = None
        """Element of the open card: neither kind holds another of its own."""

    def read(self, text: str) -> None:
        """Take in a whole page."""
        for token in tokens(text):
            if isinstance(token, str):
                self._text(token)
            elif token.closing:
                self._close(token.name)
            else:
                self._open(token)

    def _open(self, tag: Tag) -> None:
        if self._field is not None:
            self._depth += tag.name == self._tag
            return
        if not {"paper-card", "paper-row"}.isdisjoint(tag.classes):
            self.cards.append(_Card())
            self._card_tag = tag.name
        elif "paper-row-copy" in tag.classes:
            self._in_row_copy = True
        found = self._field_of(tag)
        if found and (self._card_tag or found == "head"):
            self._field, self._tag, self._depth = found, tag.name, 1
            self._texts().append("")

    def _field_of(self, tag: Tag) -> str | None:
        if known := next((_FIELD_OF_CLASS[name] for name in tag.classes if name in _FIELD_OF_CLASS), None):
            return known
        if tag.name == "h2" or (self._in_row_copy and tag.name == "strong"):
            return "title"
        if self._in_row_copy and tag.name == "small":
            return "authors"
        return "head" if not self.cards and not {"eyebrow", "metric"}.isdisjoint(tag.classes) else None

    def _close(self, name: str) -> None:
        if self._field is not None and name == self._tag:
            self._depth -= 1
            if not self._depth:
                self._field = None
        elif name == self._card_tag:
            self._card_tag = None
            self._in_row_copy = False

    def _text(self, text: str) -> None:
        if self._field is not None:
            self._texts()[-1] += text

    def _texts(self) -> list[str]:
        if self._field == "head" or self._field is None:
            return self.head
        return self.cards[-1].texts.setdefault(self._field, [])


def _parse_cards(text: str, name: str) -> PublishedList:
    reader = _Cards()
    reader.read(text)
    head = [one_line(line) for line in reader.head]
    usage = usage_from_text(" ".join(f"Total {line.replace('papers', 'papers:')}" for line in head if line.startswith("Relevant papers")))
    collector = Collector(name)
    # cards are grouped by category and topic; their published order is the number each bears
    for card in sorted(reader.cards, key=_number):
        collector.add(_raw(card))
    if reader.cards and not collector.entries:
        raise NotAList(name, f"none of its {len(reader.cards)} entries could be read: {collector.problems[0]}")
    note_missing(collector, usage, len(reader.cards))
    found = next((day for line in head if (day := date_in(line[:200]))), None)
    return PublishedList(found or list_date(name), collector.entries, usage, tuple(collector.problems), "page")


def _number(card: _Card) -> int:
    match = re.match(r"Paper (\d{1,6})\b", card.text("kicker"), re.ASCII)
    return int(match[1]) if match else 10**6


def _raw(card: _Card) -> RawEntry:
    identity = re.search(r"arXiv:(\S{1,60})", card.text("kicker"))
    scores = dict(re.findall(r"(Relevance|Novelty):? (\S+)", card.text("scores")))
    return RawEntry(
        id=identity[1] if identity else "",
        title=card.text("title"),
        abstract=card.text("abstract"),
        authors=card.text("authors"),
        relevance=scores.get("Relevance"),
        novelty=scores.get("Novelty"),
        comment=re.sub(r"^Why selected: ?", "", card.text("comment")),
        categories=card.texts_of("categories"),
        extra={"tags": ", ".join(card.texts_of("tags"))},
    )

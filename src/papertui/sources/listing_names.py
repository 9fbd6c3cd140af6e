"""The author line of arXiv's listing pages: names are links, affiliations stand in parentheses between them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.domain.author_line import ET_AL, parse_authors
from papertui.domain.gate import one_line

MOST_SHOWN = 100
"""Names after which a page stops without a word, unless only one more is left (arxiv-browse: truncate_author_list_size)."""

_SHORT = 4
"""A name shorter than this is no link on the page (arxiv-browse, formatting/search_authors.py: is_short)."""

_NOBODY = frozenset({"the", "for", "and", "on", "of", "by", "et", "al", "al.", "&"})
_ET_AL = re.compile(r"et\.? al\.?", re.IGNORECASE)
_UNAVAILABLE = "(author list is unavailable)"
_NUMBERS = re.compile(r"(?:[0-9,;*&\s]|and)*")


def names_of(pieces: Iterable[tuple[bool, str]]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Pairs of name and affiliation, and whether they are all there exactly as the archive has them.

    `pieces` are the line's texts, each with whether it is a link. Affiliations that are only numbers, and the legend
    that explains them, are left out. A line without links is read as a feed's line.
    """
    pieces = list(pieces)
    line = one_line("".join(text for _, text in pieces), 400_000)
    if not any(is_link for is_link, _ in pieces):
        return ((), False) if line == _UNAVAILABLE else (parse_authors(line), False)
    reading = _Line()
    for is_link, text in pieces:
        if is_link and not reading.depth:
            reading.name(one_line(text))
        else:
            reading.text(text)
    reading.loose_end()
    people = tuple((name, one_line("; ".join(groups))) for name, groups in reading.people)
    return people, sum(is_link for is_link, _ in pieces) != MOST_SHOWN


class _Line:
    """One author line, read from the left."""

    def __init__(self) -> None:
        self.people: list[tuple[str, list[str]]] = []
        self.depth = 0
        """Open parentheses."""
        self._group: list[str] = []
        self._loose: list[str] = []
        """Text outside links and parentheses since the last name."""
        self._new_group = False
        """Whether a group in parentheses came since the last name."""

    def name(self, name: str) -> None:
        """A link outside parentheses."""
        loose = "".join(self._loose).strip()
        if self._new_group and not loose and self.people and self.people[-1][1]:
            before, groups = self.people[-1]  # `Tsui-Wei (Lily) Sample`: no comma before the next link, so no next person
            self.people[-1] = (one_line(f"{before} ({groups.pop()}) {name}"), groups)
            self._loose.clear()
        else:
            self.loose_end()
            if name:
                self.people.append((name, []))
        self._new_group = False

    def text(self, text: str) -> None:
        """Anything else, in pieces of any size."""
        for part in re.split(r"([()])", text):
            if part == "(":
                self.depth += 1
            if self.depth and part:
                self._group.append(part)
            elif part and part != ")":
                self._loose.append(part)
            if part == ")" and self.depth:
                self.depth -= 1
                if not self.depth:
                    self._end_group()

    def _end_group(self) -> None:
        group = one_line("".join(self._group)[1:-1])
        self._group.clear()
        if self._loose and not "".join(self._loose).isspace():
            self.loose_end()
        is_told = bool(group) and not group.startswith("(") and not _NUMBERS.fullmatch(group)
        if self.people and is_told:
            self.people[-1][1].append(group)
            self._new_group = True

    def loose_end(self) -> None:
        """Take what stands outside links: very short names, `et al.`; commas and `for the` are nobody."""
        for part in re.split(r"[,:;]", "".join(self._loose)):
            name = one_line(part)
            if _ET_AL.fullmatch(name):
                self.people.append((ET_AL, []))
            elif 0 < len(name) < _SHORT and name.lower() not in _NOBODY and any(map(str.isalpha, name)):
                self.people.append((name, []))
        self._loose.clear()

"""HTML taken apart in one pass: tags with their classes, and the text between.

The standard library's parser takes minutes for a page of unclosed comments (measured: 400 kB, 150 s) and stops with an
AssertionError at some declarations; a list's page comes from strangers, so this reads any text in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})((?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}')*)>")
_CLASS = re.compile(r"\sclass\s?=\s?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_RAW = ("script", "style", "template", "title", "noscript", "svg")
"""Elements whose content a reader never sees."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag, its name in lower case."""

    name: str
    closing: bool = False
    classes: tuple[str, ...] = ()


def tokens(text: str) -> Iterator[Tag | str]:
    """Tags and text in order, character references resolved; comments, declarations and unseen elements left out."""
    at = 0
    never: set[str] = set()
    """What the rest of the text does not hold: looked for once, however often it would be needed."""

    def after(mark: str, start: int) -> int:
        if mark in never or (found := lowered.find(mark, start)) < 0:
            never.add(mark)
            return 0
        return found + len(mark)

    lowered = text.translate(_LOWER)
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            start = len(text)
        if start > at:
            yield unescape(text[at:start])
        if start == len(text):
            return
        if text.startswith("<!--", start):
            at = after("-->", start + 4)
        elif text.startswith(("<!", "<?"), start):
            at = after(">", start)
        elif match := _TAG.match(text, start):
            name = match[2].lower()
            yield Tag(name, bool(match[1]), _classes(match[3]))
            at = (after(f"</{name}>", match.end()) if name in _RAW and not match[1] else 0) or match.end()
        else:
            at = 0
        if not at:
            yield "<"
            at = start + 1


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""Keeps every place where it was, unlike `str.lower`, which lengthens some letters."""


def _classes(attributes: str) -> tuple[str, ...]:
    match = _CLASS.search(attributes)
    return tuple(unescape(match[1] or match[2] or match[3] or "").split()) if match else ()

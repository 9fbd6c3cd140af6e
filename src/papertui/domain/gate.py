"""The gate: what every foreign string passes once, when it enters.

Titles, abstracts, names and model comments are typed by strangers. An escape sequence reaches a
terminal untouched even through a toolkit's text classes, and a bidi override can make one paper's
title look like another's, so both go out here and nowhere else has to think of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MAX_LINE = 4_000
"""Longest one-line form, in characters: titles reach about 250, hostile ones are cut here."""

MAX_TEXT = 40_000
"""Longest text form, in characters: arXiv's abstracts end at 1,920."""

MAX_SAID = 2_000
"""Longest line on stderr, in characters: it quotes arguments, file names and servers, which may go on for ever."""

_JOINERS = "\u200c\u200d"

_DROPPED = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x9F),  # C0, DEL, C1; line and tab marks are handled apart
    (0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069),  # bidi marks and controls
    (0x00AD, 0x00AD), (0x180E, 0x180E), (0x200B, 0x200B), (0x2060, 0x2064), (0x206A, 0x206F), (0xFEFF, 0xFEFF),  # zero width
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x3164, 0x3164), (0xFFA0, 0xFFA0),  # fillers that draw nothing
    (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0xE0000, 0xE0FFF),  # specials, tags, variation selectors supplement
    (0xD800, 0xDFFF),  # lone surrogates: no terminal, file or database takes them
    (0xFDD0, 0xFDEF), *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000)),  # one stops biber at a whole .bib
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),  # signs of shorthand and music that draw nothing
)  # fmt: skip
"""Ranges of code points that go out."""

_FAR = ((0x1BCA0, 0x1D17A), (0x1FFFE, 0x10FFFF))
"""Where those beyond U+FFFF lie, coarsely: every range here costs time at every character of every text."""

_TURNED = {0x09: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
"""Code points that become a blank or a line's end."""


@cache
def _table() -> dict[int, str | None]:
    """For `str.translate`; made when the first suspect text comes, for most runs see none."""
    dropped: dict[int, str | None] = dict.fromkeys(code for first, last in _DROPPED for code in range(first, last + 1))
    return dropped | _TURNED


# ranges, not single characters: thousands of those would be tried one by one at every character
_SUSPECT = re.compile(
    "["
    + "".join(
        f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in (*_DROPPED, *_FAR) if last <= 0xFFFF or (first, last) in _FAR
    )
    + "".join(map(chr, [*_TURNED, 0x0D]))
    + _JOINERS
    + "]"
)
_PARAGRAPH = re.compile(r"\n(?:[ ]*\n)+")

_SCRIPTS_THAT_JOIN = (
    (0x0600, 0x08FF),  # Arabic, Syriac, Thaana, N'Ko and their supplements
    (0x0900, 0x0DFF),  # the Indic scripts
    (0x0F00, 0x109F),  # Tibetan, Myanmar
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFF),
    (0x1F000, 0x1FAFF),  # emoji sequences are joined too
    (0x2600, 0x27BF),
)


def _keeps_joiner(neighbour: str) -> bool:
    code = ord(neighbour)
    return code == 0xFE0F or any(low <= code <= high for low, high in _SCRIPTS_THAT_JOIN)


def _without_stray_joiners(text: str) -> str:
    """Joiners stay only where a script (or an emoji) needs them: directly between two of its characters."""
    if "\u200c" not in text and "\u200d" not in text:
        return text

    def needed(found: re.Match[str]) -> str:
        start, end = found.span()
        lone = end - start == 1 and start > 0 and end < len(text)
        return found[0] if lone and _keeps_joiner(text[start - 1]) and _keeps_joiner(text[end]) else ""

    return re.sub(f"[{_JOINERS}]+", needed, text)


def _cap(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 0 and unicodedata.combining(text[cut]):  # never part a letter from its accents
        cut -= 1
    return text[:cut].rstrip().rstrip(_JOINERS) + "…"


def _is_plain(text: str) -> bool:
    """Whether a text is what nearly all are: nothing to take out, no blanks to fold."""
    return text.isascii() and text.isprintable() and "  " not in text


def _clean(text: str) -> str:
    if not _SUSPECT.search(text):
        return text
    return _without_stray_joiners(text.replace("\r\n", "\n").replace("\r", "\n").translate(_table()))


def one_line(text: str, limit: int = MAX_LINE) -> str:
    """Foreign text as one line: no control, bidi or invisible characters, single blanks, at most `limit` characters."""
    if _is_plain(text):
        return _cap(text.strip(), limit)
    return _cap(" ".join(_clean(text).split()), limit)


def paragraphs(text: str, limit: int = MAX_TEXT) -> str:
    """Foreign text with its paragraphs: an empty line parts two, other newlines are soft and become blanks."""
    if _is_plain(text):
        return _cap(text.strip(), limit)
    parts = (" ".join(part.split()) for part in _PARAGRAPH.split(_clean(text)))
    return _cap("\n\n".join(part for part in parts if part), limit)


def lines(text: str, limit: int = MAX_TEXT) -> str:
    """Text whose line breaks mean something (a reader's note): each line cleaned, the breaks kept."""
    cleaned = "\n".join(" ".join(line.split()) for line in _clean(text).split("\n"))
    return _cap(cleaned.strip("\n"), limit)


def verbatim(text: str) -> str:
    """A whole text to be shown as its writer laid it out (a profile): line breaks and indentation kept, of any length."""
    return _clean(text)


def document(text: str, limit: int) -> str:
    """A stranger's text to be shown as it was laid out (Markdown with code): like `verbatim`, tabs to columns of four, capped."""
    return _cap(_clean(text[: 2 * limit].expandtabs(4)).strip("\n"), limit)

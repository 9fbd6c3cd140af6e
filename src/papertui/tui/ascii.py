"""Text in ASCII, cell by cell, for terminals and locales without Unicode. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_GLYPHS = {
    "●": "*", "★": "+", "▌": ">", "▎": "|", "▐": "#", "▲": "^", "▼": "v", "×": "x", "↺": "=", "⟳": "*", "…": "~", "·": "-", "⏎": "\\",
    "─": "-", "━": "=", "│": "|", "┃": "|", "═": "=", "║": "|", "•": "*", "°": "o", "′": "'", "″": '"', "‖": "|", "∥": "|", "∣": "|",
    "→": ">", "←": "<", "↑": "^", "↓": "v", "⇒": ">", "↦": ">", "≤": "<", "≥": ">", "≪": "<", "≫": ">", "≈": "~", "∼": "~", "≃": "~",
    "±": "+", "÷": "/", "⋅": ".", "∗": "*", "∘": "o", "⁄": "/", "∕": "/", "∧": "^", "∨": "v", "⟨": "<", "⟩": ">", "«": '"', "»": '"',
    "„": '"', "‹": "<", "›": ">", "¡": "!", "¿": "?", "†": "+", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'",
    "“": '"', "”": '"', "🔎": "/ ", "▁": "_", "▔": "-", "▊": "|", "▋": "|",
}  # fmt: skip
"""What we and the toolkit draw with, and what stands in titles and is no letter. As many characters as it takes cells."""

_BOXES = range(0x2500, 0x2580)
_BLOCKS = range(0x2580, 0x25A0)


def to_ascii(text: str) -> str:
    """`text` in ASCII and in as many cells: accents and marks gone, Greek letters by their names, `?` for what has no likeness."""
    return text if text.isascii() else _translated(text)


@lru_cache(8192)
def _translated(text: str) -> str:
    from rich.cells import split_graphemes  # widths as the list is measured in; its tables load for the texts that need them

    return "".join(_likeness(text[start:end], width) for start, end, width in split_graphemes(text)[0])


@lru_cache(2048)
def _likeness(grapheme: str, width: int) -> str:
    """One character (with the marks upon it) in exactly `width` ASCII characters."""
    control = "".join(char for char in grapheme if char < " ")  # of a line with colours; it takes no cell
    char = grapheme[:1]
    if width == 0 or char < " ":
        return control
    if char.isascii() and width == 1:
        return char + control
    found = _GLYPHS.get(char) or _drawn(ord(char)) or _letters(char)
    return (found if len(found) == width else "?" * width) + control


def _drawn(code: int) -> str:
    """Corners and blocks that have no line of their own in the table."""
    return "+" if code in _BOXES else "#" if code in _BLOCKS else ""


def _letters(char: str) -> str:
    folded = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii() and part.isprintable())
    if folded:
        return folded
    words = unicodedata.name(char, "").split(" ")  # GREEK SMALL LETTER ALPHA, LATIN CAPITAL LETTER L WITH STROKE
    if words[0] in ("GREEK", "LATIN") and "LETTER" in words[:-1]:
        letter = words[words.index("LETTER") + 1][:1]
        return letter if "CAPITAL" in words else letter.lower()
    return ""

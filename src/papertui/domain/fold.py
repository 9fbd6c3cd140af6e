"""Text as a search sees it: accents folded, case folded, compatibility forms undone."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ß": "ss", "ẞ": "SS",
        "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ŋ": "n", "Ŋ": "N",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"',
    }
)  # fmt: skip
"""Letters and marks that Unicode does not decompose but that nobody types."""


def fold(text: str) -> str:
    """`Schrödinger`, `Michał`, `CO₂`, `𝒪(√N)` as `schrodinger`, `michal`, `co2`, `o(√n)`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()

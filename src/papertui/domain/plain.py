"""Texts without TeX's commands, and phrases looked for in them. Pure, and without the tables of domain/tex.py."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.domain.fold import fold

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_ACCENT = re.compile(r"\\[`'^\"~=.]\s*\{?([A-Za-z])\}?|\\[cuvHk]\s*\{([A-Za-z])\}")
_TEX_MARKS = str.maketrans({"{": None, "}": None, "$": None, "^": None, "_": None, "~": " "})


def plain(text: str) -> str:
    """A text without TeX's commands: accents become letters, `\\emph{word}` and `$k$-means` keep their words."""
    if "\\" in text:
        text = _ACCENT.sub(lambda match: match[1] or match[2], text)
        text = _COMMAND.sub(" ", text)
    return text.translate(_TEX_MARKS)


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the phrases as whole words in folded text; None without phrases."""
    parts = [r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", fold(phrase).strip()) if word) for phrase in phrases]
    parts = [part for part in parts if part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None

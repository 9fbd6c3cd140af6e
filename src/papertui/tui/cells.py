"""Text measured in terminal cells: cutting, padding, wrapping. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

Span = tuple[str, str]
"""A piece of text and the name of the style (a field of `themes.Ink`) it is drawn with."""

Line = tuple[Span, ...]


_NOT_PLAIN = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u2010-\u2027\u2190-\u21ff\u2500-\u259f\u25cf\u25b2\u25bc\u2605]"
)
"""Any character that may take more or less than one cell: for a text without one its length is its width."""


def _plain(text: str) -> bool:
    return text.isascii() or _NOT_PLAIN.search(text) is None


def width_of(text: str) -> int:
    """Cells that `text` takes."""
    if _plain(text):
        return len(text)
    from rich.cells import cell_len  # its tables of Unicode are loaded for the texts that need them

    return cell_len(text)


def pad(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut hard where it is longer."""
    if _plain(text):
        return text[:width].ljust(width)
    from rich.cells import set_cell_size

    return set_cell_size(text, width)


_JOINED = re.compile("\u200d[\u2190-\u2bff\U0001f000-\U0001faff]|[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
"""What is joined to an emoji (a second one, a colour of skin, a choice of its shape): terminals disagree on what that takes."""


def steady(text: str) -> str:
    """`text` with every emoji as its first one alone, so that it takes the same cells on every terminal and no column moves."""
    return text if text.isascii() else _JOINED.sub("", text)


def clip(text: str, width: int) -> str:
    """`text` in exactly `width` cells; where it is longer it ends in `…`, after a whole word if one ends near the edge."""
    if width <= 0:
        return ""
    text = steady(text)
    if width_of(text) <= width:
        return pad(text, width)
    cut = pad(text, width - 1)
    if width >= 12:
        space = max(cut.rfind(" "), cut.rfind("-"))
        if space >= len(cut) * 3 // 4:
            cut = cut[:space]
    return pad(cut.rstrip(" ,;:-–") + "…", width)


_TOKENS = re.compile(r"\S+")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"


@cache
def _pieces() -> re.Pattern[str]:
    """Finds the pieces between which a word may be broken: each CJK character, and what stands between them."""
    return re.compile(f"[{_WIDE}]|[^{_WIDE}]+")


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at blanks, between CJK characters, and in words longer than a line."""
    width = max(width, 2)
    if _plain(text):
        return _wrap_plain(" ".join(text.split()), width)
    lines: list[str] = []
    line, used = "", 0
    for word in _TOKENS.findall(steady(text)):
        blank = " " if line else ""
        for piece in [word] if word.isascii() else _pieces().findall(word):
            size = width_of(piece)
            if used + len(blank) + size <= width:
                line += blank + piece
                used += len(blank) + size
            else:
                if line:
                    lines.append(line)
                while size > width:
                    head = _head(piece, width)
                    lines.append(head)
                    piece = piece[len(head) :]
                    size = width_of(piece)
                line, used = piece, size
            blank = ""
    if line:
        lines.append(line)
    return lines


def _wrap_plain(text: str, width: int) -> list[str]:
    """The same for a text whose length is its width and whose blanks are single ones: a cut a line, not a look at each word."""
    lines = []
    at, end = 0, len(text)
    while end - at > width:
        cut = text.rfind(" ", at, at + width + 1)
        if cut > at:
            lines.append(text[at:cut])
            at = cut + 1
        else:
            lines.append(text[at : at + width])
            at += width
            at += text.startswith(" ", at)
    if at < end:
        lines.append(text[at:])
    return lines


def _head(text: str, width: int) -> str:
    """The longest beginning of `text` that fits, at least one character."""
    used = 0
    for index, char in enumerate(text):
        used += width_of(char)
        if used > width:
            return text[: max(index, 1)]
    return text


def fit(parts: Sequence[tuple[int, Line]], width: int, gap: int) -> list[Line]:
    """The parts that fit side by side with `gap` cells between them: the lightest (first of the pair) go first."""
    kept = list(range(len(parts)))

    def total() -> int:
        return sum(line_width(parts[index][1]) for index in kept) + gap * max(0, len(kept) - 1)

    while len(kept) > 1 and total() > width:
        kept.remove(min(kept, key=lambda index: parts[index][0]))
    return [parts[index][1] for index in kept]


def line_width(line: Iterable[Span]) -> int:
    """Cells that a line takes."""
    return sum(width_of(text) for text, _ in line)

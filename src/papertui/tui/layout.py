"""Where list and pane stand on a screen of a given size. Pure: the first frame and the screens ask the same function."""

from __future__ import annotations

from typing import NamedTuple

SMALLEST = (40, 10)
"""Columns and rows below which there is only a line that says so."""

WIDE = 160
"""Columns from which the pane stands beside the list."""

LINES_AROUND = 3
"""Status line, message line, footer."""


_LOW = 9
"""Lines of a pane below the list: its rule, and title, authors, scores, comment and the beginning of the abstract."""
_TALL = 37
"""Lines of list and pane above which a quarter of every further line is the pane's: up to there all are papers."""
_MEASURE = 100


class Area(NamedTuple):
    """A rectangle in cells, from the top left corner of what lies between status and message line."""

    x: int
    y: int
    width: int
    height: int


def too_small(width: int, height: int) -> bool:
    """Whether a screen of that size shows nothing but that it is too small."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def areas(width: int, height: int, *, table: bool = True, pane: bool = True) -> tuple[Area | None, Area | None]:
    """Where table and pane stand within `width` x `height` cells (the screen without the lines around): None for what is not shown."""
    whole = Area(0, 0, width, height)
    if not table or not pane:
        return (whole if table else None, whole if pane else None)
    if width >= WIDE:
        left = round(width * 0.58)
        return Area(0, 0, left, height), Area(left, 0, width - left, height)
    low = min(max(min((height * 3 + 4) // 7, _LOW), 4), height) + max(height - _TALL, 0) // 4
    return Area(0, 0, width, height - low), Area(0, height - low, width, low)


def text_width(width: int, *, low: bool) -> int:
    """The longest line of a pane's text in cells: comfortable to read, but a low pane has few lines and uses them whole."""
    room = max(width - 3, 1)
    return room if low else min(room, _MEASURE)


BAR = "▐"


def thumb(top: int, height: int, total: int) -> range:
    """The lines of the window that a scroll bar's thumb covers; empty where everything is shown."""
    if total <= height or height < 1:
        return range(0)
    size = max(1, height * height // total)
    start = round(top * (height - size) / max(1, total - height))
    return range(start, start + size)

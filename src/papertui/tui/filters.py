"""Line filters for terminals without colours or without Unicode: the last thing that is done to what the toolkit draws."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from papertui.tui.ascii import to_ascii
from papertui.tui.terminal import NONE, Terminal


class InAscii(LineFilter):
    """All text in ASCII, in the same cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with their text translated."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(to_ascii(segment.text), segment.style) for segment in segments
        ]


class Colourless(LineFilter):
    """No colour at all: Textual's own filter for NO_COLOR sends shades of grey. A ground of its own becomes reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with the colours taken from their styles."""
        return [
            segment if segment.style is None else Segment(segment.text, _without_colour(segment.style), segment.control)
            for segment in segments
        ]


@lru_cache(1024)
def _without_colour(style: Style) -> Style:
    ground = style.bgcolor is not None and not style.bgcolor.is_default
    return Style(
        bold=style.bold, dim=style.dim and not ground, italic=style.italic, underline=style.underline, strike=style.strike,
        reverse=ground or style.reverse,
    )  # fmt: skip


@lru_cache(4)
def filters_for(terminal: Terminal) -> tuple[LineFilter, ...]:
    """What a terminal needs, in the order in which it is done."""
    return (*((Colourless(),) if terminal.colours == NONE else ()), *((InAscii(),) if terminal.ascii else ()))

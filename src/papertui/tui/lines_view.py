"""A widget that shows lines of styled text with its own offset and scroll bar: what pane, help and welcome are made of."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from papertui.tui.cells import Line, pad, width_of
from papertui.tui.drawn import Drawn
from papertui.tui.layout import BAR, thumb
from papertui.tui.themes import Ink


def strip_of(line: Line, width: int, ink: Ink, ground: str = "text") -> Strip:
    """A line as exactly `width` cells. Foreign text goes in as it is and is never read as markup."""
    segments = []
    left = width
    for text, name in line:
        size = width_of(text)
        if size > left:
            text, size = pad(text, left), left
        if size:
            segments.append(Segment(text, ink.by(name)))
            left -= size
    if left > 0:
        segments.append(Segment(" " * left, ink.by(ground)))
    return Strip(segments, width)


def exact_strip(line: Line, width: int, ink: Ink, over: Style | None = None) -> Strip:
    """A line that is known to take `width` cells: measuring each piece again is what drawing a list mostly costs."""
    if over is None:
        return Strip([Segment(text, ink.by(name)) for text, name in line], width)
    return Strip([Segment(text, ink.by(name) + over) for text, name in line], width)


class LinesView(Drawn, can_focus=True, inherit_bindings=False):
    """Lines of text; the last column is the scroll bar, so that a new text is a repaint and never a layout."""

    def __init__(self, ink: Ink, id: str | None = None) -> None:
        super().__init__(id=id)
        self.ink = ink
        self.lines: Sequence[Line] = ()
        self.top = 0

    @property
    def page(self) -> int:
        """Lines of text that are on screen."""
        return max(self.size.height, 1)

    def show(self, lines: Sequence[Line], *, keep: bool = False) -> None:
        """Show other lines, from the top unless `keep`."""
        self.lines = lines
        self.top = min(self.top, max(0, len(lines) - self.page)) if keep else 0
        self.refresh()

    def scroll_lines(self, by: int) -> bool:
        """Move the window by lines; returns whether it moved."""
        top = max(0, min(self.top + by, len(self.lines) - self.page))
        if top == self.top:
            return False
        self.top = top
        self.refresh()
        return True

    def repaint(self, ink: Ink) -> None:
        """Draw with other styles."""
        self.ink = ink
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        width = self.size.width
        if width < 2:
            return Strip.blank(width)
        index = self.top + y
        line = self.lines[index] if index < len(self.lines) else ()
        sign = BAR if y in thumb(self.top, self.page, len(self.lines)) else " "
        body = strip_of(((" ", "text"), *line), width - 1, self.ink)
        return Strip([*body, Segment(sign, self.ink.rule)], width)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(-3)

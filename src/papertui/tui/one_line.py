"""A line of its own on the screen: status, footer, messages."""

from __future__ import annotations

from collections.abc import Callable

from textual.strip import Strip

from papertui.tui.cells import Line
from papertui.tui.drawn import Drawn
from papertui.tui.lines_view import strip_of
from papertui.tui.themes import Ink


class OneLine(Drawn, inherit_bindings=False):
    """A line that asks what to show each time it is drawn, given its width."""

    def __init__(self, ink: Ink, say: Callable[[int], Line], id: str, ground: str = "line") -> None:
        super().__init__(id=id)
        self.ink = ink
        self._say = say
        self._ground = ground

    def repaint(self, ink: Ink) -> None:
        """Draw with other styles."""
        self.ink = ink
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; there is but one."""
        width = self.size.width
        return strip_of(self._say(width) if y == 0 else (), width, self.ink, self._ground)

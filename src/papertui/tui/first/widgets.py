"""The first screen's widgets: the list of categories, and a footer whose words can be clicked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from papertui.tui.cells import width_of
from papertui.tui.first.acts import Act
from papertui.tui.first.choice import Choice
from papertui.tui.lines_view import LinesView
from papertui.tui.one_line import OneLine
from papertui.tui.status import footer_line
from papertui.tui.themes import Ink


class CategoryList(LinesView):
    """The categories, with a bar on one of them."""

    def __init__(self, ink: Ink, clicked: Callable[[int], object]) -> None:
        super().__init__(ink, id="list")
        self._clicked = clicked
        self.choice = Choice()
        self.cursor = 0

    def show_choice(self, width: int) -> None:
        """Draw the list, so far scrolled that the bar is to be seen, and the heading above it where that is next to it."""
        choice = self.choice
        self.lines, self.cursor = choice.lines(width), choice.cursor
        if self.size.height:
            first = self.cursor - 1 if self.cursor and isinstance(choice.rows[self.cursor - 1], str) else self.cursor
            top = max(min(self.top, first), self.cursor - self.page + 1)
            self.top = max(0, min(top, len(self.lines) - self.page))
        self.refresh()

    def on_resize(self) -> None:
        """Another height: the bar stays to be seen. It is not known before the list is first shown."""
        self.show_choice(max(self.size.width - 3, 20))

    def render_line(self, y: int) -> Strip:
        """One line; the bar lies over the one with the cursor."""
        strip = super().render_line(y)
        if self.top + y != self.cursor or self.cursor >= len(self.lines):
            return strip
        *body, sign = strip
        over = self.ink.cursor
        marked = [Segment("›" if not number else part.text, part.style + over if part.style else over) for number, part in enumerate(body)]
        return Strip([*marked, sign], strip.cell_length)

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        self._clicked(self.top + event.y)


class KeysLine(OneLine):
    """The footer, whose words can be clicked."""

    def __init__(self, ink: Ink, shown: Callable[[int], list[tuple[Act, str]]], clicked: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(ink, lambda width: footer_line([(key, act.label) for act, key in shown(width)]), "footer")
        self._shown, self._clicked = shown, clicked

    async def on_click(self, event: events.Click) -> None:
        """A click on a word does what its key does."""
        at = 1
        for act, key in self._shown(self.size.width):
            at += width_of(key) + len(act.label) + 3
            if event.x < at:
                await self._clicked(act.id)
                return

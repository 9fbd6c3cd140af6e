"""The detail pane: one paper, below or beside the list, or over the whole screen."""

from __future__ import annotations

from datetime import date

from rich.segment import Segment
from textual.strip import Strip

from papertui.domain.edition import Detail
from papertui.tui.layout import BAR, text_width, thumb
from papertui.tui.lines_view import LinesView, strip_of
from papertui.tui.pane_text import pane_lines, pane_row, rule
from papertui.tui.themes import Ink


class Pane(LinesView):
    """Draws its own edge (a rule above, or a bar at the left), which also says where in the list and in the text one is."""

    def __init__(self, ink: Ink) -> None:
        super().__init__(ink, id="pane")
        self.beside = False
        """Whether the list is at its left rather than above it."""
        self.full = False
        self.place = ""
        self._detail: Detail | None = None
        self._seen: date | None = None
        self._wrapped: tuple[int, int, bool] | None = None

    @property
    def page(self) -> int:
        """Lines of text that are on screen: one is the rule's."""
        return max(self.size.height - 1, 1)

    def paper(self, detail: Detail | None, place: str, seen: date | None = None) -> None:
        """Show a paper, from its top unless it is the one already shown."""
        same = detail is not None and self._detail is not None and detail.paper.id == self._detail.paper.id
        self._detail, self._seen, self.place = detail, seen, place
        self._wrapped = None
        if not same:
            self.top = 0
        self.refresh()

    def _wrap(self) -> None:
        """Wrap the text for the present width, once: when it is drawn or scrolled, for only then is the width known."""
        how = (self.size.width, self.page, self.full)
        if self._wrapped == how:
            return
        self._wrapped = how
        measure = text_width(self.size.width, low=not self.full and not self.beside)
        margin = " " * ((self.size.width - 3 - measure) // 2) if self.full else ""
        lines = [] if self._detail is None else pane_lines(self._detail, measure, full=self.full, seen=self._seen, room=self.page)
        self.lines = [((margin, "text"), *line) for line in lines] if margin else lines
        self.top = max(0, min(self.top, len(self.lines) - self.page))

    def scroll_lines(self, by: int) -> bool:
        """Move the window by lines; returns whether it moved."""
        self._wrap()
        return super().scroll_lines(by)

    def on_focus(self) -> None:
        """The rule says that the keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """The rule says that they no longer do."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line: the rule, then the window of the text."""
        width = self.size.width
        if width < 4:
            return Strip.blank(width)
        if self._detail is None and not self.place:  # nothing is listed, and why stands above
            return strip_of((), width, self.ink)
        self._wrap()
        edge = "accent" if self.has_focus else "rule"
        if y == 0:
            return strip_of(rule(self.place, len(self.lines) - self.page - self.top, width, edge, beside=self.beside), width, self.ink)
        index = self.top + y - 1
        line = self.lines[index] if index < len(self.lines) else ()
        body = strip_of(pane_row(line, edge, beside=self.beside), width - 1, self.ink)
        sign = BAR if y - 1 in thumb(self.top, self.page, len(self.lines)) else " "
        return Strip([*body, Segment(sign, self.ink.rule)], width)

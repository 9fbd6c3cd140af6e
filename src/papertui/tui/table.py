"""The list of papers: a widget on the Line API, with its own offset, its own scroll bar, and no layout after the first."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from papertui.domain.edition import Row
from papertui.domain.ids import PaperId
from papertui.tui.cells import Line, line_width
from papertui.tui.drawn import Drawn
from papertui.tui.layout import BAR, thumb
from papertui.tui.lines_view import exact_strip, strip_of
from papertui.tui.rows import Columns, cells, columns, header, sort_at
from papertui.tui.state import Listing
from papertui.tui.themes import Ink

_KEPT = 4000
"""Drawn rows kept, so that scrolling back draws nothing anew."""


class Table(Drawn, can_focus=True, inherit_bindings=False):
    """Shows a `Listing`; whoever changes that calls `changed` or `moved`. Line 0 is the header."""

    def __init__(self, listing: Listing, ink: Ink, picked: Callable[[bool], None], sort: Callable[[str], None]) -> None:
        super().__init__(id="table")
        self.listing = listing
        self.ink = ink
        self.top = 0
        self.empty: Sequence[Line] = ()
        """What is said in the middle where there are no rows."""
        self._picked = picked
        self._sort = sort
        self._columns: Columns | None = None
        self._strips: dict[tuple[int, bool, bool], tuple[Row, Strip]] = {}
        self._drawn_cursor = 0

    @property
    def page(self) -> int:
        """Rows that are on screen."""
        return max(self.size.height - 1, 1)

    @property
    def columns(self) -> Columns:
        """The columns at the present width."""
        width = max(self.size.width - 1, 1)
        if self._columns is None or self._columns.width != width:
            self._columns = columns(width, self.listing.rows)
            self._strips.clear()
        return self._columns

    def changed(self, *, rows: bool = False) -> None:
        """The list is another one or in another order; `rows`: other papers, whose columns may be other ones."""
        if rows:
            self._columns = None
            self._strips.clear()
        self._into_view()
        self._drawn_cursor = self.listing.cursor
        self.refresh()

    def moved(self) -> None:
        """Only the cursor moved: two lines are drawn, or all where the window had to follow it."""
        if self._into_view():
            self.refresh()
        else:
            width = self.size.width
            for index in {self._drawn_cursor, self.listing.cursor}:
                self.refresh(Region(0, index - self.top + 1, width, 1))
        self._drawn_cursor = self.listing.cursor

    def filled(self, papers: Container[PaperId]) -> None:
        """Some papers' rows are other ones, in their places: those on screen are drawn, and nothing else."""
        for y, row in enumerate(self.listing.view[self.top : self.top + self.page], 1):
            if row.id in papers:
                self.refresh(Region(0, y, self.size.width, 1))

    def repaint(self, ink: Ink) -> None:
        """Draw with other styles."""
        self.ink = ink
        self._strips.clear()
        self.refresh()

    def _into_view(self) -> bool:
        if not self.size.height:  # keys pressed before the first layout move no window
            return False
        cursor, page, count = self.listing.cursor, self.page, len(self.listing.view)
        top = min(self.top, cursor) if cursor < self.top + page else cursor - page + 1
        top = max(0, min(top, count - page))
        moved = top != self.top
        self.top = top
        return moved

    def on_resize(self) -> None:
        """Keep the cursor on screen; that all is drawn anew the toolkit sees to, but for a window that has moved since."""
        if self._into_view():
            self.refresh()
        self._drawn_cursor = self.listing.cursor

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a line of what is said instead."""
        width = self.size.width
        if width < 4:
            return Strip.blank(width)
        if y == 0:
            return strip_of(header(self.columns, self.listing.order), width, self.ink, "head")
        view = self.listing.view
        if not view:
            return self._empty_line(y - 1, width)
        index = self.top + y - 1
        barred = y - 1 in thumb(self.top, self.page, len(view))
        return self._row(view[index], index == self.listing.cursor, barred) if index < len(view) else strip_of((), width, self.ink)

    def _row(self, row: Row, here: bool, barred: bool) -> Strip:
        key = (id(row), here, barred)
        cols = self.columns
        kept = self._strips.get(key)
        if kept is not None and kept[0] is row:
            return kept[1]
        if len(self._strips) > _KEPT:
            self._strips.clear()
        line = cells(row, cols, here=here)
        body = (
            exact_strip(line, cols.width, self.ink, self.ink.cursor if here else None)
            if cols.fits
            else strip_of(line, cols.width, self.ink)
        )
        strip = Strip([*body, Segment(BAR if barred else " ", self.ink.rule)], cols.width + 1)
        self._strips[key] = (row, strip)
        return strip

    def _empty_line(self, y: int, width: int) -> Strip:
        first = max((self.page - len(self.empty)) // 2, 0)
        if not first <= y < first + len(self.empty):
            return strip_of((), width, self.ink)
        line = self.empty[y - first]
        return strip_of(((" " * max((width - line_width(line)) // 2, 0), "text"), *line), width, self.ink)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the window, never the cursor."""
        self._wheel(event, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the window, never the cursor."""
        self._wheel(event, -3)

    def _wheel(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        top = max(0, min(self.top + by, len(self.listing.view) - self.page))
        if top != self.top:
            self.top = top
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a second one opens the paper; one on the header sorts by what stands there."""
        if event.y == 0:
            if (name := sort_at(self.columns, self.listing.order, event.x)) is not None:
                self._sort(name)
            return
        index = self.top + event.y - 1
        if index < len(self.listing.view):
            self.listing.move_to(index)
            self._picked(event.chain > 1)

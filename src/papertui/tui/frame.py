"""The first frame, drawn from the same functions as the screens, without the toolkit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from papertui.domain.edition import Detail
from papertui.keymap import Keymap
from papertui.tui.cells import Line
from papertui.tui.keys import footer
from papertui.tui.layout import BAR, LINES_AROUND, Area, areas, text_width, thumb
from papertui.tui.pane_text import pane_lines, pane_row, rule
from papertui.tui.rows import cells, columns, header
from papertui.tui.state import Listing
from papertui.tui.status import footer_line, message_line, resting_notes, status_line


class Piece(NamedTuple):
    """A part of a screen's line."""

    line: Line
    width: int
    ground: str = "text"
    """The look of what the line leaves empty."""
    over: str = ""
    """A look laid over those of the line."""


def first_frame(listing: Listing, detail: Detail | None, width: int, height: int, keymap: Keymap) -> list[list[Piece]]:
    """The main screen's lines for a list that has just been read: the cursor on the first paper, the keys with the list."""
    table, pane = areas(width, height - LINES_AROUND)
    body = _table(listing, table) if table else []
    beside = _pane(listing, detail, pane) if pane else []
    if pane and table and pane.x:
        body = [left + right for left, right in zip(body, beside, strict=True)]
    else:
        body += beside
    return [
        [Piece(status_line(listing, None, width, keymap), width, "line")],
        *body,
        [Piece(message_line((), "", resting_notes(listing.head), width, keymap), width)],
        [Piece(footer_line(footer(width, keymap)), width, "line")],
    ]


def _table(listing: Listing, area: Area) -> list[list[Piece]]:
    cols = columns(area.width - 1, listing.rows)
    page = max(area.height - 1, 1)
    barred = thumb(0, page, len(listing.view))
    lines = [[Piece(header(cols, listing.order), area.width, "head")]]
    for index in range(page):
        if index < len(listing.view):
            here = index == listing.cursor
            row = Piece(cells(listing.view[index], cols, here=here), area.width - 1, over="cursor" if here else "")
            lines.append([row, Piece(((BAR if index in barred else " ", "rule"),), 1)])
        else:
            lines.append([Piece((), area.width)])
    return lines[: area.height]


def _pane(listing: Listing, detail: Detail | None, area: Area) -> list[list[Piece]]:
    current, beside = listing.current, area.x > 0
    page = max(area.height - 1, 1)
    text: Sequence[Line] = ()
    if detail is not None and current is not None:
        text = pane_lines(detail, text_width(area.width, low=not beside), full=False, seen=current.seen, room=page)
    place = f"{listing.cursor + 1} of {len(listing.view)}"
    barred = thumb(0, page, len(text))
    lines = [[Piece(rule(place, len(text) - page, area.width, "rule", beside=beside), area.width)]]
    for index in range(page):
        line = pane_row(text[index] if index < len(text) else (), "rule", beside=beside)
        lines.append([Piece(line, area.width - 1), Piece(((BAR if index in barred else " ", "rule"),), 1)])
    return lines[: area.height]

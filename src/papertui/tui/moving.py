"""What the keys do that move the cursor, order and narrow the list, or turn to another edition."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from papertui.domain.edition import SORT_KEYS
from papertui.errors import PapertuiError
from papertui.tui.prompt import Question
from papertui.tui.state import haystacks

if TYPE_CHECKING:
    from papertui.tui.screens.main import MainScreen

_ALL = 10**9

_UNFINISHED = re.compile(r"(?:^|(?<=\s))(?:(?:r|n|s|relevance|novelty|score)(?:>=|<=|=|>|<)|cat:|au:|#)$", re.IGNORECASE)
"""A test that is still being typed: read as a word it would empty the list for a moment."""


class Moving:
    """Moves the cursor, or the text of the pane while that has the keys."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        sorts: dict[str, Callable[[], object]] = {f"sort_{name}": partial(self.sort, name) for name in SORT_KEYS}
        self.handlers: Mapping[str, Callable[[], object]] = sorts | {
            "down": partial(self._lines, 1),
            "up": partial(self._lines, -1),
            "page_down": partial(self._pages, 1),
            "page_up": partial(self._pages, -1),
            "half_down": partial(self._pages, 0.5),
            "half_up": partial(self._pages, -0.5),
            "first": partial(self._lines, -_ALL),
            "last": partial(self._lines, _ALL),
            "next_paper": partial(self._papers, 1),
            "previous_paper": partial(self._papers, -1),
            "next_unread": self._next_unread,
            "pane_down": partial(self._pane, 1),
            "pane_up": partial(self._pane, -1),
            "focus": self._focus,
            "filter": self.filter,
            "show_hidden": self._show_hidden,
            "older": partial(self._turn, 1),
            "newer": partial(self._turn, -1),
        }

    def _lines(self, by: int) -> None:
        if self._main.pane.has_focus:
            self._main.pane.scroll_lines(by)
        else:
            self._papers(by)

    def _pages(self, by: float) -> None:
        pane, table = self._main.pane, self._main.table
        page = pane.page if pane.has_focus else table.page
        self._lines(int(by * max(page - 1, 1)) or (1 if by > 0 else -1))

    def _papers(self, by: int) -> None:
        main = self._main
        if main.listing.move_to(main.listing.cursor + by):
            if main.zoomed and main.listing.current is not None:  # the next full page is opened, as Enter would
                main.marking.read(main.listing.current.id)
            main.show_cursor()

    def _next_unread(self) -> None:
        if self._main.listing.next_unread():
            self._main.show_cursor()
        else:
            self._main.tell("nothing unread in this list")

    def _pane(self, by: int) -> None:
        self._main.pane.scroll_lines(by * max(self._main.pane.page - 1, 1))

    def _focus(self) -> None:
        main = self._main
        if not main.zoomed and not main.pane_hidden:
            main.set_focus(main.table if main.pane.has_focus else main.pane, scroll_visible=False)

    def sort(self, name: str) -> None:
        """Order by a key, or turn the order round."""
        main = self._main
        if name == "rank" and not (main.listing.head and main.listing.head.ranked):
            main.tell("this edition has no published order")
            return
        if name == "upvotes" and all(row.upvotes is None for row in main.listing.rows):
            main.tell("no paper of this edition has upvotes")
            return
        main.listing.sort(name)
        main.show_list()

    def _show_hidden(self) -> None:
        main = self._main
        if not main.listing.counts.hidden and not main.listing.show_hidden:
            main.tell(main.keymap.say("nothing is hidden here: {hide} hides a paper"))
            return
        shown = main.listing.toggle_hidden()
        main.show_list()
        main.tell(
            main.keymap.say(
                "hidden papers are shown · {hide} brings one back, {show_hidden} hides them again"
                if shown
                else "hidden papers are out of sight · {show_hidden} shows them"
            )
        )

    # -- the filter

    def filter(self) -> None:
        """Type a filter: the list follows at every key."""
        main = self._main
        main.prompt.ask(
            Question("/", "Enter keeps it · Esc clears", self._narrow, self._filtered, self._leave_filter),
            main.listing.filter.text,
        )

    def _narrow(self, text: str) -> None:
        self._main.listing.set_filter(_UNFINISHED.sub("", text))
        self._main.show_list()

    def _filtered(self, text: str) -> None:
        self._main.listing.set_filter(text.strip())
        self._main.show_list()

    def _leave_filter(self) -> None:
        self.clear_filter()

    def clear_filter(self) -> bool:
        """Show everything again; False where nothing was narrowed."""
        narrowed = bool(self._main.listing.filter.text)
        self._main.listing.set_filter("")
        self._main.show_list()
        return narrowed

    def fetch_abstracts(self) -> None:
        """Get the abstracts for the filter, in a thread."""
        self._main.run_worker(self._fetch_abstracts(), group="abstracts", exclusive=True)

    async def _fetch_abstracts(self) -> None:
        main = self._main
        head, rows = main.listing.head, tuple(main.listing.rows)
        if head is None or head.searched is not None or not rows:
            return
        try:
            abstracts = await asyncio.to_thread(main.desk.abstracts, head.date)
        except PapertuiError as error:
            main.fail(f"abstracts are not searched: {error}")
            return
        hay = await asyncio.to_thread(haystacks, rows, abstracts)
        before = main.listing.view
        main.listing.use_abstracts(head, abstracts, hay)
        if main.listing.view is not before:
            main.show_list()

    # -- editions

    async def _turn(self, by: int) -> None:
        """To the edition before (1) or after (-1); heads are asked anew each time, for another program may have fetched."""
        main = self._main
        try:
            days = sorted({head.date for head in await asyncio.to_thread(main.desk.heads)}, reverse=True)
            here = main.searching.day
            older = [day for day in days if here is None or day < here]
            newer = [day for day in days if here is not None and day > here]
            there = (older[:1] if by > 0 else newer[-1:]) or None
            if there is None:
                main.tell(main.keymap.say("this is the oldest edition" if by > 0 else "this is the newest edition · {update} updates"))
                return
            await main.read(there[0])
        except PapertuiError as error:
            main.fail(str(error))

"""The main screen: list, pane, and the lines around them. It draws and passes on; what a key does stands in the rooms it calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from papertui.domain.edition import Edition
from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.triage import Marks
from papertui.errors import PapertuiError
from papertui.keymap import Keymap
from papertui.services.desk import WAITING, WRITTEN, Desk
from papertui.services.events import Event
from papertui.tui.cells import Line
from papertui.tui.emptiness import emptiness
from papertui.tui.errands import Errands
from papertui.tui.keys import FOUND, FULL_PAGE, NO_PAPER, NOTHING_FOUND, footer
from papertui.tui.layout import WIDE, too_small
from papertui.tui.marking import Marking
from papertui.tui.moving import Moving
from papertui.tui.one_line import OneLine
from papertui.tui.pane import Pane
from papertui.tui.prompt import Prompt
from papertui.tui.searching import Searching
from papertui.tui.split import Body
from papertui.tui.state import Listing, with_landed
from papertui.tui.status import footer_line, message_line, reason_first, resting_notes, status_line, too_small_line
from papertui.tui.table import Table
from papertui.tui.themes import Ink
from papertui.tui.updating import Updating

_PATIENCE = 0.5
"""Seconds that turning to another edition waits for marks to be written."""


_REST = 0.3
"""Seconds after the first frame until the writer of marks is made ready: keys come first."""


class Undone(Message):
    """An undo or redo has been written: which marks it changed."""

    def __init__(self, changed: Mapping[PaperId, Marks], since: int, word: str) -> None:
        super().__init__()
        self.changed, self.since, self.word = changed, since, word


class Happened(Message):
    """A running update tells something."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Landing(Message):
    """A running update has scores to show."""


class Trouble(Message):
    """Marks cannot be written."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class MainScreen(Screen[None], inherit_bindings=False):
    """The reader."""

    AUTO_FOCUS = "#table"
    DEFAULT_CSS = """
    MainScreen {
        #status, #message, #footer { height: 1; }
        #small { height: 1fr; display: none; }
        #body { height: 1fr; }
        &.-small #status, &.-small #message, &.-small #footer, &.-small #body { display: none; }
        &.-small #small { display: block; }
    }
    """

    def __init__(self, desk: Desk, ink: Ink, keymap: Keymap, edition: Edition | None, wanted: date | None, notice: str | None) -> None:
        super().__init__()
        self.welcome: Callable[[str | None], None] = lambda failed: None
        """Shows the page of an empty library, with why the last fetch failed."""
        self.desk = desk
        self.listing = Listing()
        self.listing.load(edition)
        self.wanted = wanted
        """A date that was asked for and that the library does not have."""
        self.failures: list[str] = []
        self.notice = notice or ""
        self.working: str | None = None
        self.note = ""
        """What more is to be said of what is being done."""
        self.zoomed = False
        """Whether the paper has the whole screen."""
        self.pane_hidden = False
        """Whether the list has the screen to itself."""
        self.ink = ink
        self.keymap = keymap
        self.table = Table(self.listing, ink, self._picked, lambda name: self.moving.sort(name))
        self.pane = Pane(ink)
        self.status = OneLine(ink, lambda width: status_line(self.listing, self.working, width, keymap, self.note), "status")
        self.prompt = Prompt(ink, self._message)
        self.footer = OneLine(ink, self._footer, "footer")
        self.prompt.on_mode = self.footer.refresh
        self.small = OneLine(ink, self._too_small, "small", "text")
        self.moving, self.marking, self.errands, self.updating = Moving(self), Marking(self), Errands(self), Updating(self)
        self.searching = Searching(self)
        rooms = (self.moving, self.marking, self.errands, self.updating, self.searching)
        self._handlers: dict[str, Callable[[], object]] = {name: does for room in rooms for name, does in room.handlers.items()}

    def compose(self) -> ComposeResult:
        """Status, list and pane, message line, footer."""
        yield self.status
        with Body(id="body"):
            yield self.table
            yield self.pane
        yield self.prompt
        yield self.footer
        yield self.small

    def on_mount(self) -> None:
        """Rows are there already; what can wait comes after the first paint."""
        self.show_list(rows=True)
        self.desk.on_trouble(lambda line: self.post_message(Trouble(line)))
        self.call_after_refresh(self.moving.fetch_abstracts)
        self.set_timer(_REST, self.desk.prepare)

    # -- what a key does

    async def action_act(self, name: str) -> None:
        """Do the action called `name`; what the last one said is said no longer."""
        if self.notice and name not in ("undo", "redo"):  # these answer later, and in one frame
            self.notice = ""
            self.prompt.refresh()
        done = self._handlers[name]()
        if asyncio.iscoroutine(done):
            await done

    def _picked(self, twice: bool) -> None:
        self.set_focus(self.table, scroll_visible=False)
        self.show_cursor()
        if twice:
            self.errands.zoom()

    # -- drawing: all of a key's changes in one handler, so that they are one frame

    def show_list(self, *, rows: bool = False) -> None:
        """The list changed: draw list, pane and status anew."""
        before = bool(self.table.empty)
        self.table.empty = self._empty()
        self.table.changed(rows=rows)
        self.show_paper()
        self.status.refresh()
        if before != bool(self.table.empty):  # other keys are of use now
            self.footer.refresh()

    def show_cursor(self) -> None:
        """Only the cursor moved."""
        self.table.moved()
        self.show_paper()

    def show_paper(self) -> None:
        """Draw the paper under the cursor in the pane."""
        row = self.listing.current
        if row is None:
            self.pane.paper(None, "")
            return
        place = f"{self.listing.cursor + 1} of {len(self.listing.view)}"
        try:
            detail = self.desk.detail(row.id)
        except PapertuiError as error:  # a library damaged or gone while it is read
            self.fail(str(error))
            detail = None
        if detail is not None and detail.marks != row.marks:  # the library hears of a mark a moment after the screen
            detail = detail._replace(marks=row.marks)
        if detail is not None:
            detail = with_landed(detail, self.updating.landed.get(row.id))
        self.pane.paper(detail, place, row.seen)

    def tell(self, text: str) -> None:
        """Say what happened, until the next key."""
        self.notice = one_line(text)
        self.prompt.refresh()

    def fail(self, text: str) -> None:
        """Say what failed, until Escape."""
        line = reason_first(one_line(text))
        if line not in self.failures:
            self.failures.append(line)
        self.notice = ""
        self.prompt.refresh()

    async def read(self, day: date | None, *, settled: bool = True) -> None:
        """Read an edition (or the same one anew) and show it; marks still on their way to the library are waited for.

        Not `settled`: while it is being scored, when papers keep their places.
        """
        since = self.listing.moment
        await asyncio.to_thread(self.desk.flush, _PATIENCE)
        try:
            edition = await asyncio.to_thread(self.desk.edition, day)  # beside a thread that computes each row waits for its turn
        except PapertuiError as error:
            self.fail(str(error))
            return
        known = self.listing.head.date if self.listing.head else None
        self.listing.load(edition, since, settled=settled)
        self.listing.fill(self.updating.landed)
        self.wanted = day if edition is None else None
        self.show_list(rows=True)
        self.prompt.refresh()
        if edition is not None and (edition.head.date != known or self.listing.filter.words):
            self.moving.fetch_abstracts()

    def repaint(self, ink: Ink) -> None:
        """Draw everything with other styles."""
        self.ink = ink
        for widget in (self.table, self.pane, self.status, self.prompt, self.footer, self.small):
            widget.repaint(ink)
        self.table.empty = self._empty()

    def _empty(self) -> list[Line]:
        wanted = self.wanted.isoformat() if self.wanted else None
        width = max(self.table.size.width or self.app.size.width, 20)
        return emptiness(self.listing, width, self.keymap, wanted, working=self.working is not None)

    def _message(self, width: int) -> Line:
        return message_line(self.failures, self.notice, resting_notes(self.listing.head), width, self.keymap)

    def _footer(self, width: int) -> Line:
        if self.prompt.question is not None:  # other keys type letters now
            return footer_line((("Enter", "done"), ("Esc", "leave")))
        return footer_line(footer(width, self.keymap, self._keys_of_use()))

    def _keys_of_use(self) -> Sequence[str] | None:
        if self.zoomed:
            return FULL_PAGE
        if self.searching.shown is not None:
            return FOUND if self.listing.view else NOTHING_FOUND
        return None if self.listing.view else NO_PAPER

    def _too_small(self, width: int) -> Line:
        return too_small_line(width, self.keymap)

    def on_resize(self, event: events.Resize) -> None:
        """Below the smallest size there is only a line that says so."""
        self.set_class(too_small(*event.size), "-small")
        beside = event.size.width >= WIDE and not self.zoomed
        if beside != self.pane.beside:
            self.pane.beside = beside
            self.pane.refresh()
        self.table.empty = self._empty()

    # -- what comes from elsewhere

    def on_undone(self, message: Undone) -> None:
        """An undo or redo was written."""
        self.marking.undone(message.changed, message.since, message.word)

    def on_happened(self, message: Happened) -> None:
        """A running update tells something."""
        self.updating.heard(message.event)

    def on_landing(self, message: Landing) -> None:
        """A running update has scores to show."""
        self.updating.landing()

    def on_trouble(self, message: Trouble) -> None:
        """Marks cannot be written, or are written after all."""
        if message.line != WRITTEN:
            self.fail(message.line)
            return
        self.failures = [line for line in self.failures if not line.startswith(WAITING)]
        self.tell(WRITTEN)

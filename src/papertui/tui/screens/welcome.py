"""What a reader with an empty library begins with: what papertui does, categories, interests, and the first fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen

from papertui.domain.gate import one_line
from papertui.domain.profile_edit import read_interests
from papertui.errors import PapertuiError
from papertui.tui.cells import Line, clip
from papertui.tui.first import acts, pages
from papertui.tui.first.choice import chosen_lines
from papertui.tui.first.flow import Flow
from papertui.tui.first.widgets import CategoryList, KeysLine
from papertui.tui.layout import SMALLEST, too_small
from papertui.tui.lines_view import LinesView
from papertui.tui.one_line import OneLine
from papertui.tui.themes import Ink
from papertui.tui.updating import Updating

if TYPE_CHECKING:
    from papertui.services.desk import Desk
    from papertui.tui.first.interests import InterestsBox

_WIDEST = 90
"""Columns that the pages take; wider lines are hard to read."""
_STEP = {acts.CATEGORIES: 1, acts.INTERESTS: 2, acts.READY: 3, acts.WORKING: 3, acts.FAILED: 3, acts.NOTHING: 3}


class WelcomeScreen(Screen[str], inherit_bindings=False):
    """Dismissed with "quit", "demo", "skip" (the empty list, or the list while it fills), or "list" (papers are there)."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    WelcomeScreen {
        #steps, #search, #message, #footer { height: 1; }
        #small, #search, #list, #chosen, #box { display: none; }
        #body { height: 1fr; align-horizontal: center; }
        #column { height: 1fr; max-width: 90; layout: vertical; }
        #text, #list { height: 1fr; }
        #chosen { height: 2; }
        &.-categories #search, &.-categories #list, &.-categories #chosen { display: block; }
        &.-interests #box { display: block; margin: 0 1; }
        &.-small #steps, &.-small #body, &.-small #message, &.-small #footer { display: none; }
        &.-small #small { display: block; }
    }
    """

    def __init__(self, ink: Ink, desk: Desk, updating: Updating, failed: str | None) -> None:
        """`failed`: why a fetch that began elsewhere came to nothing; None: the first page."""
        super().__init__()
        self.flow = Flow(self, desk, updating, failed)
        self._said: tuple[str, str] = ("", "text")
        self._box: InterestsBox | None = None
        self._text = LinesView(ink, id="text")
        self._search = OneLine(ink, self._search_line, "search", "text")
        self._list = CategoryList(ink, self._clicked)
        self._chosen = LinesView(ink, id="chosen")
        self._steps = OneLine(ink, lambda width: pages.steps_line(_STEP.get(self.flow.page, 0), width), "steps")
        self._message = OneLine(ink, self._message_line, "message", "text")
        self._footer = KeysLine(ink, self._footer_acts, self.do)
        self._small = OneLine(
            ink, lambda width: ((f"papertui needs {SMALLEST[0]}x{SMALLEST[1]}; Ctrl-C quits", "strong"),), "small", "text"
        )

    def compose(self) -> ComposeResult:
        """Steps, the page, a message line, footer. The box for interests comes when its page is first shown."""
        yield self._steps
        with Container(id="body"), Container(id="column"):
            yield self._text
            yield self._search
            yield self._list
            yield self._chosen
        yield self._message
        yield self._footer
        yield self._small

    def on_mount(self) -> None:
        """The way begins."""
        self.flow.begin()
        self.call_after_refresh(self.draw)

    # -- what keys and clicks do

    async def on_key(self, event: events.Key) -> None:
        """A key of this page's, or something typed; keys typed ahead of a page's drawing come in their order too."""
        event.stop()
        character = event.character if event.is_printable else None
        act = acts.act_for(self.flow.page, event.key, character)
        self.say("")
        if act is not None:
            await self.do(act.id)
        elif self.flow.page == acts.CATEGORIES:
            self._type(event.key, character)
        elif self.flow.page == acts.INTERESTS and self._box is not None and not self._box.has_focus:
            text = "\n" if event.key == "enter" else character
            if text:
                self._box.put(text)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text goes where letters go, through the gate."""
        if self.flow.page == acts.CATEGORIES:
            self.flow.choice.type(one_line(event.text, 200))
            self.draw_choice()
        elif self.flow.page == acts.INTERESTS and self._box is not None:
            self._box.put(event.text)

    async def do(self, name: str) -> None:
        """Do the action called `name`."""
        if await self.flow.do(name):
            return
        down = name.endswith("down")
        if name.startswith("scroll"):
            self._text.scroll_lines(3 if down else -3)
        else:
            by = max(self._list.page - 1, 1) if name.startswith("page") else 1
            self.flow.choice.move(by if down else -by)
            self.draw_choice()

    def _type(self, key: str, character: str | None) -> None:
        choice = self.flow.choice
        if key == "space":
            choice.space()
        elif character is not None:
            choice.type(character)
        elif not choice.edit(key):
            return
        self.draw_choice()

    def _clicked(self, row: int) -> None:
        if self.flow.choice.point(row):
            self.flow.choice.toggle()
            self.draw_choice()

    # -- what the flow asks for

    async def turn(self) -> None:
        """Show the page that the flow is on now."""
        page = self.flow.page
        self.set_class(page == acts.CATEGORIES, "-categories")
        self.set_class(page == acts.INTERESTS, "-interests")
        if page == acts.INTERESTS:
            await self._show_box()
        else:
            self.set_focus(None)
        self._text.top = 0
        self.draw()

    async def _show_box(self) -> None:
        if self._box is None:
            from papertui.tui.first.interests import InterestsBox

            self._box = InterestsBox(self.flow.interests)
            await self.query_one("#column").mount(self._box, after=self._text)
        self.set_focus(self._box)

    def typed(self) -> str:
        """The interests as they stand in their box."""
        return self._box.text if self._box is not None else self.flow.interests

    def say(self, text: str, style: str = "text") -> None:
        """Say something until the next key."""
        if text != self._said[0]:
            self._said = (one_line(text), style)
            self._message.refresh()

    # -- drawing

    def on_resize(self, event: events.Resize) -> None:
        """Lines are wrapped anew."""
        self.set_class(too_small(event.size.width, event.size.height), "-small")
        self.call_after_refresh(self.draw)

    @property
    def _width(self) -> int:
        """Columns of text: not of the margin and the scroll bar."""
        return max(min(self.size.width, _WIDEST) - 3, 20)

    def draw(self) -> None:
        """Draw the page anew."""
        width, height = self._width, max(self.size.height - 3, 1)
        lines = self._lines(width, height)
        if height >= pages.ROOMY:
            lines = [(), *lines]
        self._text.styles.height = len(lines) if self.flow.page in (acts.CATEGORIES, acts.INTERESTS) else "1fr"
        self._text.show(lines, keep=True)
        for line in (self._steps, self._message, self._footer):
            line.refresh()
        if self.flow.page == acts.CATEGORIES:
            self.draw_choice()

    def _lines(self, width: int, height: int) -> list[Line]:
        flow = self.flow
        match flow.page:
            case acts.INTRO:
                return pages.intro_lines(width, height, flow.form)
            case acts.CATEGORIES:
                return pages.categories_lines(width, height, flow.form)
            case acts.INTERESTS:
                return pages.interests_lines(width, height, flow.form)
            case acts.READY:
                return self._ready_lines(width)
            case acts.WORKING:
                return pages.working_lines(width, flow.work)
            case acts.NOTHING:
                return pages.nothing_lines(width, flow.reason)
            case acts.FAILED:
                return pages.failed_lines(width, flow.failed)
            case acts.TROUBLE:
                return pages.trouble_lines(width, flow.form)
            case _:
                return acts.help_lines(width, flow.behind)

    def _ready_lines(self, width: int) -> list[Line]:
        form, chosen, interests = self.flow.form, tuple(self.flow.choice.chosen), self.flow.interests
        try:
            read = read_interests(form, interests)
        except PapertuiError as error:
            return [((clip(str(error), width), "bad"),)]
        changed = not form.confirmed or chosen != form.categories or interests.rstrip() != form.interests
        return pages.ready_lines(width, form, chosen, read, changed, self.flow.asked)

    def draw_choice(self) -> None:
        """Draw the list of categories, what is chosen, and what is searched for."""
        self._list.choice = self.flow.choice
        self._list.show_choice(self._width)
        self._chosen.show(chosen_lines(self.flow.choice.chosen, self._width))
        self._search.refresh()
        self._message.refresh()

    def _search_line(self, width: int) -> Line:
        typed = self.flow.choice.typed
        return ((" ", "text"), *pages.search_line(typed.text, typed.at, width - 2))

    def _message_line(self, width: int) -> Line:
        text, style = self._said
        if not text:
            text, style = pages.hint(self.flow.page, self.flow.choice.chosen), "muted"
        return ((" ", "text"), (clip(text, width - 2), style))

    def _footer_acts(self, width: int) -> list[tuple[acts.Act, str]]:
        return acts.footer_acts(self.flow.page, width, () if self.flow.work.papers else ("early",))

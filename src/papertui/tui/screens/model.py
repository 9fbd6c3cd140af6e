"""Setting up a model: its server, where its key is, its name, and a test call. Escape leaves at any time, and nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen

from papertui.domain.gate import one_line
from papertui.errors import PapertuiError
from papertui.keymap import LINE_FEED, shown_key
from papertui.tui import model_pages as pages
from papertui.tui.cells import Line, clip
from papertui.tui.first.acts import fitting
from papertui.tui.first.widgets import KeysLine
from papertui.tui.layout import SMALLEST, too_small
from papertui.tui.lines_view import LinesView
from papertui.tui.one_line import OneLine
from papertui.tui.themes import Ink

if TYPE_CHECKING:
    from papertui.services.desk import Desk, ModelForm
    from papertui.tui.first.acts import Act

_WIDEST = 90
_MOVES = {"down": 1, "up": -1}


class ModelScreen(Screen[str], inherit_bindings=False):
    """Dismissed with a line on what was kept, or "" where it was left."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ModelScreen {
        #steps, #message, #footer { height: 1; }
        #small { display: none; }
        #body { height: 1fr; align-horizontal: center; }
        #text { height: 1fr; max-width: 90; }
        &.-small #steps, &.-small #body, &.-small #message, &.-small #footer { display: none; }
        &.-small #small { display: block; }
    }
    """

    def __init__(self, ink: Ink, desk: Desk, form: ModelForm) -> None:
        """`form`: what is set now."""
        super().__init__()
        self._desk, self.page, self.fields = desk, pages.SERVER, pages.Fields(form)
        self._told = pages.Told()
        self._kept: Sequence[str] = ()
        self._said: tuple[str, str] = ("", "text")
        self._busy = False
        """Whether something is being written: keys wait for its end."""
        self._text = LinesView(ink, id="text")
        self._steps = OneLine(ink, lambda width: pages.steps_line(self.page, width), "steps")
        self._message = OneLine(ink, self._message_line, "message", "text")
        self._footer = KeysLine(ink, self._footer_acts, self.do)
        self._small = OneLine(ink, lambda width: ((f"papertui needs {SMALLEST[0]}x{SMALLEST[1]}; Esc leaves", "strong"),), "small", "text")

    def compose(self) -> ComposeResult:
        """Steps, the page, a message line, footer."""
        yield self._steps
        with Container(id="body"):
            yield self._text
        yield self._message
        yield self._footer
        yield self._small

    def on_mount(self) -> None:
        """The first page."""
        self.call_after_refresh(self.draw)

    def on_resize(self, event: events.Resize) -> None:
        """Lines are wrapped anew."""
        self.set_class(too_small(event.size.width, event.size.height), "-small")
        self.call_after_refresh(self.draw)

    @property
    def lines(self) -> Sequence[Line]:
        """What the page says."""
        return self._text.lines

    # -- what keys do

    async def on_key(self, event: events.Key) -> None:
        """A key of this page's, or something typed."""
        event.stop()
        character = event.character if event.is_printable else None
        act = pages.act_for(self.page, "enter" if event.key == LINE_FEED else event.key, character if self.page == pages.TEST else None)
        self._say("")
        if act is not None:
            await self.do(act.id)
        elif character is not None:
            self._type(character)
        elif not self.fields.edit(self.page, event.key, max(self._text.page - 5, 1)) and event.key in _MOVES:
            self._text.scroll_lines(_MOVES[event.key])
        self.draw()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text goes where letters go, through the gate."""
        event.stop()
        self._type(one_line(event.text, pages.MOST))
        self.draw()

    def _type(self, text: str) -> None:
        self.fields.type(self.page, text)
        if self.page == pages.NAME and self._told.style == "bad":  # the reason has been read
            self._told = pages.Told()

    async def do(self, name: str) -> None:
        """Do the action called `name`."""
        if self._busy:
            return
        if name == "leave":
            self.dismiss("")
        elif name == "back":
            self.workers.cancel_group(self, "server")
            self._turn(self.page - 1)
        elif name == "next":
            self._next()
        elif name == "again":
            self._test()
        elif name == "keep":
            self._busy = True
            self.run_worker(self._keep(), group="keep")

    def _turn(self, page: int, told: str = "") -> None:
        self.page, self._told, self._text.top = page, pages.Told(told), 0
        self.draw()

    def _next(self) -> None:
        if self.page == pages.NAME:
            if not self.fields.names.chosen:
                self._say("a model's name is wanted", "bad")
                return
            self.page, self._text.top = pages.TEST, 0
            self._test()
        else:
            self.run_worker(self._checked(), group="server", exclusive=True)

    async def _checked(self) -> None:
        """Go on from a page whose field can be used; a key is only looked for on its own page."""
        form = self.fields.form._replace(model="")
        try:
            await asyncio.to_thread(self._desk.model_lines, form if self.page == pages.KEY else form._replace(key=None))
        except PapertuiError as error:
            self._say(str(error), "bad")
            return
        if self.page == pages.SERVER:
            self._turn(pages.KEY)
        elif self.page == pages.KEY:
            self._turn(pages.NAME, f"asking {pages.host_of(form.base_url)} for its models …")
            await self._list()

    # -- what a server says

    async def _list(self) -> None:
        try:
            found = await self._desk.models(self.fields.form)
        except PapertuiError as error:
            self._told = pages.Told(f"{one_line(str(error))} · type the name", "bad")
            self.fields.names.offer(())
        else:
            self._told = pages.Told() if found else pages.Told("The server lists no models: type the name.")
            self.fields.names.offer(found)
        self.draw()

    def _test(self) -> None:
        self._told = pages.Told("asking it something small …")
        self.draw()
        self.run_worker(self._try(), group="server", exclusive=True)

    async def _try(self) -> None:
        form = self.fields.form
        try:
            self._kept = await asyncio.to_thread(self._desk.model_lines, form)
            self._told = pages.Told(await self._desk.try_model(form), "good")
        except PapertuiError as error:
            self._told = pages.Told(one_line(str(error)), "bad")
        self.draw()

    async def _keep(self) -> None:
        form = self.fields.form
        try:
            await asyncio.to_thread(self._desk.keep_model, form)
        except PapertuiError as error:
            self._busy = False
            self._told = pages.Told(one_line(str(error)), "bad")
            self.draw()
            return
        self.dismiss(f"{form.model} is kept in {form.where}")

    # -- drawing

    def _say(self, text: str, style: str = "text") -> None:
        self._said = (one_line(text), style)
        self._message.refresh()

    def draw(self) -> None:
        """Draw the page anew."""
        width, height = max(min(self.size.width, _WIDEST) - 3, 20), max(self.size.height - 4, 1)
        self._text.show([(), *self._lines(width, height)], keep=True)
        for line in (self._steps, self._message, self._footer):
            line.refresh()

    def _lines(self, width: int, height: int) -> list[Line]:
        form = self.fields.form
        if self.page == pages.SERVER:
            return pages.server_lines(self.fields.line(pages.SERVER), width)
        if self.page == pages.KEY:
            return pages.key_lines(form, self.fields.line(pages.KEY), width)
        if self.page == pages.NAME:
            return pages.names_lines(form, self.fields.names, self._told, width, height)
        return pages.test_lines(form, self._told, self._kept, width)

    def _message_line(self, width: int) -> Line:
        return ((" ", "text"), (clip(self._said[0], width - 2), self._said[1]))

    def _footer_acts(self, width: int) -> list[tuple[Act, str]]:
        return fitting([(act, shown_key(act.keys)) for act in pages.acts_of(self.page)], width)

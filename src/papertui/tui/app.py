"""The reader as a program: themes, palette, signals, and an end at which every mark is written."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome
from textual.screen import Screen

from papertui.domain.gate import verbatim
from papertui.errors import PapertuiError, UsageError
from papertui.keymap import Keymap
from papertui.services.desk import Desk
from papertui.tui.driver import driver_for
from papertui.tui.screens.main import MainScreen
from papertui.tui.start import Start
from papertui.tui.terminal import FULL, NONE
from papertui.tui.themes import THEMES, ink_of

_GRACE = 3.0
"""Seconds that a hung-up terminal gets to be restored before the process ends without it."""

_TURN = 0.0005
"""Seconds that a thread which computes (scoring, imports) keeps the interpreter from a key: a key changes threads a dozen times, and
with Python's five milliseconds each that is felt."""

_COLLECTING = (20_000, 50, 100)
"""Objects made before Python looks for cycles, and how many such looks before it looks at all."""

_NOT_IN_PALETTE = {"palette", "down", "up", "escape"}


class PapertuiApp(App[str], inherit_bindings=False):
    """The reader on one library."""

    TITLE = "papertui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
    ]
    ALLOW_SELECT = False  # lines are drawn by us; a terminal's own selection (with Shift) works

    def __init__(self, desk: Desk, start: Start = Start()) -> None:  # noqa: B008 - a value
        """UsageError where no theme has the name asked for; PapertuiError where the library cannot be read."""
        edition = start.edition or desk.edition(start.day)
        super().__init__(driver_class=driver_for(start.held))
        # we show neither, and their being laid out would paint the whole screen once more at the start
        self._disable_notifications = self._disable_tooltips = True
        for known in THEMES:
            self.register_theme(known)
        name = start.theme or THEMES[0].name
        if name not in self.available_themes:
            raise UsageError(f"no theme is called {name!r}: there are {', '.join(sorted(self.available_themes))}")
        self.terminal = start.terminal
        if self.terminal.colours != FULL and not self.available_themes[name].ansi:  # without 24-bit colours shades fall together
            name = "ansi-dark"
        self.no_color = self.terminal.colours == NONE
        self._filters = [each for each in self._filters if not isinstance(each, Monochrome)]  # greys; ours takes colours away
        self._begin_with_theme(name)
        self.desk = desk
        self.keymap = Keymap(start.keys)
        self._begun = False
        self._nothing = edition is None and start.day is None
        self._main = MainScreen(desk, ink_of(self), self.keymap, edition, start.day if edition is None else None, start.notice)
        self._main.welcome = self.welcome

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and those that this terminal needs."""
        if self.terminal.colours != NONE and not self.terminal.ascii:
            return super().get_line_filters()
        from papertui.tui.filters import filters_for

        return [*super().get_line_filters(), *filters_for(self.terminal)]

    def _begin_with_theme(self, name: str) -> None:
        """Assigning `theme` before anything is on screen would have all styles worked out twice."""
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode", update=False)
        self.set_class(not dark, "-light-mode", update=False)
        self.set_class(True, f"-theme-{name}", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    @property
    def main(self) -> MainScreen:
        """The list and its pane."""
        return self._main

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the first there is."""
        return self._main

    def on_mount(self) -> None:
        """An empty library begins with a page that says so."""
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh(layout=True))  # Textual leaves the screen blank after fg
        self.theme_changed_signal.subscribe(self, lambda _: self._main.repaint(ink_of(self)))
        if self._nothing:
            self.welcome(None)
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        if self._begun:
            gc.freeze()  # what was made so far stays; looking it through again stops everything for a tenth of a second
            gc.set_threshold(*_COLLECTING)

    def welcome(self, failed: str | None) -> None:
        """The page of an empty library; `failed` is why the last fetch came to nothing."""
        from papertui.tui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(self._main.ink, self.desk, self._main.updating, failed), self._welcomed)

    def _welcomed(self, answer: str | None) -> None:
        if answer == "quit":
            self.exit()
        elif answer == "demo":
            self.exit("demo")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: our own actions, and the theme."""
        for key in self.keymap.keys:
            if key.id not in _NOT_IN_PALETTE:
                title = re.split(r"[,:]| \(", key.help, maxsplit=1)[0]
                more = key.help if len(key.help) > len(title) + 12 else ""
                yield SystemCommand(f"{title[0].upper()}{title[1:]}  ({key.shown})", more, partial(self._main.action_act, key.id))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)

    async def on_event(self, event: events.Event) -> None:
        """Keys of the main screen: to the line that is being typed, else to their actions. Everything else is Textual's."""
        if isinstance(event, events.Paste):  # foreign text, whoever takes it: the palette's own line would draw it as it is
            event.text = verbatim(event.text)
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self.screen is self._main:
            if await self._typed(event):
                return
            if isinstance(event, events.Key) and (name := self.keymap.action(event.key, event.character if event.is_printable else None)):
                await self._main.action_act(name)
                return
        await super().on_event(event)

    async def _typed(self, event: events.Key | events.Paste) -> bool:
        """Whether the line that is being typed took it. A search's line and what it finds are one frame."""
        main = self._main
        if not main.searching.typing:
            return main.prompt.takes(event)
        with self.batch_update():
            took = main.prompt.takes(event)
            await main.searching.settle()
        main.check_idle()  # what became due meanwhile would wait for the next event
        return took

    # -- the end

    def listen_for_signals(self) -> None:
        """End in order on SIGTERM and SIGHUP: Textual itself would leave marks unwritten and the terminal as it is."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                loop.add_signal_handler(number, self._told_to_end, number)

    def _told_to_end(self, number: int) -> None:
        self.desk.flush()
        # a terminal that is gone takes no more bytes, and Textual would wait for it for ever
        backstop = threading.Timer(_GRACE, os._exit, (128 + number,))
        backstop.daemon = True
        backstop.start()
        self.exit(return_code=128 + number)

    def begin(self) -> None:
        """Run until the reader leaves."""
        self._begun = True

        async def run() -> None:
            self.listen_for_signals()
            await self.run_async()

        asyncio.run(run())


def run_reader(desk: Desk, start: Start) -> str | None:
    """Open the reader and return when it is left, with every mark written; "demo" where the demo was asked for.

    PapertuiError where marks could not be written or the library cannot be read; SystemExit after SIGTERM or SIGHUP
    (128 + signal) and after a fault, whose traceback Textual has shown.
    """
    threshold, turns = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(100_000, threshold[1], threshold[2])
    sys.setswitchinterval(_TURN)
    try:
        app = PapertuiApp(desk, start)
        app.begin()
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(turns)
        desk.flush()
        unwritten = desk.unwritten()
        desk.close()
    if unwritten:
        raise PapertuiError(unwritten)
    if app.return_code:
        raise SystemExit(app.return_code)
    return app.return_value

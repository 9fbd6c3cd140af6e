"""What the keys do with one paper or the program: the full page, PDF, clipboard, export, help, leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from papertui.errors import PapertuiError
from papertui.tui.layout import WIDE

if TYPE_CHECKING:
    from papertui.domain.ids import PaperId
    from papertui.tui.cells import Line
    from papertui.tui.screens.main import MainScreen


class Errands:
    """Everything that the desk does in a thread, and the screens beside the main one."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self.handlers: Mapping[str, Callable[[], object]] = {
            "zoom": self._enter,
            "pane": self._pane,
            "pdf": partial(self._open, "pdf"),
            "abstract": partial(self._open, "abs"),
            "copy": self._copy,
            "export": self._export,
            "escape": self._escape,
            "prompt": self._prompt,
            "costs": self._costs,
            "model": self._model,
            "help": self._help,
            "palette": self._palette,
            "quit": self._quit,
        }

    # -- the full page

    def _enter(self) -> None:
        if not self.leave_zoom():
            self.zoom()

    def zoom(self) -> None:
        """The paper over the whole screen, marked read."""
        main = self._main
        row = main.listing.current
        if row is None:
            return
        main.zoomed, main.table.display, main.pane.display = True, False, True
        main.pane.full, main.pane.beside = True, False
        main.set_focus(main.pane, scroll_visible=False)
        main.marking.read(row.id)
        main.show_paper()
        main.footer.refresh()

    def leave_zoom(self) -> bool:
        """Back to the list; False where there was no full page."""
        main = self._main
        if not main.zoomed:
            return False
        main.zoomed, main.table.display, main.pane.display = False, True, not main.pane_hidden
        main.pane.full, main.pane.beside = False, main.app.size.width >= WIDE
        main.set_focus(main.table, scroll_visible=False)
        main.show_list()
        main.footer.refresh()
        return True

    def _pane(self) -> None:
        """The list alone, for going through many titles; again: with the pane."""
        main = self._main
        if main.zoomed:
            self.leave_zoom()
        main.pane_hidden = not main.pane_hidden
        main.pane.display = not main.pane_hidden
        main.set_focus(main.table, scroll_visible=False)

    # -- errands of the desk

    def _open(self, what: str) -> None:
        row = self._main.listing.current
        if row is not None:
            self._main.tell("opening …")
            self._run(partial(self._opened, row.id, what))

    def _opened(self, paper: PaperId, what: str) -> str:
        """In a thread: open it, and copy the address where nothing could be opened."""
        line, address = self._main.desk.open(paper, what)
        self._main.app.call_from_thread(self._main.marking.read, paper)  # only what could be opened
        if address is not None:
            self._main.app.call_from_thread(self._main.app.copy_to_clipboard, address)
        return line

    def _export(self) -> None:
        self._run(self._main.desk.export_saved)

    def _run(self, errand: Callable[[], str]) -> None:
        self._main.run_worker(self._tell_of(errand), group="errands")

    async def _tell_of(self, errand: Callable[[], str]) -> None:
        try:
            self._main.tell(await asyncio.to_thread(errand))
        except PapertuiError as error:
            self._main.fail(str(error))

    def _copy(self) -> None:
        row = self._main.listing.current
        if row is None:
            return
        self._run(partial(self._copied, row.id))

    def _copied(self, paper: PaperId) -> str:
        """In a thread: make the entry and put it on the clipboard."""
        entry = self._main.desk.bibtex(paper)
        self._main.app.call_from_thread(self._main.app.copy_to_clipboard, entry)
        return f"BibTeX of {paper} copied (if your terminal allows it)"

    # -- pages of text

    def _prompt(self) -> None:
        row = self._main.listing.current
        self._main.run_worker(self._show_prompt(row.id if row is not None else None), group="errands")

    async def _show_prompt(self, paper: PaperId | None) -> None:
        from papertui.tui.screens.page import prompt_lines, title_line

        main = self._main
        try:
            text = await asyncio.to_thread(main.desk.prompt, paper)
        except PapertuiError as error:
            main.fail(str(error))
            return
        title = f"What a model gets for {paper}" if paper is not None else "What a model gets before any paper"
        self._page(lambda width: [*title_line(title, width, main.keymap), *prompt_lines(text, width)])

    def _costs(self) -> None:
        self._main.run_worker(self._show_costs(), group="errands")

    async def _show_costs(self) -> None:
        from papertui.tui.screens.page import table_lines, title_line

        main = self._main
        try:
            table = await asyncio.to_thread(main.desk.costs)
        except PapertuiError as error:
            main.fail(str(error))
            return
        self._page(lambda width: [*title_line("Models: asked and paid", width, main.keymap), *table_lines(table(width))])

    def _model(self) -> None:
        self._main.run_worker(self._set_up_model(), group="errands")

    async def _set_up_model(self) -> None:
        main = self._main
        try:
            form = await asyncio.to_thread(main.desk.model_form)
        except PapertuiError as error:
            main.fail(str(error))
            return
        from papertui.tui.screens.model import ModelScreen

        if main.app.screen is main:
            main.app.push_screen(ModelScreen(main.ink, main.desk, form), self._set_up)

    def _set_up(self, kept: str | None) -> None:
        main = self._main
        if kept:
            main.failures.clear()
            main.tell(f"{kept} · " + main.keymap.say("{update} updates and scores with it"))

    def _page(self, said: Callable[[int], Sequence[Line]]) -> None:
        from papertui.tui.screens.page import PageScreen

        if self._main.app.screen is self._main:  # it may have been left for another one meanwhile
            self._main.app.push_screen(PageScreen(self._main.ink, self._main.keymap, said))

    # -- leaving

    async def _escape(self) -> None:
        """Leave the innermost thing there is."""
        main = self._main
        if self.leave_zoom() or main.updating.stop():
            return
        if main.failures:
            main.failures.clear()
            main.prompt.refresh()
            return
        if main.pane.has_focus:
            main.set_focus(main.table, scroll_visible=False)
        elif not main.moving.clear_filter() and not await main.searching.leave():
            main.tell(main.keymap.say("{quit} quits"))

    def _quit(self) -> None:
        if not self.leave_zoom():
            self._main.app.exit()

    def _help(self) -> None:
        from papertui.tui.screens.help import HelpScreen

        self._main.app.push_screen(HelpScreen(self._main.ink, self._main.keymap))

    def _palette(self) -> None:
        self._main.app.action_command_palette()

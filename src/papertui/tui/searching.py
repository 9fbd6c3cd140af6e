"""Searching the whole library as one types: what is found takes the list's place until it is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from papertui.domain.edition import Edition
from papertui.errors import PapertuiError
from papertui.tui.prompt import Question

if TYPE_CHECKING:
    from papertui.tui.screens.main import MainScreen

PATIENCE = 0.025
"""Seconds that a key's frame waits for what it finds, so that both are one frame; a longer search brings a second one."""


_NONE = Question("", "", lambda text: None, lambda text: None, lambda: None)


class Searching:
    """The search that is shown or being typed, if there is one."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self._task: asyncio.Task[None] | None = None
        self._words = ""
        self._before: date | None = None
        self._question = _NONE
        self.handlers: Mapping[str, Callable[[], object]] = {"search": self._ask}

    @property
    def shown(self) -> str | None:
        """The words of the search whose papers are in the list."""
        head = self._main.listing.head
        return head.searched if head is not None else None

    @property
    def day(self) -> date | None:
        """The date of the edition on screen, or of the one that was there before the search."""
        head = self._main.listing.head
        return self._before if self.shown is not None else head.date if head is not None else self._main.wanted

    @property
    def typing(self) -> bool:
        """Whether the words are being typed."""
        return self._main.prompt.question is self._question

    def _ask(self) -> None:
        main = self._main
        if self.shown is None:
            self._before = self.day
        hint = main.keymap.say("Enter keeps it · Esc leaves")
        self._question = Question("search: ", hint, self._typed, self._typed, self._leave)
        main.prompt.ask(self._question, self.shown or "")

    def _typed(self, text: str) -> None:
        words = " ".join(text.split()) + (" " if text.endswith(" ") else "")
        if words == (self.shown or self._words) and self._task is not None:
            return
        self._words = words
        if len(words.strip()) > 1 or not words.isascii():
            self._task = asyncio.create_task(self._find(words))

    async def _find(self, words: str) -> None:
        main = self._main
        try:
            found = await asyncio.to_thread(main.desk.search, words)
        except PapertuiError as error:
            main.fail(str(error))
            return
        if found is not None and words == self._words:
            self._show(found)

    def _show(self, found: Edition) -> None:
        main = self._main
        main.listing.set_filter("")
        main.listing.load(found)
        main.show_list(rows=True)

    async def settle(self) -> None:
        """Wait a moment for the search that a key has begun."""
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=PATIENCE)

    def _leave(self) -> None:
        self._main.run_worker(self.leave(), group="reading", exclusive=True)

    async def leave(self) -> bool:
        """Back to the edition; False where no search is shown."""
        self._words = ""
        if self.shown is None:
            return False
        await self._main.read(self._before)
        return True

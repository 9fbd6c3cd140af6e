"""What the first screen's actions do: the form they fill, the fetch they start, the page each leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from papertui.domain.gate import one_line
from papertui.domain.profile_edit import ProfileForm
from papertui.errors import PapertuiError
from papertui.services.events import Event
from papertui.tui.first import acts, pages
from papertui.tui.first.choice import Choice
from papertui.tui.model_pages import host_of
from papertui.tui.updating import Ended, Updating, Watcher

if TYPE_CHECKING:
    from papertui.services.desk import Desk
    from papertui.tui.screens.welcome import WelcomeScreen


class Flow:
    """The way through the pages, and what was filled in on it. The screen draws it."""

    def __init__(self, screen: WelcomeScreen, desk: Desk, updating: Updating, failed: str | None) -> None:
        """`failed`: why a fetch that began elsewhere came to nothing; None: the first page."""
        self._screen, self._desk, self._updating = screen, desk, updating
        self.page = acts.FAILED if failed else acts.INTRO
        self.behind = acts.INTRO
        """The page under the help."""
        self.form = ProfileForm()
        """The profile, once it is read."""
        self.choice = Choice()
        self.interests = ""
        self.asked = ""
        """The model that will score, and where it is; "" where scores are made here."""
        self.work = pages.Work("")
        self.failed = failed or ""
        self.reason: str | None = None
        """Why a mailing had no papers."""
        self._loading: asyncio.Task[None] | None = None
        self._handlers: Mapping[str, Callable[[], Awaitable[None] | None]] = {
            "begin": self._begin, "fetch": self._fetch, "reread": self._reread, "toggle": self._toggle, "next": self._next,
            "back": self._back, "write": self._write, "again": self._again, "stop": self._stop, "early": self._early,
            "help": self._help, "close": self._close, "skip": lambda: self._leave("skip"), "demo": lambda: self._leave("demo"),
            "quit": lambda: self._leave("quit"),
        }  # fmt: skip

    def begin(self) -> None:
        """Follow updates from here on, and read the profile."""
        self._updating.watcher = Watcher(self._heard, lambda ended: self._screen.call_later(self._ended, ended))
        self._loading = asyncio.create_task(self._load())

    async def do(self, name: str) -> bool:
        """Do the action called `name`; False where it is one of the screen's own, a move."""
        handler = self._handlers.get(name)
        if handler is None:
            return False
        done = handler()
        if done is not None:
            await done
        return True

    def _leave(self, answer: str) -> None:
        self._updating.watcher = None
        self._screen.dismiss(answer)

    # -- the form

    async def _load(self, *, anew: bool = True) -> None:
        """Read the profile; `anew` also begins the form anew with it."""
        try:
            self.form = await asyncio.to_thread(self._desk.profile)
        except PapertuiError as error:
            self.form = ProfileForm(trouble=str(error))
        try:
            model = await asyncio.to_thread(self._desk.model_form)
        except PapertuiError:  # the update will say what is wrong with it
            self.asked = ""
        else:
            self.asked = one_line(f"{model.model} on {host_of(model.base_url)}") if model.asked else ""
        if anew and not self.form.trouble:
            # what papertui brings along is an example, not the reader's choice
            self.choice = Choice(self.form.categories if self.form.confirmed else ())
            self.interests = self.form.interests
        self._screen.draw()

    async def _formed(self) -> ProfileForm:
        """The profile, read by now."""
        if self._loading is not None:
            await self._loading
        return self.form

    async def _go(self, page: str) -> None:
        self.page = page
        await self._screen.turn()

    async def _begin(self) -> None:
        form = await self._formed()
        await self._go(acts.TROUBLE if form.trouble else acts.CATEGORIES)

    async def _reread(self) -> None:
        await self._load()
        if self.form.trouble:
            self._screen.say("still the same", "bad")
        else:
            await self._go(acts.CATEGORIES)

    def _toggle(self) -> None:
        self.choice.toggle()
        self._screen.draw_choice()

    async def _next(self) -> None:
        if self.page == acts.INTERESTS:
            self.interests = self._screen.typed()
            await self._go(acts.READY)
        elif self.choice.chosen:
            await self._go(acts.INTERESTS)
        else:
            here = self.choice.here
            self._screen.say("choose at least one category first" + (f": Enter chooses {here.code}" if here else ""), "bad")

    async def _back(self) -> None:
        if self.page == acts.CATEGORIES and self.choice.clear():
            self._screen.draw_choice()
            return
        if self.page == acts.INTERESTS:
            self.interests = self._screen.typed()
        await self._go({acts.INTERESTS: acts.CATEGORIES, acts.READY: acts.INTERESTS}.get(self.page, acts.INTRO))

    async def _help(self) -> None:
        self.behind = self.page
        if self.page == acts.INTERESTS:
            self.interests = self._screen.typed()
        await self._go(acts.HELP)

    async def _close(self) -> None:
        await self._go(self.behind)

    # -- the fetch

    async def _fetch(self) -> None:
        form = await self._formed()
        if form.trouble:
            await self._go(acts.TROUBLE)
        else:
            await self._start("your profile, as it is" if form.confirmed else "the interests that papertui brings along")

    async def _write(self) -> None:
        form = await self._formed()
        try:
            written = await asyncio.to_thread(self._desk.keep_profile, form, tuple(self.choice.chosen), self.interests)
        except PapertuiError as error:
            self._screen.say(str(error), "bad")
            return
        await self._load(anew=False)
        await self._start(f"profile kept in {form.where}" if written else "your profile, as it is")

    async def _again(self) -> None:
        await self._start(self.work.kept or "your profile, as it is")

    async def _start(self, kept: str) -> None:
        self.work = pages.Work(kept)
        self._updating.start()
        await self._go(acts.WORKING)

    def _stop(self) -> None:
        self._updating.stop()

    def _early(self) -> None:
        if self.work.papers:
            self._leave("skip")

    def _heard(self, event: Event) -> None:
        self.work.heard(event)
        if self.page == acts.WORKING:
            self._screen.draw()

    async def _ended(self, ended: Ended) -> None:
        if self._updating.watcher is None:  # somebody left meanwhile
            return
        if ended.papers:
            self._leave("list")
            return
        self.failed, self.reason = ended.failed or "", ended.reason
        page = acts.FAILED if ended.failed else acts.NOTHING
        if ended.stopped:
            page = acts.READY if self.choice.chosen else acts.INTRO
        if self.page == acts.HELP:
            self.behind = page
        else:
            await self._go(page)
        if ended.stopped:
            self._screen.say("stopped; nothing was fetched", "accent")

"""Fetching and scoring from within the reader: one at a time, told in the status line, ended by Escape."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer
from textual.worker import Worker

from papertui.errors import PapertuiError
from papertui.services.desk import NeedsModel
from papertui.services.events import Event, Failed, Fetched, Progress, Scored, Warned
from papertui.tui.status import progress_text, reason_first

if TYPE_CHECKING:
    from papertui.domain.ids import PaperId
    from papertui.domain.score import Score
    from papertui.tui.screens.main import MainScreen

_PAUSE = 0.3
"""Seconds between two readings of an edition that an update is changing."""

_TOGETHER = 0.25
"""Seconds over which scores and progress are gathered for one frame: a model brings dozens a second, and a key pressed just
after a frame waits for the next one."""


class Ended(NamedTuple):
    """How an update ended, for who watched it."""

    papers: int
    """Papers of the edition that is now on screen; 0 also where there is none."""
    failed: str | None = None
    """Why nothing came, or what failed last."""
    reason: str | None = None
    """Why the edition has no papers."""
    stopped: bool = False


class Watcher(NamedTuple):
    """Who follows an update on another screen than the list."""

    heard: Callable[[Event], object]
    ended: Callable[[Ended], object]


class Updating:
    """The update that runs, if one does."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self._worker: Worker[None] | None = None
        self._reading: Timer | None = None
        self._said: list[str] = []
        self._stopped = self._needs_model = False
        self.failed: str | None = None
        """Why the last update came to nothing."""
        self.landed: dict[PaperId, Score] = {}
        """Scores that came in while this update ran: the library hears of some a moment later than the screen."""
        self._landing: deque[tuple[PaperId, Score]] = deque()
        self._told_of_landing = False
        self._showing = False
        self.watcher: Watcher | None = None
        """The first screen, while it is there: an update's end is then its to tell."""
        self.handlers: Mapping[str, Callable[[], object]] = {"update": self.start}

    @property
    def running(self) -> bool:
        """Whether one runs."""
        return self._worker is not None

    def start(self) -> None:
        """Begin, unless one runs."""
        main = self._main
        if self.running:
            main.tell(main.keymap.say("an update is running · {escape} stops it"))
            return
        main.failures.clear()
        main.notice = ""
        main.working, main.note, self._said, self.failed, self._stopped = "updating …", "", [], None, False
        self.landed, self._needs_model = {}, False
        self._worker = main.run_worker(self._update(), group="update", exit_on_error=False)
        main.show_list()
        main.prompt.refresh()

    def stop(self) -> bool:
        """End it; what was finished is kept. False where none runs."""
        if self._worker is None:
            return False
        self._stopped = True
        self._worker.cancel()
        return True

    async def _update(self) -> None:
        from papertui.tui.screens.main import Happened

        main = self._main
        try:
            await main.desk.update(lambda event: main.post_message(Happened(event)), self._landed)
        except NeedsModel as error:
            self.failed, self._needs_model = str(error), True
        except PapertuiError as error:
            self.failed = str(error)
        except asyncio.CancelledError:
            if not self._stopped:  # the program ends
                raise
        except Exception as error:  # noqa: BLE001 - the edge: a fault in a source must not take the reader's screen away
            self.failed = f"update: {type(error).__name__}: {error} (a fault of papertui's; `papertui update --verbose` tells more)"
        self._worker = None
        main.call_later(self._ended)  # after everything that it told before

    # -- scores that land while a model answers

    def _landed(self, paper: PaperId, score: Score) -> None:
        """From any thread: gather them, and say so once for all that wait."""
        from papertui.tui.screens.main import Landing

        self._landing.append((paper, score))
        if not self._told_of_landing:
            self._told_of_landing = True
            self._main.post_message(Landing())

    def landing(self) -> None:
        """Scores have come: show them together with those of the next moment."""
        self._show_soon()

    def _show_soon(self) -> None:
        if not self._showing:
            self._showing = True
            self._main.set_timer(_TOGETHER, self._show)

    def _show(self) -> None:
        self._showing = False
        self._main.status.refresh()
        if self._told_of_landing:
            self._land()

    def _land(self) -> None:
        self._told_of_landing = False
        scores: dict[PaperId, Score] = {}
        while self._landing:
            paper, score = self._landing.popleft()
            scores[paper] = score
        if self.running:  # else the list is read as the library has it: an answer that was broken off is not in there
            self.landed |= scores
            self.fill(scores)

    def fill(self, scores: Mapping[PaperId, Score]) -> None:
        """Show scores in their rows, and in the pane where they are the paper's under the cursor."""
        main = self._main
        if not scores or not main.listing.fill(scores):
            return
        main.table.filled(scores)
        if main.listing.current is not None and main.listing.current.id in scores:
            main.show_paper()

    # -- what is told

    def heard(self, event: Event) -> None:
        """Show what the update tells."""
        main = self._main
        if self.watcher is not None:
            self.watcher.heard(event)
        if isinstance(event, Progress):
            if self.running:
                is_new = not event.done or not main.note
                main.working, main.note = progress_text(event), event.note
                if is_new:
                    main.status.refresh()
                else:
                    self._show_soon()
        elif isinstance(event, Failed):
            main.fail(f"{event.what}: {event.why}")
        elif isinstance(event, Warned):
            self._said.append(event.text)
            main.tell(reason_first(event.text))  # what is waited for is said while it is waited for
        elif isinstance(event, Fetched):
            what = event.reason if event.reason and not event.papers else f"{event.added} new of {event.papers}"
            self._said.append(f"{event.source} {event.date.isoformat()}: {what}")
            self._read_soon()
        elif isinstance(event, Scored):
            if event.note:
                self._said.append(event.note)
            self._read_soon()

    def _read_soon(self) -> None:
        if self._reading is None:
            self._reading = self._main.set_timer(_PAUSE, self._read_now)

    def _read_now(self) -> None:
        self._reading = None
        self._main.run_worker(self._read(settled=False), group="reading", exclusive=True)

    async def _read(self, *, settled: bool) -> None:
        """Read the edition on screen anew: the cursor stays on its paper. Where there is none the newest takes its place."""
        main = self._main
        head = main.listing.head
        try:
            if main.searching.shown is None:  # what was searched for stays
                await main.read(head.date if head is not None and head.papers else main.wanted, settled=settled)
        except PapertuiError as error:
            main.fail(str(error))

    def _ended(self) -> None:
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        self._main.run_worker(self._finish(), group="reading", exclusive=True)

    async def _finish(self) -> None:
        main = self._main
        main.working, main.note = None, ""
        self.landed = {}
        await self._read(settled=True)
        if self.failed:
            main.fail(main.keymap.say("{model} sets a model up · ") + self.failed if self._needs_model else self.failed)
        elif self._stopped:
            main.tell("update stopped; what was finished is kept")
        elif not main.failures:
            main.tell("; ".join([*self._said, *self._newer()]) or "updated: nothing new")
        main.show_list()
        head, failed = main.listing.head, self.failed or (main.failures[-1] if main.failures else None)
        if self.watcher is not None:
            self.watcher.ended(Ended(head.papers if head else 0, failed, head.reason if head else None, self._stopped))
        elif head is None and main.wanted is None:
            main.welcome(failed)

    def _newer(self) -> list[str]:
        main = self._main
        here = main.listing.head
        try:
            newest = max(main.desk.heads(), key=lambda head: head.date, default=None)
        except PapertuiError as error:
            main.fail(str(error))
            return []
        if newest is None or here is None or newest.date <= here.date:
            return []
        return [f"{main.keymap.shown('newer')} turns to {newest.date.isoformat()} ({newest.papers} papers)"]

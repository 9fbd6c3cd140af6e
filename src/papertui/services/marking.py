"""The writer behind the reader's keys: marks are shown at once and written here, in a thread, in order, and never dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from papertui.domain.ids import PaperId
from papertui.errors import PapertuiError
from papertui.services.desk import WAITING, WRITTEN
from papertui.store.errors import DamagedError
from papertui.store.library import Library

Job = Callable[[Library], object]

RETRY_SECONDS = 0.5
"""Pause before a write that failed (library locked, disk full) is tried again."""


_FLAGS = {"read": "read", "saved": "save", "hidden": "hide"}


def command_of(papers: Sequence[PaperId], kind: str, value: str) -> str:
    """The command that does what a key did, for a few papers."""
    on = " ".join(map(str, papers[:5])) + (f" (and {len(papers) - 5} more)" if len(papers) > 5 else "")
    flag = _FLAGS.get(kind)
    return f"papertui mark {on} --{'' if value else 'un'}{flag}" if flag else f"{kind} of {on}"


class MarkWriter:
    """A queue of jobs on the library, done one after the other by one thread. A job that fails stays first until it succeeds."""

    def __init__(self, open_library: Callable[[], Library], trouble: Callable[[str], object]) -> None:
        """`open_library` is called in the thread when the first job comes; `trouble` is told, once a fault, why writing waits."""
        self._open = open_library
        self.trouble = trouble
        self._jobs: deque[tuple[Job, str]] = deque()
        self._why = ""
        self._hopeless = False
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    def submit(self, job: Job, what: str = "") -> None:
        """Queue a job; returns at once. `what` is the command that would do it, for the case that it can never be done here."""
        with self._changed:
            self._jobs.append((job, what))
            self._begin()
            self._changed.notify_all()

    def prepare(self) -> None:
        """Open the library (there is one) before the first job comes, so that this is written as quickly as all others; returns at once."""
        with self._changed:
            self._begin()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="marks", daemon=True)
            self._thread.start()

    @property
    def waiting(self) -> int:
        """Jobs not yet done."""
        with self._changed:
            return len(self._jobs)

    def left(self) -> tuple[str, list[str]]:
        """Why writing waits, and the commands of what waits."""
        with self._changed:
            return self._why, [what for _, what in self._jobs if what]

    def flush(self, seconds: float) -> bool:
        """Wait until everything queued is written; False where it was not within `seconds`, or at once where the library is damaged."""
        with self._changed:
            self._changed.wait_for(lambda: not self._jobs or self._hopeless, timeout=seconds)
            return not self._jobs

    def close(self, seconds: float) -> bool:
        """Flush and end the thread; False where jobs are left."""
        done = self.flush(seconds)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
        return done

    def _prepared(self) -> Library | None:
        """The library, where it can be opened now; the first job says why not."""
        with suppress(PapertuiError):
            from papertui.store import triage  # noqa: F401 - what a mark needs

            return self._open()
        return None

    def _run(self) -> None:
        library = None if self._jobs else self._prepared()
        told = ""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._closing)
                if self._closing:
                    break
                job, _ = self._jobs[0]
            try:
                if library is not None and library.is_replaced:
                    library.close()
                    library = None
                library = library or self._open()
                library.require_file()
                job(library)
            except PapertuiError as error:
                if str(error) != told:
                    self.trouble(f"{WAITING}: {error}")
                told = self._why = str(error)
                self._pause(hopeless=isinstance(error, DamagedError))
                continue
            except Exception as error:  # noqa: BLE001 - a fault in one job must not end the writer of all the others
                self.trouble(f"one action could not be written: {error!r}")
            if told:
                told = self._why = ""
                self.trouble(WRITTEN)
            with self._changed:
                self._jobs.popleft()
                self._hopeless = False
                self._changed.notify_all()
        if library is not None:
            library.close()

    def _pause(self, *, hopeless: bool) -> None:
        with self._changed:
            self._hopeless = hopeless
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closing, timeout=RETRY_SECONDS)

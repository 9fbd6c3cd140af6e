"""The writer behind the reader's keys: marks are shown at once and written here, in a thread, in order, and never dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from papertui.errors import PapertuiError
from papertui.store.library import Library

Job = Callable[[Library], object]

RETRY_SECONDS = 0.5
"""Pause before a write that failed (library locked, disk full) is tried again."""


class MarkWriter:
    """A queue of jobs on the library, done one after the other by one thread. A job that fails stays first until it succeeds."""

    def __init__(self, open_library: Callable[[], Library], trouble: Callable[[str], object]) -> None:
        """`open_library` is called in the thread when the first job comes; `trouble` is told, once a fault, why writing waits."""
        self._open = open_library
        self.trouble = trouble
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    def submit(self, job: Job) -> None:
        """Queue a job; returns at once."""
        with self._changed:
            self._jobs.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="marks", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """Jobs not yet done."""
        with self._changed:
            return len(self._jobs)

    def flush(self, seconds: float) -> bool:
        """Wait until everything queued is written; False where it was not within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._jobs, timeout=seconds)

    def close(self, seconds: float) -> bool:
        """Flush and end the thread; False where jobs are left."""
        done = self.flush(seconds)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
        return done

    def _run(self) -> None:
        library: Library | None = None
        told = ""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._closing)
                if self._closing:
                    break
                job = self._jobs[0]
            try:
                library = library or self._open()
                job(library)
            except PapertuiError as error:
                if str(error) != told:
                    self.trouble(f"not written yet, trying on: {error}")
                told = str(error)
                self._pause()
                continue
            except Exception as error:  # noqa: BLE001 - a fault in one job must not end the writer of all the others
                self.trouble(f"one action could not be written: {error!r}")
            if told:
                told = ""
                self.trouble("written after all")
            with self._changed:
                self._jobs.popleft()
                self._changed.notify_all()
        if library is not None:
            library.close()

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing, timeout=RETRY_SECONDS)

"""An update in a process of its own, as the reader starts one: whatever it imports and computes, keys are answered.

Threads of one process take turns at the interpreter, and a library being loaded (scikit-learn, httpx) keeps its turn for up to a
tenth of a second. What the two processes say to each other goes through the errand's own pipes: the session on its way in, then
nothing until their end, which tells it to stop (so does the reader's death, however it dies); events and scores on their way out.
"""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from papertui.errors import PapertuiError, UsageError
from papertui.paths import Paths
from papertui.services.desk import Landed
from papertui.services.events import Emit
from papertui.services.session import Session
from papertui.settings import Settings

PATIENCE = 5.0
"""Seconds that an errand which is told to stop has to keep what it has."""

EVENT, LANDED, TOLD, FAILED, WRONG = range(5)
"""What a message from the errand is: an event, a score that came in, a line about the library's place, why it ended."""

COMMAND = (
    sys.executable,
    "-P",  # nothing in the folder that papertui was started in is taken for a module of its own
    "-c",
    "import sys; sys.path.append(sys.argv.pop()); from papertui.services.errand_process import main; main()",
    str(Path(__file__).parents[2]),
)
"""This Python with our own code: the same whatever is being read, for nothing of it comes from outside."""


class Orders(NamedTuple):
    """What the errand starts from."""

    paths: Paths
    settings: Settings
    env: dict[str, str]
    rows: bool
    """Whether to tell of scores while an answer is still coming in."""


async def update_elsewhere(session: Session, emit: Emit, landed: Landed | None = None) -> None:
    """Run `update` in another process and wait for its end; `emit` and `landed` are called from a thread.

    Raises what it raised, as PapertuiError or UsageError. Cancelled: it is told to stop and waited for, so that it keeps what it has.
    """
    here = asyncio.get_running_loop()
    ended: asyncio.Future[None] = here.create_future()
    errand = _Errand(session, emit, landed)

    def run() -> None:
        problem: Exception | None
        try:
            problem = errand.run()
        except Exception as error:  # noqa: BLE001 - carried over, whatever it is: somebody waits for the end
            problem = error
            errand.kill()
        with suppress(RuntimeError):  # the program has ended meanwhile
            here.call_soon_threadsafe(lambda: None if ended.done() else _settle(ended, problem))

    threading.Thread(target=run, name="papertui-errand", daemon=True).start()
    try:
        await asyncio.shield(ended)
    except asyncio.CancelledError:
        errand.stop()
        with suppress(BaseException):
            await asyncio.wait({ended}, timeout=PATIENCE)
        errand.kill()
        if ended.done() and not ended.cancelled():
            ended.exception()  # seen
        raise


def _settle(ended: asyncio.Future[None], problem: Exception | None) -> None:
    if problem is None:
        ended.set_result(None)
    else:
        ended.set_exception(problem)


class _Errand:
    """One process, and the thread that listens to it."""

    def __init__(self, session: Session, emit: Emit, landed: Landed | None) -> None:
        self._session, self._emit, self._landed = session, emit, landed
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self) -> Exception | None:
        """Start it, hand on what it tells, and say how it ended. Blocks until then."""
        session = self._session
        try:
            orders = pickle.dumps(Orders(session.paths, session.settings, dict(session.env), self._landed is not None))
            with self._lock:
                if self._stopped:
                    return None
                self._process = subprocess.Popen(  # noqa: S603 - this Python, with our own code
                    COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    start_new_session=True,  # keys that signal the reader's terminal are not its business
                )  # fmt: skip
        except OSError as error:
            return PapertuiError(f"an update cannot be started ({error.strerror or error}); papertui update does the same")
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        with suppress(OSError):
            process.stdin.write(orders)
            process.stdin.flush()
        last = threading.Thread(target=self._listen_to_faults, args=(process.stderr,), daemon=True)
        self._faults: list[bytes] = []
        last.start()
        found, is_whole = self._listen(process.stdout)
        last.join()
        with suppress(OSError):
            process.stdin.close()
        code = process.wait()
        if found is None and not is_whole and not self._stopped:
            said = b"".join(self._faults).decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
            return RuntimeError(f"its process ended with {code}{f' ({said})' if said else ''}")
        return found

    def _listen(self, pipe: IO[bytes]) -> tuple[Exception | None, bool]:
        """Messages until the pipe's end: what went wrong, and whether the errand said that it is done."""
        calls: dict[int, Callable[..., object]] = {EVENT: self._emit, TOLD: self._session.tell}
        if self._landed is not None:
            calls[LANDED] = self._landed
        while True:
            try:
                # from a process that was started here and goes by our own code
                kind, *what = pickle.load(pipe)  # noqa: S301
            except (EOFError, pickle.UnpicklingError, OSError):
                return None, False
            if kind in (FAILED, WRONG):
                return _problem(kind, *what), True
            calls[kind](*what)

    def _listen_to_faults(self, pipe: IO[bytes]) -> None:
        """Keep the last of what it writes to stderr: a traceback has no other way here, and the terminal is the reader's."""
        for line in pipe:
            self._faults = [*self._faults[-20:], line]

    def stop(self) -> None:
        """Tell it to end."""
        with self._lock:
            self._stopped = True
            if self._process is not None and self._process.stdin is not None:
                with suppress(OSError):
                    self._process.stdin.close()

    def kill(self) -> None:
        """End it at once where it has not ended: what it has stored is whole at any moment."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()


def _problem(kind: int, text: str | None, *_: Any) -> Exception | None:
    if text is None:
        return None
    return UsageError(text) if kind == WRONG else PapertuiError(text)

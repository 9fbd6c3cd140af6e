"""The other end of services/errand.py: the process that runs the update."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import threading
from contextlib import suppress
from typing import IO

from papertui.clock import now
from papertui.domain.ids import PaperId
from papertui.domain.score import Score
from papertui.errors import PapertuiError, UsageError
from papertui.services.errand import EVENT, FAILED, LANDED, TOLD, WRONG, Orders
from papertui.services.session import Session
from papertui.services.updating import update

NICER = 10
"""How much it stands back where processors are few: whoever presses a key is served first."""


class _Voice:
    """Messages to whoever started this; once nobody listens any more, the update is told to end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def __call__(self, *message: object) -> None:
        with self._lock, suppress(OSError):  # the end of the other pipe tells that nobody is there
            pickle.dump(message, self._pipe)
            self._pipe.flush()


def main() -> None:
    """Take orders from stdin, run, and tell on stdout; the end of stdin means: stop."""
    voice = _Voice(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else prints would garble messages
    if hasattr(os, "nice"):
        os.nice(NICER)
    orders: Orders = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the reader that started this
    voice(*asyncio.run(_run(orders, voice)))
    os._exit(0)  # threads that still wait for a server are waited for by nobody


async def _run(orders: Orders, voice: _Voice) -> tuple[int, str | None]:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101 - within a task there is one

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)

    threading.Thread(target=watch, daemon=True).start()
    env = orders.env
    session = Session(orders.paths, orders.settings, lambda: now(env), env, tell=lambda line: voice(TOLD, line))

    def row(paper: PaperId, score: Score) -> None:
        voice(LANDED, paper, score)

    try:
        await update(session, lambda event: voice(EVENT, event), row=row if orders.rows else None)
    except UsageError as error:
        return WRONG, str(error)
    except PapertuiError as error:
        return FAILED, str(error)
    except asyncio.CancelledError:
        return FAILED, None
    return FAILED, None

"""A long job on an event loop of its own, in a thread of its own: whatever it computes, the caller's loop answers its keys."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a cancelled job has to keep what it has."""


async def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work` elsewhere and wait for it; what it raises is raised here. Cancelled: it is cancelled there, and waited for."""
    here = asyncio.get_running_loop()
    ended: asyncio.Future[T] = here.create_future()
    inner: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []
    begun = threading.Event()

    async def job() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - within a task there is one
        inner.append((asyncio.get_running_loop(), task))
        begun.set()
        return await work()

    def tell(finish: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the program has ended meanwhile
            here.call_soon_threadsafe(lambda: None if ended.done() else finish())

    def run() -> None:
        try:
            found = asyncio.run(job())
        except asyncio.CancelledError:
            tell(ended.cancel)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - carried over, whatever it is
            problem = error
            tell(lambda: ended.set_exception(problem))
        else:
            tell(lambda: ended.set_result(found))
        finally:
            begun.set()

    threading.Thread(target=run, name="papertui-job", daemon=True).start()
    try:
        return await asyncio.shield(ended)
    except asyncio.CancelledError:
        if not ended.done():
            await asyncio.to_thread(begun.wait, PATIENCE)
            for loop, task in inner:
                with suppress(RuntimeError):  # it has just ended
                    loop.call_soon_threadsafe(task.cancel)
            with suppress(BaseException):
                await asyncio.wait({ended}, timeout=PATIENCE)
        if ended.done() and not ended.cancelled():
            ended.exception()  # seen
        raise

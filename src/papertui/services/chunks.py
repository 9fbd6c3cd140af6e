"""Bulk work in portions: a reader beside it never waits long for the library, and Ctrl-C never waits for the whole."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

PORTION = 100
"""Papers a transaction (PERFORMANCE 4)."""

PAUSE_SECONDS = 0.002
"""After each portion, so that a mark written by a reader beside this gets its turn."""

_STOP: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


class Stopped(Exception):
    """The work was told to end; raised in its thread between two portions, where nobody waits for it any more."""


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work in a thread. Cancelled: the work ends at its next portion, and what it had stored is kept."""
    stop = threading.Event()
    token = _STOP.set(stop)
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except asyncio.CancelledError:
        stop.set()
        raise
    finally:
        _STOP.reset(token)


def stop_if_asked() -> None:
    """Stopped where the work that this is part of was cancelled."""
    stop = _STOP.get()
    if stop is not None and stop.is_set():
        raise Stopped


def portions(items: Sequence[T], size: int = PORTION) -> Iterator[Sequence[T]]:
    """Items in portions of `size`, a pause after each; Stopped between two of them where the work was cancelled."""
    for start in range(0, len(items), size):
        stop_if_asked()
        yield items[start : start + size]
        time.sleep(PAUSE_SECONDS)

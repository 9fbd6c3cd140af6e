"""A job on a loop of its own."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from papertui.services.apart import apart


def test_a_job_runs_elsewhere_and_its_result_and_errors_come_back() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    async def fail() -> None:
        raise ValueError("no")

    assert asyncio.run(apart(work)) == "papertui-job"
    with pytest.raises(ValueError, match="no"):
        asyncio.run(apart(fail))


def test_while_it_computes_the_caller_goes_on() -> None:
    async def compute() -> None:
        time.sleep(0.2)  # noqa: ASYNC251 - this is what it must stand

    async def run() -> int:
        job = asyncio.create_task(apart(compute))
        turns = 0
        while not job.done():
            turns += 1
            await asyncio.sleep(0.005)
        return turns

    assert asyncio.run(run()) > 5


def test_cancelled_it_has_time_to_keep_what_it_has() -> None:
    kept: list[str] = []
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            kept.append("answer")

    async def run() -> None:
        job = asyncio.create_task(apart(work))
        await asyncio.to_thread(begun.wait, 10)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert kept == ["answer"]

    asyncio.run(run())

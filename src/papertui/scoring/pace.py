"""When the next request may be sent: requests a minute, what the server asks for, and waits that grow."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

LONGEST = 60.0
"""Seconds between two tries where the server does not say."""

TRIES = 9
"""How often one request is sent before it is given up: about three minutes of waits that grow."""


class Pace:
    """One for all requests of a run. `clock`: seconds, monotonic."""

    def __init__(
        self,
        rpm: int | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._gap = 60.0 / rpm if rpm else 0.0
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._next = 0.0
        self._not_before = 0.0

    async def turn(self) -> None:
        """Wait until a request may be sent."""
        while True:
            now = self._clock()
            at = max(self._next, self._not_before)
            if at <= now:
                self._next = now + self._gap
                return
            await self._sleep(at - now)

    def hold(self, seconds: float) -> None:
        """Nobody sends anything for so long: the server asks for it."""
        self._not_before = max(self._not_before, self._clock() + seconds)

    def wait_for(self, tries: int, told: float | None) -> float:
        """Seconds to wait after the try number `tries` (from 1) failed; `told`: what the server asks for."""
        if told is not None:
            return told + 0.1 * min(told, 5.0) * self._chance()  # so that not all come back at the same moment
        return float(min(0.5 * 2**tries, LONGEST)) * (0.5 + 0.5 * self._chance())

    async def rest(self, seconds: float) -> None:
        """Wait."""
        await self._sleep(seconds)

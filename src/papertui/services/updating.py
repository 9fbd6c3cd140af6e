"""`update`: fetch, then score; one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from papertui.domain.ids import PaperId
from papertui.domain.score import Score
from papertui.errors import PapertuiError, UsageError
from papertui.services import lock
from papertui.services.events import Emit, Failed, Warned
from papertui.services.fetching import Outcome, fetch
from papertui.services.profiles import load_profile
from papertui.services.scoring import Wanted, score_days
from papertui.services.session import Session

POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did. `waited`: another one was running, and this one only waited for its end."""

    outcome: Outcome | None
    waited: bool = False


async def update(session: Session, emit: Emit, *, wait: bool = True, row: Callable[[PaperId, Score], object] | None = None) -> Updated:
    """Fetch and score. Where another update runs: wait for its end and do nothing (Busy with `wait` off).

    `row` gets a model's scores while an answer is still coming in. A source that fails is told and the rest is scored; PapertuiError where all failed.
    """
    path = session.paths.state / "update.lock"
    try:
        with lock.held(path, session.clock()):
            # what is wrong with the profile is said before anything is fetched
            await asyncio.to_thread(load_profile, session.paths, session.settings.profile)
            outcome = await fetch(session, emit)
            try:
                await score_days(session, emit, outcome.dates, Wanted(), row)
            except UsageError:
                raise
            except PapertuiError as error:
                emit(Failed("scoring", str(error)))
            return Updated(outcome)
    except lock.Busy as busy:
        if not wait:
            raise
        emit(Warned(f"{busy}; waiting for it"))
    while True:
        await asyncio.sleep(POLL_SECONDS)
        try:
            with lock.held(path, session.clock()):
                return Updated(None, waited=True)
        except lock.Busy:
            continue

"""The HTTP layer as a session wants it: paced across processes by files in the session's own folder."""

from __future__ import annotations

from papertui.services.session import Session
from papertui.sources.http import Http
from papertui.sources.pacing import Pacing


def opened(session: Session) -> Http:
    """HTTP for one job: `async with opened(session) as http`."""
    return Http(pacing=Pacing(session.paths.state))

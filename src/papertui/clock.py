"""What time it is: the system's, or the one that a test or a demonstration sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from papertui.errors import UsageError


def now(env: Mapping[str, str]) -> datetime:
    """The time in UTC; PAPERTUI_NOW (ISO 8601, UTC where it names no zone) sets it. UsageError where it is no time."""
    given = env.get("PAPERTUI_NOW")
    if not given:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(given.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"PAPERTUI_NOW {given!r}: not a time; write it like 2026-11-23T12:00:00Z") from None

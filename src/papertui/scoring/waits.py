"""How long a server wants us to wait: its headers and its words -> seconds. Pure.

Sources: OpenAI's rate-limit headers (durations as Go writes them: `2ms`, `8.64s`, `1m53.425s`), Retry-After (RFC 9110), Gemini's RetryInfo, recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

MAX_WAIT = 120.0
"""Seconds: nobody waits longer between two requests; the openai package has the same bound."""

MAX_READ = 100_000
"""Characters of a body that are looked at."""

SMALL_NEED = 1_000
"""Tokens: with fewer left in this minute not even a small request goes through."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milliseconds?|days?|hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])", re.IGNORECASE)
_AGAIN = re.compile(
    r"(?:try again|retry|available again)\s+(?:in|after)\s+((?:\d{1,9}(?:\.\d{1,9})?\s{0,3}[a-z]{1,12}[\s,]{0,3}){1,4}|\d{1,9}(?:\.\d{1,9})?)",
    re.IGNORECASE,
)
_RETRY_DELAY = re.compile(r'"retryDelay\\?"\s{0,9}:\s{0,9}\\?"([^"\\]{1,40})')
_RESET = re.compile(r'"x-ratelimit-reset"\s{0,9}:\s{0,9}"?(\d{1,16})', re.IGNORECASE)
_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}


def pause_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait before the next request, as the rate-limit headers of an answer say: only where nothing, or next to nothing, is left."""
    table = _lower(headers)
    waits = []
    for what, need in (("requests", 1.0), ("tokens", float(SMALL_NEED))):
        left, most = _number(table.get(f"x-ratelimit-remaining-{what}")), _number(table.get(f"x-ratelimit-limit-{what}"))
        if left is not None and left < (need if most is None else min(need, max(most / 2, 1.0))):
            waits.append(_reset(table, what) or 0.0)
    return min(max(waits, default=0.0), MAX_WAIT)


def wait_seconds(body: str, headers: Mapping[str, str], now: float) -> float | None:
    """How long a server asks to wait, in seconds, at most 120; None where it does not say. `now`: seconds since 1970."""
    seconds = uncapped_wait(body[:MAX_READ], headers, now)
    return None if seconds is None else min(seconds, MAX_WAIT)


def uncapped_wait(body: str, headers: Mapping[str, str], now: float | None) -> float | None:
    """As `wait_seconds`, without the cap: it tells whether a limit is worth waiting for. `now` None: the answer's own `Date` counts."""
    table = _lower(headers)
    if (milliseconds := _number(table.get("retry-after-ms"))) is not None:
        return milliseconds / 1_000
    asked = table.get("retry-after", "").strip()
    if (seconds := _span(asked)) is not None:
        return seconds
    clock = now if now is not None else _date(table.get("date", ""))
    if asked and clock is not None and (date := _date(asked)) is not None:
        return max(date - clock, 0.0)
    for pattern in (_AGAIN, _RETRY_DELAY):
        if (found := pattern.search(body)) and (seconds := _span(found[1])) is not None:
            return seconds
    spent = [_reset(table, what) for what in ("requests", "tokens") if _number(table.get(f"x-ratelimit-remaining-{what}")) == 0]
    if known := [seconds for seconds in spent if seconds is not None]:
        return max(known)
    in_body = _RESET.search(body)  # OpenRouter repeats its headers there
    reset = table.get("x-ratelimit-reset") or (in_body[1] if in_body else "")
    moment = _number(reset)
    if moment is None or moment < 1e9:
        return _span(reset)
    return None if clock is None else max(moment / (1_000 if moment > 1e11 else 1) - clock, 0.0)


def _reset(table: Mapping[str, str], what: str) -> float | None:
    """Seconds till a limit is fresh again. Azure, known by its `renewalperiod`, gives bare milliseconds; others bare seconds."""
    text = table.get(f"x-ratelimit-reset-{what}", "")
    if f"x-ratelimit-renewalperiod-{what}" in table and (bare := _number(text)) is not None:
        return bare / 1_000
    return _span(text)


def _span(text: str) -> float | None:
    """A duration: `2ms`, `8.64s`, `1m53.425s`, `2 minutes`, `30` (seconds)."""
    text = text.strip().rstrip(".")[:60]
    if (bare := _number(text)) is not None:
        return bare
    found = _SPAN.findall(text)
    if not found or not text[:1].isdigit():
        return None
    return sum(float(number) * (0.001 if unit.lower().startswith(("ms", "milli")) else _UNITS[unit[0].lower()]) for number, unit in found)


def _number(text: str | None) -> float | None:
    """A number that is not negative, as headers have it."""
    return float(text) if text and re.fullmatch(r"\s{0,9}\d{1,15}(?:\.\d{0,15})?\s{0,9}", text, re.ASCII) else None


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}

"""Small conversions that every statement needs, with nothing to import for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from papertui.domain.triage import NOTHING, Marks

Db = sqlite3.Connection


def dump(value: object) -> str:
    """JSON as stored: compact, letters as they are, so that the index reads words in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def time_text(moment: datetime) -> str:
    """A UTC time, always of one length, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str | None) -> datetime | None:
    """Inverse of `time_text`."""
    return datetime.fromisoformat(text) if text else None


def number(value: float | None) -> float | None:
    """A stored grade: whole ones as int, so that they print as 8 and not 8.0."""
    return int(value) if value is not None and value == int(value) else value


def marks_from(row: Sequence[Any]) -> Marks:
    """Marks from (read, saved, hidden, note, tags), all None where the paper has none."""
    read, saved, hidden, note, tags = row
    if read is None:
        return NOTHING
    return Marks(bool(read), bool(saved), bool(hidden), note, tuple(json.loads(tags)) if tags != "[]" else ())


def in_chunks(items: list[int], size: int = 400) -> list[list[int]]:
    """Row numbers in portions that fit one statement."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def marks_for(count: int) -> str:
    """Placeholders for `count` values."""
    return ",".join("?" * count)

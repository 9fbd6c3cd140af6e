"""Triage: read, saved, hidden; each the fold of an append-only log of events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from papertui.domain.ids import PaperId

FLAGS = ("read", "saved", "hidden")
NOTE = "note"
TAG = "tag:"
"""Kinds of events besides the flags: `note` (value: the text) and `tag:NAME` (value: "1" or "")."""


class Event(NamedTuple):
    """One thing a reader did to one paper. `value` is "1" or "" for flags and tags, the text for a note."""

    id: str
    """Unique over all machines."""
    machine: str
    at: datetime
    """UTC; the store keeps a machine's own events in their order even when its clock goes back."""
    paper: PaperId
    kind: str
    value: str


class Marks(NamedTuple):
    """A paper's triage as it stands."""

    read: bool = False
    saved: bool = False
    hidden: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()


NOTHING = Marks()


def fold(events: Iterable[Event]) -> Marks:
    """What a paper's events add up to: for each kind the latest one, by time and then id, whatever order they come in."""
    latest: dict[str, Event] = {}
    for event in events:
        known = latest.get(event.kind)
        if known is None or (event.at, event.id) > (known.at, known.id):
            latest[event.kind] = event
    values = {kind: event.value for kind, event in latest.items()}
    tags = tuple(sorted(kind[len(TAG) :] for kind, value in values.items() if kind.startswith(TAG) and value))
    read, saved, hidden = (bool(values.get(flag)) for flag in FLAGS)
    return Marks(read, saved, hidden, values.get(NOTE, ""), tags)

"""What a running job tells whoever watches: the command line prints these, the reader's status line shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple


class Progress(NamedTuple):
    """How far a job is. `total` is None where it cannot be known."""

    what: str
    """`fetching arxiv`, `scoring (local)`: in the words of a status line."""
    done: int = 0
    total: int | None = None
    note: str = ""
    """What else a progress line says: tokens, dollars, time left, or what is waited for."""


class Fetched(NamedTuple):
    """A source's day is in the library."""

    source: str
    date: date
    papers: int
    """Papers of that day, replacements not counted."""
    added: int
    """Of these, not in that edition before."""
    replacements: int = 0
    reason: str | None = None
    """Why there are none."""


class Scored(NamedTuple):
    """Papers of an edition now have a score by `scorer`."""

    scorer: str
    date: date | None
    papers: int
    note: str | None = None
    """What the reader should know of these scores (novelty unknown, profile not yet confirmed)."""


class Failed(NamedTuple):
    """One part failed; the rest goes on. One line: which thing, why, what to do."""

    what: str
    why: str


class Warned(NamedTuple):
    """Something worth a line that is no failure."""

    text: str


Event = Progress | Fetched | Scored | Failed | Warned
Emit = Callable[[Event], object]

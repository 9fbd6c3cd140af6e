"""Batches that a provider works on within a day: what was sent, so that answers find their papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from papertui.domain.answer import Run
from papertui.domain.ids import PaperId

PREPARING = "preparing"
"""Our record is being made: the provider has no batch of it."""
CREATING = "creating"
"""The provider was told to begin, and we have not heard: it may have a batch of it."""
COLLECTED = "collected"
"""Nothing more is to be had of it."""


class Sent(NamedTuple):
    """One request of an upload, and what its ids mean."""

    id: str
    """`custom_id`: the request's name in the answers' file."""
    day: dt.date | None
    """The edition that its papers were taken from."""
    number: int
    """Of the pass, from 0."""
    passes: int
    """How many passes are averaged."""
    chars: int
    """Characters of the messages."""
    papers: Mapping[str, tuple[PaperId, str]]
    """By the id local to the request: the paper, and its digest as it was sent."""


class Upload(NamedTuple):
    """A batch, ours or not yet."""

    run: Run
    """Whose answers it brings; `run.id` is our name for it, which stands in the batch's metadata."""
    at: dt.datetime
    state: str
    """PREPARING, CREATING, COLLECTED, else the provider's word as it was last heard."""
    batch: str = ""
    """The provider's name for it; "" before it is known."""

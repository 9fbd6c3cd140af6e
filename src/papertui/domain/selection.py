"""SELECT: which papers a command means."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

NEWEST = dt.date.max
"""Stands for the newest edition's date, whichever that is."""


class Selection(NamedTuple):
    """The options of SELECT. Nothing chosen means the newest edition; what is chosen must all hold."""

    date: dt.date | None = None
    since: dt.date | None = None
    all: bool = False
    """The whole library, hidden papers included."""
    saved: bool = False
    read: bool = False
    unread: bool = False
    hidden: bool = False
    """Hidden papers, which otherwise appear with `all` only."""
    tag: str | None = None
    source: str | None = None
    scorer: str | None = None
    """Papers that have a score by it: `local`, `llm`, `llm:MODEL`, `list`, `list:NAME`."""
    min_relevance: float | None = None
    min_novelty: float | None = None
    query: str | None = None
    """Words for the full-text search."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return all(value is None or value is False for value in self)

    @property
    def is_marked(self) -> bool:
        """Whether the reader's own marks choose: what was marked is shown even where it was only a replacement."""
        return self.saved or self.read or self.hidden or self.tag is not None

    def on(self, day: dt.date) -> Selection:
        """The same, within one edition."""
        return self._replace(date=day)

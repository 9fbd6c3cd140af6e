"""What was asked of a source about a date, and what came of it: whether an edition is complete, and what it lacks. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

FEED, LISTING, CATCH_UP, SEARCH = "feed", "listing", "catchup", "api"
"""How arXiv was asked."""


class Asked(NamedTuple):
    """A source's answer about one date, as the library keeps it."""

    source: str
    date: dt.date
    at: dt.datetime | None
    """When it was asked last, UTC; None where nobody was asked (a list that was loaded)."""
    via: str = ""
    """How: `feed`, `listing`, `catchup`, `api`, several joined by `+`; "" where a source has one way only."""
    gave: int | None = None
    """Papers it announced, replacements included; None where that is not known."""
    parts: tuple[str, ...] = ()
    """arXiv's categories that are wholly there."""
    reason: str | None = None
    """Why it announced nothing."""
    trouble: str | None = None
    """What failed or is missing, in a line: a later fetch may complete it."""

    @property
    def is_approximate(self) -> bool:
        """Whether the list was put together from submission dates (FACTS 4.1)."""
        return SEARCH in self.via.split("+")

    def lacks(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Which of the wanted parts it has not given yet."""
        return tuple(part for part in wanted if part not in self.parts)


def joined(known: Asked | None, told: Asked) -> Asked:
    """What is known of a source's date after it was asked again: parts add up, and the last answer says what is wrong."""
    if known is None:
        return told
    ways = dict.fromkeys(way for text in (known.via, told.via) for way in text.split("+") if way)
    gave = told.gave if told.gave is not None else known.gave
    return told._replace(via="+".join(ways), gave=gave, parts=tuple(dict.fromkeys((*known.parts, *told.parts))))

"""A subscription: a list that somebody else publishes already scored, under an address or a path that may follow the date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

PLACEHOLDERS = ("date", "year", "month", "day")
"""What may stand in braces: `{date}` is 2025-11-05, `{year}` 2025, `{month}` 11, `{day}` 05."""

NAME = r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
"""A list's name: what `load --name` would leave as it is but for capitals."""
LONGEST_NAME = 60

_BRACED = r"\{([^{}]*)\}"


class Subscription(NamedTuple):
    """One entry of `sources.lists`."""

    name: str
    """In small letters."""
    where: str
    """An address (http or https) or a path, with placeholders or without."""
    is_path: bool = False

    @property
    def source(self) -> str:
        """Who announces and scores: `list:NAME`."""
        return f"list:{self.name}"

    @property
    def is_dated(self) -> bool:
        """Whether it leads elsewhere on other days."""
        return bool(_placeholders(self.where))

    @property
    def tells_day(self) -> bool:
        """Whether what it leads to is of one day and no other."""
        named = _placeholders(self.where)
        return "date" in named or {"year", "month", "day"} <= named

    def address_for(self, day: date) -> str:
        """Where the list of that day is."""
        texts = {"date": day.isoformat(), "year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        return re.sub(_BRACED, lambda found: texts.get(found[1], found[0]), self.where)


def _placeholders(where: str) -> set[str]:
    return set(re.findall(_BRACED, where))


def wrong_in(where: str) -> str:
    """What is wrong with the braces of an address or a path, in words for an error line; "" for nothing."""
    from papertui.domain.toml import shown

    for name in re.findall(_BRACED, where):
        if name not in PLACEHOLDERS:
            return f"has no placeholder {shown(f'{{{name}}}')}: there are {', '.join(f'{{{known}}}' for known in PLACEHOLDERS)}"
    if re.search(r"[{}]", re.sub(_BRACED, "", where)):
        return f"has a brace without its other half: {shown(where)}"
    return ""

"""The date of a list: in its heading, else in its file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)([-_./]?)(\d\d)([-_./]?)(\d\d)(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-_./])(\d{1,2})\2(20\d\d)(?!\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)\b", re.ASCII)
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (20\d\d)\b", re.ASCII)
_HEADING = re.compile(r"\bdaily\b.*\barxiv\b|\barxiv\b.*\bdaily\b", re.IGNORECASE)


def date_in(text: str) -> date | None:
    """The first date in `text`: 2025-11-05, 20251105, 2025_1105, 11/05/2025 (month first, as the lists of 2025 write
    it, unless that is no month), June 09, 2026 or 9 June 2026."""
    for match in _YEAR_FIRST.finditer(text):
        if found := _date(match[1], match[3], match[5]):
            return found
    for match in _YEAR_LAST.finditer(text):
        if found := _date(match[4], match[1], match[3]) or _date(match[4], match[3], match[1]):
            return found
    for match in _MONTH_FIRST.finditer(text):
        if found := _date(match[3], _month(match[1]), match[2]):
            return found
    for match in _DAY_FIRST.finditer(text):
        if found := _date(match[3], _month(match[2]), match[1]):
            return found
    return None


def list_date(name: str) -> date | None:
    """The date in a file's name, else in the folders (or the address) that lead to it, nearest first."""
    parts = [part for part in re.split(r"[/\\]", name.partition("?")[0]) if part]
    return next((found for part in reversed(parts) if (found := date_in(part[-200:]))), None)


def heading_date(lines: Iterable[str]) -> date | None:
    """The date in a page's heading (`Personalized Daily ArXiv Papers 2025-11-05`), else in its first line.

    A remedial run says in lines above which other days it stands for; those are not its date.
    """
    first = ""
    for line in lines:
        if _HEADING.search(line[:200]) and (found := date_in(line[:200])):
            return found
        first = first or line
    return date_in(first[:200])


def iso_date(value: object) -> date | None:
    """A meta block's date, `2026-04-01` or a time of that day; None where it is no such thing."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    return _MONTHS.index(short) + 1 if (short := word[:3].lower()) in _MONTHS else 0

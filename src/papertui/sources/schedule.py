"""arXiv's mailing calendar, as far as it can be known beforehand (FACTS 2; arXiv's availability page).

A mailing date is a calendar date in New York. The list of that date stands in the feeds from 00:00 there, on Mondays
to Fridays that are no arXiv holiday; arXiv may leave one out at short notice, so an empty feed is never an error.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from papertui.errors import PapertuiError

HOLIDAYS = frozenset(
    {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 11, 26),
        date(2026, 12, 25),
        date(2026, 12, 29),
        date(2026, 12, 31),
    }
)
"""Weekdays without a mailing that arXiv has announced. Other years' are not known here: their lists come empty."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_SATURDAY = 5
_DEADLINE = time(14)


@cache
def new_york() -> ZoneInfo:
    """arXiv's time zone. PapertuiError where the system has no zone data."""
    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        raise PapertuiError("no time zone data here, so arXiv's dates cannot be told: install the package tzdata") from None


def day_name(day: date) -> str:
    """`Saturday`."""
    return _DAYS[day.weekday()]


def long_date(day: date) -> str:
    """`Saturday 1 August 2026`, in English whatever the locale."""
    return f"{day_name(day)} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def is_mailing_day(day: date) -> bool:
    """Whether arXiv plans a mailing of this date."""
    return day.weekday() < _SATURDAY and day not in HOLIDAYS


def expected_mailing(now: datetime) -> date:
    """The newest mailing date whose list the feeds should hold at `now` (aware, any zone)."""
    if now.tzinfo is None:
        raise ValueError("a time without a zone says nothing about New York")
    day = now.astimezone(new_york()).date()
    while not is_mailing_day(day):
        day -= timedelta(days=1)
    return day


def reason_without_mailing(day: date) -> str | None:
    """Why there is no list of that date, in one line; None where one is to be expected."""
    if is_mailing_day(day):
        return None
    return f"no mailing on {long_date(day)}" + (", an arXiv holiday" if day.weekday() < _SATURDAY else "")


def mailing_dates(since: date, until: date) -> list[date]:
    """The planned mailing dates from `since` to `until`, both included, oldest first; empty where `until` is earlier."""
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return [day for day in days if is_mailing_day(day)]


def next_mailing(after: date) -> date:
    """The first planned mailing date later than `after`."""
    day = after + timedelta(days=1)
    while not is_mailing_day(day):
        day += timedelta(days=1)
    return day


def submission_window(day: date) -> tuple[datetime, datetime]:
    """First moment (included) and last moment (excluded), in UTC, of the submissions announced under the mailing date `day`.

    From the previous mailing's deadline to this one's, which is 14:00 in New York on the last weekday before (FACTS 2): a
    Monday has what came from Thursday to Friday, a Tuesday what came since Friday. Papers held back come days later, so a
    window is never more than nearly a day's list. ValueError where `day` has no mailing.
    """
    if not is_mailing_day(day):
        raise ValueError(f"no mailing on {long_date(day)}")
    before = day - timedelta(days=1)
    while not is_mailing_day(before):
        before -= timedelta(days=1)
    return _deadline(before), _deadline(day)


def _deadline(day: date) -> datetime:
    """When submissions for a mailing close, in UTC. A holiday has no mailing of its date, but it has its 14:00 as any weekday."""
    last = day - timedelta(days=1)
    while last.weekday() >= _SATURDAY:
        last -= timedelta(days=1)
    return datetime.combine(last, _DEADLINE, new_york()).astimezone(UTC)

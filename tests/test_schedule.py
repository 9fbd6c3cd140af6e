"""arXiv's mailing calendar in New York's time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from papertui.sources.schedule import (
    HOLIDAYS,
    expected_mailing,
    is_mailing_day,
    long_date,
    mailing_dates,
    next_mailing,
    reason_without_mailing,
    submission_window,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "mailing"),
    [
        ("2026-11-23T04:59:59", date(2026, 11, 20)),  # Sunday evening in New York: still Friday's
        ("2026-11-23T05:00:00", date(2026, 11, 23)),  # Monday 00:00, winter
        ("2026-08-03T03:59:59", date(2026, 7, 31)),
        ("2026-08-03T04:00:00", date(2026, 8, 3)),  # Monday 00:00, summer
        ("2026-11-21T12:00:00", date(2026, 11, 20)),
        ("2026-11-22T12:00:00", date(2026, 11, 20)),
        ("2026-11-26T12:00:00", date(2026, 11, 25)),  # Thanksgiving
        ("2026-07-05T12:00:00", date(2026, 7, 2)),  # Sunday after the holiday on Friday 3 July
        ("2026-01-01T12:00:00", date(2025, 12, 31)),
    ],
)
def test_the_newest_mailing_is_the_last_planned_one_by_new_yorks_clock(now: str, mailing: date) -> None:
    assert expected_mailing(at(now)) == mailing


def test_the_zone_of_the_asker_does_not_matter_but_one_is_needed() -> None:
    assert expected_mailing(datetime.fromisoformat("2026-11-24T08:00:00+09:00")) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="zone"):
        expected_mailing(datetime(2026, 11, 23))


def test_weekends_and_holidays_have_their_reason_and_other_days_none() -> None:
    assert reason_without_mailing(date(2026, 8, 1)) == "no mailing on Saturday 1 August 2026"
    assert reason_without_mailing(date(2026, 11, 26)) == "no mailing on Thursday 26 November 2026, an arXiv holiday"
    assert reason_without_mailing(date(2026, 11, 23)) is None


def test_the_holidays_are_the_nine_weekdays_of_2026() -> None:
    assert len(HOLIDAYS) == 9
    assert all(day.year == 2026 and day.weekday() < 5 and not is_mailing_day(day) for day in HOLIDAYS)


def test_long_dates_are_english() -> None:
    assert long_date(date(2026, 11, 5)) == "Thursday 5 November 2026"


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 11, 23), "2026-11-19T19:00", "2026-11-20T19:00"),  # Monday: Thursday to Friday, winter
        (date(2026, 11, 24), "2026-11-20T19:00", "2026-11-23T19:00"),  # Tuesday: Friday to Monday
        (date(2026, 11, 25), "2026-11-23T19:00", "2026-11-24T19:00"),
        (date(2026, 8, 6), "2026-08-04T18:00", "2026-08-05T18:00"),  # Thursday, summer
        (date(2026, 8, 7), "2026-08-05T18:00", "2026-08-06T18:00"),
        (date(2026, 11, 3), "2026-10-30T18:00", "2026-11-02T19:00"),  # clocks went back on Sunday 1 November
        (date(2026, 3, 10), "2026-03-06T19:00", "2026-03-09T18:00"),  # and on Sunday 8 March forward
        (date(2026, 11, 27), "2026-11-24T19:00", "2026-11-26T19:00"),  # after Thanksgiving: two days
        (date(2026, 1, 20), "2026-01-15T19:00", "2026-01-19T19:00"),  # Tuesday after a Monday without mailing
        (date(2026, 7, 6), "2026-07-01T18:00", "2026-07-03T18:00"),  # Monday after a Friday without mailing
        (date(2026, 12, 30), "2026-12-25T19:00", "2026-12-29T19:00"),  # between two holidays
    ],
)
def test_a_mailing_has_the_submissions_since_the_deadline_of_the_one_before(day: date, begin: str, end: str) -> None:
    assert submission_window(day) == (at(begin), at(end))


def test_windows_follow_each_other_without_hole_or_overlap() -> None:
    days = mailing_dates(date(2025, 12, 1), date(2027, 1, 31))
    windows = [submission_window(day) for day in days]
    assert all(one[1] == other[0] for one, other in pairwise(windows))
    assert all(begin < end for begin, end in windows)


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 26)])
def test_a_day_without_mailing_has_no_window(day: date) -> None:
    with pytest.raises(ValueError, match="no mailing on"):
        submission_window(day)


def test_the_mailings_of_a_time_are_its_planned_days_in_order() -> None:
    assert mailing_dates(date(2026, 11, 20), date(2026, 11, 30)) == [date(2026, 11, day) for day in (20, 23, 24, 25, 27, 30)]
    assert mailing_dates(date(2026, 11, 21), date(2026, 11, 22)) == []
    assert mailing_dates(date(2026, 11, 24), date(2026, 11, 23)) == []


def test_the_next_mailing_is_the_first_planned_day_after() -> None:
    assert next_mailing(date(2026, 11, 20)) == date(2026, 11, 23)
    assert next_mailing(date(2026, 11, 25)) == date(2026, 11, 27)
    assert next_mailing(date(2026, 12, 30)) == date(2027, 1, 1)  # next year's holidays are not known yet
    assert all(next_mailing(day - timedelta(days=1)) == day for day in mailing_dates(date(2026, 1, 2), date(2026, 2, 2)))

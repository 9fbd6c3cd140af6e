"""arXiv's mailing calendar in New York's time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from papertui.sources.schedule import HOLIDAYS, expected_mailing, is_mailing_day, long_date, reason_without_mailing


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

"""What time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from papertui.clock import now
from papertui.errors import UsageError


def test_the_time_is_the_systems_in_utc() -> None:
    for env in ({}, {"PAPERTUI_NOW": ""}):
        found = now(env)
        assert found.tzinfo is UTC
        assert abs(found - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "text", ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00", "2026-11-23T07:00:00-05:00", " 2026-11-23 12:00+00:00 ", "20261123T120000Z"]
)
def test_a_set_clock_is_utc_whatever_zone_it_names(text: str) -> None:
    assert now({"PAPERTUI_NOW": text}) == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert now({"PAPERTUI_NOW": text}).tzinfo is UTC


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "12:00", "0001-01-01T00:00:00+14:00", "2026-11-23T12:00:00Z\x1b[31m"])
def test_what_is_no_time_is_a_usage_error_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="PAPERTUI_NOW") as caught:
        now({"PAPERTUI_NOW": text})
    assert str(caught.value).isprintable()

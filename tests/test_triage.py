"""The fold of a log of events."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.ids import PaperId
from papertui.domain.triage import FLAGS, NOTHING, Event, Marks, fold

PAPER = PaperId("arxiv", "2511.00001")
START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
KINDS = (*FLAGS, "note", "tag:todo", "tag:later")

events = st.lists(
    st.builds(
        lambda number, at, kind, value: Event(f"{number:04d}", "m", START + dt.timedelta(seconds=at), PAPER, kind, value),
        st.integers(0, 9999), st.integers(0, 5), st.sampled_from(KINDS), st.sampled_from(["1", ""]),
    ),
    unique_by=lambda event: event.id,
    max_size=20,
)  # fmt: skip


def test_nothing_happened() -> None:
    assert fold([]) == NOTHING


@given(events, st.randoms())
def test_two_machines_agree_whatever_order_events_arrive_in(log: list[Event], random: object) -> None:
    shuffled = log[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(log) == fold(shuffled)


@given(events)
def test_each_kind_shows_its_latest_value(log: list[Event]) -> None:
    marks = fold(log)
    for flag in FLAGS:
        mine = [event for event in log if event.kind == flag]
        latest = max(mine, key=lambda event: (event.at, event.id), default=None)
        assert getattr(marks, flag) == bool(latest and latest.value)


def test_tags_are_sorted_and_removed_ones_gone() -> None:
    log = [Event(str(n), "m", START + dt.timedelta(seconds=n), PAPER, kind, value)
           for n, (kind, value) in enumerate([("tag:b", "1"), ("tag:a", "1"), ("tag:b", ""), ("note", "x"), ("tag:c", "1")])]  # fmt: skip
    assert fold(log) == Marks(note="x", tags=("a", "c"))

"""The measuring itself: libraries that are always the same, frames counted across the seams of reads."""

from __future__ import annotations

import itertools
import sys

import pytest
from bench.make_library import TOPMOST, day_sizes, days, mailing_dates, portions
from bench.pty_driver import FRAME_END, Chunk, Terminal, frame_ends

from papertui.domain import gate
from papertui.domain.ids import rowid_of
from papertui.domain.score import grade


def test_a_library_has_the_papers_asked_for_on_weekdays_in_order() -> None:
    made = list(days(1100, per_day=500))
    assert [len(day.announced) for day in made] == [100, 500, 500] == day_sizes(1100, 500)
    assert [day.date for day in made] == mailing_dates(3)
    assert all(day.date.weekday() < 5 for day in made)
    rows = [rowid_of(item.paper.id) for day in made for item in day.announced]
    assert len(set(rows)) == 1100
    assert rows == sorted(rows)
    assert all(item.announcement.date == day.date for day in made for item in day.announced)
    assert [sum(len(papers) for papers, _ in portions(day)) for day in made] == [100, 500, 500]


def test_the_same_seed_makes_the_same_library_and_another_seed_another() -> None:
    assert list(days(60, per_day=30, seed=3)) == list(days(60, per_day=30, seed=3))
    assert next(days(60, per_day=30, seed=3)) != next(days(60, per_day=30, seed=4))


def test_made_papers_are_what_a_parser_would_give_and_one_of_a_day_is_the_best() -> None:
    (day,) = days(200, per_day=200)
    for item in day.announced:
        assert gate.one_line(item.paper.title) == item.paper.title
        assert gate.paragraphs(item.paper.abstract) == item.paper.abstract
    totals = [score.total for _, score in day.scores]
    assert all(grade(score.relevance) == score.relevance and grade(score.novelty) == score.novelty for _, score in day.scores)
    assert totals[0] == 20
    assert max(total or 0 for total in totals[1:]) < 20
    assert [item.paper.title.startswith(TOPMOST) for item in day.announced] == [True] + [False] * 199
    lengths = sorted(len(item.paper.abstract) for item in day.announced)
    assert 900 < lengths[100] < 1700, "abstracts as long as real ones"
    words = [item.paper.title.split()[0] for item in day.announced]
    assert max(len(list(group)) for _, group in itertools.groupby(sorted(words))) > 10, "some words are frequent"
    assert len(set(words)) > 50, "and most are rare"


def test_frames_are_counted_wherever_a_read_was_cut() -> None:
    stream = b"a" + FRAME_END + b"bb" + FRAME_END
    for cut in range(len(stream) + 1):
        ends = frame_ends([Chunk(1.0, stream[:cut]), Chunk(2.0, stream[cut:])])
        assert len(ends) == 2, cut
    assert frame_ends([Chunk(1.0, stream[:5]), Chunk(2.0, stream[5:])]) == [2.0, 2.0]
    assert frame_ends([]) == []


ECHO = r"""
import sys, termios, tty
tty.setraw(0)
sys.stdout.write("\x1b[?2026$p"); sys.stdout.flush()
answer = sys.stdin.buffer.raw.read(64)
sys.stdout.write("ready " + answer.decode()[1:]); sys.stdout.flush()
while True:
    key = sys.stdin.buffer.raw.read(64)
    sys.stdout.write("\x1b[?2026h\r\nsaw " + repr(key) + "\x1b[?2026l"); sys.stdout.flush()
"""


def test_the_driver_answers_as_a_modern_terminal_and_sees_what_a_key_paints() -> None:
    with Terminal([sys.executable, "-c", ECHO], {}) as terminal:
        assert terminal.wait_for("ready [?2026;2$y") > 0
        seen = terminal.press("down", quiet=0.2)
        assert seen.frames == 1
        assert 0 < seen.first <= seen.settled
        assert r"saw b'\x1b[B'" in terminal.screen()
        assert terminal.memory() > 1
    assert not terminal.read(0.0)


def test_the_driver_says_what_was_on_the_screen_when_nothing_comes() -> None:
    with Terminal([sys.executable, "-c", "print('only this')"], {}) as terminal, pytest.raises(TimeoutError, match="only this"):
        terminal.wait_for("something else", limit=3)

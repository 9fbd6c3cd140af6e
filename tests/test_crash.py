"""A few kills of every kind, at other moments in every kind: the same that `python -m bench.crash` does two hundred times."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs SIGKILL and a pty", allow_module_level=True)

from bench.crash import KINDS, Line, Sizes, kill, kinds
from bench.crash_checks import DATABASE, events, faults, leftovers
from bench.crash_data import earlier_days, write_library
from bench.crash_kinds import lost
from bench.crash_runs import Outcome

from papertui.store.library import Library

SMALL = Sizes(day=80, library=150, per_day=75, marked=20, listed=220, old_library=300, keys=5, old_seconds=2.0)
"""Marks count from two seconds on: a busy machine may take its time before it hands a key to the reader."""
KILLS = {"beside": 1, "append": 4, "write": 3}


@pytest.mark.parametrize("name", [name for name in KINDS if name != "update"])  # `beside` kills an update too
def test_nothing_is_lost_by_a_kill_and_the_next_run_finishes(tmp_path: Path, name: str) -> None:
    with kinds([name], tmp_path, SMALL) as made:
        for kind in made:
            line = kill(kind, KILLS.get(name, 2), seed=20)
    assert [each for each in line.outcomes if each.bad] == []


def test_the_checks_see_what_a_kill_could_break(tmp_path: Path) -> None:
    write_library(tmp_path / "home", earlier_days(40, 20), marked=5)
    database = tmp_path / "home" / DATABASE
    assert faults(database) == []
    assert leftovers(tmp_path) == []
    before = events(database)
    with Library(database, write=True) as library:
        library._db.execute("UPDATE papers SET title = 'other' WHERE id = (SELECT min(id) FROM papers)")
        library._db.execute("UPDATE marks SET saved = 1 - saved")
        library._db.execute("PRAGMA foreign_keys = 0")
        library._db.execute("DELETE FROM events WHERE seq = 2")
        library._db.execute("INSERT INTO announcements(paper, source, date) VALUES(1, 'arxiv', '2026-11-23')")
    (tmp_path / "home" / "x.part").touch()
    assert leftovers(tmp_path) == ["x.part"]
    found = " ".join(faults(database))
    assert all(word in found for word in ("full-text index", "foreign keys", "not what its events add up to"))
    assert (lost(events(database), before), lost(before, before), lost(before, [])) == (len(before) - 1, 0, 0)
    assert Line("a", [Outcome(landed=True)]).bad is False
    assert Line("a", [Outcome(landed=True, lost_marks=1)]).bad
    assert Line("a", [Outcome()]).bad, "kills that hit nothing prove nothing"

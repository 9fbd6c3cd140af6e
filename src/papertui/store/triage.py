"""Triage: an append-only log of events, its fold, and undo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from papertui.domain.ids import PaperId, paper_of, rowid_of
from papertui.domain.triage import FLAGS, NOTE, TAG, Event, Marks, fold
from papertui.store.columns import Db, dump, in_chunks, marks_for, marks_from, time_of, time_text
from papertui.store.database import transaction
from papertui.store.index import reindexed

DONE, UNDONE, SUPERSEDED = 0, 1, 2


def machine_of(db: Db) -> str:
    """This library's own name among machines, made when first needed."""
    row = db.execute("SELECT value FROM meta WHERE key = 'machine'").fetchone()
    if row is None:
        with transaction(db):
            db.execute("INSERT OR IGNORE INTO meta(key, value) VALUES('machine', ?)", (os.urandom(8).hex(),))
            row = db.execute("SELECT value FROM meta WHERE key = 'machine'").fetchone()
    return str(row[0])


def act(db: Db, papers: Sequence[PaperId], changes: Sequence[tuple[str, str]], now: datetime) -> dict[PaperId, Marks]:
    """One action of the reader's: every paper gets every (kind, value). One transaction, undone as one.

    What changes nothing leaves no event. Gives the marks of the papers that changed. KeyError names a paper that the library
    does not know; then nothing is done.
    """
    with transaction(db):
        unknown = [paper for paper in papers if not db.execute("SELECT 1 FROM papers WHERE id = ?", (rowid_of(paper),)).fetchone()]
        if unknown:
            raise KeyError(str(unknown[0]))
        before = marks_of(db, papers)
        wanted = [
            (paper, kind, value, prior)
            for paper in dict.fromkeys(papers)
            for kind, value in dict(changes).items()  # of two words on one kind the later holds
            if (prior := _value(before[paper], kind)) != value
        ]
        if not wanted:
            return {}
        db.execute("UPDATE actions SET state = ? WHERE state = ?", (SUPERSEDED, UNDONE))
        action = db.execute("INSERT INTO actions(at, state) VALUES(?, ?)", (time_text(now), DONE)).lastrowid
        return append(db, wanted, now, action)


def undo(db: Db, now: datetime) -> dict[PaperId, Marks]:
    """Take back the last action that is not yet; empty where there is none."""
    with transaction(db):
        row = db.execute("SELECT id FROM actions WHERE state = ? ORDER BY id DESC LIMIT 1", (DONE,)).fetchone()
        if row is None:
            return {}
        events = db.execute("SELECT paper, kind, value, prior FROM events WHERE action = ? ORDER BY seq DESC", row).fetchall()
        db.execute("UPDATE actions SET state = ? WHERE id = ?", (UNDONE, row[0]))
        return append(db, [(paper_of(paper), kind, prior, value) for paper, kind, value, prior in events], now, None)


def redo(db: Db, now: datetime) -> dict[PaperId, Marks]:
    """Do again what was taken back last; empty where there is nothing."""
    with transaction(db):
        row = db.execute("SELECT id FROM actions WHERE state = ? ORDER BY id LIMIT 1", (UNDONE,)).fetchone()
        if row is None:
            return {}
        events = db.execute("SELECT paper, kind, value, prior FROM events WHERE action = ? ORDER BY seq", row).fetchall()
        db.execute("UPDATE actions SET state = ? WHERE id = ?", (DONE, row[0]))
        return append(db, [(paper_of(paper), kind, value, prior) for paper, kind, value, prior in events], now, None)


def marks_of(db: Db, papers: Sequence[PaperId]) -> dict[PaperId, Marks]:
    """The marks of papers, all of them, those without any included."""
    found = {paper: Marks() for paper in papers}
    for chunk in in_chunks([rowid_of(paper) for paper in found]):
        rows = db.execute(f"SELECT paper, read, saved, hidden, note, tags FROM marks WHERE paper IN ({marks_for(len(chunk))})", chunk)
        found |= {paper_of(paper): marks_from(tuple(columns)) for paper, *columns in rows}
    return found


def events_of(db: Db, paper: PaperId) -> list[Event]:
    """A paper's events in the order they were written."""
    rows = db.execute("SELECT id, machine, at, kind, value FROM events WHERE paper = ? ORDER BY seq", (rowid_of(paper),))
    return [Event(number, machine, time_of(at) or datetime.min, paper, kind, value) for number, machine, at, kind, value in rows]


def _value(marks: Marks, kind: str) -> str:
    if kind in FLAGS:
        return "1" if getattr(marks, kind) else ""
    if kind == NOTE:
        return marks.note
    if kind.startswith(TAG):
        return "1" if kind[len(TAG) :] in marks.tags else ""
    raise ValueError(f"no triage event is called {kind!r}")


def append(db: Db, wanted: Sequence[tuple[PaperId, str, str, str]], now: datetime, action: int | None) -> dict[PaperId, Marks]:
    """Write events (paper, kind, value, what stood there before) and what they come to. Inside a transaction."""
    machine = machine_of(db)
    (last,) = db.execute("SELECT at FROM events WHERE machine = ? ORDER BY seq DESC LIMIT 1", (machine,)).fetchone() or (None,)
    at = now.astimezone(UTC)
    if (newest := time_of(last)) is not None and newest >= at:
        at = newest  # the clock went back, or two actions in one microsecond: own events keep their order
    papers = list(dict.fromkeys(paper for paper, *_ in wanted))
    words_change = any(kind not in FLAGS for _, kind, _, _ in wanted)
    with reindexed(db, [rowid_of(paper) for paper in papers] if words_change else []):
        for paper, kind, value, prior in wanted:
            at += timedelta(microseconds=1)
            db.execute(
                "INSERT INTO events(id, machine, at, paper, kind, value, prior, action) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                (os.urandom(12).hex(), machine, time_text(at), rowid_of(paper), kind, value, prior, action),
            )
        return {paper: set_marks(db, paper) for paper in papers}


def set_marks(db: Db, paper: PaperId) -> Marks:
    """Make a paper's marks what its events come to. Inside a transaction, and inside `reindexed` where words change."""
    marks = fold(events_of(db, paper))
    db.execute(
        "INSERT INTO marks(paper, read, saved, hidden, note, tags) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(paper) DO UPDATE SET"
        " read = excluded.read, saved = excluded.saved, hidden = excluded.hidden, note = excluded.note, tags = excluded.tags",
        (rowid_of(paper), marks.read, marks.saved, marks.hidden, marks.note, dump(list(marks.tags))),
    )
    return marks

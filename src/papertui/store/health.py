"""Whether a library is sound: looked at without changing a byte, and mended where what is wrong follows from what is right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from papertui.domain.ids import paper_of
from papertui.domain.triage import FLAGS, NOTE, NOTHING, TAG, Event, Marks, fold
from papertui.store import index
from papertui.store.codec import PAPER_COLUMNS, paper_from
from papertui.store.columns import Db, marks_from, time_of
from papertui.store.copies import Counts, counts, in_memory, open_to_look
from papertui.store.database import require_ours, transaction
from papertui.store.errors import DamagedError, explained
from papertui.store.place import size_of
from papertui.store.triage import append, set_marks

IN_MEMORY_BYTES = 300_000_000
"""Up to this size a library is looked at in a copy in memory: comparing the index counts as writing, and takes seconds."""

PATIENCE = 1.0
"""Seconds to wait for another process before it is said to hold the library."""

_OF_INDEXES = ("missing from index", "wrong # of entries in index", "non-unique entry in index")
"""What integrity_check says of faults that REINDEX mends (sqlite.org/pragma.html#pragma_integrity_check)."""


class Health(NamedTuple):
    """What was found in a library of ours."""

    version: int
    counts: Counts
    journal: str
    """SQLite's journal mode: `wal`, `delete`."""
    broken: tuple[str, ...]
    """What PRAGMA integrity_check says, the first lines; empty where all is well."""
    loose_ends: int
    """Rows that refer to a missing one."""
    search: str
    """Why the full-text index does not match the papers; empty where it does, or where it was not compared."""
    marks: int
    """Papers whose marks are not what their events come to."""
    newest: datetime | None
    """The latest time written by this machine's or another's clock: of a mark or a fetch."""
    compared: bool = True
    """Whether the index was compared: not in a very large library."""

    @property
    def is_mendable(self) -> bool:
        """Whether `mend` can put it right."""
        return not self.loose_ends and all(any(words in line for words in _OF_INDEXES) for line in self.broken)


def has_search() -> bool:
    """Whether this SQLite has the full-text search (FTS5) that the library needs."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize='unicode61 remove_diacritics 2', prefix='2 3')")
        except sqlite3.OperationalError:
            return False
    return True


def sqlite_version() -> str:
    """Of the SQLite that Python uses."""
    return sqlite3.sqlite_version


def examine(path: Path) -> Health | None:
    """Look at a library; None where there is none, or one without anything in it. StoreError where it cannot be read at all."""
    size = size_of(path)
    if not size:
        return None
    with explained(path), closing(open_to_look(path, PATIENCE)) as db:
        if not require_ours(db, path):
            return None
        (journal,) = db.execute("PRAGMA journal_mode").fetchone()
        if size > IN_MEMORY_BYTES:
            return _examined(db, str(journal), compared=False)
        with closing(in_memory(db)) as copy:
            return _examined(copy, str(journal), compared=True)


def is_busy(path: Path) -> bool:
    """Whether another process has been writing for a second. Beside a connection that reads, so that this one's end folds in no log."""
    with explained(path), closing(open_to_look(path, PATIENCE)) as db:
        db.execute("SELECT count(*) FROM papers").fetchone()
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)) as writer:
            try:
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("ROLLBACK")
            except sqlite3.OperationalError as error:
                return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


def _examined(db: Db, journal: str, *, compared: bool) -> Health:
    version = require_ours(db, "library")
    broken = tuple(str(line) for (line,) in db.execute("PRAGMA integrity_check(5)") if line != "ok")
    if broken and not all(any(words in line for words in _OF_INDEXES) for line in broken):
        return Health(version, Counts(0, 0, 0), journal, broken, 0, "", 0, None, compared)
    for row in db.execute(f"SELECT {PAPER_COLUMNS} FROM papers p"):
        paper_from(row)
    loose = sum(1 for _ in db.execute("PRAGMA foreign_key_check"))
    wrong = ""
    if compared:
        try:
            index.check(db)
        except sqlite3.DatabaseError as error:
            wrong = str(error)
    return Health(version, counts(db), journal, broken, loose, wrong, len(_wrong_marks(db)), _newest(db), compared)


def _newest(db: Db) -> datetime | None:
    (marked,) = db.execute("SELECT max(at) FROM events").fetchone()
    (fetched,) = db.execute("SELECT max(fetched_at) FROM days").fetchone()
    return max((time for text in (marked, fetched) if (time := time_of(text)) is not None), default=None)


def _wrong_marks(db: Db) -> list[int]:
    """Row numbers of papers whose marks are not the fold of their events."""
    kept = {paper: marks_from(tuple(columns)) for paper, *columns in db.execute("SELECT paper, read, saved, hidden, note, tags FROM marks")}
    folded = {paper: fold(events) for paper, events in _events(db)}
    return [paper for paper in sorted(kept.keys() | folded.keys()) if kept.get(paper, NOTHING) != folded.get(paper, NOTHING)]


def _events(db: Db) -> Iterable[tuple[int, list[Event]]]:
    rows = db.execute("SELECT paper, id, machine, at, kind, value FROM events ORDER BY paper, seq")
    for paper, group in groupby(rows, key=lambda row: int(row[0])):
        name = paper_of(paper)
        yield (
            paper,
            [Event(number, machine, time_of(at) or datetime.min, name, kind, value) for _, number, machine, at, kind, value in group],
        )


def mend(db: Db, now: datetime) -> int:
    """Make anew what follows from the rest: SQLite's indexes, marks from their log, the full-text index. How many papers' marks changed.

    The log holds. A mark that it knows nothing of is written into it rather than dropped: it may be all that is left of an event.
    DamagedError where it is not sound afterwards; then nothing is changed.
    """
    with transaction(db):
        db.execute("REINDEX")
        wrong = _wrong_marks(db)
        if wrong:
            db.execute("INSERT INTO search(search) VALUES('rebuild')")  # what leaves the index has to be in it
        for paper in wrong:
            _log_unknown(db, paper, now)
            set_marks(db, paper_of(paper))
        db.execute("INSERT INTO search(search) VALUES('rebuild')")
        after = _examined(db, "", compared=True)
        if after.broken or after.loose_ends or after.search or after.marks:
            raise DamagedError("the library cannot be repaired, nothing was changed; papertui restore FILE puts a backup in its place")
    return len(wrong)


def _log_unknown(db: Db, paper: int, now: datetime) -> None:
    row = db.execute("SELECT read, saved, hidden, note, tags FROM marks WHERE paper = ?", (paper,)).fetchone()
    if row is None:
        return
    marks: Marks = marks_from(row)
    stands = {flag: "1" if getattr(marks, flag) else "" for flag in FLAGS} | {NOTE: marks.note} | {f"{TAG}{tag}": "1" for tag in marks.tags}
    logged = {kind for (kind,) in db.execute("SELECT kind FROM events WHERE paper = ?", (paper,))}
    unknown = [(paper_of(paper), kind, value, "") for kind, value in stands.items() if value and kind not in logged]
    if unknown:
        append(db, unknown, now, None)

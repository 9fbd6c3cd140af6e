"""What is looked at after a kill: whether a library is whole, what it holds, what lies about."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from papertui.domain.ids import paper_of
from papertui.domain.triage import fold
from papertui.store import index
from papertui.store.triage import events_of, marks_of

DATABASE = "papertui.db"

_CONTENT = {
    "papers": "SELECT id, version, digest, first_hand, title, title_display, authors, authors_display, categories, upvotes, facts, extra,"
    " abstract_display, abstract FROM papers ORDER BY id",
    "announcements": "SELECT * FROM announcements ORDER BY paper, source, date",
    "days": "SELECT * FROM days ORDER BY date, source",
    "scores": "SELECT paper, scorer, model, recipe, paper_digest, listed, relevance, novelty, comment, scored_at FROM scores ORDER BY"
    " paper, scorer, recipe, paper_digest, listed",
    "runs": "SELECT * FROM runs ORDER BY date, scorer",
    "entries": "SELECT e.date, e.paper, e.listed, e.source, e.type, e.rank, e.relevance, e.novelty, e.total, s.scorer, s.recipe, s.listed"
    " FROM entries e LEFT JOIN scores s ON s.id = e.score ORDER BY e.date, e.paper",
    "marks": "SELECT * FROM marks ORDER BY paper",
    "events": "SELECT paper, kind, value, prior, action FROM events ORDER BY seq",
    "meta": "SELECT * FROM meta WHERE key <> 'machine' ORDER BY key",
}
"""What a library says, without what is different at every run: row numbers, random names."""

Content = dict[str, str]
"""Digests by table; empty for no library."""
Event = tuple[int, str, str]
"""Paper's row number, kind, value."""


@contextmanager
def copied(home: Path, scratch: Path) -> Iterator[Path]:
    """A copy of a home to look at: whoever opens the library itself would finish what the next run has to find unfinished."""
    target = scratch / "looked-at"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home, target)
    try:
        yield target
    finally:
        shutil.rmtree(target)


def faults(database: Path) -> list[str]:
    """What is wrong with a library, nothing for a missing one. The file is opened, which brings in what its log holds."""
    if not database.exists():
        return []
    found: list[str] = []
    with closing(sqlite3.connect(database)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if not version:
            (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return ["a library of no version has tables"] if tables else []
        if (answer := db.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
            found.append(f"integrity: {answer[0]}")
        if loose := db.execute("PRAGMA foreign_key_check").fetchone():
            found.append(f"foreign keys: {loose}")
        try:
            index.check(db)
        except sqlite3.DatabaseError as error:
            found.append(f"full-text index: {error}")
        for (rowid,) in db.execute("SELECT DISTINCT paper FROM events UNION SELECT paper FROM marks").fetchall():
            paper = paper_of(rowid)
            if marks_of(db, [paper])[paper] != fold(events_of(db, paper)):
                found.append(f"marks of {paper} are not what its events add up to")
    return found


def content(database: Path) -> Content:
    """What a library says, by table."""
    if not database.exists():
        return {}
    with closing(sqlite3.connect(database)) as db:
        if db.execute("PRAGMA user_version").fetchone() == (0,):
            return {}
        return {table: hashlib.sha256(repr(db.execute(query).fetchall()).encode()).hexdigest() for table, query in _CONTENT.items()}


def differences(found: Content, wanted: Content) -> list[str]:
    """Tables in which two libraries differ."""
    return [table for table in _CONTENT if found.get(table) != wanted.get(table)]


def events(database: Path) -> list[Event]:
    """Every event in the order it was written."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(database)) as db:
        if db.execute("PRAGMA user_version").fetchone() == (0,):
            return []
        return db.execute("SELECT paper, kind, value FROM events ORDER BY seq").fetchall()


def leftovers(*folders: Path) -> list[str]:
    """Files that only a run in progress may have: logs of the library, half-written files."""
    endings = (".part", ".tmp", "-wal", "-shm", "-journal")
    return [path.name for folder in folders for path in sorted(folder.rglob("*")) if path.name.endswith(endings)]

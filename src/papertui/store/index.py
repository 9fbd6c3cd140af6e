"""Keeping the full-text index in step: it holds no text of its own, so what leaves it must be told as it went in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from papertui.store.columns import Db, in_chunks, marks_for

_COLUMNS = "id, title, authors, abstract, comment, note, tags, extra"
_NAMES = "rowid, title, authors, abstract, comment, note, tags, extra"


@contextmanager
def reindexed(db: Db, rowids: Sequence[int]) -> Iterator[None]:
    """Whatever is changed of these papers' text inside, the index follows. Inside a transaction only.

    New papers are given too: what is not there yet is not taken out.
    """
    chunks = in_chunks(list(rowids))
    for chunk in chunks:
        db.execute(
            f"INSERT INTO search(search, {_NAMES}) SELECT 'delete', {_COLUMNS} FROM documents WHERE id IN ({marks_for(len(chunk))})",
            chunk,
        )
    yield
    for chunk in chunks:
        db.execute(
            f"INSERT INTO search({_NAMES}) SELECT {_COLUMNS} FROM documents WHERE id IN ({marks_for(len(chunk))})",
            chunk,
        )


def check(db: Db) -> None:
    """Compare index and papers. sqlite3.DatabaseError where they differ."""
    db.execute("INSERT INTO search(search, rank) VALUES('integrity-check', 1)")

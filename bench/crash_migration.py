"""A papertui of the future, for crash.py: opens a library and brings it to a schema that was made up here.

python -m bench.crash_migration PATH
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from papertui.store import database
from papertui.store.schema import MIGRATIONS


def length_of_every_title(db: sqlite3.Connection) -> None:
    """A column more, filled row by row."""
    db.execute("ALTER TABLE papers ADD COLUMN length INTEGER")
    for rowid, title in db.execute("SELECT id, title FROM papers").fetchall():
        db.execute("UPDATE papers SET length = ? WHERE id = ?", (len(title), rowid))


def other_order_of_entries(db: sqlite3.Connection) -> None:
    """An index made anew under its old name."""
    db.execute("DROP INDEX entries_in_order")
    db.execute("CREATE INDEX entries_in_order ON entries(date DESC, novelty DESC, total DESC, relevance DESC, paper, listed)")


def index_without_short_prefixes(db: sqlite3.Connection) -> None:
    """The full-text index thrown away and written anew."""
    db.execute("DROP TABLE search")
    db.execute(
        "CREATE VIRTUAL TABLE search USING fts5(title, authors, abstract, comment, note, tags, extra,"
        " content='documents', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='3')"
    )
    db.execute("INSERT INTO search(search) VALUES('rebuild')")


STEPS = (length_of_every_title, other_order_of_entries, index_without_short_prefixes)
FIRST, LAST = len(MIGRATIONS), len(MIGRATIONS) + len(STEPS)


def faults(db: sqlite3.Connection) -> list[str]:
    """Whether the schema is wholly that of the version which the library says it has."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    has_column = any(row[1] == "length" for row in db.execute("PRAGMA table_info(papers)"))
    (order,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_in_order'").fetchone()
    (search,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
    steps = [has_column, "novelty" in order, "prefix='3'" in search]
    found = [] if steps == [version > FIRST + number for number in range(len(STEPS))] else [f"version {version} with steps {steps}"]
    if has_column and db.execute("SELECT count(*) FROM papers WHERE length IS NOT length(title)").fetchone() != (0,):
        found.append("a column is filled in part only")
    return found


def main() -> None:
    """Open and upgrade."""
    database.MIGRATIONS = (*MIGRATIONS, *STEPS)
    try:
        database.connect(Path(sys.argv[1]), write=True).close()
    except database.StoreError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

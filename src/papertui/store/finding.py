"""Search as one types: the newest papers that match, whatever the size of the library."""

from __future__ import annotations

from papertui.domain.edition import FOUND_AT_MOST, Row
from papertui.store.columns import Db
from papertui.store.reading import ROWS, match_of, row_of


def newest_matches(db: Db, words: str) -> list[Row]:
    """The newest papers in which all the words occur (the last one as a beginning), hidden ones included, newest first.

    No more than `FOUND_AT_MOST`: newest first the index gives them at once, where ranking all of them would take a second.
    A paper in several editions stands under its newest date. Nothing is found by a single letter.
    """
    expression = match_of(words) if len(words.strip()) > 1 or not words.isascii() else None
    if expression is None:
        return []
    found = [
        rowid
        for (rowid,) in db.execute("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, FOUND_AT_MOST))
    ]
    rows = db.execute(
        f"{ROWS.format(seen='NULL')} WHERE e.paper IN ({','.join('?' * len(found))})"
        " AND e.date = (SELECT max(g.date) FROM entries g WHERE g.paper = e.paper) ORDER BY e.date DESC, e.paper DESC",
        found,
    )
    return [row_of(columns) for columns in rows]

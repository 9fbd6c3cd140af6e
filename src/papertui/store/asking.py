"""What was asked of sources about each date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from papertui.domain.asked import Asked, joined
from papertui.store.columns import Db, in_chunks, marks_for, time_of, time_text
from papertui.store.database import transaction

_COLUMNS = "source, date, asked_at, via, gave, parts, reason, trouble"


def asked(db: Db, day: date) -> list[Asked]:
    """What each source said of a date, by name; lists that were loaded too."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM days WHERE date = ? ORDER BY source", (day.isoformat(),))
    return [_of(row) for row in rows]


def asked_of(db: Db, source: str, days: Sequence[date]) -> dict[date, Asked]:
    """What one source said of each of these dates, where it was asked."""
    found: dict[date, Asked] = {}
    for start in range(0, len(days), 400):
        some = [day.isoformat() for day in days[start : start + 400]]
        statement = f"SELECT {_COLUMNS} FROM days WHERE source = ? AND date IN ({marks_for(len(some))})"
        found |= {told.date: told for told in map(_of, db.execute(statement, (source, *some)))}
    return found


def add_asked(db: Db, told: Asked) -> None:
    """Keep what came of asking, joined with what was known; `told.at` is when."""
    if told.at is None:
        raise ValueError("an answer has a time")
    with transaction(db):
        after = joined(asked_of(db, told.source, [told.date]).get(told.date), told)
        known = db.execute(
            "SELECT count(*) FROM announcements WHERE source = ? AND date = ?", (told.source, told.date.isoformat())
        ).fetchone()[0]
        at = time_text(told.at)
        # an empty answer after a full one: a feed rebuilt, not a day without papers
        reason = None if known else after.reason
        db.execute(
            "INSERT INTO days(date, source, reason, fetched_at, asked_at, via, gave, parts, trouble) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(date, source) DO UPDATE SET reason = excluded.reason, asked_at = excluded.asked_at, via = excluded.via,"
            " gave = excluded.gave, parts = excluded.parts, trouble = excluded.trouble",
            (told.date.isoformat(), told.source, reason, at, at, after.via, known, " ".join(after.parts), after.trouble),
        )


def announced_before(db: Db, rowids: Sequence[int], source: str, day: date) -> dict[tuple[int, str], date]:
    """The last earlier date at which `source` announced each of these papers, by row number and announce type."""
    found: dict[tuple[int, str], date] = {}
    for chunk in in_chunks(list(rowids)):
        rows = db.execute(
            "SELECT paper, type, max(date) FROM announcements WHERE source = ? AND date < ? AND type IS NOT NULL"
            f" AND paper IN ({marks_for(len(chunk))}) GROUP BY paper, type",
            (source, day.isoformat(), *chunk),
        )
        found |= {(paper, kind): date.fromisoformat(last) for paper, kind, last in rows}
    return found


def last_announced(db: Db, source: str) -> date | None:
    """The newest date under which `source` announced a paper."""
    row = db.execute("SELECT date FROM announcements WHERE source = ? ORDER BY date DESC LIMIT 1", (source,)).fetchone()
    return date.fromisoformat(row[0]) if row else None


def _of(row: tuple[str, str, str | None, str, int | None, str, str | None, str | None]) -> Asked:
    source, day, at, via, gave, parts, reason, trouble = row
    return Asked(source, date.fromisoformat(day), time_of(at), via, gave, tuple(parts.split()), reason, trouble)

"""Looking things up: editions, rows, one paper, a search. Nothing here writes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from papertui.domain.edition import LOCAL, Edition, EditionHead, Row
from papertui.domain.ids import PaperId, paper_of, rowid_of
from papertui.domain.selection import NEWEST, Selection
from papertui.domain.triage import NOTHING
from papertui.store.columns import Db, in_chunks, marks_for, marks_from, number
from papertui.store.preference import Preference

if TYPE_CHECKING:
    from papertui.domain.published import Usage

_SEEN = "(SELECT max(f.date) FROM entries f WHERE f.paper = e.paper AND f.date < e.date)"
ROWS = """
SELECT e.paper, coalesce(p.title_display, p.title), coalesce(p.authors_display, p.authors), p.categories, e.date, e.source, e.type, e.rank,
    e.relevance, e.novelty, s.comment, s.scorer, p.upvotes, e.place, m.read, m.saved, m.hidden, m.note, m.tags,
    {seen}
FROM entries e JOIN papers p ON p.id = e.paper LEFT JOIN scores s ON s.id = e.score LEFT JOIN marks m ON m.paper = e.paper
"""
"""What a list needs of papers in editions, to be followed by WHERE; `{seen}` is where a paper was listed before, or NULL."""


@cache
def _day(text: str) -> dt.date:
    """A stored date; the rows of a day all have the same one."""
    return dt.date.fromisoformat(text)


def row_of(columns: tuple[Any, ...]) -> Row:
    """A row of `ROWS`."""
    (paper, title, authors, categories, day, source, kind, rank, relevance, novelty, comment, scorer, upvotes, place, *marks, seen) = (
        columns
    )
    return Row(
        paper_of(paper), title, tuple(authors.split("\n")) if authors else (), categories.partition("\n")[0], _day(day), source, kind, rank,
        number(relevance), number(novelty), comment or "", scorer, upvotes, NOTHING if marks[0] is None else marks_from(marks),
        seen and _day(seen), place=place,
    )  # fmt: skip


def dates(db: Db) -> list[dt.date]:
    """Every edition's date, newest first."""
    return [dt.date.fromisoformat(day) for (day,) in db.execute("SELECT DISTINCT date FROM days ORDER BY date DESC")]


def newest_date(db: Db) -> dt.date | None:
    """The newest edition's date."""
    (day,) = db.execute("SELECT max(date) FROM days").fetchone()
    return dt.date.fromisoformat(day) if day else None


def heads(db: Db, *, replacements: bool) -> list[EditionHead]:
    """Every edition without its rows, newest first: what a list of days shows."""
    rows = db.execute(
        f"SELECT d.date, group_concat(d.source, char(10)), group_concat({_REASON}, '; '),"
        " (SELECT count(*) FROM entries e WHERE e.date = d.date AND (e.listed OR ?)),"
        " (SELECT count(*) FROM entries e LEFT JOIN marks m ON m.paper = e.paper WHERE e.date = d.date AND (e.listed OR ?)"
        "   AND NOT coalesce(m.read, 0) AND NOT coalesce(m.hidden, 0)),"
        " (SELECT count(*) FROM entries e JOIN marks m ON m.paper = e.paper WHERE e.date = d.date AND m.saved)"
        " FROM days d GROUP BY d.date ORDER BY d.date DESC",
        (replacements, replacements),
    )
    return [
        EditionHead(dt.date.fromisoformat(day), papers, unread, saved, tuple(sorted(sources.split("\n"))), reason)
        for day, sources, reason, papers, unread, saved in rows
    ]


def edition(db: Db, day: dt.date, *, replacements: bool) -> Edition | None:
    """An edition with its rows by score, hidden ones included; None where the library has nothing of that date."""
    told = _told(db, day)
    if not told:
        return None
    rows = tuple(
        map(
            row_of,
            db.execute(
                ROWS.format(seen=_SEEN)
                + " WHERE e.date = ? AND (e.listed OR ?) ORDER BY e.place IS NULL, e.place, e.total DESC, e.relevance DESC, e.paper",
                (day.isoformat(), replacements),
            ),
        )
    )
    head = _head(db, day, told, rows)
    return Edition(head, rows)


def heading(db: Db, day: dt.date) -> EditionHead | None:
    """What is to be said of an edition as a whole, without counting its papers (they are 0 here)."""
    told = _told(db, day)
    return _head(db, day, told, (), young=True) if told else None


def _told(db: Db, day: dt.date) -> list[tuple[str, str | None, str | None]]:
    return db.execute(f"SELECT source, {_REASON}, usage FROM days d WHERE date = ? ORDER BY source", (day.isoformat(),)).fetchall()


_REASON = (
    "nullif(ltrim(coalesce(d.reason, '') || coalesce('; incomplete: ' || d.trouble, '')"
    " || CASE WHEN instr('+' || d.via || '+', '+api+') THEN '; approximate: by submission dates' ELSE '' END, '; '), '')"
)
"""Why a day has no papers, what it lacks, or what it was put together from; NULL where all is well."""


def _head(
    db: Db, day: dt.date, told: Sequence[tuple[str, str | None, str | None]], rows: Sequence[Row], *, young: bool = False
) -> EditionHead:
    visible = [row for row in rows if not row.marks.hidden]
    note = None
    if young or any(row.scorer == LOCAL and row.novelty is None for row in rows):
        found = db.execute("SELECT note FROM runs WHERE date = ? AND scorer = ?", (day.isoformat(), LOCAL)).fetchone()
        note = found[0] if found else None
    reasons = list(dict.fromkeys(reason for _, reason, _ in told if reason))
    return EditionHead(
        day,
        len(rows),
        sum(not row.marks.read for row in visible),
        sum(row.marks.saved for row in rows),
        tuple(source for source, _, _ in told),
        "; ".join(reasons) or None,
        _usage(told),
        bool(rows) and all(row.rank is not None for row in rows),
        note,
        any(source == "list:demo" for source, _, _ in told),
    )


def _usage(told: Sequence[tuple[str, str | None, str | None]]) -> Usage | None:
    known = next((usage for _, _, usage in told if usage), None)
    if known is None:
        return None
    from papertui.store.codec import usage_from  # most editions have none, and need not wait for its imports

    return usage_from(known)


def rows_of(db: Db, selection: Selection, *, replacements: bool) -> list[Row]:
    """The rows of a selection; a paper in several of its editions appears once, under the newest. Where it was seen before is not told."""
    if (selection.is_empty or selection.date == NEWEST) and (newest := newest_date(db)) is not None:
        selection = selection.on(newest)
    where, values = _conditions(selection, replacements)
    statement = f"{ROWS.format(seen='NULL')} WHERE {where}"
    if selection.date is None:
        statement += " AND e.date = (SELECT max(g.date) FROM entries g WHERE g.paper = e.paper AND (g.listed OR ?))"
        values.append(replacements)
    return [row_of(columns) for columns in db.execute(statement, values)]


def _conditions(selection: Selection, replacements: bool) -> tuple[str, list[object]]:
    parts: list[tuple[str, list[object]]] = [("(e.listed OR ?)", [replacements])]
    if selection.date is not None:
        parts.append(("e.date = ?", [selection.date.isoformat()]))
    if selection.since is not None:
        parts.append(("e.date >= ?", [selection.since.isoformat()]))
    if selection.saved:
        parts.append(("m.saved", []))
    if selection.read:
        parts.append(("m.read", []))
    if selection.unread:
        parts.append(("NOT coalesce(m.read, 0)", []))
    if selection.hidden:
        parts.append(("m.hidden", []))
    elif not selection.all:
        parts.append(("NOT coalesce(m.hidden, 0)", []))
    if selection.tag is not None:
        parts.append(("EXISTS (SELECT 1 FROM json_each(m.tags) t WHERE t.value = ?)", [selection.tag]))
    if selection.source is not None:
        parts.append(_source(selection.source))
    if selection.scorer is not None:
        parts.append(
            (
                "EXISTS (SELECT 1 FROM scores c WHERE c.paper = e.paper AND (c.scorer = ? OR c.scorer LIKE ? ESCAPE '\\'))",
                [selection.scorer, _prefix(selection.scorer)],
            )
        )
    if selection.min_relevance is not None:
        parts.append(("e.relevance >= ?", [selection.min_relevance]))
    if selection.min_novelty is not None:
        parts.append(("e.novelty >= ?", [selection.min_novelty]))
    if selection.query is not None:
        expression = match_of(selection.query)
        parts.append(("e.paper IN (SELECT rowid FROM search WHERE search MATCH ?)", [expression]) if expression else ("0", []))
    return " AND ".join(f"({text})" for text, _ in parts), [value for _, values in parts for value in values]


def _prefix(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}:%"


def _source(name: str) -> tuple[str, list[object]]:
    """Announced by that source, or numbered by that archive."""
    announced = "EXISTS (SELECT 1 FROM announcements a WHERE a.paper = e.paper AND (a.source = ? OR a.source LIKE ? ESCAPE '\\'))"
    values: list[object] = [name, _prefix(name)]
    if name == "arxiv":
        return f"e.paper < 10000000000 OR {announced}", values
    if name == "clawrxiv":
        return f"e.paper >= 10000000000 OR {announced}", values
    return announced, values


def match_of(words: str) -> str | None:
    """Words as an FTS5 query; None where they hold nothing to search for."""
    from papertui.domain.search_text import match_expression  # needed for a search only

    return match_expression(words)


def best_matches(db: Db, words: str) -> dict[PaperId, float]:
    """How well papers match a search, lower is better (bm25; a word in the title counts eight times one in the abstract)."""
    expression = match_of(words)
    if expression is None:
        return {}
    rows = db.execute("SELECT rowid, bm25(search, 8.0, 4.0, 1.0, 1.0, 4.0, 4.0, 1.0) FROM search WHERE search MATCH ?", (expression,))
    return {paper_of(rowid): rank for rowid, rank in rows}


def abstracts(db: Db, day: dt.date) -> dict[PaperId, str]:
    """Display abstracts of an edition."""
    rows = db.execute(
        "SELECT p.id, coalesce(p.abstract_display, p.abstract) FROM entries e JOIN papers p ON p.id = e.paper WHERE e.date = ?",
        (day.isoformat(),),
    )
    return {paper_of(rowid): text for rowid, text in rows}


def told_of(db: Db, papers: Iterable[PaperId]) -> dict[PaperId, tuple[list[str], list[str]]]:
    """Categories and affiliations of papers: what else tells one author from another of the same name."""
    found = {}
    for chunk in in_chunks([rowid_of(paper) for paper in papers]):
        statement = f"SELECT id, categories, json_extract(facts, '$.affiliations') FROM papers WHERE id IN ({marks_for(len(chunk))})"
        for rowid, categories, affiliations in db.execute(statement, chunk):
            found[paper_of(rowid)] = (categories.split("\n"), json.loads(affiliations or "[]"))
    return found


def recall(db: Db, key: str) -> str | None:
    """A small fact kept with the library."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def stored_preference(db: Db) -> str:
    """The preference that the entries were made with."""
    row = db.execute("SELECT value FROM meta WHERE key = 'preference'").fetchone()
    return row[0] if row else Preference().text


def count_papers(db: Db) -> int:
    """How many papers the library holds."""
    (count,) = db.execute("SELECT count(*) FROM papers").fetchone()
    return int(count)

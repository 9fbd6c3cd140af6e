"""Papers, their announcements and the editions these make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from papertui.domain.ids import rowid_of
from papertui.domain.merge import merged
from papertui.domain.paper import Announced, Paper, strength
from papertui.domain.published import Usage
from papertui.domain.search_text import extra_text
from papertui.store.codec import PAPER_COLUMNS, facts_of, paper_from, usage_text
from papertui.store.columns import Db, in_chunks, marks_for, time_text
from papertui.store.database import transaction
from papertui.store.index import reindexed
from papertui.store.preference import Preference
from papertui.store.scores import choose_current


class Stored(NamedTuple):
    """What storing a portion of a day changed."""

    papers: int = 0
    """Papers that the library did not know."""
    changed: int = 0
    """Known papers of which it now knows more or newer."""
    entered: int = 0
    """Papers listed in that edition that were not before."""


def add_day(db: Db, day: date, source: str, now: datetime, reason: str | None, usage: Usage | None = None) -> None:
    """Note that `source` said something of `day`, papers or none. What it said last holds; a usage once known stays."""
    with transaction(db):
        db.execute(
            "INSERT INTO days(date, source, reason, usage, fetched_at) VALUES(?, ?, ?, ?, ?) ON CONFLICT(date, source) DO UPDATE SET"
            " reason = excluded.reason, usage = coalesce(excluded.usage, usage), fetched_at = excluded.fetched_at"
            " WHERE reason IS NOT excluded.reason OR (excluded.usage IS NOT NULL AND usage IS NOT excluded.usage)",
            (day.isoformat(), source, reason, usage_text(usage), time_text(now)),
        )


def add_papers(db: Db, announced: Sequence[Announced], preference: Preference, *, first_hand: bool, announce: bool = True) -> Stored:
    """Store papers with their announcements in one transaction; what is known already costs no write.

    `first_hand`: told by the archive that numbers them. Without `announce` only the papers themselves count.
    Portions of at most 100 keep a reader beside this quick.
    """
    papers = {rowid_of(item.paper.id): item.paper for item in announced}
    with transaction(db):
        known = _known(db, list(papers))
        fresh: dict[int, Paper] = {}
        hand: dict[int, bool] = {}
        for rowid, told in papers.items():
            if rowid not in known:
                fresh[rowid], hand[rowid] = told, first_hand
                continue
            before, was_first = known[rowid]
            after = merged(before, told, known_first_hand=was_first, told_first_hand=first_hand)
            if after != before or (first_hand and not was_first):
                fresh[rowid], hand[rowid] = after, was_first or first_hand
        if fresh:
            _write(db, fresh, hand)
        touched = _announce(db, announced) if announce else []
        entered = sum(_enter(db, day, rowid) for day, rowid in touched)
        choose_current(db, list({**dict.fromkeys(rowid for _, rowid in touched), **dict.fromkeys(fresh)}), preference)
    new = len(fresh.keys() - known.keys())
    return Stored(new, len(fresh) - new, entered)


def _known(db: Db, rowids: list[int]) -> dict[int, tuple[Paper, bool]]:
    found = {}
    for chunk in in_chunks(rowids):
        statement = f"SELECT p.first_hand, {PAPER_COLUMNS} FROM papers p WHERE p.id IN ({marks_for(len(chunk))})"
        for first_hand, *columns in db.execute(statement, chunk):
            found[columns[0]] = (paper_from(tuple(columns)), bool(first_hand))
    return found


def _write(db: Db, papers: Mapping[int, Paper], first_hand: Mapping[int, bool]) -> None:
    with reindexed(db, list(papers)):
        db.executemany(
            "INSERT INTO papers(id, version, digest, first_hand, title, title_display, authors, authors_display, categories, upvotes,"
            " facts, extra, abstract_display, abstract) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(id) DO UPDATE SET version = excluded.version, digest = excluded.digest, first_hand = excluded.first_hand,"
            " title = excluded.title, title_display = excluded.title_display, authors = excluded.authors,"
            " authors_display = excluded.authors_display, categories = excluded.categories, upvotes = excluded.upvotes,"
            " facts = excluded.facts, extra = excluded.extra, abstract_display = excluded.abstract_display, abstract = excluded.abstract",
            [_columns(rowid, paper, first_hand[rowid]) for rowid, paper in papers.items()],
        )


def _columns(rowid: int, paper: Paper, first_hand: bool) -> tuple[object, ...]:
    from papertui.domain.tex import to_unicode  # its tables take as long to load as a day's list to read

    title, abstract = to_unicode(paper.title), to_unicode(paper.abstract)
    authors = [to_unicode(name) for name in paper.authors]
    plain_authors, shown_authors = ", ".join(paper.authors), ", ".join(authors)
    extra = extra_text((paper.title, plain_authors, paper.abstract), (title, shown_authors, abstract))
    return (
        rowid, paper.version, paper.digest, int(first_hand),
        paper.title, title if title != paper.title else None,
        "\n".join(paper.authors), "\n".join(authors) if shown_authors != plain_authors else None,
        "\n".join(paper.categories), paper.upvotes, facts_of(paper), extra,
        abstract if abstract != paper.abstract else None, paper.abstract,
    )  # fmt: skip


def _announce(db: Db, announced: Iterable[Announced]) -> list[tuple[str, int]]:
    """Store announcements; the (date, paper) of those that were new or say more."""
    touched: dict[tuple[str, int], None] = {}
    for item in announced:
        told, rowid = item.announcement, rowid_of(item.paper.id)
        known = db.execute(
            "SELECT type, rank FROM announcements WHERE paper = ? AND source = ? AND date = ?", (rowid, told.source, told.date.isoformat())
        ).fetchone()
        moved = (
            known is not None and told.rank is not None and known[1] != told.rank and (known[1] is None or told.source.startswith("list:"))
        )
        if known is None or moved or strength(told.type) < strength(known[0]):
            db.execute(
                "INSERT INTO announcements(paper, source, date, type, rank) VALUES(?, ?, ?, ?, ?)"
                " ON CONFLICT(paper, source, date) DO UPDATE SET type = coalesce(excluded.type, type), rank = coalesce(excluded.rank, rank)",
                (rowid, told.source, told.date.isoformat(), told.type, told.rank),
            )
            touched[(told.date.isoformat(), rowid)] = None
    return list(touched)


def _enter(db: Db, day: str, rowid: int) -> int:
    """Make or mend the edition's entry from the paper's announcements of that date. 1 where it is newly listed."""
    told = db.execute("SELECT source, type, rank FROM announcements WHERE paper = ? AND date = ? ORDER BY source", (rowid, day)).fetchall()
    lists = [row for row in told if row[0].startswith("list:")]
    archives = sorted((row for row in told if not row[0].startswith("list:")), key=lambda row: strength(row[1]))
    listed = int(bool(lists) or not (archives[0][1] or "").startswith("replace"))
    source, kind, _ = (archives or lists)[0]
    rank = min((row[2] for row in lists if row[2] is not None), default=None)
    before = db.execute("SELECT listed FROM entries WHERE date = ? AND paper = ?", (day, rowid)).fetchone()
    db.execute(
        "INSERT INTO entries(date, paper, listed, source, type, rank) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(date, paper) DO UPDATE SET"
        " listed = excluded.listed, source = excluded.source, type = excluded.type, rank = excluded.rank",
        (day, rowid, listed, source, kind, rank),
    )
    return int(listed and not (before and before[0]))


def withdraw(db: Db, source: str, day: date, rowids: Collection[int]) -> None:
    """Take papers out of what `source` announced under a date; papers, scores and marks stay."""
    with transaction(db):
        for rowid in rowids:
            key = (rowid, day.isoformat())
            db.execute("DELETE FROM announcements WHERE paper = ? AND date = ? AND source = ?", (*key, source))
            if db.execute("SELECT 1 FROM announcements WHERE paper = ? AND date = ?", key).fetchone():
                _enter(db, day.isoformat(), rowid)
            else:
                db.execute("DELETE FROM entries WHERE paper = ? AND date = ?", key)


def papers_in(db: Db, day: date, *, replacements: bool) -> list[Paper]:
    """The papers of an edition, in the order of their numbers."""
    statement = (
        f"SELECT {PAPER_COLUMNS} FROM entries e JOIN papers p ON p.id = e.paper WHERE e.date = ? AND (e.listed OR ?) ORDER BY e.paper"
    )
    return [paper_from(row) for row in db.execute(statement, (day.isoformat(), replacements))]


def texts_before(db: Db, day: date, limit: int) -> list[str]:
    """Display titles and abstracts of the newest `limit` papers whose first edition is before `day`: what novelty is measured against."""
    rows = db.execute(
        "SELECT coalesce(p.title_display, p.title), coalesce(p.abstract_display, p.abstract) FROM papers p WHERE p.id IN"
        " (SELECT paper FROM entries GROUP BY paper HAVING min(date) < ? ORDER BY min(date) DESC, paper DESC LIMIT ?) ORDER BY p.id DESC",
        (day.isoformat(), limit),
    )
    return [f"{title}\n{abstract}" for title, abstract in rows]


def announced_by(db: Db, source: str, day: date) -> set[int]:
    """Row numbers of the papers that `source` announced under a date."""
    rows = db.execute("SELECT paper FROM announcements WHERE source = ? AND date = ?", (source, day.isoformat()))
    return {paper for (paper,) in rows}


def newly_listed_before(db: Db, rowids: Sequence[int], source: str, day: date) -> tuple[int, date | None]:
    """How many of these papers `source` announced as new under an earlier date, and the last such date."""
    count, last = 0, ""
    for chunk in in_chunks(list(rowids)):
        found = db.execute(
            "SELECT count(DISTINCT paper), coalesce(max(date), '') FROM announcements WHERE source = ? AND date < ? AND type = 'new'"
            f" AND paper IN ({marks_for(len(chunk))})",
            (source, day.isoformat(), *chunk),
        ).fetchone()
        count, last = count + found[0], max(last, found[1])
    return count, date.fromisoformat(last) if last else None


def remember(db: Db, key: str, value: str) -> None:
    """Keep a small fact."""
    with transaction(db):
        db.execute("INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value))


def has_paper(db: Db, rowid: int) -> bool:
    """Whether the library knows the paper."""
    return db.execute("SELECT 1 FROM papers WHERE id = ?", (rowid,)).fetchone() is not None

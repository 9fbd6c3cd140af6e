"""All that is known of papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from papertui.domain.edition import Detail
from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.score import Score, current
from papertui.store.codec import PAPER_COLUMNS, SCORE_COLUMNS, announcement_from, paper_from, score_from
from papertui.store.columns import Db, in_chunks, marks_for, marks_from
from papertui.store.preference import Preference


def details(db: Db, papers: Iterable[PaperId], preference: Preference, *, on: Mapping[PaperId, dt.date] | None = None) -> list[Detail]:
    """All that is known of papers, in the order asked for; those the library does not know are left out.

    `on` gives the edition a paper is shown in; without it the newest.
    """
    wanted = {rowid_of(paper): paper for paper in papers}
    found: dict[int, Detail] = {}
    for chunk in in_chunks(list(wanted)):
        for detail in _details(db, chunk, preference, on or {}):
            found[rowid_of(detail.paper.id)] = detail
    return [found[rowid] for rowid in wanted if rowid in found]


def _details(db: Db, chunk: list[int], preference: Preference, on: Mapping[PaperId, dt.date]) -> Iterable[Detail]:
    places = marks_for(len(chunk))

    def grouped(statement: str) -> dict[int, list[tuple[object, ...]]]:
        groups: dict[int, list[tuple[object, ...]]] = {}
        for paper, *columns in db.execute(statement, chunk):
            groups.setdefault(paper, []).append(tuple(columns))
        return groups

    announced = grouped(f"SELECT paper, source, date, type, rank FROM announcements WHERE paper IN ({places}) ORDER BY date DESC, source")
    scored = grouped(f"SELECT s.paper, {SCORE_COLUMNS} FROM scores s WHERE s.paper IN ({places}) ORDER BY s.id DESC")
    newest = grouped(f"SELECT paper, max(date) FROM entries WHERE paper IN ({places}) AND listed GROUP BY paper")
    statement = f"""SELECT p.digest, p.title_display, p.abstract_display, p.authors_display, m.read, m.saved, m.hidden, m.note, m.tags,
        {PAPER_COLUMNS} FROM papers p LEFT JOIN marks m ON m.paper = p.id WHERE p.id IN ({places})"""
    for digest, title, abstract, authors, *rest in db.execute(statement, chunk):
        paper = paper_from(tuple(rest[5:]))
        rowid = rest[5]
        announcements = tuple(announcement_from(row) for row in announced.get(rowid, []))
        day = on.get(paper.id) or (dt.date.fromisoformat(str(newest[rowid][0][0])) if rowid in newest else None)
        day = day or (announcements[0].date if announcements else None)
        scores = [score_from(row, digest, preference.recipes) for row in scored.get(rowid, [])]
        best = current(scores, day, preference.prefer)
        scores.sort(key=lambda score: score is not best)
        yield Detail(
            paper,
            title or paper.title,
            abstract or paper.abstract,
            tuple(authors.split("\n")) if authors else paper.authors,
            day,
            announcements,
            tuple(scores),
            best,
            marks_from(tuple(rest[:5])),
            None if best else _why_unscored(db, rowid, day),
            _cost(db, best, day),
        )


def _cost(db: Db, score: Score | None, day: dt.date | None) -> float | None:
    if score is None or day is None or not score.scorer.startswith("llm:"):
        return None
    paid, papers = db.execute(
        "SELECT sum(usd), sum(papers) FROM spending WHERE date = ? AND scorer = ? AND kind = 'score' AND usd IS NOT NULL",
        (day.isoformat(), score.scorer),
    ).fetchone()
    return paid / papers if papers else None


def _why_unscored(db: Db, rowid: int, day: dt.date | None) -> str:
    told = db.execute(
        "SELECT o.reason FROM outcomes o JOIN papers p ON p.id = o.paper AND p.digest = o.paper_digest WHERE o.paper = ? AND o.reason <> ''"
        " ORDER BY o.at DESC LIMIT 1",
        (rowid,),
    ).fetchone()
    if told:
        return str(told[0])
    if day is not None:
        run = db.execute("SELECT scorer FROM runs WHERE date = ?", (day.isoformat(),)).fetchone()
        listed = db.execute("SELECT listed FROM entries WHERE date = ? AND paper = ?", (day.isoformat(), rowid)).fetchone()
        if listed and not listed[0]:
            return "a replacement: scored only where sources.show_replacements is on"
        if run:
            return f"added after {run[0]} had scored this edition; run papertui score"
    return "not scored yet: papertui score does it, r in the reader"

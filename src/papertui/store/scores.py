"""Scores, and the current one in every edition's entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.score import Score, current
from papertui.store.codec import SCORE_COLUMNS, score_from
from papertui.store.columns import Db, in_chunks, marks_for, time_text
from papertui.store.database import transaction
from papertui.store.index import reindexed
from papertui.store.preference import Preference
from papertui.store.reading import stored_preference


def add_scores(db: Db, scores: Sequence[tuple[PaperId, Score]], preference: Preference) -> int:
    """`put_scores` in a transaction of its own."""
    with transaction(db):
        return put_scores(db, scores, preference)


def put_scores(db: Db, scores: Sequence[tuple[PaperId, Score]], preference: Preference) -> int:
    """Store scores and bring their papers' entries up to date; how many were new or said something else. Inside a transaction.

    A score is known by paper, scorer, recipe, paper digest and (for lists) date; the same again changes nothing.
    """
    changed = []
    for paper, score in scores:
        rowid, key = rowid_of(paper), _key(score)
        row = db.execute(
            "SELECT relevance, novelty, comment, model FROM scores WHERE paper = ? AND scorer = ? AND recipe = ? AND paper_digest = ?"
            " AND listed = ?",
            (rowid, *key),
        ).fetchone()
        if row != (score.relevance, score.novelty, score.comment, score.model):
            changed.append((rowid, key, score))
    rowids = list({rowid: None for rowid, _, _ in changed})
    with reindexed(db, rowids):
        for rowid, key, score in changed:
            db.execute(
                "INSERT INTO scores(paper, scorer, recipe, paper_digest, listed, model, relevance, novelty, comment, scored_at)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(paper, scorer, recipe, paper_digest, listed) DO UPDATE SET"
                " model = excluded.model, relevance = excluded.relevance, novelty = excluded.novelty, comment = excluded.comment,"
                " scored_at = excluded.scored_at",
                (
                    rowid,
                    *key,
                    score.model,
                    score.relevance,
                    score.novelty,
                    score.comment,
                    time_text(score.scored_at) if score.scored_at else None,
                ),
            )
    choose_current(db, rowids, preference)
    return len(changed)


def _key(score: Score) -> tuple[str, str, str, str]:
    return score.scorer, score.recipe or "", score.paper_digest, score.listed.isoformat() if score.listed else ""


def refresh(db: Db, rowids: Iterable[int], preference: Preference) -> None:
    """Choose the current score anew for these papers, in every edition that holds them."""
    for chunk in in_chunks(list(rowids), 100):
        with transaction(db):
            choose_current(db, chunk, preference)


def choose_current(db: Db, rowids: Sequence[int], preference: Preference) -> None:
    """Bring the entries of these papers up to date with their scores. Inside a transaction."""
    for chunk in in_chunks(list(rowids)):
        places = marks_for(len(chunk))
        scores: dict[int, list[tuple[int, Score]]] = {}
        statement = (
            f"SELECT s.id, s.paper, p.digest, {SCORE_COLUMNS} FROM scores s JOIN papers p ON p.id = s.paper WHERE s.paper IN ({places})"
        )
        for number, paper, digest, *columns in db.execute(statement, chunk):
            scores.setdefault(paper, []).append((number, score_from(tuple(columns), digest, preference.recipes)))
        entries = db.execute(f"SELECT date, paper, score, relevance, novelty FROM entries WHERE paper IN ({places})", chunk).fetchall()
        for day, paper, *before in entries:
            known = scores.get(paper, [])
            best = current([score for _, score in known], date.fromisoformat(day), preference.prefer)
            number = next((number for number, score in known if score is best), None)
            now = [number, best.relevance, best.novelty] if best else [None, None, None]
            if now != before:
                db.execute(
                    "UPDATE entries SET score = ?, relevance = ?, novelty = ?, total = ? WHERE date = ? AND paper = ?",
                    (*now, best.total if best else None, day, paper),
                )


def refresh_all(db: Db, preference: Preference) -> None:
    """Where the preference is another than the library's, choose anew what it bears upon (about a second per 30,000 papers).

    Another recipe makes scores of its own scorer stale or fresh, and nothing else.
    """
    stored = stored_preference(db)
    if stored == preference.text:
        return
    kinds = preference.changed_since(stored)
    every = "SELECT DISTINCT paper FROM scores"
    if kinds is None:
        papers = db.execute(every)
    else:
        papers = db.execute(f"{every} WHERE {' OR '.join('scorer = ? OR scorer GLOB ?' for _ in kinds) or '0'}",
                            [text for kind in kinds for text in (kind, f"{kind}:*")])  # fmt: skip
    refresh(db, [paper for (paper,) in papers.fetchall()], preference)
    with transaction(db):
        db.execute(
            "INSERT INTO meta(key, value) VALUES('preference', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (preference.text,)
        )


def unscored(db: Db, day: date, scorer: str, recipe: str, *, replacements: bool) -> set[int]:
    """Papers of an edition without an up-to-date score by `scorer` (its recipe being `recipe`)."""
    rows = db.execute(
        "SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper WHERE e.date = ? AND (e.listed OR ?) AND NOT EXISTS"
        " (SELECT 1 FROM scores s WHERE s.paper = e.paper AND s.scorer = ? AND s.recipe = ? AND s.paper_digest = p.digest)",
        (day.isoformat(), replacements, scorer, recipe),
    )
    return {paper for (paper,) in rows}


def scored_by(db: Db, scorer: str, listed: date) -> set[int]:
    """Row numbers of the papers that a list scored under a date."""
    rows = db.execute("SELECT paper FROM scores WHERE scorer = ? AND listed = ? AND listed <> ''", (scorer, listed.isoformat()))
    return {paper for (paper,) in rows}


def fill_models(db: Db, scorer: str, listed: date, models: Mapping[int, str]) -> None:
    """Name the model of a list's scores where it is unknown yet."""
    with transaction(db):
        db.executemany(
            "UPDATE scores SET model = ? WHERE scorer = ? AND listed = ? AND paper = ? AND model IS NULL AND listed <> ''",
            [(model, scorer, listed.isoformat(), paper) for paper, model in models.items()],
        )


def has_run(db: Db, day: date, scorer: str) -> bool:
    """Whether a scorer has finished with an edition and said so."""
    return db.execute("SELECT 1 FROM runs WHERE date = ? AND scorer = ?", (day.isoformat(), scorer)).fetchone() is not None


def add_run(db: Db, day: date, scorer: str, note: str | None, now: datetime) -> None:
    """Note what a scorer said of an edition as a whole."""
    with transaction(db):
        db.execute(
            "INSERT INTO runs(date, scorer, note, at) VALUES(?, ?, ?, ?)"
            " ON CONFLICT(date, scorer) DO UPDATE SET note = excluded.note, at = excluded.at",
            (day.isoformat(), scorer, note, time_text(now)),
        )

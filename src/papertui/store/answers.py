"""What models answered and what it cost: kept with the scores, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from papertui.domain.answer import Answer, Judged, Run, Tokens
from papertui.domain.ids import PaperId, paper_of, rowid_of
from papertui.store.columns import Db, in_chunks, marks_for, time_text
from papertui.store.database import transaction
from papertui.store.preference import Preference
from papertui.store.scores import put_scores


def add_answer(db: Db, answer: Answer, run: Run, day: date | None, now: datetime, preference: Preference) -> int:
    """Keep an answer in one transaction; how many scores said something new."""
    at = time_text(now)
    with transaction(db):
        changed = put_scores(db, answer.scores, preference)
        db.executemany(
            "INSERT OR REPLACE INTO judgements(paper, scorer, recipe, paper_digest, pass, relevance, novelty, comment, at)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (rowid_of(each.paper), run.scorer, run.recipe, each.digest, each.number, each.relevance, each.novelty, each.comment, at)
                for each in answer.judged
            ],
        )
        db.executemany(
            "INSERT OR REPLACE INTO outcomes(paper, scorer, recipe, paper_digest, kind, reason, final, at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (rowid_of(each.paper), run.scorer, run.recipe, each.digest, each.kind, each.reason, each.is_final, at)
                for each in answer.outcomes
            ],
        )
        if spent := answer.spent:
            tokens = spent.tokens or Tokens()
            db.execute(
                "INSERT INTO spending(run, at, date, scorer, host, kind, papers, chars, counted, prompt, cached, cache_writes, completion,"
                " reasoning, usd) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.id, at, day.isoformat() if day else None, run.scorer, run.host, spent.kind, spent.papers, spent.chars,
                    spent.tokens is not None, *tokens, spent.usd,
                ),
            )  # fmt: skip
    return changed


def kept_titles(db: Db, run: Run, rowids: Iterable[int]) -> set[PaperId]:
    """Papers whose title has passed the first look of this recipe."""
    found: set[PaperId] = set()
    for chunk in in_chunks(list(rowids)):
        found.update(
            paper_of(paper)
            for (paper,) in db.execute(
                "SELECT o.paper FROM outcomes o JOIN papers p ON p.id = o.paper AND p.digest = o.paper_digest"
                f" WHERE o.scorer = ? AND o.recipe = ? AND o.kind <> 'screened' AND o.paper IN ({marks_for(len(chunk))})",
                (run.scorer, run.recipe, *chunk),
            )
        )
    return found


def judged(db: Db, run: Run, rowids: Iterable[int]) -> dict[PaperId, list[Judged]]:
    """What the passes of this recipe have said of papers as they are now."""
    found: dict[PaperId, list[Judged]] = {}
    for chunk in in_chunks(list(rowids)):
        for paper, *rest in db.execute(
            "SELECT j.paper, j.paper_digest, j.pass, j.relevance, j.novelty, j.comment FROM judgements j"
            " JOIN papers p ON p.id = j.paper AND p.digest = j.paper_digest"
            f" WHERE j.scorer = ? AND j.recipe = ? AND j.paper IN ({marks_for(len(chunk))}) ORDER BY j.pass",
            (run.scorer, run.recipe, *chunk),
        ):
            found.setdefault(paper_of(paper), []).append(Judged(paper_of(paper), *rest))
    return found


def wanting(db: Db, day: date, run: Run, passes: int, *, replacements: bool) -> set[int]:
    """Papers of an edition that this recipe has to be asked for: without a score or with fewer passes than wanted, and not given up."""
    rows = db.execute(
        "SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper WHERE e.date = :day AND (e.listed OR :replacements)"
        " AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.paper = e.paper AND o.scorer = :scorer AND o.recipe = :recipe"
        "   AND o.paper_digest = p.digest AND o.final)"
        " AND (NOT EXISTS (SELECT 1 FROM scores s WHERE s.paper = e.paper AND s.scorer = :scorer AND s.recipe = :recipe"
        "   AND s.paper_digest = p.digest)"
        "  OR (:passes > 1 AND (SELECT count(*) FROM judgements j WHERE j.paper = e.paper AND j.scorer = :scorer"
        "   AND j.recipe = :recipe AND j.paper_digest = p.digest AND j.pass < :passes) < :passes))",
        {"day": day.isoformat(), "replacements": replacements, "scorer": run.scorer, "recipe": run.recipe, "passes": passes},
    )
    return {paper for (paper,) in rows}


def forget(db: Db, run: Run, rowids: Iterable[int]) -> None:
    """Before a paper is scored again on purpose: what the passes said and why it was given up."""
    for chunk in in_chunks(list(rowids)):
        with transaction(db):
            for table in ("judgements", "outcomes"):
                db.execute(
                    f"DELETE FROM {table} WHERE scorer = ? AND recipe = ? AND paper IN ({marks_for(len(chunk))})",
                    (run.scorer, run.recipe, *chunk),
                )


def experience(db: Db, scorer: str, host: str) -> tuple[int, int, int, int]:
    """Characters and tokens of prompts, papers and tokens of answers, of the newest 200 requests that were counted."""
    row = db.execute(
        "SELECT coalesce(sum(chars), 0), coalesce(sum(prompt), 0), coalesce(sum(papers), 0), coalesce(sum(completion), 0) FROM"
        " (SELECT * FROM spending WHERE scorer = ? AND host = ? AND counted AND kind = 'score' ORDER BY id DESC LIMIT 200)",
        (scorer, host),
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2]), int(row[3]))


def set_order(db: Db, day: date, papers: Sequence[PaperId]) -> None:
    """The strict order of an edition's best, in place of an earlier one."""
    with transaction(db):
        db.execute("UPDATE entries SET place = NULL WHERE date = ? AND place IS NOT NULL", (day.isoformat(),))
        db.executemany(
            "UPDATE entries SET place = ? WHERE date = ? AND paper = ?",
            [(place, day.isoformat(), rowid_of(paper)) for place, paper in enumerate(papers, 1)],
        )


def ordered(db: Db, day: date) -> list[PaperId]:
    """The strict order of an edition's best, as far as there is one."""
    rows = db.execute("SELECT paper FROM entries WHERE date = ? AND place IS NOT NULL ORDER BY place", (day.isoformat(),))
    return [paper_of(paper) for (paper,) in rows]


class Spending(NamedTuple):
    """What a group of requests used."""

    name: str
    """A run's beginning (UTC), a day, or a scorer."""
    scorer: str
    requests: int
    papers: int
    uncounted: int
    """Requests whose tokens the server did not count."""
    tokens: Tokens
    usd: float | None
    """Of what was counted and has a price; None where nothing has."""
    editions: str
    """Dates, the first and the last."""


_GROUPS: Mapping[str, str] = {"run": "run", "day": "substr(at, 1, 10)", "model": "scorer"}


def spending(db: Db, by: str, since: date | None = None) -> list[Spending]:
    """Requests by `run`, `day` (UTC) or `model`, newest first."""
    group = _GROUPS[by]
    name = "min(at)" if by == "run" else group
    rows = db.execute(
        f"SELECT {name}, group_concat(DISTINCT scorer), count(*), sum(CASE kind WHEN 'score' THEN papers ELSE 0 END), sum(NOT counted), sum(prompt),"
        " sum(cached), sum(cache_writes), sum(completion), sum(reasoning), sum(usd), min(date), max(date)"
        f" FROM spending WHERE at >= ? GROUP BY {group} ORDER BY max(id) DESC",
        (since.isoformat() if since else "",),
    )
    return [
        Spending(
            name, scorer, requests, papers, uncounted, Tokens(*tokens[:5]), tokens[5],
            "" if tokens[6] is None else tokens[6] if tokens[6] == tokens[7] else f"{tokens[6]} to {tokens[7]}",
        )
        for name, scorer, requests, papers, uncounted, *tokens in rows
    ]  # fmt: skip


def asked_about(db: Db) -> list[str]:
    """Dates of the editions that models were asked about."""
    return [day for (day,) in db.execute("SELECT DISTINCT date FROM spending WHERE date IS NOT NULL ORDER BY date DESC")]


class Totals(NamedTuple):
    """An edition as a model left it."""

    papers: int
    screened: int
    scored: int
    relevant: int
    """Scored papers at or above the profile's cut-offs."""


def totals(db: Db, day: date, scorer: str, recipe: str, min_relevance: float, min_novelty: float, *, replacements: bool) -> Totals:
    """What became of an edition's papers."""
    row = db.execute(
        "SELECT count(*), sum(o.kind = 'screened'), count(s.id), sum(s.relevance >= :relevance AND s.novelty >= :novelty)"
        " FROM entries e JOIN papers p ON p.id = e.paper"
        " LEFT JOIN scores s ON s.paper = e.paper AND s.scorer = :scorer AND s.recipe = :recipe AND s.paper_digest = p.digest AND s.listed = ''"
        " LEFT JOIN outcomes o ON o.paper = e.paper AND o.scorer = :scorer AND o.recipe = :recipe AND o.paper_digest = p.digest"
        " WHERE e.date = :day AND (e.listed OR :replacements)",
        {
            "day": day.isoformat(), "scorer": scorer, "recipe": recipe, "relevance": min_relevance, "novelty": min_novelty,
            "replacements": replacements,
        },
    ).fetchone()  # fmt: skip
    return Totals(*(value or 0 for value in row))

"""Batches that a provider works on: what each of their requests means, and which answers are stored already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from papertui.domain.answer import Answer, Run
from papertui.domain.ids import paper_of, rowid_of
from papertui.domain.upload import COLLECTED, Sent, Upload
from papertui.store.answers import add_answer
from papertui.store.columns import Db, dump, in_chunks, marks_for, time_of, time_text
from papertui.store.database import transaction
from papertui.store.preference import Preference

_SENT = "id, date, pass, passes, chars, papers"


def begin(db: Db, upload: Upload) -> None:
    """Note that an upload is on its way, before the provider knows of it."""
    run = upload.run
    with transaction(db):
        db.execute(
            "INSERT INTO uploads(id, batch, at, scorer, recipe, host, state) VALUES(?, ?, ?, ?, ?, ?, ?)",
            (run.id, upload.batch, time_text(upload.at), run.scorer, run.recipe, run.host, upload.state),
        )


def add_requests(db: Db, upload: str, sent: Sequence[Sent]) -> None:
    """Note what requests of an upload mean: a portion."""
    with transaction(db):
        db.executemany(
            f"INSERT INTO upload_requests(upload, {_SENT}, collected) VALUES(?, ?, ?, ?, ?, ?, ?, 0)",
            [
                (
                    upload, each.id, each.day.isoformat() if each.day else None, each.number, each.passes, each.chars,
                    dump([[name, rowid_of(paper), digest] for name, (paper, digest) in each.papers.items()]),
                )
                for each in sent
            ],
        )  # fmt: skip


def set_state(db: Db, upload: str, state: str, batch: str | None = None, at: datetime | None = None) -> None:
    """Note how far an upload is, and, where they are given, the provider's name for it and when it was sent."""
    with transaction(db):
        db.execute(
            "UPDATE uploads SET state = ?, batch = coalesce(?, batch), at = coalesce(?, at) WHERE id = ?",
            (state, batch, time_text(at) if at else None, upload),
        )


def open_uploads(db: Db) -> list[Upload]:
    """Uploads that are not collected, of every model and server, oldest first."""
    rows = db.execute("SELECT id, scorer, recipe, host, at, state, batch FROM uploads WHERE state <> ? ORDER BY at, id", (COLLECTED,))
    return [Upload(Run(*run), time_of(at) or datetime.min, state, batch) for *run, at, state, batch in rows]


def on_the_way(db: Db, scorer: str, recipe: str, since: datetime) -> set[tuple[int, str, int]]:
    """(row number, digest, pass) of all that was sent and has no answer yet, in uploads made since then."""
    rows = db.execute(
        "SELECT r.pass, r.papers FROM upload_requests r JOIN uploads u ON u.id = r.upload"
        " WHERE NOT r.collected AND u.state <> ? AND u.scorer = ? AND u.recipe = ? AND u.at >= ?",
        (COLLECTED, scorer, recipe, time_text(since)),
    )
    return {(paper, digest, number) for number, papers in rows for _, paper, digest in json.loads(papers)}


def _sent(row: Sequence[Any]) -> Sent:
    name, day, number, passes, chars, papers = row
    meant = {local: (paper_of(paper), digest) for local, paper, digest in json.loads(papers)}
    return Sent(name, date.fromisoformat(day) if day else None, number, passes, chars, meant)


def sent_as(db: Db, upload: str, name: str) -> Sent | None:
    """The request of this name; None where there is none, or its answer is stored already."""
    row = db.execute(f"SELECT {_SENT} FROM upload_requests WHERE upload = ? AND id = ? AND NOT collected", (upload, name)).fetchone()
    return _sent(row) if row else None


def unanswered(db: Db, upload: str) -> int:
    """How many papers have no answer yet."""
    row = db.execute(
        "SELECT coalesce(sum(json_array_length(papers)), 0) FROM upload_requests WHERE upload = ? AND NOT collected", (upload,)
    ).fetchone()
    return int(row[0])


def take(db: Db, upload: str, name: str, answer: Answer, run: Run, day: date | None, now: datetime, preference: Preference) -> bool:
    """Store what a request brought, once: answer and note of it in one transaction. False where it is stored already."""
    with transaction(db):
        noted = db.execute("UPDATE upload_requests SET collected = 1 WHERE upload = ? AND id = ? AND NOT collected", (upload, name))
        if not noted.rowcount:
            return False
        add_answer(db, answer, run, day, now, preference)
    return True


def finish(db: Db, upload: str) -> None:
    """Nothing more is to be had of an upload: what has no answer is asked for again."""
    with transaction(db):
        db.execute("DELETE FROM upload_requests WHERE upload = ?", (upload,))
        db.execute("UPDATE uploads SET state = ? WHERE id = ?", (COLLECTED, upload))


def drop(db: Db, upload: str) -> None:
    """Forget an upload that never came to be."""
    with transaction(db):
        db.execute("DELETE FROM upload_requests WHERE upload = ?", (upload,))
        db.execute("DELETE FROM uploads WHERE id = ?", (upload,))


def left_out(db: Db, run: Run, rowids: Iterable[int]) -> set[int]:
    """Papers that an earlier answer left out for a reason that may be another paper's: they are asked for alone."""
    found: set[int] = set()
    for chunk in in_chunks(list(rowids)):
        found.update(
            paper
            for (paper,) in db.execute(
                "SELECT o.paper FROM outcomes o JOIN papers p ON p.id = o.paper AND p.digest = o.paper_digest"
                f" WHERE o.scorer = ? AND o.recipe = ? AND o.kind = 'missing' AND o.paper IN ({marks_for(len(chunk))})",
                (run.scorer, run.recipe, *chunk),
            )
        )
    return found

"""Values to columns and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from papertui.domain.ids import paper_of
from papertui.domain.paper import Announcement, Paper
from papertui.domain.published import Usage
from papertui.domain.score import Score
from papertui.domain.triage import Marks

_PLAIN_FACTS = (
    "author_comment", "journal_ref", "doi", "license", "withdrawn", "comments_count", "submitter", "organization", "ai_summary",
    "html_url", "code_url", "code_stars", "project_url",
)  # fmt: skip
_LIST_FACTS = ("affiliations", "human_authors", "keywords", "source_tags")


def dump(value: object) -> str:
    """JSON as stored: compact, letters as they are, so that the index reads words in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def time_text(moment: datetime) -> str:
    """A UTC time, always of one length, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str | None) -> datetime | None:
    """Inverse of `time_text`."""
    return datetime.fromisoformat(text) if text else None


def facts_of(paper: Paper) -> str:
    """The fields of a paper that have no column, as a JSON object of the known ones."""
    facts: dict[str, object] = {name: value for name in _PLAIN_FACTS if (value := getattr(paper, name)) not in (None, False)}
    facts |= {name: list(value) for name in _LIST_FACTS if (value := getattr(paper, name))}
    if paper.published is not None:
        facts["published"] = paper.published.astimezone(UTC).isoformat()
    return dump(facts)


PAPER_COLUMNS = "p.id, p.version, p.title, p.abstract, p.authors, p.categories, p.upvotes, p.facts"


def paper_from(row: tuple[Any, ...]) -> Paper:
    """A paper from PAPER_COLUMNS."""
    rowid, version, title, abstract, authors, categories, upvotes, facts_text = row
    facts: dict[str, Any] = json.loads(facts_text)
    for name in _LIST_FACTS:
        if name in facts:
            facts[name] = tuple(facts[name])
    if "published" in facts:
        facts["published"] = datetime.fromisoformat(facts["published"])
    return Paper(
        paper_of(rowid),
        title,
        abstract,
        tuple(json.loads(authors)),
        version=version,
        categories=tuple(categories.split("\n")) if categories else (),
        upvotes=upvotes,
        **facts,
    )


def announcement_from(row: tuple[Any, ...]) -> Announcement:
    """An announcement from (source, date, type, rank)."""
    source, day, kind, rank = row
    return Announcement(source, date.fromisoformat(day), kind, rank)


SCORE_COLUMNS = "s.scorer, s.relevance, s.novelty, s.comment, s.model, s.scored_at, s.recipe, s.paper_digest, s.listed"


def number(value: float | None) -> float | None:
    """A stored grade: whole ones as int, so that they print as 8 and not 8.0."""
    return int(value) if value is not None and value == int(value) else value


def score_from(row: tuple[Any, ...], digest: str, recipes: Mapping[str, str]) -> Score:
    """A score from SCORE_COLUMNS; stale where the paper (`digest` now) or its scorer's recipe (`recipes`, by kind) changed."""
    scorer, relevance, novelty, comment, model, scored_at, recipe, scored_digest, listed = row
    now = recipes.get(scorer.partition(":")[0])
    stale = bool(scored_digest and scored_digest != digest) or bool(recipe and now and recipe != now)
    return Score(
        scorer, number(relevance), number(novelty), comment, model, time_of(scored_at), recipe or None, scored_digest,
        date.fromisoformat(listed) if listed else None, stale,
    )  # fmt: skip


def marks_from(row: tuple[Any, ...]) -> Marks:
    """Marks from (read, saved, hidden, note, tags), all None where the paper has none."""
    read, saved, hidden, note, tags = row
    if read is None:
        return Marks()
    return Marks(bool(read), bool(saved), bool(hidden), note, tuple(json.loads(tags)) if tags != "[]" else ())


def usage_text(usage: Usage | None) -> str | None:
    """A list's usage as stored."""
    if usage is None:
        return None
    return dump({name: value for name in usage.__slots__ if (value := getattr(usage, name)) is not None})


def usage_from(text: str | None) -> Usage | None:
    """Inverse of `usage_text`."""
    return Usage(**json.loads(text)) if text else None


def in_chunks(items: list[int], size: int = 400) -> list[list[int]]:
    """Row numbers in portions that fit one statement."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def marks_for(count: int) -> str:
    """Placeholders for `count` values."""
    return ",".join("?" * count)


Db = sqlite3.Connection

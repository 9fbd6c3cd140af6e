"""Values to columns and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from papertui.domain.ids import paper_of
from papertui.domain.paper import Announcement, Paper
from papertui.domain.score import Score
from papertui.store.columns import dump, number, time_of

if TYPE_CHECKING:
    from papertui.domain.published import Usage

_PLAIN_FACTS = (
    "author_comment", "journal_ref", "doi", "license", "withdrawn", "comments_count", "submitter", "organization", "ai_summary",
    "html_url", "code_url", "code_stars", "project_url", "exact_names",
)  # fmt: skip
_LIST_FACTS = ("affiliations", "human_authors", "keywords", "source_tags")


def facts_of(paper: Paper) -> str:
    """The fields of a paper that have no column, as a JSON object of the known ones."""
    facts: dict[str, object] = {name: value for name in _PLAIN_FACTS if (value := getattr(paper, name)) not in (None, False)}
    facts |= {name: list(value) for name in _LIST_FACTS if (value := getattr(paper, name))}
    if paper.published is not None:
        facts["published"] = paper.published.astimezone(UTC).isoformat()
    return dump(facts)


PAPER_COLUMNS = "p.id, p.version, p.title, p.abstract, p.authors, p.categories, p.upvotes, p.facts"


def paper_from(row: tuple[Any, ...]) -> Paper:
    """A paper from PAPER_COLUMNS. ValueError where the row was never written like that."""
    rowid, version, title, abstract, authors, categories, upvotes, facts_text = row
    facts: dict[str, Any] = json.loads(facts_text)
    for name in _LIST_FACTS:
        if name in facts:
            facts[name] = tuple(facts[name])
    if "published" in facts:
        facts["published"] = datetime.fromisoformat(facts["published"])
    try:
        return Paper(
            paper_of(rowid),
            title,
            abstract,
            tuple(authors.split("\n")) if authors else (),
            version=version,
            categories=tuple(categories.split("\n")) if categories else (),
            upvotes=upvotes,
            **facts,
        )
    except TypeError as error:  # a fact of no known name
        raise ValueError(str(error)) from error


def announcement_from(row: tuple[Any, ...]) -> Announcement:
    """An announcement from (source, date, type, rank)."""
    source, day, kind, rank = row
    return Announcement(source, date.fromisoformat(day), kind, rank)


SCORE_COLUMNS = "s.scorer, s.relevance, s.novelty, s.comment, s.model, s.scored_at, s.recipe, s.paper_digest, s.listed"


def score_from(row: tuple[Any, ...], digest: str, recipes: Mapping[str, str]) -> Score:
    """A score from SCORE_COLUMNS; stale where the paper (`digest` now) or its scorer's recipe (`recipes`, by kind) changed."""
    scorer, relevance, novelty, comment, model, scored_at, recipe, scored_digest, listed = row
    now = recipes.get(scorer.partition(":")[0])
    stale = bool(scored_digest and scored_digest != digest) or bool(recipe and now and recipe != now)
    return Score(
        scorer, number(relevance), number(novelty), comment, model, time_of(scored_at), recipe or None, scored_digest,
        date.fromisoformat(listed) if listed else None, stale,
    )  # fmt: skip


def usage_text(usage: Usage | None) -> str | None:
    """A list's usage as stored."""
    if usage is None:
        return None
    return dump({name: value for name in usage.__slots__ if (value := getattr(usage, name)) is not None})


def usage_from(text: str | None) -> Usage | None:
    """Inverse of `usage_text`."""
    from papertui.domain.published import Usage

    return Usage(**json.loads(text)) if text else None

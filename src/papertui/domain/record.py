"""A paper as JSON: the record that `list`, `show`, `search` and `export --format jsonl` print (schema_version 1)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papertui.domain.edition import Detail
    from papertui.domain.score import Score

SCHEMA_VERSION = 1


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _score(score: Score) -> dict[str, Any]:
    return {
        "scorer": score.scorer,
        "model": score.model,
        "relevance": score.relevance,
        "novelty": score.novelty,
        "comment": score.comment,
        "scored_at": _time(score.scored_at),
        "recipe": score.recipe,
        "stale": score.stale,
    }


def record(detail: Detail) -> dict[str, Any]:
    """The record of one paper. Unknown is None or an empty list, never a made-up value."""
    paper, best, marks = detail.paper, detail.current, detail.marks
    total = best.total if best else None
    return {
        "schema_version": SCHEMA_VERSION,
        "id": str(paper.id),
        "source": paper.id.archive,
        "version": paper.version,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "human_authors": None if paper.human_authors is None else list(paper.human_authors),
        "categories": list(paper.categories),
        "primary_category": paper.primary_category,
        "date": detail.date.isoformat() if detail.date else None,
        "published": _time(paper.published),
        "announcements": [
            {"source": told.source, "date": told.date.isoformat(), "type": told.type, "rank": told.rank} for told in detail.announcements
        ],
        "relevance": best.relevance if best else None,
        "novelty": best.novelty if best else None,
        "score": int(total) if total is not None and total == int(total) else total,
        "comment": best.comment if best else None,
        "scorer": best.scorer if best else None,
        "model": best.model if best else None,
        "scored_at": _time(best.scored_at) if best else None,
        "stale": best.stale if best else False,
        "unscored_reason": detail.unscored_reason,
        "scores": [_score(score) for score in detail.scores],
        "personal": None,
        "chance": None,
        "reasons": [],
        "read": marks.read,
        "saved": marks.saved,
        "hidden": marks.hidden,
        "followed": bool(detail.followed),
        "tags": list(marks.tags),
        "note": marks.note,
        "upvotes": paper.upvotes,
        "comments_count": paper.comments_count,
        "submitter": paper.submitter,
        "organization": paper.organization,
        "ai_summary": paper.ai_summary,
        "keywords": list(paper.keywords),
        "source_tags": list(paper.source_tags),
        "author_comment": paper.author_comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "withdrawn": paper.withdrawn,
        "duplicates": [],
        "abs_url": paper.abs_url,
        "pdf_url": paper.pdf_url,
        "html_url": paper.html_url,
        "code_url": paper.code_url,
        "code_stars": paper.code_stars,
        "project_url": paper.project_url,
    }

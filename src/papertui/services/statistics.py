"""`stats`: what the library holds, and what models have cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from papertui.services.session import Session

if TYPE_CHECKING:
    from papertui.domain.edition import EditionHead
    from papertui.store.answers import Spending

SHOWN = 12
"""Rows of each table."""


def statistics(session: Session) -> dict[str, Any]:
    """Numbers for `stats --format json`."""
    with session.library() as library:
        heads = library.heads(replacements=session.settings.show_replacements)
        spent = {by: [_row(each) for each in library.spending(by)] for by in ("run", "day", "model")}
        papers = library.count_papers()
    return {
        "schema_version": 1,
        "papers": papers,
        "editions": len(heads),
        "newest": heads[0].date.isoformat() if heads else None,
        "saved": sum(head.saved for head in heads),
        "days": [_day(head) for head in heads],
        "spending": {"runs": spent["run"], "days": spent["day"], "models": spent["model"]},
    }


def _day(head: EditionHead) -> dict[str, Any]:
    return {
        "date": head.date.isoformat(), "papers": head.papers, "unread": head.unread, "saved": head.saved, "sources": list(head.sources),
        "reason": head.reason,
    }  # fmt: skip


def _row(each: Spending) -> dict[str, Any]:
    tokens = each.tokens
    return {
        "name": each.name, "scorer": each.scorer, "editions": each.editions, "requests": each.requests, "papers": each.papers,
        "requests_without_count": each.uncounted, "prompt_tokens": tokens.prompt, "cached_tokens": tokens.cached,
        "cache_write_tokens": tokens.cache_writes, "completion_tokens": tokens.completion, "reasoning_tokens": tokens.reasoning,
        "usd": None if each.usd is None else round(each.usd, 6),
    }  # fmt: skip


def table(found: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    lines = [
        f"{found['papers']:,} papers in {found['editions']} editions" + (f", the newest of {found['newest']}" if found["newest"] else "")
    ]
    spending = found["spending"]
    if not spending["runs"]:
        return [*lines, "no model has been asked yet"]
    for title, rows in (("run (UTC)", spending["runs"]), ("day", spending["days"]), ("model", spending["models"])):
        lines += ["", *_table(title, rows[:SHOWN])]
        if len(rows) > SHOWN:
            lines.append(f"… and {len(rows) - SHOWN} more: --format json has all")
    return lines


def _table(title: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    from papertui.services.modelling import dollars

    head = (title, "papers", "requests", "prompt", "cached", "answers", "reasoning", "cost")
    cells = [head]
    for row in rows:
        name = row["name"][:16].replace("T", " ") if title.startswith("run") else row["name"]
        cost = "unknown" if row["usd"] is None else dollars(row["usd"])
        numbers = (
            row["papers"],
            row["requests"],
            row["prompt_tokens"],
            row["cached_tokens"],
            row["completion_tokens"],
            row["reasoning_tokens"],
        )
        cells.append((name, *(f"{number:,}" for number in numbers), cost))
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return [
        "  ".join(
            text.ljust(width) if not column else text.rjust(width) for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]

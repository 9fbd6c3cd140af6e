"""`stats`: what the library holds, and what models have cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from papertui.services.session import Session

if TYPE_CHECKING:
    from papertui.domain.asked import Asked
    from papertui.domain.edition import EditionHead
    from papertui.store.answers import Spending
    from papertui.store.library import Library

SHOWN = 12
"""Rows of each table."""


def statistics(session: Session) -> dict[str, Any]:
    """Numbers for `stats --format json`."""
    with session.library() as library:
        heads = library.heads(replacements=session.settings.show_replacements)
        spent = {by: [_row(each) for each in library.spending(by)] for by in ("run", "day", "model")}
        papers = library.count_papers()
        totals = _totals(session, library, [head.date for head in heads])
        asked = {head.date: [_asked(each) for each in library.asked(head.date)] for head in heads}
    return {
        "schema_version": 1,
        "papers": papers,
        "editions": len(heads),
        "newest": heads[0].date.isoformat() if heads else None,
        "saved": sum(head.saved for head in heads),
        "days": [_day(head) | {"by_model": totals.get(head.date), "asked": asked[head.date]} for head in heads],
        "spending": {"runs": spent["run"], "days": spent["day"], "models": spent["model"]},
    }


def _totals(session: Session, library: Library, days: Sequence[date]) -> dict[date, dict[str, int]]:
    """What the model that is set now has made of each edition that it was asked about: in all, screened out, scored, relevant."""
    asked = {date.fromisoformat(day) for day in library.asked_about()}
    if not session.settings.model or not asked:
        return {}
    from papertui.services.modelling import RELEVANT
    from papertui.services.profiles import load_profile
    from papertui.services.prompting import texts_of

    profile = load_profile(session.paths, session.settings.profile).profile
    recipe = texts_of(session.paths, session.settings.profile).recipe
    return {
        day: library.totals(
            day, f"llm:{session.settings.model}", recipe, profile.min_relevance or RELEVANT, profile.min_novelty or 1,
            replacements=session.settings.show_replacements,
        )._asdict()
        for day in days
        if day in asked
    }  # fmt: skip


def _asked(told: Asked) -> dict[str, Any]:
    """What a source was asked about a day, and what came of it."""
    return {
        "source": told.source,
        "at": told.at.strftime("%Y-%m-%dT%H:%M:%SZ") if told.at else None,
        "via": told.via.split("+") if told.via else [],
        "gave": told.gave,
        "categories": list(told.parts),
        "reason": told.reason,
        "missing": told.trouble,
        "approximate": told.is_approximate,
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


def table(found: dict[str, Any], width: int | None = None) -> list[str]:
    """The same as lines of text; `width`: of at most so many columns, without what there is no room for."""
    editions = f"{found['editions']} edition{'s' * (found['editions'] != 1)}"
    lines = [f"{found['papers']:,} papers in {editions}" + (f", the newest of {found['newest']}" if found["newest"] else "")]
    spending = found["spending"]
    if not spending["runs"]:
        return [*lines, "no model has been asked yet"]
    for title, rows in (("run (UTC)", spending["runs"]), ("day", spending["days"]), ("model", spending["models"])):
        lines += ["", *_table(title, rows[:SHOWN], width)]
        if len(rows) > SHOWN:
            lines.append(f"… and {len(rows) - SHOWN} more: --format json has all")
    return lines


_FIRST_TO_GO = ("reasoning", "cached", "requests", "answers", "prompt", "papers")
"""Columns that a narrow screen does without, the first first: name and cost stay."""
_NAME = 16
"""Columns that a name keeps where it has to be cut."""


def _table(title: str, rows: Sequence[dict[str, Any]], width: int | None) -> list[str]:
    from papertui.services.modelling import dollars

    head = (title, "papers", "requests", "prompt", "cached", "answers", "reasoning", "cost")
    cells: list[tuple[str, ...]] = [head]
    for row in rows:
        name = row["name"][:16].replace("T", " ") if title.startswith("run") else row["name"]
        cost = "unknown" if row["usd"] is None else dollars(row["usd"]) + ("+" if row["requests_without_count"] else "")
        numbers = (
            row["papers"],
            row["requests"],
            row["prompt_tokens"],
            row["cached_tokens"],
            row["completion_tokens"],
            row["reasoning_tokens"],
        )
        cells.append((name, *(f"{number:,}" for number in numbers), cost))
    if width is not None:
        cells = _narrowed(cells, width)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            text.ljust(width) if not column else text.rjust(width) for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def _narrowed(cells: Sequence[tuple[str, ...]], width: int) -> list[tuple[str, ...]]:
    """A table without the columns that there is no room for, and with names cut where that is not enough."""

    def taken(rows: Sequence[tuple[str, ...]]) -> int:
        return sum(max(map(len, column)) for column in zip(*rows, strict=True)) + 2 * (len(rows[0]) - 1)

    rows = list(cells)
    for name in _FIRST_TO_GO:
        spare = max(len(row[0]) for row in rows) - max(_NAME, len(rows[0][0]))
        if taken(rows) - max(spare, 0) <= width:
            break
        gone = rows[0].index(name)
        rows = [row[:gone] + row[gone + 1 :] for row in rows]
    longest = max(len(row[0]) for row in rows)
    room = max(longest - max(taken(rows) - width, 0), 2)
    return [(row[0] if len(row[0]) <= room else f"{row[0][: room - 1]}…", *row[1:]) for row in rows]

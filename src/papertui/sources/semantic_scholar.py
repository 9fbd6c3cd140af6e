"""Authors at Semantic Scholar, by the ids that a reader gave: names they publish under, h-index, papers on arXiv.

Never by name: a name search brings homonyms, and brings h-indexes of strangers (FACTS 14). Without a key the quota is
shared by everybody, so that 429 is an ordinary answer; with one a request a second is allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from papertui.domain.authors import Alias
from papertui.domain.gate import one_line
from papertui.sources.errors import SourceError

if TYPE_CHECKING:
    from papertui.sources.http import Http

KEEP = timedelta(days=30)
_FIELDS = "name,externalIds,hIndex,papers.externalIds"
_BATCH = 100
"""Authors a request; the service takes 1,000, but tells all their papers."""
_BYTES = 20_000_000
_SECONDS = 1.0
_NUMBER = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.ASCII)
_DISTINCT = re.compile(r"\s\d{4}$", re.ASCII)
"""DBLP tells homonyms apart by a number behind the name."""


def key_of(number: str) -> str:
    """Under which key the library keeps what is known of an author."""
    return f"s2:{number}"


def is_fresh(kept: str | None, now: datetime) -> bool:
    """Whether what was kept is younger than 30 days."""
    try:
        asked = datetime.fromisoformat(json.loads(kept or "")["asked"])
        return timedelta() <= now - asked < KEEP
    except (ValueError, TypeError, KeyError):
        return False


def alias_kept(kept: str | None) -> Alias | None:
    """What was kept, None where nothing was or the service knows no such author."""
    try:
        found = json.loads(kept or "")
        names, papers, h_index = found["names"], found["papers"], found["h_index"]
    except (ValueError, TypeError, KeyError):
        return None
    return Alias(tuple(names), tuple(papers), h_index) if names else None


async def ask(
    http: Http, numbers: Sequence[str], now: datetime, *, url: str, key: str = "", tell: Callable[[str], object] | None = None
) -> dict[str, str]:
    """What is to be kept of each author, by id. SourceError where the service is busy, away, or says something else."""
    headers = {"Content-Type": "application/json", **({"x-api-key": key} if key.isascii() and key.isprintable() and key else {})}
    address = f"{url.rstrip('/')}/graph/v1/author/batch?fields={_FIELDS}"
    kept: dict[str, str] = {}
    for start in range(0, len(numbers), _BATCH):
        ids = list(numbers[start : start + _BATCH])
        answer = await http.get(
            address, body=json.dumps({"ids": ids}).encode(), headers=headers, host_delay=_SECONDS, pace="semanticscholar",
            max_bytes=_BYTES, accept="application/json", tell=tell,
        )  # fmt: skip
        for number, alias in zip(ids, parse_authors(answer.body, len(ids)), strict=True):
            if alias is None and tell is not None:
                tell(f"Semantic Scholar knows no author {number}: correct the [s2:{number}] in your profile")
            found = alias or Alias()
            kept[number] = json.dumps({"asked": now.isoformat(), "names": found.names, "papers": found.papers, "h_index": found.h_index})
    return kept


def parse_authors(body: bytes, count: int) -> list[Alias | None]:
    """The answer of `/author/batch`: as many as were asked for, in their order, None for an unknown id. SourceError otherwise."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) != count:
        raise SourceError("Semantic Scholar: the answer is no list of the authors asked for", "try again later")
    return [_alias(each) if isinstance(each, dict) else None for each in found]


def _alias(told: dict[str, object]) -> Alias:
    others = told.get("externalIds")
    written = others.get("DBLP") if isinstance(others, dict) else None
    names = [told.get("name"), *(written if isinstance(written, list) else [])]
    shown = [_DISTINCT.sub("", one_line(name, 200)) for name in names if isinstance(name, str)]
    papers = told.get("papers")
    numbers = [
        number
        for paper in (papers if isinstance(papers, list) else [])
        if isinstance(paper, dict) and isinstance(ids := paper.get("externalIds"), dict)
        and isinstance(number := ids.get("ArXiv"), str) and _NUMBER.fullmatch(number)
    ]  # fmt: skip
    h_index = told.get("hIndex")
    is_count = isinstance(h_index, int) and not isinstance(h_index, bool) and 0 <= h_index < 10_000
    return Alias(tuple(dict.fromkeys(filter(None, shown)))[:50], tuple(dict.fromkeys(numbers)), h_index if is_count else None)  # type: ignore[arg-type]  # just checked

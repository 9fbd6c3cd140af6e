"""What is known of a paper when a second source tells of it: nothing known is lost, the better source wins."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from papertui.domain.fold import fold
from papertui.domain.paper import Paper
from papertui.domain.plain import plain

_UNKNOWN: tuple[object, ...] = (None, "", (), False)
_TOGETHER = ("authors", "affiliations", "exact_names")
_COUNTS = ("upvotes", "comments_count", "code_stars")
_NO_WORD = re.compile(r"[\W_]+")


def merged(known: Paper, told: Paper, *, known_first_hand: bool, told_first_hand: bool) -> Paper:
    """`known` and `told` (same id) as one paper.

    First hand means from the archive that gave the number (arXiv's feed for an arXiv paper); published lists and other
    sites only retell. The archive's newer or equal version replaces what was known, except where it says nothing; else
    only gaps are filled. Texts that say the same in another spelling (accents as TeX or as letters) stay as they were
    first known: a score is of them. Counts grow.
    """
    newer = (told.version or 0) >= (known.version or 0)
    lead, rest = (told, known) if told_first_hand and (newer or not known_first_hand) else (known, told)
    changes: dict[str, Any] = {
        item.name: getattr(rest, item.name)
        for item in fields(Paper)
        if getattr(lead, item.name) in _UNKNOWN and getattr(rest, item.name) not in _UNKNOWN and item.name not in _TOGETHER
    }
    changes |= _people(lead, rest)
    for name in _COUNTS:
        counts = [count for count in (getattr(known, name), getattr(told, name)) if count is not None]
        if counts:
            changes[name] = max(counts)
    if lead is told:
        changes |= {name: getattr(known, name) for name in ("title", "abstract") if _same_text(getattr(known, name), getattr(told, name))}
    changes["version"] = max(known.version or 0, told.version or 0) or None
    return replace(lead, **changes)


def _people(lead: Paper, rest: Paper) -> dict[str, Any]:
    """Authors of the leading source, unless only the other has any, or has the same version's exactly; affiliations go with their authors."""
    same_version = lead.version is None or rest.version is None or lead.version == rest.version
    if rest.authors and (not lead.authors or (rest.exact_names and not lead.exact_names and same_version)):
        return {name: getattr(rest, name) for name in _TOGETHER}
    if rest.authors == lead.authors and len(rest.affiliations) == len(lead.authors) and not lead.affiliations:
        return {"affiliations": rest.affiliations}
    return {}


def _same_text(one: str, other: str) -> bool:
    return one != other and bool(one) and _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return _NO_WORD.sub("", fold(plain(text)))

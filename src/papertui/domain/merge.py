"""What is known of a paper when a second source tells of it: nothing known is lost, the better source wins."""

from __future__ import annotations

from dataclasses import fields, replace

from papertui.domain.paper import Paper

_UNKNOWN: tuple[object, ...] = (None, "", (), False)


def merged(known: Paper, told: Paper, *, known_first_hand: bool, told_first_hand: bool) -> Paper:
    """`known` and `told` (same id) as one paper.

    First hand means from the archive that gave the number (arXiv's feed for an arXiv paper); published lists and other
    sites only retell. The archive's newer or equal version replaces what was known, except where it says nothing; else
    only gaps are filled.
    """
    newer = (told.version or 0) >= (known.version or 0)
    lead, rest = (told, known) if told_first_hand and (newer or not known_first_hand) else (known, told)
    gaps = {
        item.name: getattr(rest, item.name)
        for item in fields(Paper)
        if getattr(lead, item.name) in _UNKNOWN and getattr(rest, item.name) not in _UNKNOWN and item.name != "affiliations"
    }
    if lead.authors and "authors" not in gaps and len(rest.affiliations) == len(lead.authors) and rest.authors == lead.authors:
        if not lead.affiliations:
            gaps["affiliations"] = rest.affiliations
    elif "authors" in gaps:
        gaps["affiliations"] = rest.affiliations
    gaps["version"] = max(known.version or 0, told.version or 0) or None
    return replace(lead, **gaps)

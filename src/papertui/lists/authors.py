"""Author lines of a list: the feed's one string, often split at every comma by whoever made the list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from papertui.domain.author_line import parse_authors
from papertui.domain.gate import one_line

_LINE = 400_000


def names_and_affiliations(authors: str | Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names without affiliations, and as many affiliations ("" where none), or none at all.

    A list is joined again before it is read: `A. Example (Lab A`, `Lab B)` were one author. Only names that hold a comma of
    their own (`Surname, First`) were never split.
    """
    if not isinstance(authors, str) and any(_has_own_comma(name) for name in authors):
        people = [pair for name in authors for pair in _alone(name)]
    else:
        line = authors if isinstance(authors, str) else ", ".join(authors)
        people = list(parse_authors(line))
    # `StepFun, :, Bin Wang`: the colon after a collaboration is nobody
    people = [(name, affiliation) for name, affiliation in people if any(char.isalnum() for char in name)]
    affiliations = tuple(affiliation for _, affiliation in people)
    return tuple(name for name, _ in people), affiliations if any(affiliations) else ()


def _alone(name: str) -> list[tuple[str, str]]:
    """One author whose commas are part of the name."""
    text = one_line(name, _LINE)
    found = re.fullmatch(r"([^()]*\S)\s*\((.*)\)", text)
    return [(one_line(found[1]), one_line(found[2]))] if found else [(one_line(text), "")]


def _has_own_comma(name: str) -> bool:
    return "," in name and "(" not in name and ")" not in name

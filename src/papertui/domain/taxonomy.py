"""arXiv's category taxonomy: what there is, what it is called, and finding it by a few letters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from papertui.domain.fold import fold
from papertui.domain.taxonomy_table import ALIASES, ARCHIVES, RETIRED, TABLE


class Category(NamedTuple):
    """One category that papers are announced in."""

    code: str
    """`cs.LG`: as it stands in a profile and in an address."""
    name: str
    group: str
    """The heading it stands under: `Computer Science`, `Physics: Astrophysics`."""
    words: str = ""
    """Other words that people look for it by."""
    also: str = ""
    """Its second code (`cs.SY` of eess.SY), "" where it has but one."""


@cache
def categories() -> tuple[Category, ...]:
    """All current categories, group by group. A category with two codes is there once, under its first."""
    also = {first: second for second, first in ALIASES.items()}
    found, group = [], ""
    for line in TABLE.strip().splitlines():
        if line.startswith("# "):
            group = line[2:]
            continue
        code, _, rest = line.partition(" ")
        name, _, words = rest.partition(" |")
        found.append(Category(code, name, group, words.strip(), also.get(code, "")))
    return tuple(found)


@cache
def _codes() -> dict[str, str]:
    """Every code that arXiv knows or knew, in small letters, as it is written."""
    known = (*(each.code for each in categories()), *ALIASES, *ARCHIVES, *RETIRED)
    return {code.lower(): code for code in known}


def is_known(code: str) -> bool:
    """Whether arXiv has (or had) a category or archive of this code; its feeds do not mind the case of letters."""
    return code.lower() in _codes()


def first_code(code: str) -> str:
    """A category's first code: `eess.SY` for `cs.SY`, as written by arXiv; an unknown code comes back as it is."""
    written = _codes().get(code.lower(), code)
    return ALIASES.get(written, written)


def doubts(codes: Iterable[str]) -> list[str]:
    """A line for each code that arXiv has not, or has no longer, with the nearest one. Never a reason to refuse: arXiv may add some."""
    found = []
    for code in codes:
        if not is_known(code):
            found.append(f"category {code}: papertui knows none of that name; the nearest is {nearest(code)}")
        elif replaced := RETIRED.get(code.lower()):
            found.append(f"category {code}: arXiv has {replaced} in its place")
    return found


def nearest(code: str) -> str:
    """The known code that `code` most looks like."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=code.lower())

    def likeness(known: str) -> float:
        matcher.set_seq1(known)
        return matcher.ratio() + (0.2 if known.partition(".")[0] == code.lower().partition(".")[0] else 0)

    return _codes()[max(_codes(), key=likeness)]


def search(query: str) -> Sequence[Category]:
    """Categories that every word of `query` fits, best first; all of them, in order, where it has no word.

    A word fits as a code (`cs.lg`), as what stands after its dot (`lg`), as an archive (`stat`), as the beginning of a
    word of the name, of a word people use, or of the group's name. Case and accents do not matter.
    """
    asked = [word for word in re.split(r"[\s,;+]+", fold(query)) if re.search(r"\w", word)]
    if not asked:
        return categories()
    found = []
    for place, (category, entry) in enumerate(zip(categories(), _entries(), strict=True)):
        marks = [_fits(word, entry) for word in asked]
        if all(marks):
            found.append((-sum(marks), place, category))
    return [category for _, _, category in sorted(found)]


class _Entry(NamedTuple):
    """A category as it is searched."""

    codes: tuple[str, ...]
    ends: tuple[str, ...]
    """What stands after a code's dot."""
    archives: tuple[str, ...]
    name: tuple[str, ...]
    words: tuple[str, ...]
    group: tuple[str, ...]
    whole: str


@cache
def _entries() -> tuple[_Entry, ...]:
    found = []
    for each in categories():
        codes = tuple(code.lower() for code in (each.code, each.also) if code)
        parts = [code.partition(".") for code in codes]
        name = fold(each.name)
        found.append(
            _Entry(
                codes,
                tuple(end for _, _, end in parts if end),
                tuple(archive for archive, _, _ in parts),
                tuple(re.findall(r"\w+", name)),
                tuple(fold(each.words).split()),
                tuple(re.findall(r"\w+", fold(each.group))),
                name,
            )
        )
    return tuple(found)


_EXACT = 90
"""A word that is a code, or its end, means that category."""

_LONG = 3
"""Letters from which a word may fit inside a name or as the beginning of a group's."""


def _fits(word: str, entry: _Entry) -> int:
    """How well one word fits, 0 for not at all."""
    long = len(word) >= _LONG
    tests = (
        (100, word in entry.codes),
        (90, word in entry.ends),
        (80, word in entry.name),
        (75, word in entry.archives),
        (70, any(code.startswith(word) for code in entry.codes)),
        (65, any(part.startswith(word) for part in entry.name)),
        (55, word in entry.words),
        (45, any(part.startswith(word) for part in entry.words)),
        (40, long and any(end.startswith(word) for end in entry.ends)),
        (20, long and any(part.startswith(word) for part in entry.group)),
        (10, long and word in entry.whole),
    )
    mark = next((mark for mark, fits in tests if fits), 0)
    return mark + 5 if mark < _EXACT and word in entry.words else mark  # it is what people mean by that word

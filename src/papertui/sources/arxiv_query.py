"""What a reader types, as a query of arXiv's search API (its user manual, "details of query construction"). Pure.

The API reads operators from right to left and without precedence: it answers `a OR b AND c` as if it were written
`a OR (b AND c)`, and `a AND b OR c` as `a AND (b OR c)` (seen in the titles of its answers). So whatever is mixed is put
into parentheses here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papertui.domain.gate import one_line
from papertui.errors import UsageError

FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all")
"""Prefixes that the API knows."""

LONGEST = 1_000
"""Characters of a query: an address has to hold it."""

_OPERATORS = ("AND", "OR", "ANDNOT")
_TOKEN = re.compile(
    rf"""(?P<dates>submittedDate:\[\d{{8,14}}[ ]TO[ ]\d{{8,14}}\])
    |(?P<field>\b(?:{"|".join(FIELDS)}):[ ]?)?(?:"(?P<phrase>[^"]*)"?|(?P<open>\()|(?P<close>\))|(?P<word>[^\s()"]+))""",
    re.VERBOSE,
)
_NO_LETTER = re.compile(r"[^\w.'/-]+")
_PLAIN = re.compile(r"\w+", re.ASCII)
_CATEGORY = re.compile(r"[a-z-]+(?:\.(?:[A-Za-z-]+|\*))?", re.ASCII)
_EMPTY_WORDS = ("and", "or", "not")
"""Small operators: they are meant as words, and as words they find nothing."""


def query_of(words: str) -> str:
    """The query for a reader's words: all of them, anywhere in a paper.

    `"a phrase"`, arXiv's field names (`ti:`, `au:`, `cat:` …), `submittedDate:[… TO …]`, AND, OR, ANDNOT in capitals and
    parentheses mean what they mean to arXiv; a field before parentheses holds for all in them. Everything else that means
    something to a search engine is taken as a blank. UsageError where no word is left, or too many are.
    """
    text = one_line(words, LONGEST + 1)
    if len(text) > LONGEST:
        raise UsageError(f"the search is longer than {LONGEST} characters: use fewer words")
    groups = [_Group("all")]
    for token in _TOKEN.finditer(text):
        prefix = (token["field"] or "").rstrip(": ") or groups[-1].prefix
        if token["open"]:
            groups.append(_Group(prefix))
        elif token["close"]:
            if len(groups) > 1:
                _end(groups)
        elif token["word"] in _OPERATORS and not token["field"]:
            groups[-1].operator = token["word"]
        else:
            groups[-1].add(token["dates"] or _term(prefix, token["phrase"] if token["phrase"] is not None else token["word"]))
    while len(groups) > 1:
        _end(groups)
    query = groups[0].text()[0]
    if not query:
        raise UsageError(f"no words to search for in {one_line(words, 60)!r}")
    return query


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses: lists of terms, one of which has to fit, each with terms that must not."""

    prefix: str
    operator: str = "AND"
    lists: list[tuple[list[str], list[str]]] = field(default_factory=list)

    def add(self, term: str) -> None:
        """One more term; an operator without one in front means nothing."""
        if not term:
            return
        if not self.lists or self.operator == "OR":
            self.lists.append(([term], []))
        else:
            self.lists[-1][self.operator == "ANDNOT"].append(term)
        self.operator = "AND"

    def text(self) -> tuple[str, bool]:
        """The group as a query, and whether it has more than one term."""
        made = []
        for wanted, unwanted in self.lists:
            text, many = " AND ".join(wanted), len(wanted) > 1
            if unwanted:
                without = " OR ".join(unwanted)
                text, many = f"{_held(text, many)} ANDNOT {_held(without, len(unwanted) > 1)}", True
            made.append((text, many))
        if len(made) < 2:
            return made[0] if made else ("", False)
        return " OR ".join(_held(text, many) for text, many in made), True


def _held(text: str, many: bool) -> str:
    return f"({text})" if many else text


def _end(groups: list[_Group]) -> None:
    inner = groups.pop()
    groups[-1].add(_held(*inner.text()))


def _term(prefix: str, text: str) -> str:
    if prefix == "cat":
        return f"cat:{text}" if _CATEGORY.fullmatch(text) else ""
    words = " ".join(filter(None, (word.strip("-'/.") for word in _NO_LETTER.sub(" ", text).split())))
    if not re.search(r"\w", words) or words in _EMPTY_WORDS:
        return ""
    return f"{prefix}:{words}" if _PLAIN.fullmatch(words) else f'{prefix}:"{words}"'

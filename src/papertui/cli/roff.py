"""Text as roff, for manual pages: everything that means something to groff or mandoc is written so that it does not."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

_WRITTEN = {"\\": "\\e", '"': "\\(dq", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
"""Characters that are commands, or that roff prints as another one."""

WIDTH = 78


def text(words: str) -> str:
    """Words within a line, blanks made single. A hyphen is one to copy, unless it joins two words."""
    return " ".join(map(_word, words.split()))


def bold(words: str) -> str:
    """Words as they are typed."""
    return f"\\fB{_literal(words)}\\fR"


def italic(words: str) -> str:
    """Words that stand for others."""
    return f"\\fI{_literal(words)}\\fR"


def sentences(prose: str) -> Iterator[str]:
    """Lines of a paragraph, a new one for each sentence; none begins with what would make it a command."""
    for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", prose):
        for line in textwrap.wrap(text(sentence), WIDTH, break_long_words=False, break_on_hyphens=False):
            yield f"\\&{line}" if line.startswith((".", "'")) else line


def entry(tag: str, prose: str) -> Iterator[str]:
    """An entry of a list. `tag` is roff already."""
    yield ".TP"
    yield f"\\&{tag}" if tag.startswith((".", "'")) else tag
    yield from sentences(prose)


def code(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are typed."""
    yield from (".PP", ".RS 4", ".nf", *(f"\\&{_literal(line)}" for line in lines), ".fi", ".RE")


def _word(word: str) -> str:
    joins = re.fullmatch(r"\W*[^\W\d]+(-[^\W\d]+)+\W*", word) and not word.startswith("-")
    return _escaped(word) if joins else _literal(word)


def _literal(words: str) -> str:
    return _escaped(words).replace("-", "\\-")


def _escaped(words: str) -> str:
    return "".join(_WRITTEN.get(char, char) if char.isascii() else f"\\[u{ord(char):04X}]" for char in words)

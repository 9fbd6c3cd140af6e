"""Braces around the capitals of a title, which bibliography styles would make small otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from papertui.export.keys import STOP_WORDS
from papertui.export.latex import decode_accents

_PIECE = re.compile(
    r"(?P<math>\$\$.*?\$\$|\$(?:\\.|[^$\\])+\$|\\\(.*?\\\)|\\\[.*?\\\])"
    r"|(?P<accent>\\(?:[`'^\"~=.]|[uvHcdbkr](?![A-Za-z]))\s*(?:\{[^{}]*\}|\\[ij](?![A-Za-z])|[A-Za-z]))"
    r"|(?P<glue>\\(?:[A-Za-z]+\s*|[_&%#]))"
    r"|(?P<letters>[^\W_]+)"
    r"|(?P<open>\{)"
    r"|(?P<mark>\\.|.)",
    re.DOTALL,
)
_HAS_CAPITAL_COMMAND = re.compile(r"\\[a-z]*[A-Z]")


@dataclass(slots=True)
class _Part:
    """A stretch of a title that is kept or wrapped as one: letters with their commands and groups, math, or marks between."""

    tex: str
    kind: str
    letters: str = ""
    braced: bool = False


def protect(title: str) -> str:
    """A TeX title (balanced, as `latex.value` makes it) with braces around what has to keep its capitals.

    That is words with a capital behind their first letter (`{LLM}`, `{FlashAttention}`, `{GPT-4}`), lone capitals other than
    the article, formulas, and commands with a capital in their name. In a title of small letters the capitalised words are
    names and are kept too (`networks of {Paris}`); in Title Case they are left to the style, as is a title all in capitals.
    """
    parts = _parts(title)
    words = [part for part in parts if part.kind == "word"]
    shouting = len(words) > 2 and title.upper() == title
    for word in words:
        word.braced = not shouting and _keeps_capitals(word)
    names = not shouting and _sentence_style(words)
    start = True
    for part in parts:
        if part.kind == "word":
            part.braced = part.braced or (names and not start and part.letters[:1].isupper())
            start = False
        elif part.kind == "math":
            part.braced = True
            start = False
        elif re.search(r"[:.?!]\s", part.tex):
            start = True
    _join_numbers(parts)
    return "".join(_wrapped(part.tex) if part.braced else part.tex for part in parts)


def _wrapped(tex: str) -> str:
    # BibTeX treats a group that begins with a backslash as one accented letter and changes its case
    return f"{{{{{tex}}}}}" if tex.startswith("\\") else f"{{{tex}}}"


def _parts(title: str) -> list[_Part]:
    parts: list[_Part] = []
    position = 0
    while match := _PIECE.match(title, position):
        kind, tex = match.lastgroup, match[0]
        if kind == "open":
            tex = title[position : _group_end(title, position)]
            decoded = decode_accents(tex)
            letters = decoded if len(decoded) <= 2 and decoded.isalpha() else ""
            kind = "word"
        elif kind in ("accent", "letters", "glue"):
            letters = tex if kind == "letters" else decode_accents(tex) if kind == "accent" else ""
            kind = "word"
        else:
            letters = ""
        position += len(tex)
        if kind != "math" and parts and parts[-1].kind == kind:
            parts[-1].tex += tex
            parts[-1].letters += letters
        else:
            parts.append(_Part(tex, str(kind), letters))
    return parts


def _group_end(text: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if not depth:
            return index + 1
    return len(text)


def _keeps_capitals(part: _Part) -> bool:
    if "\\" in part.tex and _HAS_CAPITAL_COMMAND.search(_at_depth_0(part.tex)):
        return True
    letters = part.letters
    if letters.isalpha() and letters[1:].islower():
        return False
    cased = [char for char in letters if char.isalpha()]
    if len(cased) == 1:
        return cased[0].isupper() and part.tex != "A"
    return any(char.isupper() for char in letters[1:])


def _at_depth_0(tex: str) -> str:
    return tex if "{" not in tex else re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "{}", tex)


def _sentence_style(words: list[_Part]) -> bool:
    """Whether small letters rule: of the longer words behind the first at least as many begin small as large."""
    small = large = 0
    for word in words[1:]:
        if len(word.letters) < 4 or word.letters.lower() in STOP_WORDS or word.braced:
            continue
        if word.letters[0].isupper():
            large += 1
        else:
            small += 1
    return small > 1 and small >= large


def _join_numbers(parts: list[_Part]) -> None:
    """`{GPT}-4` becomes `{GPT-4}`, `{A}-{B}` `{A-B}`: what a hyphen ties to a kept word goes into its braces."""
    index = 0
    while index + 2 < len(parts):
        head, hyphen, tail = parts[index : index + 3]
        tied = tail.kind == "word" and (tail.braced or any(char.isdigit() for char in tail.letters))
        if head.kind == "word" and head.braced and hyphen.tex == "-" and tied:
            head.tex += hyphen.tex + tail.tex
            del parts[index + 1 : index + 3]
        else:
            index += 1

"""Author names as BibTeX reads them.

BibTeX finds first name, particle and surname itself in `Ludwig van der Berg` (a particle is what begins with a small
letter), as long as names are joined by " and " and nothing else holds a comma or that word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertui.domain.fold import fold
from papertui.export.latex import decode_accents, value
from papertui.export.latex_symbols import GREEK

WRAP = 2_000
"""Author lists longer than this many characters are broken after an "and": old builds of BibTeX read lines of at most 20,000."""

_WRAPPED = 120
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)
_KEY_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I|II|III|IV|V", re.IGNORECASE)
_ET_AL = re.compile(r"[\s,;]*(?:\bet\.?\s+al\b\.?|\band\s+others\b)\s*$|^\s*others\s*$", re.IGNORECASE)
_TEAM = re.compile(
    r"(?:^|\s)(?:collaborations?|teams?|group|consortium|consortia|initiative|committee|alliance|task force)(?:$|[\s:,(])"
    r"|\s(?:community|foundation|project|workshop|research|labs?|laboratory|institute|university|network|inc\.?|corporation)$"
    r"|\bon behalf of\b|^for the\s",
    re.IGNORECASE,
)
_KEY_TEAM = re.compile(r"[a-z0-9\s-]+\s(?:collaboration|group|team)\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"(?<=\S)\s*\([^)]*\)?")
_KEY_PARTICLES = frozenset(("van", "der", "de", "la", "von", "del", "della", "da", "mac", "ter", "dem", "di"))
_AND = re.compile(r"(?:^|[\s~])and(?:$|[\s~])", re.IGNORECASE)


def authors(names: Iterable[str], *, ascii: bool = True) -> str:
    """The value of an author field, "" for no names: every name is written, however many; `et al.` becomes `others`."""
    written: list[str] = []
    others = False
    for given in names:
        name = _ET_AL.sub("", given)
        others = others or name != given
        if any(char.isalnum() for char in name):  # a feed that parts "Team: A, B" at marks gives ":" as an author
            written.append(author(name, ascii=ascii))
    if written and others:
        written.append("others")
    line = " and ".join(written)
    return line if len(line) <= WRAP else "\n".join(_wrapped(written))


def _wrapped(names: list[str]) -> Iterator[str]:
    line = ""
    for index, name in enumerate(names):
        word = name if index == len(names) - 1 else f"{name} and"
        if line and len(line) + len(word) >= _WRAPPED:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def author(name: str, *, ascii: bool = True) -> str:
    """One name: `First Last` as given, `Last, Jr, First` with a suffix, in braces where it is no person's or would be parted."""
    plain = " ".join(decode_accents(name).split())
    tex = value(plain, ascii=ascii)
    if _is_braced(tex):
        return tex
    if _TEAM.search(plain):
        return f"{{{tex}}}"
    words = tex.replace(",", " ").split() if _only_comma_is_before_suffix(tex) else tex.split(" ")
    if len(words) >= 3 and _SUFFIX.fullmatch(words[-1]):
        tex = _with_suffix(words)
        return tex if tex.count(",") == 2 and not _AND.search(_outside_braces(tex)) else f"{{{' '.join(words)}}}"
    outside = _outside_braces(tex)
    if (len(words) == 2 and _SUFFIX.fullmatch(words[-1])) or "," in outside or _AND.search(outside) or outside.casefold() == "others":
        return f"{{{tex}}}"
    return tex


def _with_suffix(words: list[str]) -> str:
    """BibTeX's form `von Last, Jr, First`: only there is a suffix told from a surname."""
    *rest, suffix = words
    start = len(rest) - 1
    while start > 1 and decode_accents(rest[start - 1])[:1].islower():
        start -= 1
    return f"{' '.join(rest[start:])}, {suffix}, {' '.join(rest[:start])}"


def _only_comma_is_before_suffix(tex: str) -> bool:
    head, comma, tail = tex.partition(",")
    return bool(comma) and "{" not in head.rpartition(" ")[2] and bool(_SUFFIX.fullmatch(tail.strip()))


def _is_braced(tex: str) -> bool:
    """Whether one pair of braces holds the whole of it (`{Bach} {Jr}` are two)."""
    return tex.startswith("{") and not tex.startswith("{\\") and not _outside_braces(tex)


def _outside_braces(tex: str) -> str:
    """What BibTeX looks at when it parts names: the text at depth 0."""
    out: list[str] = []
    depth = 0
    for char in tex:
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif not depth:
            out.append(char)
    return "".join(out)


def surname_of(name: str) -> str:
    """A name's part of a citation key: arXiv's surname in ASCII small letters and digits, "" where none is left.

    arXiv (arxiv-base, `parse_author_affil`): the last word, with up to two particles of its short list directly before it
    (`Wietse de Vries` is devries, `Aaron van den Oord` oord), without a suffix; of a team the whole name.
    """
    plain = _PARENTHESIS.sub(" ", decode_accents(name)).replace("~", " ").replace(",", " , ")
    team = _KEY_TEAM.search(" ".join(plain.split()))
    if team:
        return key_letters(team[0])
    words = plain.split()
    if "," in words[1:]:
        comma = words.index(",", 1)
        after = words[comma + 1 :]
        if after and _KEY_SUFFIX.fullmatch(after[0]):
            words = words[:comma]
        else:  # a list that writes "Vries, Wietse de"
            return key_letters("".join(words[:comma]))
    if len(words) >= (3 if words[-1:] and words[-1].upper() in ("I", "V") else 2) and _KEY_SUFFIX.fullmatch(words[-1]):
        words = words[:-1]
    start = len(words) - 1
    while start > max(1, len(words) - 3) and words[start - 1].lower() in _KEY_PARTICLES:
        start -= 1
    return key_letters("".join(words[start:])) if words else ""


def key_letters(text: str) -> str:
    """ASCII small letters and digits of `text`, accents folded and Greek letters by their names (`μP` is mup, as `$\\mu$P` is)."""
    decoded = decode_accents(text)
    named = "".join(GREEK.get(char, char) for char in decoded)
    return "".join(char for char in fold(named) if char.isascii() and char.isalnum())

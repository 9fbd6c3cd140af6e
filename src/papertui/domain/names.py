"""Names of people taken apart and compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from papertui.domain.fold import fold

NONE, INITIALS, FULL = range(3)
"""How well two names agree."""

_PARTICLES = frozenset(
    "af al ben bin da das de del della den der di do dos du el ibn la le mac mc st ten ter van vom von zu zum zur".split()  # noqa: SIM905
)
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md"))
_CJK = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
_ASIDE = r"\(([^()]*)\)|\"([^\"]*)\""
"""Patterns that most names need not stay texts: compiling them costs more than a day's names."""
_WITHIN = str.maketrans(dict.fromkeys("'`ʻʼʹ・"))


class Piece(NamedTuple):
    """One word of a given name, folded."""

    text: str
    bound: bool
    """Whether a hyphen ties it to its neighbour, so that it is not left out alone."""
    short: bool
    """Whether it is an initial, or an abbreviation such as `Yu.`."""


class Name(NamedTuple):
    """A name taken apart, folded; of one in another script than ours all is `last`."""

    given: tuple[Piece, ...]
    particles: str
    last: str
    suffix: str = ""

    @property
    def is_full(self) -> bool:
        """Whether it has a given name, or needs none."""
        return not self.given or not all(piece.short for piece in self.given)

    @property
    def beginnings(self) -> str:
        """First letters that the same name may be written with: a leading initial may be left out."""
        first = [piece.text[0] for piece in self.given[: 2 if self.given and self.given[0].short else 1]]
        return "".join(first) or self.last[:1]

    @property
    def keys(self) -> set[str]:
        """What it is indexed by: `noir` and `lenoir`."""
        return {self.last, self.particles + self.last}


def holds_tex(text: str) -> bool:
    """Whether a text may hold TeX."""
    return "\\" in text or "{" in text or "~" in text or "$" in text


def other_script(text: str) -> bool:
    """Whether a text may hold Chinese, Japanese or Korean."""
    return not text.isascii() and max(text) >= "\u3040"


def shown(name: str) -> str:
    """A name with its TeX as Unicode."""
    if not holds_tex(name):
        return name
    from papertui.domain.tex import to_unicode  # its tables take as long to load as a day's list to read

    return to_unicode(name)


def forms_of(name: str) -> list[Name]:
    """A name as its parts; a nickname (`Tsui-Wei (Lily) Sample`) or a second script gives a second form."""
    text = shown(name)
    asides = [one or other for one, other in re.findall(_ASIDE, text)] if "(" in text or '"' in text else []
    if asides:
        text = re.sub(_ASIDE, " ", text)
    found: list[Name] = []
    if other_script(text) and (scripts := re.findall(_CJK, text)):
        found.append(Name((), "", fold("".join(scripts)).translate(_WITHIN)))
        text = re.sub(_CJK, " ", text)
    if western := _western(text):
        found.append(western)
    for aside in asides[:2]:
        if other_script(aside) and (scripts := re.findall(_CJK, aside)):
            found.append(Name((), "", fold("".join(scripts)).translate(_WITHIN)))
        elif western and western.given and len(pieces := _pieces(aside)) in (1, 2):
            found.append(western._replace(given=tuple(pieces)))
    return found


def _western(text: str) -> Name | None:
    first, *others = [part.strip() for part in fold(text).translate(_WITHIN).split(",")]
    suffix, rest = "", []
    for part in others:
        bare = part.replace(".", "")
        if bare in SUFFIXES:
            suffix = bare
        elif part:
            rest.append(part)
    pieces = _pieces(" ".join([*rest, first]))
    if len(pieces) > 2 and pieces[-1].text in SUFFIXES:
        suffix = pieces.pop().text
    if not pieces:
        return None
    last = pieces.pop()
    start = len(pieces)
    while start > 1 and pieces[start - 1].text in _PARTICLES and not pieces[start - 1].bound:
        start -= 1
    if last.bound and start == len(pieces) and pieces:
        pieces[-1] = pieces[-1]._replace(bound=True)  # of `Ann Roe-Doe` Roe belongs to the family name
    return Name(tuple(pieces[:start]), "".join(piece.text for piece in pieces[start:]), last.text, suffix)


def _pieces(folded: str) -> list[Piece]:
    found: list[Piece] = []
    tied = False
    for token in fold(folded).replace("-", " - ").replace(".", ". ").split():
        text = token if token.isalnum() else "".join(char for char in token if char.isalnum())
        if text:
            found.append(Piece(text, tied, len(text) == 1 or (token.endswith(".") and len(text) < 4)))
            tied = False
        elif token == "-":
            tied = bool(found)
    return found


def _pair(one: Piece, other: Piece) -> int:
    if one.text == other.text and not one.short and not other.short:
        return FULL
    fits = (one.short and other.text.startswith(one.text)) or (other.short and one.text.startswith(other.text))
    return INITIALS if fits else NONE


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def compared(one: Name, other: Name) -> tuple[int, int]:
    """How well two names agree, and in how many given names."""
    if one.particles + one.last != other.particles + other.last and (one.last != other.last or (one.particles and other.particles)):
        return NONE, 0
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return NONE, 0
    if not one.given or not other.given:
        return (NONE if one.given or other.given else FULL), 0
    if one.given[0].text[0] != other.given[0].text[0] and not (one.given[0].short or other.given[0].short):
        return NONE, 0  # most of those that only share a family name
    if _joined(one.given) == _joined(other.given) or _joined(one.given) + one.particles == _joined(other.given) + other.particles:
        return (FULL if one.is_full and other.is_full else INITIALS), max(len(one.given), len(other.given))
    return max(_aligned(one.given, other.given), _aligned(_merged(one.given), _merged(other.given)))


def _merged(given: Sequence[Piece]) -> list[Piece]:
    """Hyphened names as one: `Xiao-Ming` as `Xiaoming`."""
    found: list[Piece] = []
    for piece in given:
        if piece.bound and found and not piece.short and not found[-1].short:
            found[-1] = found[-1]._replace(text=found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _aligned(one: Sequence[Piece], other: Sequence[Piece]) -> tuple[int, int]:
    """Given names side by side: the first ones agree (or one has an initial before them), and of the others those that both have."""
    level = _pair(one[0], other[0])
    if not level:
        for longer, shorter in ((one, other), (other, one)):
            if longer[0].short and len(longer) > 1 and _pair(longer[1], shorter[0]) == FULL:
                return _aligned(longer[1:], shorter)
        return NONE, 0
    few, many = sorted((one[1:], other[1:]), key=len)
    before, agreed = level, 0
    for piece in many:
        found = _pair(piece, few[agreed]) if agreed < len(few) else NONE
        if not found and piece.bound and before == FULL:
            return NONE, 0  # `Jean` is not `Jean-Luc`
        agreed += bool(found)
        before, level = found, max(level, found)
    return (level, 1 + agreed) if agreed == len(few) else (NONE, 0)

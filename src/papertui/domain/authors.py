"""Whether an author of a paper is somebody that the reader named. Pure.

Names are compared without case, accents, dots, hyphens and suffixes; in either order (`Doe, Jane`), with middle names
missing on one side, with or without a particle (`van der`), and with initials for given names. Names alone are ambiguous
(FACTS 14), so a name in the profile may say more in brackets, which must fit as well:

    Wei Wang [cs.CL]              a category of the paper, or an archive (`cs`), or words of the author's affiliation
    Wei Wang [with Mia Tang]      a co-author
    Wei Wang [Tsinghua, cs.CL]    one of these; a second pair of brackets must fit too
    Wei Wang [s2:1688882]         nothing to fit: who it is at Semantic Scholar

An initial counts for a full name of the profile (`I. LeNoir` for `Ivo LeNoir`) where brackets fit, or two initials agree, or
few share the family name; and only if it fits no second author of the paper and no second name of the profile. What the
reader wrote with initials fits whoever has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from papertui.domain.fold import fold
from papertui.domain.names import FULL, INITIALS, NONE, SUFFIXES, Name, compared, forms_of, holds_tex, other_script, shown

_COMMON = frozenset(
    """
    ahmed ali anderson bai brown cai campbell cao chan chang chen cheng cho choi clark cui dai das davis deng ding dong du fan fang feng
    fernandez fischer fu gao garcia ghosh gomez gonzalez green gu guo gupta hall han hao harris hassan he hernandez hoffmann hong hou hu
    huang hussain ito jackson jain jang jeong jia jiang jin johnson jones jung kang khan kim king kobayashi kong kumar lai lee lei lewis
    li liang liao lim lin liu long lopez lu luo lv ma mao martin martinez mehta meng meyer miller mishra mohamed moore mueller muller
    nakamura ng nguyen pan park patel peng perez pham qian qin qiu rahman rao ren roberts robinson rodriguez roy sanchez santos sato
    schmidt scott shah shao sharma shen shi shin silva singh smith song su sun suzuki takahashi tan tanaka tang tao taylor thomas
    thompson tian torres tran walker wang watanabe weber wei wen white williams wilson wong wright wu xia xiang xiao xie xiong xu xue
    yamamoto yan yang yao ye yi yin yoon young yu yuan zeng zhan zhang zhao zheng zhong zhou zhu zou
    """.split()  # noqa: SIM905 (a paragraph of names is easier to read and to sort than a list)
)
"""Family names that many authors share: with one of these an initial tells nobody from nobody."""

_WORD = r"[^\W_]+"
_BETWEEN = str.maketrans(dict.fromkeys(" ,-.'`ʻʼʹ・"))


class Match(NamedTuple):
    """An author that the reader named."""

    wanted: str
    """The name as the profile has it, without brackets."""
    author: str
    """The same as the paper has it."""
    sure: bool = True
    """False where no given name but only initials agree."""
    h_index: int | None = None
    """What Semantic Scholar says, where it was asked."""


class Alias(NamedTuple):
    """What Semantic Scholar knows of a followed author."""

    names: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    """arXiv numbers without version."""
    h_index: int | None = None


class _Wanted(NamedTuple):
    """One name of the profile."""

    said: str
    forms: tuple[Name, ...]
    """As the reader wrote it, then as others write it."""
    groups: tuple[tuple[str, ...], ...]
    """Of each group one must fit."""
    alias: Alias


_Fit = tuple[int, int, _Wanted]
"""How well a name agrees, the author's place from the end (so that the greatest is the first author), the name."""


def _groups(brackets: str) -> Iterable[tuple[str, ...]]:
    """What stands in each pair of brackets; the last one may lack its end."""
    for group in brackets.split("[")[1:]:
        yield tuple(part for each in group.partition("]")[0].replace(";", ",").split(",") if (part := each.strip()))


def _s2_number(part: str) -> str:
    number = part[3:].strip() if part[:3].lower() == "s2:" else ""
    return number if number.isascii() and number.isdecimal() and len(number) <= 20 else ""


def s2_id(wanted: str) -> str | None:
    """The Semantic Scholar id in a name of the profile, `1688882` in `Ivo LeNoir [s2:1688882]`; None without one."""
    return next((number for group in _groups(wanted) for part in group if (number := _s2_number(part))), None)


def _wanted(text: str, alias: Alias) -> _Wanted | None:
    said, bracket, rest = text.partition("[")
    forms = forms_of(said)
    if not forms:
        return None
    others = [form for name in alias.names for form in forms_of(name) if form.is_full]  # an initial there is nobody's word
    kept = tuple(group for group in _groups(bracket + rest) if not all(map(_s2_number, group)))
    return _Wanted(" ".join(said.split()), (*forms, *others), kept, alias)


class Matcher:
    """Names of a profile, made ready: build it once, ask it for every paper (10 microseconds where nobody fits)."""

    def __init__(self, names: Sequence[str], aliases: Mapping[str, Alias] | None = None, *, strict: bool = False) -> None:
        """`aliases` by name as in the profile. `strict`: a rare family name does not make up for a missing given name."""
        self._strict = strict
        made = [_wanted(name, (aliases or {}).get(name, Alias())) for name in dict.fromkeys(names)]
        self._wanted = [each for each in made if each is not None]
        self._index: dict[str, list[_Wanted]] = {}
        self._letters: dict[str, str] = {}
        """What a name begins with that may be one of those of a family name: most others are passed over by it."""
        for each in self._wanted:
            for key in sorted({key for form in each.forms for key in form.keys}):
                self._index.setdefault(key, []).append(each)
                self._letters[key] = self._letters.get(key, "") + "".join(form.beginnings for form in each.forms)
        self._papers = {number: each for each in reversed(self._wanted) for number in each.alias.papers}
        self.asks = any(each.groups for each in self._wanted)
        """Whether any name has brackets, so that categories and affiliations bear upon the answer."""

    def match(
        self, authors: Sequence[str], categories: Sequence[str] = (), affiliations: Sequence[str] = (), *,
        number: str = "", names_only: bool = False,
    ) -> Match | None:  # fmt: skip
        """The author that the reader named, a sure one before others; None without one.

        `affiliations`: as many as authors, or none. `number`: the paper's in its archive. With `names_only` every name that agrees is
        taken, whatever its brackets: who asks so asks again with all that is known.
        """
        fits, counting = self._fits(authors, categories, affiliations, names_only)
        level, place, wanted = max(counting, key=lambda fit: fit[:2], default=(NONE, 0, None))
        if wanted is None or level < FULL:
            known = self._papers.get(number)
            if known is not None:
                by = next((authors[-at] for _, at, each in fits if each is known), known.said)
                return Match(known.said, by, True, known.alias.h_index)
            if wanted is None:
                return None
        return Match(wanted.said, authors[-place], level == FULL, wanted.alias.h_index)

    def _fits(
        self, authors: Sequence[str], categories: Sequence[str], affiliations: Sequence[str], names_only: bool
    ) -> tuple[Sequence[_Fit], Sequence[_Fit]]:
        """All that agree in their names and whose brackets fit, and those among them that count by the rule above."""
        line = "\n".join(authors)
        folded = fold("\n".join(map(shown, authors)) if holds_tex(line) else line).translate(_BETWEEN)
        keys = tuple([key for key in self._index if key in folded])
        if not keys:
            return (), ()
        names = folded.split("\n")
        if len(names) != len(authors):
            names = [folded] * len(authors)
        ends, letters = (*keys, *SUFFIXES), "".join([self._letters[key] for key in keys])
        found: list[tuple[_Fit, bool]] = []
        for place, author in enumerate(authors):
            likely = names[place].endswith(ends) and (names[place][0] in letters or author[1:2] in (".", " ", "-"))
            if not (likely or _is_turned(author)):
                continue
            forms = forms_of(author)
            asked = {id(each): each for form in forms for key in form.keys for each in self._index.get(key, ())}
            for wanted in asked.values():
                level, agreed, written = max((*compared(mine, form), -number) for number, mine in enumerate(wanted.forms) for form in forms)
                if not level or not (names_only or _brackets_fit(wanted, place, authors, categories, affiliations)):
                    continue
                trusted = agreed > 1 or bool(wanted.groups) or not (self._strict or wanted.forms[-written].last in _COMMON)
                found.append(((level, len(authors) - place, wanted), trusted))
        loose = [fit for fit, _ in found if fit[0] == INITIALS]
        return [fit for fit, _ in found], [fit for fit, trusted in found if names_only or _counts(fit, loose, trusted=trusted)]


def _counts(fit: _Fit, loose: Sequence[_Fit], *, trusted: bool) -> bool:
    """Whether a name that agrees is the reader's: a full one, one that the reader wrote with initials, or one whose initials
    fit nobody else."""
    level, place, wanted = fit
    if level == FULL or not wanted.forms[0].is_full:
        return True
    return trusted and sum(other is wanted or at == place for _, at, other in loose) == 1


def _is_turned(author: str) -> bool:
    """Whether a name may not end with the family name."""
    return "," in author or "(" in author or '"' in author or holds_tex(author) or other_script(author)


def _brackets_fit(
    wanted: _Wanted, place: int, authors: Sequence[str], categories: Sequence[str], affiliations: Sequence[str]
) -> bool:  # fmt: skip
    known = (affiliations[place] if place < len(affiliations) else "") or "; ".join(affiliations).strip("; ")
    where = _worded(known) if known else ""
    codes = {form for code in categories for form in (code.lower(), code.lower().partition(".")[0])}

    def fits(part: str) -> bool:
        if part[:5].lower() == "with ":
            others = (form for number, name in enumerate(authors) if number != place for form in forms_of(name))
            asked = forms_of(part[5:])
            return any(compared(one, other)[0] for other in others for one in asked)
        return part.lower() in codes or (bool(where) and (words := _worded(part)) != "  " and words in where)

    return all(any(map(fits, group)) for group in wanted.groups)


def _worded(text: str) -> str:
    """Words between single blanks, so that whole words can be looked for."""
    return f" {' '.join(re.findall(_WORD, fold(text)))} "


@lru_cache(16)
def _matcher(names: tuple[str, ...]) -> Matcher:
    return Matcher(names)


def match(
    followed: Sequence[str], authors: Sequence[str], categories: Sequence[str] = (), affiliations: Sequence[str] = ()
) -> Match | None:
    """The first author of a paper that is one of `followed`, as a profile writes them; None without one."""
    return _matcher(tuple(followed)).match(authors, categories, affiliations)

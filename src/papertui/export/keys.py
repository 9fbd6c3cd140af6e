"""Citation keys as arXiv makes them: surname, year, first words of the title."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count

from papertui.domain.paper import Paper
from papertui.export.names import key_letters, surname_of

MAX_KEY = 100
"""Longest key before a letter is added, in characters; arXiv's own are about 40."""

_STOPPED = """
a an the and or but nor yet so if then else than as because since while whereas although though however therefore thus hence
about above across after afterwards against along among amongst around at before beforehand behind below beside besides between
beyond by down due during except for from in inc into of off on onto out over per re through throughout thru to together toward towards
under until up upon via with within without
i me my myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they
them their themselves this that these those who whoever whom whose which what whatever anyone anything everyone everything someone
something nobody noone none nothing others other another mine
am is are was were be been being do done had has hasnt have can cannot cant could couldnt may might must should will would
again all almost alone already also always any anyhow anyway anywhere both each either elsewhere enough etc even ever every everywhere few
first former formerly further here hereafter hereby herein hereupon how indeed last latter latterly least less many meanwhile more
moreover most mostly much namely neither never nevertheless next no not now nowhere often once one only otherwise own part perhaps
rather same several some somehow sometime sometimes somewhere still such there thereafter thereby therein thereupon too very well when
whence whenever where whereafter whereby wherein whereupon wherever whether whither whole why thence
two three four five six eight nine ten eleven twelve fifteen twenty forty sixty hundred third
amount back became become becomes becoming bill bottom call co con cry de describe detail eg empty fill find fire found front full get
give go ie interest keep ltd made mill move name please put see seem seemed seeming seems serious show side sincere system take
thin top un
"""
STOP_WORDS = frozenset(_STOPPED.split())
"""The common English stop words (Glasgow's list) that arXiv's formatter passes over in a title."""


def citation_key(paper: Paper) -> str:
    """arXiv's key for a paper: `vaswani2017attentionneed`; small ASCII letters and digits, never empty.

    First author's surname, year, and the first four words of the title that are no stop words (arxiv-browse,
    `formatting/cite.py`). The year is the one in the paper's number, which no later version changes; arXiv's own export takes
    the latest version's. Where a name or title has no ASCII letter `unknown` and the number stand for it.
    """
    surname = next(iter(surname_of(name) for name in paper.authors), "") or "unknown"
    words = [word for word in paper.title.split() if word.lower() not in STOP_WORDS]
    title = key_letters(" ".join(words[:4])) or key_letters(paper.id.number)
    return f"{surname}{paper.id.year}{title}"[:MAX_KEY]


def disambiguated(key: str, taken: Collection[str]) -> str:
    """`key`, or `key` with the first of a, b, ..., z, aa, ... that is free. `taken` holds keys in small letters: BibTeX ignores case."""
    if key.lower() not in taken:
        return key
    return next(candidate for letters in _suffixes() if (candidate := f"{key}{letters}").lower() not in taken)


def _suffixes() -> Iterator[str]:
    for number in count(1):
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(ord("a") + digit) + letters
        yield letters

"""Papers that were posted twice, told by their titles and abstracts. Pure.

Where programs post, nearly a third of a list is the same work again: by the same agent, by another, as `(v2)`, with a word
added (FACTS 8). Where in doubt two papers stay two: a row too many is seen, a paper folded away wrongly is not.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from papertui.domain.fold import fold
from papertui.domain.ids import PaperId
from papertui.domain.plain import plain

TITLES_ALIKE = 0.6
"""Share of the words of two titles that both have, from which their abstracts are looked at. Of a real fortnight the pairs above
it are reworded or numbered versions of one work; the first of two works stands at 0.52."""

ABSTRACTS_ALIKE = 0.4
"""Share of the runs of three words that both abstracts have."""

TITLES_RELATED = 0.3
"""The same, where the abstracts are the same word by word."""

T = TypeVar("T")

_RUN = 3
_ABSTRACT_WORDS = 1_000
_TITLE_WORDS = 100
_TELLING_TITLE = 3
"""Words from which an equal title says by itself that a work is the same: `test` does not."""
_TELLING_ABSTRACT = 20
_LATEST = 16
"""Papers looked at for each telling word of a title, the latest: a list of thousands made from one pattern stays quick."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_VERSION = re.compile(r"(?<!\w)(?:v|ver\.?|version|rev\.?|revision)\s?\d{1,3}(?:\.\d{1,3})*(?!\w)")
_NUMBER = re.compile(
    r".*\d.*|[b-z]|ii|iii|iv|vi|vii|viii|ix|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth|sixth",
    re.ASCII,
)
"""What tells the parts of a series apart: figures, Roman numerals, number words, single letters (the article apart)."""
_SMALL = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "its", "of", "on", "or", "the", "to", "using", "via", "with"]
)
_FORMS = frozenset(["revised", "updated", "extended", "verified", "corrected", "final", "draft", "preprint"])
"""Words that name another state of a work, not another work."""


class _Text:
    """One paper as it is compared."""

    def __init__(self, paper: PaperId, title: str, abstract: str) -> None:
        self.id = paper
        self._abstract = abstract
        self.abstract_key = " ".join(abstract.lower().split())
        told = _VERSION.sub(" ", fold(plain(title)))
        words = _WORD.findall(told)[:_TITLE_WORDS]
        self.key = " ".join(_WORD.findall(fold(plain(title))))
        self.length = len(words)
        self.numbers = Counter(word for word in words if _NUMBER.fullmatch(word))
        self.words = frozenset(_singular(word) for word in words if word not in _SMALL and not _NUMBER.fullmatch(word))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The abstract's words."""
        return tuple(_WORD.findall(fold(plain(self._abstract)))[:_ABSTRACT_WORDS])

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(map(_singular, self.said))

    @cached_property
    def runs(self) -> frozenset[int]:
        """Its runs of words, as numbers: they are compared often."""
        return frozenset(map(hash, zip(*(self.said[start:] for start in range(_RUN)), strict=False)))


def groups(papers: Iterable[tuple[PaperId, str, str]]) -> dict[PaperId, PaperId]:
    """Each paper that says again what an earlier one said, with that one: (id, title, abstract) in, in any order.

    The earlier one by number leads and is no key itself; leaders have no leader. Two papers are one work where their titles are
    equal but for accents, case and marks; or alike, and so are their abstracts, and no number, numeral or letter of a
    title, and no word of one that only its own abstract repeats, tells them apart; or where their abstracts are the same.
    """
    texts = sorted((_Text(*paper) for paper in papers), key=lambda text: (text.id.number, text.id.archive))
    common = Counter(word for text in texts for word in text.words)
    index = _Index(common)
    found: dict[PaperId, PaperId] = {}
    for text in texts:
        leader = index.leader_of(text)
        if leader is not None and leader.id != text.id:
            found[text.id] = leader.id
    return found


class _Index:
    """The leaders so far, by what a paper of the same work would have in common with them."""

    def __init__(self, common: Counter[str]) -> None:
        self._common = common
        self._by_title: dict[str, _Text] = {}
        self._by_abstract: dict[str, _Text] = {}
        self._by_word: defaultdict[str, list[_Text]] = defaultdict(list)

    def leader_of(self, text: _Text) -> _Text | None:
        """Who leads `text`; None where nobody does, and it is a leader from now on."""
        leader = self._same(text)
        if leader is None:
            for word in self._telling(text):
                self._by_word[word].append(text)
        self._by_title.setdefault(text.key, leader or text)
        if text.abstract_key.count(" ") >= _TELLING_ABSTRACT:
            self._by_abstract.setdefault(text.abstract_key, leader or text)
        return leader

    def _same(self, text: _Text) -> _Text | None:
        titled = self._by_title.get(text.key) if text.key else None
        if titled is not None and (text.length >= _TELLING_TITLE or _share(text.runs, titled.runs) >= ABSTRACTS_ALIKE):
            return titled
        abstracted = self._by_abstract.get(text.abstract_key)
        if abstracted is not None and _share(text.words, abstracted.words) >= TITLES_RELATED:
            return abstracted
        seen = {other.id: other for word in self._telling(text) for other in self._by_word[word][-_LATEST:]}
        alike = [(share, other) for other in seen.values() if (share := _alike(text, other))]
        return min(alike, key=lambda pair: (-pair[0], pair[1].id))[1] if alike else None

    def _telling(self, text: _Text) -> list[str]:
        """The title's rarest words, as many as two titles alike must have one of in common."""
        words = sorted(text.words, key=lambda word: (self._common[word], word))
        return words[: len(words) - math.ceil(TITLES_ALIKE * len(words)) + 1]


def _alike(one: _Text, other: _Text) -> float:
    """How alike two papers of one work are; 0 where they are two works."""
    share = _share(one.words, other.words)
    if share < TITLES_ALIKE or one.numbers != other.numbers or _told_apart(one, other):
        return 0.0
    said = _share(one.runs, other.runs)
    return share + said if said >= ABSTRACTS_ALIKE else 0.0


def _told_apart(one: _Text, other: _Text) -> bool:
    """Whether the titles name different things: an organism, a language, a model.

    A word put in another's place must stand in both abstracts; a word added must not stand in one of them only.
    """
    first, second = one.words - other.words - _FORMS, other.words - one.words - _FORMS
    own = first | second
    if first and second:
        return not own <= one.vocabulary & other.vocabulary
    return any((word in one.vocabulary) != (word in other.vocabulary) for word in own)


def _share(one: frozenset[T], other: frozenset[T]) -> float:
    """What two sets have in common, of all that either has (Jaccard); 0 for two empty ones."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word

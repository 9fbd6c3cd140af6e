"""What models answer, read with patience: the text of an answer -> judgements.

Models put prose and code fences around their JSON, think aloud, forget commas and quotes, stop in the middle. So the text is read by a small scanner of
its own (`scan.py`), piece by piece, in time linear in its length. Nothing in here raises, and what is doubtful counts as missing: it is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from papertui.domain.gate import one_line
from papertui.domain.score import grade
from papertui.scoring.scan import Closed, Scanner, Thoughts, after_thoughts

MAX_COMMENT = 600
"""Longest comment, in characters: one sentence was asked for."""

MAX_ID = 64

_MARK = re.compile(r"\s*(\d{1,3}(?:\.\d{0,9})?)\s*(?:(?:/|out of)\s*10(?:\.0)?)?\s*\Z", re.ASCII)
_YES = {"true", "yes", "keep", "kept", "1", "y"}
_NO = {"false", "no", "drop", "dropped", "0", "n"}
_NOISE = " \t\r\n[](){}<>\"'`*#.,;:=\u201c\u201d\u2018\u2019"
_LABEL = re.compile(r"(?:paper)?[\s_-]*id\s*[:=#]\s*")
_BULLET = re.compile(r"\A(?:[-*\u2022]|\d{1,4}[.):])\s+")


class Judgement(NamedTuple):
    """What a model said of one paper, through the gate; nobody has looked yet whether that paper was asked about."""

    id: str
    """As typed, without blanks at its ends."""
    relevance: float | None
    """1 to 10; None where it is missing or no such thing."""
    novelty: float | None
    comment: str


class AnswerReader:
    """Reads an answer as it arrives.

    An answer that begins with JSON gives its judgements as they are completed; one that begins with prose only at its end, for all of it may turn
    out to be thoughts: some servers leave out `<think>` and send `</think>` alone. Where that comes after judgements were given out, each of their
    ids is given once more without scores, so that `by_id` takes none of them.
    """

    def __init__(self) -> None:
        self._scanner = Scanner()
        self._thoughts = Thoughts()
        self._given: list[str] = []

    def feed(self, text: str) -> list[Judgement]:
        """The judgements whose object has just been completed."""
        return self._read(self._thoughts.feed(text), held=False)

    def close(self) -> list[Judgement]:
        """What only the end settles."""
        held = self._thoughts.prose
        return self._read(self._thoughts.close(), held, last=True)

    def _read(self, text: str, held: bool, last: bool = False) -> list[Judgement]:
        found: list[Judgement] = []
        for closed in self._scanner.feed(text, last):
            if closed is None:
                found = [] if held else [*found, *(Judgement(given, None, None, "") for given in self._given)]
                self._given = []
            elif (judgement := _judgement(closed)) is not None:
                found.append(judgement)
                self._given.append(judgement.id)
        return found


def judgements(text: str) -> list[Judgement]:
    """All judgements of a whole answer, in the order they stand in."""
    reader = AnswerReader()
    return reader.feed(text) + reader.close()


def kept(text: str) -> dict[str, bool]:
    """The answer to a title screen: {id as typed: whether the paper stays}; a paper named twice stays if either says so."""
    found: dict[str, bool] = {}
    for closed in _whole(text):
        named = closed.value("id", "paper_id") or (closed.name if closed.value("keep") else None)
        said = [(named, closed.value("keep"))] if named else closed.pairs
        for name, word in said:
            word = (word or "").strip().lower()
            if word in _YES or word in _NO:
                name = one_line(name, MAX_ID)
                found[name] = word in _YES or found.get(name, False)
    return found


def order(text: str) -> list[str]:
    """The answer to a tie-break: ids as typed, best first, each once. A list named `order`, else the longest list, else one id a line."""
    lists: list[tuple[bool, int, list[str]]] = []
    objects: list[str] = []
    for closed in _whole(text):
        if closed.items:
            lists.append((closed.name.strip().lower() == "order", len(closed.items), closed.items))
        elif named := closed.value("id", "paper_id"):
            objects.append(named)
    best = max(lists, key=lambda one: one[:2], default=(False, 0, objects))[2]
    if not best and "{" not in (rest := after_thoughts(text)):
        lines = (_BULLET.sub("", line.strip()).strip(_NOISE) for line in rest.splitlines())
        best = [line for line in lines if line and len(line.split()) == 1]
    return list(dict.fromkeys(filter(None, (one_line(item, MAX_ID) for item in best))))


def by_id(found: Iterable[Judgement], asked: Collection[str]) -> tuple[dict[str, Judgement], set[str]]:
    """The judgements that count, by the id that was asked about, and the ids whose entries do not.

    Ids nobody asked about are dropped. The same said twice counts once; two entries for one id that differ in their scores may mean that another
    paper's text has dictated one, so neither counts; nor does an entry without both scores.
    """
    wanted = {_bare(one): one for one in asked}
    taken: dict[str, Judgement] = {}
    bad: set[str] = set()
    for judgement in found:
        if (name := wanted.get(_bare(judgement.id))) is None:
            continue
        mine = judgement._replace(id=name)
        seen = taken.setdefault(mine.id, mine)
        if mine.relevance is None or mine.novelty is None or seen[1:3] != mine[1:3]:
            bad.add(mine.id)
    return {name: judgement for name, judgement in taken.items() if name not in bad}, bad


def _judgement(closed: Closed) -> Judgement | None:
    """An object that names a score is a judgement; the models' echoes of papers and formats are none."""
    relevance, novelty = closed.value("relevance"), closed.value("novelty")
    if relevance is None and novelty is None:
        return None
    named = closed.value("id", "paper_id")
    name = one_line(closed.name if named is None else named, MAX_ID)
    found = Judgement(name, _mark(relevance), _mark(novelty), one_line(_said(closed.value("comment")), MAX_COMMENT))
    if not closed.ended and (found.relevance is None or found.novelty is None):
        return None
    return found if name else None


def _mark(text: str | None) -> float | None:
    """`8`, `8.0`, `8/10`, `8 out of 10`."""
    found = _MARK.match(text) if text is not None else None
    return grade(found[1]) if found else None


def _said(comment: str | None) -> str:
    return "" if comment is None or comment in ("null", "None") else comment


def _bare(name: str) -> str:
    """An id as it is compared: without case, brackets, quotes, and `id:` before it."""
    text = name.strip(_NOISE).lower()
    label = _LABEL.match(text)
    return text[label.end() :].strip(_NOISE) if label else text


def _whole(text: str) -> list[Closed]:
    """All that is closed in a whole answer, without thoughts."""
    found: list[Closed] = []
    thoughts = Thoughts()
    for closed in Scanner().feed(thoughts.feed(text) + thoughts.close(), last=True):
        if closed is None:
            found = []
        else:
            found.append(closed)
    return found

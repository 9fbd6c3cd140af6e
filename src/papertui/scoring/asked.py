"""What a model is told and asked: prompts filled in, papers as data, ids that mean nothing elsewhere. Pure."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from papertui.domain import toml
from papertui.domain.paper import Paper
from papertui.domain.profile import Profile
from papertui.errors import UsageError
from papertui.prompts import MODEL_PROMPTS
from papertui.scoring.asking import Question

SCALE = "1-10"
"""Part of the recipe: another scale is another score."""

MOST_ABSTRACT = 8_000
"""Characters of an abstract that are sent; arXiv's end at 1,920."""

_ID_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
"""No vowels, so that no id is a word; none of 0, 1, i, l, o, so that none is misread."""
_ID_LENGTH = 4


class Texts(NamedTuple):
    """The prompts with the reader's profile filled in."""

    scoring: str
    title_screen: str
    tie_break: str
    recipe: str
    """Digest of all of it: what a score by a model depends on besides paper and model."""


class Prompt(NamedTuple):
    """One prompt file."""

    where: str
    """For an error line."""
    text: str


class Sheet(NamedTuple):
    """A request and what its ids mean."""

    question: Question
    papers: Mapping[str, Paper]
    """By the id local to this request, in the order in which they are given."""


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PLACE = re.compile(r"\{\{([^{}\n]*)\}\}")


def fill_in(prompts: Mapping[str, Prompt], profile: Profile) -> Texts:
    """The instructions of each kind of request. UsageError with file and line for a placeholder that there is not."""
    known = {
        "topics": _topics(profile),
        "keywords": "; ".join(profile.keywords) or "(none)",
        "unwanted": "; ".join(profile.unwanted) or "(none)",
    }
    role, rubric, topics, output, titles, ties = (_filled(prompts[name], known) for name in MODEL_PROMPTS)
    everything = "\0".join((SCALE, role, rubric, topics, output, titles, ties))
    return Texts(
        scoring="\n\n".join((role, rubric, topics, output)),
        title_screen="\n\n".join((role, topics, titles)),
        tie_break="\n\n".join((role, rubric, topics, ties)),
        recipe=hashlib.sha256(everything.encode()).hexdigest()[:16],
    )


def _filled(prompt: Prompt, known: Mapping[str, str]) -> str:
    def place(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name not in known:
            line = prompt.text.count("\n", 0, prompt.text.index(found[0])) + 1
            nearest = toml.nearest(name, known)
            raise UsageError(
                f"{prompt.where} line {line}: no placeholder is called {{{{{toml.printable(name)}}}}}; the nearest is {{{{{nearest}}}}}"
            )
        return known[name]

    return _PLACE.sub(place, _COMMENT.sub("", prompt.text)).strip()


def _topics(profile: Profile) -> str:
    lines = []
    for number, topic in enumerate(profile.topics, 1):
        text = " ".join(topic.text.split())
        lines.append(f"{number}. {topic.name}: {text}" if text else f"{number}. {topic.name}")
    return "\n".join(lines) or "(none given: judge by the words and phrases below)"


# -- requests


def _object(**properties: Any) -> dict[str, Any]:
    """A JSON object of the strict subset: every key required, nothing else allowed."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _schema(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name, "strict": True, "schema": _object(**properties)}


def _list_of(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item}


_TEXT, _NUMBER, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_SCORES_SCHEMA = _schema("scores", papers=_list_of(_object(id=_TEXT, comment=_TEXT, relevance=_NUMBER, novelty=_NUMBER)))
_KEEP_SCHEMA = _schema("titles", papers=_list_of(_object(id=_TEXT, keep=_FLAG)))
_ORDER_SCHEMA = _schema("order", order=_list_of(_TEXT))


def scoring_sheet(texts: Texts, papers: Sequence[Paper], salt: str, most_tokens: int | None = None) -> Sheet:
    """A request for the scores of these papers, shuffled. `salt`: what makes this request's ids and order its own."""
    named = _named(texts, papers, salt)
    lines = [_line(id=name, title=_flat(paper.title), abstract=_flat(paper.abstract)[:MOST_ABSTRACT]) for name, paper in named.items()]
    return Sheet(Question(texts.scoring, _fenced(lines), _SCORES_SCHEMA, most_tokens), named)


def title_sheet(texts: Texts, papers: Sequence[Paper], salt: str, most_tokens: int | None = None) -> Sheet:
    """A request for which of these papers are worth their abstract."""
    named = _named(texts, papers, salt)
    lines = [_line(id=name, title=_flat(paper.title)) for name, paper in named.items()]
    return Sheet(Question(texts.title_screen, _fenced(lines), _KEEP_SCHEMA, most_tokens), named)


def tie_sheet(texts: Texts, papers: Sequence[Paper], salt: str, most_tokens: int | None = None) -> Sheet:
    """A request for a strict order of these papers."""
    named = _named(texts, papers, salt)
    lines = [_line(id=name, title=_flat(paper.title), abstract=_flat(paper.abstract)[:MOST_ABSTRACT]) for name, paper in named.items()]
    return Sheet(Question(texts.tie_break, _fenced(lines), _ORDER_SCHEMA, most_tokens), named)


def _named(texts: Texts, papers: Sequence[Paper], salt: str) -> dict[str, Paper]:
    """Papers in a shuffled order, by ids that no abstract can foresee: they hang on the reader's prompts and on all papers of the request."""
    seed = "\0".join((texts.recipe, salt, *(paper.digest for paper in papers)))
    chance = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - unforeseeable to authors, the same in a repetition
    written = "\n".join(f"{paper.title}\n{paper.abstract}" for paper in papers).lower()
    order = list(papers)
    chance.shuffle(order)
    named: dict[str, Paper] = {}
    for paper in order:
        while True:
            name = "".join(chance.choices(_ID_LETTERS, k=_ID_LENGTH))
            if name not in written and all(_apart(name, other) for other in named):
                break
        named[name] = paper
    return named


def _apart(one: str, other: str) -> bool:
    """Two ids differ in more than one letter, so that one slip of a model does not name another paper."""
    return sum(a != b for a, b in zip(one, other, strict=True)) > 1


def _flat(text: str) -> str:
    return " ".join(text.split())


def _line(**values: str) -> str:
    """A JSON object on one line, in which nothing looks like the fence around the papers."""
    return json.dumps(values, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def _fenced(lines: Sequence[str]) -> str:
    return "\n".join(("<papers>", *lines, "</papers>"))


_ADDRESSED = re.compile(
    "|".join(
        (
            r"(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,3}(?:instructions?|prompts?|rules|rubric|guidelines)",
            (
                r"\b(?:set|give|assign|rate|score|mark|award)\b[^.]{0,60}\b(?:scores?|relevance|novelty|papers?|10|ten)\b"
                r"[^.]{0,40}\b(?:10|ten|1|one|maximum|highest|lowest)\b"
            ),
            r"[\"']?(?:relevance|novelty)[\"']?\s*[:=]\s*[\"']?\d",
            r"[\"'](?:id|papers|keep|order)[\"']\s*:",
            r"</?\s*(?:papers?|system|assistant|user)\s*>|```|<\|",
            r"\b(?:as an? (?:ai|language model|llm)|you are an? (?:ai|assistant|language model|reviewer|scorer)|system prompt)\b",
            r"\b(?:ai|llm) (?:reviewer|scorer)s?\b.{0,40}\b(?:must|should|please)\b",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)


def is_addressed(paper: Paper) -> bool:
    """Whether a paper seems to talk to the model rather than to people: it then gets a request of its own, where it can harm nobody."""
    return _ADDRESSED.search(f"{paper.title}\n{paper.abstract}") is not None

"""What the model behind tests/model_server.py thinks: scores by title, answers in our formats, and what a weak model does with hostile abstracts. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]

IGNORE = re.compile(r"(?:ignore|disregard|forget)\b[^.]{0,60}\binstructions", re.IGNORECASE)
RATE_OTHERS = re.compile(r"rate (?:every|all)(?: the)?(?: other)? papers?(?: with| as| a| at)? (\d+)", re.IGNORECASE)
RATE_THIS = re.compile(r"(?:rate|give|score) this paper(?: with| as| a| at)? (\d+)", re.IGNORECASE)
SET_SCORE = re.compile(r"set the score of (.{1,200}?) to (-?\d+)", re.IGNORECASE)
CHARACTERS_PER_TOKEN = 4.3
REASONING_PER_PAPER = 11


class Entry(NamedTuple):
    """One paper's part of an answer."""

    title: str
    """Empty for what no paper asked for (an invented id, an echo)."""
    text: str
    """As it stands in the answer."""


class Thought(NamedTuple):
    """A whole answer."""

    text: str
    entries: Sequence[Entry]

    def titles_in(self, text: str) -> list[str]:
        """The papers that `text`, which may be a beginning of this answer, answers."""
        return list(dict.fromkeys(entry.title for entry in self.entries if entry.title and entry.text in text))


def digest(title: str) -> bytes:
    return hashlib.sha256(" ".join(title.split()).encode()).digest()


def expected(title: str) -> tuple[int, int]:
    """(relevance, novelty) of a paper, each 1 to 10, by its title alone; spaces do not count."""
    told = digest(title)
    return 1 + told[0] % 10, 1 + told[1] % 10


def expected_keep(title: str) -> bool:
    """The title screen's word: three in four are kept."""
    return digest(title)[2] % 4 != 0


def expected_order(titles: Sequence[str]) -> list[str]:
    """Best first: by the sum of both scores, then by hash."""
    return sorted(titles, key=lambda title: (-sum(expected(title)), digest(title)))


def expected_comment(title: str) -> str:
    return f"Remark {digest(title).hex()[:6]} on what is new here, with a “quote” and a \\ in it."


def said(message: Json) -> str:
    """The text of a message, of whose content parts there may be several."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def papers_in(request: Json) -> list[Json]:
    """Lines of the last user message that are JSON objects with an id."""
    users = [message for message in request.get("messages", []) if message.get("role") == "user"]
    found = []
    for line in said(users[-1]).splitlines() if users else []:
        if line.lstrip().startswith("{"):
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and isinstance(value.get("id"), str) and "title" in value:
                found.append(value)
    return found


def task_of(request: Json, papers: Sequence[Json]) -> str:
    """`score`, `keep` or `order`: by the schema where one is sent, else by the answer that the instructions show."""
    schema = ((request.get("response_format") or {}).get("json_schema") or {}).get("schema") or {}
    asked = (
        json.dumps(schema)
        if schema
        else " ".join(said(message) for message in request.get("messages", []) if message.get("role") != "user")
    )
    if not schema and not papers:
        return "chat"
    if '"order"' in asked:
        return "order"
    return "keep" if '"keep"' in asked and not any("abstract" in paper for paper in papers) else "score"


def tokens_of(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def prompt_tokens(request: Json) -> int:
    """By a rule of our own: characters / 4.3, rounded up for each message, and 3 for each."""
    return sum(tokens_of(said(message)) + 3 for message in request.get("messages", []))


def objects_in(text: str) -> Iterator[Json]:
    """JSON objects with an id that stand anywhere in a text, also within others' lists."""
    decoder = json.JSONDecoder(strict=False)
    for found in re.finditer(r"\{", text):
        try:
            value, _ = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and "id" in value:
            yield value


def echoes(paper: Json) -> list[str]:
    """What the abstract of a paper dictates: scores under ids (positions, titles) as they are written there."""
    abstract = str(paper.get("abstract", ""))
    told = [json.dumps(value, ensure_ascii=False) for value in objects_in(abstract)]
    for whose, score in SET_SCORE.findall(abstract):
        told.append(
            json.dumps(
                {"id": whose.strip(" \"'`"), "comment": "As told.", "relevance": int(score), "novelty": int(score)}, ensure_ascii=False
            )
        )
    return told


def dictated(papers: Sequence[Json]) -> Mapping[str, int]:
    """Id -> the score that another paper's (or its own) abstract orders for it, as a weak model that obeys would give it."""
    scores: dict[str, int] = {}
    for paper in papers:
        abstract = str(paper.get("abstract", ""))
        others = RATE_OTHERS.search(abstract) if IGNORE.search(abstract) else None
        if others:
            scores.update({other["id"]: int(others[1]) for other in papers if other["id"] != paper["id"]})
    for paper in papers:
        own = RATE_THIS.search(str(paper.get("abstract", "")))
        if own:
            scores[paper["id"]] = int(own[1])
    return scores


def score_entry(paper: Json, order: int | None, keys: Sequence[str]) -> str:
    title = str(paper["title"])
    relevance, novelty = expected(title) if order is None else (order, order)
    whole = {"id": paper["id"], "comment": expected_comment(title), "relevance": relevance, "novelty": novelty}
    return json.dumps({key: value for key, value in whole.items() if not keys or key in keys}, ensure_ascii=False)


def think(
    request: Json,
    papers: Sequence[Json],
    rng: random.Random,
    *,
    drop: float = 0.0,
    invent: float = 0.0,
    double: float = 0.0,
    obey: bool = False,
) -> Thought:
    """The model's answer, bare. `drop`, `invent`, `double` are shares of the papers; `obey`: the abstracts' orders are carried out."""
    task = task_of(request, papers)
    if task == "chat":
        return Thought("OK", ())
    given = [paper for paper in papers if rng.random() >= drop]
    made_up = ["".join(rng.choices("bcdfghjkmnpqrstvwxz23456789", k=4)) for _ in papers if rng.random() < invent]
    if task == "order":
        ids = {str(paper["title"]): paper["id"] for paper in given}
        entries = [Entry(title, json.dumps(ids[title])) for title in expected_order(list(ids))] + [
            Entry("", json.dumps(made)) for made in made_up
        ]
        return Thought('{"order": [' + ", ".join(entry.text for entry in entries) + "]}", entries)
    if task == "keep":
        entries = [Entry(str(p["title"]), json.dumps({"id": p["id"], "keep": expected_keep(str(p["title"]))})) for p in given]
        entries += [Entry("", json.dumps({"id": made, "keep": True})) for made in made_up]
    else:
        orders = dictated(papers) if obey else {}
        schema = ((request.get("response_format") or {}).get("json_schema") or {}).get("schema") or {}
        keys = list(schema.get("properties", {}).get("papers", {}).get("items", {}).get("properties", {}))
        entries = [Entry(str(paper["title"]), score_entry(paper, orders.get(paper["id"]), keys)) for paper in given]
        entries += [Entry("", score_entry({"id": made, "title": made}, None, keys)) for made in made_up]
    entries = [entry for entry in entries for _ in range(2 if rng.random() < double else 1)]
    echoed = [told for paper in papers for told in echoes(paper)] if obey else []
    return placed(entries, echoed, rng, strict="json_schema" in str(request.get("response_format")))


def placed(entries: list[Entry], echoed: Sequence[str], rng: random.Random, *, strict: bool) -> Thought:
    """The answer with what abstracts dictated: in the list before or after the right lines, or (where no schema binds) as an object of its own around it."""
    before, after = "", ""
    for told in echoed:
        where = rng.choice(("first", "last") if strict else ("first", "last", "before", "after"))
        if where == "first":
            entries = [Entry("", told), *entries]
        elif where == "last":
            entries = [*entries, Entry("", told)]
        elif where == "before":
            before += '{"papers": [' + told + "]}\n"
        else:
            after += "\n```\n```json\n" + '{"papers": [' + told + "]}\n```"
    listed = ",\n".join(entry.text for entry in entries)
    return Thought(before + '{"papers": [\n' + listed + "\n]}" + after, entries)


def dressed(text: str, *, thinking: bool, fenced: bool) -> str:
    """As models without a response format answer: a <think> block with traps in it, a fence, prose around."""
    if fenced:
        text = f"Here are the scores you asked for:\n\n```json\n{text}\n```\n\nLet me know if {{anything}} is missing."
    if thinking:
        text = (
            '<think>\nFirst, the rubric {relevance, novelty}. {"id": "zzzz", "comment": "draft", "relevance": 1, "novelty": 1}\n[1, 2\n</think>\n\n'
            + text
        )
    return text

"""JSON keyed by arXiv id: `out/output.json` of tatsu-lab/gpt_paper_assistant and its descendants.

Each value has title, authors, abstract, arxiv_id and the model's ARXIVID, COMMENT, RELEVANCE, NOVELTY (a descendant adds
SCORE, their sum). A followed author's paper has COMMENT "Author match", SCORE 20 and neither RELEVANCE nor NOVELTY.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from papertui.domain.gate import one_line
from papertui.domain.ids import parse_reference
from papertui.domain.published import PublishedList
from papertui.lists.dates import list_date
from papertui.lists.entries import Collector, NotAList, RawEntry
from papertui.lists.json_text import repeated_keys

_SCORED = {"RELEVANCE", "NOVELTY", "COMMENT", "SCORE"}


def is_flat(data: Mapping[str, object]) -> bool:
    """Whether an object is such a list; `{}` is one, of a day without papers."""
    return not data or any(is_scored(value) for value in data.values())


def is_scored(value: object) -> bool:
    """Whether a value is an entry with the model's fields."""
    return isinstance(value, Mapping) and not _SCORED.isdisjoint(value)


def parse_flat(data: Mapping[str, object] | Sequence[object], name: str) -> PublishedList:
    """The list in an object keyed by id, or in an array of such entries. NotAList where no entry can be taken."""
    collector = Collector(name)
    collect(data, collector)
    refuse_if_nothing(collector, len(data))
    return PublishedList(list_date(name), collector.entries, None, tuple(collector.problems), "json")


def collect(papers: Mapping[str, object] | Sequence[object], collector: Collector) -> None:
    """Take the entries of an object keyed by id, or of an array."""
    pairs: Iterable[tuple[str, object]]
    if isinstance(papers, Mapping):
        pairs = papers.items()
        for key in repeated_keys(papers):
            collector.problem(key, "is a key twice: the first holds")
    else:
        pairs = (("", value) for value in papers)
    for number, (key, value) in enumerate(pairs, 1):
        if isinstance(value, Mapping):
            collector.add(_raw(key, value, collector))
        else:
            collector.problem(key or f"entry {number}", f"is no paper but a JSON {_kind(value)}")


def refuse_if_nothing(collector: Collector, given: int) -> None:
    """NotAList where a file had entries and none of them could be taken."""
    if given and not collector.entries:
        first = f": {collector.problems[0]}" if collector.problems else ""
        raise NotAList(collector.name, f"none of its {given} entries could be read{first}")


def _raw(key: str, value: Mapping[str, object], collector: Collector) -> RawEntry:
    primary = _text(value.get("primary_category"))
    extra = _extra(value)
    relevance, novelty = value.get("RELEVANCE"), value.get("NOVELTY")
    if relevance is None and novelty is None and (sum_given := _sum(value.get("SCORE"))):
        extra["score"] = sum_given
    return RawEntry(
        id=_id(key, value, collector),
        title=_text(value.get("title")),
        abstract=_text(value.get("abstract")),
        authors=_authors(value.get("authors")),
        relevance=relevance,
        novelty=novelty,
        comment=_text(value.get("COMMENT")),
        categories=[name for name in (primary, *_texts(value.get("categories"))) if name],
        extra=extra,
    )


def _id(key: str, value: Mapping[str, object], collector: Collector) -> str:
    """The key, else `arxiv_id` (the feed's), else `ARXIVID` (the model's, which may be made up)."""
    given = [text for text in (key, _text(value.get("arxiv_id")), _text(value.get("ARXIVID"))) if text]
    readable = {text: found for text in given if (found := _readable(text))}
    if len(set(readable.values())) > 1:
        collector.problem(next(iter(readable)), f"also calls itself {one_line(list(readable)[-1], 40)}: the first holds")
    return next(iter(readable), given[0] if given else "")


def _readable(text: str) -> str | None:
    try:
        return str(parse_reference(text[:200])[0])
    except ValueError:
        return None


def _extra(value: Mapping[str, object]) -> dict[str, str]:
    """Topics and tags of later layouts, under the words that the Markdown page uses for them."""
    primary = _text(value.get("PRIMARY_TOPIC_LABEL"))
    others = [label for label in _texts(value.get("MATCHED_TOPIC_LABELS")) if label != primary]
    found = {
        "primary_topic": primary,
        "also_matches": ", ".join(others),
        "topic_match": _text(value.get("TOPIC_MATCH_COMMENT")),
        "hotspot": ", ".join(_texts(value.get("HOTSPOT_PAPER_LABELS"))),
        "hotspot_comment": _text(value.get("HOTSPOT_PAPER_COMMENT")),
        "tags": ", ".join(_texts(value.get("TAGS")) or _texts(value.get("topic_tags"))),
    }
    return {key: text for key, text in found.items() if text}


def _sum(value: object) -> str:
    """A publisher's SCORE (20 for an author match) for the record: it is no relevance and no novelty."""
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100
    return f"{value:g}" if known else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _authors(value: object) -> str | list[str]:
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return []
    return [_text(item.get("name")) if isinstance(item, Mapping) else _text(item) for item in value]


def _kind(value: object) -> str:
    return {list: "array", str: "string", bool: "true or false", type(None): "null"}.get(type(value), "number")

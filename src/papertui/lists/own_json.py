"""papertui's own editions as JSON: what `list --format json|jsonl` and `export --format jsonl` print."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import parse_reference
from papertui.domain.paper import ANNOUNCE_TYPES, Paper
from papertui.domain.published import Listed, PublishedList
from papertui.lists.dates import iso_date, list_date
from papertui.lists.entries import Collector, NotAList, RawEntry, count, instant, shown

SCHEMA_VERSION = 1
"""The version of a paper's JSON that this module reads (the contract's "JSON of a paper")."""


def is_own(value: object) -> bool:
    """Whether a JSON value is one paper as papertui writes it."""
    return isinstance(value, Mapping) and isinstance(value.get("id"), str) and "relevance" in value and "schema_version" in value


def parse_own(papers: Sequence[object], name: str, edition: object = None) -> tuple[PublishedList, ...]:
    """Editions in `papers`, oldest first: one, or as many as dates occur. NotAList where nothing can be taken."""
    by_date: dict[date | None, Collector] = {}
    default = iso_date(edition)
    problems = Collector(name)
    for number, value in enumerate(papers, 1):
        day = (default or iso_date(value.get("date"))) if isinstance(value, Mapping) else default
        collector = by_date.setdefault(day or list_date(name), Collector(name))
        if not isinstance(value, Mapping) or not is_own(value):
            problems.problem(f"entry {number}", "is no paper as papertui writes them")
        elif value["schema_version"] != SCHEMA_VERSION:
            problems.problem(value["id"], "was written by a newer papertui: update this one")
        else:
            _add(value, collector)
    lists = [
        PublishedList(day, collector.entries, None, tuple(collector.problems), "papertui")
        for day, collector in sorted(by_date.items(), key=lambda item: item[0] or date.min)
        if collector.entries
    ]
    unread = tuple(problems.problems)
    if not lists:
        failed = [problem for collector in by_date.values() for problem in collector.problems] + list(unread)
        first = f": {failed[0]}" if failed else ""
        raise NotAList(name, f"none of its {len(papers)} entries could be read{first}")
    return (replace(lists[0], problems=lists[0].problems + unread), *lists[1:])


def parse_jsonl(text: str, name: str) -> tuple[PublishedList, ...] | None:
    """Editions in JSON lines; None where the first line is no paper of papertui's."""
    lines = [line for line in text.splitlines() if line.strip()]
    values: list[object] = []
    for line in lines:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            values.append(None)
        if not is_own(values[0]):
            return None
    return parse_own(values, name) if values else None


def _add(value: Mapping[str, object], collector: Collector) -> None:
    identity = str(value["id"])
    try:
        paper_id, _ = parse_reference(identity[:200])
    except ValueError as error:
        collector.problem(identity, shown(error, 120))
        return
    title = _line(value, "title")
    if not title:
        collector.problem(identity, "has no title")
        return
    primary = _line(value, "primary_category") or ""
    human = value.get("human_authors")
    version = count(value.get("version"))
    paper = Paper(
        id=paper_id,
        title=title,
        abstract=paragraphs(abstract) if isinstance(abstract := value.get("abstract"), str) else "",
        authors=_lines(value.get("authors")),
        version=version if version and version < 10_000 else None,
        categories=tuple(dict.fromkeys(name for name in (primary, *_lines(value.get("categories"))) if name)),
        published=instant(value.get("published")),
        author_comment=_line(value, "author_comment"),
        journal_ref=_line(value, "journal_ref"),
        doi=_line(value, "doi"),
        license=_line(value, "license"),
        withdrawn=value.get("withdrawn") is True,
        human_authors=_lines(human) if isinstance(human, list) else None,
        upvotes=count(value.get("upvotes")),
        comments_count=count(value.get("comments_count")),
        submitter=_line(value, "submitter"),
        organization=_line(value, "organization"),
        ai_summary=_line(value, "ai_summary"),
        keywords=_lines(value.get("keywords")),
        source_tags=_lines(value.get("source_tags")),
        html_url=_url(value, "html_url"),
        code_url=_url(value, "code_url"),
        code_stars=count(value.get("code_stars")),
        project_url=_url(value, "project_url"),
    )
    scored = RawEntry(
        id=identity,
        title=title,
        relevance=value.get("relevance"),
        novelty=value.get("novelty"),
        comment=_line(value, "comment") or "",
        model=_line(value, "model"),
    )
    extra = {"scorer": _line(value, "scorer") or ""}
    collector.take(paper, collector.score(paper_id.number, scored), _announce_type(value.get("announcements")), extra)


def _announce_type(announcements: object) -> str | None:
    given = announcements if isinstance(announcements, list) else []
    types = {item.get("type") for item in given if isinstance(item, Mapping) and isinstance(item.get("type"), str)}
    return next((kind for kind in ANNOUNCE_TYPES if kind in types), None)


def _line(value: Mapping[str, object], key: str) -> str | None:
    text = value.get(key)
    return one_line(text) or None if isinstance(text, str) else None


def _lines(value: object) -> tuple[str, ...]:
    return tuple(line for item in value if isinstance(item, str) and (line := one_line(item))) if isinstance(value, list) else ()


def _url(value: Mapping[str, object], key: str) -> str | None:
    address = _line(value, key)
    return address if address and address.startswith(("https://", "http://")) else None


def entries_of(lists: Sequence[PublishedList]) -> tuple[Listed, ...]:
    """All entries of several editions under one head, ranked through."""
    entries = (entry for published in lists for entry in published.entries)
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(entries, 1))

"""The text of a list's page: as copied from a browser, or what is left of Markdown and HTML once their markup is undone.

An entry is a title line (`3. Some Title`), then `ArXiv ID:`, `Authors:`, `Abstract:`, `Comment:` and
`Relevance: 10 Novelty: 8`, each on a line of its own or, where a browser folded a soft line break, behind another.
Above stand the heading, the usage table, totals and a table of contents; below, the prompts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from papertui.domain.gate import MAX_TEXT, one_line
from papertui.domain.published import PublishedList, Usage
from papertui.lists.dates import heading_date, list_date
from papertui.lists.entries import Collector, NotAList, RawEntry
from papertui.lists.usage import usage_from_text

RULE = "\f"
"""A horizontal rule, where the form still shows one. Never within foreign text, whose controls are gone by then."""

_LABELS = ("ArXiv ID", "Authors", "Abstract", "Comment", "Relevance", "Novelty", "Primary Topic", "Also Matches", "Topic Match")
_LABEL = re.compile(rf"({'|'.join(_LABELS)}) ?: ?(.*)", re.IGNORECASE)
_ID_AND_MORE = re.compile(r"(ArXiv ID ?: ?\S+) (\S.*)", re.IGNORECASE)
_SCORES_BEHIND = re.compile(r"(?:^| )(Relevance ?: ?\S+(?: ?/ ?10)?) (Novelty ?: ?\S+(?: ?/ ?10)?)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}\. ")
_OF_TEN = re.compile(r"(\d+(?:\.\d+)?) ?/ ?10", re.ASCII)
_HEADING = re.compile(r"Personali[sz]ed Daily ArXiv Papers\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:Table of contents|Topic Coverage|Reading Queue)\b", re.IGNORECASE)
_PROMPT = re.compile(r"Paper Selection Prompt(?:s)?:?", re.IGNORECASE)
_PARAGRAPHS = {"abstract"}
"""Labels whose text goes on over empty lines."""


def cleaned_lines(text: str) -> list[str]:
    """Lines without controls and invisible characters, non-breaking and repeated blanks as one blank."""
    return [one_line(line, MAX_TEXT) for line in text.splitlines()]


def parse_page(text: str, name: str) -> PublishedList:
    """The list on a copied page. NotAList where the text is none."""
    return parse_lines(cleaned_lines(text), name, "page")


def parse_lines(lines: Sequence[str], name: str, form: str) -> PublishedList:
    """The list in lines that are free of markup. NotAList where they hold none."""
    lines = _split(lines)
    starts = [index for index, line in enumerate(lines) if (match := _LABEL.match(line)) and match[1].lower() == "arxiv id"]
    head = lines[: _head_end(lines, starts)]
    usage = usage_from_text(" ".join(line for line in head if line != RULE))
    if not starts and not any(map(_HEADING.search, head)):
        raise NotAList(name, "text without an `ArXiv ID:` line, no page of a scored list")
    collector = Collector(name, usage.model if usage else None)
    titles = [*(_title_start(lines, start) for start in starts), len(lines)]
    for start, (title, end) in zip(starts, pairwise(titles), strict=True):
        collector.add(_entry(" ".join(lines[title:start]), lines[start:end], collector))
    if starts and not collector.entries:
        raise NotAList(name, f"none of its {len(starts)} entries could be read: {collector.problems[0]}")
    note_missing(collector, usage, len(starts))
    found_date = heading_date(line for line in head if line and line != RULE) or list_date(name)
    return PublishedList(found_date, collector.entries, usage, tuple(collector.problems), form)


def note_missing(collector: Collector, usage: Usage | None, entries: int) -> None:
    """Say where a page counts more papers than it shows. NotAList where it shows none of them."""
    said = usage.total_relevant_papers if usage else None
    if not said or said <= entries:
        return
    if not entries:
        raise NotAList(collector.name, f"says {said} relevant papers and shows none of them: copy the whole page")
    collector.problem("", f"says {said} relevant papers and shows {entries}: was the whole page copied?")


def _split(lines: Sequence[str]) -> list[str]:
    """Lines up to the prompts, each with at most one label, its first word."""
    parted: list[str] = []
    entries = False
    for line in lines:
        if _PROMPT.fullmatch(line):
            break
        entries = entries or line.lower().startswith("arxiv id")
        if match := _ID_AND_MORE.fullmatch(line):
            parted.append(match[1])
            line = match[2]
        if entries and (scores := _SCORES_BEHIND.search(line)):
            parted += [part for part in (line[: scores.start()], scores[1], scores[2]) if part]
        else:
            parted.append(line)
    return parted


def _head_end(lines: Sequence[str], starts: Sequence[int]) -> int:
    """Where contents or papers begin: what stands above is about the day."""
    last = starts[0] if starts else len(lines)
    return next((index for index in range(last) if _CONTENTS.match(lines[index])), last)


def _title_start(lines: Sequence[str], start: int) -> int:
    """Where the title above the `ArXiv ID:` line at `start` begins: its line, or two where it was wrapped."""
    index = start - 1
    while index >= 0 and not lines[index]:
        index -= 1
    if index < 0 or lines[index] == RULE or _LABEL.match(lines[index]):
        return start
    above = lines[index - 1] if index else ""
    wrapped = not _NUMBER.match(lines[index]) and _NUMBER.match(above) and " Authors:" not in above
    return index - 1 if wrapped else index


def _entry(title: str, lines: Sequence[str], collector: Collector) -> RawEntry:
    fields = _fields(lines)
    identity = fields.get("arxiv id", "").partition(" ")[0]
    # a title of its own may begin with a number: `3. 2. Law` has one from the list and one from its authors
    number = _NUMBER.match(title)
    return RawEntry(
        id=identity,
        title=title[number.end() :] if number else title,
        abstract=fields.get("abstract", ""),
        authors=fields.get("authors", ""),
        relevance=_grade(fields.get("relevance", "")),
        novelty=_grade(fields.get("novelty", "")),
        comment=fields.get("comment", ""),
        extra={label.replace(" ", "_"): fields[label] for label in ("primary topic", "also matches", "topic match") if label in fields},
    )


def _fields(lines: Sequence[str]) -> dict[str, str]:
    """Text by label, in lower case. A label that comes again is part of the text it stands in."""
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    label = ""
    for line in lines:
        match = _LABEL.match(line)
        if match and match[1].lower() not in fields:
            label = match[1].lower()
            current = fields[label] = [match[2]] if match[2] else []
        elif line == RULE or _HEADING.match(line):  # a page pasted behind another
            current = None
        elif current is not None and (line or label in _PARAGRAPHS):
            if label in ("arxiv id", "relevance", "novelty") and current:
                current = None
            else:
                current.append(line)
        elif current:
            current = None
    return {name: "\n".join(parts).strip() for name, parts in fields.items()}


def _grade(text: str) -> str:
    return match[1] if (match := _OF_TEN.fullmatch(text)) else text

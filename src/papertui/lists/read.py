"""Tell which kind of published list some bytes are, and read them."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping

from papertui.domain.published import PublishedList
from papertui.lists.dates import list_date
from papertui.lists.entries import NotAList
from papertui.lists.flat_json import is_flat, is_scored, parse_flat
from papertui.lists.html_page import is_html, parse_html
from papertui.lists.json_text import described, parse_json
from papertui.lists.markdown import is_markdown, parse_markdown
from papertui.lists.own_json import entries_of, is_own, parse_jsonl, parse_own
from papertui.lists.page import parse_page
from papertui.lists.schema2_json import is_schema, parse_schema

__all__ = ["NotAList", "list_date", "read_editions", "read_list"]


_BINARY = 200
"""One NUL in so many characters, and a text is none."""


def read_list(data: bytes, name: str) -> PublishedList:
    """The one list in a file's bytes; `name` (file name, path or address) is for messages and the date's last resort.

    papertui's own JSON may hold papers of several dates: they come as one list whose date is None, and the caller asks
    for one; `read_editions` keeps them apart. NotAList (one line: which file, what it looks like instead) where the
    bytes are no scored list.
    """
    editions = read_editions(data, name)
    if len(editions) == 1:
        return editions[0]
    problems = tuple(problem for edition in editions for problem in edition.problems)
    return PublishedList(None, entries_of(editions), None, problems, editions[0].form)


def read_editions(data: bytes, name: str) -> tuple[PublishedList, ...]:
    """The lists in a file's bytes, one for each date, oldest first; only papertui's own JSON ever holds several."""
    text = decoded(data, name)
    start = text.lstrip()[:1]
    if not start:
        raise NotAList(name, "an empty file, no scored list")
    if start in "{[":
        return _from_json(text, name)
    if is_html(text):
        return (parse_html(text, name),)
    if is_markdown(text):
        return (parse_markdown(text, name),)
    return (parse_page(text, name),)


def decoded(data: bytes, name: str) -> str:
    """UTF-8 with or without a byte order mark, or UTF-16 with one. NotAList on anything else."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotAList(name, "neither UTF-8 nor UTF-16 text, no scored list") from None
    if "\0" not in text:
        return text
    if text.count("\0") * _BINARY > len(text):
        raise NotAList(name, "a binary file, no scored list")
    return text.replace("\0", "")  # one in one title must not cost the day


def _from_json(text: str, name: str) -> tuple[PublishedList, ...]:
    try:
        data = parse_json(text, name)
    except ValueError as error:
        editions = parse_jsonl(text, name)
        if editions is None:
            return _page_or_broken_json(text, name, error)
        return editions
    if isinstance(data, Mapping):
        papers = data.get("papers")
        if is_own(data):
            return parse_own([data], name)
        if isinstance(papers, list) and any(map(is_own, papers)):
            head = data.get("edition")
            return parse_own(papers, name, head.get("date") if isinstance(head, Mapping) else head)
        if is_schema(data):
            return (parse_schema(data, name),)
        if is_flat(data):
            return (parse_flat(data, name),)
    elif isinstance(data, list):
        if any(map(is_own, data)):
            return parse_own(data, name)
        if any(map(is_scored, data)):
            return (parse_flat(data, name),)
    raise NotAList(name, described(data))


def _page_or_broken_json(text: str, name: str, error: ValueError) -> tuple[PublishedList, ...]:
    """A copied page may begin with a bracket (`[gpt-5] Prompt …`); anything else that does is JSON cut or broken."""
    try:
        return (parse_markdown(text, name) if is_markdown(text) else parse_page(text, name),)
    except NotAList:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotAList(name, f"JSON that is cut off or broken{where}, or JSON lines that are no papertui edition") from None

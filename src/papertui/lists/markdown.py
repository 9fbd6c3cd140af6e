"""Markdown pages of a list: `out/output.md`, `md/…-output.md`, `…-latest.md`. Their markup is undone, line by line.

Titles, abstracts and comments stand in these pages as they are, unescaped: only what frames them is taken away.
"""

from __future__ import annotations

import re
from html import unescape

from papertui.domain.published import PublishedList
from papertui.lists.page import RULE, cleaned_lines, parse_lines

_HEADING = re.compile(r"#{1,6} (.*)")
_ANCHOR = re.compile(r" ?<a (?:id|name)=[^<>]*>(?: ?</a>)?$")
_NUMBER = re.compile(r"\d{1,4}\. ")
_BOLD_LABEL = re.compile(r"\*\*([A-Za-z ]{1,40}):?\*\*:?(?: (.*)|$)")
_DELIMITER_ROW = re.compile(r"\|[ :|-]+\|?")
_TAG = re.compile(r"<[^<>]*>")
_MARKDOWN = re.compile(r"^(?:#{1,6} .*\bDaily ArXiv\b|\*\*(?:ArXiv ID|Authors):?\*\*|\|.*\*\*Tokens?\*\*)", re.MULTILINE | re.IGNORECASE)
"""Of the page's own, not of the prompts below its papers, whose Markdown a copy may keep."""


def is_markdown(text: str) -> bool:
    """Whether a page still has its Markdown: a heading, bold labels or a table."""
    return _MARKDOWN.search(text) is not None


def parse_markdown(text: str, name: str) -> PublishedList:
    """The list on a Markdown page. NotAList where it holds none."""
    lines: list[str] = []
    above = True
    for line in cleaned_lines(text):
        plain = _plain(line, above)
        above = above and not plain.lower().startswith("arxiv id")
        lines.append(plain)
    return parse_lines(lines, name, "markdown")


def _plain(line: str, above: bool) -> str:
    """One line without its frame; `above` the papers there are tables, as Markdown and as HTML."""
    if match := _HEADING.fullmatch(line):
        return _unlinked(match[1])
    if match := _BOLD_LABEL.fullmatch(line):
        return f"{match[1]}: {match[2] or ''}".rstrip()
    if len(line) >= 3 and line.strip("-") == "":
        return RULE
    if above and line.startswith("|"):
        return "" if _DELIMITER_ROW.fullmatch(line) else " ".join(line.replace("|", " ").replace("*", " ").replace("`", " ").split())
    if above and line.startswith("<"):
        return " ".join(unescape(_TAG.sub(" ", line)).split())
    return line


def _unlinked(heading: str) -> str:
    """`1. [Some [nested] Title](address) <a id="link1"></a>` as `1. Some [nested] Title`."""
    text = _ANCHOR.sub("", heading)
    number = _NUMBER.match(text)
    at = number.end() if number else 0
    if text.startswith("[", at) and text.endswith(")") and (end := text.rfind("](")) > at:
        return text[:at] + text[at + 1 : end]
    return text

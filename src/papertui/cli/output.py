"""Rows and papers as text: table, TSV, ids, JSON, and one paper for reading. Pure, but for asking the terminal's width."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

from papertui.domain.edition import Detail, EditionHead, Row
from papertui.domain.record import record

TSV_COLUMNS = (
    "id",
    "date",
    "relevance",
    "novelty",
    "score",
    "read",
    "saved",
    "hidden",
    "category",
    "source",
    "title",
    "authors",
    "comment",
)


def width_of(text: str) -> int:
    """Terminal cells that a one-line text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) or char in "\u200c\u200d\ufe0f" else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fitted(text: str, width: int) -> str:
    """Cut with an ellipsis or padded to exactly `width` cells."""
    if width_of(text) <= width:
        return text + " " * (width - width_of(text))
    kept, used = [], 0
    for char in text:
        cells = width_of(char)
        if used + cells > width - 1:
            break
        kept.append(char)
        used += cells
    return "".join(kept).rstrip() + "…" + " " * (width - 1 - width_of("".join(kept).rstrip()))


def grade(value: float | None) -> str:
    """A score for a column of four: `10`, `7.5`, `–` where unknown."""
    return "–" if value is None else f"{value:g}"


def first_author(row: Row) -> str:
    """`A. Example +3`, `@B. Example +3` of somebody followed."""
    if not row.authors:
        return ""
    return (f"@{row.followed}" if row.followed else row.authors[0]) + (f" +{len(row.authors) - 1}" if len(row.authors) > 1 else "")


def table(rows: Sequence[Row], stream: TextIO, *, color: bool) -> Iterable[str]:
    """A line a paper, fitted to the terminal; whole titles where the output is no terminal."""
    width = terminal_width(stream)
    id_width = max((len(str(row.id)) for row in rows), default=0)

    def line(head: str, title: str, author: str) -> str:
        if width is None:
            return f"{head}{title}  {author}"
        room = max(12, width - width_of(head))
        by = 22 if room > 60 else 0
        return (head + fitted(title, room - by - (2 if by else 0)) + ("  " + fitted(author, by) if by else "")).rstrip()

    yield from _styled([line(f" rel  nov    {'id':<{id_width}}  ", "title", "authors")], "1", color)
    for row in rows:
        marks = ("★" if row.marks.saved else " ") + (" " if row.marks.read else "●")
        head = f"{grade(row.relevance):>4} {grade(row.novelty):>4} {marks} {row.id!s:<{id_width}}  "
        yield from _styled([line(head, row.title, first_author(row))], "2" if row.marks.hidden else "", color)


def _styled(lines: Iterable[str], code: str, color: bool) -> Iterable[str]:
    for line in lines:
        yield f"\x1b[{code}m{line}\x1b[0m" if color and code else line.rstrip()


def terminal_width(stream: TextIO) -> int | None:
    """Columns of the terminal behind a stream, None where there is none."""
    if not stream.isatty():
        return None
    try:
        return max(40, int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns))
    except (OSError, ValueError):
        return 80


def about(head: EditionHead) -> Iterable[str]:
    """What is to be said of an edition as a whole: what its publisher counted and spent, and why novelty is unknown."""
    if head.usage is not None:
        totals = (
            (head.usage.total_arxiv_papers, "announced"),
            (head.usage.total_scanned_papers, "scanned"),
            (head.usage.total_relevant_papers, "relevant"),
        )
        parts = [f"{count:,} {word}" for count, word in totals if count is not None]
        tokens = (head.usage.prompt_tokens, head.usage.completion_tokens, head.usage.total_tokens)
        costs = (head.usage.prompt_cost, head.usage.completion_cost, head.usage.total_cost)
        if any(count is not None for count in tokens):
            parts.append("tokens " + _sum([None if count is None else f"{count:,}" for count in tokens]))
        if any(cost is not None for cost in costs):
            parts.append("cost " + _sum([None if cost is None else f"${cost:.2f}" for cost in costs]))
        model = f" by {head.usage.model}" if head.usage.model else ""
        yield f"{head.date}, published{model}: {', '.join(parts)}"
    if head.novelty_note:
        yield head.novelty_note


def _sum(parts: Sequence[str | None]) -> str:
    """`1 + 2 = 3` of two parts and their sum, `?` for an unknown part."""
    *addends, total = parts
    return " + ".join(part or "?" for part in addends) + (f" = {total}" if total else "")


def tsv(rows: Iterable[Row]) -> Iterable[str]:
    """A header, then a line a paper; unknown scores are empty."""
    yield "\t".join(TSV_COLUMNS)
    for row in rows:
        values = (
            row.id, row.date, _plain(row.relevance), _plain(row.novelty), _plain(row.score), int(row.marks.read), int(row.marks.saved),
            int(row.marks.hidden), row.category, row.source, row.title, "; ".join(row.authors), row.comment,
        )  # fmt: skip
        yield "\t".join(str(value) for value in values)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def json_array(details: Iterable[Detail]) -> Iterable[str]:
    """One array, an object a line."""
    yield "["
    before = ""
    for detail in details:
        if before:
            yield before + ","
        before = json.dumps(record(detail), ensure_ascii=False)
    if before:
        yield before
    yield "]"


def jsonl(details: Iterable[Detail]) -> Iterable[str]:
    """An object a line."""
    return (json.dumps(record(detail), ensure_ascii=False) for detail in details)


def page(detail: Detail, width: int) -> Iterable[str]:
    """One paper, all that is known, for reading."""

    import textwrap

    def wrapped(text: str, indent: str = "") -> list[str]:
        return textwrap.wrap(
            text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]

    paper, best, marks = detail.paper, detail.current, detail.marks
    yield from wrapped(detail.title)
    yield from wrapped(", ".join(detail.authors))
    facts = [f"{paper.id}" + (f" v{paper.version}" if paper.version else ""), " ".join(paper.categories)]
    facts += [f"{told.date} {told.type or 'listed'} ({told.source})" for told in detail.announcements]
    yield from wrapped(" · ".join(fact for fact in facts if fact))
    if paper.withdrawn:
        yield "withdrawn"
    flags = [name for name, on in (("read", marks.read), ("saved", marks.saved), ("hidden", marks.hidden)) if on] + [
        f"#{tag}" for tag in marks.tags
    ]
    if flags:
        yield "marked " + " ".join(flags)
    if detail.followed:
        yield from wrapped(f"you follow {detail.followed}")
    yield ""
    for score in detail.scores:
        stale = " (stale: profile, prompts or paper changed since)" if score.stale else ""
        model = f" ({score.model})" if score.model and score.model not in score.scorer else ""
        current = "" if len(detail.scores) == 1 else "* " if score is best else "  "
        yield f"{current}relevance {grade(score.relevance)}, novelty {grade(score.novelty)} by {score.scorer}{model}{stale}"
        if score.comment:
            yield from wrapped(score.comment, "    ")
    if detail.unscored_reason:
        yield from wrapped(detail.unscored_reason)
    yield ""
    for paragraph in detail.abstract.split("\n\n"):
        yield from wrapped(paragraph)
        yield ""
    if marks.note:
        yield "your note:"
        for line in marks.note.split("\n"):
            yield from wrapped(line, "    ")
        yield ""
    for label, value in (
        ("comments", paper.author_comment),
        ("journal", paper.journal_ref),
        ("doi", paper.doi),
        ("license", paper.license),
    ):
        if value:
            yield from wrapped(f"{label}: {value}")
    yield paper.abs_url
    if paper.pdf_url:
        yield paper.pdf_url

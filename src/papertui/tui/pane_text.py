"""What the pane says of a paper, wrapped into lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from papertui.domain.edition import Detail
from papertui.domain.paper import Announcement
from papertui.domain.score import Score
from papertui.tui.cells import Line, wrap
from papertui.tui.rows import AGAIN, HIDDEN, SAVED, score_style, score_text

_BAR = 10
_FEW_AUTHORS = 12
"""How many authors are named above the abstract; the full page names all below it."""


def pane_lines(detail: Detail, width: int, *, full: bool, seen: date | None = None) -> list[Line]:
    """All the pane says of a paper, in lines of at most `width` cells; `full` names every author and every score.

    `seen` is an earlier date on which the paper was listed, as its row says.
    """
    width = max(width, 10)
    lines: list[Line] = []
    lines += _plain(detail.title, width, "strong")
    lines += _authors(detail.authors, width)
    facts = _flow(_facts(detail), width, "muted")
    lines += facts if full else facts[:1]  # a small pane keeps its room for the comment and the abstract
    if seen:
        lines += _plain(f"{AGAIN} listed before, on {seen.isoformat()}", width, "accent")
    lines += _scores(detail, width, full=full)
    lines += _marks(detail, width)
    if detail.abstract:
        lines.append(())
        for number, paragraph in enumerate(detail.abstract.split("\n\n")):
            if number:
                lines.append(())
            lines += _plain(paragraph, width, "text")
    lines.append(())
    lines += _links(detail, width)
    if detail.marks.note:
        lines.append(())
        lines += _barred("your note", detail.marks.note, width, "text")
    if full and len(detail.authors) - _FEW_AUTHORS > 1:
        lines.append(())
        lines += _plain(f"all {len(detail.authors)} authors: {', '.join(detail.authors)}", width, "muted")
    return lines


def rule(place: str, below: int, width: int, edge: str, *, beside: bool) -> Line:
    """The line above the text: where in the list one is, and how many lines are out of sight below."""
    more = f" {below} more line{'s' * (below > 1)} " if below > 0 else ""
    place = f" {place} " if place else ""
    middle = width - len(place) - len(more) - 3
    corner = "┌" if beside else "─"
    if middle < 0:
        return ((corner + "─" * (width - 1), edge),)
    return ((corner, edge), (place, "muted"), ("─" * middle, edge), (more, "muted"), ("──", edge))


def pane_row(line: Line, edge: str, *, beside: bool) -> Line:
    """A line of the text with what stands before it: a bar where the list is at its left."""
    return (("│" if beside else " ", edge), (" ", "text"), *line)


def _plain(text: str, width: int, style: str) -> list[Line]:
    return [((line, style),) for line in wrap(text, width)]


def _flow(parts: list[str], width: int, style: str) -> list[Line]:
    """Facts side by side, parted by dots; a fact is broken only where it is longer than a line."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 3 <= width and part.isascii():
            lines[-1] += " · " + part
        else:
            lines += wrap(part, width)
    return [((line, style),) for line in lines]


def _authors(authors: tuple[str, ...], width: int) -> list[Line]:
    if not authors:
        return []
    more = len(authors) - _FEW_AUTHORS
    if more <= 1:
        return _plain(", ".join(authors), width, "muted")
    return _plain(f"{', '.join(authors[:_FEW_AUTHORS])} and {more} more", width, "muted")


def _facts(detail: Detail) -> list[str]:
    paper = detail.paper
    facts = [str(paper.id) + (f"v{paper.version}" if paper.version else "")]
    if paper.categories:
        facts.append(" ".join(paper.categories))
    facts += [_announced(one) for one in _by_day(detail.announcements)]
    if paper.published:
        facts.append(f"submitted {paper.published.date().isoformat()}")
    if paper.withdrawn:
        facts.append("WITHDRAWN")
    if paper.upvotes is not None:
        facts.append(f"{paper.upvotes} upvotes")
    if paper.organization:
        facts.append(paper.organization)
    if paper.journal_ref:
        facts.append(paper.journal_ref)
    if paper.author_comment:
        facts.append(paper.author_comment)
    return facts


def _by_day(announcements: tuple[Announcement, ...]) -> list[Announcement]:
    return sorted(announcements, key=lambda one: (-one.date.toordinal(), one.source))[:4]


def _announced(one: Announcement) -> str:
    kind = f" {one.type}" if one.type else ""
    rank = f" no. {one.rank}" if one.rank is not None and one.source.startswith("list:") else ""
    return f"{one.date.isoformat()} {one.source}{kind}{rank}"


def bar(value: float | None) -> Line:
    """A score from 1 to 10 as a small bar."""
    filled = 0 if value is None else round(min(max(value, 0), 10) * _BAR / 10)
    return (("━" * filled, score_style(value)), ("─" * (_BAR - filled), "faint"))


def _axis(word: str, value: float | None) -> Line:
    return ((f"{word} ", "muted"), *bar(value), (f" {score_text(value):<3}", score_style(value)))


def _by(score: Score) -> str:
    said = score.scorer
    if score.model and score.model not in score.scorer:
        said += f" ({score.model})"
    if score.listed:
        said += f" {score.listed.isoformat()}"
    elif score.scored_at:
        said += f" {score.scored_at.date().isoformat()}"
    return said + (", out of date" if score.stale else "")


def _scores(detail: Detail, width: int, *, full: bool) -> list[Line]:
    score = detail.current
    if score is None:
        return _plain(f"no score: {detail.unscored_reason or 'not scored yet'}", width, "faint")
    relevance, novelty = _axis("relevance", score.relevance), _axis("novelty", score.novelty)
    by = ((f"  {_by(score)}", "faint"),)
    both = 2 * _BAR + len("relevance novelty ") + 10
    if width >= both + len(by[0][0]):
        lines: list[Line] = [(*relevance, ("  ", "text"), *novelty, *by)]
    elif width >= both:
        lines = [(*relevance, ("  ", "text"), *novelty), *_plain(_by(score), width, "faint")]
    else:
        lines = [relevance, (("  ", "text"), *novelty), *_plain(_by(score), width, "faint")]
    if score.comment:
        lines += _barred("", score.comment, width, "comment")
    others = [other for other in detail.scores if other is not score and other != score]
    if full:
        for other in others:
            said = f"{score_text(other.relevance)} / {score_text(other.novelty)} by {_by(other)}"
            lines += _plain(said + (f": {other.comment}" if other.comment else ""), width, "faint")
    elif others:
        lines += _plain(f"and {len(others)} other score{'s' * (len(others) > 1)} (Enter)", width, "faint")
    return lines


def _barred(head: str, text: str, width: int, style: str) -> list[Line]:
    """Text set apart by a bar at its left."""
    edge = ("▎ ", "accent")
    lines: list[Line] = [(edge, (head, "muted"))] if head else []
    for paragraph in text.split("\n"):
        lines += [(edge, (line, style)) for line in wrap(paragraph, width - 2)] or [(edge,)]
    return lines


def _marks(detail: Detail, width: int) -> list[Line]:
    marks = detail.marks
    said = [f"{SAVED} saved"] if marks.saved else []
    said += [f"{HIDDEN} hidden"] if marks.hidden else []
    said += [f"#{tag}" for tag in marks.tags]
    return _plain("  ".join(said), width, "accent") if said else []


def _links(detail: Detail, width: int) -> Iterator[Line]:
    paper = detail.paper
    links = (
        ("page", paper.abs_url), ("pdf", paper.pdf_url), ("html", paper.html_url),
        ("doi", f"https://doi.org/{paper.doi}" if paper.doi else None),
        ("code", paper.code_url), ("project", paper.project_url),
    )  # fmt: skip
    for word, address in links:
        if address:
            for number, line in enumerate(wrap(address, width - 8)):
                yield ((f"{'' if number else word:<8}", "faint"), (line, "muted"))

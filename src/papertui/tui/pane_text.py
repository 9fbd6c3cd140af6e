"""What the pane says of a paper, wrapped into lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from papertui.domain.edition import Detail
from papertui.tui.cells import Line, clip, line_width, width_of, wrap
from papertui.tui.rows import AGAIN, FOLLOWED, HIDDEN, SAVED, author_text, score_style, score_text

if TYPE_CHECKING:
    from papertui.domain.paper import Announcement
    from papertui.domain.score import Score

_BAR = 10
_FEW_AUTHORS = 12
"""How many authors are named above the abstract; the full page names all below it."""
_FEWEST = 24
"""Cells that authors keep beside id and categories."""
_ROOMY = 16
"""Lines from which a pane has room for whole authors, facts and comments above the abstract."""
_MODEL = "llm:"
_LONGEST_MODEL, _SHORTEST_MODEL = 40, 12
"""Cells that a model's name takes at most, and at least where it is cut."""
_BEGINNING = 2
"""Lines of the abstract that a low pane keeps in view."""


def pane_lines(detail: Detail, width: int, *, full: bool, seen: date | None = None, room: int = 0) -> list[Line]:
    """All the pane says of a paper, in lines of at most `width` cells; `full` names every author and every score.

    `seen` is an earlier date on which the paper was listed, as its row says; `room` the lines that are in view, for which
    a low pane is arranged (0: there is room).
    """
    width = max(width, 10)
    if room and room < _ROOMY and not full:
        return _low(detail, width, seen, room)
    lines: list[Line] = []
    lines += _plain(detail.title, width, "strong")
    lines += _authors(detail.authors, width)
    if detail.followed:
        lines += _plain(_followed(detail), width, "accent")
    facts = _flow(_facts(detail), width, "muted")
    lines += facts if full else facts[:1]  # a small pane keeps its room for the comment and the abstract
    if seen:
        lines += _plain(_again(seen), width, "accent")
    lines += _scores(detail, width, full=full)
    lines += _marks(detail, width)
    if detail.abstract:
        lines += [(), *_abstract(detail, width)]
    return lines + _below(detail, width, full=full)


def _low(detail: Detail, width: int, seen: date | None, room: int) -> list[Line]:
    """For a pane of few lines: what one decides by comes first, the beginning of the abstract in view; the rest below it."""
    lines = _cut(_plain(detail.title, width, "strong"), 2, width)
    lines.append(_who(detail, width))
    score = detail.current
    if score is None:
        lines += _cut(_unscored(detail, width), 1, width)
    else:
        axes = _axes(score, width)
        by: Line = ((f"  {_by(score, width - line_width(axes[-1]) - 2)}", "faint"),)
        lines += axes[:-1] + [(*axes[-1], *by) if line_width(axes[-1]) + line_width(by) <= width else axes[-1]]
    said = [_followed(detail)] if detail.followed else []
    said += [f"#{tag}" for tag in detail.marks.tags] + ([_again(seen)] if seen else [])  # saved and hidden stand in the row
    if said:
        lines.append(((clip("  ".join(said), width).rstrip(), "accent"),))
    if score is not None and score.comment:
        beginning = 0 if not detail.abstract else _BEGINNING if room >= 8 else 1
        kept = max(room - len(lines) - beginning, 1)
        lines += _cut(_barred("", score.comment, width, "comment"), kept, width)
    if detail.abstract:
        if room - len(lines) > 2 * _BEGINNING:
            lines.append(())
        lines += _abstract(detail, width)
    lines.append(())
    if len(detail.authors) > 1:
        lines += _authors(detail.authors, width)
    lines += _flow(_facts(detail), width, "muted")
    if score is not None:
        others = f" and {_others(len(detail.scores) - 1)}" if len(detail.scores) > 1 else ""
        lines += _plain(f"scored by {_by(score)}{others}", width, "faint")
    return lines + _below(detail, width, full=False)


def _who(detail: Detail, width: int) -> Line:
    """Authors, id and categories in one line: as many authors as fit beside the rest."""
    paper = detail.paper
    number = str(paper.id) + (f"v{paper.version}" if paper.version else "")
    rests = [" · ".join(part for part in (number, " ".join(paper.categories)) if part), number, ""]
    rest = next(rest for rest in rests if not rest or width_of(rest) + 3 + _FEWEST <= width)
    if rest and detail.authors:
        rest = f" · {rest}"
    line: Line = ((author_text(detail.authors, width - width_of(rest)) + rest, "muted"),)
    return (("withdrawn ", "bad"), (clip(line[0][0], width - 10).rstrip(), "muted")) if paper.withdrawn else line


def _cut(lines: list[Line], most: int, width: int) -> list[Line]:
    """At most so many lines, the last of them ending in `…` where there are more."""
    if len(lines) <= most:
        return lines
    *before, (text, style) = lines[most - 1]
    room = width - line_width(before)
    whole = text if width_of(text) < room else clip(text + "…", room).rstrip()
    return [*lines[: most - 1], (*before, (whole if whole.endswith("…") else whole + "…", style))]


def _abstract(detail: Detail, width: int) -> list[Line]:
    lines: list[Line] = []
    for number, paragraph in enumerate(detail.abstract.split("\n\n")):
        lines += [(), *_plain(paragraph, width, "text")] if number else _plain(paragraph, width, "text")
    return lines


def _below(detail: Detail, width: int, *, full: bool) -> list[Line]:
    """What stands under the abstract: addresses, the note, all authors of a full page."""
    lines: list[Line] = [(), *_links(detail, width)]
    if detail.marks.note:
        lines.append(())
        lines += _barred("your note", detail.marks.note, width, "text")
    if full and len(detail.authors) - _FEW_AUTHORS > 1:
        lines.append(())
        lines += _names((f"all {len(detail.authors)} authors: {detail.authors[0]}", *detail.authors[1:]), width)
    return lines


def _again(seen: date) -> str:
    return f"{AGAIN} listed before, on {seen.isoformat()}"


def _followed(detail: Detail) -> str:
    return f"{FOLLOWED} you follow {detail.followed}"


def _others(count: int) -> str:
    return f"{count} other score{'s' * (count > 1)} (Enter)"


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
    names = authors if more <= 1 else (*authors[: _FEW_AUTHORS - 1], f"{authors[_FEW_AUTHORS - 1]} and {more} more")
    return _names(names, width)


def _names(names: Sequence[str], width: int) -> list[Line]:
    """Names side by side; one is broken only where it is longer than a line."""
    lines: list[str] = []
    for number, name in enumerate(names, 1):
        said = name + "," * (number < len(names))
        if lines and width_of(lines[-1]) + 1 + width_of(said) <= width:
            lines[-1] += " " + said
        else:
            lines += wrap(said, width)
    return [((line, "muted"),) for line in lines]


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
    return (("━" * filled, score_style(value)), ("─" * (_BAR - filled), "rule"))


def _axis(word: str, value: float | None) -> Line:
    return ((f"{word} ", "muted"), *bar(value), (f" {score_text(value):<3}", score_style(value)))


def _by(score: Score, room: int = 0, cost: float | None = None) -> str:
    """Whose score it is and of when; a model by its name, cut where it has no end or, so that all fits into `room` cells, where
    enough of it is left."""
    if score.scorer.startswith(_MODEL):
        name = score.model or score.scorer.removeprefix(_MODEL)
        when = f" · {score.scored_at.date().isoformat()}" if score.scored_at else ""
        rest = when + (", out of date" if score.stale else "")
        most = min(width_of(name), _LONGEST_MODEL)
        paid = f" · ${cost:.4f}" if cost is not None else ""
        if width_of(name) <= min(room - len(rest) - len(paid), _LONGEST_MODEL):
            rest += paid
        left = room - len(rest)
        return clip(name, left if _SHORTEST_MODEL <= left < most else most).rstrip() + rest
    said = score.scorer
    if score.model and score.model not in score.scorer:
        said += f" ({score.model})"
    if score.listed:
        said += f" {score.listed.isoformat()}"
    elif score.scored_at:
        said += f" {score.scored_at.date().isoformat()}"
    return said + (", out of date" if score.stale else "")


def _unscored(detail: Detail, width: int) -> list[Line]:
    return _plain(f"no score: {detail.unscored_reason or 'not scored yet'}", width, "muted")


def _axes(score: Score, width: int) -> list[Line]:
    """Both scores as bars, side by side where they fit."""
    relevance, novelty = _axis("relevance", score.relevance), _axis("novelty", score.novelty)
    if width >= 2 * _BAR + len("relevance novelty ") + 10:
        return [(*relevance, ("  ", "text"), *novelty)]
    return [relevance, (("  ", "text"), *novelty)]


def _scores(detail: Detail, width: int, *, full: bool) -> list[Line]:
    score = detail.current
    if score is None:
        return _unscored(detail, width)
    *lines, last = _axes(score, width)
    by: Line = ((f"  {_by(score, width - line_width(last) - 2, detail.cost)}", "faint"),)
    if not lines and line_width(last) + line_width(by) <= width:
        lines.append((*last, *by))
    else:
        lines += [last, *_plain(_by(score, width), width, "faint")]
    if score.comment:
        lines += _barred("", score.comment, width, "comment")
    others = [other for other in detail.scores if other is not score and other != score]
    if full:
        for other in others:
            said = f"{score_text(other.relevance)} / {score_text(other.novelty)} by {_by(other)}"
            lines += _plain(said + (f": {other.comment}" if other.comment else ""), width, "faint")
    elif others:
        lines += _plain(f"and {_others(len(others))}", width, "faint")
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

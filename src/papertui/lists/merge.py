"""One publisher's files of one day made into one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from papertui.domain.paper import Paper, Problem
from papertui.domain.published import Listed, PublishedList, Usage
from papertui.lists.schema2_json import SPOTLIGHT

_FORMS = ("json2", "json", "papertui", "markdown", "page")
"""Which form holds where files have equally many papers: the fuller one first."""

_COUNTS = (
    "model", "prompt_tokens", "completion_tokens", "total_tokens", "total_arxiv_papers", "total_scanned_papers", "total_relevant_papers",
)  # fmt: skip


def merged(lists: Sequence[tuple[str, PublishedList]]) -> PublishedList:
    """One list of (file name, list) pairs of one publisher and one date: the one with most papers, its gaps filled.

    The others, most papers first, only add what is missing: usage, and of a paper that the winner has its abstract,
    comment and other unknown fields. They never add a paper, change the order or a score. A hotspot digest never wins
    over a whole list: it is a selection with an aim of its own, at times longer than a slow day's list. Problems of all
    files are kept. ValueError for no lists.
    """
    if not lists:
        raise ValueError("no lists to merge")
    best, *others = (published for _, published in sorted(lists, key=_preference))
    usage, problems = best.usage, list(best.problems)
    entries = {entry.paper.id: entry for entry in best.entries}
    for other in others:
        usage = _usage(usage, other.usage)
        problems += other.problems
        for donor in other.entries:
            if known := entries.get(donor.paper.id):
                entries[donor.paper.id] = _filled(known, donor)
    if usage and usage.model and not (best.usage and best.usage.model):
        entries = {paper: _with_model(entry, usage.model) for paper, entry in entries.items()}
    day = best.date or next((other.date for other in others if other.date), None)
    kept: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
    return replace(best, date=day, entries=tuple(entries.values()), usage=usage, problems=kept)


def _preference(named: tuple[str, PublishedList]) -> tuple[bool, int, int, str]:
    name, published = named
    form = _FORMS.index(published.form) if published.form in _FORMS else len(_FORMS)
    return published.form == SPOTLIGHT, -len(published.entries), form, name


def _usage(known: Usage | None, other: Usage | None) -> Usage | None:
    """Usage with its gaps filled by another file's, if both tell of the same run: no count of theirs differs."""
    if known is None or other is None:
        return known or other
    pairs = ((getattr(known, name), getattr(other, name)) for name in _COUNTS)
    if any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs):
        return known
    missing = {name.name: getattr(other, name.name) for name in fields(Usage) if getattr(known, name.name) is None}
    return replace(known, **missing)


def _with_model(entry: Listed, model: str) -> Listed:
    """The entry, its score by `model` where it names none itself."""
    if entry.score is None or entry.score.model:
        return entry
    return replace(entry, score=replace(entry.score, model=model))


def _filled(known: Listed, donor: Listed) -> Listed:
    """`known` with what only `donor` says. An author match keeps its unknown scores."""
    score = known.score
    if score is None:
        score = donor.score
    elif donor.score and not score.comment and donor.score.comment:
        score = replace(score, comment=donor.score.comment)
    return replace(
        known,
        paper=_filled_paper(known.paper, donor.paper),
        score=score,
        announce_type=known.announce_type or donor.announce_type,
        extra=donor.extra | known.extra,
    )


def _filled_paper(known: Paper, donor: Paper) -> Paper:
    missing = {}
    for item in fields(Paper):
        mine, theirs = getattr(known, item.name), getattr(donor, item.name)
        if mine in (None, "", ()) and theirs not in (None, "", ()):
            missing[item.name] = theirs
    if "affiliations" in missing and known.authors and known.authors != donor.authors:
        del missing["affiliations"]
    return replace(known, **missing) if missing else known

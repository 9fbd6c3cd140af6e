"""`fetch`: what the sources announced, into the library."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from papertui.domain.ids import rowid_of
from papertui.domain.paper import SourceDay
from papertui.errors import PapertuiError, UsageError
from papertui.services.chunks import PORTION, in_thread, portions
from papertui.services.events import Emit, Failed, Fetched, Progress, Warned
from papertui.services.profiles import load_profile
from papertui.services.session import Session
from papertui.store.library import Library

ARXIV, HUGGINGFACE = "arxiv", "huggingface"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch brought: the dates now in the library, and how many sources failed."""

    dates: tuple[date, ...]
    failed: int


async def fetch(session: Session, emit: Emit, *, day: date | None = None, sources: Sequence[str] | None = None) -> Outcome:
    """Get the newest announcement of each enabled source. A source that fails is a Failed event and the others go on.

    PapertuiError where every source failed, UsageError for a source that is not enabled. With `day`, only a mailing of
    that date is taken: the feeds hold the newest only. Sources without mailings are asked for the same date as arXiv's list,
    and so are the lists that are subscribed to.
    """
    enabled = list(session.settings.enabled_sources)
    for name in sources or ():
        if name not in enabled:
            raise UsageError(f"--source {name}: not among sources.enabled ({', '.join(enabled) or 'none'})")
    wanted = sorted(dict.fromkeys(sources or enabled), key=lambda name: name != ARXIV)  # its mailing's date is everybody's
    if not wanted:
        raise UsageError("sources.enabled is empty: there is nothing to fetch from")
    dates: list[date] = []
    failures: list[PapertuiError] = []
    for name in wanted:
        try:
            days = await _retrieve(session, name, emit, day or (dates[0] if dates else None))
            for found in days:
                if name == ARXIV and day is not None and found.date != day:
                    raise PapertuiError(f"its newest mailing is of {found.date}, not of {day}; a feed holds the newest only")
                if name == ARXIV or found.announced:
                    await in_thread(store_day, session, found, emit)
                    dates.append(found.date)
                else:  # a site that lists nothing of a day makes no edition of it
                    emit(Fetched(name, found.date, 0, 0, reason=found.reason))
        except UsageError:
            raise
        except PapertuiError as error:
            failures.append(error)
            if len(wanted) > 1 or session.settings.lists:
                emit(Failed(name, str(error)))
    if not sources and session.settings.lists and (day or dates):
        from papertui.services.subscriptions import fetch_lists

        asked = await fetch_lists(session, emit, day or dates[0])
        # a list's other days are in the library too, but nobody asked for them to be scored
        dates += [on for each in asked for on in each.dates if on == (day or dates[0])]
        failures += [PapertuiError(each.trouble) for each in asked if each.trouble]
    if failures and not dates:
        raise failures[0] if len(failures) == 1 else PapertuiError(f"all sources failed; the last said: {failures[-1]}")
    return Outcome(tuple(dict.fromkeys(dates)), len(failures))


async def _retrieve(session: Session, source: str, emit: Emit, day: date | None) -> Sequence[SourceDay]:
    """What a source tells: arXiv its newest mailing, the others what they have of `day`, or of now."""
    from papertui.services.net import opened

    if source == ARXIV:
        return await _mailing(session, emit)
    settings = session.settings
    emit(Progress(f"fetching {source}"))
    async with opened(session) as http:
        if source == HUGGINGFACE:
            from papertui.sources import huggingface

            token = session.env.get("HF_TOKEN") or None
            days = await huggingface.daily(http, settings.huggingface_url, day=day, token=token, tell=lambda line: emit(Warned(line)))
            return days[:1]  # where no day was asked for: the newest
        from papertui.sources import clawrxiv

        on = day or session.clock().date()
        return await clawrxiv.posted(http, settings.clawrxiv_url, since=on, until=on, tell=lambda line: emit(Warned(line)))


async def _mailing(session: Session, emit: Emit) -> Sequence[SourceDay]:
    from papertui.services.net import opened
    from papertui.sources import arxiv

    settings = session.settings
    categories = settings.arxiv_categories or (await asyncio.to_thread(load_profile, session.paths, settings.profile)).profile.categories
    if not categories:
        raise UsageError("no categories to fetch: name some in your profile (papertui profile edit) or in sources.arxiv.categories")
    from papertui.domain.taxonomy import doubts

    for line in doubts(categories):
        emit(Warned(line))
    emit(Progress(f"fetching {ARXIV}"))
    async with opened(session) as http:
        return await arxiv.newest(
            http,
            categories,
            lambda line: emit(Warned(line)),
            feed_url=settings.arxiv_feed_url,
            delay_seconds=settings.arxiv_delay_seconds,
        )


def store_day(session: Session, day: SourceDay, emit: Emit) -> None:
    """Store what one source announced under one date, in portions."""
    replaced = sum(item.announcement.is_replacement for item in day.announced)
    listed = len(day.announced) - replaced
    added = 0
    with session.library(write=True) as library:
        reason = day.reason
        if not day.announced and library.announced_by(day.source, day.date):
            reason = None  # an empty answer after a full one: a feed rebuilt, not a day without papers
        _warn_of_stale(library, day, emit)
        for number, portion in enumerate(portions(day.announced)):
            emit(Progress(f"storing {day.source}", number * PORTION, len(day.announced)))
            added += library.add_papers(portion, first_hand=day.source != HUGGINGFACE).entered
        library.add_day(day.date, day.source, session.clock(), reason)
    for problem in day.problems:
        emit(Warned(str(problem)) if problem.is_note else Failed(problem.where, problem.why))
    emit(Fetched(day.source, day.date, listed, added, replaced, reason))


STALE_FROM = 10
"""Fewer new papers than this say nothing about a feed's age."""
STALE_SHARE = 0.9


def _warn_of_stale(library: Library, day: SourceDay, emit: Emit) -> None:
    """A feed may serve an old list under a new date, and only the ids tell (FACTS 1.1): a paper is new once."""
    new = [rowid_of(item.paper.id) for item in day.announced if item.announcement.type == "new"]
    known, last = library.newly_listed_before(new, day.source, day.date)
    if len(new) >= STALE_FROM and known >= STALE_SHARE * len(new):
        emit(
            Warned(
                f"{day.source} {day.date}: {known} of {len(new)} new papers were new on {last} already; the feed seems to serve an old list,"
                " fetch again later"
            )
        )

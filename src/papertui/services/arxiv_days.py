"""arXiv's lists by their dates: the newest from the feed, and from pages where the feed is old, cut or empty; past ones from pages,
and beyond what these hold from the search API, approximately."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from papertui.domain.asked import Asked
from papertui.domain.ids import rowid_of
from papertui.domain.paper import SourceDay
from papertui.domain.staleness import stale_parts, without_stale
from papertui.errors import PapertuiError, UsageError
from papertui.services.chunks import in_thread
from papertui.services.events import Emit, Failed, Progress, Warned
from papertui.services.profiles import load_profile
from papertui.services.session import Session
from papertui.services.storing import ARXIV, note_trouble, store_day
from papertui.settings import Settings
from papertui.sources.http import Http

FEED_LIMIT = 2_000
"""Items a feed holds at most; one that is full has lost some (FACTS 1.1)."""


class Desk(NamedTuple):
    """What every question to arXiv needs."""

    session: Session
    emit: Emit
    http: Http
    categories: tuple[str, ...]

    def tell(self, line: str) -> None:
        """Say what is waited for."""
        self.emit(Warned(line))

    async def keep(self, day: SourceDay, parts: Sequence[str]) -> None:
        """Store an answer; parts of which something is missing are not whole."""
        lost = any(not problem.is_note for problem in day.problems) and day.facts.get("via", "feed") != "feed"
        await in_thread(store_day, self.session, day, self.emit, () if lost else parts)

    async def known(self, day: date) -> Asked | None:
        """What the library has of a date."""
        return await in_thread(_known, self.session, day)


async def categories_of(session: Session, emit: Emit) -> tuple[str, ...]:
    """The categories to ask for. UsageError where there are none; doubtful names are told."""
    from papertui.domain.taxonomy import doubts

    settings = session.settings
    found = settings.arxiv_categories or (await asyncio.to_thread(load_profile, session.paths, settings.profile)).profile.categories
    if not found:
        raise UsageError("no categories to fetch: name some in your profile (papertui profile edit) or in sources.arxiv.categories")
    for line in doubts(found):
        emit(Warned(line))
    return tuple(dict.fromkeys(category.strip() for category in found))


def has_pages(settings: Settings) -> bool:
    """Whether the pages belong to the same site as the feed: somebody else's mirror of feeds has no pages at arxiv.org."""
    return _is_changed(settings, "arxiv_feed_url") == _is_changed(settings, "arxiv_site_url")


def has_search(settings: Settings) -> bool:
    """Whether the search API belongs to the same site as the feed."""
    return _is_changed(settings, "arxiv_feed_url") == _is_changed(settings, "arxiv_api_url")


def _is_changed(settings: Settings, name: str) -> bool:
    return bool(getattr(settings, name) != getattr(type(settings), name).default)


async def newest(desk: Desk, *, only: date | None = None) -> list[date]:
    """Fetch the newest mailing; the dates that were stored. The feed is asked first, and pages for what it does not have.

    With `only`, nothing of another date is taken. PapertuiError where neither feed nor pages have anything. A part that
    fails is told, kept as missing, and the rest is stored.
    """
    from papertui.sources.schedule import expected_mailing, reason_without_mailing

    feeds = await _feeds(desk, desk.categories)
    told = max((day for day, _ in feeds), key=lambda day: day.date)
    pages = has_pages(desk.session.settings)
    if only is not None and told.date != only and not pages:
        raise PapertuiError(f"its newest mailing is of {told.date}, not of {only}; a feed holds the newest only")
    if not pages:
        for day, parts in feeds:
            await _keep_doubtful(desk, day, parts)
        return list(dict.fromkeys(day.date for day, _ in feeds))
    expected = expected_mailing(desk.session.clock())
    wanted = only or (max(expected, told.date) if told.announced else expected)
    dates: list[date] = []
    behind: list[str] = []
    for day, parts in feeds:
        is_due = day.date == wanted and bool(day.announced)
        behind += await _keep_fresh(desk, day, parts) if is_due else parts
        if day.announced and not is_due and only is None:
            await desk.keep(day, parts)
        if day.announced and (is_due or only is None):
            dates.append(day.date)
    known = await desk.known(wanted)
    missing = known.lacks(behind) if known else tuple(behind)
    if reason := reason_without_mailing(told.date):
        desk.tell(f"{ARXIV}: {reason}; the newest list is of {wanted}" + ("" if missing else ", which is here already"))
    elif behind and not told.announced and len(missing) == len(desk.categories) and await _is_left_out(desk, wanted):
        await in_thread(store_day, desk.session, _without_mailing(told, wanted), desk.emit, desk.categories)
        missing = ()
    try:
        await from_pages(desk, wanted, missing)
    except PapertuiError as error:
        if not dates and known is None:
            raise
        desk.emit(Failed(ARXIV, str(error)))
    return list(dict.fromkeys((wanted, *dates)))


def _without_mailing(feed: SourceDay, day: date) -> SourceDay:
    from papertui.sources.schedule import long_date

    return SourceDay(ARXIV, day, (), feed.problems, f"no mailing on {long_date(day)}: arXiv left it out", {"via": "feed"})


async def _is_left_out(desk: Desk, day: date) -> bool:
    """Whether arXiv's own page shows an older list than the one that was due: confirmed by its heading (FACTS 2)."""
    from papertui.sources import arxiv_site

    settings = desk.session.settings
    try:
        page = await arxiv_site.listing(desk.http, settings.arxiv_site_url, desk.categories[0], delay_seconds=settings.arxiv_delay_seconds,
                                        page_delay_seconds=settings.arxiv_page_delay_seconds, tell=desk.tell)  # fmt: skip
    except PapertuiError as error:
        desk.tell(f"{ARXIV}: the feed of {day} is empty, and the page that could confirm it cannot be had ({error})")
        return False
    return page.date < day


async def _feeds(desk: Desk, categories: Sequence[str]) -> list[tuple[SourceDay, tuple[str, ...]]]:
    """The feed of all categories, split in halves as long as it is full. A single one that is full is behind: its page has all."""
    from papertui.sources import arxiv

    settings = desk.session.settings
    desk.emit(Progress(f"fetching {ARXIV}"))
    (day,) = await arxiv.newest(
        desk.http, categories, desk.tell, feed_url=settings.arxiv_feed_url, delay_seconds=settings.arxiv_delay_seconds
    )
    unread = sum(not problem.is_note for problem in day.problems)
    if len(day.announced) + unread < FEED_LIMIT or (len(categories) == 1 and not has_pages(settings)):
        return [(day, tuple(categories))]
    if len(categories) == 1:
        return [(SourceDay(ARXIV, day.date, reason="its feed is full", facts=day.facts), tuple(categories))]
    middle = (len(categories) + 1) // 2
    return await _feeds(desk, categories[:middle]) + await _feeds(desk, categories[middle:])


async def _keep_fresh(desk: Desk, day: SourceDay, parts: tuple[str, ...]) -> list[str]:
    """Store what a feed has new; the categories whose lists in it are old."""
    before = await in_thread(_before, desk.session, day)
    stale = stale_parts(day.announced, before, parts)
    if not stale:
        await desk.keep(day, parts)
        return []
    for part, told in stale.items():
        desk.tell(f"{ARXIV}: the feed has the list of {told.last} for {part} still; asking its page")
    from dataclasses import replace

    fresh = replace(day, announced=without_stale(day.announced, before, parts, stale))
    if fresh.announced:
        await desk.keep(fresh, tuple(part for part in parts if part not in stale))
    return list(stale)


async def _keep_doubtful(desk: Desk, day: SourceDay, parts: tuple[str, ...]) -> None:
    """Store a feed that no page can complete; what seems wrong with it is said."""
    before = await in_thread(_before, desk.session, day)
    stale = stale_parts(day.announced, before, parts)
    for part, told in stale.items():
        desk.tell(f"{ARXIV} {day.date}, {part}: {told}; the feed seems to serve an old list, fetch again later")
    await desk.keep(day, tuple(part for part in parts if part not in stale))


async def from_pages(desk: Desk, day: date, parts: Sequence[str]) -> None:
    """Fetch the lists of these categories of one date from catch-up pages, each stored as it comes.

    PapertuiError where one cannot be had: the date then says what it lacks.
    """
    from papertui.sources import arxiv_site

    settings = desk.session.settings
    for number, part in enumerate(parts):
        desk.emit(Progress(f"fetching {ARXIV} {day}", number, len(parts), part))
        try:
            found = await arxiv_site.catchup(
                desk.http, settings.arxiv_site_url, part, day, delay_seconds=settings.arxiv_delay_seconds,
                page_delay_seconds=settings.arxiv_page_delay_seconds, tell=desk.tell,
            )  # fmt: skip
        except PapertuiError as error:
            lacking = ", ".join(parts[number:])
            await in_thread(note_trouble, desk.session, ARXIV, day, f"arXiv's {lacking} could not be had")
            raise PapertuiError(f"{day} lacks {lacking}: {error}") from error
        await desk.keep(found, (part,))


async def past(desk: Desk, day: date) -> None:
    """Fetch what the library lacks of a past mailing: from pages, or beyond their reach approximately from the search API."""
    from papertui.sources import arxiv_api
    from papertui.sources.arxiv_site import DAYS_BACK
    from papertui.sources.schedule import new_york, reason_without_mailing

    settings = desk.session.settings
    if reason := reason_without_mailing(day):
        await desk.keep(SourceDay(ARXIV, day, reason=reason), desk.categories)
        return
    known = await desk.known(day)
    lacking = known.lacks(desk.categories) if known else desk.categories
    if not lacking:
        return
    today = desk.session.clock().astimezone(new_york()).date()
    if day >= today - timedelta(days=DAYS_BACK):
        if not has_pages(settings):
            raise PapertuiError(f"the list of {day} stands on arXiv's pages only: sources.arxiv.site_url has to be set beside feed_url")
        await from_pages(desk, day, lacking)
        return
    if not has_search(settings):
        raise PapertuiError(f"the list of {day} is told by arXiv's search only: sources.arxiv.api_url has to be set beside feed_url")
    desk.emit(Progress(f"fetching {ARXIV} {day}"))
    found = await arxiv_api.submitted(
        desk.http, settings.arxiv_api_url, lacking, day, delay_seconds=settings.arxiv_delay_seconds, tell=desk.tell
    )
    await desk.keep(found, lacking)


def _known(session: Session, day: date) -> Asked | None:
    if not session.has_library:
        return None
    with session.library() as library:
        return library.asked_of(ARXIV, [day]).get(day)


def _before(session: Session, day: SourceDay) -> dict[tuple[int, str], date]:
    if not session.has_library:
        return {}
    rowids = [rowid_of(item.paper.id) for item in day.announced if not item.announcement.is_replacement]
    with session.library() as library:
        return library.announced_before(rowids, day.source, day.date)

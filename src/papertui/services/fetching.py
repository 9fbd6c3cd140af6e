"""`fetch`: what the sources announced, into the library."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from papertui.errors import PapertuiError, UsageError
from papertui.services.chunks import in_thread
from papertui.services.events import Emit, Failed, Fetched, Progress, Warned
from papertui.services.session import Session
from papertui.services.storing import ARXIV, HUGGINGFACE, note_trouble, store_day

if TYPE_CHECKING:
    from papertui.services.arxiv_days import Desk
    from papertui.sources.http import Http

POLL_PAGES = 20
"""Page delays between two looks of `--wait`: five minutes at arXiv's fifteen seconds."""

SETTLED = timedelta(days=7)
"""How long people go on adding papers to a day of Hugging Face's."""

PATIENCE = 2
"""Days in a row that arXiv may fail before the rest of a range is left for another time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch brought: the dates now in the library, and how many sources failed."""

    dates: tuple[date, ...]
    failed: int


async def fetch(
    session: Session,
    emit: Emit,
    *,
    day: date | None = None,
    since: date | None = None,
    wait: bool = False,
    sources: Sequence[str] | None = None,
) -> Outcome:
    """Get the newest announcement of each enabled source, that of `day`, or all mailings from `since` on, oldest first.

    What the library has whole is not asked for again. Sources without mailings are asked for the same date as arXiv's
    list, and so are the lists that are subscribed to. With `wait` arXiv is asked until it announces something later than
    the library has. A source that fails is a Failed event and the others go on; PapertuiError where every source failed,
    UsageError for a source that is not enabled.
    """
    enabled = list(session.settings.enabled_sources)
    for name in sources or ():
        if name not in enabled:
            raise UsageError(f"--source {name}: not among sources.enabled ({', '.join(enabled) or 'none'})")
    wanted = sorted(dict.fromkeys(sources or enabled), key=lambda name: name != ARXIV)  # its mailing's date is everybody's
    if not wanted:
        raise UsageError("sources.enabled is empty: there is nothing to fetch from")
    from papertui.services.net import opened

    async with opened(session) as http:
        run = _Run(session, emit, http, wanted, bool(session.settings.lists) and not sources)
        if since is None:
            await run.one(day, wait=wait)
        else:
            await run.range(since)
    return run.outcome()


@dataclass(slots=True)
class _Run:
    """One fetch: what it has brought so far."""

    session: Session
    emit: Emit
    http: Http
    wanted: Sequence[str]
    has_lists: bool
    dates: list[date] = field(default_factory=list)
    failures: list[PapertuiError] = field(default_factory=list)
    _desk: Desk | None = None

    def outcome(self) -> Outcome:
        """What came of it. PapertuiError where nothing did."""
        if self.failures and not self.dates:
            raise self.failures[0] if len(self.failures) == 1 else PapertuiError(f"all sources failed; the last said: {self.failures[-1]}")
        return Outcome(tuple(dict.fromkeys(self.dates)), len(self.failures))

    def _fail(self, name: str, error: PapertuiError, *, aloud: bool) -> None:
        self.failures.append(error)
        if aloud:
            self.emit(Failed(name, str(error)))

    async def desk(self) -> Desk:
        """The way to arXiv; its categories are looked up once."""
        if self._desk is None:
            from papertui.services.arxiv_days import Desk, categories_of

            self._desk = Desk(self.session, self.emit, self.http, await categories_of(self.session, self.emit))
        return self._desk

    async def one(self, day: date | None, *, wait: bool) -> None:
        """The newest announcements, or those of a date."""
        for name in self.wanted:
            try:
                if name == ARXIV:
                    self.dates += await self._mailing(day, wait=wait)
                else:
                    await self._other(name, day or (self.dates[0] if self.dates else None))
            except UsageError:
                raise
            except PapertuiError as error:
                self._fail(name, error, aloud=len(self.wanted) > 1 or self.has_lists)
                if name != ARXIV and self.dates:
                    await in_thread(note_trouble, self.session, name, self.dates[0], f"{name} could not be had")
        if day or self.dates:
            await self._lists(day or self.dates[0])

    async def _mailing(self, day: date | None, *, wait: bool) -> list[date]:
        from papertui.services import arxiv_days
        from papertui.sources.schedule import expected_mailing, new_york

        desk = await self.desk()
        if wait:
            await self._await_mailing(desk)
        now = self.session.clock()
        if day is None or not arxiv_days.has_pages(self.session.settings) or day == expected_mailing(now):
            return await arxiv_days.newest(desk, only=day)
        if day > (now.astimezone(new_york()) + timedelta(hours=4)).date():
            raise PapertuiError(f"its list of {day} is not out yet: the newest is of {expected_mailing(now)}")
        await arxiv_days.past(desk, day)
        return [day]

    async def _await_mailing(self, desk: Desk) -> None:
        """Look at the feed until it announces something later than the library has; its pace is that of a patient person."""
        from papertui.sources import arxiv

        settings = self.session.settings
        last = await in_thread(_last_mailing, self.session)
        pause = POLL_PAGES * max(settings.arxiv_page_delay_seconds, settings.arxiv_delay_seconds)
        while last is not None:
            (found,) = await arxiv.newest(
                self.http, desk.categories, desk.tell, feed_url=settings.arxiv_feed_url, delay_seconds=settings.arxiv_delay_seconds
            )
            if found.announced and found.date > last:
                return
            self.emit(Progress(f"waiting for the mailing after {last}", note=f"next look in {pause / 60:.0f} min"))
            await asyncio.sleep(pause)

    async def range(self, since: date) -> None:
        """All mailings from a date to the newest, in order."""
        from papertui.sources.schedule import expected_mailing, mailing_dates

        newest = expected_mailing(self.session.clock())
        days = mailing_dates(since, newest)
        if not days:
            self.emit(Warned(f"no mailing since {since}: the newest is of {newest}"))
            return
        stored = len(self.dates)
        in_a_row = 0
        for number, day in enumerate(days):
            self.emit(Progress("fetching", number, len(days), str(day)))
            for name in self.wanted:
                if name not in (ARXIV, HUGGINGFACE) or (name == ARXIV and in_a_row >= PATIENCE):
                    continue
                try:
                    if name == ARXIV:
                        await self._missed(day, newest)
                        in_a_row = 0
                    elif not await in_thread(_is_settled, self.session, name, day):
                        await self._other(name, day)
                except UsageError:
                    raise
                except PapertuiError as error:
                    in_a_row += name == ARXIV
                    self._fail(name, error, aloud=True)
            await self._lists(day)
        if in_a_row >= PATIENCE:
            self.emit(Warned(f"{ARXIV} is left alone after {PATIENCE} failures in a row; the same command goes on where it stopped"))
        for name in self.wanted:
            if name not in (ARXIV, HUGGINGFACE):
                try:
                    await self._other(name, newest, since=since)
                except PapertuiError as error:
                    self._fail(name, error, aloud=True)
        if len(self.dates) == stored and not self.failures:
            self.emit(Warned(f"all {len(days)} mailings since {since} are here already"))

    async def _missed(self, day: date, newest: date) -> None:
        from papertui.services import arxiv_days

        desk = await self.desk()
        known = await desk.known(day)
        if known is not None and not known.lacks(desk.categories):
            return
        if day == newest:
            self.dates += await arxiv_days.newest(desk)
        else:
            await arxiv_days.past(desk, day)
            self.dates.append(day)

    async def _other(self, name: str, day: date | None, *, since: date | None = None) -> None:
        """Store what a source without mailings has of a date, or of now."""
        settings = self.session.settings
        self.emit(Progress(f"fetching {name}", note=str(day or "")))

        def tell(line: str) -> None:
            self.emit(Warned(line))

        if name == HUGGINGFACE:
            from papertui.sources import huggingface

            token = self.session.env.get("HF_TOKEN") or None
            # where no day was asked for: the newest
            days = (await huggingface.daily(self.http, settings.huggingface_url, day=day, token=token, tell=tell))[:1]
        else:
            from papertui.sources import clawrxiv

            on = day or self.session.clock().date()
            days = list(await clawrxiv.posted(self.http, settings.clawrxiv_url, since=since or on, until=on, tell=tell))
        for found in days:
            if found.announced:
                await in_thread(store_day, self.session, found, self.emit)
                self.dates.append(found.date)
            else:  # a site that lists nothing of a day makes no edition of it
                self.emit(Fetched(name, found.date, 0, 0, reason=found.reason))

    async def _lists(self, day: date) -> None:
        if not self.has_lists:
            return
        from papertui.services.subscriptions import fetch_lists

        asked = await fetch_lists(self.session, self.emit, day)
        # a list's other days are in the library too, but nobody asked for them to be scored
        self.dates += [on for each in asked for on in each.dates if on == day]
        self.failures += [PapertuiError(each.trouble) for each in asked if each.trouble]


def _last_mailing(session: Session) -> date | None:
    if not session.has_library:
        return None
    with session.library() as library:
        return library.last_announced(ARXIV)


def _is_settled(session: Session, source: str, day: date) -> bool:
    """Whether a day was asked for when nothing more was to be expected of it."""
    if not session.has_library:
        return False
    with session.library() as library:
        known = library.asked_of(source, [day]).get(day)
    return known is not None and not known.trouble and _age(known.at, day) > SETTLED


def _age(at: datetime | None, day: date) -> timedelta:
    return at.date() - day if at is not None else timedelta(0)

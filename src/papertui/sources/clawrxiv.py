"""clawRxiv: papers that programs post, over its JSON API (FACTS 8). Anybody may ask.

The site has no list of a day: its posts are read from the newest on until they are older than wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced, Announcement, Problem, SourceDay
from papertui.sources.clawrxiv_json import (
    SOURCE,
    Entry,
    Page,
    post_of,
    read_comments,
    read_full_text,
    read_page,
    read_review,
)
from papertui.sources.errors import SourceError, shown_address, status_trouble

if TYPE_CHECKING:
    from papertui.domain.post import Comment, FullText, Review
    from papertui.sources.http import Fetched, Http

__all__ = ["DELAY_SECONDS", "HOSTS", "SOURCE", "URL", "comments", "full_text", "posted", "review"]

URL = "https://www.clawrxiv.io"
HOSTS = ("clawrxiv.io", "www.clawrxiv.io")
"""The two hosts that may redirect to each other."""

PACE = "clawrxiv"
"""The turn that both hosts share."""
DELAY_SECONDS = 0.5

MOST_PAGES = 200
"""Pages of one list: 20,000 posts, seven times what the site had in July 2026."""

_LIMIT = 100
_BYTES = 8_000_000
"""A page of 100 of the longest posts allowed has about 2 MB."""


async def posted(
    http: Http,
    url: str = URL,
    *,
    since: date,
    until: date | None = None,
    limit: int = _LIMIT,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[str], object] | None = None,
    most_pages: int = MOST_PAGES,
) -> list[SourceDay]:
    """The days from `since` to `until` (UTC dates, both included) on which something was posted, newest first.

    Without `until` there is no last day: a site's wrong clock would then make editions of the future. `limit` is posts a
    page (1 to 100), `delay_seconds` lie between two requests, `tell` gets a line before each wait. SourceError where nothing can
    be had; where a later page fails, the days so far come, and the oldest has a problem that says what is missing and the
    fact `incomplete`.
    """
    limit = min(max(limit, 1), _LIMIT)
    window = _Window(since, until)
    for number in range(1, most_pages + 1):
        address = f"{url.rstrip('/')}/api/posts?page={number}&limit={limit}"
        try:
            answer = await _ask(http, address, delay_seconds, tell)
            page = await asyncio.to_thread(read_page, answer.body, shown_address(answer.url))
        except SourceError as error:
            if not window.has_days:
                raise
            window.lacks(f"older posts are missing: {error}")
            break
        if window.take(page, address):
            break
    else:
        window.lacks(f"{most_pages} pages were read, and {window.back_to}: older posts are missing; ask for fewer days")
    return window.days()


async def full_text(
    http: Http,
    url: str,
    paper: PaperId,
    *,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[str], object] | None = None,
) -> FullText:
    """A paper as its page has it now, with its whole text. SourceError where the site has none of that id, or sends another."""
    base = url.rstrip("/")
    answer = await _ask(http, f"{base}/api/abs/{paper.number}", delay_seconds, tell, absent=True)
    if answer.status == 404:
        answer = await _ask(http, f"{base}/api/posts/{post_of(paper)}", delay_seconds, tell, absent=True)
    if answer.status == 404:
        raise SourceError(f"{shown_address(answer.url)}: has no paper {paper}", "check the id", kind="status", status=404)
    return await asyncio.to_thread(read_full_text, answer.body, paper, shown_address(answer.url))


async def review(
    http: Http, url: str, post: int, *, delay_seconds: float = DELAY_SECONDS, tell: Callable[[str], object] | None = None
) -> Review | None:
    """The machine's review of a post (`FullText.post`), None where there is none yet. SourceError where it cannot be had."""
    answer = await _ask(http, f"{url.rstrip('/')}/api/posts/{post}/review", delay_seconds, tell, absent=True)
    return None if answer.status == 404 else await asyncio.to_thread(read_review, answer.body, shown_address(answer.url))


async def comments(
    http: Http, url: str, post: int, *, delay_seconds: float = DELAY_SECONDS, tell: Callable[[str], object] | None = None
) -> list[Comment]:
    """The comments on a post (`FullText.post`), each with its replies behind it. SourceError where they cannot be had."""
    answer = await _ask(http, f"{url.rstrip('/')}/api/posts/{post}/comments", delay_seconds, tell)
    return await asyncio.to_thread(read_comments, answer.body, shown_address(answer.url))


async def _ask(http: Http, address: str, delay_seconds: float, tell: Callable[[str], object] | None, *, absent: bool = False) -> Fetched:
    """`absent` takes a 404 for an answer. Any other status than 200 has no posts in it."""
    answer = await http.get(
        address, host_delay=delay_seconds, pace=PACE, max_bytes=_BYTES, accept="application/json", tell=tell, stay=HOSTS,
        also_status=(404,) if absent else (),
    )  # fmt: skip
    if answer.status not in (200, 404):
        raise status_trouble(answer.url, answer.status)
    return answer


class _Window:
    """Gathers what was posted from one day to another, page by page."""

    def __init__(self, since: date, until: date | None) -> None:
        self._since, self._until = since, until
        self._announced: dict[date, list[Announced]] = {}
        self._problems: dict[date, list[Problem]] = {}
        self._incomplete = ""
        self._seen: set[PaperId] = set()
        self._sum = 0
        self._total: int | None = None
        self._last: date | None = None

    @property
    def has_days(self) -> bool:
        """Whether there is anything to give."""
        return bool(self._announced or self._problems)

    @property
    def back_to(self) -> str:
        """How far the list was read, for a line."""
        return f"the list was read back to {self._last}" if self._last else "no post had a date"

    def take(self, page: Page, address: str) -> bool:
        """Add a page. Whether it was the last one worth asking for; SourceError where nothing of the first can be read."""
        if not page.entries:
            return True
        papers = [entry.paper for entry in page.entries if entry.paper is not None]
        if not papers and not self._seen:
            first, many = next(str(entry.problem) for entry in page.entries), len(page.entries)
            raise SourceError(
                f"{shown_address(address)}: none of its {many} posts can be read ({first})", "try again later; update papertui"
            )
        brings = any(paper.id not in self._seen for paper in papers)
        if self._total is not None and page.total is not None and page.total < self._total:
            self.lacks("posts vanished while the list was read, so that one may be missing: fetch again")
        self._total = page.total
        self._sum += len(page.entries)
        if brings or not papers:
            for entry in page.entries:
                self._add(entry)
        if page.total is not None and len(page.entries) <= page.total <= self._sum:
            return True
        if not brings:
            self.lacks(f"{shown_address(address)}: brings no post that the pages before had not: older ones are missing")
            return True
        dated = [entry.day for entry in page.entries if entry.day is not None]
        return bool(dated) and max(dated) < self._since

    def lacks(self, why: str) -> None:
        """Say that something is missing behind what was read."""
        self._incomplete = why

    def days(self) -> list[SourceDay]:
        """What was gathered, newest day first."""
        if self._incomplete:
            self._problems.setdefault(min({*self._announced, *self._problems}, default=self._since), []).append(
                Problem(SOURCE, self._incomplete)
            )
        days = sorted({*self._announced, *self._problems}, reverse=True)
        return [self._day(day, oldest=day == days[-1]) for day in days]

    def _day(self, day: date, *, oldest: bool) -> SourceDay:
        announced, problems = tuple(self._announced.get(day, ())), tuple(self._problems.get(day, ()))
        facts = {"posts": str(len(announced))}
        if self._total is not None:
            facts["total"] = str(self._total)
        if oldest and self._incomplete:
            facts["incomplete"] = self._incomplete
        return SourceDay(SOURCE, day, announced, problems, None if announced else "no post of this day could be read", facts)

    def _add(self, entry: Entry) -> None:
        """File under its day; what has no readable one, under that of the post before it."""
        day = entry.day or self._last or self._until or self._since
        self._last = entry.day or self._last
        if entry.paper is not None:
            if entry.paper.id in self._seen:
                return
            self._seen.add(entry.paper.id)
        if day < self._since or (self._until is not None and day > self._until):
            return
        if entry.paper is not None:
            self._announced.setdefault(day, []).append(Announced(entry.paper, Announcement(SOURCE, day)))
        if entry.problem is not None:
            self._problems.setdefault(day, []).append(entry.problem)

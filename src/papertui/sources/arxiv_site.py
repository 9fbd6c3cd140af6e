"""arXiv's lists from its pages: the newest one, and those of the last 90 days (FACTS 3).

Pages tell what feeds do not (comments, exact names, HTML versions) and lists that the feeds no longer hold. They cost
more: arXiv asks robots to leave 15 seconds between two of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from papertui.domain.ids import PaperId
from papertui.domain.paper import Problem, SourceDay
from papertui.sources.arxiv import ask, checked_category
from papertui.sources.arxiv_feed import SOURCE
from papertui.sources.arxiv_page import Page, parse_page, strongest
from papertui.sources.errors import SourceError
from papertui.sources.http import Http
from papertui.sources.schedule import long_date, reason_without_mailing

PAGE_SIZE = 2_000
"""Entries a page, the most that arXiv gives."""

MOST_PAGES = 10
"""Pages of one list; arXiv's largest category needs one, its largest archive two."""

DAYS_BACK = 90
"""How far catch-up pages reach."""

_PAGE_BYTES = 20_000_000
"""A page of 2,000 entries has about 5.5 MB."""

_ACCEPT = "text/html, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class _List:
    """One list to be had."""

    via: str
    category: str
    day: date | None
    address: Callable[[int, int], str]
    """The address of a page, by its number (from 1) and the entries before it."""

    @property
    def where(self) -> str:
        return f"arxiv ({self.category}" + (f", {self.day})" if self.day else ")")


async def listing(
    http: Http,
    site_url: str,
    category: str,
    *,
    delay_seconds: float,
    page_delay_seconds: float,
    tell: Callable[[str], object] | None = None,
) -> SourceDay:
    """The newest list of a category, from `/list/CAT/new`; its date is the one in the page's heading.

    `tell` gets a line before each wait. The day's facts are `via` (`listing`), `entries` (how many there are, as the
    page says) and, only if some could not be read, `missing`; then a problem says so too. UsageError for what is no
    category; SourceError where a page cannot be had, or is none.
    """
    base = f"{site_url.rstrip('/')}/list/{checked_category(category)}/new?show={PAGE_SIZE}"
    wanted = _List("listing", category, None, lambda _, before: f"{base}&skip={before}" if before else base)
    return await _day(http, wanted, max(delay_seconds, page_delay_seconds), tell)


async def catchup(
    http: Http,
    site_url: str,
    category: str,
    day: date,
    *,
    delay_seconds: float,
    page_delay_seconds: float,
    tell: Callable[[str], object] | None = None,
) -> SourceDay:
    """The list of a past mailing date, from `/catchup/CAT/DATE`, up to `DAYS_BACK` days back; else as `listing`.

    SourceError as well where the page is of another date than `day`.
    """
    base = f"{site_url.rstrip('/')}/catchup/{checked_category(category)}/{day.isoformat()}?abs=True&page="
    wanted = _List("catchup", category, day, lambda number, _: f"{base}{number}")
    return await _day(http, wanted, max(delay_seconds, page_delay_seconds), tell)


async def _day(http: Http, wanted: _List, delay: float, tell: Callable[[str], object] | None) -> SourceDay:
    pages = [await _page(http, wanted, 1, 0, delay, tell)]
    _check_date(wanted, pages[0], wanted.day)
    while _has_more(pages):
        shown = sum(page.shown for page in pages)
        if tell is not None:
            tell(f"{wanted.where}: {shown} of {_total(pages) or 'more than ' + str(shown)} entries, asking for the next page")
        pages.append(await _page(http, wanted, len(pages) + 1, shown, delay, tell))
        _check_date(wanted, pages[-1], pages[0].date)
    return _joined(wanted, pages)


async def _page(http: Http, wanted: _List, number: int, before: int, delay: float, tell: Callable[[str], object] | None) -> Page:
    address = wanted.address(number, before)
    try:
        answer = await ask(http, address, delay, max_bytes=_PAGE_BYTES, accept=_ACCEPT, tell=tell)
    except SourceError as error:
        if error.status not in (400, 404):
            raise
        advice = "check the category's name (upper and lower case matter)"
        if wanted.day is not None:
            advice += f" and the date: the site keeps {DAYS_BACK} days"
        raise SourceError(f"{error.what}: there is no such list", advice, kind="status", status=error.status) from error
    return await asyncio.to_thread(parse_page, answer.body, requested=wanted.category)


def _check_date(wanted: _List, page: Page, expected: date | None) -> None:
    if page.date is None:
        raise SourceError(f"{wanted.where}: the page has no date ({page.reason})", "try again in a few minutes")
    if expected is not None and page.date != expected:
        raise SourceError(f"{wanted.where}: a page dated {page.date} came, not one of {expected}", "try again in a few minutes")


def _total(pages: Sequence[Page]) -> int | None:
    """How many entries all pages hold, as far as they say; None where they say nothing at all.

    Sections that begin on a later page are not counted on an earlier one, the page's own total counts them.
    """
    by_kind: dict[str | None, int] = {}
    for section in (section for page in pages for section in page.sections):
        if section.total is not None:
            by_kind[section.kind] = max(by_kind.get(section.kind, 0), section.total)
    said = [page.total for page in pages if page.total is not None]
    return max(sum(by_kind.values()), *said, 0) if by_kind or said else None


def _read(pages: Sequence[Page]) -> int:
    """How many entries were read; what stood on an earlier page already is no other one."""
    earlier: set[tuple[str | None, PaperId]] = set()
    count = 0
    for page in pages:
        entries = [(section.kind, paper) for section in page.sections for paper in section.ids]
        count += sum(entry not in earlier for entry in entries)
        earlier.update(entries)
    return count


def _has_more(pages: Sequence[Page]) -> bool:
    """Whether another page is to be asked for: not past the total, not without end, not after a page that brought nothing new."""
    if len(pages) >= MOST_PAGES or not pages[-1].shown or _read(pages) == _read(pages[:-1]):
        return False
    total = _total(pages) or 0
    is_total_known = any(page.total is not None for page in pages)
    return sum(page.shown for page in pages) < total or (pages[-1].shown >= PAGE_SIZE and not is_total_known)


def _joined(wanted: _List, pages: Sequence[Page]) -> SourceDay:
    """All pages as one day, with what is missing said."""
    day = pages[0].date
    assert day is not None  # noqa: S101  (checked when it came)
    announced = strongest(one for page in pages for one in page.announced)
    read = _read(pages)
    total = _total(pages)
    missing = max(sum(page.missing for page in pages), (total or 0) - read)
    problems = [problem for page in pages for problem in page.problems]
    facts = {"via": wanted.via, "entries": str(max(total or 0, read))}
    if missing > 0:
        if not announced:
            raise SourceError(f"{wanted.where}: none of {missing} entries could be read", "try again later; if it stays so, report it")
        problems.append(Problem(wanted.where, f"{missing} of {max(total or 0, read + missing)} entries are missing: the day is incomplete"))
        facts["missing"] = str(missing)
    reason = None
    if not announced:
        reason = reason_without_mailing(day) or f"arXiv announced nothing in {wanted.category} on {long_date(day)}"
    return SourceDay(SOURCE, day, announced, tuple(problems), reason, facts)

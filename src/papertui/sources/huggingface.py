"""Hugging Face's Daily Papers, their search, and single papers, over its API (FACTS 7).

Anybody may ask; a free token doubles the 500 requests that five minutes allow. How many are left comes in the header
`RateLimit` (huggingface.co, "Hub rate limits").
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from papertui.domain.gate import one_line
from papertui.domain.ids import ARXIV, PaperId
from papertui.domain.paper import Paper, Problem, SourceDay
from papertui.sources.errors import SourceError, exhausted_for, shown_address
from papertui.sources.hostile_json import read_json
from papertui.sources.huggingface_json import SOURCE, Gathering, Unreadable, error_of, read_list, read_paper, read_papers, wanted

if TYPE_CHECKING:
    from papertui.sources.http import Fetched, Http

__all__ = ["DELAY_SECONDS", "SOURCE", "URL", "daily", "paper", "search"]

URL = "https://huggingface.co"
DELAY_SECONDS = 0.2

MOST_PAGES = 20
"""Pages of one list: a month has about a thousand papers."""

MOST_PAUSE = 120.0
"""Seconds to wait at most where no request is left, before the next page."""

_LIMIT = 100
_OWN_LIMIT = 50
"""Papers a page where none was asked for; a server that grants no more than these is asked for the next page all the same."""

_PAGE_BYTES = 5_000_000
"""A page of 100 papers has about half of a megabyte."""
_ALL_BYTES = 25_000_000


async def daily(
    http: Http,
    url: str = URL,
    *,
    day: date | None = None,
    week: str | None = None,
    month: str | None = None,
    trending: bool = False,
    token: str | None = None,
    tell: Callable[[str], object] | None = None,
    limit: int = _LIMIT,
    host_delay: float = DELAY_SECONDS,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[SourceDay]:
    """The days of the newest list, or of the one asked for, newest first; of what is trending the first `limit` papers.

    A day without papers comes with its reason; papers of other days than asked for are left out with a note. `limit` is
    papers a page (1 to 100), `host_delay` seconds between two requests; `tell` gets a line before each wait. SourceError
    where any page cannot be had: a list is never half given. UsageError for what is no week or month.
    """
    list_asked = wanted(day, week, month, trending=trending)
    where = f"{SOURCE} ({list_asked.words})"
    limit = min(max(limit, 1), _LIMIT)
    gathering, size, full = Gathering(list_asked, where), 0, min(limit, _OWN_LIMIT)
    ask = _Asking(http, token, tell, host_delay)
    for page in range(MOST_PAGES):
        address = _address(url, "daily_papers", [*list_asked.query, ("limit", str(limit)), ("p", str(page))])
        answer = await ask.get(address, where)
        size += len(answer.body)
        if size > _ALL_BYTES:
            raise SourceError(f"{where}: larger than {_ALL_BYTES / 1e6:g} MB, so not taken", "check the address", kind="too large")
        count, brought = await asyncio.to_thread(_taken, gathering, answer.body, where)
        newest_is_whole = not list_asked.query and gathering.has_several_days
        if count < full or not brought or trending or newest_is_whole:
            break
        full = count
        await _pause(answer, where, tell, sleep)
    else:
        gathering.problems.append(Problem(where, f"longer than {MOST_PAGES} pages: the rest was not asked for"))
    return gathering.days()


async def search(
    http: Http,
    url: str,
    query: str,
    *,
    limit: int = 20,
    token: str | None = None,
    tell: Callable[[str], object] | None = None,
    host_delay: float = DELAY_SECONDS,
) -> list[Paper]:
    """At most `limit` papers that Hugging Face finds by meaning, best first, as it tells them. SourceError where it does not answer.

    `tell` gets a line before each wait, and one that counts results which could not be read.
    """
    where = f"{SOURCE} (search)"
    address = _address(url, "papers/search", [("q", query), ("limit", str(min(max(limit, 1), _LIMIT)))])
    answer = await _Asking(http, token, tell, host_delay).get(address, where)
    papers, problems = await asyncio.to_thread(lambda: read_papers(read_list(answer.body, where), where))
    if problems and tell is not None:
        more = f" ({len(problems) - 1} more like it)" if len(problems) > 1 else ""
        tell(f"{problems[0]}: passed over{more}")
    return papers[: max(limit, 1)]


async def paper(
    http: Http,
    url: str,
    paper_id: PaperId,
    *,
    token: str | None = None,
    tell: Callable[[str], object] | None = None,
    host_delay: float = DELAY_SECONDS,
) -> Paper | None:
    """What Hugging Face knows of an arXiv paper; None where it has no page of it. SourceError where it does not answer, or of another."""
    if paper_id.archive != ARXIV:
        return None
    where = f"{SOURCE} ({paper_id})"
    address = _address(url, f"papers/{quote(paper_id.number, safe='')}", [])
    answer = await _Asking(http, token, tell, host_delay).get(address, where, also_status=(404,))
    if answer.status == 404:
        return None
    told = await asyncio.to_thread(read_json, answer.body, where)
    try:
        found = read_paper(told, where)
    except Unreadable as error:
        said = error_of(told)
        raise SourceError(f"{where}: the server says {said!r}" if said else str(error.problem), "try again later") from None
    if found.id != paper_id:
        raise SourceError(f"{where}: the answer is about {found.id}", "try again later")
    return found


class _Asking:
    """How every request is made."""

    def __init__(self, http: Http, token: str | None, tell: Callable[[str], object] | None, delay: float) -> None:
        secret = (token or "").strip()
        if secret and not (secret.isascii() and secret.isprintable() and " " not in secret):
            raise SourceError(f"{SOURCE}: the token holds characters that no token has", "correct HF_TOKEN or unset it", kind="setup")
        self._http = http
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._tell = tell
        self._delay = delay

    async def get(self, address: str, where: str, also_status: Sequence[int] = ()) -> Fetched:
        """The answer. SourceError with the server's own words where it did not like what was asked."""
        try:
            answer = await self._http.get(
                address,
                host_delay=self._delay,
                max_bytes=_PAGE_BYTES,
                accept="application/json",
                also_status=(400, *also_status),
                tell=self._tell,
                headers=self._headers,
                stay=(),
            )
        except SourceError as error:
            if error.status == 401 and self._headers:
                raise SourceError(f"{where}: the token was refused", "correct HF_TOKEN or unset it", kind="status", status=401) from error
            raise
        if answer.status == 400:
            said = _words_of(answer.body)
            refused = f"{where}: refused ({said})" if said else f"{where}: {shown_address(address)} answered 400 Bad Request"
            raise SourceError(refused, "check what was asked for", kind="status", status=400)
        return answer


def _words_of(body: bytes) -> str:
    try:
        return error_of(read_json(body, SOURCE))
    except SourceError:
        return ""


def _taken(gathering: Gathering, body: bytes, where: str) -> tuple[int, bool]:
    """How many elements a page had, and whether it brought a new paper."""
    elements = read_list(body, where)
    return len(elements), gathering.take(elements)


async def _pause(answer: Fetched, where: str, tell: Callable[[str], object] | None, sleep: Callable[[float], Awaitable[object]]) -> None:
    """Wait where the answer says that no request is left."""
    seconds = min(exhausted_for(answer.headers) or 0.0, MOST_PAUSE)
    if seconds > 0:
        if tell is not None:
            tell(f"{one_line(where)}: no requests left for now: going on in {seconds:.0f} s")
        await sleep(seconds)


def _address(url: str, path: str, query: Sequence[tuple[str, str]]) -> str:
    told = urlencode(query, errors="replace")
    return f"{url.rstrip('/')}/api/{path}" + (f"?{told}" if told else "")

"""What the package `arxiv` sends its requests through: our HTTP layer, and a look at each answer before the package sees it.

By itself the package waits for ever, takes `Rate exceeded.`, an HTML page and a torn answer for "no results", and an
error for a paper (FACTS 4.2). Here pacing, limits, the honest agent, busy servers and proxies are those of
`sources/http.py`, and what is no whole answer is an error. The package blocks, so it runs in a thread of its own: a
daemon, since the event loop's own executor is waited for when a program ends.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import parse_qs

from papertui.domain.gate import one_line
from papertui.sources.arxiv import ask
from papertui.sources.errors import SourceError, shown_address, status_trouble
from papertui.sources.feed_xml import RawItem, read_feed, without_forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    import arxiv

    from papertui.sources.http import Fetched, Http

T = TypeVar("T")

WHERE = "arxiv search API"

_ACCEPT = "application/atom+xml, application/xml;q=0.9, */*;q=0.1"
_BYTES = 20_000_000
"""Largest answer: two thousand papers have about 5 MB."""

_TAGS = 1_000_000
"""Most tags of an answer, opening and closing (a paper by three thousand people has 12,000): the package makes a tree of them."""

_WALK_AWAY_SECONDS = 0.5
"""How long a cancelled caller waits for the request on its way to be given up."""

_DATE = re.compile(rb"<((?:\w+:)?(?:published|updated))\b([^<>]*)>([^<]*)</")


class Reply(NamedTuple):
    """What the package reads of an answer (its `requests.Response`)."""

    content: bytes
    status_code: int = 200


class Page(NamedTuple):
    """One answer of the API that was found whole."""

    body: bytes
    total: int
    """How many results there are in all, as the API counts them."""
    ids: tuple[str, ...]
    """Of each entry, as it stands there; where it has none, which entry it is."""


class Stopped(Exception):
    """Whoever asked has gone: nothing more is sent."""


def checked(data: bytes) -> Page:
    """An answer as the package may see it. SourceError where it is none, is torn, or is the API's own error.

    Characters that XML forbids go out, and so do dates that are none: the package raises at these, while it only passes
    over an entry that has no date.
    """
    feed = read_feed(data, where=WHERE)
    for item in feed.items:
        if _is_error(item):
            raise _refused(item)
    total = feed.texts.get("total", "")
    if not re.fullmatch(r"\d{1,9}", total, re.ASCII):
        raise SourceError(f"{WHERE}: the answer does not say how many results there are", "check sources.arxiv.api_url")
    if data.count(b"<") > _TAGS:
        raise SourceError(
            f"{WHERE}: the answer has more than {_TAGS:,} tags, so it was not taken", "ask for fewer papers", kind="too large"
        )
    ids = tuple(item.texts.get("guid", "").strip() or f"entry {item.place}" for item in feed.items)
    return Page(_DATE.sub(_readable_date, without_forbidden(data)), int(total), ids)


def _is_error(item: RawItem) -> bool:
    return item.texts.get("title", "").strip() == "Error" and "/api/errors" in item.texts.get("guid", "")


def _refused(item: RawItem) -> SourceError:
    why = one_line(item.texts.get("description", ""), 300) or "it does not say why"
    return SourceError(f"{WHERE}: refused what was asked ({why})", "correct the ids or the words", kind="status", status=400)


def _readable_date(found: re.Match[bytes]) -> bytes:
    try:
        datetime.fromisoformat(found[3].decode().strip().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return b"<%b%b></" % (found[1], found[2])
    return found[0]


def asked_of(url: str) -> tuple[int, int]:
    """Where the page asked for begins, and how many results it may have."""
    fields = parse_qs(url.rpartition("?")[2])
    return int(fields["start"][-1]), int(fields["max_results"][-1])


@dataclass(frozen=True, slots=True)
class Manners:
    """How the API is to be asked."""

    api_url: str
    delay_seconds: float
    tell: Callable[[str], object] | None = None


class Session:
    """Stands where the package keeps its `requests.Session`: one `get`, called from the package's thread.

    Made on the event loop that the requests then run on.
    """

    def __init__(self, http: Http, manners: Manners, *, most_requests: int) -> None:
        """After `most_requests` something is wrong: a server without end."""
        self._http = http
        self._manners = manners
        self._loop = asyncio.get_running_loop()
        self._left = most_requests
        self._stopped = threading.Event()
        self._asking: asyncio.Task[Fetched] | None = None
        self.pages: list[Page] = []
        """What came, in order."""

    def client(self, page_size: int) -> arxiv.Client:
        """The package's client, sending through here. Its own pauses and tries are off."""
        import logging

        import arxiv

        log = logging.getLogger("arxiv")
        if not log.handlers:  # it would write strangers' texts to stderr
            log.addHandler(logging.NullHandler())
            log.propagate = False
        client = arxiv.Client(page_size=page_size, delay_seconds=0.0, num_retries=0)
        base = self._manners.api_url.replace("{", "{{").replace("}", "}}")
        client.query_url_format = base + ("&{}" if "?" in base else "?{}")
        client._session = self
        return client

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer of `url`, whole. The package's own headers are left out. SourceError; Stopped after `stop`."""
        start, size = asked_of(url)
        for _ in range(2):
            page = _read(self._answer(url))
            expected = min(size, max(0, page.total - start))
            if len(page.ids) >= expected:
                self.pages.append(page)
                return Reply(page.body)
        raise SourceError(
            f"{WHERE}: a partial page, {len(page.ids)} of {expected} results from {start + 1} on",
            "try again in a few minutes", transient=True,
        )  # fmt: skip

    def _answer(self, url: str) -> Fetched:
        self._left -= 1
        if self._left < 0:
            raise SourceError(f"{WHERE}: more pages than there can be", "check sources.arxiv.api_url")
        asked = self._ask(url)
        try:
            answer = asyncio.run_coroutine_threadsafe(asked, self._loop)
        except RuntimeError as error:  # the loop has ended
            asked.close()
            raise Stopped from error
        try:
            return answer.result()
        except concurrent.futures.CancelledError as error:
            raise Stopped from error

    async def stop(self) -> None:
        """Give up the request on its way, and send no other."""
        self._stopped.set()
        if (asking := self._asking) is not None and not asking.done():
            asking.cancel()
            await asyncio.wait({asking}, timeout=_WALK_AWAY_SECONDS)

    async def _ask(self, url: str) -> Fetched:
        if self._stopped.is_set():
            raise asyncio.CancelledError
        self._asking = asyncio.current_task()
        # a wrong query comes as a feed that says so
        return await ask(
            self._http, url, self._manners.delay_seconds, max_bytes=_BYTES, accept=_ACCEPT, also_status=(400,), tell=self._manners.tell
        )


def _read(answer: Fetched) -> Page:
    if answer.status != 400:
        return checked(answer.body)
    try:
        checked(answer.body)
    except SourceError as error:
        if error.status == 400:
            raise
    raise status_trouble(shown_address(answer.url), 400)


async def walked_away_from(work: Callable[[], T], session: Session) -> T:
    """Run `work`, which asks through `session`, in a thread of its own; a cancelled caller goes on without it."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(finish: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and so has whoever asked
            loop.call_soon_threadsafe(lambda: None if outcome.done() else finish())

    def run() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 - carried over, whatever it is
            problem = error
            settle(lambda: outcome.set_exception(problem))
        else:
            settle(lambda: outcome.set_result(found))

    threading.Thread(target=run, name="papertui-arxiv", daemon=True).start()
    try:
        return await outcome
    except BaseException:
        await session.stop()
        raise

"""arXiv's newest mailing, from its feeds."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Collection, Sequence

from papertui.domain.paper import SourceDay
from papertui.errors import UsageError
from papertui.sources.arxiv_feed import parse_feed
from papertui.sources.errors import SourceError, status_trouble
from papertui.sources.http import Fetched, Http

PACE = "arxiv"
"""The turn that everything asked of arXiv shares (FACTS 6: feeds, pages and API together)."""

FEED_URL = "https://rss.arxiv.org/rss/"
DELAY_SECONDS = 3.0

_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?", re.ASCII)
_FEED_BYTES = 20_000_000
"""A feed of 2,000 items has about 4 MB (FACTS 1.6)."""

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1"


def feed_address(feed_url: str, categories: Sequence[str]) -> str:
    """The feed's address: categories joined by a literal `+` behind `feed_url`. UsageError names what is no category."""
    wanted = list(dict.fromkeys(category.strip() for category in categories))
    if not wanted:
        raise UsageError("no arXiv categories to ask for: name some in the profile or in sources.arxiv.categories, such as cs.CL")
    for category in wanted:
        checked_category(category)
    base = feed_url if feed_url.endswith(("/", "=", "+")) else f"{feed_url}/"
    return base + "+".join(wanted)


def checked_category(category: str) -> str:
    """A category or archive as addresses may hold it. UsageError names what is none."""
    if not _CATEGORY.fullmatch(category):
        raise UsageError(f"{category[:60]!r} is no arXiv category: write them as cs.CL or math.AG, a whole archive as stat")
    return category


def means_busy(body: bytes) -> bool:
    """Whether a body is arXiv's `Rate exceeded.`, which comes with status 200 (FACTS 4.1)."""
    return len(body) < 200 and body.strip().lower().startswith(b"rate exceeded")


async def ask(
    http: Http,
    address: str,
    delay_seconds: float,
    *,
    max_bytes: int,
    accept: str,
    also_status: Collection[int] = (),
    tell: Callable[[str], object] | None = None,
) -> Fetched:
    """Anything of arXiv's, in the turn that all of it shares; what it says instead of an answer is busy, and is tried again.

    Redirects stay on the host: an old category's name leads to its new one, and whoever sends elsewhere is not arXiv.
    """
    return await http.get(
        address, host_delay=delay_seconds, pace=PACE, max_bytes=max_bytes, accept=accept, also_status=also_status,
        means_busy=means_busy, tell=tell, stay=(),
    )  # fmt: skip


async def newest(
    http: Http,
    categories: Sequence[str],
    emit: Callable[[str], object] | None = None,
    *,
    feed_url: str = FEED_URL,
    delay_seconds: float = DELAY_SECONDS,
) -> list[SourceDay]:
    """The mailing that the feed holds now: one request for all categories, so no paper comes twice and all are of one date.

    `emit` gets a line where a wait is coming. The day may be an older one than today's (before midnight in New York) and may
    hold no papers; then it says why. UsageError for wrong categories, SourceError where the feed cannot be had.
    """
    address = feed_address(feed_url, categories)
    # a wrong query comes as a feed that says so (FACTS 1.1)
    answer = await ask(http, address, delay_seconds, max_bytes=_FEED_BYTES, accept=_ACCEPT, also_status=(400,), tell=emit)
    requested = "+".join(dict.fromkeys(category.strip() for category in categories))
    try:
        day = await asyncio.to_thread(_parse, answer.body, requested)
    except SourceError as error:
        if answer.status == 400 and error.kind != "status":
            raise status_trouble(answer.url, answer.status) from error
        raise
    if answer.status == 400:
        raise status_trouble(answer.url, answer.status)
    return [day]


def _parse(body: bytes, requested: str) -> SourceDay:
    return parse_feed(unzipped(body, _FEED_BYTES), requested=requested)


def unzipped(body: bytes, most: int) -> bytes:
    """A body that is itself a gzip file (a mirror of stored feeds), unpacked up to `most` bytes; any other as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, most)
    except zlib.error:
        return body

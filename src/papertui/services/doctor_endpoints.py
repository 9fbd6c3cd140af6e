"""Which servers `doctor --online` asks, what of them, and how it is told that the answer is theirs. Pure but for the profile's file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from papertui.domain.gate import one_line
from papertui.domain.subscription import Subscription
from papertui.errors import PapertuiError
from papertui.lists.read import read_editions
from papertui.services.session import Session
from papertui.sources.arxiv import PACE, feed_address, unzipped
from papertui.sources.arxiv_feed import parse_feed
from papertui.sources.errors import SourceError, shown_address, status_trouble
from papertui.sources.feed_xml import read_feed
from papertui.sources.hostile_json import read_json
from papertui.sources.http import Fetched
from papertui.sources.schedule import expected_mailing

PAPER = "1706.03762"
"""A paper that arXiv and Semantic Scholar will always know."""

MOST_BYTES = 20_000_000
_CLAWRXIV = ("clawrxiv.io", "www.clawrxiv.io")
"""Send to each other (CONTRACT, issue 5)."""

_LISTING = re.compile(rb"Showing new listings for ([^<]{4,60})", re.IGNORECASE)
_NO_LISTING = re.compile(rb"No updates (?:today|for)", re.IGNORECASE)


class Endpoint(NamedTuple):
    """One server, one request, and what its answer has to be."""

    title: str
    address: str
    setting: str
    """The key of the settings that leads there."""
    serves: Callable[[Fetched], str]
    """The answer in a few words. SourceError or NotAList where it is not what this endpoint serves."""
    delay: float = 0.0
    pace: str | None = None
    headers: Mapping[str, str] = {}
    key: str = ""
    """The environment variable of the key among the headers."""
    stay: Collection[str] = ()
    also_status: Collection[int] = ()
    tells_time: bool = False
    """Whether its clock is compared with ours."""
    may_lack: str = ""
    """What a 404 says where it is no fault."""


def endpoints(session: Session) -> list[Endpoint]:
    """Everything that the settings lead to, but for the model's server."""
    settings, enabled = session.settings, session.settings.enabled_sources
    found: list[Endpoint] = []
    if "arxiv" in enabled:
        found += _arxiv(session)
    if "huggingface" in enabled:
        token = _key(session.env, "HF_TOKEN")
        found.append(
            Endpoint(
                "Hugging Face", f"{settings.huggingface_url.rstrip('/')}/api/daily_papers?limit=1", "sources.huggingface.url", _daily_papers,
                headers={"Authorization": f"Bearer {token}"} if token else {}, key="HF_TOKEN" if token else "",
            )
        )  # fmt: skip
    if "clawrxiv" in enabled:
        address = f"{settings.clawrxiv_url.rstrip('/')}/api/posts?limit=1"
        found.append(Endpoint("clawRxiv", address, "sources.clawrxiv.url", _posts, stay=_CLAWRXIV))
    found += [_subscribed(one, session.clock()) for one in settings.lists if not one.is_path]
    if settings.semantic_scholar_enabled:
        key = _key(session.env, "S2_API_KEY")
        found.append(
            Endpoint(
                "Semantic Scholar", f"{settings.semantic_scholar_url.rstrip('/')}/graph/v1/paper/arXiv:{PAPER}?fields=title",
                "sources.semantic_scholar.url", _scholar, 1.0, "semanticscholar", {"x-api-key": key} if key else {}, "S2_API_KEY" if key else "",
            )
        )  # fmt: skip
    return found


def _arxiv(session: Session) -> list[Endpoint]:
    """The page first: before pages the pause is the longest, and nobody was asked yet."""
    from papertui.services.profiles import load_profile

    settings = session.settings
    try:
        categories = settings.arxiv_categories or load_profile(session.paths, settings.profile).profile.categories
    except PapertuiError:
        categories = ()  # told already: by the check of the profile
    category = (categories or ("cs.LG",))[0]
    pause, page_pause = settings.arxiv_delay_seconds, max(settings.arxiv_delay_seconds, settings.arxiv_page_delay_seconds)
    page = f"{settings.arxiv_site_url.rstrip('/')}/list/{category}/new?show=25"
    query = f"{settings.arxiv_api_url}{'&' if '?' in settings.arxiv_api_url else '?'}id_list={PAPER}&max_results=1"
    feed = feed_address(settings.arxiv_feed_url, (category,))
    return [
        Endpoint("arXiv's pages", page, "sources.arxiv.site_url", _listing, page_pause, PACE),
        Endpoint("arXiv's feeds", feed, "sources.arxiv.feed_url", _feed(category), pause, PACE, also_status=(400,), tells_time=True),
        Endpoint("arXiv's search", query, "sources.arxiv.api_url", _found, pause, PACE),
    ]


def _subscribed(one: Subscription, now: datetime) -> Endpoint:
    lacking = "its list of today's mailing is not there yet" if one.is_dated else ""
    address = one.address_for(expected_mailing(now))
    return Endpoint(f"the list {one.name}", address, "sources.lists", _published(one.name), may_lack=lacking)


def _key(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    return value if value.isascii() and value.isprintable() else ""


# what each has to answer


def _feed(category: str) -> Callable[[Fetched], str]:
    def read(answer: Fetched) -> str:
        day = parse_feed(unzipped(answer.body, MOST_BYTES), requested=category)
        if answer.status == 400:
            raise status_trouble(answer.url, answer.status)
        return f"{len(day.announced)} papers of {day.date}"

    return read


def _listing(answer: Fetched) -> str:
    if found := _LISTING.search(answer.body):
        return f"new listings for {one_line(found[1].decode('utf-8', 'replace'), 60)}"
    if _NO_LISTING.search(answer.body):
        return "no new listings today"
    raise _other(answer, "no page of new listings")


def _found(answer: Fetched) -> str:
    (entry, *_) = [*read_feed(answer.body, where=shown_address(answer.url)).items, None]
    if entry is None or PAPER not in entry.texts.get("guid", ""):
        said = entry.texts.get("description", "") if entry is not None else ""
        raise _other(answer, f"not the paper asked for{f' ({one_line(said, 100)})' if said.strip() else ''}")
    return f"knows arxiv:{PAPER}"


def _daily_papers(answer: Fetched) -> str:
    said = read_json(answer.body, shown_address(answer.url))
    if not isinstance(said, list) or not all(isinstance(each, dict) and "paper" in each for each in said):
        raise _other(answer, "JSON, but no Daily Papers")
    return "Daily Papers"


def _posts(answer: Fetched) -> str:
    said = read_json(answer.body, shown_address(answer.url))
    if not isinstance(said, dict) or not isinstance(said.get("posts"), list):
        raise _other(answer, "JSON, but no posts")
    return f"{total} posts" if isinstance(total := said.get("total"), int) else "posts"


def _scholar(answer: Fetched) -> str:
    said = read_json(answer.body, shown_address(answer.url))
    if not isinstance(said, dict) or not isinstance(said.get("title"), str):
        raise _other(answer, "JSON, but no paper")
    return f"knows arxiv:{PAPER}"


def _published(name: str) -> Callable[[Fetched], str]:
    def read(answer: Fetched) -> str:
        editions = read_editions(unzipped(answer.body, MOST_BYTES), Path(urlsplit(answer.url).path).name or name)
        papers = sum(len(edition.entries) for edition in editions)
        return f"{papers} papers of {editions[-1].date or 'no date'}"

    return read


def _other(answer: Fetched, what: str) -> SourceError:
    return SourceError(f"{shown_address(answer.url)}: {what}", "check the address")

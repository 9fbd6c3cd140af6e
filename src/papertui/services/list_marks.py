"""What is remembered of a published list that was stored wholly, so that it is not fetched or read again as long as it stays the same."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import NamedTuple

from papertui.domain.subscription import Subscription
from papertui.services.session import Session

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_TIME = re.compile(r"[A-Za-z0-9,: +-]{10,40}", re.ASCII)


class Mark(NamedTuple):
    """How a list stood when it was stored."""

    etag: str = ""
    """As the server gave it, with its quotes."""
    modified: str = ""
    """`Last-Modified`, as the server gave it."""
    digest: str = ""
    """Of the body: not every server knows If-None-Match."""
    seen: tuple[str, ...] = ()
    """Of a path: what tells its files, in the state in which they were read."""
    newest: str = ""
    """The newest date among its lists."""
    empty: str = ""
    """Why the asked day's list has no papers."""

    @property
    def headers(self) -> dict[str, str]:
        """What a request says of it (RFC 9110, 13.1)."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: text for name, text in named.items() if text}

    def why_none(self, day: date) -> str:
        """Why there are no papers of a day in it."""
        if self.newest and self.newest != day.isoformat():
            return f"holds no list of that date; its newest is of {self.newest}"
        return self.empty or "nothing new"


def usable_etag(text: str) -> str:
    """An ETag as RFC 9110 has it and of bearable length; "" for anything else."""
    return text if _ETAG.fullmatch(text) else ""


def usable_time(text: str) -> str:
    """An HTTP time as it may be said back; "" for anything else."""
    return text if _TIME.fullmatch(text) else ""


def mark_of(session: Session, subscription: Subscription, day: date) -> Mark:
    """What is remembered of the day's address; an empty one where that is nothing."""
    if not session.has_library:
        return Mark()
    with session.library() as library:
        text = library.recall(_key(subscription, day)) or "{}"
    try:
        found = json.loads(text)
        texts = {name: str(found.get(name, "")) for name in Mark._fields if name != "seen"}
        seen = tuple(map(str, found.get("seen", ())))
    except (ValueError, TypeError, AttributeError, RecursionError):  # another version's
        return Mark()
    texts |= {"etag": usable_etag(texts["etag"]), "modified": usable_time(texts["modified"])}
    return Mark(seen=seen, **texts)


def remember(session: Session, subscription: Subscription, day: date, mark: Mark) -> None:
    """Keep how the day's list stands."""
    known = {name: value for name, value in mark._asdict().items() if value}
    with session.library(write=True) as library:
        library.remember(_key(subscription, day), json.dumps(known))


def _key(subscription: Subscription, day: date) -> str:
    """By name too: a list that gets another name is read anew."""
    told = f"{subscription.name}\0{subscription.is_path}\0{subscription.address_for(day)}"
    return f"list {hashlib.sha256(told.encode(errors='surrogateescape')).hexdigest()[:32]}"

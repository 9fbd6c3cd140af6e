"""The demo: an edition of invented papers in a throw-away home, with no network and no key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from papertui.lists.read import read_list
from papertui.services.loading import store_list
from papertui.services.session import Session

SOURCE = "list:demo"


def fill(session: Session) -> None:
    """Put the demo edition, dated today, into the session's (empty, throw-away) library."""
    data = (Path(__file__).parents[1] / "data" / "demo.json").read_bytes()
    published = read_list(data, "demo.json")
    today = session.clock().date()
    entries = tuple(replace(entry, score=entry.score and replace(entry.score, model=None)) for entry in published.entries)
    with session.library(write=True) as library:
        store_list(library, session, SOURCE, today, replace(published, entries=entries), lambda event: None)

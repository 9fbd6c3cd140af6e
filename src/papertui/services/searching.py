"""Search as one types: one search at a time, and a newer one ends it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from papertui.domain.edition import Row
from papertui.store.errors import Interrupted
from papertui.store.library import Library


class Searcher:
    """Searches on a connection of its own. `find` may be called from several threads."""

    def __init__(self, open_library: Callable[[], Library]) -> None:
        """`open_library` is called when the first search comes, in its thread."""
        self._open = open_library
        self._library: Library | None = None
        self._turn = threading.Lock()
        self._tickets = itertools.count(1)
        self._newest = 0

    def find(self, words: str) -> list[Row] | None:
        """The newest papers that match; None where a newer search was asked for meanwhile. StoreError."""
        self._newest = ticket = next(self._tickets)
        if self._turn.locked() and self._library is not None:
            self._library.interrupt()
        with self._turn:
            if ticket != self._newest:
                return None
            self._library = self._library or self._open()
            try:
                return self._library.newest_matches(words)
            except Interrupted:
                return None if ticket != self._newest else self._library.newest_matches(words)  # the one before it was meant

    def close(self) -> None:
        """End the connection, once no search uses it."""
        with self._turn:
            if self._library is not None:
                self._library.close()
                self._library = None

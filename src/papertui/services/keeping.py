"""Answers into the library, on a connection that stays open: what has arrived is stored within milliseconds."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

from papertui.domain.answer import Answer, Run
from papertui.services.session import Session
from papertui.store.library import Library


class Keeper:
    """Stores answers; `keep` may be called from several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._library: Library | None = None
        self._turn = threading.Lock()

    def prepare(self) -> None:
        """Open, so that the first answer need not wait for it. StoreError."""
        with self._turn:
            self._open()

    def _open(self) -> Library:
        if self._library is not None and self._library.is_replaced:  # a backup put back meanwhile: what is written here would be lost
            self._library.close()
            self._library = None
        if self._library is None:
            self._library = self._session.library(write=True, any_thread=True)
        return self._library

    def keep(self, answer: Answer, run: Run, day: date | None) -> None:
        """Store an answer in one transaction. StoreError."""
        fresh = [(paper, replace(score, stale=False)) for paper, score in answer.scores]
        with self._turn:
            self._open().add_answer(answer._replace(scores=fresh), run, day, self._session.clock())

    def close(self) -> None:
        """End the connection, once no answer is being stored."""
        with self._turn:
            if self._library is not None:
                self._library.close()
                self._library = None

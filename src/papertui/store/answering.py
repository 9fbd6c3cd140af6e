"""The library as models' answers are kept in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from papertui.domain.ids import PaperId
from papertui.store.connection import Connection

if TYPE_CHECKING:
    from papertui.domain.answer import Answer, Judged, Run
    from papertui.domain.upload import Sent, Upload
    from papertui.store.answers import Spending, Totals


class Answering(Connection):
    """What scoring by a model needs: see store/answers.py."""

    def add_answer(self, answer: Answer, run: Run, day: dt.date | None, now: dt.datetime) -> int:
        """Keep an answer in one transaction; how many scores said something new."""
        from papertui.store import answers

        return self._do(answers.add_answer, self._db, answer, run, day, now, self.preference)

    def wanting(self, day: dt.date, run: Run, passes: int, *, replacements: bool = False) -> set[int]:
        """Row numbers of an edition's papers that this recipe has to be asked for."""
        from papertui.store import answers

        return self._do(answers.wanting, self._db, day, run, passes, replacements=replacements)

    def kept_titles(self, run: Run, rowids: Collection[int]) -> set[PaperId]:
        """Papers whose title has passed."""
        from papertui.store import answers

        return self._do(answers.kept_titles, self._db, run, rowids)

    def judged(self, run: Run, rowids: Collection[int]) -> dict[PaperId, list[Judged]]:
        """What the passes have said."""
        from papertui.store import answers

        return self._do(answers.judged, self._db, run, rowids)

    def forget_answers(self, run: Run, rowids: Collection[int]) -> None:
        """Forget passes and outcomes of papers that are scored again on purpose."""
        from papertui.store import answers

        self._do(answers.forget, self._db, run, rowids)

    def experience(self, scorer: str, host: str) -> tuple[int, int, int, int]:
        """What earlier requests to a model used: characters, prompt tokens, papers, completion tokens."""
        from papertui.store import answers

        return self._do(answers.experience, self._db, scorer, host)

    def set_order(self, day: dt.date, papers: Sequence[PaperId]) -> None:
        """The strict order of an edition's best."""
        from papertui.store import answers

        self._do(answers.set_order, self._db, day, papers)

    def ordered(self, day: dt.date) -> list[PaperId]:
        """The strict order of an edition's best, as far as there is one."""
        from papertui.store import answers

        return self._do(answers.ordered, self._db, day)

    def spending(self, by: str, since: dt.date | None = None) -> list[Spending]:
        """What requests used, by `run`, `day` or `model`."""
        from papertui.store import answers

        return self._do(answers.spending, self._db, by, since)

    def asked_about(self) -> list[str]:
        """Dates of the editions that models were asked about."""
        from papertui.store import answers

        return self._do(answers.asked_about, self._db)

    def totals(
        self, day: dt.date, scorer: str, recipe: str, min_relevance: float, min_novelty: float, *, replacements: bool = False
    ) -> Totals:
        """What became of an edition's papers."""
        from papertui.store import answers

        return self._do(answers.totals, self._db, day, scorer, recipe, min_relevance, min_novelty, replacements=replacements)

    # batches that a provider works on

    def begin_upload(self, upload: Upload) -> None:
        """Note that an upload is on its way."""
        from papertui.store import uploads

        self._do(uploads.begin, self._db, upload)

    def add_requests(self, upload: str, sent: Sequence[Sent]) -> None:
        """Note what requests of an upload mean."""
        from papertui.store import uploads

        self._do(uploads.add_requests, self._db, upload, sent)

    def set_upload(self, upload: str, state: str, batch: str | None = None, at: dt.datetime | None = None) -> None:
        """Note how far an upload is."""
        from papertui.store import uploads

        self._do(uploads.set_state, self._db, upload, state, batch, at)

    def open_uploads(self) -> list[Upload]:
        """Uploads that are not collected, oldest first."""
        from papertui.store import uploads

        return self._do(uploads.open_uploads, self._db)

    def on_the_way(self, scorer: str, recipe: str, since: dt.datetime) -> set[tuple[int, str, int]]:
        """(row number, digest, pass) of what was sent and has no answer yet."""
        from papertui.store import uploads

        return self._do(uploads.on_the_way, self._db, scorer, recipe, since)

    def sent_as(self, upload: str, name: str) -> Sent | None:
        """A request whose answer is not stored yet."""
        from papertui.store import uploads

        return self._do(uploads.sent_as, self._db, upload, name)

    def unanswered(self, upload: str) -> int:
        """How many papers of an upload have no answer yet."""
        from papertui.store import uploads

        return self._do(uploads.unanswered, self._db, upload)

    def take_answer(self, upload: str, name: str, answer: Answer, run: Run, day: dt.date | None, now: dt.datetime) -> bool:
        """Store what a request of an upload brought, once."""
        from papertui.store import uploads

        return self._do(uploads.take, self._db, upload, name, answer, run, day, now, self.preference)

    def finish_upload(self, upload: str) -> None:
        """Nothing more is to be had of an upload."""
        from papertui.store import uploads

        self._do(uploads.finish, self._db, upload)

    def drop_upload(self, upload: str) -> None:
        """Forget an upload that never came to be."""
        from papertui.store import uploads

        self._do(uploads.drop, self._db, upload)

    def left_out(self, run: Run, rowids: Collection[int]) -> set[int]:
        """Row numbers of papers that are better asked for alone."""
        from papertui.store import uploads

        return self._do(uploads.left_out, self._db, run, rowids)

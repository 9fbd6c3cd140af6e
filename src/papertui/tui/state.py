"""The list as it stands: rows, order, filter, cursor and marks. Pure: no screen, no clock, no library."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from papertui.domain.edition import BY_RANK, BY_SCORE, FOLLOWED, Edition, EditionHead, Filter, Row, SortKey, haystack, ordered, parse_filter
from papertui.domain.ids import PaperId
from papertui.domain.triage import NOTE, TAG, Marks

if TYPE_CHECKING:
    from papertui.domain.edition import Detail
    from papertui.domain.score import Score

_ORDERS: Mapping[str, tuple[SortKey, ...]] = {
    "relevance": (SortKey("relevance"), SortKey("novelty")),
    "novelty": (SortKey("novelty"), SortKey("relevance")),
    "score": BY_SCORE,
    "date": (SortKey("date"), SortKey("score")),
    "title": (SortKey("title"),),
    "rank": BY_RANK,
    "upvotes": (SortKey("upvotes"), SortKey("score")),
}


def haystacks(rows: Iterable[Row], abstracts: Mapping[PaperId, str]) -> dict[PaperId, str]:
    """What the filter looks for words in, for every row: costly for a long edition, so made in a thread."""
    return {row.id: haystack(row, abstracts.get(row.id, "")) for row in rows}


def with_score(row: Row, score: Score) -> Row:
    """A row with another score in it."""
    return row._replace(relevance=score.relevance, novelty=score.novelty, comment=score.comment, scorer=score.scorer)


def with_landed(detail: Detail, landed: Score | None) -> Detail:
    """A paper with a score that has come in while the library does not know it yet."""
    known = detail.current
    if landed is None or (known is not None and known.scorer == landed.scorer and not known.stale):
        return detail
    return detail._replace(current=landed, unscored_reason=None)


def marked(marks: Marks, kind: str, value: str) -> Marks:
    """`marks` after one action of that kind (`read`, `saved`, `hidden`, `note`, `tag:NAME`). ValueError on another kind."""
    if kind == "read":
        return marks._replace(read=bool(value))
    if kind == "saved":
        return marks._replace(saved=bool(value))
    if kind == "hidden":
        return marks._replace(hidden=bool(value))
    if kind == NOTE:
        return marks._replace(note=value)
    if kind.startswith(TAG):
        name = kind.removeprefix(TAG)
        tags = {*marks.tags, name} if value else set(marks.tags) - {name}
        return marks._replace(tags=tuple(sorted(tags)))
    raise ValueError(f"no mark is called {kind!r}")


class Counts(NamedTuple):
    """What the status line counts: unread and saved ones among those that are shown. Hidden papers count as hidden alone, unless they are shown."""

    shown: int = 0
    total: int = 0
    unread: int = 0
    saved: int = 0
    hidden: int = 0


def counted(view: Sequence[Row], rows: Sequence[Row], show_hidden: bool) -> Counts:
    """The counts of what is shown of some rows."""
    hidden = sum([row.marks.hidden for row in rows])  # lists: at every key of a filter, over every paper
    return Counts(
        shown=len(view),
        total=len(rows) if show_hidden else len(rows) - hidden,
        unread=len(view) - sum([row.marks.read for row in view]),
        saved=sum([row.marks.saved for row in view]),
        hidden=hidden,
    )


def _place(head: EditionHead) -> tuple[object, ...]:
    """What tells one list from another, for the cursor's place in it."""
    return head.date if head.searched is None else None, head.searched


class _Action(NamedTuple):
    papers: frozenset[PaperId]
    kind: str
    value: str


def place_of(held: PaperId | None, view: Sequence[Row], rows: Sequence[Row]) -> int:
    """Where in `view` the cursor is: on the paper it is held by, else on the first one shown after that paper's place in
    `rows`, else on the last."""
    if held is None or not view:
        return 0
    for index, row in enumerate(view):
        if row.id.number == held.number and row.id == held:
            return index
    places = {id(row): index for index, row in enumerate(view)}
    after = False
    for row in rows:
        after = after or row.id == held
        if after and id(row) in places:
            return places[id(row)]
    return len(view) - 1 if after else 0


class Listing:
    """One edition as the reader has it before the eyes.

    The cursor belongs to a paper: whatever re-orders or narrows the list finds that paper again, and a paper that a
    filter takes away gets the cursor back when it returns.
    """

    def __init__(self) -> None:
        self.head: EditionHead | None = None
        self.view: list[Row] = []
        """The rows shown, in order."""
        self.cursor = 0
        """Index in `view`; 0 where it is empty."""
        self.order: tuple[SortKey, ...] = BY_SCORE
        self.filter = parse_filter("")
        self.show_hidden = False
        self.counts = Counts()
        self._all: list[Row] = []
        self._chosen: tuple[SortKey, ...] | None = None
        self._held: PaperId | None = None
        self._hay: dict[PaperId, str] = {}
        self._abstracts: Mapping[PaperId, str] = {}
        self._journal: list[_Action] = []
        self._places: dict[object, PaperId] = {}
        self._blank = True
        """Whether no paper had a score when the list was put in order."""
        self._stirred = False
        """Whether scores have come since it was put in order."""

    # -- what there is

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.view[self.cursor] if self.view else None

    @property
    def rows(self) -> Sequence[Row]:
        """All rows of the edition in order, hidden and filtered ones too."""
        return self._all

    @property
    def moment(self) -> int:
        """How many marks have been made: what `restored` asks for as `since`."""
        return len(self._journal)

    def find(self, paper: PaperId) -> Row | None:
        """The row of a paper of this edition."""
        return next((row for row in self._all if row.id.number == paper.number and row.id == paper), None)

    # -- what it shows

    def load(self, edition: Edition | None, since: int | None = None, *, settled: bool = True) -> None:
        """Show an edition: the same one again keeps cursor and order, another one gets back the cursor it had last.

        Marks made after the moment `since`, while it was being read from the library, hold on top of what it says. Not
        `settled`: it is being scored, so papers already listed keep their places and new ones come after them.
        """
        same = edition is not None and self.head is not None and _place(edition.head) == _place(self.head)
        if same and self.cursor == 0 and self._blank:
            self._held = None  # at the top of a list that had no order yet: the best paper is what is waited for
        if self.head is not None and self._held is not None:
            self._places[_place(self.head)] = self._held
        self.head = edition.head if edition else None
        rows = edition.rows if edition else ()
        ranked = edition is not None and edition.head.ranked
        found = edition is not None and edition.head.searched is not None
        self.order = self._chosen or (BY_RANK if ranked else _ORDERS["date"] if found else BY_SCORE)
        if not ranked and self.order[0].name == "rank":
            self.order = BY_SCORE
        if not same:
            self._held = self._places.get(_place(self.head)) if self.head else None
            self._abstracts = {}
        self._hay = {}
        first = edition is not None and edition.head.followed_first and self._chosen is None
        places = {row.id: place for place, row in enumerate(self._all)} if same and not settled else {}
        self._all = ordered(rows, (FOLLOWED, *self.order) if first else self.order)
        if same and not settled:
            self._all.sort(key=lambda row: places.get(row.id, len(places)))
        else:
            self._stirred, self._blank = False, all(row.relevance is None for row in self._all)
        for action in self._journal[since:] if since is not None else ():
            self._apply(action)
        self._relist()

    def fill(self, scores: Mapping[PaperId, Score]) -> bool:
        """Show scores that have just come: in place, for the order changes when the reader asks or at the end. Whether any is new."""
        came = self._change(scores, lambda row: with_score(row, scores[row.id]))
        self._stirred = self._stirred or came
        return came

    def sort(self, name: str) -> None:
        """Order by a key of `SORT_KEYS`; the key it is already ordered by turns round, unless scores have come meanwhile."""
        keys = _ORDERS[name]
        if self.order[0].name == name:
            keys = (
                self.order if self._stirred else tuple(SortKey(key.name, not now.turned) for key, now in zip(keys, self.order, strict=True))
            )
        self.order, self._chosen, self._stirred = keys, keys, False
        shown = {id(row) for row in self.view}  # what is shown stays shown, in another order
        self._all = ordered(self._all, keys)
        self.view = [row for row in self._all if id(row) in shown]
        self._find_cursor()

    def set_filter(self, text: str) -> None:
        """Show only what passes the filter line `text`."""
        self.filter = parse_filter(text)
        self._relist()

    def use_abstracts(self, head: EditionHead, abstracts: Mapping[PaperId, str], hay: dict[PaperId, str]) -> None:
        """Let the filter look into abstracts, which came after the list; those of another edition are passed over."""
        if self.head is None or head.date != self.head.date:
            return
        self._abstracts = abstracts
        self._hay = hay
        if self.filter.words:
            self._relist()

    def toggle_hidden(self) -> bool:
        """Show hidden papers, or no more; returns whether they are shown now."""
        self.show_hidden = not self.show_hidden
        self._relist()
        return self.show_hidden

    # -- the cursor

    def move_to(self, index: int) -> bool:
        """Put the cursor on a row, as near as there is one; returns whether it moved."""
        index = max(0, min(index, len(self.view) - 1))
        moved = index != self.cursor
        self.cursor = index
        if self.view:
            self._held = self.view[index].id
        return moved

    def next_unread(self) -> bool:
        """Put the cursor on the next unread paper, from the top again after the last; False where none is left."""
        count = len(self.view)
        for step in range(1, count + 1):
            index = (self.cursor + step) % count
            if not self.view[index].marks.read:
                self.move_to(index)
                return True
        return False

    # -- marks

    def mark(self, papers: Iterable[PaperId], kind: str, value: str) -> None:
        """Show an action at once. What no longer passes the filter stays until the filter is read again; a hidden one goes."""
        action = _Action(frozenset(papers), kind, value)
        self._journal.append(action)
        self._apply(action)
        if kind == "hidden":
            self.view = [row for row in self.view if self.show_hidden or not row.marks.hidden]
            self._find_cursor()
        self._count()

    def restored(self, changed: Mapping[PaperId, Marks], since: int) -> None:
        """Show what an undo or redo asked for at `since` did. Marks made after it was asked for hold on top of it."""
        latest = dict(changed)
        for action in self._journal[since:]:
            for paper in action.papers & latest.keys():
                latest[paper] = marked(latest[paper], action.kind, action.value)
        back = [row.id for row in self._all if row.marks.hidden and row.id in latest and not latest[row.id].hidden]
        self._replace(latest)
        if len(back) == 1:
            self._held = back[0]
        shown = {row.id for row in self.view}
        if any(row.id in latest and row.marks.hidden == (row.id in shown) for row in self._all):
            keep = shown | set(back)
            self.view = [row for row in self._all if row.id in keep and (self.show_hidden or not row.marks.hidden)]
            self._find_cursor()
        self._count()

    def _apply(self, action: _Action) -> None:
        rows = map(self.find, action.papers)
        self._replace({row.id: marked(row.marks, action.kind, action.value) for row in rows if row is not None})

    def _replace(self, marks: Mapping[PaperId, Marks]) -> None:
        self._change(marks, lambda row: row._replace(marks=marks[row.id]))

    def _change(self, papers: Collection[PaperId], change: Callable[[Row], Row]) -> bool:
        """Put other rows in the place of those of some papers; whether any is another one."""
        numbers = {paper.number for paper in papers}  # a string's hash is kept, an id's is not
        fresh: dict[int, Row] = {}
        for index, row in enumerate(self._all):
            if row.id.number in numbers and row.id in papers and (changed := change(row)) != row:
                self._all[index] = fresh[id(row)] = changed
        for index, row in enumerate(self.view):
            if id(row) in fresh:
                self.view[index] = fresh[id(row)]
        for row in fresh.values():
            if row.id in self._hay:
                self._hay[row.id] = haystack(row, self._abstracts.get(row.id, ""))
        return bool(fresh)

    # -- keeping it all together

    def _passing(self, wanted: Filter) -> list[Row]:
        if wanted.words and not self._hay:
            self._hay = haystacks(self._all, self._abstracts)
        hay, there = self._hay, self._all if self.show_hidden else [row for row in self._all if not row.marks.hidden]
        if wanted.words:
            return [row for row in there if wanted.matches(row, hay.get(row.id, ""))]
        return [row for row in there if wanted.matches(row, "")] if wanted.tests else list(there)

    def _relist(self) -> None:
        self.view = self._passing(self.filter)
        self._find_cursor()
        self._count()

    def _find_cursor(self) -> None:
        self.cursor = place_of(self._held, self.view, self._all)
        if self._held is None and self.view:
            self._held = self.view[0].id

    def _count(self) -> None:
        self.counts = counted(self.view, self._all, self.show_hidden)

"""`load`: published scored lists into the library, whole days at a time, twice without harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from papertui.domain.ids import PaperId, rowid_of
from papertui.domain.paper import Announced, Announcement
from papertui.domain.published import Listed, PublishedList, Usage
from papertui.domain.score import Score
from papertui.errors import PapertuiError, UsageError
from papertui.lists.merge import merged
from papertui.lists.names import FALLBACK, publisher_from, slug
from papertui.lists.read import read_editions
from papertui.services.chunks import in_thread, portions, stop_if_asked
from papertui.services.events import Emit, Failed, Fetched, Progress, Warned
from papertui.services.session import Session
from papertui.store.errors import StoreError
from papertui.store.library import Library

SUFFIXES = {".json", ".jsonl", ".md", ".txt", ".html", ".htm"}
"""What a folder is searched for."""

MAX_BYTES = 50_000_000
"""A larger file is no day's list."""


@dataclass(frozen=True, slots=True)
class Given:
    """One thing to read: its bytes, or why there are none."""

    name: str
    """For messages and for the date of last resort."""
    publisher: str
    data: bytes | None
    why: str = ""
    alone: bool = False
    """Named by the reader as one file: what cannot be read then is an error of its own."""


Days = dict[tuple[str, date], list[tuple[str, PublishedList]]]
"""(file, list) pairs by the list's name and date."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it."""

    days: int
    papers: int
    added: int


async def load(
    session: Session, what: Sequence[str], emit: Emit, *, name: str | None = None, day: date | None = None, stdin: bytes = b""
) -> Loaded:
    """Read files, folders, addresses and `-`; store what they hold. What is no list is a Failed event, and the rest is taken.

    PapertuiError where a single thing was given and is no list.
    """
    publisher = _checked(name)
    addresses = [item for item in what if "://" in item]
    fetched = {item: given async for item, given in _fetched(session, addresses, emit)} if addresses else {}
    given: list[Given] = []
    for item in what:
        given += [fetched[item]] if item in fetched else await asyncio.to_thread(_gathered, item, stdin)
    if len(given) == 1:
        given = [replace(given[0], alone=True)]
    return await in_thread(_store, session, given, publisher, day, emit)


def _checked(name: str | None) -> str | None:
    if name is None:
        return None
    if not (clean := slug(name)):
        raise UsageError(f"--name {name!r}: nothing of it can be a list's name; use letters and digits")
    return clean


async def _fetched(session: Session, addresses: Iterable[str], emit: Emit) -> AsyncIterator[tuple[str, Given]]:
    from papertui.services.net import opened

    async with opened(session) as http:
        for address in addresses:
            emit(Progress(f"fetching {address}"))
            try:
                answer = await http.get(address, max_bytes=MAX_BYTES)
                yield address, Given(answer.url, publisher_from(address), answer.body)
            except PapertuiError as error:
                yield address, Given(address, FALLBACK, None, str(error))


def _gathered(item: str, stdin: bytes) -> list[Given]:
    if item == "-":
        return [Given("standard input", FALLBACK, stdin)]
    path = Path(item)
    return [given_file(file) for file in (files_in(path) if path.is_dir() else [path])]


def files_in(folder: Path) -> list[Path]:
    """What could be lists in a folder and below, hidden ones left out. PapertuiError where there are none."""
    found = (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    files = sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts))
    if not files:
        raise PapertuiError(f"{folder}: holds no file that could be a list ({', '.join(sorted(SUFFIXES))})")
    return files


def given_file(path: Path) -> Given:
    """A file's bytes, or why there are none."""
    publisher = publisher_from(path.absolute())
    try:
        if path.stat().st_size > MAX_BYTES:
            return Given(str(path), publisher, None, f"{path}: larger than {MAX_BYTES // 1_000_000} MB, no day's list")
        return Given(str(path), publisher, path.read_bytes())
    except OSError as error:
        return Given(str(path), publisher, None, f"{path}: {error.strerror or error}")


def _store(session: Session, given: Sequence[Given], publisher: str | None, day: date | None, emit: Emit) -> Loaded:
    days: Days = {}
    for number, item in enumerate(given):
        stop_if_asked()
        emit(Progress("reading lists", number, len(given)))
        for published in _read(item, emit):
            on = day or published.date
            if on is None:
                _fail(item, f"{item.name}: says no date; give it with --date", emit)
                continue
            days.setdefault((publisher or item.publisher, on), []).append((item.name, published))
    return store_days(session, days, emit)


def lists_in(item: Given) -> tuple[PublishedList, ...]:
    """The lists in what was given, one for each date. PapertuiError, in one line, where it holds none."""
    if item.data is None:
        raise PapertuiError(item.why)
    return read_editions(item.data, item.name)


def store_days(session: Session, days: Days, emit: Emit, *, first: date | None = None) -> Loaded:
    """Store lists day by day, the day `first` before the others. What of a list could not be read is a Failed event.

    StoreError where the library cannot be written at all; where it fails later, what was stored is kept, and a Failed event
    says how many days are left.
    """
    papers = added = 0
    if days:
        with session.library(write=True) as library:
            for number, ((name, on), lists) in enumerate(sorted(days.items(), key=lambda item: (item[0][1] != first, item[0]))):
                stop_if_asked()
                emit(Progress("storing lists", number, len(days)))
                one = merged(lists)
                for problem in one.problems:
                    emit(Failed(problem.where, problem.why))
                try:
                    new = store_list(library, session, f"list:{name}", on, one, emit)
                except StoreError as error:
                    if not number:
                        raise
                    emit(Failed(f"{len(days) - number} of {len(days)} days", str(error)))  # those before are stored: partly done
                    return Loaded(number, papers, added)
                emit(Fetched(f"list:{name}", on, len(one.entries), new, reason=None if one.entries else why_empty(one.usage)))
                papers, added = papers + len(one.entries), added + new
    return Loaded(len(days), papers, added)


def _read(item: Given, emit: Emit) -> Sequence[PublishedList]:
    try:
        return lists_in(item)
    except PapertuiError as error:
        _fail(item, str(error), emit)
        return ()


def _fail(item: Given, why: str, emit: Emit) -> None:
    if item.alone:
        raise PapertuiError(why)
    emit(Failed(item.name, why.removeprefix(f"{item.name}: ")))


def store_list(library: Library, session: Session, source: str, day: date, published: PublishedList, emit: Emit) -> int:
    """Store one list of one day; how many papers its edition gained.

    Of two lists of one name and date the longer one holds, with its order; the other only fills gaps of papers they share.
    """
    known = library.announced_by(source, day)
    if known and len(published.entries) <= len(known):
        return _fill(library, session, source, day, published, known, emit)
    if known:
        library.withdraw(source, day, known - {rowid_of(entry.paper.id) for entry in published.entries})
    entered = 0
    for portion in portions(published.entries):
        entered += library.add_papers([_announced(entry, source, day) for entry in portion], first_hand=False).entered
        library.add_scores([_scored(entry, entry.score, source, day) for entry in portion if entry.score is not None])
    library.add_day(day, source, session.clock(), None if published.entries else why_empty(published.usage), published.usage)
    return entered


def _fill(library: Library, session: Session, source: str, day: date, published: PublishedList, known: set[int], emit: Emit) -> int:
    """Take from a list only what a longer (or the same) one of that name and date does not say."""
    shared = [entry for entry in published.entries if rowid_of(entry.paper.id) in known]
    left = len(published.entries) - len(shared)
    if left:
        why = f"{left} of {len(published.entries)} papers not taken: a longer list of that name and date is there; --name keeps another one apart"
        emit(Warned(f"{source} {day}: {why}") if shared else Failed(f"{source} {day}", why))
    scored = library.scored_by(source, day)
    for portion in portions(shared):
        library.add_papers([_announced(entry, source, day) for entry in portion], first_hand=False, announce=False)
        library.add_scores(
            [_scored(entry, entry.score, source, day) for entry in portion if entry.score and rowid_of(entry.paper.id) not in scored]
        )
        library.fill_models(
            source, day, {rowid_of(entry.paper.id): entry.score.model for entry in portion if entry.score and entry.score.model}
        )
    library.add_day(day, source, session.clock(), None, published.usage)
    return 0


def _scored(entry: Listed, score: Score, source: str, day: date) -> tuple[PaperId, Score]:
    return entry.paper.id, replace(score, scorer=source, listed=day, recipe=None, paper_digest="", scored_at=None)


def _announced(entry: Listed, source: str, day: date) -> Announced:
    return Announced(entry.paper, Announcement(source, day, entry.announce_type, entry.rank))


def why_empty(usage: Usage | None) -> str:
    """Why a list has no papers, as far as its own figures tell: nothing relevant, or a scoring that failed."""
    if usage is None or usage.total_scanned_papers is None:
        return "the published list is empty and does not say why"
    scanned = f"{usage.total_scanned_papers:,} scanned papers"
    if usage.prompt_tokens == 0 and usage.total_scanned_papers:
        return f"the published list is empty: its model was asked nothing about {scanned}, so its scoring probably failed"
    return f"the published list is empty: none of {scanned} was selected"

"""`load`: published scored lists into the library, whole days at a time, twice without harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from papertui.domain.ids import rowid_of
from papertui.domain.paper import Announced, Announcement
from papertui.domain.published import Listed, PublishedList, Usage
from papertui.errors import PapertuiError
from papertui.lists.merge import merged
from papertui.lists.names import FALLBACK, publisher_from, slug
from papertui.lists.read import NotAList, read_editions
from papertui.services.chunks import PORTION, portions
from papertui.services.events import Emit, Failed, Fetched, Progress
from papertui.services.session import Session
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
    return await asyncio.to_thread(_store, session, given, publisher, day, emit)


def _checked(name: str | None) -> str | None:
    if name is None:
        return None
    if not (clean := slug(name)):
        raise PapertuiError(f"--name {name!r}: nothing of it can be a list's name; use letters and digits")
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
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not files:
            raise PapertuiError(f"{item}: holds no file that could be a list ({', '.join(sorted(SUFFIXES))})")
        return [_file(file) for file in files]
    return [_file(path)]


def _file(path: Path) -> Given:
    publisher = publisher_from(path.absolute())
    try:
        if path.stat().st_size > MAX_BYTES:
            return Given(str(path), publisher, None, f"{path}: larger than {MAX_BYTES // 1_000_000} MB, no day's list")
        return Given(str(path), publisher, path.read_bytes())
    except OSError as error:
        return Given(str(path), publisher, None, f"{path}: {error.strerror or error}")


def _store(session: Session, given: Sequence[Given], publisher: str | None, day: date | None, emit: Emit) -> Loaded:
    days: dict[tuple[str, date], list[tuple[str, PublishedList]]] = {}
    for number, item in enumerate(given):
        emit(Progress("reading lists", number, len(given)))
        for published in _read(item, emit):
            on = day or published.date
            if on is None:
                _fail(item, f"{item.name}: says no date; give it with --date", emit)
                continue
            days.setdefault((publisher or item.publisher, on), []).append((item.name, published))
    papers = added = 0
    if days:
        with session.library(write=True) as library:
            for number, ((name, on), lists) in enumerate(sorted(days.items())):
                emit(Progress("storing lists", number, len(days)))
                one = merged(lists)
                for problem in one.problems:
                    emit(Failed(problem.where, problem.why))
                new = store_list(library, session, f"list:{name}", on, one)
                emit(Fetched(f"list:{name}", on, len(one.entries), new, reason=None if one.entries else why_empty(one.usage)))
                papers, added = papers + len(one.entries), added + new
    return Loaded(len(days), papers, added)


def _read(item: Given, emit: Emit) -> Sequence[PublishedList]:
    if item.data is None:
        _fail(item, item.why, emit)
        return ()
    try:
        return read_editions(item.data, item.name)
    except NotAList as error:
        _fail(item, str(error), emit)
        return ()


def _fail(item: Given, why: str, emit: Emit) -> None:
    if item.alone:
        raise PapertuiError(why)
    emit(Failed(item.name, why.removeprefix(f"{item.name}: ")))


def store_list(library: Library, session: Session, source: str, day: date, published: PublishedList) -> int:
    """Store one list of one day; how many papers its edition gained.

    A list of that name and date which the library already knows with as many papers or more only gains what it lacked.
    """
    known = library.announced_by(source, day)
    entries = published.entries
    if known and len(entries) <= len(known):
        entries = tuple(entry for entry in entries if rowid_of(entry.paper.id) in known)
    reason = None if known or published.entries else why_empty(published.usage)
    scored = library.scored_by(source, day) if known and len(published.entries) <= len(known) else set()
    entered = 0
    for portion in portions(entries, PORTION):
        stored = library.add_papers([_announced(entry, source, day) for entry in portion], first_hand=False)
        entered += stored.entered
        library.add_scores(
            [
                (entry.paper.id, replace(entry.score, scorer=source, listed=day, recipe=None, paper_digest="", scored_at=None))
                for entry in portion
                if entry.score is not None and rowid_of(entry.paper.id) not in scored
            ]
        )
    library.add_day(day, source, session.clock(), reason, published.usage)
    return entered


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

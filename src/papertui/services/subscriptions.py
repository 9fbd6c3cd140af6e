"""Subscriptions: lists that others publish already scored, asked for with the day and stored as `load` stores them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.domain.ids import rowid_of
from papertui.domain.published import PublishedList
from papertui.domain.subscription import Subscription
from papertui.errors import PapertuiError, UsageError
from papertui.lists.dates import list_date
from papertui.services.chunks import in_thread, stop_if_asked
from papertui.services.events import Emit, Event, Failed, Fetched, Progress, Warned
from papertui.services.list_marks import Mark, mark_of, remember, usable_etag, usable_time
from papertui.services.loading import Days, Given, files_in, given_file, lists_in, store_days, why_empty
from papertui.services.session import Session

if TYPE_CHECKING:
    from papertui.sources.http import Http

MAX_BYTES = 5_000_000
"""Largest body taken of an address: a day of a thousand scored papers has 3 MB, and reading may take twenty times a body's room."""

MAX_FILES = 20_000
"""A folder of more files is no publisher's."""

_LEAD = timedelta(days=2)
"""How far ahead of here a publisher's date may be: further ahead it would stand as the newest edition for ever."""


class Asked(NamedTuple):
    """What came of asking one subscription for a day."""

    source: str
    """`list:NAME`."""
    dates: tuple[date, ...]
    """Dates of the lists that were taken in now, the asked day first."""
    gave: int
    """Papers of its list of the asked day, as the library has it now."""
    trouble: str | None = None
    """What failed, in one line."""
    reason: str | None = None
    """Why there are no papers of the asked day although nothing failed (not published yet, an empty list), in one line."""


class _Found(NamedTuple):
    """Something to read."""

    given: Iterable[Given]
    mark: Mark
    """To be remembered once all of it is stored."""
    is_folder: bool = False
    address: str = ""
    """Where it was found on the web, after redirects: its file's name may tell a date."""


class _Ears:
    """Passes events on and keeps what failed."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.failed: list[str] = []

    def __call__(self, event: Event) -> None:
        """Hear one event."""
        if isinstance(event, Failed):
            self.failed.append(f"{event.what}: {event.why}")
        self._emit(event)

    @property
    def trouble(self) -> str | None:
        """The first failure, and how many more there were."""
        more = f" (and {len(self.failed) - 1} more)" if len(self.failed) > 1 else ""
        return f"{self.failed[0]}{more}" if self.failed else None


async def fetch_lists(session: Session, emit: Emit, day: date, *, names: Sequence[str] | None = None) -> list[Asked]:
    """Ask every subscription of `sources.lists` for its list of `day`, and store what it has new; in the settings' order.

    `names` (`NAME` or `list:NAME`) asks these only; UsageError for one that is not in the settings. One that fails is a
    Failed event and the others go on. Under an address or a path without placeholders stands the newest list, or many:
    what it holds is taken under the lists' own dates. A list that says no date is filed under the day that its address
    names, else under the mailing at which arXiv announced its papers, else under `day` if that is the newest mailing.
    """
    wanted = _wanted(session.settings.lists, names)
    if not wanted:
        return []
    from papertui.services.net import opened

    asked = []
    async with opened(session) as http:
        for subscription in wanted:
            emit(Progress(f"fetching {subscription.source}"))
            ears = _Ears(emit)
            try:
                one = await _ask(session, http, subscription, day, ears)
            except UsageError:
                raise
            except PapertuiError as error:
                ears(Failed(subscription.source, str(error)))
                one = Asked(subscription.source, (), await in_thread(_known, session, subscription, day))
            if day not in one.dates and not ears.failed:
                emit(Fetched(subscription.source, day, one.gave, 0, reason=None if one.gave else one.reason))
            asked.append(one._replace(trouble=ears.trouble, reason=None if one.gave or ears.failed else one.reason))
    return asked


def _wanted(lists: Sequence[Subscription], names: Sequence[str] | None) -> Sequence[Subscription]:
    if names is None:
        return lists
    by_name = {one.name: one for one in lists}
    found = {}
    for name in names:
        plain = name.removeprefix("list:").lower()
        if plain not in by_name:
            raise UsageError(f"{name}: not among sources.lists ({', '.join(by_name) or 'none'})")
        found[plain] = by_name[plain]
    return tuple(found.values())


async def _ask(session: Session, http: Http, subscription: Subscription, day: date, ears: _Ears) -> Asked:
    known = await in_thread(mark_of, session, subscription, day)
    if subscription.is_path:
        found = await in_thread(_look, session, subscription, day, known)
    else:
        found = await _get(http, subscription, day, known, ears)
    if isinstance(found, str):
        return Asked(subscription.source, (), await in_thread(_known, session, subscription, day), reason=found)
    if found is None:
        return Asked(subscription.source, (), await in_thread(_known, session, subscription, day), reason=known.why_none(day))
    return await in_thread(_take, session, subscription, day, found, ears)


async def _get(http: Http, subscription: Subscription, day: date, known: Mark, ears: _Ears) -> _Found | str | None:
    """What stands under the day's address; None where it is what it was, a text where there is nothing yet."""
    from papertui.sources.errors import SourceError, shown_address

    asks = known.headers
    try:
        answer = await http.get(
            subscription.address_for(day),
            max_bytes=MAX_BYTES,
            headers=asks,
            also_status=(304,) if asks else (),
            stay=(),
            tell=lambda line: ears(Warned(f"{subscription.source}: {line}")),
        )
    except SourceError as error:
        if error.status == 404 and subscription.is_dated:
            return NOT_PUBLISHED
        raise
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    if answer.status == 304 or digest == known.digest:
        return None
    mark = Mark(usable_etag(answer.headers.get("etag", "")), usable_time(answer.headers.get("last-modified", "")), digest)
    return _Found([Given(shown_address(answer.url), subscription.name, answer.body, alone=True)], mark, address=answer.url)


NOT_PUBLISHED = "not published yet"


def _look(session: Session, subscription: Subscription, day: date, known: Mark) -> _Found | str | None:
    """What a path holds that was not read yet, as `_get` says it of an address.

    Of a folder all files that bear the date of one that is new are read again: which of a day's files holds is told from all.
    """
    from papertui.paths import expanded

    written = subscription.address_for(day)
    try:
        path = session.paths.config_file.parent / expanded(written, session.env)
        is_folder, is_there = path.is_dir(), path.exists()
        if not is_there and subscription.is_dated:
            return NOT_PUBLISHED
        if not (is_folder or path.is_file()):
            raise PapertuiError(f"{path}: {'neither a file nor a folder' if is_there else 'no such file or folder'}; check sources.lists")
        files = files_in(path) if is_folder else [path]
        if len(files) > MAX_FILES:
            raise PapertuiError(f"{path}: holds more than {MAX_FILES:,} files that could be lists; name a folder further down")
        prints = {file: _print_of(path, file) for file in files}
    except (OSError, ValueError) as error:
        raise PapertuiError(f"{written}: {getattr(error, 'strerror', None) or error}; check sources.lists") from error
    seen = set(known.seen)
    new = [file for file in files if prints[file] not in seen]
    if not new:
        return None
    days = {list_date(str(file.relative_to(path))) for file in new}
    chosen = [file for file in files if file in new or list_date(str(file.relative_to(path))) in days] if is_folder else new
    return _Found(map(given_file, chosen), Mark(seen=tuple(prints.values()), newest=known.newest), is_folder)


def _print_of(root: Path, file: Path) -> str:
    told = file.stat()
    return hashlib.sha256(f"{file.relative_to(root)}\0{told.st_size}\0{told.st_mtime_ns}".encode(errors="surrogateescape")).hexdigest()[:12]


def _take(session: Session, subscription: Subscription, day: date, found: _Found, ears: _Ears) -> Asked:
    """Read all of it, store it, and remember that only where nothing is left that asking again could bring."""
    days: Days = {}
    reason, unread, empty = None, False, {}
    for item in found.given:
        stop_if_asked()
        try:
            lists = lists_in(item)
        except PapertuiError as error:
            if not found.is_folder:
                raise
            unread = unread or item.data is None
            ears(Failed(subscription.source, str(error)) if item.data is None else Warned(f"{subscription.source}: {error}"))
            continue
        for published in lists:
            on = published.date or list_date(found.address) or _date_of(session, subscription, published, day)
            if on is None:
                reason, unread = "its list says no date, so it is taken with the newest mailing only", True
            elif on > session.clock().date() + _LEAD:
                ears(Failed(subscription.source, f"{item.name}: is dated {on}, which is yet to come; not taken"))
            else:
                days.setdefault((subscription.name, on), []).append((item.name, published))
                empty[on] = None if published.entries else why_empty(published.usage)
    loaded = store_days(session, days, ears, first=day)
    dates = tuple(sorted((on for _, on in days), key=lambda on: (on != day, on)))[: loaded.days]
    newest = max([found.mark.newest, *(on.isoformat() for on in dates)])
    mark = found.mark._replace(newest=newest, empty=empty.get(day) or "")
    whole = loaded.days == len(days) and not unread
    if whole and (found.is_folder or not ears.failed):
        remember(session, subscription, day, mark)
    return Asked(subscription.source, dates, _known(session, subscription, day), reason=reason or mark.why_none(day))


def _date_of(session: Session, subscription: Subscription, published: PublishedList, day: date) -> date | None:
    """The date of a list that says none: many publishers' newest list is a file that is written over every day."""
    if subscription.tells_day:
        return day
    rowids = [rowid_of(entry.paper.id) for entry in published.entries]
    if rowids and session.has_library:
        with session.library() as library:
            known, last = library.newly_listed_before(rowids, "arxiv", date.max)
        if known * 2 >= len(rowids):
            return last
    from papertui.sources.schedule import expected_mailing

    return day if day >= expected_mailing(session.clock()) else None


def _known(session: Session, subscription: Subscription, day: date) -> int:
    """Papers of its list of that day in the library."""
    if not session.has_library:
        return 0
    with session.library() as library:
        return len(library.announced_by(subscription.source, day))

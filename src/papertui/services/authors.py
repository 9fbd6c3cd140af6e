"""Followed authors at the time of reading: who of the profile's stands where, without reading the profile anew for it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from papertui import __version__
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.services.events import Emit, Warned

if TYPE_CHECKING:
    from papertui.domain.authors import Alias, Match, Matcher
    from papertui.domain.edition import Detail, Row
    from papertui.domain.ids import PaperId
    from papertui.services.session import Session
    from papertui.store.library import Library


def _written(paths: Paths, profile: str) -> bytes:
    """The profile as it stands, b"" where it follows nobody for sure."""
    for path in (paths.profiles / f"{profile}.md", paths.prompts / "profile.md"):
        try:
            text = path.read_bytes()
        except (OSError, ValueError):
            continue
        return text if _may_follow(text) else b""
    return b""


def _may_follow(text: bytes) -> bool:
    """Whether a list of followed authors stands there that is not empty: most have none, and nothing more is to be done."""
    for part in text.split(b"followed")[1:]:
        before, equals, rest = part.partition(b"=")
        if equals and not before.strip(b" \t\"'") and not rest.lstrip(b" \t[").startswith(b"]"):
            return True
    return False


def names_now(library: Library, paths: Paths, profile: str) -> tuple[str, ...]:
    """The followed names of a profile, kept with the library as long as its file stays the same; none where it is broken."""
    text = _written(paths, profile)
    if not text:
        return ()
    key, state = f"followed:{profile}", f"{zlib.crc32(text):08x}-{len(text)}-{__version__}"
    known, _, names = (library.recall(key) or "").partition(" ")
    if known == state:
        return tuple(json.loads(names))
    from papertui.services.profiles import load_profile  # 30 ms with all that it imports

    try:
        found = load_profile(paths, profile).profile.followed
    except PapertuiError:  # said where the profile is used
        return ()
    library.remember(key, f"{state} {json.dumps(found)}")
    return found


def follows_anybody(session: Session) -> bool:
    """Whether the profile seems to follow somebody: a look at its file."""
    return bool(_written(session.paths, session.settings.profile))


def matcher_now(session: Session, library: Library) -> Matcher | None:
    """Followed authors made ready for matching, None where there are none."""
    names = names_now(library, session.paths, session.settings.profile)
    if not names:
        return None
    aliases = known_aliases(library, names) if session.settings.semantic_scholar_enabled else {}
    return _compiled(names, tuple(aliases.items()))


@lru_cache(2)
def _compiled(names: tuple[str, ...], aliases: tuple[tuple[str, Alias], ...]) -> Matcher:
    from papertui.domain.authors import Matcher

    return Matcher(names, dict(aliases))


def marked_rows(session: Session, library: Library, rows: Sequence[Row]) -> tuple[Sequence[Row], Mapping[PaperId, str]]:
    """Rows with their followed author, and what is to be said of those papers."""
    matcher = matcher_now(session, library)
    if matcher is None:
        return rows, {}
    found = {row.id: match for row in rows if (match := matcher.match(row.authors, number=row.id.number, names_only=matcher.asks))}
    if found and matcher.asks:  # a row knows neither affiliations nor all categories
        whole = library.told_of(found)
        found = {
            row.id: match for row in rows if row.id in whole and (match := matcher.match(row.authors, *whole[row.id], number=row.id.number))
        }
    if not found:
        return rows, {}
    marked = [row._replace(followed=found[row.id].author) if row.id in found else row for row in rows]
    return marked, {paper: _said(match) for paper, match in found.items()}


def marked_details(session: Session, library: Library, details: Iterable[Detail]) -> Iterable[Detail]:
    """Papers with their followed author."""
    matcher = matcher_now(session, library)
    if matcher is None:
        return details
    return (detail._replace(followed=_said(match)) if (match := _of(matcher, detail)) else detail for detail in details)


def _of(matcher: Matcher, detail: Detail) -> Match | None:
    paper = detail.paper
    return matcher.match(detail.authors, paper.categories, paper.affiliations, number=paper.id.number)


def _said(match: Match) -> str:
    return match.author + (f" (h-index {match.h_index})" if match.h_index is not None else "")


def known_aliases(library: Library, names: Iterable[str]) -> dict[str, Alias]:
    """What Semantic Scholar said of these followed authors when it was last asked, however long ago."""
    from papertui.domain.authors import s2_id
    from papertui.sources.semantic_scholar import alias_kept, key_of

    ids = {name: number for name in names if (number := s2_id(name))}
    return {name: alias for name, number in ids.items() if (alias := alias_kept(library.recall(key_of(number))))}


async def followed_aliases(session: Session, emit: Emit) -> Mapping[str, Alias]:
    """What is known of the followed authors that carry a Semantic Scholar id, by name as in the profile; asked for where it is
    older than 30 days. Empty unless `sources.semantic_scholar.enabled` is on. A server that is busy or away costs a line.
    """
    if not session.settings.semantic_scholar_enabled:
        return {}
    import asyncio

    from papertui.domain.authors import s2_id
    from papertui.services.net import opened
    from papertui.services.profiles import load_profile
    from papertui.sources.semantic_scholar import ask, is_fresh, key_of

    def read() -> tuple[tuple[str, ...], dict[str, str | None]]:
        names = load_profile(session.paths, session.settings.profile).profile.followed
        with session.library() as library:
            return names, {number: library.recall(key_of(number)) for name in names if (number := s2_id(name))}

    def keep(fresh: Mapping[str, str]) -> dict[str, Alias]:
        with session.library(write=bool(fresh)) as library:
            for number, text in fresh.items():
                library.remember(key_of(number), text)
            return known_aliases(library, names)

    names, kept = await asyncio.to_thread(read)
    if not kept:
        return {}
    fresh: dict[str, str] = {}
    if wanted := [number for number, text in kept.items() if not is_fresh(text, session.clock())]:
        try:
            async with opened(session) as http:
                fresh = await ask(
                    http, wanted, session.clock(), url=session.settings.semantic_scholar_url, key=session.env.get("S2_API_KEY", ""),
                    tell=lambda line: emit(Warned(line)),
                )  # fmt: skip
        except PapertuiError as error:
            emit(Warned(f"Semantic Scholar was not asked about followed authors: {error}"))
    return await asyncio.to_thread(keep, fresh)

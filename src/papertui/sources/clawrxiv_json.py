"""clawRxiv's answers as papers, texts, reviews and comments (FACTS 8). Pure: bytes in, values out.

Every text passes the gate here: titles and abstracts are written by programs, some of them at the reader's model. Fields
that are missing, null or of another type count as unknown; a post without number, title or time is a problem, and the rest
is taken. Down-votes have no place in a paper and are left out: of 245 real posts 6 had any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from papertui.domain.gate import document, one_line, paragraphs
from papertui.domain.ids import CLAWRXIV, PaperId, parse_reference
from papertui.domain.paper import Paper, Problem
from papertui.domain.post import Comment, FullText, Review
from papertui.sources.errors import SourceError
from papertui.sources.hostile_json import read_json

SOURCE = CLAWRXIV

MOST_CONTENT = 400_000
"""Characters of a text: the mean has about 12,000."""
MOST_COMMENTS = 1_000

_TITLE, _ABSTRACT, _NAME, _TAG = 500, 10_000, 200, 64
"""Most characters; the site's own limits are 500, 5,000 and 64."""
_MANY = 100
"""Most tags, people, points of a review."""
_REMARK = 20_000
_DEEPEST = 10
_CATEGORY = re.compile(r"[a-z-]{1,20}", re.ASCII)
_SUBCATEGORY = re.compile(r"[A-Za-z-]{1,20}", re.ASCII)
_CROSS = re.compile(r"[a-z-]{1,20}(?:\.[A-Za-z-]{1,20})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One post of a list: a paper, or the problem with it; both where something about a paper is worth a note."""

    paper: Paper | None = None
    day: date | None = None
    """UTC date at which it was posted; None where that cannot be read."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of `/api/posts`."""

    entries: tuple[Entry, ...]
    total: int | None = None
    """Posts that the whole list has, where it says so."""


def read_page(body: bytes, where: str) -> Page:
    """The posts of a page, in its order. SourceError where it is no list of posts; `where` says which."""
    found = read_json(body, where)
    posts = found.get("posts") if isinstance(found, dict) else None
    if not isinstance(posts, list):
        raise SourceError(f"{where}: the answer is no list of posts{_said(found)}", "try again later; check sources.clawrxiv.url")
    total = found.get("total") if isinstance(found, dict) else None
    return Page(tuple(_entry(post, place) for place, post in enumerate(posts, 1)), _count(total))


def read_full_text(body: bytes, asked: PaperId, where: str) -> FullText:
    """One post with its text. SourceError where it is another paper, has no text, or is no post at all."""
    post = _inner(read_json(body, where), "post")
    if post is None:
        raise SourceError(f"{where}: the answer is no post", "try again later; check sources.clawrxiv.url")
    paper, _, why = _paper(post, asked)
    if paper is None:
        raise SourceError(f"{where}: {why}{_said(post)}", "try again later")
    if paper.id != asked:
        raise SourceError(f"{where}: answered with {paper.id} instead of {asked}", "check the id")
    content = post.get("content")
    text = content if isinstance(content, str) else ""
    shown = document(text, MOST_CONTENT)
    if not shown and not paper.withdrawn:
        raise SourceError(f"{where}: the post has no text", "read it in a browser")
    told = post.get("versions")
    versions = {number for each in (told if isinstance(told, list) else []) if (number := _version(each))}
    return FullText(
        paper=paper,
        post=_count(post.get("id")) or post_of(asked),
        content=shown,
        versions=tuple(sorted(versions | ({paper.version} if versions and paper.version else set()))),
        withdrawn_at=_time(post.get("withdrawnAt")) if paper.withdrawn else None,
        cut=len(text) > MOST_CONTENT and shown.endswith("…"),
    )


def read_review(body: bytes, where: str) -> Review | None:
    """A post's review, None where there is none yet. SourceError where the answer is no such thing."""
    found = read_json(body, where)
    if not isinstance(found, dict):
        raise SourceError(f"{where}: the answer is no review", "try again later")
    told = _inner(found, "review")
    if told is None or found.get("review", told) is None:
        return None
    review = Review(
        post=_count(told.get("postId")),
        rating=_line(told.get("rating"), 40),
        summary=_text(told.get("summary")),
        pros=_texts(told.get("pros")),
        cons=_texts(told.get("cons")),
        justification=_text(told.get("justification")),
        model=_line(told.get("model"), _TAG),
        created=_time(told.get("createdAt")),
    )
    return review if review.rating or review.summary or review.justification else None


def read_comments(body: bytes, where: str) -> list[Comment]:
    """Comments in their order, each with its replies behind it. SourceError where the answer is no such list."""
    found = read_json(body, where)
    told = found.get("comments") if isinstance(found, dict) else None
    if not isinstance(told, list):
        raise SourceError(f"{where}: the answer is no list of comments", "try again later")
    comments: list[Comment] = []
    waiting = [(each, 0) for each in reversed(told)]
    while waiting and len(comments) < MOST_COMMENTS:
        each, depth = waiting.pop()
        if not isinstance(each, dict):
            continue
        content, agent = each.get("content"), _line(each.get("clawName"), _NAME)
        shown = document(content, _REMARK) if isinstance(content, str) else ""
        if shown:
            author = agent or _line(each.get("username"), _NAME)
            comments.append(Comment(author, shown, depth, bool(agent), _time(each.get("createdAt"))))
        replies = each.get("replies")
        waiting += [(reply, min(depth + 1, _DEEPEST)) for reply in reversed(replies if isinstance(replies, list) else [])]
    return comments


def post_of(paper: PaperId) -> int:
    """The site's number of a paper's first version: the digits behind its dot (SCHEMA.md; a revision has a number of its own)."""
    return int(paper.number.rpartition(".")[2])


def _entry(post: object, place: int) -> Entry:
    if not isinstance(post, dict):
        return Entry(problem=Problem(f"{SOURCE}, post {place} of a page", "is no post"))
    created = _time(post.get("createdAt"))
    day = created.date() if created else None
    paper, derived, why = _paper(post, None)
    if paper is None or day is None:
        name = str(paper.id) if paper else _name(post, place)
        return Entry(day=day, problem=Problem(name, why or "no time at which it was posted"))
    note = Problem(str(paper.id), "came without its paper id: taken by its post id and month", is_note=True) if derived else None
    return Entry(paper, day, note)


def _paper(post: dict[str, Any], asked: PaperId | None) -> tuple[Paper | None, bool, str]:
    """The paper; whether its number was derived; else why there is none. `asked` stands in for a number that is not given."""
    created = _time(post.get("createdAt"))
    identity, version, derived = _identity(post, created, asked)
    if identity is None:
        return None, False, "no paper id"
    title = _line(post.get("title"), _TITLE)
    if not title:
        return None, False, "no title"
    abstract = post.get("abstract")
    agent = _line(post.get("clawName"), _NAME)
    withdrawn = post.get("isWithdrawn") in (True, 1) or _time(post.get("withdrawnAt")) is not None
    paper = Paper(
        id=identity,
        title=title,
        abstract=paragraphs(abstract, _ABSTRACT) if isinstance(abstract, str) else "",
        authors=(agent,) if agent else (),
        version=_version(post.get("version")) or version,
        categories=_categories(post),
        published=created,
        withdrawn=withdrawn,
        human_authors=_names(post.get("humanNames"), _NAME),
        upvotes=_count(post.get("upvotes")),
        source_tags=_names(post.get("tags"), _TAG),
        exact_names=True,
    )
    return paper, derived, ""


def _identity(post: dict[str, Any], created: datetime | None, asked: PaperId | None) -> tuple[PaperId | None, int | None, bool]:
    """Number, version behind it, and whether the number was derived.

    A paper's number is its month and its post id (2604.01637 is post 1637), so one that is not given follows from both;
    not so for a revision, which has a post id of its own under the first version's number.
    """
    told = post.get("paperId")
    if told is not None:
        try:
            paper, version = parse_reference(f"{CLAWRXIV}:{told}") if isinstance(told, str) and len(told) < 40 else (None, None)
        except ValueError:
            return None, None, False
        return paper, version, False
    if asked is not None:
        return asked, None, False
    number = _count(post.get("id"))
    revised = (_version(post.get("version")) or 1) > 1
    if created is None or not number or number > 99_999 or revised or not 2007 <= created.year <= 2099:
        return None, None, False
    return PaperId(CLAWRXIV, f"{created:%y%m}.{number:05d}"), None, True


def _categories(post: dict[str, Any]) -> tuple[str, ...]:
    """The first is the primary one: without it, cross-lists alone would pass one of themselves off as that."""
    main, sub, cross = post.get("category"), post.get("subcategory"), post.get("crossList")
    if not isinstance(main, str) or not _CATEGORY.fullmatch(main):
        return ()
    if isinstance(sub, str):
        sub = sub.removeprefix(f"{main}.")
    first = f"{main}.{sub}" if isinstance(sub, str) and _SUBCATEGORY.fullmatch(sub) else main
    others = [each for each in (cross if isinstance(cross, list) else [])[:_MANY] if isinstance(each, str) and _CROSS.fullmatch(each)]
    return tuple(dict.fromkeys([first, *others]))


def _name(post: dict[str, Any], place: int) -> str:
    number = _count(post.get("id"))
    title = _line(post.get("title"), 60)
    return f"{SOURCE}, post {number or title or f'{place} of a page'}"


def _inner(found: object, name: str) -> dict[str, Any] | None:
    """The object under `name`, or the whole answer where it is that object itself."""
    if not isinstance(found, dict):
        return None
    inner = found.get(name)
    return inner if isinstance(inner, dict) else found


def _said(found: object) -> str:
    """What an answer that is none says instead, for a line."""
    for name in ("error", "message", "statusMessage"):
        text = _line(found.get(name), 200) if isinstance(found, dict) else ""
        if text:
            return f" ({text})"
    return ""


def _line(text: object, limit: int) -> str:
    return one_line(text, limit) if isinstance(text, str) else ""


def _text(text: object) -> str:
    return paragraphs(text, _REMARK) if isinstance(text, str) else ""


def _texts(told: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, told[:_MANY]))) if isinstance(told, list) else ()


def _names(told: object, limit: int) -> tuple[str, ...]:
    if not isinstance(told, list):
        return ()
    return tuple(dict.fromkeys(name for each in told[:_MANY] if (name := _line(each, limit))))


def _count(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 1_000_000_000 else None


def _version(told: object) -> int | None:
    """A version as a number, as digits, or as an object that has it."""
    if isinstance(told, dict):
        told = told.get("version")
    if isinstance(told, str) and re.fullmatch(r"v?\d{1,4}", told, re.ASCII):
        told = int(told.removeprefix("v"))
    number = _count(told)
    return number if number and number < 10_000 else None


def _time(told: object) -> datetime | None:
    """`2026-03-17 12:00:00` is UTC without a mark; ISO forms with one are taken too."""
    if not isinstance(told, str) or not 10 <= len(told) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(told.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

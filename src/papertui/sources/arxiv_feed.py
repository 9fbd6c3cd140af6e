"""One of arXiv's daily feeds as a day of announced papers (FACTS 1.2 to 1.5). Pure: bytes in, values out.

Every text passes the gate here. What cannot be read is named, and the rest is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from papertui.domain.author_line import parse_authors
from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import ARXIV, PaperId, parse_reference
from papertui.domain.paper import ANNOUNCE_TYPES, Announced, Announcement, Paper, Problem, SourceDay, strength
from papertui.sources.errors import SourceError
from papertui.sources.feed_xml import RawFeed, RawItem, read_feed
from papertui.sources.schedule import day_name, long_date, new_york, reason_without_mailing

SOURCE = "arxiv"

ITEM_LIMIT = 2_000
"""Items at which arXiv cuts a feed, new papers first (FACTS 1.1)."""

_HEAD = re.compile(r"\s*arXiv:\s*(\S+)\s+Announce Type:\s*(\S+)\s*(?:Abstract:\s?)?", re.IGNORECASE)
_ABSTRACT = re.compile(r"\s*Abstract:\s?")
_INDENTED = re.compile(r"\n[ \t]+")
_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_EASTERN_OFFSETS = (timedelta(hours=-5), timedelta(hours=-4))
_NOUN = r"(?:paper|article|manuscript|submission|work|preprint|version)s?"
_WITHDRAWN = re.compile(
    r"[\s\[(*]*(?:arxiv admin note:?\s*)?(?:"
    rf"(?:(?:this|the|our)\s+)?(?:\w+\s+){{0,2}}?{_NOUN}\s+(?:has been|have been|has now been|was|is|is being)\s+(?:(?:now|temporarily)\s+)?withdrawn\b"
    rf"|(?:(?:this|the|our)\s+)?(?:{_NOUN}\s+)?withdrawn(?=\s*(?:[.;:,)\]]|$|(?:by|due|because|for|pending)\b)))",
    re.IGNORECASE,
)
_WITHDRAWING = re.compile(
    r"[\s\[(*]*(?:we|i|the authors?) (?:(?:would like|wish|want|decided|have|has|are|am|hereby|now|to|kindly|regret to) ){0,4}"
    rf"withdr(?:aw|ew|awn|awing) (?:(?:this|our) (?:\w+ ){{0,2}}?{_NOUN}|the (?:paper|article|manuscript|submission|preprint))\b",
    re.IGNORECASE,
)
"""`We would like to withdraw this submission due to …` (seen)."""


class _Unreadable(ValueError):
    """This item cannot be taken: which one, and why."""

    def __init__(self, where: str, why: str) -> None:
        self.problem = Problem(where, why)
        super().__init__(str(self.problem))


def says_withdrawn(text: str) -> bool:
    """Whether a text (an abstract, an author's comment) begins by saying that the paper is withdrawn."""
    return _WITHDRAWN.match(text) is not None or _WITHDRAWING.match(text) is not None


def arxiv_paragraphs(text: str) -> str:
    """An abstract as arXiv writes it, after the gate: a line that begins with blanks begins a paragraph (FACTS 1.4)."""
    return paragraphs(_INDENTED.sub("\n\n", text) if "\n" in text else text)


def parse_feed(data: bytes, *, requested: str) -> SourceDay:
    """The day that a feed holds.

    `requested` is the query as asked, categories joined by `+`; lines quote it. A paper that stands there twice appears
    once, with the stronger announce type and both lists of categories. SourceError where no day can be had: no feed,
    cut short, arXiv's own error feed, no date.
    """
    asked = one_line(", ".join(requested.split("+")), 100)
    feed = read_feed(data, where=f"arxiv ({asked})")
    title = one_line(feed.texts.get("title", ""), 300)
    if title.lower().startswith("feed error"):
        why = one_line(feed.texts.get("description", ""), 300) or title
        raise SourceError(f"arxiv ({asked}): refused the query ({why})", "check the categories", kind="status", status=400)
    day = _mailing_date(feed, asked)
    reader = _Reader(day)
    for item in feed.items:
        reader.take(item)
    problems = reader.problems + reader.other_dates()
    if len(feed.items) >= ITEM_LIMIT:
        problems.insert(0, Problem(f"arxiv ({asked})", f"{ITEM_LIMIT} items is the feed's limit: ask for fewer categories", is_note=True))
    facts = {
        "title": title,
        "built": one_line(feed.texts.get("built", ""), 100),
        "items": str(len(feed.items)),
        "repeated": str(reader.repeated or ""),
    }
    reason = None if reader.announced else _reason(day, feed, asked)
    return SourceDay(SOURCE, day, tuple(reader.announced), tuple(problems), reason, {name: text for name, text in facts.items() if text})


class _Reader:
    """Takes items in the feed's order."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._places: dict[PaperId, int] = {}
        self._clean: dict[str, str] = {}
        self._dates: Counter[str] = Counter()
        self.announced: list[Announced] = []
        self.problems: list[Problem] = []
        self.repeated = 0
        """Items whose paper had been there already."""

    def take(self, item: RawItem) -> None:
        """Add one item, or the problem with it."""
        try:
            one = self._announced(item)
        except _Unreadable as error:
            self.problems.append(error.problem)
            return
        self._dates[item.texts.get("date", "")] += 1
        place = self._places.setdefault(one.paper.id, len(self.announced))
        if place == len(self.announced):
            self.announced.append(one)
        else:
            self.repeated += 1
            self.announced[place] = _merged(self.announced[place], one)

    def other_dates(self) -> list[Problem]:
        """One problem for each date other than the feed's own that items carry: they are filed under the feed's."""
        problems = []
        for text, count in self._dates.items():
            if text.strip() and _date(text) != self._day:
                items = "1 item" if count == 1 else f"{count} items"
                problems.append(Problem(items, f"dated {one_line(text, 60)}: filed under the feed's date, {self._day}", is_note=True))
        return problems

    def _announced(self, item: RawItem) -> Announced:
        texts = item.texts
        description = texts.get("description", "")
        head = _HEAD.match(description)
        paper, version = _identity(item, head[1] if head else "")
        title = one_line(texts.get("title", ""))
        if not title:
            raise _Unreadable(str(paper), "no title")
        lead = head or _ABSTRACT.match(description)
        abstract = description[lead.end() :] if lead else description
        abstract = arxiv_paragraphs(abstract)
        people = parse_authors(texts.get("creator", ""))
        names, affiliations = zip(*people, strict=True) if people else ((), ())
        announcement = Announcement(SOURCE, self._day, self._type(paper, texts.get("type") or (head[2] if head else "")), item.place)
        return Announced(
            Paper(
                id=paper,
                title=title,
                abstract=abstract,
                authors=names,
                affiliations=affiliations if any(affiliations) else (),
                version=version,
                categories=tuple(dict.fromkeys(filter(None, map(self._short, item.categories)))),
                journal_ref=one_line(texts["journal"]) or None if "journal" in texts else None,
                doi=publisher_doi(texts["doi"]) if "doi" in texts else None,
                license=self._short(texts.get("license", "")) or None,
                withdrawn=says_withdrawn(abstract),
            ),
            announcement,
        )

    def _type(self, paper: PaperId, text: str) -> str | None:
        word = self._short(text).lower()
        if word in ANNOUNCE_TYPES:
            return word
        self.problems.append(
            Problem(str(paper), f"unknown announce type {word!r}: taken without one" if word else "no announce type", is_note=True)
        )
        return None

    def _short(self, text: str) -> str:
        """Through the gate, once for each of the few values that all items share."""
        found = self._clean.get(text)
        if found is None:
            found = self._clean[text] = one_line(text, 300)
        return found


def _identity(item: RawItem, in_description: str) -> tuple[PaperId, int | None]:
    """Id and version: from the guid, which has both; else from the link or the description."""
    found: PaperId | None = None
    guid = item.texts.get("guid", "").strip()
    for text in (guid.rpartition("oai:arXiv.org:")[2], in_description, item.texts.get("link", "")):
        try:
            paper, version = parse_reference(text)
        except ValueError:
            continue
        if paper.archive != ARXIV or paper != (found or paper):
            continue
        if version is not None:
            return paper, version
        found = paper
    if found is None:
        seen = one_line(guid or item.texts.get("link", "") or item.texts.get("title", ""), 60)
        raise _Unreadable(f"item {item.place}", f"no arXiv id in {seen!r}")
    return found, None


def _merged(first: Announced, second: Announced) -> Announced:
    """One paper that stands in a feed twice: the newer version's texts, all categories, the stronger announcement."""
    newer = second.paper if (second.paper.version or 0) > (first.paper.version or 0) else first.paper
    categories = tuple(dict.fromkeys((*first.paper.categories, *second.paper.categories)))
    stronger = min((first.announcement, second.announcement), key=lambda told: strength(told.type))
    return Announced(replace(newer, categories=categories), replace(stronger, rank=first.announcement.rank))


def publisher_doi(text: str) -> str | None:
    """The publisher's DOI, bare. arXiv joins several with blanks: the first is the paper's own."""
    first = _DOI_PREFIX.sub("", one_line(text, 300), count=1).partition(" ")[0]
    return first if first and not first.lower().startswith("10.48550/arxiv.") else None


def _date(text: str) -> date | None:
    """The New York date of a feed's time. One given with an Eastern offset is taken as it stands."""
    try:
        moment = datetime.fromisoformat(text.strip()) if text.strip()[4:5] == "-" else parsedate_to_datetime(text)
        if moment.tzinfo is None or moment.utcoffset() in _EASTERN_OFFSETS:
            return moment.date()
        return moment.astimezone(new_york()).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _mailing_date(feed: RawFeed, asked: str) -> date:
    """The channel's pubDate; Atom has none, so there it is what its entries say, or when it was built."""
    candidates: list[str] = [feed.texts.get("date", "")]
    candidates += (text for text, _ in Counter(item.texts.get("date", "") for item in feed.items).most_common(3))
    candidates.append(feed.texts.get("built", ""))
    for text in candidates:
        if found := _date(text):
            return found
    raise SourceError(f"arxiv ({asked}): the feed has no date", "try again in a few minutes")


def _reason(day: date, feed: RawFeed, asked: str) -> str:
    if feed.items:
        return f"none of {len(feed.items)} items could be read"
    planned = reason_without_mailing(day)
    if planned:
        return planned
    if day_name(day) in feed.texts.get("skip", ""):
        return f"no mailing on {long_date(day)}"
    return f"arXiv announced nothing in {asked} on {long_date(day)}"

"""One of arXiv's listing or catch-up pages as announced papers (FACTS 3). Pure: bytes in, values out.

Every text passes the gate here. What cannot be read is named, and the rest is taken; each section says how many entries
it shows and of how many, so that a page that was not understood never passes for an empty day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from papertui.domain.gate import one_line, paragraphs
from papertui.domain.ids import ARXIV, PaperId, parse_reference
from papertui.domain.paper import Announced, Announcement, Paper, Problem, strength
from papertui.sources.arxiv_feed import SOURCE, publisher_doi, says_withdrawn
from papertui.sources.errors import SourceError
from papertui.sources.listing_html import RawEntry, RawPage, RawSection, read_listing
from papertui.sources.listing_names import names_of

_KINDS = {"new": "new", "cross": "cross", "replacement": "replace"}
_KIND = re.compile(r"\s*(new|cross|replacement)\b", re.IGNORECASE)
_COUNTS = re.compile(r"showing\s+(?:first\s+|last\s+)?([0-9,]{1,9})\s+of\s+([0-9,]{1,9})\s+entr", re.IGNORECASE)
_TOTAL = re.compile(r"\btotal of\s+([0-9,]{1,9})\s+entr", re.IGNORECASE)
_HEADING = re.compile(r"\bnew listings for\b|\bcatch-?up results for\b", re.IGNORECASE)
_EMPTY = re.compile(
    r"No (?:further )?updates (?:today|for (?:this time period|(?:[A-Z][a-z]+,? )?[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}))\.?"
    r"(?: There was either no announcement for this day, or no updates within the requested subject\.)?"
)
_DATE = re.compile(r"\b([0-9]{1,2}) ([A-Z][a-z]{2})[a-z]* ([0-9]{4})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = re.compile(r"arXiv:\s*(\S{1,60})", re.IGNORECASE)
_CODE = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)\s*$", re.ASCII)
_FROM = re.compile(r"\(cross-list from ([a-z-]+(?:\.[A-Za-z-]+)?)\)", re.ASCII)
_HTML = re.compile(r"(?:https?://(?:www\.)?arxiv\.org)?/html/([\w./-]{1,60}?)(v[1-9][0-9]{0,3})?", re.ASCII)
_MOST_NAMED = 20
"""Unreadable entries that get a line each."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a page: new submissions, cross-lists or replacements."""

    kind: str | None
    """`new`, `cross` or `replace`; None where its heading does not say."""
    shown: int | None
    """X of `showing X of Y entries`: how many stand on this page; None where the heading does not say."""
    total: int | None
    """Y: how many there are on all pages."""
    ids: tuple[PaperId, ...] = ()
    """The entries that could be read, in their order."""
    unread: int = 0
    """Entries that could not."""

    @property
    def missing(self) -> int:
        """How many entries of this page could not be read."""
        return max((self.shown or 0) - len(self.ids), self.unread)


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says."""

    date: date | None
    """The mailing date of its heading; None only where it says honestly that there is nothing, without a date."""
    sections: tuple[Section, ...] = ()
    announced: tuple[Announced, ...] = ()
    """Each paper once; ranks count from 1 on this page."""
    problems: tuple[Problem, ...] = ()
    reason: str | None = None
    """The page's own sentence, where it says that there is nothing."""
    total: int | None = None
    """Entries of all sections on all pages, where the page says so."""

    @property
    def missing(self) -> int:
        """How many entries could not be read: the day is incomplete while this is not 0."""
        return sum(section.missing for section in self.sections)

    @property
    def shown(self) -> int:
        """How many entries the page holds, as it says."""
        return sum(len(section.ids) + section.unread if section.shown is None else section.shown for section in self.sections)


class _Unreadable(ValueError):
    """This entry cannot be taken."""


def parse_page(data: bytes, *, requested: str) -> Page:
    """A page of `/list/CAT/new` or `/catchup/CAT/DATE?abs=True`.

    `requested` (a category) is what lines quote. A paper that stands there twice appears once, with the stronger
    announce type. SourceError where no page of arXiv's lists came: no heading with a date and no sentence that honestly
    says that there is nothing.
    """
    where = f"arxiv ({one_line(requested, 100)})"
    raw = read_listing(data, where=where)
    said = one_line(" ".join(raw.loose), 50_000)
    day = next(filter(None, (_date(text) for text in raw.headings if _HEADING.search(text))), None)
    sentence = None if any(section.entries for section in raw.sections) else _EMPTY.search(said) or _said_empty(raw)
    if (day is None or not raw.sections) and sentence is None:
        raise _no_list(data, raw, where, day)
    day = day or (_date(sentence[0]) if sentence else None)
    if day is None:
        if sentence is None or any(_counts(section.heading) > (0, 0) for section in raw.sections):
            raise _no_list(data, raw, where, day)
        return Page(None, reason=one_line(sentence[0], 300))
    reader = _Reader(day, where)
    sections = tuple(reader.section(section, _is_last_cut(raw, section)) for section in raw.sections)
    total = _TOTAL.search(said)
    page = Page(day, sections, strongest(reader.announced), total=_number(total[1]) if total else None)
    if raw.is_cut and not (page.total is not None and page.shown >= page.total and not page.missing):
        reader.problems.append(Problem(where, f"the page is cut short after {len(data):,} bytes: what came later is missing"))
    is_empty = not (page.shown or page.missing) and sentence is not None
    return replace(page, problems=tuple(reader.problems), reason=one_line(sentence[0], 300) if sentence and is_empty else None)


def strongest(announced: Iterable[Announced]) -> tuple[Announced, ...]:
    """Each paper once, where it stood first, with its strongest announce type and all its categories; ranks anew from 1."""
    papers: dict[PaperId, Announced] = {}
    for one in announced:
        first = papers.get(one.paper.id)
        if first is None:
            papers[one.paper.id] = one
            continue
        categories = tuple(dict.fromkeys((*first.paper.categories, *one.paper.categories)))
        stronger = min((first.announcement, one.announcement), key=lambda told: strength(told.type))
        papers[one.paper.id] = Announced(replace(first.paper, categories=categories), stronger)
    return tuple(
        Announced(one.paper, replace(one.announcement, rank=rank)) for rank, one in enumerate(papers.values(), 1)
    )  # fmt: skip


class _Reader:
    """Takes sections in the page's order."""

    def __init__(self, day: date, where: str) -> None:
        self._day = day
        self._where = where
        self._unread = 0
        self.announced: list[Announced] = []
        self.problems: list[Problem] = []

    def section(self, raw: RawSection, is_cut: bool) -> Section:
        """Add what a section holds. Of a page cut within it the last entry is left out: nobody knows what it lacks."""
        heading = one_line(raw.heading, 200)
        named = _KIND.match(heading)
        kind = _KINDS[named[1].lower()] if named else None
        shown, total = _counts(heading) or (None, None)
        if shown is None and not raw.entries and _EMPTY.search(one_line(" ".join(raw.said))):
            shown = total = 0
        ids: list[PaperId] = []
        unread = 0
        for place, entry in enumerate(raw.entries):
            try:
                if is_cut and place == len(raw.entries) - 1:
                    raise _Unreadable("cut short")
                one = _announced(entry, self._day, kind)
            except _Unreadable as error:
                unread += 1
                self._unreadable(entry, kind, place, error)
                continue
            ids.append(one.paper.id)
            self.announced.append(one)
        section = Section(kind, shown, total, tuple(ids), unread)
        self._check(section, heading)
        return section

    def _unreadable(self, entry: RawEntry, kind: str | None, place: int, error: _Unreadable) -> None:
        self._unread += 1
        if self._unread <= _MOST_NAMED:
            found = _NUMBER.search(entry.texts.get("mark", ""))
            which = one_line(found[0], 80) if found else f"entry {place + 1} of {kind or 'a section without a heading'}"
            self.problems.append(Problem(f"{self._where}, {which}", str(error)))

    def _check(self, section: Section, heading: str) -> None:
        where = f"{self._where}, {heading or 'a section without a heading'}"
        if section.shown is None:
            self.problems.append(Problem(where, f"does not say how many entries it has; {len(section.ids)} were read"))
        elif section.missing:
            self.problems.append(Problem(where, f"{section.missing} entries could not be read"))
        elif section.shown < len(section.ids):
            self.problems.append(Problem(where, f"{len(section.ids)} entries stand there; all were taken", is_note=True))


def _announced(entry: RawEntry, day: date, kind: str | None) -> Announced:
    texts = entry.texts
    paper, version = _identity(entry)
    if not entry.is_told:
        raise _Unreadable("no title and no authors (its second half is not there)")
    title = one_line(texts.get("title", ""))
    if not title:
        raise _Unreadable("no title")
    abstract = paragraphs(texts.get("abstract", ""))
    comment = one_line(texts.get("comment", "")) or None
    people, exact = names_of(entry.people)
    affiliations = tuple(affiliation for _, affiliation in people)
    mark = one_line(texts.get("mark", ""))
    cross = _FROM.search(mark)
    if kind is None:
        kind = "replace" if "(replaced)" in mark else "cross" if cross else None
    codes = [found[1] for part in one_line(texts.get("subjects", "")).split(";") if (found := _CODE.search(part))]
    return Announced(
        Paper(
            id=paper,
            title=title,
            abstract=abstract,
            authors=tuple(name for name, _ in people),
            affiliations=affiliations if any(affiliations) else (),
            version=version,
            categories=tuple(dict.fromkeys(codes or ([cross[1]] if cross else []))),
            author_comment=comment,
            journal_ref=one_line(texts.get("journal", "")) or None,
            doi=publisher_doi(texts.get("doi", "")),
            withdrawn=says_withdrawn(abstract) or (comment is not None and says_withdrawn(comment)),
            html_url=_html_address(entry, paper),
            exact_names=exact and bool(people),
        ),
        Announcement(SOURCE, day, kind),
    )


def _identity(entry: RawEntry) -> tuple[PaperId, int | None]:
    written = _NUMBER.search(entry.texts.get("mark", ""))
    candidates = [written[1]] if written else []
    for title, name, address in entry.links:
        if title == "Abstract":
            candidates += [name, address.rpartition("/abs/")[2]]
    for text in candidates:
        try:
            paper, version = parse_reference(f"arXiv:{text}")
        except ValueError:
            continue
        if paper.archive == ARXIV:
            return paper, version
    raise _Unreadable("no arXiv id" + (f" in {one_line(candidates[0], 60)!r}" if candidates else ""))


def _html_address(entry: RawEntry, paper: PaperId) -> str | None:
    """Where the paper's HTML version is, if the page links to one: on arXiv and of this paper, nothing else is taken."""
    for title, name, address in entry.links:
        found = _HTML.fullmatch(address) if title == "View HTML" or name.startswith("html-") else None
        if found and found[1] == paper.number:
            return f"https://arxiv.org/html/{paper.number}{found[2] or ''}"
    return None


def _date(text: str) -> date | None:
    """The last date in a heading (a subject's name may stand before it)."""
    found = None
    for found in _DATE.finditer(one_line(text, 500)):  # noqa: B007
        continue
    if found is None or found[2] not in _MONTHS:
        return None
    try:
        return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None


def _counts(heading: str) -> tuple[int, int] | tuple[()]:
    """X and Y of `showing X of Y entries`; nothing where it does not say."""
    found = _COUNTS.search(one_line(heading, 200))
    return (_number(found[1]), _number(found[2])) if found else ()


def _number(text: str) -> int:
    return int(text.replace(",", "") or "0")


def _said_empty(raw: RawPage) -> re.Match[str] | None:
    said: Sequence[str] = [one_line(" ".join(section.said), 1_000) for section in raw.sections]
    return next(filter(None, map(_EMPTY.search, said)), None)


def _is_last_cut(raw: RawPage, section: RawSection) -> bool:
    return raw.ends_inside and section is raw.sections[-1]


_PAGE_TITLE = re.compile(rb"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


def _no_list(data: bytes, raw: RawPage, where: str, day: date | None) -> SourceError:
    """Say what came, since it was no list."""
    later = "try again in a few minutes"
    if not data.strip():
        return SourceError(f"{where}: an empty answer", later)
    if day is not None or raw.sections:
        lacks = "no list of papers" if day is not None else "no date in its heading"
        cut = f", cut short after {len(data):,} bytes" if raw.is_cut else ""
        return SourceError(f"{where}: the page has {lacks}{cut}", later)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        shown = one_line(data[:200].decode("utf-8", "replace"), 80)
        return SourceError(f"{where}: no list, but a text that begins with {shown!r}", later)
    title = _PAGE_TITLE.search(data[:20_000])
    name = one_line(title[1].decode("utf-8", "replace"), 80) if title else ""
    what = f"{where}: a page came that is no list of papers" + (f" ({name!r})" if name else "")
    return SourceError(what, "check the address; behind a captive portal or a proxy, log in first")

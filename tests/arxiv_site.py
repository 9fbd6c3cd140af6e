"""arXiv's listing and catch-up pages (FACTS 3) on loopback, made of the papers of given days.

Headings and paging are as arXiv's own pages have them: a section says `continued`, `first` or `last` where a list goes
over several pages, a catch-up page is headed `Catchup results for …`.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import NamedTuple

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.domain.paper import Announced, Paper
from papertui.sources.schedule import is_mailing_day, new_york

HEADINGS = {"new": "New submissions", "cross": "Cross submissions", "replace": "Replacement submissions"}
SHOWS = frozenset({"25", "50", "100", "250", "500", "1000", "2000"})
NAMES = {"cs.CL": "Computation and Language", "cs.LG": "Machine Learning", "cs.CV": "Computer Vision and Pattern Recognition"}
ALIASES = {"math.MP": "math-ph", "math.IT": "cs.IT", "stat.TH": "math.ST", "cs.NA": "math.NA", "eess.SY": "cs.SY", "q-fin.EC": "econ.GN"}
EMPTY_SECTION = "<p>No updates for this time period.</p>"

_MARKS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
          "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}  # fmt: skip
_ACCENT = re.compile(r"""\{?\\(?:(['`^"~=.])\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))|([cvuHkr])\s*\{([A-Za-z])\})\}?""")
_LETTERS = {r"\l": "ł", r"\L": "Ł", r"\o": "ø", r"\O": "Ø", r"\ss": "ß", r"\aa": "å", r"\AA": "Å", r"\ae": "æ", r"\i": "ı"}
_LETTER = re.compile(r"\{(\\(?:aa|AA|ae|ss|[lLoOi]))\}")


def accented(text: str) -> str:
    """TeX's accents as letters, as arXiv does for its pages; math stays as it is."""
    parts = re.split(r"(\$[^$]*\$)", text)
    return "".join(part if part.startswith("$") else _LETTER.sub(lambda m: _LETTERS[m[1]], _ACCENT.sub(_letter, part)) for part in parts)


def _letter(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (found[2] or found[3] or found[5]) + _MARKS[found[1] or found[4]])


def section_of(one: Announced) -> str:
    """Which of the three sections an announcement stands in: a page knows no `replace-cross`."""
    return "replace" if one.announcement.is_replacement else (one.announcement.type or "new")


def arxiv_categories(paper: Paper) -> tuple[str, ...]:
    """A paper's categories as a page has them: without the MSC and ACM classes that the search API mixes in."""
    return tuple(code for code in paper.categories if re.fullmatch(r"[a-z-]+(?:\.[A-Za-z-]+)?", code))


def in_order(announced: Iterable[Announced]) -> list[Announced]:
    """As a list has them: new ones, cross-lists, replacements."""
    return sorted(announced, key=lambda one: list(HEADINGS).index(section_of(one)))


def entry(paper: Paper, place: int, kind: str = "new", *, has_html: bool = True, more: str = "") -> str:
    """One `dt` and its `dd`, character for character as FACTS 3 has them; `more` stands before the subjects."""
    number = paper.id.number
    mark = {"cross": f"(cross-list from {paper.primary_category})", "replace": "(replaced)"}.get(kind, "")
    html = f', <a href="{escape(paper.html_url)}" title="View HTML" id="html-{number}">html</a>' if has_html and paper.html_url else ""
    affiliations = paper.affiliations or ("",) * len(paper.authors)
    authors = ", ".join(
        f'<a href="https://arxiv.org/search/cs?searchtype=author&amp;query={place}">{escape(accented(name))}</a>'
        + (f" ({escape(accented(affiliation))})" if affiliation else "")
        for name, affiliation in zip(paper.authors, affiliations, strict=True)
    )
    comment = _line("list-comments mathjax", "Comments:", paper.author_comment) + _line(
        "list-journal-ref", "Journal-ref:", paper.journal_ref
    )
    subjects = [f"{NAMES.get(code, 'A Subject')} ({code})" for code in arxiv_categories(paper)]
    primary = f'<span class="primary-subject">{subjects[0]}</span>' if subjects else ""
    abstract = "\n<br> ".join(escape(accented(part)) for part in paper.abstract.split("\n\n"))
    return f"""
  <dt>
    <a name='item{place}'>[{place}]</a>
    <a href ="/abs/{number}" title="Abstract" id="{number}">
      arXiv:{number}
    </a>
    {mark}
    [<a href="/pdf/{number}" title="Download PDF" id="pdf-{number}">pdf</a>{html}, <a href="/format/{number}" title="Other formats" id="oth-{number}">other</a>]
  </dt>
  <dd><div class='meta'>
    <div class='list-title mathjax'><span class='descriptor'>Title:</span>
      {escape(accented(paper.title))}
    </div>
    <div class='list-authors'>{authors}</div>
    {comment}{more}
    <div class='list-subjects'><span class='descriptor'>Subjects:</span>
      {"; ".join([primary, *subjects[1:]])}
    </div>
    <p class='mathjax'>
      {abstract}
    </p>
  </div></dd>"""


def _line(name: str, label: str, text: str | None) -> str:
    return f"<div class='{name}'><span class='descriptor'>{label}</span> {escape(accented(text))}</div>\n    " if text else ""


def section(kind: str, entries: Sequence[str], *, total: int | None = None, showing: str = "showing", shown: int | None = None) -> str:
    """One `dl` with its heading; `shown` and `total` are told as given, true or not."""
    shown = len(entries) if shown is None else shown
    total = shown if total is None else total
    inner = "".join(entries) if entries else f"\n  {EMPTY_SECTION}"
    return f"<dl id='articles'>\n  <h3>{HEADINGS[kind]} ({showing} {shown} of {total} entries)</h3>{inner}\n</dl>\n"


def page(content: str, day: date | None, *, category: str = "cs.CL", is_catchup: bool = False) -> bytes:
    """A whole page; without a day it has no heading."""
    heading = ""
    if day is not None and is_catchup:
        heading = f"<h1>Catchup results for {NAMES.get(category, 'A Subject')} on {_short_date(day)}</h1>"
    elif day is not None:
        heading = f"<h1>{NAMES.get(category, 'A Subject')}</h1>\n<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head><title>{category}</title><script>var x = "<dl id='articles'><dt>";</script></head>
<body><div id='content-inner'><div id='dlpage'>
{heading}
{content}
</div></div></body>
</html>
""".encode()


def day_page(
    category: str,
    day: date,
    announced: Sequence[Announced],
    *,
    is_catchup: bool = False,
    before: int = 0,
    size: int = 2_000,
    tells_total: bool = True,
    miscount: int = 0,
) -> bytes:
    """The page of a list that begins behind `before` entries; `miscount` is added to the first section's X."""
    ordered = in_order(announced)
    here = ordered[before : before + size]
    sections = []
    for kind in HEADINGS:
        places = [place for place, one in enumerate(ordered) if section_of(one) == kind]
        inside = [place for place in places if before <= place < before + size]
        if inside:
            is_first, is_last = inside[0] == places[0], inside[-1] == places[-1]
            word = ("" if is_first else "continued, ") + "showing" + (" first" if is_first and not is_last else "")
            word += " last" if is_last and not is_first else ""
            entries = [entry(ordered[place].paper, place + 1, kind) for place in inside]
            wrong = miscount if not sections else 0
            sections.append(section(kind, entries, showing=word, shown=len(inside) + wrong, total=len(places) + wrong))
    told = f"<div>Total of {len(ordered)} entries</div>\n" if tells_total and ordered else ""
    if not here:
        told = ""
        sections = [_nothing(day, is_catchup=is_catchup, is_further=before > 0)]
    return page(told + "".join(sections), day, category=category, is_catchup=is_catchup)


def _nothing(day: date, *, is_catchup: bool, is_further: bool) -> str:
    if not is_catchup:
        return "<p>No updates today.</p>"
    if is_further:
        return f"<div>No further updates for {_short_date(day)}</div>"
    why = "There was either no\nannouncement for this day, or no updates within the requested subject."
    return f"<div><p>No updates for {_short_date(day)}. {why}</p></div>"


def _short_date(day: date) -> str:
    return f"{day:%a}, {day.day:02d} {day:%b %Y}"


class Asked(NamedTuple):
    """One request that came."""

    path: str
    """With its query."""
    at: float
    """By the monotonic clock, in seconds."""
    status: int


Fault = Callable[[Response], Response]
"""What happens, once, to an answer."""


def busy(retry_after: float = 300, status: int = 503) -> Fault:
    """The database is half updated."""
    return lambda _: Response("<html><body>Service Unavailable</body></html>", status, {"Retry-After": f"{retry_after:g}"})


def cut(share: float = 0.5) -> Fault:
    """The page ends early, without anything that says so."""

    def short(answer: Response) -> Response:
        body = answer.get_data()
        return Response(body[: int(len(body) * share)], answer.status_code, content_type="text/html; charset=utf-8")

    return short


def said(body: str, status: int = 200) -> Fault:
    """Something else comes (`Rate exceeded.`)."""
    return lambda _: Response(body, status, content_type="text/html")


def miscounted(by: int = 1) -> Fault:
    """The page says that it shows more (or fewer) entries than it does."""

    def wrong(answer: Response) -> Response:
        def more(found: re.Match[str]) -> str:
            return f"{found[1]}{int(found[2]) + by} of {int(found[3]) + by} entries"

        text = re.sub(r"(showing (?:first |last )?)(\d+) of (\d+) entries", more, answer.get_data(as_text=True), count=1)
        return Response(text, answer.status_code, content_type="text/html; charset=utf-8")

    return wrong


@dataclass
class Site:
    """arxiv.org with the days given: `site.on(httpserver)` serves it, at the time `now`."""

    days: Mapping[tuple[str, date], Sequence[Announced]] = field(default_factory=dict)
    """By category and mailing date; a category that stands nowhere here does not exist."""
    now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    page_size: int = 2_000
    tells_total: bool = True
    """Whether pages say `Total of N entries`, which FACTS 3 does not show."""
    without_mailing: set[date] = field(default_factory=set)
    """Weekdays that arXiv left out at short notice."""
    aliases: Mapping[str, str] = field(default_factory=lambda: dict(ALIASES))
    faults: deque[Fault] = field(default_factory=deque)
    """For the next answers, one each."""
    log: list[Asked] = field(default_factory=list)

    def on(self, server: HTTPServer) -> str:
        """Serve the pages; gives the site's address."""
        server.expect_request(re.compile(r"/(?:list|catchup)/.*")).respond_with_handler(self)
        return server.url_for("").rstrip("/")

    @property
    def newest(self) -> date:
        """The mailing date of `/list/CAT/new`: from 20:00 in New York on its eve (FACTS 2)."""
        day = self._latest
        while not is_mailing_day(day) or day in self.without_mailing:
            day -= timedelta(days=1)
        return day

    @property
    def _latest(self) -> date:
        return (self.now.astimezone(new_york()).replace(tzinfo=None) + timedelta(hours=4)).date()

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        answer = self._answer(request)
        if self.faults:
            answer = self.faults.popleft()(answer)
        path = request.full_path if request.query_string else request.path
        self.log.append(Asked(path, time.monotonic(), answer.status_code))
        return answer

    def _answer(self, request: Request) -> Response:
        first, category, *rest = request.path.strip("/").split("/")
        if canonical := self.aliases.get(category):
            query = f"?{request.query_string.decode()}" if request.query_string else ""
            return Response("", 301, {"Location": "/" + "/".join([first, canonical, *rest]) + query})
        if category not in {known for known, _ in self.days}:
            return _bad("no such category")
        if first == "list":
            return self._list(request, category) if rest == ["new"] else Response("not here", 404)
        return self._catchup(request, category, rest[0]) if len(rest) == 1 else Response("not here", 404)

    def _list(self, request: Request, category: str) -> Response:
        show, skip = request.args.get("show", "2000"), request.args.get("skip", "0")
        if show not in SHOWS or not skip.isdigit():
            return _bad(f"show={show}, skip={skip}")
        return self._page(category, self.newest, int(skip), min(int(show), self.page_size), is_catchup=False)

    def _catchup(self, request: Request, category: str, text: str) -> Response:
        if unknown := set(request.args) - {"abs", "page"}:
            return _bad(f"unexpected {unknown}")
        number = request.args.get("page", "1")
        if request.args.get("abs", "False") not in ("True", "False") or not number.isdigit() or number == "0":
            return _bad("abs or page")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return _bad("date")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return _bad("date")
        today = self.now.astimezone(new_york()).date()
        if day > self._latest or day < today - timedelta(days=90):
            return _bad("date out of range")
        return self._page(category, day, (int(number) - 1) * self.page_size, self.page_size, is_catchup=True)

    def _page(self, category: str, day: date, before: int, size: int, *, is_catchup: bool) -> Response:
        announced = () if day in self.without_mailing else self.days.get((category, day), ())
        body = day_page(category, day, announced, is_catchup=is_catchup, before=before, size=size, tells_total=self.tells_total)
        return Response(body, content_type="text/html; charset=utf-8")


def _bad(why: str) -> Response:
    return Response(f"<html><title>400</title><body>{escape(why)}</body></html>", 400, content_type="text/html")

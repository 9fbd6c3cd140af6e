"""arXiv's search API, through the package `arxiv`: papers by id, papers by words, and the days that no page holds any longer.

The API tells a paper's current version, its authors' names exactly, and when version 1 was submitted; it tells neither
when a paper was announced nor its licence (FACTS 4.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from papertui.domain.gate import one_line
from papertui.domain.ids import ARXIV, PaperId, parse_reference
from papertui.domain.paper import Announced, Announcement, Paper, Problem, SourceDay
from papertui.domain.taxonomy import first_code
from papertui.domain.taxonomy_table import ALIASES, ARCHIVES
from papertui.errors import UsageError
from papertui.sources.arxiv import DELAY_SECONDS, feed_address
from papertui.sources.arxiv_feed import SOURCE, arxiv_paragraphs, publisher_doi, says_withdrawn
from papertui.sources.arxiv_query import query_of
from papertui.sources.arxiv_session import WHERE, Manners, Session, walked_away_from
from papertui.sources.errors import SourceError
from papertui.sources.schedule import long_date, reason_without_mailing, submission_window

if TYPE_CHECKING:
    import arxiv

    from papertui.sources.http import Http

API_URL = "https://export.arxiv.org/api/query"

IDS_A_REQUEST = 100
PAGE_SIZE = 1_000
"""Results a request; the API allows 2,000, and its large answers come torn more often."""
MOST_RESULTS = 30_000
"""What the API gives of one query (its user manual)."""

_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?", re.ASCII)
"""Other classifications (MSC `68T05`, ACM `I.2.7`) stand among the API's categories too."""


class _Found(NamedTuple):
    papers: list[Paper]
    total: int
    """Results there are, as the API counts them."""
    problems: list[Problem]


async def by_ids(
    http: Http,
    api_url: str,
    ids: Sequence[PaperId],
    *,
    versions: Sequence[int | None] | None = None,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[str], object] | None = None,
) -> list[Paper]:
    """These papers as arXiv has them now, or in the `versions` that stand beside `ids`; a hundred with each request.

    An id that arXiv does not know is simply absent. `tell` gets a line before each wait and for what could not be read.
    UsageError for another archive's id; SourceError where an answer cannot be had whole.
    """
    for paper in ids:
        if paper.archive != ARXIV:
            raise UsageError(f"{paper} is no arXiv paper: arXiv cannot be asked for it")
    asked = zip(ids, versions or [None] * len(ids), strict=True)
    texts = list(dict.fromkeys(f"{paper.number}v{version}" if version else paper.number for paper, version in asked))
    wanted, papers = set(ids), []
    for start in range(0, len(texts), IDS_A_REQUEST):
        some = texts[start : start + IDS_A_REQUEST]
        found = await _results(http, Manners(api_url, delay_seconds, tell), id_list=some, most=len(some))
        _say(found.problems, tell)
        papers += [paper for paper in found.papers if paper.id in wanted]
    return papers


async def search(
    http: Http,
    api_url: str,
    query: str,
    limit: int,
    *,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[str], object] | None = None,
) -> list[Paper]:
    """The papers that best fit a reader's words (`query_of` says how they are written), at most `limit` (30,000).

    UsageError for words that make no query or a limit below 1; SourceError where an answer cannot be had whole.
    """
    if limit < 1:
        raise UsageError("at least one paper must be asked for")
    most = min(limit, MOST_RESULTS)
    found = await _results(http, Manners(api_url, delay_seconds, tell), query=query_of(query), most=most)
    _say(found.problems, tell)
    return found.papers


async def submitted(
    http: Http,
    api_url: str,
    categories: Sequence[str],
    day: date,
    *,
    delay_seconds: float = DELAY_SECONDS,
    tell: Callable[[str], object] | None = None,
) -> SourceDay:
    """The list of a mailing date that neither feeds nor pages hold (older than 90 days), approximated by when papers were submitted.

    What it cannot know, the day's `facts` call approximate: papers held back came days later, replacements and old papers
    newly cross-listed are not in it, and a paper revised since is told as it is now, with its current version, title and
    abstract. A paper is `new` where its primary category was asked for (or its archive), else `cross`; its rank is the
    order of submission. UsageError for wrong categories; SourceError where an answer cannot be had whole.
    """
    feed_address("", categories)  # says what is no category
    asked = list(dict.fromkeys(category.strip() for category in categories))
    if reason := reason_without_mailing(day):
        return SourceDay(SOURCE, day, reason=reason)
    begin, end = submission_window(day)
    query = f"({categories_query(asked)}) AND submittedDate:[{begin:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"
    manners = Manners(api_url, delay_seconds, tell)
    found = await _results(http, manners, query=query, most=MOST_RESULTS, by_submission=True)
    inside = [paper for paper in found.papers if paper.published and begin <= paper.published < end]
    inside.sort(key=lambda paper: (paper.published, paper.id))
    announced = tuple(
        Announced(paper, Announcement(SOURCE, day, announce_type(paper, asked), rank)) for rank, paper in enumerate(inside, 1)
    )
    problems = list(found.problems)
    if found.total > MOST_RESULTS:
        problems.append(Problem(WHERE, f"has {found.total:,} papers for {day}, and gives {MOST_RESULTS:,}: ask for fewer categories"))
    facts = {"via": "api", "approximate": "yes", "window": f"{begin:%Y-%m-%dT%H:%MZ}/{end:%Y-%m-%dT%H:%MZ}", "total": str(found.total)}
    names = one_line(", ".join(asked), 100)
    nothing = None if announced else f"arXiv has no submissions in {names} for {long_date(day)}"
    return SourceDay(SOURCE, day, announced, tuple(problems), nothing, facts)


def categories_query(categories: Iterable[str]) -> str:
    """Categories and archives as a query: `cat:cs.LG OR cat:stat.*`; a category with two names by both."""
    other = {first: second for second, first in ALIASES.items()} | ALIASES
    terms: list[str] = []
    for category in categories:
        terms.append(f"cat:{category}")
        if category in ARCHIVES:
            terms.append(f"cat:{category}.*")
        if category in other:
            terms.append(f"cat:{other[category]}")
    return " OR ".join(dict.fromkeys(terms))


def announce_type(paper: Paper, asked: Collection[str]) -> str:
    """`new` where a paper's primary category is among those asked for, or its archive is; else `cross` (FACTS 1.4)."""
    primary = paper.primary_category or ""
    codes = {first_code(category) for category in asked}
    return "new" if first_code(primary) in codes or primary.partition(".")[0] in asked else "cross"


def paper_of(result: arxiv.Result) -> Paper:
    """A result as a paper, every text through the gate. ValueError says what it lacks."""
    try:
        paper, version = parse_reference(result.entry_id)
    except ValueError:
        raise ValueError("no arXiv id") from None
    title = one_line(result.title)
    if paper.archive != ARXIV or not title:
        raise ValueError("no title" if paper.archive == ARXIV else "no arXiv id")
    people = [
        (name, one_line("; ".join(author.affiliation)))
        for author in result.authors
        if any(map(str.isalnum, name := one_line(author.name)))  # the colon behind a collaboration stands as an author too
    ]
    terms = [one_line(term, 300) for term in (result.primary_category, *result.categories)]
    comment, abstract = one_line(result.comment or ""), arxiv_paragraphs(result.summary)
    return Paper(
        id=paper,
        title=title,
        abstract=abstract,
        authors=tuple(name for name, _ in people),
        affiliations=tuple(place for _, place in people) if any(place for _, place in people) else (),
        version=version,
        categories=tuple(dict.fromkeys(sorted(filter(None, terms), key=lambda term: not _CATEGORY.fullmatch(term)))),
        published=result.published,
        author_comment=comment or None,
        journal_ref=one_line(result.journal_ref or "") or None,
        doi=publisher_doi(result.doi or ""),
        withdrawn=says_withdrawn(comment) or says_withdrawn(abstract),
        exact_names=True,
    )


async def _results(
    http: Http, manners: Manners, *, most: int, query: str = "", id_list: Sequence[str] = (), by_submission: bool = False
) -> _Found:
    size = min(most, PAGE_SIZE)
    session = Session(http, manners, most_requests=2 * (most // size + 2))

    def work() -> _Found:
        import arxiv

        order = arxiv.SortCriterion.SubmittedDate if by_submission else arxiv.SortCriterion.Relevance
        way = arxiv.SortOrder.Ascending if by_submission else arxiv.SortOrder.Descending
        asked = arxiv.Search(query, list(id_list), max_results=most, sort_by=order, sort_order=way)
        results: list[arxiv.Result] = []
        try:
            results.extend(session.client(size).results(asked))
        except arxiv.UnexpectedEmptyPageError:  # a page whose every entry was passed over: `_found` names them
            pass
        except arxiv.ArxivError as error:
            raise SourceError(f"{WHERE}: {error.message}", "try again in a few minutes") from error
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:  # the package's, at odd entries
            raise SourceError(f"{WHERE}: an answer that cannot be read ({error})", "try again in a few minutes") from error
        return _found(results, session, most)

    return await walked_away_from(work, session)


def _found(results: Iterable[arxiv.Result], session: Session, most: int) -> _Found:
    """The papers, each once, and what came but could not be read, or came twice in place of others."""
    papers: dict[PaperId, Paper] = {}
    problems: list[Problem] = []
    read = set()
    for result in results:
        read.add(result.entry_id.strip())
        try:
            paper = paper_of(result)
        except ValueError as error:
            problems.append(Problem(f"{WHERE} ({one_line(result.entry_id, 80)})", f"{error}: passed over"))
            continue
        papers.setdefault(paper.id, paper)
    told = [place for page in session.pages for place in page.ids][:most]
    problems += [
        Problem(f"{WHERE} ({one_line(place, 80)})", "no id or no date: passed over") for place in dict.fromkeys(told) if place not in read
    ]
    total = session.pages[-1].total if session.pages else 0
    if (missing := min(total, most) - len(set(told))) > 0:
        problems.append(Problem(WHERE, f"{missing} of {min(total, most)} results were not told: its pages overlap; ask again later"))
    return _Found(list(papers.values()), total, list(dict.fromkeys(problems)))


def _say(problems: Iterable[Problem], tell: Callable[[str], object] | None) -> None:
    for problem in problems:
        if tell is not None:
            tell(str(problem))

"""A paper and its announcements, as a source gives them after the gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from papertui.domain.ids import ARXIV, PaperId

ANNOUNCE_TYPES: Final = ("new", "cross", "replace", "replace-cross")
"""arXiv's announce types, strongest first: when several feeds carry a paper the strongest holds."""


def strength(kind: str | None) -> int:
    """Of an announce type, lower is stronger; a source without such words is the weakest."""
    return ANNOUNCE_TYPES.index(kind) if kind in ANNOUNCE_TYPES else len(ANNOUNCE_TYPES)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One appearance of a paper in a day's list."""

    source: str
    """Who announced it: `arxiv`, `huggingface`, `clawrxiv`, or `list:NAME` for a published list."""

    date: date
    """The mailing date (arXiv), the source's own day, or a published list's date."""

    type: str | None = None
    """One of ANNOUNCE_TYPES; None where the source has no such word."""

    rank: int | None = None
    """Place in the source's own order, from 1."""

    @property
    def is_replacement(self) -> bool:
        """Whether this announces another version of a known paper rather than a paper."""
        return self.type is not None and self.type.startswith("replace")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper's own data. Texts are the source's (TeX kept), after the gate; unknown is None or empty."""

    id: PaperId
    title: str
    """One line, TeX kept."""
    abstract: str = ""
    """Paragraphs parted by an empty line, TeX kept."""
    authors: tuple[str, ...] = ()
    """Names as written, TeX kept, without affiliations."""
    affiliations: tuple[str, ...] = ()
    """As many as authors ("" where none was given), or empty."""
    version: int | None = None
    categories: tuple[str, ...] = ()
    """The first is the primary one."""
    published: datetime | None = None
    """UTC time at which version 1 was submitted."""
    author_comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    """The publisher's DOI, bare (`10.1000/xyz`); never arXiv's own."""
    license: str | None = None
    withdrawn: bool = False
    human_authors: tuple[str, ...] | None = None
    upvotes: int | None = None
    comments_count: int | None = None
    submitter: str | None = None
    organization: str | None = None
    ai_summary: str | None = None
    keywords: tuple[str, ...] = ()
    source_tags: tuple[str, ...] = ()
    html_url: str | None = None
    code_url: str | None = None
    code_stars: int | None = None
    project_url: str | None = None
    exact_names: bool = False
    """Whether the authors stand here as the archive has them: its feeds run names and affiliations together (FACTS 1.5)."""

    @property
    def primary_category(self) -> str | None:
        """The category it was submitted to."""
        return self.categories[0] if self.categories else None

    @property
    def abs_url(self) -> str:
        """Address of the abstract page, without a version."""
        return f"{_SITES[self.id.archive]}/abs/{self.id.number}"

    @property
    def pdf_url(self) -> str | None:
        """Address of the PDF, None where the archive has none."""
        return f"{_SITES[ARXIV]}/pdf/{self.id.number}" if self.id.archive == ARXIV else None

    @property
    def digest(self) -> str:
        """Digest of what a scorer reads (title and abstract): another one makes a score stale."""
        import hashlib

        return hashlib.sha256(f"{self.title}\n{self.abstract}".encode()).hexdigest()[:16]


_SITES = {ARXIV: "https://arxiv.org", "clawrxiv": "https://www.clawrxiv.io"}


@dataclass(frozen=True, slots=True)
class Announced:
    """A paper together with the announcement that brought it: what a source's parser yields."""

    paper: Paper
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in foreign input that was passed over: which thing and why, for one line on stderr."""

    where: str
    why: str
    is_note: bool = False
    """Nothing was passed over: only something worth a line."""

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True, slots=True)
class SourceDay:
    """What one source announced under one date."""

    source: str
    date: date
    announced: tuple[Announced, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Items that could not be read; the rest was taken."""
    reason: str | None = None
    """Why there are no papers, where there are none (`no mailing on Saturday`)."""
    facts: dict[str, str] = field(default_factory=dict)
    """What else the source said of the day, for the record."""

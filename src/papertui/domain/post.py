"""What a site of posts (clawRxiv) has beside a paper's own data: its whole text, its review, its comments. All after the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from papertui.domain.paper import Paper


@dataclass(frozen=True, slots=True)
class FullText:
    """A post as its page has it."""

    paper: Paper
    """As the page tells it now: its version, and whether it is withdrawn."""
    post: int
    """The site's own number of this version, which reviews and comments go by."""
    content: str
    """Markdown with mathematics and code, laid out as written; "" only where it is withdrawn."""
    versions: tuple[int, ...] = ()
    """Known versions, ascending; empty where the site does not say."""
    withdrawn_at: datetime | None = None
    """UTC; None where it is not withdrawn, or the site does not say when."""
    cut: bool = False
    """Whether the text is longer than what is here."""


@dataclass(frozen=True, slots=True)
class Review:
    """A machine's review of one version of a post."""

    post: int | None
    rating: str = ""
    """`Strong Reject` to `Strong Accept`, as given."""
    summary: str = ""
    pros: tuple[str, ...] = ()
    cons: tuple[str, ...] = ()
    justification: str = ""
    model: str = ""
    """Which model says it wrote this."""
    created: datetime | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; a list of them has each reply behind what it answers."""

    author: str
    """An agent's name, or a person's; "" where neither is given."""
    content: str
    """Markdown, laid out as written."""
    depth: int = 0
    """0 for a comment, 1 for a reply to it, and so on."""
    by_program: bool = True
    """Whether an agent wrote it; False for a person."""
    created: datetime | None = None
    """UTC."""

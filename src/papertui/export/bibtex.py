"""Papers as BibTeX, in the form arXiv itself gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from urllib.parse import quote

from papertui.domain.ids import ARXIV, PaperId
from papertui.domain.paper import Paper
from papertui.export.capitals import protect
from papertui.export.keys import citation_key, disambiguated
from papertui.export.latex import value
from papertui.export.names import authors

__all__ = ["bibtex", "citation_key", "disambiguated", "entry", "keyed"]

_INDENT = "      "


def entry(paper: Paper, key: str, *, ascii: bool = True, biblatex: bool = False) -> str:
    """One entry, lines ended by a newline: `@misc` in arXiv's form, or biblatex's `@online`.

    Values are repaired by `latex.value` (see there for `ascii`), the title's capitals kept by braces. url, eprint and doi are
    not escaped. What is unknown is left out; a paper without authors gets a `key` to sort by. The journal reference is free
    text and therefore a note.
    """
    lines = [f"@{'online' if biblatex else 'misc'}{{{key},"]
    for name, text in (_biblatex_fields if biblatex else _bibtex_fields)(paper, ascii):
        if text:
            lines.append(f"{_INDENT}{name}={{{text}}},".replace("\n", "\n" + " " * 14))
    return "\n".join([*lines, "}\n"])


def _bibtex_fields(paper: Paper, ascii: bool) -> Iterator[tuple[str, str]]:
    yield "title", protect(value(paper.title, ascii=ascii))
    yield from _author_fields(paper, ascii)
    yield "year", str(paper.id.year)
    if paper.id.archive == ARXIV:
        yield "eprint", paper.id.number
        yield "archivePrefix", "arXiv"
        yield "primaryClass", _category(paper)
    else:
        yield "howpublished", f"clawRxiv:{paper.id.number}"
    yield "doi", _bare(paper.doi)
    yield "url", paper.abs_url
    yield "note", value(paper.journal_ref or "", ascii=ascii)


def _biblatex_fields(paper: Paper, ascii: bool) -> Iterator[tuple[str, str]]:
    yield "title", protect(value(paper.title, ascii=ascii))
    yield from _author_fields(paper, ascii)
    yield "date", paper.published.date().isoformat() if paper.published else str(paper.id.year)
    if paper.id.archive == ARXIV:
        yield "eprint", paper.id.number
        yield "eprinttype", "arxiv"
        yield "eprintclass", _category(paper)
    else:
        yield "organization", "clawRxiv"
    yield "doi", _bare(paper.doi)
    yield "url", paper.abs_url
    yield "note", value(paper.journal_ref or "", ascii=ascii)


def _author_fields(paper: Paper, ascii: bool) -> Iterator[tuple[str, str]]:
    written = authors(paper.authors, ascii=ascii)
    yield "author", written
    if not written:
        yield "key", citation_key(paper)


def _category(paper: Paper) -> str:
    """The primary category, "" where what a feed says is none."""
    category = paper.primary_category or ""
    return category if re.fullmatch(r"[A-Za-z][A-Za-z.-]{0,39}", category) else ""


def _bare(text: str | None) -> str:
    """A DOI as it is, without what would end the field or act: blanks, braces, backslashes, carets and non-ASCII are percent-encoded."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", (text or "").strip(), flags=re.IGNORECASE)
    return quote(bare, safe="!\"#$%&'()*+,-./:;<=>?@[]_`|~")


def keyed(papers: Iterable[Paper], taken: Collection[str] = (), key_of: Callable[[Paper], str] = citation_key) -> list[tuple[Paper, str]]:
    """Each paper once, in the order given, with a key that is neither in `taken` nor another's.

    Of papers that would share a key the one with the lowest id keeps it bare: the order of the export does not matter, and a
    paper that comes later never changes the key of one that was there.
    """
    once: dict[PaperId, Paper] = {}
    for paper in papers:
        once.setdefault(paper.id, paper)
    used = {key.lower() for key in taken}
    keys: dict[PaperId, str] = {}
    for paper in sorted(once.values(), key=lambda paper: (paper.id.year, paper.id)):
        keys[paper.id] = disambiguated(key_of(paper), used)
        used.add(keys[paper.id].lower())
    return [(paper, keys[paper.id]) for paper in once.values()]


def bibtex(
    papers: Sequence[Paper],
    *,
    ascii: bool = True,
    biblatex: bool = False,
    taken: Collection[str] = (),
    key_of: Callable[[Paper], str] = citation_key,
) -> str:
    """The papers as one .bib text, an empty line between entries, keys unique and none of `taken` (see `keyed`); "" for no papers."""
    return "\n".join(entry(paper, key, ascii=ascii, biblatex=biblatex) for paper, key in keyed(papers, taken, key_of))

"""Reading a .bib somebody else wrote: which keys and papers it has, and whether its last entry is closed.

A scan is not a parser: it follows BibTeX's braces and quotes, goes on after a broken entry as BibTeX does (at the next `@`),
and keeps only what tells papers apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from papertui.domain.ids import ARXIV, CLAWRXIV, OLD_ARCHIVES, PaperId, parse_reference
from papertui.domain.paper import Paper

_HEAD = re.compile(r"@\s*([A-Za-z][^\s\"#%'(),={}@]*)\s*([{(])?")
_KEY = re.compile(r"\s*([^\s,}]+)\s*")
_FIELD = re.compile(r"[\s,]*([^\s\"#%'(),={}]+)\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#]+")
_BLANK = re.compile(r"\s*")
_SEPARATOR = re.compile(r"[\s,]*")
_BRACE = re.compile(r"[{}]")
_QUOTE = re.compile(r"[{}\"]")
_PLAIN_FIELD = re.compile(r"[\s,]*([^\s\"#%'(),={}]+)\s*=\s*(?:\{([^{}]*)\}|(\d+))\s*(?=[,}])")
"""The field that most fields are, read in one step."""
_FLAT_GROUP = re.compile(r"\{[^{}]*\}")
_HIDDEN_KEY = re.compile(r"@\s*[A-Za-z]+\s*[{(]\s*([^\s,{}]+)\s*,")

_NUMBER = r"(\d{4}\.\d{4,5}(?!\d)|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}(?!\d))"
_ADDRESS = re.compile(rf"arxiv\.org/(?:abs|pdf|html|format|src|e-print|bibtex|ps)/{_NUMBER}", re.IGNORECASE)
_SPOKEN = re.compile(rf"\barxiv\s*[:.\s]\s*{_NUMBER}", re.IGNORECASE)
_VOLUME = re.compile(rf"^\W*abs/{_NUMBER}", re.IGNORECASE)
_CLAW = re.compile(r"clawrxiv(?:\.io/abs/|:)(\d{4}\.\d{5})(?!\d)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_ADDRESS = re.compile(r"doi\.org/(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\S+)")

_OWN = frozenset(
    ("eprint", "eprintid", "arxivid", "arxiv", "archiveprefix", "eprinttype", "journal", "journaltitle", "volume", "number")
    + ("pages", "url", "link", "ee", "pdf", "doi", "eid", "adsurl", "publisher")
)
_LOOSE = frozenset(("note", "howpublished", "annote", "type", "issue", "series"))
"""Free text: it may speak of another paper, so it counts only where the other fields say nothing."""


@dataclass(frozen=True, slots=True)
class BibIndex:
    """What a .bib holds, as far as adding to it needs to know."""

    keys: frozenset[str] = frozenset()
    """Citation keys in small letters, as BibTeX compares them."""
    papers: frozenset[PaperId] = frozenset()
    """Papers of arXiv and clawRxiv, whichever field gives them away."""
    dois: frozenset[str] = frozenset()
    """Publishers' DOIs, bare and in small letters."""
    entries: int = 0
    """Entries read, broken ones included; @comment, @string and @preamble are none."""
    unclosed_line: int | None = None
    """Line, from 1, on which an entry begins that nothing closes; None where another entry may follow the last byte."""
    unclosed: str = ""
    """That entry's beginning (`@article{foo`)."""

    def holds(self, paper: Paper) -> bool:
        """Whether the paper is there, by its number (any version) or its publisher's DOI."""
        return paper.id in self.papers or (paper.doi is not None and bare_doi(paper.doi) in self.dois)


def bare_doi(text: str) -> str:
    """A DOI as it is compared: without resolver, TeX escapes and braces, in small letters."""
    plain = unquote(re.sub(r"\\(?=[_&%#])|[{}\s]", "", text))
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", plain.lower())


def scan(data: bytes) -> BibIndex:
    """Index a .bib: braces, quotes, parentheses, @comment, @string and @preamble understood, broken entries passed over.

    Bytes that are no UTF-8 are read as Latin-1, which leaves everything that matters here in place.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return _Scan(text).run()


class _Unclosed(Exception):
    """The text ends inside a value or an entry."""


class _Broken(Exception):
    """No BibTeX from here on; `args[0]` is where."""


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: set[str] = set()
        self.papers: set[PaperId] = set()
        self.dois: set[str] = set()
        self.entries = 0

    def run(self) -> BibIndex:
        position, unclosed, broken = 0, None, None
        while (at := self.text.find("@", position)) >= 0:
            head = _HEAD.match(self.text, at)
            if not head:
                position = at + 1
                continue
            try:
                position = self._block(head)
                broken = None
            except _Broken as error:
                position = max(at + 1, int(error.args[0]))
                broken = at
            except _Unclosed:
                unclosed = at
                break
        if unclosed is None and broken is not None and not self._is_balanced(broken):
            unclosed = broken
        line = None if unclosed is None else self.text.count("\n", 0, unclosed) + 1
        beginning = "" if unclosed is None else self.text[unclosed : unclosed + 60].split("\n")[0].split(",")[0].strip()
        return BibIndex(frozenset(self.keys), frozenset(self.papers), frozenset(self.dois), self.entries, line, beginning)

    def _is_balanced(self, start: int) -> bool:
        """Whether what follows a broken last entry can be read by programs that do not skip it the way BibTeX does."""
        rest = self.text[start:]
        return rest.count("{") == rest.count("}") and rest.count('"') % 2 == 0

    def _block(self, head: re.Match[str]) -> int:
        kind, opener = head[1].lower(), head[2]
        if opener is None:
            if head.end() == len(self.text):
                raise _Unclosed
            return head.end()
        closer = "}" if opener == "{" else ")"
        if kind == "comment":
            end = self._group_end(head.end() - 1) if opener == "{" else self.text.find(")", head.end()) + 1 or head.end()
            self.keys.update(key.lower() for key in _HIDDEN_KEY.findall(self.text, head.end(), end))
            return end
        if kind == "preamble":
            _, position = self._value(_BLANK.match(self.text, head.end()).end())  # type: ignore[union-attr]
            return self._closed(position, closer)
        if kind == "string":
            return self._fields(head.end(), closer, {})
        self.entries += 1
        position = head.end()
        key = _KEY.match(self.text, position)
        if key and not self.text.startswith("=", key.end()):
            self.keys.add(key[1].lower())
            position = key.end()
        fields: dict[str, str] = {}
        try:
            return self._fields(position, closer, fields)
        finally:
            self._take(fields)

    def _fields(self, position: int, closer: str, fields: dict[str, str]) -> int:
        """Read `name = value` up to the closing delimiter; a missing comma is no reason to stop."""
        while True:
            field = _PLAIN_FIELD.match(self.text, position)
            if field:
                value, position = field[2] or field[3] or "", field.end()
            else:
                field = _FIELD.match(self.text, position)
                if not field:
                    return self._closed(position, closer)
                value, position = self._value(field.end())
            name = field[1].lower()
            if name in _OWN or name in _LOOSE or name.startswith("bdsk-url"):
                fields.setdefault(name, value)

    def _closed(self, position: int, closer: str) -> int:
        position = _SEPARATOR.match(self.text, position).end()  # type: ignore[union-attr]
        if position == len(self.text):
            raise _Unclosed
        if self.text[position] != closer:
            raise _Broken(position)
        return position + 1

    def _value(self, position: int) -> tuple[str, int]:
        """A value (pieces joined by `#`) from its first character on, and the place behind it."""
        text, pieces = self.text, []
        while True:
            if position >= len(text):
                raise _Unclosed
            if text[position] == "{":
                end = self._group_end(position)
                pieces.append(text[position + 1 : end - 1])
            elif text[position] == '"':
                end = self._quote_end(position)
                pieces.append(text[position + 1 : end - 1])
            elif bare := _BARE.match(text, position):
                end = bare.end()
                pieces.append(bare[0])
            else:
                raise _Broken(position)
            position = _BLANK.match(text, end).end()  # type: ignore[union-attr]
            if not text.startswith("#", position):
                return "".join(pieces), end
            position = _BLANK.match(text, position + 1).end()  # type: ignore[union-attr]

    def _group_end(self, opening: int) -> int:
        flat = _FLAT_GROUP.match(self.text, opening)
        if flat:
            return flat.end()
        depth = 0
        for brace in _BRACE.finditer(self.text, opening):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                return brace.end()
        raise _Unclosed

    def _quote_end(self, opening: int) -> int:
        depth = 0
        for mark in _QUOTE.finditer(self.text, opening + 1):
            if mark[0] == '"':
                if not depth:
                    return mark.end()
            else:
                depth += 1 if mark[0] == "{" else -1
                if depth < 0:
                    raise _Broken(mark.end())
        raise _Unclosed

    def _take(self, fields: dict[str, str]) -> None:
        papers = set(_own_papers(fields))
        dois = set(_dois(fields))
        for doi in tuple(dois):
            match = _ARXIV_DOI.fullmatch(doi)
            if match:
                dois.discard(doi)
                papers.update(_paper(ARXIV, match[1]))
        if not papers:
            loose = " ".join(value for name, value in fields.items() if name in _LOOSE)
            papers.update(_spoken(loose))
        self.papers |= papers
        self.dois |= dois


def _own_papers(fields: dict[str, str]) -> Iterator[PaperId]:
    prefix = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip("{} ").lower()
    everything = " ".join(value for name, value in fields.items() if name not in ("archiveprefix", "eprinttype") and name not in _LOOSE)
    mentioned = everything + " " + fields.get("howpublished", "")
    claws = _CLAW.findall(mentioned) if "rxiv" in mentioned.lower() else []
    for number in claws:
        yield from _paper(CLAWRXIV, number)
    found = False
    for name in ("eprint", "eprintid", "arxivid", "arxiv"):
        number = fields.get(name, "").strip("{} ")
        if not number:
            continue
        if prefix in OLD_ARCHIVES and number.isdigit():
            number = f"{prefix}/{number}"
        elif name == "eprint" and (prefix not in ("", "arxiv", *OLD_ARCHIVES) or claws):
            continue
        for paper in _paper(ARXIV, re.sub(r"^arxiv:\s*", "", number, flags=re.IGNORECASE)):
            found = True
            yield paper
    if found:
        return  # a field that holds the number says it; a DOI or an address beside it may name another paper
    volume = _VOLUME.match(fields.get("volume", ""))
    if volume:
        yield from _paper(ARXIV, volume[1])
    yield from _spoken(everything)


def _spoken(text: str) -> Iterator[PaperId]:
    if "rxiv" not in text.lower():
        return
    for pattern in (_ADDRESS, _SPOKEN):
        for number in pattern.findall(text):
            yield from _paper(ARXIV, number)
    for number in _CLAW.findall(text):
        yield from _paper(CLAWRXIV, number)


def _paper(archive: str, number: str) -> Iterator[PaperId]:
    """The paper of a number as written, or nothing; old archives are tried in small letters too."""
    for form in (number, number.lower()):
        try:
            yield parse_reference(f"{archive}:{form}")[0]
            return
        except ValueError:
            continue


def _dois(fields: dict[str, str]) -> Iterator[str]:
    doi = _DOI.search(bare_doi(fields["doi"])) if "doi" in fields else None
    if doi:
        yield doi[0]
    for name, value in fields.items():
        if name in ("url", "link", "ee") or name.startswith("bdsk-url"):
            for address in _DOI_ADDRESS.findall(value):
                yield bare_doi(address)

"""Source-qualified paper ids: `arxiv:2511.01033`, never `…v2`.

Facts about arXiv's numbers: four-digit sequence numbers up to 1412, five from 1501; old ids are
`archive/YYMMNNN` from 9107 to 0703, at times written with a subject class (`math.GT/0309136`), which
is no part of the identity. A bare `YYMM.NNNNN` is no proof of arXiv: clawRxiv's have the same shape.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ARXIV = "arxiv"
CLAWRXIV = "clawrxiv"
ARCHIVES = (ARXIV, CLAWRXIV)

OLD_ARCHIVES = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph",
    "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph",
    "hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph",
    "q-alg", "q-bio", "quant-ph", "solv-int", "supr-con", "stat", "eess", "econ", "q-fin",
)  # fmt: skip
"""Archives that old-style ids name. The order is for ever: a row's number in the library is made of it."""

# as texts: they are compiled when first needed, which most runs of a command never do
_NEW = r"(\d{2})(0[1-9]|1[0-2])\.(\d{4,5})(?:v([1-9]\d{0,3}))?"
_OLD = r"([a-z]+(?:-[a-z]+)?)(?:\.[A-Za-z]{2}(?:-[a-z]+)?)?/(\d{2})(0[1-9]|1[0-2])(\d{3})(?:v([1-9]\d{0,3}))?"
_ARXIV_URL = r"(?i:(?:https?://)?(?:www\.|export\.|browse\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print|bibtex|ps)/)([^?#\s]+)"
_HF_URL = r"(?i:(?:https?://)?huggingface\.co/papers/)([^/?#\s]+)"
_CLAW_URL = r"(?i:(?:https?://)?(?:www\.)?clawrxiv\.io/abs/)([^/?#\s]+)"
_DOI = r"(?i:(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.)(\S+)"


def _full(pattern: str, text: str) -> re.Match[str] | None:
    return re.fullmatch(pattern, text, re.ASCII)


class PaperId(NamedTuple):
    """One paper wherever it was seen. Ordered by its text, which is also the tie-break of every sort."""

    archive: str
    """Who gave the number: `arxiv` or `clawrxiv`."""

    number: str
    """The number as its archive writes it, without version and subject class."""

    def __str__(self) -> str:
        return f"{self.archive}:{self.number}"

    @property
    def year(self) -> int:
        """Year in which the number was given: stable, unlike a version's date."""
        digits = self.number.rpartition("/")[2][:2]
        return 1900 + int(digits) if "/" in self.number and int(digits) > 90 else 2000 + int(digits)

    @property
    def file_stem(self) -> str:
        """The number as a safe file name."""
        stem = self.number.replace("/", "_")
        return stem if self.archive == ARXIV else f"{self.archive}_{stem}"

    @classmethod
    def parse(cls, text: str) -> PaperId:
        """Read the canonical form. ValueError on anything else."""
        paper, version = parse_reference(text)
        if version is not None or str(paper) != text:
            raise ValueError(f"not a paper id: {text!r}")
        return paper


def _new_number(text: str) -> tuple[str, int | None] | None:
    match = _full(_NEW, text)
    if not match:
        return None
    year, month, sequence, version = match.groups()
    four = "0704" <= year + month <= "1412"
    if len(sequence) != (4 if four else 5) or year + month < "0704" or int(sequence) == 0:
        return None
    return f"{year}{month}.{sequence}", int(version) if version else None


def _claw_number(text: str) -> tuple[str, int | None] | None:
    match = _full(_NEW, text)
    if not match or len(match[3]) != 5:
        return None
    return f"{match[1]}{match[2]}.{match[3]}", int(match[4]) if match[4] else None


def _arxiv_number(text: str) -> tuple[str, int | None] | None:
    new = _new_number(text)
    if new:
        return new
    match = _full(_OLD, text)
    if not match or match[1] not in OLD_ARCHIVES:
        return None
    archive, year, month, sequence, version = match.groups()
    if int(sequence) == 0 or not (year + month >= "9107" or year + month <= "0703"):
        return None
    return f"{archive}/{year}{month}{sequence}", int(version) if version else None


def parse_reference(text: str) -> tuple[PaperId, int | None]:
    """Read what a person may write for a paper: (id, version or None).

    Takes `arxiv:2511.01033`, a bare arXiv number, `arXiv:…`, a version suffix, arXiv abs/pdf/html addresses,
    its DOI `10.48550/arXiv.…`, Hugging Face paper pages and clawRxiv's. ValueError on anything else.
    """
    given = text.strip()
    candidates: list[tuple[str, str]] = []
    prefix, colon, rest = given.partition(":")
    if colon and prefix.strip().lower() in ARCHIVES:
        candidates.append((prefix.strip().lower(), rest.strip()))
    elif match := (_full(_ARXIV_URL, given) or _full(_HF_URL, given) or _full(_DOI, given)):
        number = re.sub(r"\.pdf$", "", match[1].rstrip("/"), flags=re.IGNORECASE)
        candidates.append((ARXIV, number))
    elif match := _full(_CLAW_URL, given):
        candidates.append((CLAWRXIV, match[1]))
    else:
        candidates.append((ARXIV, given))
    for archive, number in candidates:
        found = _arxiv_number(number) if archive == ARXIV else _claw_number(number)
        if found:
            return PaperId(archive, found[0]), found[1]
    shown = given if len(given) <= 60 else given[:57] + "..."
    raise ValueError(f"not a paper id: {shown!r} (write arxiv:2511.01033, an arXiv number or its address)")


# Rows of the library are numbered by the paper's own number, which saves an index, makes their order the order of
# the dates, and lets "newest first" be a walk over row numbers (PERFORMANCE 4). Three ranges that never meet:
_OLD_MONTHS = 12 * 17
_CLAW_BASE = 10_000_000_000


def rowid_of(paper: PaperId) -> int:
    """The paper's row number: arXiv's YYMM.NNNNN as YYMMNNNNN, old ids below 70,000,000, clawRxiv above 10^10."""
    if paper.archive == CLAWRXIV:
        return _CLAW_BASE + int(paper.number.replace(".", ""))
    if "/" not in paper.number:
        month, _, sequence = paper.number.partition(".")
        return int(month) * 100_000 + int(sequence)
    archive, _, digits = paper.number.partition("/")
    year = int(digits[:2])
    month_index = (year - 91 if year >= 91 else year + 9) * 12 + int(digits[2:4])
    return (month_index * 100 + OLD_ARCHIVES.index(archive)) * 1000 + int(digits[4:])


def paper_of(rowid: int) -> PaperId:
    """Inverse of `rowid_of`. ValueError on a number no paper has."""
    if 150_100_000 < rowid < 1_000_000_000:  # nearly all of them
        return PaperId(ARXIV, f"{rowid // 100_000}.{rowid % 100_000:05d}")
    if rowid >= _CLAW_BASE:
        digits = f"{rowid - _CLAW_BASE:09d}"
        return PaperId(CLAWRXIV, f"{digits[:4]}.{digits[4:]}")
    if rowid >= 70_000_000:
        month, sequence = divmod(rowid, 100_000)
        return PaperId(ARXIV, f"{month:04d}.{sequence:0{4 if month <= 1412 else 5}d}")
    rest, sequence = divmod(rowid, 1000)
    months, archive = divmod(rest, 100)
    if not (0 < months <= _OLD_MONTHS and archive < len(OLD_ARCHIVES) and sequence):
        raise ValueError(f"no paper has the row number {rowid}")
    year, month = divmod(months - 1, 12)
    return PaperId(ARXIV, f"{OLD_ARCHIVES[archive]}/{(year + 91) % 100:02d}{month + 1:02d}{sequence:03d}")

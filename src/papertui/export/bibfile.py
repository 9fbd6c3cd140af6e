"""Adding papers to a .bib that somebody keeps by hand or with another program.

Rewriting such a file harms it (FACTS 12.3): comments, macros, escapes and the order of fields are its owner's. So the bytes
that are there never change: what the file lacks is appended, in its own line ends and an encoding it can hold.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from papertui.domain.gate import one_line
from papertui.domain.paper import Paper
from papertui.errors import PapertuiError
from papertui.export.bibscan import BibIndex, scan
from papertui.export.bibtex import entry, keyed
from papertui.export.files import WAIT_SECONDS, create, extend, locked, read_all, refusal, require_regular, write
from papertui.export.keys import citation_key

__all__ = ["Appended", "BibIndex", "append", "appended_bytes", "scan", "write"]

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARED = re.compile(rb"%\s*Encoding:\s*([\w-]+)", re.IGNORECASE)
_UTF8_NAMES = (b"utf8", b"utf-8", b"ascii", b"us-ascii")


@dataclass(frozen=True, slots=True)
class Appended:
    """What came of adding papers to a file."""

    added: int
    known: int
    """Papers that were there already; a paper given twice counts once."""
    path: Path
    keys: tuple[str, ...] = ()
    """Citation keys of what was added, in the file's order."""


def append(
    path: Path,
    papers: Sequence[Paper],
    *,
    ascii: bool = True,
    biblatex: bool = False,
    key_of: Callable[[Paper], str] = citation_key,
    wait: float = WAIT_SECONDS,
) -> Appended:
    """Add the papers that the .bib lacks; the bytes already there stay, and a failure leaves the file as it was.

    A paper is known by its number (any version), its DOI or its address on arXiv; another paper's key gets a letter. A missing
    file is made, its folder is not. PapertuiError (file, why, what to do) where the last entry is not closed, the encoding
    cannot take the text, or the file cannot be written. A second process waits up to `wait` seconds.
    """
    if not require_regular(path):
        if not papers:
            return Appended(0, 0, path)
        data, result = appended_bytes(path, b"", papers, ascii=ascii, biblatex=biblatex, key_of=key_of)
        if create(path, data):
            return result
    while True:  # until no editor that knows no locks saves it between our reading and our writing
        with locked(path, wait=wait) as descriptor:
            read = os.fstat(descriptor)
            old = read_all(descriptor)
            data, result = appended_bytes(path, old, papers, ascii=ascii, biblatex=biblatex, key_of=key_of)
            if not data or extend(path, descriptor, read, old, data):
                return result


def appended_bytes(
    path: Path,
    old: bytes,
    papers: Sequence[Paper],
    *,
    ascii: bool = True,
    biblatex: bool = False,
    key_of: Callable[[Paper], str] = citation_key,
) -> tuple[bytes, Appended]:
    """What has to follow the bytes `old` of the file `path` (for messages only), b"" where nothing is lacking. Pure."""
    utf8 = _is_utf8(path, old)
    index = scan(old)
    if index.unclosed_line is not None:
        where = f"line {index.unclosed_line}: the entry that begins there ({one_line(index.unclosed)}) is never closed"
        raise refusal(path, f"{where}; add what is missing, or give another file (nothing was added)")
    unique = {paper.id: paper for paper in papers}
    lacking = [paper for paper in unique.values() if not index.holds(paper)]
    pairs = keyed(lacking, index.keys, key_of)
    entries = [entry(paper, key, ascii=ascii or not utf8, biblatex=biblatex) for paper, key in pairs]
    if not utf8:
        _require_ascii(path, pairs, entries)
    result = Appended(len(pairs), len(unique) - len(pairs), path, tuple(key for _, key in pairs))
    if not entries:
        return b"", result
    newline = _newline(old)
    text = "\n".join(entries)
    body = old.removeprefix(_BOM)
    if body:
        text = ("\n" if body.endswith((b"\n", b"\r")) else "\n\n") + text
    return text.replace("\n", newline).encode("utf-8"), result


def _is_utf8(path: Path, data: bytes) -> bool:
    """Whether UTF-8 may be added; False for other encodings that ASCII can be added to, PapertuiError for wide ones."""
    if data.startswith(_WIDE_BOMS) or b"\0" in data:
        why = "is UTF-16 or no text; save it as UTF-8 first, or give another file (nothing was added)"
        raise refusal(path, why)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    declared = _DECLARED.search(data, 0, 4096)
    return declared is None or declared[1].lower() in _UTF8_NAMES


def _newline(data: bytes) -> str:
    """The line end that most lines have."""
    windows = data.count(b"\r\n")
    unix = data.count(b"\n") - windows
    if windows > unix:
        return "\r\n"
    return "\r" if not unix and data.count(b"\r") else "\n"


def _require_ascii(path: Path, pairs: Sequence[tuple[Paper, str]], entries: Sequence[str]) -> None:
    for (paper, _), text in zip(pairs, entries, strict=True):
        odd = next((char for char in text if not char.isascii()), None)
        if odd is not None:
            raise PapertuiError(
                f"{refusal(path, 'is not UTF-8')}, and {paper.id} has a character that needs it ({odd}); "
                "save the file as UTF-8 first, or give another file (nothing was added)"
            )

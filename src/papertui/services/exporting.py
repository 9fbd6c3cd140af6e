"""`export`: saved or chosen papers as BibTeX or JSON lines, to stdout or a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from papertui.domain.edition import BY_SCORE, Detail, ordered
from papertui.domain.ids import PaperId
from papertui.domain.record import record
from papertui.domain.selection import Selection
from papertui.errors import PapertuiError, UsageError
from papertui.export import bibfile, files
from papertui.export.bibtex import bibtex
from papertui.services.authors import marked_details
from papertui.services.session import Session

SAVED = Selection(saved=True)
DEFAULT_FILE = "papertui.bib"
"""Where the reader's export key writes, in the folder it was started in, when `export.bib_file` is unset."""


def chosen(session: Session, selection: Selection, ids: Sequence[PaperId] = ()) -> list[Detail]:
    """The papers to export: those named, in that order, else a selection's, oldest number first so that a .bib grows at its end.

    PapertuiError names one the library does not hold.
    """
    with session.library() as library:
        if ids:
            details = library.details(ids)
            if missing := [paper for paper in ids if paper not in {detail.paper.id for detail in details}]:
                raise PapertuiError(f"{missing[0]}: not in the library; papertui fetch or papertui load brings papers in")
            return [*marked_details(session, library, details)]
        what = SAVED if selection.is_empty else selection
        rows = library.rows_of(what, replacements=session.settings.show_replacements or what.is_marked)
        details = library.details([row.id for row in ordered(rows, BY_SCORE)], {row.id: row.date for row in rows})
        return [*marked_details(session, library, details)]


def as_text(session: Session, details: Sequence[Detail], form: str) -> str:
    """Papers as one text."""
    if form == "jsonl":
        return "".join(json.dumps(record(detail), ensure_ascii=False) + "\n" for detail in details)
    return bibtex([detail.paper for detail in details], ascii=session.settings.export_ascii)


def bib_file(session: Session) -> Path | None:
    """`export.bib_file`, `~` expanded; relative ones from the current folder."""
    text = session.settings.export_bib_file
    if not text:
        return None
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"export.bib_file {text!r}: {error}") from None


def write_file(path: Path, text: str) -> None:
    """A file written whole or not at all."""
    files.write(path, text)


def append(session: Session, path: Path, details: Sequence[Detail]) -> bibfile.Appended:
    """Add what a .bib lacks; not a byte that is there changes."""
    return bibfile.append(path, [detail.paper for detail in details], ascii=session.settings.export_ascii)


def append_saved(session: Session) -> str:
    """What the reader's export key does; one line that tells it."""
    details = chosen(session, SAVED)
    path = bib_file(session) or Path(DEFAULT_FILE)
    if not details:
        return "nothing is saved yet: s saves a paper"
    if session.demo:
        raise PapertuiError("the papers of the demo do not exist, so they are not exported")
    done = append(session, path, details)
    return f"{told(done)} ({path.absolute()})"


def told(done: bibfile.Appended) -> str:
    """What an append did, for a line."""
    added = "1 entry added" if done.added == 1 else f"{done.added} entries added"
    return added + (f", {done.known} there already" if done.known else "")


def one_entry(session: Session, detail: Detail | None) -> str:
    """One paper's BibTeX entry."""
    if detail is None:
        raise PapertuiError("that paper is not in the library")
    return as_text(session, [detail], "bibtex")

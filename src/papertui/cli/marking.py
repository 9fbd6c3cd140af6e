"""`mark`, `undo`, `redo`, `note`, `tag`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from papertui.cli.options import REMOVED, paper_ids
from papertui.cli.reading import unknown, write_lines
from papertui.cli.session import Voice, opened
from papertui.domain import gate
from papertui.domain.ids import PaperId
from papertui.domain.triage import NOTE, TAG, Marks
from papertui.errors import UsageError
from papertui.services.session import Session

MAX_TAG = 60
"""Characters of a tag."""


def mark(arguments: argparse.Namespace) -> int:
    """`papertui mark`."""
    given = [("read", arguments.read), ("saved", arguments.save), ("hidden", arguments.hide)]
    changes = [(kind, value) for kind, value in given if value is not None]
    if not changes:
        raise UsageError("nothing to mark: give --read, --save or --hide, or one of them with un in front")
    texts = [text for item in arguments.ids for text in (sys.stdin.read().split() if item == "-" else [item])]
    papers = paper_ids(texts)
    with opened(arguments) as session:
        changed = _act(session, papers, changes)
        Voice(arguments).say(f"{len(changed)} of {len(papers)} papers changed" if changed or papers else "no papers given")
    return 0


def _act(session: Session, papers: Sequence[PaperId], changes: Sequence[tuple[str, str]]) -> Mapping[PaperId, Marks]:
    if not papers:
        return {}
    with session.library(write=session.has_library) as library:
        for paper in papers:
            if not library.has_paper(paper):
                raise unknown(paper)
        return library.act(papers, changes, session.clock())


def undo(arguments: argparse.Namespace) -> int:
    """`papertui undo`."""
    return _turn(arguments, "undo")


def redo(arguments: argparse.Namespace) -> int:
    """`papertui redo`."""
    return _turn(arguments, "redo")


def _turn(arguments: argparse.Namespace, what: str) -> int:
    with opened(arguments) as session:
        changed: Mapping[PaperId, Marks] = {}
        if session.has_library:
            with session.library(write=True) as library:
                changed = getattr(library, what)(session.clock())
        names = ", ".join(str(paper) for paper in list(changed)[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        Voice(arguments).say(f"{what}: {names}" if changed else f"nothing to {what}")
    return 0


def note(arguments: argparse.Namespace) -> int:
    """`papertui note`: writes a note, or prints it where none is given."""
    (paper,) = paper_ids([arguments.id])
    with opened(arguments) as session:
        if arguments.text is None:
            with session.library() as library:
                if not library.has_paper(paper):
                    raise unknown(paper)
                text = library.marks_of([paper])[paper].note
            write_lines([text] if text else [])
            return 0
        text = gate.lines(sys.stdin.read() if arguments.text == "-" else arguments.text)
        _act(session, [paper], [(NOTE, text)])
    return 0


def tag(arguments: argparse.Namespace) -> int:
    """`papertui tag`: sets and removes tags, or prints them where none is given."""
    (paper,) = paper_ids([arguments.id])
    changes = [_tag_change(text) for text in arguments.tags]
    with opened(arguments) as session:
        if changes:
            _act(session, [paper], changes)
            return 0
        with session.library() as library:
            if not library.has_paper(paper):
                raise unknown(paper)
            write_lines(library.marks_of([paper])[paper].tags)
    return 0


def _tag_change(text: str) -> tuple[str, str]:
    text = text.removeprefix(REMOVED)
    name = gate.one_line(text[1:])
    if text[:1] not in ("+", "-") or text.startswith("--"):
        raise UsageError(f"{text!r} is no tag: write +TAG to set one, -TAG to remove one")
    if not name or " " in name or len(name) > MAX_TAG:
        raise UsageError(f"{text!r} is no tag: tags are words without blanks, {MAX_TAG} characters at most")
    return TAG + name, "1" if text[0] == "+" else ""

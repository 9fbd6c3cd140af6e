"""`list`, `search`, `show`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence

from papertui.cli import output
from papertui.cli.options import paper_ids, selection_of
from papertui.cli.session import Voice, opened
from papertui.domain.edition import BY_RANK, BY_SCORE, FOLLOWED, LOCAL, Row, SortKey, ordered, parse_sort
from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.selection import NEWEST, Selection
from papertui.errors import PapertuiError, UsageError
from papertui.services.authors import marked_details, marked_rows
from papertui.services.session import Session
from papertui.store.library import Library


def list_papers(arguments: argparse.Namespace) -> int:
    """`papertui list`."""
    selection = selection_of(arguments)
    with opened(arguments) as session, session.library() as library:
        rows = library.rows_of(selection, replacements=session.settings.show_replacements or selection.is_marked)
        if not rows:
            _say_why_empty(library, selection, Voice(arguments))
        first = session.settings.followed_first and arguments.sort is None
        if first:
            rows = [*marked_rows(session, library, rows)[0]]
        _print(arguments, session, library, _sorted(arguments, rows, followed_first=first))
    return 0


def search(arguments: argparse.Namespace) -> int:
    """`papertui search`: best match first, unless `--sort` says otherwise."""
    words = one_line(" ".join(arguments.words))
    selection = selection_of(arguments)
    chosen = selection._replace(query=f"{selection.query or ''} {words}".strip())
    with opened(arguments) as session, session.library() as library:
        rows = library.rows_of(chosen, replacements=session.settings.show_replacements or chosen.is_marked)
        if arguments.sort is None:
            match = library.best_matches(words)
            rows.sort(key=lambda row: (match.get(row.id, 0.0), str(row.id)))
        else:
            rows = _sorted(arguments, rows)
        if not rows:
            Voice(arguments).say(f"no paper in the library matches {words!r}")
        _print(arguments, session, library, rows)
    return 0


def _sorted(arguments: argparse.Namespace, rows: Sequence[Row], *, followed_first: bool = False) -> list[Row]:
    keys: tuple[SortKey, ...]
    if arguments.sort is not None:
        try:
            keys = parse_sort(arguments.sort)
        except ValueError as error:
            raise UsageError(str(error)) from None
    else:
        keys = BY_RANK if rows and all(row.rank is not None for row in rows) and len({row.date for row in rows}) == 1 else BY_SCORE
    return ordered(rows, (FOLLOWED, *keys) if followed_first else keys)


def _say_why_empty(library: Library, selection: Selection, voice: Voice) -> None:
    newest = library.newest_date()
    if newest is None:
        voice.say("the library is empty: papertui update gets the newest list, papertui --demo shows what it looks like")
        return
    day = newest if selection.is_empty or selection.date == NEWEST else selection.date
    head = library.heading(day) if day else None
    if day and head is None:
        voice.say(f"the library has nothing of {day}; its newest edition is {newest}")
    elif head and head.reason:
        voice.say(f"{head.date}: no papers: {head.reason}")
    else:
        voice.say("no paper passes")


def _print(arguments: argparse.Namespace, session: Session, library: Library, rows: Sequence[Row]) -> None:
    end = None if arguments.limit is None else arguments.offset + arguments.limit
    rows = rows[arguments.offset : end]
    color = wants_color(arguments)
    lines: Iterable[str]
    if arguments.format in ("json", "jsonl"):
        details = marked_details(session, library, library.details([row.id for row in rows], {row.id: row.date for row in rows}))
        lines = output.json_array(details) if arguments.format == "json" else output.jsonl(details)
    elif arguments.format == "tsv":
        lines = output.tsv(rows)
    elif arguments.format == "ids":
        lines = (str(row.id) for row in rows)
    else:
        lines = output.table(marked_rows(session, library, rows)[0], sys.stdout, color=color) if rows else ()
        head = library.heading(rows[0].date) if rows and len({row.date for row in rows}) == 1 else None
        if head and not any(row.scorer == LOCAL and row.novelty is None for row in rows):
            head = head._replace(novelty_note=None)
        for line in output.about(head) if head else ():
            Voice(arguments).say(line)
    write_lines(lines)


def write_lines(lines: Iterable[str]) -> None:
    """Lines on stdout as UTF-8, whatever the locale says: what a script reads must not depend on it. A terminal gets what it can show."""
    if sys.stdout.isatty():
        from papertui.tui.terminal import terminal_of

        if terminal_of(os.environ).ascii:
            from papertui.tui.ascii import to_ascii

            lines = map(to_ascii, lines)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def wants_color(arguments: argparse.Namespace) -> bool:
    """Whether stdout gets colours: `--color`, else a terminal without NO_COLOR."""
    if arguments.color != "auto":
        return bool(arguments.color == "always")
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(arguments: argparse.Namespace) -> int:
    """`papertui show`."""
    (paper,) = paper_ids([arguments.id])
    with opened(arguments) as session, session.library() as library:
        detail = library.detail(paper)
        if detail is None:
            raise unknown(paper)
        (detail,) = marked_details(session, library, [detail])
        if arguments.format == "json":
            write_lines(output.jsonl([detail]))
        else:
            width = min(100, output.terminal_width(sys.stdout) or 100)
            write_lines(output.page(detail, width))
    return 0


def unknown(paper: PaperId | str) -> PapertuiError:
    """What is said of a paper that the library does not hold."""
    return PapertuiError(f"{paper}: not in the library; papertui fetch or papertui load brings papers in")

"""`export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from papertui.cli.options import paper_ids, selection_of
from papertui.cli.reading import write_lines
from papertui.cli.session import Voice, opened
from papertui.errors import UsageError
from papertui.services import exporting


def export(arguments: argparse.Namespace) -> int:
    """`papertui export`."""
    ids, selection, voice = paper_ids(arguments.ids), selection_of(arguments), Voice(arguments)
    if ids and not selection.is_empty:
        raise UsageError("give either ids or a selection, not both")
    if arguments.append and arguments.format != "bibtex":
        raise UsageError("--append adds BibTeX entries; with --format jsonl use -o")
    with opened(arguments) as session:
        target = Path(arguments.output) if arguments.output and arguments.output != "-" else None
        if arguments.append and target is None:
            target = exporting.bib_file(session)
            if target is None:
                raise UsageError("--append needs a file: give -o FILE or set export.bib_file")
        details = exporting.chosen(session, selection, ids)
        if not details:
            voice.say("nothing to export: no paper is saved" if selection.is_empty else "nothing to export: no paper passes")
        if target is None:
            write_lines(exporting.as_text(session, details, arguments.format).splitlines())
        elif arguments.append:
            voice.say(f"{target}: {exporting.told(exporting.append(session, target, details))}")
        else:
            exporting.write_file(target, exporting.as_text(session, details, arguments.format))
            voice.say(f"{target}: {len(details)} papers written")
    return 0

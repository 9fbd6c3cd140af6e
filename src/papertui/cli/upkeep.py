"""`doctor`, `backup`, `restore`: keeping the library well."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.cli.session import Voice, opened

if TYPE_CHECKING:
    from papertui.store.copies import Counts


def doctor(arguments: argparse.Namespace) -> int:
    """`papertui doctor`: works on settings that cannot be read, so it opens no session of the usual kind."""
    from papertui.cli.reading import write_lines
    from papertui.services.doctor import Terminal, examine
    from papertui.services.doctor_check import FAIL

    if arguments.repair:
        from papertui.services.backup import repair

        with opened(arguments) as session:
            repair(session, Voice(arguments).say)
    flags = {"profile": arguments.profile_name} if arguments.profile_name else {}
    terminal = Terminal(_size(), getattr(sys.stdout, "encoding", None) or "unknown")
    failed = False
    voice = Voice(arguments)
    for check in examine(arguments.home, os.environ, flags, terminal, online=arguments.online, emit=voice):
        voice.end()
        write_lines([check.line])
        failed = failed or check.state == FAIL
    return 1 if failed else 0


def _size() -> tuple[int, int] | None:
    """Columns and rows of the terminal that the reader would be drawn on."""
    try:
        known = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return None
    return known.columns, known.lines


def backup(arguments: argparse.Namespace) -> int:
    """`papertui backup`."""
    from papertui.services.backup import back_up

    with opened(arguments) as session:
        done = back_up(session, Path(arguments.file) if arguments.file else None)
        Voice(arguments).say(f"{done.path}: {_held(done.counts)}")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """`papertui restore`."""
    from papertui.services.backup import restore as put_back

    voice = Voice(arguments)
    with opened(arguments) as session:
        done = put_back(session, Path(arguments.file), voice.say)
        kept = f"; what was there before is {done.aside}" if done.aside else ""
        voice.say(f"{session.paths.database}: {_held(done.counts)}{kept}")
    return 0


def _held(counts: Counts) -> str:
    papers = "1 paper" if counts.papers == 1 else f"{counts.papers} papers"
    editions = "1 edition" if counts.editions == 1 else f"{counts.editions} editions"
    return f"{papers} in {editions}, {counts.marked} with marks, notes or tags"

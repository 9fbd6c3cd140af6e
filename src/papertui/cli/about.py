"""`paths`, `config`, `profile`: where things are and what they say."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

from papertui.cli.reading import write_lines
from papertui.cli.session import Voice, opened
from papertui.domain import gate, toml
from papertui.errors import PapertuiError, UsageError
from papertui.export import files
from papertui.paths import Paths
from papertui.settings import describe


def paths(arguments: argparse.Namespace) -> int:
    """`papertui paths`."""
    found = Paths.find(arguments.home, os.environ)
    rows = (
        ("config", found.config_file), ("profiles", found.profiles), ("prompts", found.prompts), ("library", found.database),
        ("pdf", found.pdf), ("log", found.log), ("state", found.state),
    )  # fmt: skip
    write_lines(f"{name:<9}{_shown(path)}" for name, path in rows)
    return 0


def _shown(path: Path) -> str:
    """A path as it is for a program, and as a terminal may show it."""
    return toml.printable(str(path)) if sys.stdout.isatty() else str(path)


def config(arguments: argparse.Namespace) -> int:
    """`papertui config`: `edit` works on settings that cannot be read, which is when one needs it."""
    where = Paths.find(arguments.home, os.environ).config_file
    if arguments.action == "path":
        write_lines([_shown(where)])
    elif arguments.action == "describe":
        write_lines(describe())
    elif arguments.action == "edit":
        if not where.exists():
            _write_new(where, "\n".join(["# Settings of papertui. Take the # off what you want to change.", "", *describe(), ""]))
        _edit(where)
        with opened(arguments):
            Voice(arguments).say(f"{where}: fine")
    else:
        with opened(arguments) as session:
            write_lines(session.settings.show())
    return 0


def profile(arguments: argparse.Namespace) -> int:
    """`papertui profile`."""
    from papertui.services import profiles

    voice = Voice(arguments)
    with opened(arguments) as session:
        name = arguments.name or session.settings.profile
        if arguments.action == "list":
            write_lines(profiles.names(session.paths))
        elif arguments.action == "show":
            write_lines(gate.verbatim(profiles.profile_text(session.paths, name)).splitlines())
        elif arguments.action == "new":
            if not arguments.name:
                raise UsageError("profile new needs a name: papertui profile new NAME")
            voice.say(f"{profiles.new_profile(session.paths, arguments.name)}: written; papertui profile edit {arguments.name} opens it")
        else:
            where = profiles.confirm(session.paths, name)
            _edit(where)
            loaded = profiles.load_profile(session.paths, name).profile
            voice.say(f"{where}: {len(loaded.topics)} topics, categories {' '.join(loaded.categories) or 'none'}")
            from papertui.domain.taxonomy import doubts

            for line in doubts(loaded.categories):
                voice.say(line)
    return 0


def _write_new(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text)
    except OSError as error:
        raise PapertuiError(f"{path}: cannot be written ({error.strerror or error}); choose another place with --home") from error


def _edit(path: Path) -> None:
    """Open the reader's own editor on a file and wait for it."""
    if not sys.stdin.isatty():
        raise UsageError(f"{path}: editing needs a terminal; the file is there, edit it with anything")
    try:
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi") or ["vi"]
    except ValueError as error:
        raise UsageError(f"VISUAL or EDITOR is no command ({error}); correct it, or edit {path} with anything") from None
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - the reader's own editor
    except OSError as error:
        raise PapertuiError(f"{command[0]}: {error.strerror or error}; set EDITOR, or edit {path} with anything") from None
    if code:
        raise PapertuiError(f"{command[0]} ended with {code}; {path} is as it left it")

"""`papertui completion`: a script for a shell, made from the command table, and the values that the script asks for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from importlib import import_module

from papertui.cli.reading import write_lines
from papertui.cli.session import opened
from papertui.errors import UsageError


def completion(arguments: argparse.Namespace) -> int:
    """`papertui completion SHELL`; with `--values`, one value a line of what only a library or a folder of profiles knows."""
    if arguments.values:
        write_lines(_values(arguments))
    elif arguments.shell:
        write_lines(script(arguments.shell))
    else:
        raise UsageError("completion is for one shell: papertui completion bash, zsh or fish")
    return 0


def script(shell: str) -> Sequence[str]:
    """The lines of a shell's script: `bash`, `zsh` or `fish`."""
    from papertui.cli.shape import shapes

    lines: Sequence[str] = import_module(f"papertui.cli.completion_{shell}").script(shapes())
    return lines


def _values(arguments: argparse.Namespace) -> Iterable[str]:
    with opened(arguments) as session:
        if arguments.values == "profiles":
            from papertui.services import profiles

            return profiles.names(session.paths)
        with session.library() as library:
            return [str(day) for day in library.dates()]

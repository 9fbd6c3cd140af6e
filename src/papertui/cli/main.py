"""`papertui`: where the console script begins. Nothing is imported here that `--version` does not need.

A line without arguments is the reader's, which is started many times a day: it needs no parser.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from papertui import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (the process's own for None) and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"papertui {__version__}\n")
        return 0
    gc.set_threshold(50_000, 20, 100)  # imports make much and free nothing: a tenth of a command's time went into looking
    try:
        if not arguments:
            from papertui.cli.reader import open_plainly

            return open_plainly()
        from papertui.cli.program import run_command

        return run_command(arguments)
    except KeyboardInterrupt:  # so early that nothing was begun
        return 130


def run() -> None:
    """The console script. Streams that were closed by whoever started us lead nowhere instead of failing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - pathlib would be the larger import
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    # taking modules apart would take a fifth of a command's time; everything is flushed, closed and joined by now
    os._exit(code)

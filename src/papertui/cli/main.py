"""`papertui`: where the console script begins. Nothing is imported here that `--version` does not need."""

from __future__ import annotations

import gc
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
    from papertui.cli.program import run_command

    return run_command(arguments)


def run() -> None:
    """The console script."""
    sys.exit(main())

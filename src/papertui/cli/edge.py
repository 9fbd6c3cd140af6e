"""The edge where every error becomes one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from papertui.domain.gate import MAX_SAID, one_line
from papertui.errors import PapertuiError


def guarded(run: Callable[[], int]) -> int:
    """Run and give the exit code; what goes wrong is one line on stderr, without a traceback."""
    try:
        code = run()
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse: --help, --version, wrong usage; the reader: a signal
        return end.code if isinstance(end.code, int) else 2
    except PapertuiError as error:
        return _say(error, error.exit_code)
    except BrokenPipeError:
        _stdout_to_nowhere()
        return 0
    except KeyboardInterrupt:
        return _say("interrupted; everything finished so far is saved", 130)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        name = f"{error.filename}: " if error.filename else ""
        return _say(f"{name}{error.strerror or error}", 1)


def _say(message: object, code: int) -> int:
    try:
        print(f"papertui: {one_line(str(message), MAX_SAID)}", file=sys.stderr)  # noqa: T201 - the one place where errors are told
    except (OSError, ValueError):
        return code
    return code


def _stdout_to_nowhere() -> None:
    """After a closed pipe: what is left in the buffer must not fail again when Python ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return

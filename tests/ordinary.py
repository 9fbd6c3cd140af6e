"""Running a command as somebody whom permissions bind, also where the tests run as root."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

import pytest

_PR_CAPBSET_DROP = 24
_CAPABILITIES = 41


def _drop_capabilities() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    for number in range(_CAPABILITIES):
        library.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)


def ordinary() -> Callable[[], None] | None:
    """For `preexec_fn`: after the next exec root has no power over files that their mode does not give (capabilities(7)).

    The test is skipped where root cannot give that up.
    """
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        pytest.skip("read-only files: root cannot give up its rights on this system")
    return _drop_capabilities

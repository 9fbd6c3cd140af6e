"""Where the real data stands beside a checkout; tests on it skip by name where it is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATA = SHARED / "data"

needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason="real data: ../shared is not beside this checkout")


def shared_file(*parts: str) -> Path:
    """A file below `../shared/data`; the test that asks for it is skipped where `../shared` is absent."""
    if not DATA.is_dir():
        pytest.skip("real data: ../shared is not beside this checkout")
    path = DATA.joinpath(*parts)
    assert path.exists(), f"../shared/data has no {'/'.join(parts)}"
    return path

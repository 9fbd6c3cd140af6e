"""Bulk work in portions, so that a reader beside it never waits long for the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

PORTION = 100
"""Papers a transaction (PERFORMANCE 4)."""


def portions(items: Sequence[T], size: int = PORTION) -> Iterator[Sequence[T]]:
    """Items in portions of `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))

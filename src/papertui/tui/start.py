"""What the reader begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from papertui.domain.edition import Edition
from papertui.tui.prepaint import Prepaint
from papertui.tui.terminal import Terminal


class Start(NamedTuple):
    """Everything but the library."""

    day: date | None = None
    """The edition to open; None: the newest."""
    edition: Edition | None = None
    """That edition where it was read already."""
    theme: str | None = None
    keys: Mapping[str, Sequence[str]] = MappingProxyType({})
    """The reader's own keys (`Settings.keys`)."""
    notice: str | None = None
    """A line to begin with."""
    terminal: Terminal = Terminal()
    """What colours and characters there are."""
    held: Prepaint | None = None
    """The terminal, where it is held already."""

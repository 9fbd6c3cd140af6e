"""One connection to the library: opened, closed, and its errors explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from papertui.store.database import connect, explained, identity
from papertui.store.errors import StoreError
from papertui.store.place import size_of
from papertui.store.preference import Preference

P = ParamSpec("P")
T = TypeVar("T")


class Connection:
    """What every method of the library stands on."""

    def __init__(
        self,
        path: Path | None,
        *,
        write: bool = False,
        any_thread: bool = False,
        preference: Preference | None = None,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        """Open; a missing file reads as empty and is made on `write`. `preference` decides which scores are current.

        `tell` gets a line where the file is on a network file system and was changed for that.
        """
        self.path = path
        self.preference = preference or Preference()
        self._name = str(path) if path else "library"
        self.writes = write
        self._in_memory = path is None or not (write or size_of(path))
        self._db = connect(path, write=write, any_thread=any_thread, tell=tell)
        self._file = None if self._in_memory or path is None else identity(path)

    @property
    def is_replaced(self) -> bool:
        """Whether another file has taken the place of the one that is open (a backup put back by hand): what is written here is lost."""
        now = identity(self.path) if self.path is not None and self._file is not None else None
        return now is not None and now != self._file

    def require_file(self) -> None:
        """StoreError where the file that is open was taken away: what is written into it would go with it."""
        if self.path is not None and self._file is not None and identity(self.path) is None:
            raise StoreError(f"{self.path}: was taken away while it was open; put it back")

    @property
    def is_empty_stand_in(self) -> bool:
        """Whether there was no file to open: an empty library in memory stands in for it."""
        return self._in_memory

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def wait_at_most(self, seconds: float) -> None:
        """How long to wait from now on for another process that writes."""
        self._db.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def interrupt(self) -> None:
        """End what another thread is reading on this connection: that gets Interrupted."""
        self._db.interrupt()

    def close(self) -> None:
        """End the connection; what was written is kept."""
        self._db.close()

    def _do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with explained(self._name):
            return work(*args, **kwargs)

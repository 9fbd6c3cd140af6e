"""`backup` and `restore`: the library as one file that can be kept elsewhere and put back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from papertui.errors import PapertuiError, UsageError
from papertui.services import lock
from papertui.services.session import Session
from papertui.store import copies
from papertui.store.copies import Counts, Restored
from papertui.store.place import backup_folder

WAIT_SECONDS = 10.0
"""How long a restore waits for an update to end."""


class Backup(NamedTuple):
    """A backup that was made."""

    path: Path
    counts: Counts


def stamp(now: datetime) -> str:
    """A time as part of a file's name: sorts by time, and holds nothing that a file system minds."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name that is not taken: two of one second get a number."""
    path, number = folder / f"{stem}{suffix}", 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


def back_up(session: Session, file: Path | None) -> Backup:
    """Copy the library, as it stands now, to `file`: a new file's name, a folder to put one into, or None for `backups` beside it.

    Readers and writers go on meanwhile. PapertuiError, and no file, where there is nothing to copy, the library is damaged, or the
    file is there already or cannot be written.
    """
    library = session.paths.database
    folder = file if file is not None and file.is_dir() else backup_folder(library) if file is None else None
    target = file if folder is None and file is not None else _free(folder or library.parent, f"papertui-{stamp(session.clock())}", ".db")
    if not session.has_library:
        raise PapertuiError(f"{library}: there is no library yet, so there is nothing to back up")
    if file is None:
        try:
            target.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise PapertuiError(f"{target.parent}: cannot be made ({error.strerror or error}); name a file elsewhere") from error
    elif not target.parent.is_dir():
        raise PapertuiError(f"{target.parent}: there is no such folder; make it first")
    try:
        return Backup(target.absolute(), copies.back_up(library, target))
    finally:
        if file is None:
            with suppress(OSError):  # what was made for nothing goes; what holds a backup stays
                target.parent.rmdir()


def restore(session: Session, file: Path, tell: Callable[[str], object]) -> Restored:
    """Put a backup in the library's place; what stood there is kept beside it, under the name that is given back.

    Waits for an update to end, told by `tell`. PapertuiError, and nothing changed, where the file is no library that this papertui
    knows or is damaged, or where a reader or another command has the library open.
    """
    if session.demo:
        raise UsageError("the demo has no library to restore")
    library = session.paths.database
    with _no_update(session, tell):
        real = Path(os.path.realpath(library)) if library.is_file() else library
        aside = _free(real.parent, f"{real.name}.before-{stamp(session.clock())}", "")
        return copies.restore(file, library, aside)


@contextmanager
def _no_update(session: Session, tell: Callable[[str], object]) -> Iterator[None]:
    path, end, told = session.paths.state / "update.lock", monotonic() + WAIT_SECONDS, False
    while True:
        try:
            with lock.held(path, session.clock(), "restoring"):
                yield
                return
        except lock.Busy as busy:
            if monotonic() > end:
                raise PapertuiError(f"{busy}; restore again when it is done") from None
            if not told:
                tell(f"{busy}; waiting for it")
                told = True
        sleep(0.1)


def repair(session: Session, tell: Callable[[str], object]) -> None:
    """Make anew what follows from the rest of the library, after a copy of it as it is. What was done is told; PapertuiError where it
    cannot be repaired, or where another process writes."""
    from papertui.store.health import examine

    library = session.paths.database
    with _no_update(session, tell):
        found = examine(library)
        if found is None:
            tell(f"{library}: there is nothing in it to repair")
            return
        if found.compared and not (found.broken or found.loose_ends or found.search or found.marks):
            tell(f"{library}: is sound, so nothing was changed")
            return
        aside = _free(library.parent, f"{library.name}.before-{stamp(session.clock())}", "")
        copies.keep(library, aside)
        with session.library(write=True) as opened:
            changed = opened.mend(session.clock())
        papers = "the marks of 1 paper" if changed == 1 else f"the marks of {changed} papers" if changed else ""
        tell(f"{library}: repaired: indexes{' and ' if papers else ''}{papers} made anew; what was there before is {aside}")

"""What papertui stands on: the program itself, folders, disk, file system, clock, processes and what they left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import cache_from_source
from pathlib import Path
from time import time

from papertui import __version__
from papertui.paths import Paths
from papertui.services.doctor_check import Check, fail, ok, size_text, warn
from papertui.services.lock import state_of
from papertui.store import health, place

PACKAGES = ("textual", "rich", "httpx", "arxiv", "openai", "platformdirs", "scikit-learn")
"""What pyproject.toml asks for."""

ENOUGH_BYTES = 50_000_000
"""Below the library's size and this much free, a backup or an upgrade may not fit."""
FULL_BYTES = 1_000_000
AHEAD = timedelta(minutes=10)
"""Clocks of machines that share a library differ by less."""
OLDEST_YEAR = 2025
"""No clock that is right says an earlier one."""
LEFT_SECONDS = 60
"""An unfinished file that nobody wrote to for so long was left behind."""


def program() -> Check:
    """Versions; the full-text search; whether Python may keep what it compiled."""
    version = ".".join(map(str, sys.version_info[:3]))
    told = f"papertui {__version__}, Python {version}, SQLite {health.sqlite_version()}"
    if not health.has_search():
        return fail("program", f"{told}, which lacks full-text search (FTS5); use a Python whose SQLite has it")
    cached = Path(cache_from_source(__file__)).exists()
    if sys.dont_write_bytecode and not cached:
        return warn("program", f"{told}; every start compiles papertui anew: unset PYTHONDONTWRITEBYTECODE")
    if not cached and not os.access(Path(__file__).parent, os.W_OK):
        return warn(
            "program", f"{told}; every start compiles papertui anew, for it cannot write beside itself: compileall as its owner helps"
        )
    return ok("program", f"{told} with full-text search")


def packages() -> Check:
    """What it is built on."""
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return fail("packages", f"{', '.join(missing)} missing; install papertui again")
    return ok("packages", ", ".join(found))


def folders(paths: Paths) -> Iterator[Check]:
    """Whether there, or above where it would be made, one may write; and the library's own files, which another user may own."""
    wrong = False
    homes = (
        paths.database.parent,
        paths.config_file.parent,
        paths.profiles,
        paths.state,
        paths.pdf,
        paths.log,
        place.backup_folder(paths.database),
    )
    asked = {_nearest(folder): folder for folder in reversed(homes)}
    for there, folder in asked.items():
        if not there.is_dir():
            wrong = True
            yield fail("folders", f"{there}: is a file where a folder should be; move it away")
        elif not os.access(there, os.W_OK | os.X_OK):
            wrong = True
            for_what = "" if there == folder else f", where {folder.name} would be made"
            advice = "nothing can be fetched or marked; make it writable or choose another --home"
            yield fail("folders", f"{there}: cannot be written{for_what}; {advice}")
    for name in ("", "-wal", "-shm"):
        file = Path(f"{paths.database}{name}")
        if file.is_file() and not os.access(file, os.R_OK | os.W_OK):
            wrong = True
            may = "only read" if os.access(file, os.R_OK) else "neither read nor written"
            yield fail("folders", f"{file}: can be {may} by you; make it yours (chown, chmod)")
    if not wrong:
        yield ok(
            "folders", f"{paths.database.parent}: {'can be written' if paths.database.parent.is_dir() else 'will be made when needed'}"
        )


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    for there in (folder, *folder.parents):
        if os.path.lexists(there):
            return there
    return folder


def disk(paths: Paths) -> Check:
    """Free room and the process's own limit where the library is."""
    folder = _nearest(paths.database.parent)
    try:
        known = os.statvfs(folder)
    except (OSError, AttributeError) as error:  # Windows has no statvfs
        return warn("disk", f"{folder}: free room cannot be told ({error})")
    size = _size(paths.database)
    files = known.f_favail if known.f_files else None
    return disk_check(str(folder), known.f_bavail * known.f_frsize, files, size, _limit())


def disk_check(folder: str, free: int, files: int | None, size: int, limit: int | None) -> Check:
    """Judge a disk: bytes free, files that may still be made (None: unlimited), the library's bytes, the bytes a file may have. Pure."""
    told = f"{folder}: {size_text(free)} free"
    if free < FULL_BYTES:
        return fail("disk", f"{told}: the disk is full; make room, nothing can be written")
    if files == 0:
        return fail("disk", f"{told}, but no more files can be made (inodes); remove some")
    if limit is not None and limit <= size + FULL_BYTES:
        return fail("disk", f"{told}, but files may have {size_text(limit)} only and the library has {size_text(size)}: raise ulimit -f")
    if free < size + ENOUGH_BYTES:
        return warn("disk", f"{told}, little beside a library of {size_text(size)}: a backup may not fit; make room")
    if limit is not None:
        return warn("disk", f"{told}, but files may have {size_text(limit)} only: the library stops growing there (ulimit -f)")
    return ok("disk", told)


def _limit() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def file_system(paths: Paths, journal: str | None) -> Check:
    """Whether machines share the disk; `journal` is the library's way of writing, None where unknown."""
    there = _nearest(paths.database)
    kind = place.network_of(there)
    if kind is None:
        return ok("filesystem", f"{there}: no network file system")
    if journal == "wal":
        return fail("filesystem", f"{there}: on a network file system ({kind}) with a write-ahead log, which is unsafe: close every reader,"
                    " then run papertui list once, which takes the log away")  # fmt: skip
    return warn(
        "filesystem", f"{there}: on a network file system ({kind}): use it on one machine at a time; a --home on a local disk is safer"
    )


def clock(now: datetime, newest: datetime | None, env_set: bool) -> Check:
    """Whether the clock can be right. `newest`: what the library was last told."""
    told = f"{now:%Y-%m-%d %H:%M:%S} UTC" + (", set by PAPERTUI_NOW" if env_set else "")
    if now.year < OLDEST_YEAR:
        return fail("clock", f"{told}: years behind; set the computer's clock, or the wrong days are fetched and named")
    if newest is not None and newest > now + AHEAD:
        return warn("clock", f"{told}, though the library was written at {newest:%Y-%m-%d %H:%M:%S} UTC: this clock is behind or was ahead then;"
                    " marks keep their order all the same, set the clock right")  # fmt: skip
    return ok("clock", told)


def update_lock(paths: Paths) -> Check:
    """Whether an update runs, or one ended before its time."""
    lock = paths.state / "update.lock"
    try:
        held, holder = state_of(lock)
    except OSError as error:
        return fail("update", f"{lock}: cannot be read ({error.strerror or error}); make it yours, or no update can run")
    if held:
        return ok("update", f"one is running ({holder or 'another process'})")
    if holder:
        return warn("update", f"the last one ended before its time ({holder}); it holds nobody up, papertui update finishes its work")
    return ok("update", "none is running")


def leftovers(paths: Paths) -> Check:
    """Unfinished files that a killed process left."""
    folders = (paths.database.parent, place.backup_folder(paths.database), paths.pdf, paths.profiles, paths.config_file.parent)
    found: list[Path] = []
    for folder in dict.fromkeys(folders):
        try:
            found += [file for file in folder.iterdir() if file.name.endswith((".part", ".part-journal", ".tmp")) and _is_left(file)]
        except OSError:
            continue
    if not found:
        return ok("leftovers", "none")
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return warn("leftovers", f"unfinished files of a process that was ended: {', '.join(map(str, sorted(found)[:3]))}{more}; remove them")


def _is_left(file: Path) -> bool:
    try:
        return file.is_file() and time() - file.stat().st_mtime > LEFT_SECONDS
    except OSError:
        return False

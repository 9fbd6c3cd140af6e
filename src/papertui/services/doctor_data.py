"""What is the reader's own: library, backups, settings, profiles, prompts, the .bib; and what shows and opens papers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which

from papertui.domain.toml import nearest
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.prompts import find_prompt, shipped_names
from papertui.services import opening, profiles
from papertui.services.doctor_check import Check, fail, ok, size_text, warn
from papertui.services.session import Session
from papertui.settings import Settings
from papertui.store import place
from papertui.store.copies import sound_backup
from papertui.store.errors import DamagedError, LockedError, StoreError
from papertui.store.health import Health, examine, is_busy

SMALLEST = (60, 20)
"""The least columns and rows that the reader lays itself out for."""


def library(path: Path) -> tuple[list[Check], Health | None]:
    """The library, looked at whole, and what was found in it."""
    try:
        found = examine(path)
        busy = found is not None and is_busy(path)
    except LockedError:
        return [
            fail("library", f"{path}: another program holds it locked; end that program (fuser {path} tells which), then look again")
        ], None
    except DamagedError as error:
        damage, touched, _ = str(error).partition(", nothing was touched")
        return [fail("library", f"{damage}; {_advice(path)}" if touched else str(error))], None
    except StoreError as error:
        return [fail("library", str(error))], None
    if found is None:
        if path.exists():
            return [
                warn("library", f"{path}: is empty: one that was never begun, or lost; papertui update or papertui load begins it")
            ], None
        return [ok("library", f"{path}: there is none yet; papertui update or papertui load begins it")], None
    checks = list(_faults(path, found))
    if busy:
        checks.append(warn("library", f"{path}: another program is writing to it and has not ended within a second; marks wait for it"))
    if not checks:
        size, held = size_text(path.stat().st_size), found.counts
        note = "" if found.compared else "; its search index was not compared, for it is very large (--repair writes it anew)"
        what = f"{held.papers} papers in {'1 edition' if held.editions == 1 else f'{held.editions} editions'}, {held.marked} marked, {size}, sound"
        checks = [ok("library", f"{path}: {what}{note}")]
    return checks, found


def _advice(path: Path) -> str:
    known = place.backups_of(path)
    if known:
        return f"papertui restore {known[-1]} puts the newest backup in its place"
    return "there is no backup here: papertui restore FILE takes one from elsewhere; else move it aside and start anew"


def _faults(path: Path, found: Health) -> Iterator[Check]:
    if found.broken and not found.is_mendable:
        yield fail("library", f"{path}: the library is damaged ({found.broken[0]}); {_advice(path)}")
        return
    if found.loose_ends:
        yield fail("library", f"{path}: {found.loose_ends} rows refer to nothing: the library is damaged; {_advice(path)}")
    repair = "papertui doctor --repair makes them anew"
    if found.broken:
        yield fail("library", f"{path}: its indexes are damaged ({found.broken[0]}); {repair}")
    if found.search:
        yield fail("library", f"{path}: its full-text index does not match its papers; {repair.replace('them', 'it')}")
    if found.marks:
        yield fail("library", f"{path}: the marks of {found.marks} papers are not what their log says; {repair}")


def backups(path: Path, marked: int) -> Check:
    """Whether there is one, and whether the newest can be used."""
    found = place.backups_of(path)
    if not found:
        told = "none; papertui backup makes one"
        return warn("backups", f"{told}: {marked} papers with your marks are in one file only") if marked else ok("backups", told)
    newest = max(found, key=lambda file: file.stat().st_mtime)
    if why := sound_backup(newest):
        return warn("backups", f"{newest}: the newest of {len(found)} cannot be used ({why}); papertui backup makes another")
    return ok("backups", f"{len(found)}, the newest {newest}")


def profile(paths: Paths, name: str) -> Iterator[Check]:
    """The profile in use, then others that cannot be."""
    try:
        loaded = profiles.load_profile(paths, name)
    except PapertuiError as error:
        yield fail("profile", str(error))
    else:
        known = loaded.profile
        told = f"{name}: {len(known.topics)} topics, categories {' '.join(known.categories) or 'none'}"
        if not loaded.confirmed:
            yield ok("profile", f"{told}; the one that papertui brings along: papertui profile edit makes it yours")
        elif not known.topics:
            yield warn("profile", f"{told}: without topics every paper scores alike; papertui profile edit adds some")
        else:
            yield ok("profile", told)
    for other in profiles.names(paths):
        if other != name:
            try:
                profiles.load_profile(paths, other)
            except PapertuiError as error:
                yield warn("profile", f"not in use: {error}")


def prompts(paths: Paths) -> Iterator[Check]:
    """The reader's own versions of what papertui brings along."""
    known = shipped_names()
    try:
        names = sorted(entry.name for entry in paths.prompts.iterdir() if not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        names = []
        if os.path.lexists(paths.prompts):
            yield fail("prompts", f"{paths.prompts}: is no folder; move it away")
            return
    except OSError as error:
        yield fail("prompts", f"{paths.prompts}: cannot be read ({error.strerror or error})")
        return
    fine = True
    for name in names:
        if name not in known:
            fine = False
            yield warn("prompts", f"{paths.prompts / name}: papertui asks for no file of that name; the nearest is {nearest(name, known)}")
    for name in known:
        try:
            find_prompt(name, paths.prompts)
        except PapertuiError as error:
            fine = False
            yield fail("prompts", str(error))
    if fine:
        own = [name for name in names if name in known]
        yield ok("prompts", f"{', '.join(own)} of your own" if own else "those that papertui brings along")


def bib_file(session: Session) -> Check:
    """Whether the .bib of the settings can be added to."""
    from papertui.export.bibfile import appended_bytes
    from papertui.export.files import require_regular
    from papertui.services.exporting import bib_file as chosen

    try:
        path = chosen(session)
        if path is None:
            return ok("bib", "export.bib_file is unset: the reader's export key writes papertui.bib where it was started")
        there = require_regular(path)
        if not os.access(path if there else path.parent, os.W_OK):
            return fail("bib", f"{path}: cannot be written; make it writable or set export.bib_file to another")
        if there:
            appended_bytes(path, path.read_bytes(), [])
    except PapertuiError as error:
        return fail("bib", str(error))
    except OSError as error:
        return fail("bib", f"{error.filename}: cannot be read ({error.strerror or error})")
    return ok("bib", f"{path}: can be added to" if there else f"{path}: will be made")


def opener(settings: Settings, env: Mapping[str, str]) -> Iterator[Check]:
    """What opens pages and PDFs."""
    shown = False
    for key, configured in (("open.url", settings.open_url), ("open.pdf", settings.open_pdf)):
        command = opening.opener("https://arxiv.org", configured, env, sys.platform, which, wsl=opening.is_wsl())
        if command is not None and which(command[0]) is None:
            yield fail("opener", f"{key}: there is no program {command[0]}; install it, or papertui config edit changes it")
        elif command is not None:
            if key == "open.url" or configured:
                yield ok("opener", f"{key}: {command[0]}")
        elif not shown:
            shown = True
            if env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"):
                yield warn("opener", "nothing opens addresses here (xdg-open is missing): they are copied; install it or set open.url")
            else:
                yield ok("opener", "no display here: addresses are shown and copied")


def terminal(env: Mapping[str, str], size: tuple[int, int] | None, encoding: str) -> Check:
    """Whether the reader can be drawn. `size`: columns and rows, None where this is no terminal."""
    if size is None:
        return ok("terminal", "this is none; the reader needs one, every other command does not")
    kind, (columns, rows) = env.get("TERM", ""), size
    told = f"{kind or 'TERM unset'}, {columns} columns, {rows} rows, {encoding}"
    if kind in ("", "dumb", "unknown"):
        return warn("terminal", f"{told}: the reader needs to place its cursor; set TERM to what your terminal is, such as xterm-256color")
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return warn("terminal", f"{told}: the reader wants {SMALLEST[0]} by {SMALLEST[1]}; make the window larger")
    if "utf" not in encoding.lower():
        return warn("terminal", f"{told}: letters beyond ASCII will not show; set LANG to a UTF-8 locale such as C.UTF-8")
    return ok("terminal", told)

"""`doctor`: every fault that papertui knows of, looked for, one line each. Looking makes and changes nothing.

It works where nothing else does: each check stands alone, and settings that cannot be read are replaced by the defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from papertui.clock import now as now_by
from papertui.config import load_settings
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.services import doctor_data, doctor_ground
from papertui.services.doctor_check import Check, fail, ok
from papertui.services.events import Emit
from papertui.services.session import Session
from papertui.settings import Settings
from papertui.store.health import Health


class Terminal(NamedTuple):
    """Where the command runs."""

    size: tuple[int, int] | None
    """Columns and rows, None for a pipe."""
    encoding: str


def examine(
    home: str | None, env: Mapping[str, str], flags: Mapping[str, object], terminal: Terminal, *, online: bool, emit: Emit = lambda event: None
) -> Iterator[Check]:  # fmt: skip
    """Every check in turn. `home` and `flags` as the command line gave them; `emit` is told which server is asked."""
    yield from _alone("program", lambda: [doctor_ground.program()])
    yield from _alone("packages", lambda: [doctor_ground.packages()])
    try:
        paths = Paths.find(home, env)
    except PapertuiError as error:
        yield fail("home", str(error))
        return
    yield ok("home", str(paths.home or paths.database.parent))
    settings, problem = _settings(paths, env, flags)
    yield (
        fail("settings", problem)
        if problem
        else ok("settings", f"{paths.config_file}{'' if paths.config_file.exists() else ': none, so the defaults hold'}")
    )
    now, wrong = _now(env)
    session = Session(paths, settings, lambda: now, env)
    yield from _alone("folders", partial(doctor_ground.folders, paths))
    yield from _alone("disk", lambda: [doctor_ground.disk(paths)])
    checks, found = _library(session)
    yield from _alone("filesystem", lambda: [doctor_ground.file_system(paths, found.journal if found else None)])
    yield from checks
    yield fail("clock", wrong) if wrong else doctor_ground.clock(now, found.newest if found else None, "PAPERTUI_NOW" in env)
    yield from _alone("backups", lambda: [doctor_data.backups(paths.database, found.counts.marked if found else 0)])
    yield from _alone("update", lambda: [doctor_ground.update_lock(paths)])
    yield from _alone("leftovers", lambda: [doctor_ground.leftovers(paths)])
    yield from _alone("profile", partial(doctor_data.profile, paths, settings.profile))
    yield from _alone("prompts", partial(doctor_data.prompts, paths))
    yield from _alone("bib", lambda: [doctor_data.bib_file(session)])
    yield from _alone("opener", partial(doctor_data.opener, settings, env))
    yield from _alone("terminal", lambda: [doctor_data.terminal(env, *terminal)])
    if online:
        from papertui.services import doctor_online

        yield from _alone("online", lambda: doctor_online.examine(session, emit))


def _alone(what: str, check: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """A check that cannot end the others."""
    try:
        yield from check()
    except PapertuiError as error:
        yield fail(what, str(error))
    except OSError as error:
        yield fail(what, f"{error.filename or what}: cannot be looked at ({error.strerror or error}); look at the permissions there")
    except Exception as error:  # noqa: BLE001 - the edge: whatever is broken, the other lines are still wanted
        yield fail(what, f"could not be looked at ({type(error).__name__}: {error}); please report this")


def _settings(paths: Paths, env: Mapping[str, str], flags: Mapping[str, object]) -> tuple[Settings, str]:
    """The settings, and what is wrong with them: then as much of them as can be had."""
    try:
        return load_settings(paths.config_file, env, flags), ""
    except PapertuiError as error:
        problem = str(error)
    without_file = paths.config_file.with_name(f"{paths.config_file.name}.none")
    for file, variables in ((without_file, env), (paths.config_file, {})):
        try:
            found = load_settings(file, variables, flags)
        except PapertuiError:
            continue
        edit = "; papertui config edit opens the file" if file == without_file else ""
        return found, f"{problem}{edit}; the defaults are looked at below"
    return Settings(), problem


def _now(env: Mapping[str, str]) -> tuple[datetime, str]:
    try:
        return now_by(env), ""
    except PapertuiError as error:
        return datetime.now(UTC), str(error)


def _library(session: Session) -> tuple[list[Check], Health | None]:
    try:
        return doctor_data.library(session.paths.database)
    except Exception as error:  # noqa: BLE001 - as in _alone
        return [fail("library", f"could not be looked at ({type(error).__name__}: {error}); please report this")], None

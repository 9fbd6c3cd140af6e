"""`papertui schedule`: a timer for the nightly update, on stdout."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from papertui.cli.reading import write_lines
from papertui.cli.session import Voice, opened
from papertui.errors import PapertuiError, UsageError
from papertui.services.session import Session
from papertui.services.timers import Job, job_name
from papertui.services.timers import schedule as text_of

LOCALTIME = Path("/etc/localtime")
"""The machine's own zone, which cron and launchd go by: not the TZ of whoever asks."""

_ELSEWHERE = (
    "OPENAI_BASE_URL", "HF_TOKEN", "S2_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy",
    "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
"""Variables of others that an update goes by."""

_CARRIED = frozenset({"PAPERTUI_HOME", "PAPERTUI_PROFILE", "PAPERTUI_NOW"})
"""Ours that are options in the timer's command, or no business of it."""


def schedule(arguments: argparse.Namespace) -> int:
    """`papertui schedule`: settings that cannot be read, or a profile that is not there, are told now rather than every night."""
    from papertui.services.profiles import load_profile

    if arguments.demo:
        raise UsageError("the demo's home is thrown away at its end: papertui schedule without --demo")
    with opened(arguments) as session:
        load_profile(session.paths, session.settings.profile)
        options, profile = _options(session)
        command = (*program(sys.argv[0], sys.executable), *options)
        zone, name = machine_zone(LOCALTIME)
        job = Job(command, job_name(profile), zone, name, session.env.get("HOME", ""))
        text = text_of(arguments.kind, job, session.clock())
        write_lines(text.splitlines())
        left = left_behind(session.env, session.settings.api_key_env, own_folders=session.paths.home is None)
        if left:
            Voice(arguments).say(
                f"{', '.join(left)}: set here, not in the timer, which writes down no variables; what stands there says how to give them"
            )
    return 0


def _options(session: Session) -> tuple[tuple[str, ...], str | None]:
    """The home and the profile that hold here and would not hold by themselves in the timer; and that profile."""
    options: list[str] = []
    if session.paths.home is not None:
        options += ["--home", str(session.paths.home)]
    settings = session.settings
    profile = settings.profile if settings.origin("profile").startswith(("--profile", "environment")) else None
    if profile:
        options += ["--profile", profile]
    return tuple(options), profile


def program(called: str, python: str) -> tuple[str, ...]:
    """What runs papertui by absolute paths: the script that was called, else this Python. PapertuiError where neither is known.

    A link is not followed: what installs papertui anew leaves it in its place.
    """
    script = os.path.abspath(called)  # noqa: PTH100 - Path.absolute keeps `..`
    if Path(called).stem == "papertui" and os.access(script, os.X_OK) and Path(script).is_file():
        return (script,)
    if not python:
        raise PapertuiError("it cannot be told which Python runs papertui: call the script papertui by its whole path")
    return (os.path.abspath(python), "-m", "papertui")  # noqa: PTH100


def machine_zone(localtime: Path) -> tuple[tzinfo | None, str]:
    """The machine's own zone and its name. None: as the C library says; "": a zone without a name."""
    name = os.path.realpath(localtime).rpartition("/zoneinfo/")[2]
    known = name if re.fullmatch(r"[A-Za-z0-9_+/-]{1,60}", name, re.ASCII) and not name.startswith("/") and "--" not in name else ""
    try:
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, key=known or None), known
    except (OSError, ValueError):
        return None, ""


def left_behind(env: Mapping[str, str], key_variable: str, *, own_folders: bool) -> list[str]:
    """Names of variables that an update here goes by and one from the timer would not see. Never their values."""
    folders = [f"XDG_{name}_HOME" for name in ("CONFIG", "DATA", "STATE", "CACHE")] if own_folders else []
    ours = sorted(name for name in env if re.fullmatch(r"PAPERTUI_[A-Z0-9_]+", name, re.ASCII) and name not in _CARRIED)
    return [name for name in dict.fromkeys([*ours, key_variable, *_ELSEWHERE, *folders]) if env.get(name, "").strip()]

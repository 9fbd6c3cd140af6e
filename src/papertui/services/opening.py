"""Opening a PDF or a page outside the terminal, never in it.

`webbrowser.open` starts a text browser on the very terminal where there is no display, and waits for it: so the choice is made
here (FACTS 13): the user's own command; else, over ssh or without a display, the address is shown instead of opened; else the
desktop's opener, in a session of its own with every stream closed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Opening(NamedTuple):
    """What came of opening something."""

    line: str
    """What to say."""
    copy: str | None = None
    """An address to put on the clipboard, since nothing could be opened."""


def opener(
    address: str,
    configured: Sequence[str] | None,
    env: Mapping[str, str],
    platform: str,
    which: Callable[[str], str | None],
    *,
    wsl: bool = False,
) -> list[str] | None:
    """The command that opens `address`, None where it should be shown and copied instead. Pure.

    `configured` is `open.url` or `open.pdf`: arguments with `{url}` or `{path}`; the address is appended where neither stands.
    """
    if configured:
        filled = [re.sub(r"\{(?:url|path)\}", lambda _: address, part) for part in configured]
        return filled if filled != list(configured) else [*filled, address]
    if env.get("SSH_CONNECTION") or env.get("SSH_TTY"):
        return None
    if wsl:
        return next(([found, address] for name in ("wslview", "explorer.exe") if (found := which(name))), None)
    if platform == "darwin":
        return ["open", address]
    if platform == "win32":
        return ["explorer.exe", address]
    if not (env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")):
        return None
    return [found, address] if (found := which("xdg-open")) else None


def is_wsl(platform: str = sys.platform) -> bool:
    """Whether this is Linux inside Windows."""
    try:
        return platform == "linux" and "microsoft" in Path("/proc/version").read_text(encoding="utf-8", errors="replace").lower()
    except OSError:
        return False


def start(command: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Start a program that lives on its own; None, or why it could not be started. Does not wait for it."""
    import subprocess

    try:
        subprocess.Popen(  # noqa: S603 - an argument list, no shell; the address is one of ours
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=True,
            env=dict(env),
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror or error}"
    return None


def open_address(address: str, configured: Sequence[str] | None, env: Mapping[str, str] = os.environ) -> Opening:
    """Open an address (or a file) as `opener` says."""
    from shutil import which

    command = opener(address, configured, env, sys.platform, which, wsl=is_wsl())
    if command is None:
        return Opening(f"no display here, address copied: {address}", address)
    failed = start(command, env)
    return Opening(f"could not start {failed}; address copied: {address}", address) if failed else Opening(f"opening {address}")

"""Where everything lives. Looking creates nothing: a folder is made by whoever first writes into it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from papertui.errors import UsageError


class Paths(NamedTuple):
    """The files and folders of one reader, as absolute paths; none of them need exist."""

    config_file: Path
    profiles: Path
    """Folder of `NAME.md`."""
    prompts: Path
    """Folder of the reader's own versions of what papertui brings along."""
    database: Path
    pdf: Path
    log: Path
    state: Path
    """Folder of locks and of what may be lost."""
    home: Path | None
    """What holds all of them; None where the system's own folders do."""

    @classmethod
    def find(cls, home: str | None, env: Mapping[str, str]) -> Paths:
        """`home` (the value of `--home`), else PAPERTUI_HOME (empty counts as unset), else the system's folders for one
        user. UsageError where the chosen home is a file or names nobody's home."""
        if home is not None:
            return cls._below(_folder(home, env, "--home"))
        if named := env.get("PAPERTUI_HOME"):
            return cls._below(_folder(named, env, "PAPERTUI_HOME"))
        return cls._of_the_system()

    @classmethod
    def _below(cls, home: Path) -> Paths:
        return cls(
            config_file=home / "config.toml", profiles=home / "profiles", prompts=home / "prompts", database=home / "papertui.db",
            pdf=home / "pdf", log=home / "log", state=home / "state", home=home,
        )  # fmt: skip

    @classmethod
    def _of_the_system(cls) -> Paths:
        from platformdirs import PlatformDirs  # 14 ms that a home spares

        dirs = PlatformDirs("papertui", appauthor=False)
        config = dirs.user_config_path
        return cls(
            config_file=config / "config.toml", profiles=config / "profiles", prompts=config / "prompts",
            database=dirs.user_data_path / "papertui.db", pdf=dirs.user_cache_path / "pdf", log=dirs.user_log_path,
            state=dirs.user_state_path, home=None,
        )  # fmt: skip


def expanded(text: str, env: Mapping[str, str]) -> Path:
    """A path as a person writes it, `~` and `~name` expanded. ValueError where `~` leads nowhere."""
    if (text == "~" or text.startswith(("~/", f"~{os.sep}"))) and (home := env.get("HOME")):
        return Path(home + text[1:])
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _folder(text: str, env: Mapping[str, str], where: str) -> Path:
    if not text.strip() or "\0" in text:
        raise UsageError(f"{where}: wants the name of a folder")
    try:
        path = expanded(text, env).absolute()
        is_file = path.exists() and not path.is_dir()
    except (OSError, ValueError) as error:
        raise UsageError(f"{where} {text!r}: {getattr(error, 'strerror', None) or error}") from error
    if is_file:
        raise UsageError(f"{where} {text!r}: is a file; give a folder, which need not exist yet")
    return path

"""Puts the manual page and the completion scripts into the wheel: made from the command table when it is built, so that no copy of them grows old.

The table needs the standard library alone; nothing has to be installed for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHARED = {
    "share/man/man1/papertui.1": ("man",),
    "share/bash-completion/completions/papertui": ("completion", "bash"),
    "share/zsh/site-functions/_papertui": ("completion", "zsh"),
    "share/fish/vendor_completions.d/papertui.fish": ("completion", "fish"),
}
"""Where each shell, and man, look below a prefix; and the command that prints what is to be there."""


class Shared(BuildHookInterface[Any]):
    """The hook that pyproject.toml names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files and name them to the wheel. An editable install (`version` says so) goes without."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="papertui-build-")
        source = Path(self.root) / "src"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PAPERTUI_")}
        environment |= {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
        for number, (where, command) in enumerate(SHARED.items()):
            made = Path(self._folder.name) / str(number)
            with made.open("wb") as file:
                subprocess.run([sys.executable, "-m", "papertui", *command], env=environment, stdout=file, check=True)  # noqa: S603  # our own
            build_data["shared_data"][str(made)] = where

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw the files away: they are in the wheel."""
        if version != "editable":
            self._folder.cleanup()

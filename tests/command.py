"""Runs `papertui` as a user does: another process, its own home, nothing of this environment's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOW = "2026-11-23T12:00:00Z"


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def papertui(home: Path, *arguments: str, stdin: str | bytes = b"", env: dict[str, str] | None = None, code: int | None = 0) -> Done:
    """Run a command and expect its exit code (None: any)."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERTUI_", "NO_COLOR", "OPENAI_"))}
    clean |= {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW, "PYTHONUTF8": "1"} | (env or {})
    data = stdin.encode() if isinstance(stdin, str) else stdin
    ended = subprocess.run(
        [sys.executable, "-m", "papertui", *arguments], input=data, capture_output=True, env=clean, timeout=120, check=False
    )
    done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    assert "Traceback" not in done.err, done.err
    assert code is None or done.code == code, f"exit {done.code}: {done.err}"
    return done

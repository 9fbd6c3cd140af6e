"""Runs `papertui` as a user does: another process, its own home, nothing of this environment's settings."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

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


def environment(home: Path, env: dict[str, str] | None = None) -> dict[str, str]:
    """Of a process that knows this home and nothing of our own settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERTUI_", "NO_COLOR", "OPENAI_"))}
    ours = {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW, "PAPERTUI_SOURCES__ENABLED": '["arxiv"]', "PYTHONUTF8": "1"}
    return clean | ours | (env or {})


def papertui(home: Path, *arguments: str, stdin: str | bytes = b"", env: dict[str, str] | None = None, code: int | None = 0,
             before: Callable[[], object] | None = None) -> Done:  # fmt: skip
    """Run a command and expect its exit code (None: any); `before` is called in the new process, before papertui begins."""
    clean = environment(home, env)
    data = stdin.encode() if isinstance(stdin, str) else stdin
    ended = subprocess.run(
        [sys.executable, "-m", "papertui", *arguments],
        input=data,
        capture_output=True,
        env=clean,
        timeout=120,
        check=False,
        preexec_fn=before,
    )
    done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    assert "Traceback" not in done.err, done.err
    assert code is None or done.code == code, f"exit {done.code}: {done.err}"
    return done


def here(home: Path, *arguments: str, env: dict[str, str] | None = None, code: int | None = 0) -> Done:
    """`papertui` without a process of its own: the same command line, several times as quick. stdin is empty."""
    from papertui.cli.main import main

    thresholds = gc.get_threshold()
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with (
        mock.patch.dict(os.environ, environment(home, env), clear=True),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        ended = main(list(arguments))
    gc.set_threshold(*thresholds)
    texts = [stream.buffer.getvalue().decode() for stream in streams]
    done = Done(ended, *texts)
    assert code is None or done.code == code, f"exit {done.code}: {done.err}"
    return done


def one_line(done: Done) -> str:
    """The only thing said."""
    assert done.out == ""
    (line,) = done.err.strip().splitlines()
    assert line.startswith("papertui: ")
    return line

"""Runs many command lines of papertui in one process: `python -m bench.hostile.worker JOBS`, a line of JSON for each on stdout:
exit code, stdout, stderr, seconds."""

from __future__ import annotations

import io
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from papertui.cli.main import main


class _Stream(io.TextIOWrapper):
    """A stream into memory that takes what a real one of this process takes."""

    def __init__(self, errors: str) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", errors=errors, newline="\n", write_through=True)

    def taken(self) -> str:
        self.flush()
        data = self.buffer
        assert isinstance(data, io.BytesIO)
        return data.getvalue().decode("utf-8", "backslashreplace")


def run(job: dict[str, Any]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one job; an exception that the command line let through is a traceback on stderr."""
    before = dict(os.environ)
    out, err = _Stream("strict"), _Stream("backslashreplace")
    data = io.BytesIO(job.get("stdin", "").encode("utf-8", "surrogatepass"))
    given = io.TextIOWrapper(data, encoding="utf-8", errors="surrogateescape")
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        os.environ.update(job.get("env", {}))
        home = Path(before["PAPERTUI_HOME"])
        files = dict(job.get("files", {})) | ({"config.toml": job["config"]} if "config" in job else {})
        for name, text in files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        sys.stdin, sys.stdout, sys.stderr = given, out, err
        try:
            code = main(job["arguments"])
        except BaseException:  # the harness tells every fault as one
            code = -1
            err.write(traceback.format_exc())
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        os.environ.clear()
        os.environ.update(before)
    return code, out.taken(), err.taken()


if __name__ == "__main__":
    for each in json.loads(Path(sys.argv[1]).read_text(encoding="ascii")):
        begun = time.perf_counter()
        sys.stdout.write(json.dumps([*run(each), time.perf_counter() - begun]) + "\n")
        sys.stdout.flush()

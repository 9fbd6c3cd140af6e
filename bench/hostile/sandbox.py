"""A place in which commands run and everything they do to the machine is written down.

Each process gets a PATH of stubs that only record how they were called, and an audit hook (PEP 578) that records files
opened for writing, names changed, programs started and addresses connected to. A snapshot of the folders around the home
tells the rest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from papertui.services.errand import COMMAND

NOW = "2026-11-23T12:00:00Z"
PROGRAMS = (
    "sh", "bash", "zsh", "open", "xdg-open", "explorer.exe", "wslview", "www-browser", "firefox", "lynx", "w3m", "vi", "nano", "touch", "id", "cat",
    "curl", "wget", "ls", "tput", "stty",
    "python", "python3", "perl", "git", "zathura", "gio", "x-www-browser", "sensible-browser", "notify-send", "xclip", "xsel", "wl-copy", "pbcopy",
    "less", "more", "ssh", "true", "nc",
)  # fmt: skip

_HOOK = """
import os, sys
_log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_changes = {{"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "shutil.move", "shutil.rmtree", "shutil.copyfile"}}
_starts = {{"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.forkpty", "pty.spawn", "os.startfile", "webbrowser.open"}}
_nets = {{"socket.connect", "socket.bind", "socket.sendto"}}
_flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def _hook(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool((flags or 0) & _flags)
        if isinstance(path, int) or not (writes or os.fsdecode(path).endswith("/etc/passwd")):
            return
        kind, what = ("open" if writes else "read"), [os.path.abspath(os.fsdecode(path))]
    elif event in _changes:
        kind, what = "change", [os.path.abspath(os.fsdecode(each)) for each in arguments if isinstance(each, (str, bytes, os.PathLike))]
    elif event in _starts:
        kind, what = "start", [repr(arguments[:2])]
    elif event in _nets:
        kind, what = "net", [repr(arguments[1])]
    elif event == "sqlite3.connect":
        kind, what = "open", [str(arguments[0])]
    else:
        return
    import json
    os.write(_log, (json.dumps([event, kind, what]) + "\\n").encode("utf-8", "backslashreplace"))
sys.addaudithook(_hook)
"""

_STUB = """#!{python} -SE
import json, os, sys
with open({log!r}, "a", encoding="utf-8", errors="backslashreplace") as file:
    file.write(json.dumps([os.path.basename(sys.argv[0]), sys.argv[1:]]) + "\\n")
"""


_ERRAND = repr((COMMAND[0], [*COMMAND]))
"""The one process that the reader starts by itself, to the letter: an update. A byte of anything else in it is reported."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str
    seconds: float = 0.0


class Sandbox:
    """Folders: `home` (PAPERTUI_HOME), `out` (for exports), and around them what must stay as it is: `user`, `cwd`, `other`."""

    def __init__(self, root: Path, *, home: str = "home") -> None:
        self.root = root
        self.home, self.out, self.user, self.cwd, self.other, self.temporary, self.stubs = (
            root / name for name in (home, "out", "user", "cwd", "other", "tmp", "stubs")
        )
        for folder in (self.out, self.user, self.cwd, self.other, self.temporary, self.stubs):
            folder.mkdir(parents=True)
        self.canary = self.other / "pwned"
        self._audit, self._started = root / "audit.log", root / "started.log"
        (self.stubs / "sitecustomize.py").write_text(_HOOK.format(log=str(self._audit)))
        for name in (*PROGRAMS, "viewer"):
            stub = self.stubs / name
            stub.write_text(_STUB.format(python=sys.executable, log=str(self._started)))
            stub.chmod(0o755)
        (self.user / "precious").write_text("unchanged")
        (self.cwd / "precious.bib").write_text("@misc{precious, title={x}}\n")
        self._before = self._tree()

    @property
    def environment(self) -> dict[str, str]:
        """What a command sees: our home, our clock, stubs before everything, nothing of this process's settings."""
        return {
            "PATH": str(self.stubs), "HOME": str(self.user), "TMPDIR": str(self.temporary), "PAPERTUI_HOME": str(self.home), "PAPERTUI_NOW": NOW,
            "PYTHONPATH": str(self.stubs),
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "LANG": "C.UTF-8", "TERM": "xterm-256color", "XDG_CONFIG_HOME": str(self.user),
            "XDG_DATA_HOME": str(self.user),
            "XDG_CACHE_HOME": str(self.user), "XDG_STATE_HOME": str(self.user),
        }  # fmt: skip

    def run(self, *arguments: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 120.0) -> Done:
        """One `papertui` in a process of its own."""
        ended = subprocess.run(
            [sys.executable, "-m", "papertui", *arguments], input=stdin, capture_output=True, env=self.environment | dict(env or {}), cwd=self.cwd,
            timeout=timeout, check=False,
        )  # fmt: skip
        return Done(ended.returncode, ended.stdout.decode("utf-8", "backslashreplace"), ended.stderr.decode("utf-8", "backslashreplace"))

    def run_many(self, jobs: Sequence[Mapping[str, Any]], *, timeout: float = 600.0) -> Iterator[Done]:
        """Many command lines in one process, one after the other: `arguments`, and where given `stdin`, `env`, `config`.

        A process takes a quarter of a second to start, which thousands of strings cannot wait for.
        """
        path = self.root / "jobs.json"
        path.write_text(json.dumps(list(jobs)), encoding="ascii")
        ended = subprocess.run(
            [sys.executable, "-m", "bench.hostile.worker", str(path)], capture_output=True, cwd=self.cwd, timeout=timeout, check=False,
            env=self.environment | {"PYTHONPATH": f"{self.stubs}{os.pathsep}{Path(__file__).resolve().parents[2]}"},
        )  # fmt: skip
        lines = ended.stdout.split(b"\n")[:-1]
        for line in lines:
            yield Done(*json.loads(line))
        if len(lines) != len(jobs):
            last = jobs[len(lines)] if len(lines) < len(jobs) else None
            yield Done(
                -1,
                "",
                f"Traceback: the process ended with {ended.returncode} at {last!r}: {ended.stderr.decode('utf-8', 'replace')[-500:]}",
            )

    def started(self) -> list[tuple[str, list[str]]]:
        """Stubs that were called, with their arguments, in order."""
        if not self._started.exists():
            return []
        return [(name, arguments) for name, arguments in map(json.loads, self._started.read_text().splitlines())]

    def harm(self, *, may_start: Collection[str] = (), home_of_demo: bool = False) -> Iterator[str]:
        """What was done to the machine that should not have been."""
        for name, arguments in self.started():
            if name not in may_start:
                yield f"started {name} {arguments}"
        for event, kind, what in self._events():
            if kind == "start" and what[0] == _ERRAND:
                continue
            if kind == "start" and not any(repr(str(self.stubs / name)) in what[0] for name in may_start):
                yield f"{event}: {what[0][:200]}"
            elif kind in ("open", "change"):
                yield from (f"{event} outside: {path!r}" for path in what if not self._is_ours(path))
            elif kind == "read":
                yield f"read {what[0]}"
            elif kind == "net" and "127.0.0.1" not in what[0]:
                yield f"{event}: {what[0]}"
        after = self._tree()
        for path in sorted(self._before.keys() | after.keys()):
            if self._before.get(path) != after.get(path):
                yield f"{'changed' if path in after and path in self._before else 'made' if path in after else 'removed'}: {path!r}"

    def _events(self) -> Iterator[tuple[str, str, list[str]]]:
        if self._audit.exists():
            for line in self._audit.read_text(errors="backslashreplace").splitlines():
                event, kind, what = json.loads(line)
                yield event, kind, what

    def _is_ours(self, path: str) -> bool:
        if path.startswith(("/dev/null", "/dev/tty", "/dev/pts/", ":memory:")):
            return True
        if path.startswith("file:"):  # SQLite's way to write a path
            path = unquote(urlsplit(path).path)
        place = Path(path)
        return any(place == folder or folder in place.parents for folder in (self.home, self.out, self.temporary))

    def _tree(self) -> dict[str, tuple[int, bytes]]:
        found = {}
        for folder in (self.user, self.cwd, self.other):
            for path in folder.rglob("*"):
                found[str(path)] = (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        allowed = {self.root / name for name in ("audit.log", "started.log", "jobs.json")}
        known = {self.home, self.out, self.user, self.cwd, self.other, self.temporary, self.stubs} | allowed
        found |= {str(path): (0, b"") for path in self.root.iterdir() if path not in known}
        return found

"""What is measured, each thing once: processes, starts, keys. `run.py` decides what is compared with what."""

from __future__ import annotations

import compileall
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from bench import bare_app
from bench.make_library import TOPMOST
from bench.pty_driver import Reaction, Terminal

NOW = "2026-11-23T12:00:00Z"
BARE_PYTHON = (sys.executable, "-c", "pass")
SAYS_READY = (sys.executable, "-c", "print('bare python')")
BARE_APP = (sys.executable, str(Path(bare_app.__file__)))
READER = (sys.executable, "-m", "papertui")

_TELLS_MODULES = """
import signal, sys
def tell(*_):
    with open({report!r} + ".part", "w") as file:
        file.write("\\n".join(sorted(sys.modules)))
    import os
    os.replace({report!r} + ".part", {report!r})
signal.signal(signal.SIGUSR1, tell)
sys.argv = ["papertui"]
from papertui.cli.main import run
run()
"""
"""A reader that writes its loaded modules to a file when it gets SIGUSR1."""


def environment(home: Path | None = None) -> dict[str, str]:
    """Ours without what would change a measurement: byte code is on, settings are the defaults, the clock stands."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NO_COLOR", "TERM_PROGRAM", "PYTHONPROFILEIMPORTTIME", "TMUX", "STY")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted and not name.startswith(("PAPERTUI_", "TEXTUAL"))}
    return kept | ({"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW} if home else {})


def compile_all() -> None:
    """Byte code for papertui, the yardstick and what both stand on."""
    for name in ("papertui", "bench", "textual", "rich"):
        spec = importlib.util.find_spec(name)
        for folder in spec.submodule_search_locations or () if spec else ():
            compileall.compile_dir(folder, quiet=2)


def process_seconds(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Wall time of a process that has to end well."""
    started = time.perf_counter()
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Start:
    """One start on a terminal."""

    painted: float
    """Seconds until the wanted text was on the screen."""
    memory: float
    """MiB resident then."""


def start(command: Sequence[str], env: Mapping[str, str], text: str) -> Start:
    """Start, wait for `text`, end."""
    with Terminal(command, env) as terminal:
        return Start(terminal.wait_for(text), terminal.memory())


def start_python() -> Start:
    """The least that a Python program can be on a terminal: one line."""
    return start(SAYS_READY, environment(), "bare python")


def start_bare() -> Start:
    """The yardstick's start."""
    return start(BARE_APP, environment(), bare_app.READY)


def start_reader(home: Path, *, prepaint: bool = True) -> Start:
    """The reader's start: until the best paper of the newest edition is on the screen."""
    return start(READER, environment(home) | {"PAPERTUI_TUI__PREPAINT": "true" if prepaint else "false"}, TOPMOST)


def start_to_answer(home: Path) -> float:
    """Seconds from a start to the frame of a key that was typed at once: until the reader can be used."""
    with Terminal(READER, environment(home)) as terminal:
        terminal.type("5")
        return terminal.wait_for("by date")


def modules_after_first_paint(home: Path, limit: float = 10.0) -> set[str]:
    """What the reader has loaded when its first rows stand on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "modules"
        with Terminal((sys.executable, "-c", _TELLS_MODULES.format(report=str(report))), environment(home)) as terminal:
            terminal.wait_for(TOPMOST)
            os.kill(terminal.pid, signal.SIGUSR1)
            deadline = terminal.now() + limit
            while not report.exists():
                terminal.read(0.05)
                if terminal.now() > deadline:
                    raise TimeoutError("the reader did not say which modules it has loaded")
        return set(report.read_text().splitlines())


@dataclass(slots=True)
class Watched:
    """A running program and what its keys caused, by the kind of key."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    ready: str
    terminal: Terminal = field(init=False)
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)

    def __enter__(self) -> Watched:
        self.terminal = Terminal(self.command, self.env)
        self.terminal.wait_for(self.ready)
        self.terminal.read_until_quiet(0.5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.terminal.__exit__(kind, error, trace)

    def press(self, kind: str, keys: str | bytes) -> None:
        """Press and keep what happened under `kind`."""
        self.reactions.setdefault(kind, []).append(self.terminal.press(keys))

    def prepare(self, *keys: str | bytes) -> None:
        """Keys that are not measured."""
        for key in keys:
            self.terminal.type(key)
            self.terminal.read_until_quiet(0.08)

    def values(self, kind: str, value: Callable[[Reaction], float], warm_up: int = 5) -> list[float]:
        """What was measured of a kind of key, without the first ones."""
        return [value(reaction) for reaction in self.reactions[kind][warm_up:]]


def alternating(first: str, second: str, count: int) -> list[str]:
    """Keys that go there and back, so that every one of them changes the screen."""
    return [first if number % 2 == 0 else second for number in range(count)]


FILTER_KEYS = [*"model", *["backspace"] * 5]
"""A word typed and taken back: ten keys."""


SEARCH_KEYS = [*"odel tra", *["backspace"] * 8]
"""After an `m`: two words begun, and taken back to that letter."""


def key_kinds(count: int) -> dict[str, tuple[tuple[str | bytes, ...], list[str]]]:
    """Kinds of keys: what has to be pressed before, unmeasured, and the keys."""
    to_bottom = b"\x1b[B" * 45  # past the last row of the first screen: from here on every step scrolls
    typed = (FILTER_KEYS * (count // len(FILTER_KEYS) + 1))[: max(count, len(FILTER_KEYS))]
    return {
        "down": (("home",), alternating("down", "up", count)),
        "scroll": (("home", to_bottom), ["down"] * count),
        "page": (("home",), alternating("pagedown", "pageup", count)),
        "ends": (("home",), alternating("end", "home", count)),
        "sort": (("home",), alternating("2", "1", count)),
        "filter": (("/",), typed),
        "search": (("f", "m"), (SEARCH_KEYS * (count // len(SEARCH_KEYS) + 1))[: max(count, len(SEARCH_KEYS))]),
    }


def press_all(readers: Iterable[Watched], bare: Watched, count: int) -> None:
    """Every kind of key on every reader, each key beside one of the yardstick."""
    readers = list(readers)
    for kind, (before, keys) in key_kinds(count).items():
        for reader in readers:
            reader.prepare(*before)
        for key in keys:
            bare.press("key", "x")
            for reader in readers:
                reader.press(kind, key)
        if kind in ("filter", "search"):
            for reader in readers:
                reader.prepare("escape", "escape")


def flood_seconds(watched: Watched, keys: bytes) -> float:
    """Seconds until the last paint after many keys in one write."""
    watched.prepare(*(("home",) if watched.name != "bare" else ()))
    return watched.terminal.press(keys, quiet=0.3).settled


def watch_all(stack: ExitStack, homes: Mapping[str, Path]) -> tuple[Watched, dict[str, Watched]]:
    """The yardstick and a reader on each home, all running at once, so that the machine's moods meet them alike."""
    bare = stack.enter_context(Watched("bare", BARE_APP, environment(), bare_app.READY))
    readers = {name: stack.enter_context(Watched(name, READER, environment(home), TOPMOST)) for name, home in homes.items()}
    return bare, readers


def write_report(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """The table for a machine."""
    path.write_text(json.dumps(list(rows), indent=1) + "\n", encoding="utf-8")

"""Real processes for crash.py: started, watched until they begin to write, killed, and run again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.measure import environment

PAPERTUI = (sys.executable, "-m", "papertui")
_ROOT = Path(__file__).parents[1]
"""Where `-m bench.x` is found."""
LIMIT = 120.0
"""Seconds after which a run that has not ended is a failed one."""
_LOOK_SECONDS = 0.0003
"""Between two looks at the folders that a run writes to."""


@dataclass(slots=True)
class Outcome:
    """What one kill did."""

    landed: bool = False
    """The process was killed after it began to write and before its end."""
    midway: bool = False
    """What it left was neither what had been there nor what a whole run leaves."""
    lost_marks: int = 0
    lost_entries: int = 0
    checks: list[str] = field(default_factory=list)
    """What was wrong with what the kill left."""
    second: list[str] = field(default_factory=list)
    """What was wrong with the next run, or with what it left."""
    note: str = ""
    """More on what was lost."""

    @property
    def bad(self) -> bool:
        """Whether anything was lost or wrong."""
        return bool(self.lost_marks or self.lost_entries or self.checks or self.second)


class Run(NamedTuple):
    """A process that came to its end, one way or the other."""

    code: int
    """Its exit code, below 0 the signal that ended it."""
    error: str
    """The last line of its stderr."""
    began: float | None
    """Seconds from its start to its first write into the watched folders."""
    seconds: float

    @property
    def killed_at_work(self) -> bool:
        """Whether the kill came after the first write and before the end."""
        return self.code == -signal.SIGKILL and self.began is not None


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and where it writes."""

    arguments: Sequence[str]
    home: Path
    watched: tuple[Path, ...]
    """Folders whose first change is the begin of its work."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Environment besides the usual."""

    def start(self) -> subprocess.Popen[str]:
        """Start it; nothing on stdin, stdout thrown away."""
        env = {**environment(self.home), **self.more}
        return subprocess.Popen(
            self.arguments, env=env, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )


def papertui(home: Path, *arguments: str, watched: Sequence[Path] = (), more: Mapping[str, str] | None = None) -> Command:
    """A command of papertui's on a home."""
    return Command((*PAPERTUI, *arguments), home, (home, *watched), more or {})


def state_of(folders: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files in folders, two levels deep: what changes when somebody writes there."""
    found = []
    for folder in folders:
        for place in (folder, folder / "state"):
            try:
                with os.scandir(place) as entries:
                    for entry in entries:
                        known = entry.stat(follow_symlinks=False)
                        found.append((entry.path, known.st_size, known.st_mtime_ns))
            except OSError:
                continue
    return tuple(sorted(found))


def run(command: Command, kill_after: float | None = None) -> Run:
    """Run it to its end, or kill it that many seconds after its first write."""
    before, began = state_of(command.watched), None
    process = command.start()
    started = time.perf_counter()
    try:
        while process.poll() is None:
            now = time.perf_counter() - started
            if began is None and state_of(command.watched) != before:
                began = now
            if now > LIMIT or (began is not None and kill_after is not None and now >= began + kill_after):
                process.kill()
                break
            left = began + kill_after - now if began is not None and kill_after is not None else 1.0
            time.sleep(max(0.0, min(_LOOK_SECONDS, left)))
    finally:
        process.kill()
        _, error = process.communicate()
    seconds = time.perf_counter() - started
    if began is None and state_of(command.watched) != before:
        began = seconds  # it wrote and ended between two looks
    return Run(process.returncode, (error.strip().splitlines() or [""])[-1], began, seconds)


def again(command: Command, outcome: Outcome) -> None:
    """The same command once more, to its end."""
    ended = run(command)
    if ended.code != 0:
        outcome.second.append(f"exit {ended.code}: {ended.error}")


def span_of(ended: Run) -> float:
    """Seconds from first write to the end of an undisturbed run. ValueError where it failed or wrote nothing."""
    if ended.code or ended.began is None:
        raise ValueError(f"an undisturbed run ended with {ended.code} ({ended.error}), first write at {ended.began}")
    return ended.seconds - ended.began


def moment(chance: random.Random, span: float) -> float:
    """When to kill: anywhere in the work, and now and then in its first moments, where files are made."""
    return chance.uniform(0.0, span if chance.random() < 0.9 else span / 20)

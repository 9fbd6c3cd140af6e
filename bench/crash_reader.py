"""What crash.py does to the reader: keys at known times on a real terminal, and SIGKILL between two of them."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.crash_checks import DATABASE, Event, content, copied, differences, events, faults, leftovers
from bench.crash_kinds import fresh, lost
from bench.crash_runs import Outcome, Run, again, moment, papertui, run, span_of
from bench.make_library import TOPMOST
from bench.measure import READER, environment
from bench.pty_driver import Terminal

MARK_KEYS = frozenset("smxu")
OLD_SECONDS = 0.05
"""A mark whose key was pressed longer ago than this has to be there. Where other programs keep the processors busy the key
itself may need longer to reach the reader: what is told below the table says how busy the machine was."""
ANSWER_SECONDS = 0.4
"""After `u`: what it did comes back from the writer's thread, and where the next keys act depends on it."""

Script = Sequence[tuple[str, float]]
"""Keys, and the seconds to wait before each."""


def script(seed: int, marks: int, keys: str = "smxu") -> list[tuple[str, float]]:
    """Keys in which every mark makes one event: undo only takes back what was just done, and steps part the marks."""
    chance = random.Random(seed)
    made: list[tuple[str, float]] = []
    undoable = False
    for _ in range(marks):
        key = chance.choice([each for each in keys if each != "u" or undoable])
        made.append((key, chance.uniform(0.02, 0.12)))
        undoable = key in "sm"
        made += [("j", ANSWER_SECONDS if key == "u" and not step else 0.03) for step in range(chance.randint(1, 3))] if key != "s" else []
    return made


def waiting() -> float:
    """Seconds in which something on this machine waited for a processor, since it started; NaN where the system does not say."""
    try:
        return int(Path("/proc/pressure/cpu").read_text().split("total=")[1].split()[0]) / 1e6
    except (OSError, ValueError, IndexError):
        return float("nan")


class Typist:
    """Types a script at a reader and remembers when each mark was pressed."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.pressed: list[float] = []

    def type(self, keys: Script, until: float = float("inf")) -> None:
        """Type, reading what the reader paints; ends at `until` (seconds since the reader's start)."""
        due = self.terminal.now()
        for key, pause in keys:
            due = max(due + pause, self.terminal.now())
            self.watch(min(due, until))
            if due >= until:
                return
            at = self.terminal.type(key)
            if key in MARK_KEYS:
                self.pressed.append(at)
        if until < float("inf"):
            self.watch(until)

    def watch(self, until: float) -> None:
        """Read what is painted until then."""
        while (left := until - self.terminal.now()) > 0 and self.terminal.open:
            self.terminal.read(left)


class Reading:
    """The reader, killed while keys mark papers."""

    name = "reader"

    def __init__(self, scratch: Path, template: Path, marks: int = 40, old_seconds: float = OLD_SECONDS) -> None:
        """Plays the keys once undisturbed."""
        self._scratch, self._template, self._old = scratch / self.name, template, old_seconds
        self._keys = script(5, marks)
        home = fresh(template, self._scratch / "home")
        self._before = events(home / DATABASE)
        self._delays, self._wanted = played(home, self._keys, len(self._before))
        self._span = sum(pause for _, pause in self._keys)
        self._began, self._waited = time.perf_counter(), waiting()

    def report(self) -> str:
        """From key to row, and how busy the machine was meanwhile."""
        busy = (waiting() - self._waited) / (time.perf_counter() - self._began)
        return told(self.name, self._delays) + (f"; something waited for a processor {busy:.0%} of the time" if busy == busy else "")

    def kill_once(self, chance: random.Random) -> Outcome:
        """Type, kill: what is in the library is what was pressed, up to some key not older than 50 ms."""
        outcome, home = Outcome(), fresh(self._template, self._scratch / "home")
        with Terminal(READER, environment(home)) as terminal:
            listening(terminal)
            typist = Typist(terminal)
            typist.type(self._keys, terminal.now() + chance.uniform(0.0, self._span))
            killed = terminal.now()
            outcome.landed = terminal.open
            os.kill(terminal.pid, signal.SIGKILL)
        old = len(self._before) + sum(killed - at >= self._old for at in typist.pressed)
        with copied(home, self._scratch) as copy:
            outcome.checks += faults(copy / DATABASE)
            found = events(copy / DATABASE)
        outcome.midway = len(self._before) < len(found) < len(self._wanted)
        outcome.lost_marks = lost(found, self._wanted[:old])
        if outcome.lost_marks:
            outcome.note = (
                f"the first that is lost was pressed {killed - typist.pressed[old - len(self._before) - outcome.lost_marks]:.3f} s before"
            )
        if lost(self._wanted, found) or len(found) > len(self._before) + len(typist.pressed):
            outcome.checks.append("marks are there that nobody made")
        again(papertui(home, "undo"), outcome)
        if found and len(events(home / DATABASE)) != len(found) + (len(found) > len(self._before) or bool(self._before)):
            outcome.second.append("undo took nothing back")
        outcome.second += leftovers(home)
        return outcome


def played(home: Path, keys: Script, before: int) -> tuple[list[float], list[Event]]:
    """Type at a reader that nobody kills: seconds from each mark's key to its row in the library, and the events that came of it."""
    delays = []
    with Terminal(READER, environment(home)) as terminal, closing(sqlite3.connect(home / DATABASE)) as db:
        listening(terminal)
        typist, count = Typist(terminal), before
        for key, pause in keys:
            typist.watch(terminal.now() + pause)
            at = terminal.type(key)
            if key not in MARK_KEYS:
                continue
            count += 1
            while db.execute("SELECT count(*) FROM events").fetchone()[0] < count:
                terminal.read(0.0005)
                if terminal.now() > at + 10:
                    raise TimeoutError(f"{key!r} marked nothing; on the screen:\n{terminal.screen()}")
            delays.append(terminal.now() - at)
        leave(terminal)
    return delays, events(home / DATABASE)


def told(name: str, delays: Sequence[float]) -> str:
    """Delays for people."""
    first, rest = delays[0] * 1000, sorted(delay * 1000 for delay in delays[1:])
    return f"{name}: key to row in the library: first {first:.0f} ms, then median {statistics.median(rest):.0f}, longest {rest[-1]:.0f} ms"


def listening(terminal: Terminal) -> None:
    """Wait until the list is there and a key does something: a list may be on the screen before anybody reads keys."""
    terminal.wait_for(TOPMOST)
    terminal.press("j")


def leave(terminal: Terminal) -> None:
    """Quit the reader and wait for its end."""
    terminal.type("q")
    end = terminal.now() + 20
    while terminal.open:
        terminal.read(0.1)
        if terminal.now() > end:
            raise TimeoutError(f"the reader did not end; on the screen:\n{terminal.screen()}")


class Beside:
    """`papertui update`, killed while a reader beside it marks papers; the reader lives."""

    name = "beside"

    def __init__(self, scratch: Path, template: Path, more: Mapping[str, str], marks: int = 40) -> None:
        """Does both once undisturbed, one after the other."""
        self._scratch, self._template, self._more = scratch / self.name, template, more
        self._keys = script(6, marks, "smx")
        home = fresh(template, self._scratch / "home")
        before = len(events(home / DATABASE))
        _, self._events = played(home, self._keys, before)
        self._span = span_of(run(papertui(home, "update", more=more)))
        self._wanted = content(home / DATABASE)

    def report(self) -> str:
        """From key to row, while an update works."""
        home = fresh(self._template, self._scratch / "home")
        process = papertui(home, "update", more=self._more).start()
        try:
            return told(self.name, played(home, self._keys, len(events(home / DATABASE)))[0])
        finally:
            process.communicate(timeout=60)

    def kill_once(self, chance: random.Random) -> Outcome:
        """Type all keys, kill the update meanwhile: every mark is there, and the next update finishes."""
        outcome, home = Outcome(), fresh(self._template, self._scratch / "home")
        command, ended = papertui(home, "update", more=self._more), list[Run]()
        after = moment(chance, self._span)
        with Terminal(READER, environment(home)) as terminal:
            listening(terminal)
            update = threading.Thread(target=lambda: ended.append(run(command, after)))
            update.start()
            typist = Typist(terminal)
            typist.type(self._keys)
            while update.is_alive():
                typist.watch(terminal.now() + 0.05)
            leave(terminal)
        outcome.landed = ended[0].killed_at_work
        with copied(home, self._scratch) as copy:
            outcome.checks += faults(copy / DATABASE)
            outcome.midway = content(copy / DATABASE) != self._wanted
            outcome.lost_marks = lost(events(copy / DATABASE), self._events)
        again(command, outcome)
        outcome.second += leftovers(home)
        outcome.second += [f"other {table}" for table in differences(content(home / DATABASE), self._wanted)]
        return outcome

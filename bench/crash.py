"""Kills papertui at its work, again and again, and looks whether anything was lost. Ends with 1 where something was.

    python -m bench.crash                             every kind, 200 kills each: an hour or so
    python -m bench.crash --kills 20 reader append    some kinds, fewer kills
    python -m bench.crash --seed 7                    other moments

Each kind does its work once undisturbed, then as often as asked on a throw-away home of its own: starts the real program,
sends SIGKILL at a random moment of the work, looks at a copy of what is left, and runs the same command again to its end.
A kill is of the process, not of the machine: what a commit wrote is in the system's memory then and comes to the disk.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash_data import earlier_days, feed, newest_day, served, write_library, write_lists
from bench.crash_kinds import Exporting, Filling, Kind, Marking, Migrating
from bench.crash_reader import Beside, Reading
from bench.crash_runs import Outcome
from bench.measure import compile_all

KINDS = ("create", "fetch", "update", "load", "mark", "reader", "append", "write", "migrate", "beside")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is to do."""

    day: int = 500
    """Papers in the feed."""
    library: int = 1_500
    """Papers in the library before."""
    per_day: int = 300
    marked: int = 60
    listed: int = 1_200
    """Papers in the published lists."""
    old_library: int = 3_000
    """Papers in the library that is upgraded."""
    keys: int = 25
    """Marks made by keys."""
    old_seconds: float = 0.05
    """How old a mark's key has to be for the mark to count as lost."""


@dataclass(slots=True)
class Line:
    """What came of a kind's kills."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0

    def text(self) -> str:
        """As a line of the table."""
        of = self.outcomes
        numbers = (
            len(of), sum(each.landed for each in of), sum(each.midway for each in of), sum(each.lost_marks for each in of),
            sum(each.lost_entries for each in of), sum(bool(each.checks) for each in of), sum(bool(each.second) for each in of),
        )  # fmt: skip
        return f"{self.name:<8}" + "".join(f"{number:>9}" for number in numbers) + f"{self.seconds:>9.0f}"

    @property
    def bad(self) -> bool:
        """Whether any kill lost or broke something, or none hit the work."""
        return any(each.bad for each in self.outcomes) or not any(each.landed for each in self.outcomes)


HEAD = f"{'':<8}" + "".join(f"{word:>9}" for word in ("kills", "at work", "midway", "marks", "entries", "checks", "next run", "seconds"))
LEGEND = (
    "at work: killed between the first write and the end; midway: what was left was neither old nor whole;\n"
    "marks, entries: lost; checks: kills after which a check failed; next run: kills after which the next run failed or left another library"
)


@contextmanager
def kinds(names: Sequence[str], scratch: Path, sizes: Sizes) -> Iterator[Iterator[Kind]]:
    """The kinds asked for, each made (and its work done once, undisturbed) when it is its turn."""
    held, listed = earlier_days(sizes.library, sizes.per_day), earlier_days(sizes.listed, sizes.per_day)
    template, old = scratch / "template", scratch / "old"
    papers = write_library(template, held, sizes.marked)
    write_lists(scratch / "lists", listed)
    write_lists(scratch / "list", [newest_day(1)])
    if "migrate" in names:
        write_library(old, earlier_days(sizes.old_library, sizes.per_day), sizes.marked)
    with served(feed(newest_day(sizes.day))) as more:
        made: dict[str, Callable[[], Kind]] = {
            "create": lambda: Filling("create", scratch, None, ["load", str(scratch / "list"), "--name", "invented"], {}),
            "fetch": lambda: Filling("fetch", scratch, template, ["fetch"], more),
            "update": lambda: Filling("update", scratch, template, ["update"], more),
            "load": lambda: Filling("load", scratch, template, ["load", str(scratch / "lists"), "--name", "invented"], {}),
            "mark": lambda: Marking(scratch, template, papers),
            "reader": lambda: Reading(scratch, template, sizes.keys, sizes.old_seconds),
            "append": lambda: Exporting(scratch, template, papers, append=True),
            "write": lambda: Exporting(scratch, template, papers, append=False),
            "migrate": lambda: Migrating(scratch, old),
            "beside": lambda: Beside(scratch, template, more, sizes.keys),
        }
        yield (made[name]() for name in names)


def kill(kind: Kind, kills: int, seed: int) -> Line:
    """Kill a kind as often as asked; what went wrong is told at once."""
    line, began = Line(kind.name), time.perf_counter()
    for number in range(kills):
        outcome = kind.kill_once(random.Random(f"{seed} {kind.name} {number}"))
        line.outcomes.append(outcome)
        if outcome.bad:
            print(f"{kind.name}, kill {number}: {outcome}", file=sys.stderr, flush=True)
    line.seconds = time.perf_counter() - began
    return line


def main() -> int:
    """Kill, print, judge."""
    parser = argparse.ArgumentParser(description="Kill papertui at its work and look whether anything was lost.")
    parser.add_argument("kind", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all without one")
    parser.add_argument("--kills", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--old", type=float, default=50.0, metavar="MS", help="from which age a mark counts: more where others keep the machine busy"
    )
    given = parser.parse_args()
    if unknown := set(given.kind) - set(KINDS):
        parser.error(f"no kind is called {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    compile_all()
    lines, notes, sizes = [], [], Sizes(old_seconds=given.old / 1000)
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="papertui-crash-") as folder, kinds(given.kind or KINDS, Path(folder), sizes) as made:
        for kind in made:
            lines.append(kill(kind, given.kills, given.seed))
            if isinstance(kind, Reading | Beside):
                notes.append(kind.report())
            print(lines[-1].text(), flush=True)
    print(LEGEND, *notes, sep="\n")
    return 1 if any(line.bad for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())

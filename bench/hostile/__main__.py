"""`python -m bench.hostile [--strings 10000] [--seed S]`: a report, and 1 where anything was found."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.hostile import stages, tex
from bench.hostile.answers import serving
from bench.hostile.sandbox import Sandbox
from bench.hostile.strings import harmless, hostile
from bench.hostile.ways_in import Supply, marks_in

_SHOWN = 8
"""Findings of one stage that are printed; all are counted."""


class Report:
    """What was found, stage by stage."""

    def __init__(self) -> None:
        self.found = 0

    def stage(self, name: str, supply: Supply, findings: Iterator[str]) -> None:
        """Run a stage and tell it."""
        begun, before = time.perf_counter(), supply.taken
        found = list(findings)
        self.found += len(found)
        print(
            f"{name:<48} {supply.taken - before:>6} strings {time.perf_counter() - begun:>6.1f} s  {len(found) or 'no'} finding{'s' * (len(found) != 1)}",
            flush=True,
        )
        for line in found[:_SHOWN]:
            print("    " + "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line[:600]), flush=True)


def watched(strings: Iterator[str], marked: set[str]) -> Iterator[str]:
    """The strings as they are; their marks are remembered."""
    for text in strings:
        marked |= marks_in(text[:8])
        yield text


def run(strings: int, seed: int, root: Path) -> int:
    """All stages over about that many strings; how much was found."""
    box, plain = Sandbox(root / "hostile", home="h\x1b]0;PWN\x07\u202e{url} [red]ome"), Sandbox(root / "harmless")
    marked: set[str] = set()
    supply, ours = Supply(watched(hostile(seed, str(box.canary)), marked), seed), Supply(harmless(seed), seed)
    items, entries = strings * 26 // 100 // 9, max(2, strings * 36 // 100 // 90)
    report = Report()
    with serving() as answers:
        box.home.mkdir()
        plain.home.mkdir()
        report.stage("harmless library, for comparison", ours, stages.fill(plain, ours, answers, 30, 5))
        report.stage("feed and lists into the library", supply, stages.fill(box, supply, answers, items, entries))
        stored = set(marked)
        report.stage("list, show, export to stdout", supply, stages.listed(box, stored))
        report.stage(
            "BibTeX through " + (", ".join(tex.programs()) or "our scan only"),
            supply,
            stages.exported(box, _folder(root / "tex"), strings // 125),
        )
        report.stage("answers of servers", supply, stages.answered(box, supply, answers, strings // 60))
        report.stage("the reader and commands on a terminal", supply, stages.screens(box, plain, answers, supply, items + entries, 35))
        report.stage("files that are appended to", supply, stages.appended(box, supply, strings // 40))
        left = max(8, strings - supply.taken)
        report.stage("arguments, settings, profiles, standard input", supply, stages.told(box, supply, left * 8 // 10))
        report.stage("a million characters", supply, stages.giants(box, supply, answers, max(1, strings // 2_000)))
    report.stage("processes, files and addresses", supply, box.harm(may_start=("viewer",)))
    print(f"{supply.taken} hostile strings, seed {seed}: {report.found or 'nothing'} found")
    return report.found


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.hostile", description="Hostile text through every door of papertui: nothing may act."
    )
    parser.add_argument("--strings", type=int, default=10_000, help="about how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--keep", metavar="DIR", help="keep the sandbox in this new folder")
    arguments = parser.parse_args(argv)
    if arguments.keep:
        return 1 if run(arguments.strings, arguments.seed, _folder(Path(arguments.keep))) else 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as root:
        return 1 if run(arguments.strings, arguments.seed, Path(root)) else 0


if __name__ == "__main__":
    run_main: Callable[[], int] = main
    sys.exit(run_main())

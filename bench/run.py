"""Measures the reader against the yardstick, prints a table, ends with 1 where a gate is not met.

    python -m bench.run                  all bars, two to three minutes
    python -m bench.run --quick          fewer starts and keys: a first impression
    python -m bench.run --json out.json  the table for a machine as well

The numbers (#) and gates are those of the project's performance notes. Everything is a ratio to a yardstick measured
in the same minutes, so that a slow or busy machine does not matter much.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import measure, steady
from bench.make_library import library_home
from bench.measure import Watched
from bench.pty_driver import KEYS, Reaction

UNWANTED = (
    "openai", "pydantic", "httpx", "httpx2", "requests", "numpy", "scipy", "sklearn", "lxml", "arxiv", "feedparser", "markdown_it", "typer",
)  # fmt: skip
"""Packages that must not be loaded when the first rows are painted."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the table."""

    number: str
    what: str
    value: float
    gate: float
    unit: str = "x"
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the value is within the gate; a value that could not be taken (NaN) never is."""
        return self.value <= self.gate


def median(values: Sequence[float]) -> float:
    """The median, NaN of nothing."""
    return statistics.median(values) if values else float("nan")


def ms(seconds: float) -> str:
    """Seconds for people."""
    return f"{seconds * 1000:.1f} ms"


def start_bars(rounds: int, small: Path, large: Path) -> Iterator[Bar]:
    """Bars 1, 2, 3 and 16: starts."""
    bare, on_small, on_large, early, early_small, python, answers = [], [], [], [], [], [], []
    for _ in range(rounds):
        bare.append(measure.start_bare())
        on_large.append(measure.start_reader(large, prepaint=False))
        on_small.append(measure.start_reader(small, prepaint=False))
        python.append(measure.start_python().painted)
        early.append(measure.start_reader(large).painted)
        early_small.append(measure.start_reader(small).painted)
        answers.append(measure.start_to_answer(large))
    yardstick = median([start.painted for start in bare])
    for size, starts in (("100k", on_large), ("1k", on_small)):
        painted = median([start.painted for start in starts])
        yield Bar("1", f"toolkit's first rows / bare app, {size}", painted / yardstick, 1.4, detail=f"{ms(painted)} / {ms(yardstick)}")
    painted, painted_small = (median([start.painted for start in starts]) for starts in (on_large, on_small))
    yield Bar(
        "1", "a key answered / bare app, 100k", median(answers) / yardstick, 1.6, detail=f"{ms(median(answers))} (no bar of the notes)"
    )
    yield Bar("2", "first rows, library 100k / 1k", painted / painted_small, 1.2, detail=f"{ms(painted)} / {ms(painted_small)}")
    for size, starts_early in (("100k", early), ("1k", early_small)):
        first = median(starts_early)
        detail = f"{ms(first)} / {ms(median(python))}"
        yield Bar("3", f"prepainted rows / bare python, {size}", first / median(python), 5, detail=detail)
    memory, memory_small = median([start.memory for start in on_large]), median([start.memory for start in on_small])
    bare_memory = median([start.memory for start in bare])
    yield Bar("16", "memory / bare app, library 100k", memory / bare_memory, 1.4, detail=f"{memory:.0f} / {bare_memory:.0f} MiB")
    yield Bar("16", "memory, library 100k / 1k", memory / memory_small, 1.3, detail=f"{memory:.0f} / {memory_small:.0f} MiB")


def process_bars(rounds: int, large: Path) -> Iterator[Bar]:
    """Bar 4: commands without a screen."""
    env = measure.environment(large)
    version, listing, bare = [], [], []
    for _ in range(rounds):
        bare.append(measure.process_seconds(measure.BARE_PYTHON, env))
        version.append(measure.process_seconds((*measure.READER, "--version"), env))
        listing.append(measure.process_seconds((*measure.READER, "list"), env))
    yardstick = median(bare)
    yield Bar("4", "papertui --version / python -c pass", median(version) / yardstick, 3, detail=f"{ms(median(version))} / {ms(yardstick)}")
    yield Bar("4", "papertui list (500 papers) / python -c pass", median(listing) / yardstick, 5, detail=ms(median(listing)))


def module_bars(large: Path) -> Iterator[Bar]:
    """Bar 5: what is not loaded."""
    loaded = {name.split(".")[0] for name in measure.modules_after_first_paint(large)}
    found = sorted(loaded & set(UNWANTED))
    yield Bar("5", "unwanted packages after first paint", len(found) if loaded else float("nan"), 0, "", ", ".join(found))


def _settled(reaction: Reaction) -> float:
    return reaction.settled


def _cpu(reaction: Reaction) -> float:
    return reaction.cpu


def key_bars(keys: int, floods: int, small: Path, large: Path, crowded: Path) -> Iterator[Bar]:
    """Bars 6 to 11, 13 and 14: keys."""
    with ExitStack() as stack:
        bare, readers = measure.watch_all(stack, {"1k": small, "100k": large, "1,200 a day": crowded})
        measure.press_all(readers.values(), bare, keys + 5)
        flooded = [
            (measure.flood_seconds(bare, b"x" * 200), measure.flood_seconds(readers["100k"], KEYS["down"] * 200)) for _ in range(floods)
        ]
    key, cpu = median(bare.values("key", _settled)), median(bare.values("key", _cpu))
    for size in ("1k", "100k"):
        yield from _frame_bars(readers[size], size)
    for size in ("1k", "100k"):
        down = median(readers[size].values("down", _settled))
        yield Bar("7", f"down, not scrolling / bare key, {size}", down / key, 2.5, detail=f"{ms(down)} / {ms(key)}")
    for kind, what in (("scroll", "down, scrolling"), ("page", "PageDown, PageUp"), ("ends", "End, Home"), ("sort", "sort, 1,200 papers")):
        value = median(readers["1,200 a day"].values(kind, _settled))
        yield Bar("8", f"{what} / bare key", value / key, 4, detail=ms(value))
    for kind in ("down", "scroll", "page", "ends", "sort"):
        values = [median(readers[name].values(kind, _settled)) for name in ("100k", "1k")]
        yield Bar("9", f"{kind}, library 100k / 1k", values[0] / values[1], 1.25, detail=f"{ms(values[0])} / {ms(values[1])}")
    typed = median(readers["1,200 a day"].values("filter", _settled))
    yield Bar("10", "filter of 1,200 papers, a key / bare key", typed / key, 4, detail=ms(typed))
    for size in ("1k", "100k"):
        found = sorted(readers[size].values("search", _settled))
        late = found[int(len(found) * 0.95) - 1]
        yield Bar("11", f"search as typed, a key / bare key, {size}", median(found) / key, 5, detail=ms(median(found)))
        yield Bar("11", f"the same, one in twenty, {size}", late / key, 12, detail=ms(late))
    for kind, gate in (("down", 2.0), ("scroll", 3.0)):
        burnt = median(readers["100k"].values(kind, _cpu))
        yield Bar("13", f"CPU of {kind} / bare key", burnt / cpu, gate, detail=f"{ms(burnt)} / {ms(cpu)}")
    last, last_bare = median([ours for _, ours in flooded]), median([theirs for theirs, _ in flooded])
    yield Bar("14", "200 keys in one write, last paint / bare", last / last_bare, 5, detail=f"{ms(last)} / {ms(last_bare)}")


def _frame_bars(reader: Watched, size: str) -> Iterator[Bar]:
    for kind in ("down", "scroll", "page", "ends", "sort", "filter", "search"):
        frames = sorted(reader.values(kind, lambda reaction: float(reaction.frames)))
        # one press in twenty may meet a frame of the program's own (a clock, a finished job)
        most = frames[int(len(frames) * 0.95) - 1]
        fewest = frames[0]
        yield Bar("6", f"frames per key: {kind}, {size}", most if fewest >= 1 else float("nan"), 1, "", f"{fewest:.0f} to {frames[-1]:.0f}")


def steady_bars(keys: int, small: Path, large: Path) -> Iterator[Bar]:
    """Bars 15 and 17, and what a reader does while nobody does anything."""
    quiet, beside = map(median, steady.beside_a_writer(small, keys))
    yield Bar("15", "down beside a writer / quiet", beside / quiet, 1.3, detail=f"{ms(beside)} / {ms(quiet)}")
    updates = [steady.keys_during_update(small) for _ in range(3)]
    detail = f"{sum(map(len, updates))} keys in {len(updates)} updates, median {ms(median([wait for waits in updates for wait in waits]))}"
    yield Bar("17", "longest wait of a key during an update", median([max(waits) for waits in updates]) * 1000, 60, " ms", detail)
    states = steady.idle_states(large)
    least = states.pop("bare app").cpu
    for name, rest in states.items():
        yield Bar("-", f"idle, {name}: bytes in 5 s", rest.size, 0, "")
        yield Bar("-", f"idle, {name}: CPU / bare app's", rest.cpu / least, 1.5, detail=f"{rest.cpu * 100:.2f} / {least * 100:.2f} %")


def line(bar: Bar) -> str:
    """A bar as a line of the table."""
    number = f"{bar.value:.2f}{bar.unit}" if bar.unit else f"{bar.value:.0f}"
    return f"{bar.number:>3}  {bar.what:<46} {number:>8}  <= {bar.gate:<5g} {'ok  ' if bar.met else 'FAIL'}  {bar.detail}"


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description="Measure the reader against a bare program of the same toolkit.")
    parser.add_argument("--rounds", type=int, default=11, help="starts of each kind")
    parser.add_argument("--keys", type=int, default=30, help="keys of each kind")
    parser.add_argument("--papers", type=int, default=100_000, help="size of the large library")
    parser.add_argument("--quick", action="store_true", help="5 starts, 12 keys, a large library of 10,000")
    parser.add_argument("--json", type=Path, help="write the table here too")
    given = parser.parse_args()
    rounds, keys, papers = (5, 12, 10_000) if given.quick else (given.rounds, given.keys, given.papers)

    measure.compile_all()
    small, large, crowded = library_home(1000), library_home(papers), library_home(2400, 1200)
    bars: list[Bar] = []
    parts = (
        process_bars(rounds, large),
        start_bars(rounds, small, large),
        module_bars(large),
        key_bars(keys, max(3, rounds // 2), small, large, crowded),
        steady_bars(keys, small, large),
    )
    print(f"{'#':>3}  {'what':<46} {'value':>8}  {'gate':<8} {'':<4}  medians ({sys.platform}, Python {sys.version.split()[0]})")
    for part in parts:
        for bar in part:
            bars.append(bar)
            print(line(bar), flush=True)
    if given.json:
        measure.write_report(given.json, [asdict(bar) | {"met": bar.met} for bar in bars])
    missed = sum(not bar.met for bar in bars)
    print(f"{len(bars) - missed} of {len(bars)} gates met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

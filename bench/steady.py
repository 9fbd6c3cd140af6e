"""The reader over time: idle, beside a writer, while an update runs. And the writer itself (`python -m bench.steady HOME`)."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench import bare_app, measure
from bench.crash_data import feed, newest_day, served
from bench.make_library import NEWEST, SCORER, TOPMOST
from bench.measure import READER, Watched
from bench.pty_driver import Terminal
from papertui.domain.score import Score
from papertui.store.library import Library

SCORES_AT_ONCE, PAUSE = 12, 0.02
"""What a model's answers arriving in a stream come to: a dozen scores in a transaction, fifty times a second."""


@contextmanager
def copy_of(home: Path) -> Iterator[Path]:
    """A home of its own with the same library, for what changes it."""
    with tempfile.TemporaryDirectory(prefix="papertui-bench-") as folder:
        copied = Path(folder) / "home"
        shutil.copytree(home, copied)
        yield copied


class Idle(NamedTuple):
    """What a reader did while nobody did anything."""

    size: int
    """Bytes written to the terminal."""
    cpu: float
    """CPU seconds per second."""


def idle(terminal: Terminal, seconds: float = 5.0) -> Idle:
    """Leave it alone for a while."""
    terminal.read_until_quiet(1.0)
    before, burnt, began = len(terminal.record), terminal.cpu(), terminal.now()
    while terminal.now() - began < seconds:
        terminal.read(seconds - (terminal.now() - began))
    return Idle(sum(len(chunk.data) for chunk in terminal.record[before:]), (terminal.cpu() - burnt) / seconds)


def idle_states(home: Path) -> dict[str, Idle]:
    """Idle: the yardstick, then on the list, with a filter on, on a full page, with the help open."""
    found = {}
    with Terminal(measure.BARE_APP, measure.environment()) as bare:
        bare.wait_for(bare_app.READY)
        found["bare app"] = idle(bare)
    with Terminal(READER, measure.environment(home)) as terminal:
        terminal.wait_for(TOPMOST)
        for name, keys in (("list", b"j"), ("filter on", b"/model\r"), ("full page", b"\r"), ("help", b"?")):
            terminal.type(keys)
            found[name] = idle(terminal)
    return found


def beside_a_writer(home: Path, keys: int) -> tuple[list[float], list[float]]:
    """Seconds of `down` on a quiet library, and while another process commits scores to it."""
    with copy_of(home) as copied, Watched("reader", READER, measure.environment(copied), TOPMOST) as reader:
        for key in measure.alternating("down", "up", keys + 5):
            reader.press("quiet", key)
        with subprocess.Popen([sys.executable, "-m", "bench.steady", str(copied)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()  # it has begun
            for key in measure.alternating("down", "up", keys + 5):
                reader.press("beside", key)
            writer.kill()
    return reader.values("quiet", lambda reaction: reaction.settled), reader.values("beside", lambda reaction: reaction.settled)


def keys_during_update(home: Path, papers: int = 1200) -> list[float]:
    """Seconds from a key to its frame, for keys pressed all the while an update fetches and scores a day: the longest of them
    is the longest that the reader was not there for its user."""
    with copy_of(home) as copied, served(feed(newest_day(papers))) as settings:
        env = measure.environment(copied) | settings
        with Terminal(READER, env) as terminal:
            terminal.wait_for(TOPMOST)
            terminal.type("r")
            waits = []
            began = terminal.now()
            for key in itertools.cycle(("down", "up")):
                terminal.read(0.02)
                waits.append(terminal.press(key, quiet=0.01).first)
                if terminal.now() - began > 1 and "Esc stops" not in terminal.screen_now():
                    return waits
    raise AssertionError("unreachable")


def write_for_ever(home: Path) -> None:
    """Commit scores, a dozen at a time, until killed."""
    with Library(home / "papertui.db", write=True) as library:
        papers = library.papers_in(library.newest_date() or NEWEST)
        now = dt.datetime.now(dt.UTC)
        print("begun", flush=True)
        for number in itertools.count():
            start = number * SCORES_AT_ONCE % len(papers)
            portion = papers[start : start + SCORES_AT_ONCE]
            library.add_scores(
                [(paper.id, Score(SCORER, 5.0, 5.0, f"run {number}", scored_at=now, paper_digest=paper.digest)) for paper in portion]
            )
            time.sleep(PAUSE)


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]))

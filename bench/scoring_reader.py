"""The reader while a model scores: how long a key waits, and how soon the first score is there."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.make import DAY, NOW
from tests.model_server import ModelServer
from tests.models import fill, settings

from bench import measure
from bench.crash_data import feed, newest_day, served
from bench.measure import READER
from bench.pty_driver import Terminal
from papertui.config import load_settings
from papertui.domain.ids import PaperId
from papertui.domain.score import Score
from papertui.paths import Paths
from papertui.services.modelling import ModelRun
from papertui.services.session import Session

PAPERS = 480


@contextmanager
def served_model(*options: str) -> Iterator[str]:
    """A scripted server in a process of its own, so that its work is nobody's wait; its base URL."""
    command = [sys.executable, "-m", "tests.model_server", "--kind", "openai", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def keys_while_scoring(home: Path) -> tuple[list[float], list[float]]:
    """Seconds from a key to its frame: idle, and all the while an update fetches a day and a model scores it."""
    fill(home, PAPERS)
    with served(feed(newest_day(PAPERS))) as fed, served_model("--latency", "0.3", "--piece-delay", "0.02") as url:
        model = {"PAPERTUI_LLM__BASE_URL": url, "PAPERTUI_LLM__MODEL": "gpt-5.4-mini", "PAPERTUI_SCORING__SCORER": "llm"}
        with Terminal(READER, measure.environment(home) | fed | model) as terminal:
            terminal.wait_for("papers")
            terminal.read_until_quiet(0.5)
            idle = [terminal.press(key, quiet=0.01).first for key in ("down", "up") * 40]
            terminal.type("r")
            waits, began = [], terminal.now()
            for key in itertools.cycle(("down", "up")):
                terminal.read(0.02)
                waits.append(terminal.press(key, quiet=0.01).first)
                if terminal.now() - began > 1.5 and "Esc stops" not in terminal.screen_now():
                    return idle, waits
    raise AssertionError("unreachable")


def first_row(home: Path, *, streamed: bool) -> float:
    """Seconds from the first request to the first score that is told, from a server whose answers take a second and a half."""
    fill(home, 48)
    delay = 0.12

    async def run(server: ModelServer) -> float:
        paths = Paths.find(str(home), {})
        session = Session(paths, load_settings(paths.config_file, settings(server)), lambda: NOW, {})
        told: list[float] = []

        def row(paper: PaperId, score: Score) -> None:
            told.append(time.monotonic())

        async with ModelRun(session, lambda event: None, row=row if streamed else None) as scoring:
            if not streamed:
                scoring._row = row  # what is stored is told all the same
            await scoring.day(DAY)
        return told[0] - server.requests[0].at

    with ModelServer(kind="openai", latency=0.2 if streamed else 0.2 + 12 * delay, piece_delay=delay if streamed else 0.0) as server:
        return asyncio.run(run(server))


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return statistics.quantiles(values, n=100)[round(share * 100) - 1]

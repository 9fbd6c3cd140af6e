"""Scores by a model, against a scripted server on this machine: every kind of server, a rough one, kills, speed. Ends with 1 where something is wrong.

    python -m bench.scoring                      all parts: some minutes
    python -m bench.scoring kills --kills 50     one part

Nothing leaves the machine; the server answers papertui's own prompts with scores that follow from the titles, and counts what it gave.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.command import environment, papertui
from tests.model_kinds import KINDS
from tests.model_server import ROUGH, ModelServer, expected
from tests.models import fill, settings

PAPERS = 480


def _papers(home: Path) -> list[dict[str, Any]]:
    return list(papertui(home, "list", "--all", "--format", "json").json)


def _right(home: Path) -> int:
    """Papers that have the score which follows from their title."""
    return sum((paper["relevance"], paper["novelty"]) == expected(paper["title"]) for paper in _papers(home))


def _counted(home: Path) -> tuple[int, int]:
    """Prompt and completion tokens that `stats` reports."""
    rows = papertui(home, "stats", "--format", "json").json["spending"]["models"]
    return sum(row["prompt_tokens"] for row in rows), sum(row["completion_tokens"] for row in rows)


def _wait(server: ModelServer, replies: int) -> None:
    server.wait_for(lambda found: len(found.replies) >= replies, 60)


def kinds(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """Every kind of server scores every paper once, and a second run sends nothing."""
    print(f"{'server':<12}{'exit':>6}{'right':>7}{'requests':>10}{'again':>7}{'most':>6}{'tokens':>8}{'s':>7}")
    good = True
    for kind in KINDS:
        place = home()
        fill(place, PAPERS)
        with ModelServer(kind=kind) as server:
            began = time.perf_counter()
            code = papertui(place, "score", env=settings(server), code=None).code
            seconds = time.perf_counter() - began
            sent = len(server.requests)
            papertui(place, "score", env=settings(server), code=None)
            again, most = len(server.requests) - sent, max(server.seen.values(), default=0)
            same = _counted(place) == (server.tokens.prompt, server.tokens.completion)
        right = _right(place)
        print(f"{kind:<12}{code:>6}{right:>7}{sent:>10}{again:>7}{most:>6}{'same' if same else 'NOT':>8}{seconds:>7.1f}")
        good &= code == 0 and right == PAPERS and not again and most == 1 and same
    return good


def rough(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """A server that drops, invents, cuts, refuses, fails and breaks off."""
    print(f"{'seed':<6}{'exit':>6}{'right':>7}{'requests':>10}{'tokens':>22}{'s':>7}")
    good = True
    for seed in range(arguments.seeds):
        place = home()
        fill(place, PAPERS)
        with ModelServer(kind=list(KINDS)[seed % len(KINDS)], faults=ROUGH, seed=seed) as server:
            began = time.perf_counter()
            code = papertui(place, "score", env=settings(server), code=None).code
            seconds = time.perf_counter() - began
            counted, given = _counted(place), (server.tokens.prompt, server.tokens.completion)
        right = _right(place)
        print(f"{seed:<6}{code:>6}{right:>7}{len(server.requests):>10}{counted == given!s:>8} {given[0]:>13}{seconds:>7.1f}")
        good &= code == 0 and right == PAPERS and counted == given
    return good


def kills(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """SIGKILL at a random moment of a run; what the server had answered before is stored, and never asked for again."""
    chance = random.Random(arguments.seed)
    lost = twice = late = unfinished = 0
    for _ in range(arguments.kills):
        place = home()
        fill(place, PAPERS)
        with ModelServer(kind="openai", latency=0.05, seed=chance.randrange(1 << 30)) as server:
            env = environment(place, settings(server))
            run = subprocess.Popen([sys.executable, "-m", "papertui", "score"], env=env, stderr=subprocess.DEVNULL)
            wanted = chance.randrange(1, PAPERS // 12)
            _wait(server, wanted)
            time.sleep(chance.random() * 0.05)
            at = time.monotonic()
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
            answered = {title for reply in server.replies if reply.ended < at - 0.05 for title in reply.titles}
            late += sum(1 for reply in server.replies if reply.ended >= at - 0.05)
            stored = {paper["title"] for paper in _papers(place) if paper["relevance"] is not None}
            lost += len(answered - stored)
            before = dict(server.papers_sent)
            papertui(place, "score", env=settings(server))
            twice += sum(server.papers_sent[title] > before.get(title, 0) for title in stored)
            unfinished += _right(place) != PAPERS
    print(f"{arguments.kills} kills: {lost} answered papers lost, {twice} stored papers sent again, {unfinished} next runs unfinished;")
    print(f"{late} answers had been given within 50 ms of a kill")
    return not (lost or twice or unfinished)


def speed(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """Bar 18: a run's time against latency x rounds."""
    place = home()
    fill(place, PAPERS)
    latency, concurrency = 0.5, 4
    with ModelServer(kind="openai", latency=latency) as server:
        done = papertui(place, "score", env=settings(server))
        times = [request.at for request in server.requests]
        wall = max(request.ended for request in server.requests) - min(times)
    rounds = -(-(PAPERS // 12) // concurrency)
    ratio = wall / (latency * rounds)
    print(
        f"scoring wall / (latency x rounds): {wall:.2f} s / {latency * rounds:.2f} s = {ratio:.2f}x (gate 1.10)   {done.err.splitlines()[-1][:90]}"
    )
    return ratio <= 1.10


def cancel(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """Ctrl-C: back within a second, and every answer that had arrived is kept."""
    worst, lost = 0.0, 0
    for number in range(5):
        place = home()
        fill(place, 120)
        with ModelServer(kind="openai", latency=0.4) as server:
            run = subprocess.Popen(
                [sys.executable, "-m", "papertui", "score"], env=environment(place, settings(server)), stderr=subprocess.DEVNULL
            )
            _wait(server, 1 + number)
            time.sleep(0.1)
            at = time.monotonic()
            run.send_signal(signal.SIGINT)
            code = run.wait()
            worst = max(worst, time.monotonic() - at)
            answered = {title for reply in server.replies if reply.ended < at for title in reply.titles}
        stored = {paper["title"] for paper in _papers(place) if paper["relevance"] is not None}
        lost += len(answered - stored) + (code != 130)
    print(f"Ctrl-C: ended after {worst:.2f} s at most, {lost} answers lost or codes wrong")
    return worst < 1 and not lost


def reader(home: Callable[[], Path], arguments: argparse.Namespace) -> bool:
    """Bars 17 and 19, and keys during a run against idle ones."""
    from bench.scoring_reader import first_row, keys_while_scoring, percentile

    idle, waits = keys_while_scoring(home())
    ratio, longest = percentile(waits, 0.95) / percentile(idle, 0.95), max(waits)
    print(
        f"keys while a model scores: {len(waits)}, p95 {percentile(waits, 0.95) * 1000:.1f} ms, idle {percentile(idle, 0.95) * 1000:.1f} ms",
        end="",
    )
    print(f" = {ratio:.2f}x (gate 1.3); longest {longest * 1000:.0f} ms (bar 17: 60)")
    streamed, whole = first_row(home(), streamed=True), first_row(home(), streamed=False)
    print(f"first row streamed {streamed:.2f} s, whole answers {whole:.2f} s = {streamed / whole:.2f}x (bar 19: 0.6)")
    return ratio <= 1.3 and longest <= 0.06 and streamed / whole <= 0.6


PARTS: dict[str, Callable[[Callable[[], Path], argparse.Namespace], bool]] = {
    "kinds": kinds, "rough": rough, "kills": kills, "speed": speed, "cancel": cancel, "reader": reader,
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scoring", description="Score papers by a scripted model.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    good = True
    for name in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="papertui-scoring-") as scratch:
            numbers = iter(range(10_000))

            def home(scratch: str = scratch, numbers: Any = numbers) -> Path:
                place = Path(scratch) / str(next(numbers))
                place.mkdir()
                return place

            print(f"-- {name}", flush=True)
            good &= PARTS[name](home, arguments)
    print("all as it should be" if good else "SOMETHING IS WRONG")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())

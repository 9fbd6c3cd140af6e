"""`fetch`, `score`, `update`, `load`: long jobs, told on stderr."""

from __future__ import annotations

import argparse
import asyncio
import sys

from papertui.cli.session import Voice, opened


def fetch(arguments: argparse.Namespace) -> int:
    """`papertui fetch`."""
    from papertui.services.fetching import fetch as job

    voice = Voice(arguments)
    with opened(arguments) as session:
        asyncio.run(job(session, voice, day=arguments.date, since=arguments.since, wait=arguments.wait, sources=arguments.source))
    return _end(voice)


def score(arguments: argparse.Namespace) -> int:
    """`papertui score`."""
    from papertui.services.scoring import Wanted, score_editions

    wanted = Wanted(
        arguments.date,
        arguments.since,
        arguments.all,
        arguments.scorer,
        arguments.limit,
        arguments.rescore,
        arguments.budget,
        arguments.yes,
        arguments.batch,
    )
    voice = Voice(arguments)
    with opened(arguments) as session:
        if arguments.dry_run:
            from papertui.cli.costs import dry_run

            return dry_run(session, wanted, arguments.format)
        asyncio.run(score_editions(session, voice, wanted))
    return _end(voice)


def update(arguments: argparse.Namespace) -> int:
    """`papertui update`."""
    from papertui.services.updating import update as job

    voice = Voice(arguments)
    with opened(arguments) as session:
        done = asyncio.run(job(session, voice, wait=not arguments.no_wait))
        if done.waited:
            voice.say("the other update is done; nothing left to do")
    return _end(voice)


def load(arguments: argparse.Namespace) -> int:
    """`papertui load`."""
    from papertui.services.loading import load as job

    voice = Voice(arguments)
    stdin = sys.stdin.buffer.read() if "-" in arguments.what else b""
    with opened(arguments) as session:
        done = asyncio.run(job(session, arguments.what, voice, name=arguments.name, day=arguments.date, stdin=stdin))
        days = "1 day" if done.days == 1 else f"{done.days} days"
        voice.say(f"{days}, {done.papers} papers, {done.added} of them new in their edition")
    code = _end(voice)
    return 1 if code and not done.days else code


def _end(voice: Voice) -> int:
    voice.end()
    return 3 if voice.failures else 0

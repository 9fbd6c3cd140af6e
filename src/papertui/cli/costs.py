"""`score --dry-run`, `stats`, `prompts`: what scoring would cost, what it has cost, and what a model is told."""

from __future__ import annotations

import argparse
import json

from papertui.cli.options import paper_ids
from papertui.cli.reading import write_lines
from papertui.cli.session import opened
from papertui.errors import PapertuiError
from papertui.services.scoring import Wanted, days_of
from papertui.services.session import Session


def dry_run(session: Session, wanted: Wanted, form: str) -> int:
    """`papertui score --dry-run`."""
    from papertui.services.models import chosen_scorer

    days = days_of(session, wanted)
    if chosen_scorer(session, wanted.scorer) == "local":
        if form == "json":
            write_lines(
                [
                    json.dumps(
                        {"schema_version": 1, "scorer": "local", "requests": 0, "prompt_tokens": 0, "completion_tokens": 0, "usd": 0.0}
                    )
                ]
            )
        else:
            write_lines(["local: no tokens, no dollars (set llm.model, or give --scorer llm, to ask a model)"])
        return 0
    from papertui.services.estimate import estimate
    from papertui.services.modelling import dollars

    found = estimate(session, wanted, days)
    budget = session.settings.budget_usd if wanted.budget is None else wanted.budget
    if form == "json":
        known = {**found._asdict(), "budget_usd": budget, "schema_version": 1, "dates": [day.isoformat() for day in found.days]}
        known["completion_is_guess"] = known.pop("is_guess")
        del known["days"]
        write_lines([json.dumps(known)])
        return 0
    guess = " (a guess: this model has not answered yet)" if found.is_guess else " (as this model has answered so far)"
    days_text = found.days[0].isoformat() if len(found.days) == 1 else f"{len(found.days)} editions"
    lines = [
        f"{days_text}: {found.papers:,} papers for {found.scorer} on {found.host}, {found.requests:,} requests",
        f"prompt      {found.prompt_tokens:>12,} tokens",
        f"completion  {found.completion_tokens:>12,} tokens{guess}",
        f"cost        {dollars(found.usd):>12}{' (half the usual price: Batch API)' if wanted.batch else ''}"
        if found.usd is not None
        else "cost             unknown: set llm.price.input and llm.price.output",
    ]
    if budget is not None:
        lines.append(f"budget      {dollars(budget):>12}")
    if found.muted:
        lines.append(f"{found.muted} muted papers are not sent")
    write_lines(lines)
    return 0


def stats(arguments: argparse.Namespace) -> int:
    """`papertui stats`."""
    from papertui.services.statistics import statistics, table

    with opened(arguments) as session:
        found = statistics(session)
    write_lines([json.dumps(found)] if arguments.format == "json" else table(found))
    return 0


def prompts(arguments: argparse.Namespace) -> int:
    """`papertui prompts show`."""
    from papertui.services.prompting import request_text

    with opened(arguments) as session:
        paper = None
        if arguments.paper:
            wanted = paper_ids([arguments.paper])[0]
            with session.library() as library:
                detail = library.detail(wanted)
            if detail is None:
                raise PapertuiError(f"{wanted}: not in the library")
            paper = detail.paper
        write_lines(request_text(session.paths, session.settings.profile, paper).split("\n"))
    return 0

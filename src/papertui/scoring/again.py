"""What is asked again, and what is given up, after an answer that left papers out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from papertui.domain.paper import Paper
from papertui.scoring.asking import Reply

AGAIN = 2
"""How often a paper that an answer left out is asked for again, each time among fewer."""

BLANKS = 3
"""How often a lone paper whose answer is empty is asked for again: some servers answer with blanks at times."""

MOST_ROOM = 8
"""How many times the usual answer the answer for a lone paper may become."""


class Job(NamedTuple):
    """Papers to be asked for together."""

    papers: tuple[Paper, ...]
    tries: int = 0
    """How often they were left out of an answer."""
    room: int = 1
    """How many times the usual answer may be as long: grows where answers were cut."""


class Rest(NamedTuple):
    """What becomes of papers that an answer left out."""

    jobs: Sequence[Job] = ()
    failed: Sequence[tuple[Paper, str]] = ()
    """Given up for this run, and why."""
    refused: Sequence[tuple[Paper, str]] = ()
    """Never to be scored by this recipe, and why."""


def in_batches(papers: Sequence[Paper], size: int, tries: int = 0, room: int = 1) -> list[Job]:
    """Papers in jobs of `size` at most, at least one."""
    size = max(size, 1)
    return [Job(tuple(papers[start : start + size]), tries, room) for start in range(0, len(papers), size)]


def rest_of(job: Job, missing: Sequence[Paper], reply: Reply, *, whole: bool) -> Rest:
    """What to do about papers that are missing in the answer to a job. `whole`: its papers can only be asked for all together."""
    nothing, alone = len(missing) == len(job.papers), len(job.papers) == 1
    declined = reply.finish == "content_filter" or (bool(reply.refusal) and nothing)
    cut = reply.finish == "length"
    if whole:
        return Rest([Job(job.papers, job.tries + 1, job.room * (2 if cut else 1))] if not declined and job.tries < AGAIN else ())
    if declined and alone:
        return Rest(refused=[(missing[0], "the model declines to judge it" if reply.refusal else "the server's content filter refuses it")])
    if declined:
        return Rest(in_batches(missing, 1, job.tries, job.room))
    if cut and alone and job.room >= MOST_ROOM:
        return Rest(failed=[(missing[0], "the answer is cut before it ends; a larger llm.max_output_tokens may help")])
    if cut:
        return Rest(in_batches(missing, len(job.papers) // 2, job.tries, job.room * (2 if alone or nothing else 1)))
    if job.tries >= (AGAIN + BLANKS if alone else AGAIN):
        return Rest(failed=[(paper, f"no usable answer in {job.tries + 1} requests") for paper in missing])
    return Rest(in_batches(missing, 1 if job.tries else len(job.papers) // 2, job.tries + 1, job.room))

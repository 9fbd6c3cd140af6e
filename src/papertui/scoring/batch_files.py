"""The Batch API's files as text: requests out, answers in, and what a batch says of itself. Pure.

Sources: OpenAI's reference of the batch object and its guide to the Batch API (developers.openai.com/api/docs/guides/batch): a line of JSON a request,
`custom_id` its name, answers in any order, those that failed in a file of their own, part of them where a batch expires or is cancelled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any, Final, NamedTuple

from papertui.domain.answer import Answer, Judged, Outcome, Run, Spent
from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.upload import Sent
from papertui.scoring import answers
from papertui.scoring.answers import Judgement
from papertui.scoring.asked import Sheet
from papertui.scoring.asking import Refused, Tokens, Verdict
from papertui.scoring.model import score_of
from papertui.scoring.money import Prices, chars_of
from papertui.scoring.refusals import body_error, refused
from papertui.scoring.wire import Manners, Wishes, body_of, reply_of

ENDPOINT: Final = "/v1/chat/completions"
WINDOW: Final = "24h"
"""The only one that there is."""

MOST_REQUESTS = 50_000
"""A file, by OpenAI's reference of `POST /v1/batches`."""
MOST_BYTES = 180_000_000
"""A file; the same reference allows 200 MB, whichever megabyte is meant."""

MOST_LINE = 16_000_000
"""Bytes of an answer: a thousand times a usual one."""

HALF = 0.5
"""Of the usual price: OpenAI's FAQ of the Batch API, for every model; other servers that have one say the same or less of a discount."""

MARK = "papertui"
"""Our key in a batch's metadata."""

ENDED = ("completed", "failed", "expired", "cancelled")
"""States after which nothing more comes."""

FIELDS = ("response_format", "max_completion_tokens", "max_tokens", "prompt_cache_options")
"""Of a request, which a server may refuse."""

_NAME = re.compile(r"[\w.:\-]{1,200}", re.ASCII)


class Line(NamedTuple):
    """A request as it goes into a file."""

    sent: Sent
    data: bytes


def line_of(name: str, sheet: Sheet, wishes: Wishes, manners: Manners, *, day: date | None, number: int, passes: int) -> Line:
    """The request for a sheet. No service tier: a batch is a tier of its own."""
    body = body_of(sheet.question, wishes._replace(service_tier=None), manners)
    text = json.dumps({"custom_id": name, "method": "POST", "url": ENDPOINT, "body": body}, ensure_ascii=False, separators=(",", ":"))
    meant = {local: (paper.id, paper.digest) for local, paper in sheet.papers.items()}
    return Line(Sent(name, day, number, passes, chars_of(sheet.question), meant), text.encode("utf-8", "replace") + b"\n")


def files_of(lines: Iterable[Line], requests: int = MOST_REQUESTS, size: int = MOST_BYTES) -> Iterator[list[Line]]:
    """Lines in portions that a provider takes as one file; a portion at a time is held."""
    held: list[Line] = []
    held_size = 0
    for line in lines:
        if held and (len(held) >= requests or held_size + len(line.data) > size):
            yield held
            held, held_size = [], 0
        held.append(line)
        held_size += len(line.data)
    if held:
        yield held


class Batch(NamedTuple):
    """A batch as its provider tells of it."""

    id: str
    status: str
    total: int = 0
    completed: int = 0
    failed: int = 0
    files: tuple[str, ...] = ()
    """Answers, and what failed."""
    mark: str = ""
    """Our name for it."""
    created: int = 0
    """Seconds since 1970; 0 where it does not say."""
    why: str = ""
    """What is wrong with it as a whole, in one line."""

    @property
    def is_ended(self) -> bool:
        """Whether nothing more comes."""
        return self.status in ENDED


def name_of(value: object) -> str:
    """A provider's name for a file or a batch, fit for an address; "" where it is none."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) and value.strip(".") else ""


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def batch_of(value: object) -> Batch | None:
    """A batch object; None where it is none."""
    told = _table(value)
    name = name_of(told.get("id"))
    if not name or not isinstance(told.get("status"), str):
        return None
    counts, problems = _table(told.get("request_counts")), _table(told.get("errors")).get("data")
    files = (name_of(told.get("output_file_id")), name_of(told.get("error_file_id")))
    said = [one_line(str(each.get("message") or each.get("code") or ""), 200) for each in problems or () if isinstance(each, dict)]
    return Batch(
        name, one_line(told["status"], 40), _whole(counts.get("total")), _whole(counts.get("completed")), _whole(counts.get("failed")),
        tuple(filter(None, files)), str(_table(told.get("metadata")).get(MARK) or ""), _whole(told.get("created_at")),
        next(filter(None, said), ""),
    )  # fmt: skip


def batches_of(text: str) -> tuple[list[Batch], str]:
    """A page of a provider's batches, and after which one the next begins; "" where this was the last. ValueError where it is no such page."""
    told = json.loads(text)
    if not isinstance(told, dict) or not isinstance(told.get("data"), list):
        raise ValueError("no list of batches")
    found = [batch for each in told["data"] if (batch := batch_of(each)) is not None]
    return found, found[-1].id if found and told.get("has_more") is True else ""


def lines_in(file: IO[bytes]) -> Iterator[bytes]:
    """A file's lines, from its beginning; what is too long for one is left out."""
    file.seek(0)
    whole = True
    while line := file.readline(MOST_LINE):
        ended = line.endswith(b"\n")
        if whole and (ended or len(line) < MOST_LINE):
            yield line
        whole = ended


class Told(NamedTuple):
    """A line of an answers' file."""

    id: str
    """`custom_id`."""
    status: int | None
    """None: the request was never made."""
    body: Any = None
    error: str = ""
    """Why it was not made: `batch_expired`, or words."""


def told_in(line: bytes) -> Told | None:
    """A line; None where it is none of ours."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    told = _table(value)
    if not isinstance(told.get("custom_id"), str):
        return None
    response, error = _table(told.get("response")), _table(told.get("error"))
    status = response.get("status_code")
    code, message = str(error.get("code") or ""), str(error.get("message") or "")
    if not isinstance(status, int) or isinstance(status, bool):
        return Told(told["custom_id"], None, None, one_line(code if code.startswith("batch_") else message or code, 200))
    return Told(told["custom_id"], status, response.get("body"))


class Taken(NamedTuple):
    """What a line says of its papers."""

    found: dict[str, Judgement]
    missing: tuple[str, ...] = ()
    """Ids of papers that it says nothing usable of."""
    why: str = ""
    """In one line."""
    kind: str = ""
    """Of the outcome that is kept of those papers: `refused` (for good), `missing` (better asked for alone), "" (none is)."""
    tokens: Tokens | None = None
    is_answer: bool = False
    """Whether the model answered, which costs."""
    field: str = ""
    """A field of the request that the server does not take."""


_CUT = "the answer is cut before it ends; a larger llm.max_output_tokens may help"
_NOT_MADE = {
    "batch_expired": "the batch expired before the provider came to them",
    "batch_cancelled": "the batch was cancelled before the provider came to them",
}


def taken(told: Told, sent: Sent, *, model: str, where: str) -> Taken:
    """What a line says of the papers of its request. `where`: the server, for the reasons."""
    everything, alone = tuple(sent.papers), len(sent.papers) == 1
    if told.status is None:
        return Taken({}, everything, _NOT_MADE.get(told.error, told.error or "the provider did not come to them"))
    text = json.dumps(told.body)
    is_good = 200 <= told.status < 300 and body_error(text) is None
    reply = reply_of(told.body) if is_good and isinstance(told.body, dict) else None
    if reply is None:
        problem = refused(told.status, text, {}, sent=FIELDS, model=model, where=where)
        return Taken({}, everything, problem.line, _kept(problem, alone=alone), field=problem.field)
    found = answers.by_id(answers.judgements(reply.text), sent.papers)[0]
    missing = tuple(name for name in sent.papers if name not in found)
    why, kind = "left out of the answer", ""
    if reply.finish == "content_filter" or (reply.refusal and not found):
        why = "the model declines to judge it" if reply.refusal else "the server's content filter refuses it"
        kind = "refused" if alone else "missing"
    elif reply.finish == "length":
        why, kind = _CUT, "missing"
    return Taken(found, missing, why if missing else "", kind if missing else "", reply.tokens, is_answer=True)


def _kept(problem: Refused, *, alone: bool) -> str:
    if problem.verdict in (Verdict.SKIP, Verdict.SPLIT):
        return "refused" if alone else "missing"
    return ""


def answer_of(
    said: Taken, sent: Sent, run: Run, earlier: Mapping[PaperId, Sequence[Judged]], prices: Prices | None, now: datetime
) -> Answer:
    """What is kept of a line. `earlier`: what other passes said; `prices`: those of a batch."""
    scores, judged = [], []
    for name, judgement in said.found.items():
        paper, digest = sent.papers[name]
        others = [each for each in earlier.get(paper, ()) if each.number != sent.number and each.digest == digest]
        scores.append((paper, score_of(run.scorer, run.recipe, digest, judgement, others, now)))
        if sent.passes > 1:
            judged.append(Judged(paper, digest, sent.number, judgement.relevance or 0, judgement.novelty or 0, judgement.comment))
    outcomes = [Outcome(*sent.papers[name], said.kind, said.why) for name in said.missing] if said.kind else []
    spent = None
    if said.is_answer:
        usd = prices.of(said.tokens) if prices is not None and said.tokens is not None else None
        spent = Spent("score", len(sent.papers), sent.chars, said.tokens, usd)
    return Answer(scores, outcomes, judged, spent)

"""A scripted OpenAI-compatible server on loopback, in the manner of each kind of server: `with ModelServer(kind="ollama") as server: server.base_url`.

From a shell: `python -m tests.model_server --kind ollama --port 0 [--latency 0.2] [--faults] [--log FILE]`; the first line it prints is its base URL.
What the model thinks is in tests/model_answers.py, what kinds refuse in tests/model_kinds.py, the Batch API in tests/batch_server.py.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from papertui.scoring.asking import Tokens
from tests import model_kinds as kinds
from tests.batch_server import Batches
from tests.model_answers import REASONING_PER_PAPER, Json, Thought, dressed, expected, papers_in, prompt_tokens, said, think, tokens_of
from tests.model_kinds import ROUGH, Faults
from tests.model_wire import Wire, events_of

__all__ = ["ROUGH", "Asked", "Faults", "ModelServer", "expected"]


@dataclass
class Asked:
    """One chat request and what became of it."""

    number: int
    headers: dict[str, str]
    body: Json
    papers: list[Json]
    at: float
    """time.monotonic() at its arrival."""
    status: int = 200
    headers_sent: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    """The body as JSON (for a stream: as it would have been without)."""
    raw: bytes | None = None
    """A script's own body."""
    text: str = ""
    """What the model said."""
    finish: str = ""
    usage: Json | None = None
    tokens: Tokens = field(default_factory=Tokens)
    titles: list[str] = field(default_factory=list)
    """Papers that the text answers."""
    fault: str = ""
    finished: bool = False
    """The whole answer was written to a client that was still there."""
    ended: float = 0.0

    @property
    def replied(self) -> bool:
        """An answer of the model, no refusal."""
        return self.usage is not None


Script = Callable[[Json, list[Json]], tuple[int, Mapping[str, str], bytes] | None]


class ModelServer(Batches):
    """See the module. `key`: the bearer wanted; `obey`: a weak model that carries out what abstracts order; `counts=False`: no `usage` in answers."""

    def __init__(
        self,
        kind: str = "openai",
        *,
        latency: float = 0.0,
        piece_delay: float = 0.0,
        seed: int = 1,
        script: Script | None = None,
        faults: Faults = Faults(),  # noqa: B008  frozen
        obey: bool = False,
        key: str = "",
        models: tuple[str, ...] = (),
        counts: bool = True,
        headers: Mapping[str, str] | None = None,
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        super().__init__()
        self.kind, self.latency, self.piece_delay, self.seed, self.script, self.faults = kind, latency, piece_delay, seed, script, faults
        self.obey, self.key, self.models, self.counts, self.headers, self.log = (
            obey,
            key,
            models or kinds.KINDS[kind].models,
            counts,
            dict(headers or {}),
            log,
        )
        self.lock = threading.RLock()
        self.arrived = threading.Condition(self.lock)
        self.requests: list[Asked] = []
        self.dropped: Counter[str] = Counter()
        self.cached: set[str] = set()
        self.wire = Wire(self, port)
        self.base_url = f"http://127.0.0.1:{self.wire.server_port}/v1"

    def __enter__(self) -> ModelServer:
        threading.Thread(target=self.wire.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def wait_for(self, enough: Callable[[ModelServer], bool], seconds: float = 10.0) -> bool:
        """Waits until `enough(server)` holds, looked at whenever a request comes or ends; False: not in that time."""
        with self.arrived:
            return self.arrived.wait_for(lambda: enough(self), seconds)

    @property
    def replies(self) -> list[Asked]:
        """Answers of the model that were written whole."""
        with self.lock:
            return [asked for asked in self.requests if asked.finished and asked.replied]

    @property
    def tokens(self) -> Tokens:
        """The sum over `replies`."""
        total = Tokens()
        for asked in self.replies:
            total = total.plus(asked.tokens)
        return total

    @property
    def seen(self) -> Counter[str]:
        """Title -> how often it was answered in a reply that was written whole."""
        return Counter(title for asked in self.replies for title in asked.titles)

    @property
    def papers_sent(self) -> Counter[str]:
        """Title -> how often it was sent to us, refused requests included."""
        with self.lock:
            return Counter(str(paper["title"]) for asked in self.requests for paper in asked.papers)

    def stats(self) -> Json:
        """What GET /stats tells."""
        seen, sent = self.seen, self.papers_sent
        with self.lock:
            statuses = Counter(str(asked.status) for asked in self.requests)
        return {
            "requests": sum(statuses.values()), "statuses": dict(statuses), "finished": len(self.replies), "tokens": self.tokens._asdict(),
            "papers_answered": len(seen), "papers_sent": len(sent), "answers": seen.total(), "sendings": sent.total(), "answered": dict(seen), "sent": dict(sent),
        }  # fmt: skip

    def receive(self, headers: Mapping[str, str], body: Json) -> Asked:
        """Takes a request in, decides its answer, writes nothing."""
        with self.arrived:
            asked = Asked(len(self.requests), dict(headers), body, papers_in(body), time.monotonic())
            self.requests.append(asked)
            self.arrived.notify_all()
        rng = random.Random(f"{self.seed}:{asked.number}")
        scripted = self.script(body, asked.papers) if self.script else None
        if scripted:
            asked.status, asked.headers_sent, asked.raw = scripted[0], dict(scripted[1]), scripted[2]
            return asked
        no = self.denied(asked.headers) or self.unlucky(asked, rng) or kinds.refused(self.kind, body, self.models)
        if no:
            asked.status, asked.answer, asked.headers_sent = no.status, no.body, dict(no.headers)
        else:
            self.reply(asked, rng)
        return asked

    def denied(self, headers: Mapping[str, str]) -> kinds.No | None:
        """The key is asked for first, on every path."""
        given = {name.lower(): value for name, value in headers.items()}.get("authorization", "").removeprefix("Bearer ")
        lost = self.faults.wrong_key and len(self.replies) >= self.faults.after
        return kinds.wrong_key(self.kind, given) if lost or (self.key and given != self.key) else None

    def unlucky(self, asked: Asked, rng: random.Random) -> kinds.No | None:
        """Refusals that are nobody's fault or the papers'; also draws the faults of the answer to come."""
        faults, model = self.faults, str(asked.body.get("model"))
        names = ("too_many", "server_error", "reset", "stream_error", "blank", "refusal", "slow", "cut")
        rates = [getattr(faults, name) for name in names]
        asked.fault = rng.choices([*names, ""], [*rates, max(0.0, 1.0 - sum(rates))])[0]
        if faults.no_credit and len(self.replies) >= faults.after:
            return kinds.no_credit(self.kind)
        if asked.fault == "too_many":
            return kinds.too_many(self.kind, model, faults.retry_after)
        if asked.fault == "server_error":
            return kinds.server_error(self.kind)
        if faults.too_large is not None and len(asked.papers) > faults.too_large:
            asked.fault = "too_large"
            return kinds.too_large(self.kind, model, prompt_tokens(asked.body), as_context=faults.too_large_as_context)
        if faults.content_filter and any(faults.content_filter in str(paper["title"]) for paper in asked.papers):
            asked.fault = "content_filter"
            return kinds.filtered(self.kind)
        return None

    def reply(self, asked: Asked, rng: random.Random) -> None:
        """The model's answer, faults and dress included, and its price in tokens."""
        known, faults = kinds.KINDS[self.kind], self.faults
        bound = (asked.body.get("response_format") or {}).get("type", "text") != "text"
        thought = self.thought(asked, rng)
        text = dressed(thought.text, thinking=known.dresses and not bound and self.kind != "gemini", fenced=known.dresses and not bound)
        finish = "stop"
        reasoning = REASONING_PER_PAPER * len(asked.papers) if known.reasons else 0
        if asked.fault == "cut":
            finish, text = "length", text[: rng.randrange(len(text))]
        elif asked.fault in ("blank", "refusal"):
            text = "\n" * 40 if asked.fault == "blank" else "I'm sorry, I cannot assist with that request."
        barred = [str(paper["title"]) for paper in asked.papers if faults.filter_finish and faults.filter_finish in str(paper["title"])]
        for entry in thought.entries:
            if entry.title in barred and entry.text in text:
                finish, text = "content_filter", text[: text.index(entry.text)]
        limit = asked.body.get("max_completion_tokens") or asked.body.get("max_tokens")
        if limit and tokens_of(text) + reasoning > limit:
            reasoning = min(reasoning, limit)
            finish, text = "length", text[: int((limit - reasoning) * 4.3)]
        asked.text, asked.finish, asked.titles = text, finish, thought.titles_in(text)
        asked.tokens = self.counted(asked.body, tokens_of(text) + reasoning, reasoning)
        asked.usage = kinds.usage_of(known.details, asked.tokens)
        message: Json = {"role": "assistant", "content": text}
        if asked.fault == "refusal":
            message = {"role": "assistant", "content": None, "refusal": text}
        if self.kind == "deepseek":
            message["reasoning_content"] = "Let me think about each paper."
        choice: Json = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        if self.kind == "openrouter":
            choice["native_finish_reason"] = finish.upper()
        asked.answer = {
            "id": f"chatcmpl-{asked.number}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": asked.body.get("model"),
            "choices": [choice],
        }
        if self.counts:
            asked.answer["usage"] = asked.usage
        limits = {
            "x-ratelimit-limit-requests": "5000",
            "x-ratelimit-remaining-requests": "4999",
            "x-ratelimit-reset-requests": "12ms",
            "x-request-id": f"req_{asked.number}",
        }
        asked.headers_sent = {**(limits if self.kind == "openai" else {}), **self.headers}

    def thought(self, asked: Asked, rng: random.Random) -> Thought:
        """What the model would say; no paper is dropped more often than the faults allow."""
        faults = self.faults
        with self.lock:
            held = [
                paper
                for paper in asked.papers
                if faults.drops_per_title is None or self.dropped[str(paper["title"])] < faults.drops_per_title
            ]
            share = faults.drop_ids if len(held) == len(asked.papers) else 0.0
            thought = think(asked.body, asked.papers, rng, drop=share, invent=faults.invent_ids, double=faults.double_ids, obey=self.obey)
            answered = {entry.title for entry in thought.entries}
            self.dropped.update(str(paper["title"]) for paper in asked.papers if str(paper["title"]) not in answered)
        return thought

    def counted(self, body: Json, completion: int, reasoning: int) -> Tokens:
        """Instructions that came before are cached, where a kind tells of caches; OpenAI writes to it where the request has cache options."""
        first = "\n".join(said(message) for message in body.get("messages", []) if message.get("role") != "user")
        size = tokens_of(first) if first and kinds.KINDS[self.kind].details else 0
        with self.lock:
            known = first in self.cached
            self.cached.add(first)
        written = size if not known and self.kind == "openai" and "prompt_cache_options" in body else 0
        return Tokens(prompt_tokens(body), size if known else 0, written, completion, reasoning)

    def streams(self, asked: Asked) -> bool:
        """Some servers take `stream` and answer in one piece."""
        return asked.replied and bool(asked.body.get("stream")) and kinds.KINDS[self.kind].streams

    def events(self, asked: Asked) -> list[bytes]:
        return events_of(asked.answer, self.kind, usage=bool((asked.body.get("stream_options") or {}).get("include_usage")))

    def ended(self, asked: Asked, *, finished: bool) -> None:
        """Notes that an answer was written, or was not."""
        with self.arrived:
            asked.finished, asked.ended = finished, time.monotonic()
            self.arrived.notify_all()
            if self.log:
                told = {
                    name: getattr(asked, name)
                    for name in ("number", "status", "fault", "finish", "finished", "usage", "titles", "at", "ended")
                }
                line = json.dumps({**told, "sent": [paper["title"] for paper in asked.papers]}, ensure_ascii=False)
                with self.log.open("a", encoding="utf-8") as log:
                    log.write(line + "\n")


def main() -> None:
    """The server until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=sorted(kinds.KINDS), default="openai")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before an answer")
    parser.add_argument("--piece-delay", type=float, default=0.0, help="seconds between pieces of a stream")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="a JSON line per request is added to this file")
    parser.add_argument("--faults", action="store_true", help="the rates of issue 4's show")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=VALUE", help=f"one of {', '.join(asdict(Faults()))}")
    parser.add_argument("--obey", action="store_true", help="a weak model that obeys the papers")
    parser.add_argument("--key", default="", help="the bearer that is wanted")
    parser.add_argument("--model", action="append", default=[], help="a model's name instead of the kind's own")
    told = parser.parse_args()
    texts = {name for name, value in asdict(Faults()).items() if isinstance(value, str)}
    single = {name: value if name in texts else json.loads(value) for name, value in (each.split("=", 1) for each in told.fault)}
    faults = Faults(**{**asdict(ROUGH if told.faults else Faults()), **single})
    options: dict[str, Any] = {
        "latency": told.latency,
        "piece_delay": told.piece_delay,
        "seed": told.seed,
        "log": told.log,
        "port": told.port,
        "obey": told.obey,
        "key": told.key,
    }
    with ModelServer(told.kind, faults=faults, models=tuple(told.model), **options) as server, contextlib.suppress(KeyboardInterrupt):
        print(server.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()

"""Chat Completions as JSON: what is sent to a server, and what came back. Pure.

Sources: OpenAI's reference of the chat completions API; recorded answers of a dozen compatible servers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from papertui.scoring.asking import Question, Reply, Tokens

FORMATS = ("json_schema", "json_object", "text")
"""How an answer's form is asked for: the first that the server takes. It stands in the prompt too."""


class Manners(NamedTuple):
    """What a server takes, learned from what it refused."""

    format: str = FORMATS[0]
    dropped: tuple[str, ...] = ()
    """Fields that it does not know."""

    def without(self, field: str) -> Manners | None:
        """What to try after `field` was refused; None where there is nothing left to leave out."""
        if field == "response_format":
            rest = FORMATS[FORMATS.index(self.format) + 1 :]
            return self._replace(format=rest[0]) if rest else None
        if field in self.dropped or field in ("model", "messages"):
            return None
        return self._replace(dropped=(*self.dropped, field))

    def text(self) -> str:
        """As it is remembered."""
        return json.dumps(self)

    @classmethod
    def of(cls, text: str | None) -> Manners:
        """Of what was remembered; the first guess where that is nothing or damaged."""
        try:
            form, dropped = json.loads(text or "")
            return cls(form, tuple(map(str, dropped))) if form in FORMATS else cls()
        except (ValueError, TypeError):
            return cls()


class Wishes(NamedTuple):
    """What the settings want of every request."""

    model: str
    service_tier: str | None = None
    most_tokens: int | None = None
    """`llm.max_output_tokens`."""
    cache_breakpoints: bool = False
    """On OpenAI's own host: its implicit breakpoint sits behind the papers, so that "same instructions, new papers" never hits."""


def body_of(question: Question, wishes: Wishes, manners: Manners, *, stream: bool = False) -> dict[str, Any]:
    """The request. Never a temperature or a seed: many models refuse them."""
    system: Any = question.instructions
    body: dict[str, Any] = {"model": wishes.model}
    if wishes.cache_breakpoints and "prompt_cache_options" not in manners.dropped:
        system = [{"type": "text", "text": system, "prompt_cache_breakpoint": {"mode": "explicit"}}]
        body["prompt_cache_options"] = {"mode": "explicit"}
    body["messages"] = [{"role": "system", "content": system}, {"role": "user", "content": question.papers}]
    if manners.format == "json_schema":
        body["response_format"] = {"type": "json_schema", "json_schema": dict(question.schema)}
    elif manners.format == "json_object":
        body["response_format"] = {"type": "json_object"}
    limits = [limit for limit in (question.most_tokens, wishes.most_tokens) if limit]
    if limits:
        name = "max_tokens" if "max_completion_tokens" in manners.dropped else "max_completion_tokens"
        if name not in manners.dropped:
            body[name] = min(limits)
    if wishes.service_tier and "service_tier" not in manners.dropped:
        body["service_tier"] = wishes.service_tier
    if stream and "stream" not in manners.dropped:
        body["stream"] = True
        if "stream_options" not in manners.dropped:
            body["stream_options"] = {"include_usage": True}
    return body


def reply_of(answer: Mapping[str, Any], pause: float = 0.0) -> Reply | None:
    """What a server's JSON says; None where it is no chat completion."""
    choices = answer.get("choices")
    if not isinstance(choices, list):
        return None
    first = _table(choices[0] if choices else None)
    message = _table(first.get("message"))
    return Reply(
        _text(message.get("content")), str(first.get("finish_reason") or "stop"), tokens_of(answer.get("usage")),
        _text(message.get("refusal")), pause,
    )  # fmt: skip


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(content: object) -> str:
    """A message's content: a text, or parts of which some are texts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return ""


def tokens_of(usage: object) -> Tokens | None:
    """What a server counted, in any of the usual shapes; None where it did not count."""
    if not isinstance(usage, dict):
        return None
    prompt, completion = _number(usage, "prompt_tokens"), _number(usage, "completion_tokens")
    if not prompt and not completion:
        return None
    asked = usage.get("prompt_tokens_details") or {}
    told = usage.get("completion_tokens_details") or {}
    return Tokens(
        prompt,
        min(_number(asked, "cached_tokens") or _number(usage, "prompt_cache_hit_tokens"), prompt),
        _number(asked, "cache_write_tokens"),
        completion,
        _number(told, "reasoning_tokens"),
    )


def _number(table: object, key: str) -> int:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


class Stream:
    """An answer that comes in pieces (server-sent events, a `data:` line each)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._refusal: list[str] = []
        self._finish = ""
        self._tokens: Tokens | None = None
        self.error: str | None = None
        """What went wrong in mid-stream, as the server's own JSON."""
        self.ended = False
        """Whether the server said that this was all."""

    def line(self, line: str) -> str:
        """Take a line; the text that it brings."""
        if not line.startswith("data:"):
            return ""
        data = line[5:].strip()
        if data == "[DONE]":
            self.ended = True
            return ""
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            return ""
        if not isinstance(event, dict):
            return ""
        if event.get("error"):
            self.error = data
            return ""
        self._tokens = tokens_of(event.get("usage")) or self._tokens
        choices = event.get("choices")
        first = _table(choices[0] if isinstance(choices, list) and choices else None)
        delta = _table(first.get("delta"))
        if isinstance(delta.get("refusal"), str):
            self._refusal.append(delta["refusal"])
        if first.get("finish_reason"):
            self._finish = str(first["finish_reason"])
        piece = _text(delta.get("content"))
        self._pieces.append(piece)
        return piece

    def reply(self, pause: float = 0.0) -> Reply | None:
        """The whole; None where the stream broke off before its end."""
        if not self.ended and not self._finish:
            return None
        return Reply("".join(self._pieces), self._finish or "stop", self._tokens, "".join(self._refusal), pause)

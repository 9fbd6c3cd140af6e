"""What a server's refusal means: its status, body and headers -> what is to be done, in one line. Pure.

Sources: OpenAI's guide to error codes; recorded bodies of OpenAI, Azure, Groq, DeepSeek, OpenRouter; the published texts of Gemini, vLLM, llama.cpp,
LM Studio, Ollama and LiteLLM. The server's own words are matched, for codes differ between servers and are often missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from papertui.domain.gate import one_line
from papertui.scoring.asking import Refused, Verdict
from papertui.scoring.waits import MAX_READ, MAX_WAIT, pause_after, uncapped_wait, wait_seconds

__all__ = ["body_error", "pause_after", "refused", "wait_seconds"]

MAX_SAID = 200
"""Characters of a server's own words in a line."""

FIXED = frozenset({"model", "messages", "input"})
"""Fields without which there is no request."""

_KEY = re.compile(
    r"(?i:\b(?:sk|pk|rk|gsk|xai|hf|nvapi|csk|tgp|fw)[-_][\w*.…-]{4,}|\bbearer\s+\S+|(?<=key: )\S+|(?<=provided: )\S+)|"
    r"\bAIza[\w*-]+|(?<![\w/.-])[\w-]{40,}"
)
"""What looks like a key, whole or with stars in it."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


_DAY = _words(r"per[ _-]?day", r"\b(?:TPD|RPD)\b", r"daily")
_CREDIT = _words(
    r"insufficient[_ ](?:quota|balance|credit|funds)", r"billing[_ ](?:hard|not)", r"credit balance", r"(?:no|out of|not enough|more) credits?\b",
    r"exceeded your current quota", r"arrears", r"spend(?:ing)? limit", r"usage limit reached",
)  # fmt: skip
_TOO_LARGE = _words(
    r"context[_ ](?:length|size|window)", r"maximum context", r"exceed_context", r"request too large", r"too many (?:input |prompt )?tokens",
    r"prompt (?:is )?too long", r"reduce the length", r"tokens must be reduced", r"input (?:is )?too long", r"input token count",
    r"longer than the maximum", r"exceeds? the (?:maximum|limit|model's) [\w ]{0,40}tokens?", r"reduce your message size",
    r"string_above_max_length", r"(?:payload|entity) too large",
)  # fmt: skip
_FILTER = _words(
    r"content[_ ]?filter", r"content[_ ]policy", r"content management policy", r"invalid_prompt", r"usage polic", r"violat\w+ [\w' ]{0,30}polic",
    r"\bmoderation\b", r"content exists risk", r"PROHIBITED_CONTENT", r"data_inspection_failed", r"flagged", r"safety (?:system|reasons|filter)",
)  # fmt: skip
_BARRED = _words(
    r"(?:account|organi[sz]ation|project)\b.{0,60}(?:suspended|deactivated|disabled|flagged|blocked|banned)",
    r"(?:location|country|region)\b.{0,30}not supported",
)
_NO_MODEL = _words(
    r"model[_ ]?not[_ ]?(?:found|exist)", r"DeploymentNotFound", r"deployment [\w ]{0,40}does not exist", r"not a valid model",
    r"\bno (?:such )?model\b", r"unknown model", r"invalid model", r"model_not_available", r"model_decommissioned", r"no endpoints found for",
    r"models? .{0,120}(?:does not exist|not found|do not have access|not supported for generate)", r"has been (?:decommissioned|shut down|retired)",
)  # fmt: skip
_BAD_KEY = _words(
    r"invalid[_ ](?:api|authentication)[_ ]?key", r"api[_ ]key (?:not valid|invalid|expired|is required)", r"incorrect api key", r"API_KEY_INVALID",
    r"authentication_error", r"no auth credentials", r"unauthorized", r"missing api key",
)  # fmt: skip
_PASSING = _words(r"server_error", r"internal", r"overloaded", r"time[d ]?\s?out", r"unavailable", r"disconnect", r"temporar")
_FIELD_NAMED = _words(
    r"unknown name \W{0,2}([\w.]+)",
    r"(?:unsupported|unknown|unrecognized|unexpected|unpermitted|invalid)[\w ]{0,24}(?:parameter|argument|field|value)s?[^\w.]{1,20}([\w.]+)",
    r"[\"'`]([\w.]+)[\"'`]\s{0,9}:?\s{0,9}(?:is|are|does|must|was|extra|of type|property|has)\b",
    r"property [\"'`]([\w.]+)[\"'`]",
    r"\bdoes not support (?:the )?(?:parameter )?[\"'`]?([\w.]+)",
)
_NOT_TAKEN = _words(
    r"not (?:\w+ )?(?:support|available|permitted|allowed|compatible)", r"unsupported", r"unavailable", r"unknown", r"unrecogni[sz]ed", r"unexpected",
    r"cannot find field", r"invalid", r"must be", r"must contain", r"extra (?:inputs|fields)", r"only .{0,40}(?:allowed|supported)",
    r"does(?:n't| not) support", r"deserialize", r"incompatible", r"deprecated", r"not yet", r"out of range", r"too large", r"greater than", r"less than",
)  # fmt: skip
_MARKS_OF = {
    "response_format": _words(
        r"response[_ ]format", r"json[_ ]schema", r"json[_ ]object", r"structured output", r"json mode", r"guided", r"grammar"
    ),
    "stream_options": _words(r"include_usage"),
    "prompt_cache_options": _words(r"prompt_cache", r"cache_breakpoint", r"cache_control"),
    "stream": _words(r"streaming"),
}
"""Words that mean a field where its name is not said as it is."""

_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)


class _Said(NamedTuple):
    """What a body says."""

    message: str
    code: str = ""
    """Code, type and status as words: `model_not_found invalid_request_error`."""
    param: str = ""
    number: int | None = None
    """A status that the body gives."""
    whole: str = ""
    """All of it, to be searched."""
    kind: str = "json"
    """`json`, `page`, `text`."""

    @property
    def words(self) -> str:
        return f"{self.code} {self.message}"


def refused(
    status: int | None, body: str, headers: Mapping[str, str], *, sent: Collection[str], model: str, where: str, now: float | None = None
) -> Refused:
    """What is to be done about a request that brought no reply.

    `status` None: no connection or too slow, and `body` says what happened. `sent`: names of the request's fields. `where`: the server, for the line.
    `now`: seconds since 1970, for dates in headers; without it the answer's own `Date` counts.
    """
    if status is None:
        return Refused(
            f"{where}: no answer ({_short(body) or 'connection failed'}); is it running, and is llm.base_url right?", Verdict.WAIT
        )
    said = _read(body)
    if status < 400:
        status = said.number or status
    waits = uncapped_wait(said.whole, headers, now)
    verdict, field = _verdict(status, said, sent, waits)
    seconds = min(waits, MAX_WAIT) if waits is not None and verdict is Verdict.WAIT else None
    told = _short(said.message) or "it does not say why"
    return Refused(
        f"{where}: {_line(verdict, field, status, said, told, one_line(model, 100), waits)}", verdict, seconds=seconds, field=field
    )


def _verdict(status: int, said: _Said, sent: Collection[str], waits: float | None) -> tuple[Verdict, str]:
    """The verdict, and for DROP the field."""
    words = said.words
    if status < 400 and said.kind != "json":
        return (Verdict.STOP if said.kind == "page" else Verdict.WAIT), ""
    if status == 402 or _BARRED.search(words):
        return Verdict.STOP, ""
    if _FILTER.search(words) or "ResponsibleAIPolicy" in said.whole:
        return Verdict.SKIP, ""
    if status == 429:
        return _too_many(said, waits), ""
    too_large = status == 413 or _TOO_LARGE.search(words)
    if not too_large and (status in (408, 409, 425, 498) or status >= 500 or "overloaded" in words.lower()):
        return Verdict.WAIT, ""
    if too_large:
        return Verdict.SPLIT, ""
    if status in (401, 403) or _BAD_KEY.search(words) or _CREDIT.search(words):
        return Verdict.STOP, ""
    field = _field(said, sent) if status in (400, 422) else ""
    if field and (status == 422 or _top(said.param) == field or _NOT_TAKEN.search(words)):
        return Verdict.DROP, field
    if status in (404, 405, 410) or _NO_MODEL.search(words) or said.param == "model":
        return Verdict.STOP, ""
    return (Verdict.WAIT if status < 400 and _PASSING.search(words) else Verdict.FAIL), ""


def _too_many(said: _Said, waits: float | None) -> Verdict:
    """The meanings of 429: wait, a request larger than the minute's budget, no credit or nothing more today."""
    if _TOO_LARGE.search(said.words):
        return Verdict.SPLIT
    day = _DAY.search(said.whole) is not None
    google = (
        "RESOURCE_EXHAUSTED" in said.whole
    )  # its words for a full minute are OpenAI's for spent credit, and its waits are short on a full day
    if day and (google or waits is None or waits > MAX_WAIT):
        return Verdict.STOP
    if _CREDIT.search(said.words) and not day and not (google and waits is not None):
        return Verdict.STOP
    return Verdict.WAIT


def _top(name: str) -> str:
    """`response_format.type`, `messages[0].role`: the field of the request."""
    return name.partition(".")[0].partition("[")[0]


def _field(said: _Said, sent: Collection[str]) -> str:
    """The field of the request that is meant; "" where none that was sent is."""
    may = sorted(set(sent) - FIXED, key=len, reverse=True)
    named = [said.param, *(next(filter(None, found.groups()), "") for found in _FIELD_NAMED.finditer(said.message))]
    for name in map(_top, named):
        if name in may:
            return name
    for name in may:
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said.message):
            return name
    return next((name for name in may if name in _MARKS_OF and _MARKS_OF[name].search(f"{said.message} {said.param}")), "")


def _line(verdict: Verdict, field: str, status: int, said: _Said, told: str, model: str, waits: float | None) -> str:
    """The line's text behind the server's name: why, and what to do."""
    if verdict is Verdict.STOP:
        return _stopped(status, said, told, model, waits)
    if verdict is Verdict.DROP:
        return f"does not take {field} ({told})"
    if verdict is Verdict.SKIP:
        return f"its content filter refused the request ({told})"
    if verdict is Verdict.SPLIT:
        return f"the request is too large ({told}); a smaller llm.batch_size avoids this"
    if status == 429:
        return f"too many requests ({told})"
    if status < 400:
        return f"gave no answer ({'broken JSON' if said.kind == 'text' else told})"
    return f"{'has trouble' if verdict is Verdict.WAIT else 'refused the request'}, status {status} ({told})"


def _stopped(status: int, said: _Said, told: str, model: str, waits: float | None) -> str:
    """Why nothing will ever be answered, and what to do."""
    day = _DAY.search(said.whole) is not None
    if said.kind == "page" and status != 403:
        return f"answers with {told}, status {status}; is llm.base_url right? It usually ends in /v1"
    if _BARRED.search(said.words):
        return f"access is refused ({told}); settle it there, or choose another server: set llm.base_url (papertui config edit)"
    if status == 402 or (_CREDIT.search(said.words) and not day):
        return f"no credit left ({told}); top up or change the plan there, then score again"
    if status == 429:
        again = f"in {waits / 60:.0f} minutes" if waits is not None and waits > MAX_WAIT else "tomorrow"
        return f"the day's limit is reached ({told}); score again {again}, or choose another model: set llm.model (papertui config edit)"
    if status == 401 or _BAD_KEY.search(said.words):
        return f"the API key is not accepted ({told}); set llm.api_key_env or llm.api_key_command to where the right one is"
    if _NO_MODEL.search(said.words) or said.param == "model":
        return f"has no model {model} ({told}); set llm.model to one that it has (papertui config edit)"
    if status == 403:
        return f"access is refused ({told}); is the key in llm.api_key_env meant for this server and for {model}?"
    return f"status {status} ({told}); is llm.base_url right? It usually ends in /v1"


def body_error(body: str) -> str | None:
    """What a body of status 200 says where it is an error in truth; None where it is a usable JSON object."""
    said = _read(body)
    if said.kind == "page":
        return f"answers with {_short(said.message)}; is llm.base_url right? It usually ends in /v1"
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "answers with broken JSON" if body.strip() else "answers with nothing"
    if isinstance(data, dict) and not data.get("error"):
        return None
    return _short(said.message) or "answers with something that is no chat completion"


def _short(text: str) -> str:
    """A server's own words: one line, short, without anything that looks like a key, without a full stop."""
    return one_line(_KEY.sub("[key]", one_line(text[:MAX_READ], 2_000)), MAX_SAID).rstrip(".")


def _read(body: str) -> _Said:
    """A body of any server: JSON in any of the shapes of an error, a page, a text."""
    start = body[:MAX_READ]
    if _HTML.match(start):
        title = _TITLE.search(start)
        return _Said(f"a web page: {title[1].strip()}" if title else "a web page", kind="page")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _Said(start, whole=start, kind="text")
    if isinstance(data, list) and data:
        data = data[0]
    error: Any = (data.get("error") or data) if isinstance(data, dict) else data
    if isinstance(error, str):  # LM Studio, and older versions of Ollama: {"error": "..."}
        return _Said(error, whole=start)
    if not isinstance(error, dict):
        return _Said("", whole=start)
    number = next((found for key in ("code", "status", "status_code") if (found := _status(error.get(key))) is not None), None)
    codes = " ".join(error[key] for key in ("code", "type", "status") if isinstance(error.get(key), str))
    param = error.get("param")
    return _Said(" / ".join(dict.fromkeys(_messages(error))), codes, param if isinstance(param, str) else "", number, start)


def _status(value: object) -> int | None:
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600 else None


def _messages(error: Mapping[str, Any]) -> Iterator[str]:
    """The server's words: its message, what a validator said (`detail`), what its provider said (OpenRouter's `metadata.raw`)."""
    for key in ("message", "detail", "msg", "error"):
        value = error.get(key)
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, list):
            yield from (_complaint(one) for one in value[:5] if isinstance(one, dict) and isinstance(one.get("msg"), str))
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if isinstance(raw, str) and raw:
        yield raw


def _complaint(one: Mapping[str, Any]) -> str:
    """One of a validator's: {"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}."""
    place = one.get("loc")
    named = [part for part in place if isinstance(part, str) and part != "body"] if isinstance(place, list) else []
    return f"'{named[0]}' is refused: {one['msg']}" if named else str(one["msg"])

"""What a server's refusal means: its status, body and headers -> what is to be done, in one line. Pure.

Sources: OpenAI's guide to error codes and rate-limit headers; recorded bodies of OpenAI, Azure, Groq, DeepSeek, OpenRouter; the published texts of
Gemini, vLLM, llama.cpp, LM Studio, Ollama and LiteLLM. The server's own words are matched, for codes differ between servers and are often missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from papertui.domain.gate import one_line
from papertui.scoring.asking import Refused, Verdict

MAX_WAIT = 120.0
"""Seconds: nobody waits longer between two requests; the openai package has the same bound."""

MAX_SAID = 200
"""Characters of a server's own words in a line."""

MAX_READ = 100_000
"""Characters of a body that are looked at."""

SMALL_NEED = 1_000
"""Tokens: with fewer left in this minute not even a small request goes through."""

_KEY = re.compile(
    r"(?i)(?:\b(?:sk|pk|rk|gsk|xai|hf|AIza|nvapi|csk|tgp|fw)[-_]?[\w*.…-]{6,}|\bbearer\s+\S+|(?<=key: )\S+|(?<=provided: )\S+)"
)
_DAY = re.compile(r"per[ _-]?day|\b(?:TPD|RPD)\b|daily", re.IGNORECASE)
_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|funds)|billing[_ ](?:hard|not)|credit balance|(?:no|out of|not enough|more) credits?\b|"
    r"exceeded your current quota|requires more credits|arrears|access_terminated|spend(?:ing)? limit|usage limit reached",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|exceed_context|request too large|too many (?:input |prompt )?tokens|prompt (?:is )?too long|"
    r"reduce the length|tokens must be reduced|input (?:is )?too long|input token count|longer than the maximum|exceeds? the (?:maximum|limit|model's) "
    r"[\w ]{0,40}tokens?|reduce your message size|string_above_max_length|payload too large|entity too large",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"content[_ ]?filter|content[_ ]policy|content management policy|ResponsibleAIPolicy|invalid_prompt|usage polic|violat\w+ [\w' ]{0,30}polic|"
    r"moderation|content exists risk|PROHIBITED_CONTENT|data_inspection_failed|flagged|safety (?:system|reasons|filter)",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model[_ ]?not[_ ]?(?:found|exist)|DeploymentNotFound|deployment [\w ]{0,40}does not exist|not a valid model|no (?:such )?model|unknown model|"
    r"invalid model|model_not_available|models? [^.]{0,120}(?:does not exist|not found|is not found|do not have access|not supported for generate)|"
    r"no endpoints found for (?!.*(?:parameters|support))|model_decommissioned|has been (?:deprecated|decommissioned|shut down|retired)",
    re.IGNORECASE,
)  # fmt: skip
_BAD_KEY = re.compile(
    r"invalid[_ ](?:api|authentication)[_ ]?key|api[_ ]key (?:not valid|invalid|expired|is required)|incorrect api key|API_KEY_INVALID|authentication_error|"
    r"no auth credentials|unauthorized|missing api key",
    re.IGNORECASE,
)
_FIELD_NAMED = re.compile(
    r"unknown name \W{0,2}([\w.]+)|(?:unsupported|unknown|unrecognized|unexpected|unpermitted|invalid)[\w ]{0,24}(?:parameter|argument|field|value)s?[^\w.]{1,20}([\w.]+)|"
    r"[\"'`]([\w.]+)[\"'`]\s*:?\s*(?:is|are|does|must|was|extra|of type|property|has)\b|property [\"'`]([\w.]+)[\"'`]|\bdoes not support (?:the )?(?:parameter )?[\"'`]?([\w.]+)",
    re.IGNORECASE,
)  # fmt: skip
_NOT_TAKEN = re.compile(
    r"not (?:\w+ )?(?:support|available|permitted|allowed|compatible)|unsupported|unavailable|unknown|unrecogni[sz]ed|unexpected|cannot find field|invalid|"
    r"must be|must contain|extra (?:inputs|fields)|only .{0,40}(?:allowed|supported)|does(?:n't| not) support|deserialize|incompatible|deprecated|not yet|"
    r"out of range|greater than|less than|below|above",
    re.IGNORECASE,
)
_MARKS_OF = {
    "response_format": re.compile(
        r"response[_ ]format|json[_ ]schema|json[_ ]object|structured output|json mode|guided|grammar", re.IGNORECASE
    ),
    "stream_options": re.compile(r"stream_options|include_usage", re.IGNORECASE),
    "prompt_cache_options": re.compile(r"prompt_cache|cache_breakpoint|cache_control", re.IGNORECASE),
    "stream": re.compile(r"streaming|\bstream\b", re.IGNORECASE),
}
"""Words that mean a field where its name is not said as it is."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milliseconds?|days?|hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])", re.IGNORECASE)
_AGAIN = re.compile(
    r"(?:try again|retry|available again)\s+(?:in|after)\s+((?:\d{1,9}(?:\.\d{1,9})?\s{0,3}[a-z]{1,12}[\s,]{0,3}){1,4}|\d{1,9}(?:\.\d{1,9})?)",
    re.IGNORECASE,
)
_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)


class _Said(NamedTuple):
    """What a body says."""

    message: str
    code: str
    """Code, type and status as words: `invalid_request_error model_not_found`."""
    param: str
    number: int | None
    """A status that the body gives."""
    whole: str
    """All of it, to be searched."""


def refused(
    status: int | None, body: str, headers: Mapping[str, str], *, sent: Collection[str], model: str, where: str, now: float | None = None
) -> Refused:
    """What is to be done about a request that brought no reply.

    `status` None: no connection or too slow, and `body` says what happened. `sent`: names of the request's fields. `where`: the server, for the line.
    `now`: seconds since 1970, for dates in headers; without it the answer's own `Date` counts.
    """
    if status is None:
        return Refused(f"{where}: no answer ({_short(body) or 'connection failed'})", Verdict.WAIT)
    said = _read(body)
    if status < 400:
        status = said.number or 0
    waits = _wait(said.whole, headers, now)
    seconds = None if waits is None else min(waits, MAX_WAIT)
    told = _short(said.message) or f"status {status}"
    verdict, field = _verdict(status, said, sent, waits)
    line = f"{where}: {_why(verdict, field, status, said, told, one_line(model, 100), waits)}"
    return Refused(line, verdict, seconds=seconds if verdict is Verdict.WAIT else None, field=field)


def _verdict(status: int, said: _Said, sent: Collection[str], waits: float | None) -> tuple[Verdict, str]:
    """The verdict, and for DROP the field."""
    words = f"{said.code} {said.message}"
    if status == 402:
        return Verdict.STOP, ""
    if _FILTER.search(words) or (_FILTER.search(said.whole[:4_000]) and status in (400, 403)):
        return Verdict.SKIP, ""
    if status == 429:
        return _too_many(said, waits), ""
    if status in (408, 409, 425, 498) or (status >= 500 and not _TOO_LARGE.search(words)) or "overloaded" in words.lower():
        return Verdict.WAIT, ""
    if status == 413 or _TOO_LARGE.search(words):
        return Verdict.SPLIT, ""
    if status in (401, 403) or _BAD_KEY.search(words) or _CREDIT.search(words):
        return Verdict.STOP, ""
    field = _field(said, sent)
    if field and (said.param.partition(".")[0].partition("[")[0] == field or _NOT_TAKEN.search(words)):
        return Verdict.DROP, field
    if status in (404, 405, 410) or _NO_MODEL.search(words) or said.param == "model":
        return Verdict.STOP, ""
    return Verdict.FAIL, ""


def _too_many(said: _Said, waits: float | None) -> Verdict:
    """The meanings of 429: wait, a request larger than the minute's budget, no credit (or nothing more today)."""
    words = f"{said.code} {said.message}"
    if _TOO_LARGE.search(words):
        return Verdict.SPLIT
    if _DAY.search(said.whole) and (waits is None or waits > MAX_WAIT):
        return Verdict.STOP
    google = "RESOURCE_EXHAUSTED" in said.whole  # its words for a full minute are OpenAI's for spent credit
    if _CREDIT.search(words) and not (google and waits is not None and not _DAY.search(said.whole)):
        return Verdict.STOP
    if google and _DAY.search(said.whole):
        return Verdict.STOP
    return Verdict.WAIT


def _field(said: _Said, sent: Collection[str]) -> str:
    """The field of the request that is meant; "" where none that was sent is."""
    named = [said.param, *(next(filter(None, found.groups()), "") for found in _FIELD_NAMED.finditer(said.message))]
    for name in named:
        top = name.partition(".")[0].partition("[")[0]
        if top in sent:
            return top
    message = said.message
    for name in sorted(sent, key=len, reverse=True):
        if re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", message):
            return name
    return next((name for name, marks in _MARKS_OF.items() if name in sent and (marks.search(message) or marks.search(said.param))), "")


def _why(verdict: Verdict, field: str, status: int, said: _Said, told: str, model: str, waits: float | None) -> str:
    """The line's text behind the server's name: why, and what to do."""
    words = f"{said.code} {said.message}"
    if verdict is Verdict.DROP:
        return f"does not take {field} ({told})"
    if verdict is Verdict.SKIP:
        return f"its content filter refused the request ({told})"
    if verdict is Verdict.SPLIT:
        return f"the request is too large ({told}); set llm.batch_size lower if this happens often"
    if verdict is Verdict.WAIT:
        return f"too many requests ({told})" if status == 429 else f"has trouble, status {status} ({told})"
    if verdict is Verdict.FAIL:
        return f"refused the request, status {status} ({told})"
    if status == 402 or (_CREDIT.search(words) and not _DAY.search(said.whole)):
        return f"no credit left ({told}); top up or change the plan there, then score again"
    if status == 429:
        again = f" in {waits / 60:.0f} minutes" if waits is not None else " tomorrow"
        return f"the day's limit is reached ({told}); score again{again}, or choose another model: papertui config set llm.model NAME"
    if status == 401 or _BAD_KEY.search(words):
        return f"the API key is not accepted ({told}); set llm.api_key_env or llm.api_key_command to where the right one is"
    if _NO_MODEL.search(words) or said.param == "model":
        return f"has no model {model} ({told}); choose another: papertui config set llm.model NAME"
    if status == 403:
        return f"access is refused ({told}); is the key in llm.api_key_env meant for this server and for {model}?"
    return f"status {status} ({told}); is llm.base_url right? It usually ends in /v1"


def body_error(body: str) -> str | None:
    """What a body of status 200 says where it is an error in truth; None where it is a usable JSON object."""
    if _HTML.match(body):
        return f"answers with a web page ({_short(_read(body).message)}); is llm.base_url right? It usually ends in /v1"
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "answers with broken JSON" if body.strip() else "answers with nothing"
    if isinstance(data, dict) and not data.get("error"):
        return None
    return _short(_read(body).message) or "answers with something that is no chat completion"


def pause_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait before the next request, as the rate-limit headers of an answer say: only where nothing, or next to nothing, is left."""
    table = _lower(headers)
    waits = []
    for what, need in (("requests", 1.0), ("tokens", float(SMALL_NEED))):
        left, most = _number(table.get(f"x-ratelimit-remaining-{what}")), _number(table.get(f"x-ratelimit-limit-{what}"))
        if left is not None and left < (need if most is None else min(need, max(most / 2, 1.0))):
            waits.append(_reset(table, what) or 0.0)
    return min(max(waits, default=0.0), MAX_WAIT)


def wait_seconds(body: str, headers: Mapping[str, str], now: float) -> float | None:
    """How long a server asks to wait, in seconds, at most 120; None where it does not say. `now`: seconds since 1970."""
    seconds = _wait(body[:MAX_READ], headers, now)
    return None if seconds is None else min(seconds, MAX_WAIT)


def _wait(body: str, headers: Mapping[str, str], now: float | None) -> float | None:
    """Without the cap: whether a day's limit is worth waiting for is told by it."""
    table = _lower(headers)
    if (milliseconds := _number(table.get("retry-after-ms"))) is not None:
        return milliseconds / 1_000
    asked = table.get("retry-after", "").strip()
    if (seconds := _span(asked)) is not None:
        return seconds
    clock = now if now is not None else _date(table.get("date", ""))
    if asked and clock is not None and (date := _date(asked)) is not None:
        return max(date - clock, 0.0)
    if (found := _AGAIN.search(body)) and (seconds := _span(found[1])) is not None:
        return seconds
    if (found := re.search(r'"retryDelay\\?"\s{0,9}:\s{0,9}\\?"([^"\\]{1,40})', body)) and (seconds := _span(found[1])) is not None:
        return seconds
    spent = [_reset(table, what) for what in ("requests", "tokens") if _number(table.get(f"x-ratelimit-remaining-{what}")) == 0]
    if known := [seconds for seconds in spent if seconds is not None]:
        return max(known)
    reset = table.get("x-ratelimit-reset") or next(
        (m[1] for m in re.finditer(r'(?i)"x-ratelimit-reset"\s{0,9}:\s{0,9}"?(\d{1,16})', body)), ""
    )
    moment = _number(reset)
    if moment is None or moment < 1e9:
        return _span(reset)
    return None if clock is None else max(moment / (1_000 if moment > 1e11 else 1) - clock, 0.0)


def _reset(table: Mapping[str, str], what: str) -> float | None:
    """Seconds till a limit is fresh again. Azure, known by its `renewalperiod`, gives bare milliseconds; others bare seconds."""
    text = table.get(f"x-ratelimit-reset-{what}", "")
    if f"x-ratelimit-renewalperiod-{what}" in table and (bare := _number(text)) is not None:
        return bare / 1_000
    return _span(text)


def _span(text: str) -> float | None:
    """A duration: `2ms`, `8.64s`, `1m53.425s`, `2 minutes`, `30` (seconds)."""
    text = text.strip().rstrip(".")[:60]
    if (bare := _number(text)) is not None:
        return bare
    found = _SPAN.findall(text)
    if not found or not text[:1].isdigit():
        return None
    return sum(float(number) * (0.001 if unit.lower().startswith(("ms", "milli")) else _UNITS[unit[0].lower()]) for number, unit in found)


def _number(text: str | None) -> float | None:
    """A number that is not negative, as headers have it."""
    return float(text) if text and re.fullmatch(r"\s{0,9}\d{1,15}(?:\.\d{0,15})?\s{0,9}", text, re.ASCII) else None


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _short(text: str) -> str:
    """A server's own words: one line, short, without anything that looks like a key, without a full stop."""
    return one_line(_KEY.sub("[key]", one_line(text[:MAX_READ], 2_000)), MAX_SAID).rstrip(".")


def _read(body: str) -> _Said:
    """A body of any server: JSON in any of the shapes of an error, a page, a text."""
    body = body[:MAX_READ]
    if _HTML.match(body):
        title = _TITLE.search(body)
        return _Said(title[1] if title else "a web page", "", "", None, "")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _Said(body, "", "", None, body)
    if isinstance(data, list) and data:
        data = data[0]
    error: Any = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, str):  # LM Studio: {"error": "..."}; Ollama's older ones too
        return _Said(error, "", "", None, body)
    if not isinstance(error, dict):
        return _Said("", "", "", None, body)
    number = next((value for key in ("code", "status") if (value := _status(error.get(key))) is not None), None)
    codes = " ".join(str(error[key]) for key in ("code", "type", "status", "innererror_code") if isinstance(error.get(key), str))
    param = error.get("param")
    return _Said(" / ".join(dict.fromkeys(_messages(error))), codes, param if isinstance(param, str) else "", number, body)


def _status(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600 else None


def _messages(error: Mapping[str, Any]) -> Iterator[str]:
    """The server's words: its message, what its provider said (OpenRouter's `metadata.raw`), what a validator said (`detail`)."""
    for key in ("message", "detail", "msg", "error"):
        value = error.get(key)
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, list):
            for one in value[:5]:
                if isinstance(one, dict) and isinstance(one.get("msg"), str):
                    place = one.get("loc")
                    named = [part for part in place if isinstance(part, str) and part != "body"] if isinstance(place, list) else []
                    yield f"'{named[0]}' is refused: {one['msg']}" if named else one["msg"]
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if isinstance(raw, str) and raw:
        yield _read(raw).message if raw.lstrip().startswith("{") and '"metadata"' not in raw else raw

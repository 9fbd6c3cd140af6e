"""What servers refuse, and what is done about it: every recorded error, and those known from the servers' own texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.scoring.asking import Refused, Verdict
from papertui.scoring.refusals import body_error, pause_after, refused, wait_seconds
from tests.shared import shared_file

SENT = (
    "response_format",
    "temperature",
    "max_completion_tokens",
    "stream",
    "stream_options",
    "service_tier",
    "prompt_cache_options",
    "seed",
)
WAIT, SPLIT, DROP, SKIP, STOP, FAIL = Verdict.WAIT, Verdict.SPLIT, Verdict.DROP, Verdict.SKIP, Verdict.STOP, Verdict.FAIL

RECORDED = {
    "azure__chat__200__cf.json": SKIP,
    "azure__chat__404__plain.json": STOP,
    "deepseek__responses__400__plain.json": FAIL,
    "err__openai__400__10.json": FAIL,
    "err__openai__400__11.json": FAIL,
    "err__openai__400__12.json": FAIL,
    "err__openai__400__15.json": DROP,
    "err__openai__400__22.json": STOP,
    "err__openai__400__context_length_exceeded.json": SPLIT,
    "err__openai__400__context_length_requested.json": SPLIT,
    "err__openai__401__invalid_api_key.json": STOP,
    "err__openai__404__21.json": STOP,
    "err__openai__429__insufficient_quota.json": STOP,
    "err__openai__429__rate_limit_ms.json": WAIT,
    "err__openai__429__rate_limit_tpm.json": WAIT,
    "err__openai__429__request_too_large.json": SPLIT,
    "err__openai__500__server_error.json": WAIT,
    "groq__chat__400__plain.json": FAIL,
    "groq__chat__404__plain.json": STOP,
    "openai__chat__400__plain.json": FAIL,
    "openai__chat__400__plain_2.json": FAIL,  # web_search_options: never sent by us
    "openai__chat__404__plain.json": STOP,
    "openai__embeddings__404__plain.json": STOP,
    "openai__responses__400__plain.json": STOP,
    "openrouter__chat__429__plain.json": WAIT,
}


def said(status: int | None, body: object, headers: Mapping[str, str] | None = None, sent: tuple[str, ...] = SENT) -> Refused:
    text = body if isinstance(body, str) else json.dumps(body)
    return refused(status, text, headers or {}, sent=sent, model="model-x", where="llm.example")


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


def google(code: int, message: str, status: str, *details: Any) -> list[Any]:
    return [{"error": {"code": code, "message": message, "status": status, "details": list(details)}}]


def test_every_recorded_error_has_its_verdict_in_one_line() -> None:
    folder = shared_file("openai")
    found = {}
    for entry in json.loads((folder / "index.json").read_text("utf-8")):
        if not entry["file"].endswith(".json"):
            continue
        body = (folder / entry["file"]).read_text("utf-8")
        data = json.loads(body)
        wrong = isinstance(data, dict) and bool(data.get("error"))
        if entry["status"] >= 400 or wrong:
            told = said(entry["status"], body, entry["headers"])
            found[entry["file"]] = told.verdict
            assert told.line == one_line(told.line)
            assert told.line.startswith("llm.example: ")
            assert len(told.line) < 450
        assert (body_error(body) is not None) == wrong
    assert found == RECORDED


def test_the_recorded_waits_are_understood() -> None:
    folder = shared_file("openai")
    headers = {entry["file"]: entry["headers"] for entry in json.loads((folder / "index.json").read_text("utf-8"))}
    waits = {"err__openai__429__rate_limit_ms.json": 0.174, "err__openai__429__rate_limit_tpm.json": 3.89}
    for name, seconds in waits.items():
        body = (folder / name).read_text("utf-8")
        assert said(429, body, headers[name]).seconds == pytest.approx(seconds)
        assert said(429, body).seconds == pytest.approx(seconds)
    assert {name: pause_after(each) for name, each in headers.items() if pause_after(each)} == {}


TPM = "Rate limit reached for model-x in organization org-x on tokens per min (TPM): Limit 30000, Used 28039, Requested 3906."
QUOTA = "You exceeded your current quota, please check your plan and billing details."
MINUTE = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}],
}
DAILY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
}
DELAY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}


@pytest.mark.parametrize(
    ("status", "body", "verdict", "field"),
    [
        # fields
        (400, error("Unsupported parameter: 'max_tokens' is not supported with this model.", param="max_tokens", code="unsupported_parameter"), FAIL, ""),
        (400, error("Unsupported parameter: 'max_completion_tokens' is not supported.", param=None), DROP, "max_completion_tokens"),
        (400, error("Unsupported value: 'temperature' does not support 0.2 with this model.", param="temperature", code="unsupported_value"), DROP, "temperature"),
        (400, error("Unknown parameter: 'prompt_cache_options'.", param="prompt_cache_options", code="unknown_parameter"), DROP, "prompt_cache_options"),
        (400, error("Unknown parameter: 'messages[0].content[0].prompt_cache_breakpoint'.", param="messages[0].content[0].prompt_cache_breakpoint"), DROP, "prompt_cache_options"),
        (400, error("Invalid service_tier argument", param="service_tier"), DROP, "service_tier"),
        (400, error("Invalid schema for response_format 'papers': In context=(), 'required' is required.", param="response_format"), DROP, "response_format"),
        (400, error("Invalid parameter", param="response_format.json_schema.strict"), DROP, "response_format"),
        (400, error("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", param="messages"), DROP, "response_format"),
        (400, google(400, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', "INVALID_ARGUMENT"), DROP, "seed"),
        (400, google(400, 'Invalid JSON payload received. Unknown name "service_tier": Cannot find field.', "INVALID_ARGUMENT"), DROP, "service_tier"),
        (400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}, DROP, "response_format"),
        (400, {"error": "'response_format.type' must be 'json_schema'"}, DROP, "response_format"),
        (400, error("This response_format type is unavailable now", type="invalid_request_error", param=None, code="invalid_request_error"), DROP, "response_format"),
        (422, "Failed to deserialize the JSON body into the target type: response_format: response_format.type `json_schema` is unavailable now", DROP, "response_format"),
        (400, error("response_format json_schema is not supported by this model"), DROP, "response_format"),
        (400, {"object": "error", "message": "guided decoding is not supported with this backend", "type": "BadRequestError", "param": None, "code": 400}, DROP, "response_format"),
        (400, error("Failed to parse grammar: invalid", code=400, type="invalid_request_error"), DROP, "response_format"),
        (400, {"object": "error", "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted'}]", "code": 400}, DROP, "seed"),
        (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, DROP, "stream_options"),
        (400, error("Streaming is not supported by this model."), DROP, "stream"),
        (400, error("litellm.UnsupportedParamsError: openai does not support parameters: ['seed'], for model=x", code="400", param=None), DROP, "seed"),
        (400, error("property 'prompt_cache_options' is unsupported", type="invalid_request_error"), DROP, "prompt_cache_options"),
        (200, error("Provider returned error", code=400, metadata={"raw": '{"error": {"message": "json_schema is not supported by this model"}}'}), DROP, "response_format"),
        (400, error("Unsupported value: 'messages[0].role' does not support 'system' with this model.", param="messages[0].role"), FAIL, ""),
        (422, {"detail": [{"loc": ["body", "messages"], "msg": "field required"}]}, FAIL, ""),
        (422, {"detail": "Unprocessable"}, FAIL, ""),
        # too large
        (400, error("This model's maximum context length is 8192 tokens. However, you requested 9000.", code="context_length_exceeded"), SPLIT, ""),
        (400, error("the request exceeds the available context size, try increasing it", code=400, type="exceed_context_size_error", n_ctx=4096), SPLIT, ""),
        (500, error("the request exceeds the available context size", code=500, type="exceed_context_size_error"), SPLIT, ""),
        (400, google(400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "INVALID_ARGUMENT"), SPLIT, ""),
        (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", SPLIT, ""),
        (413, error("Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size", code="rate_limit_exceeded"), SPLIT, ""),
        (429, error("Request too large for model-x on tokens per min (TPM): Limit 30000, Requested 36278.", type="tokens", code="rate_limit_exceeded"), SPLIT, ""),
        # filters
        (400, error("The response was filtered due to the prompt.", param="prompt", code="content_filter"), SKIP, ""),
        (400, error("Bad", code=None, innererror={"code": "ResponsibleAIPolicyViolation"}), SKIP, ""),
        (400, error("Your request was rejected by our safety system.", code="content_policy_violation"), SKIP, ""),
        (400, error("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", code="invalid_prompt"), SKIP, ""),
        (400, error("Content Exists Risk", type="invalid_request_error"), SKIP, ""),
        (200, error("Input was flagged by moderation", code=403, metadata={"reasons": ["violence"]}), SKIP, ""),
        (403, error("openai requires moderation. Your input was flagged for harassment", code=403), SKIP, ""),
        # wait
        (429, error(TPM, type="tokens", code="rate_limit_exceeded"), WAIT, ""),
        (429, "Too Many Requests", WAIT, ""),
        (429, "", WAIT, ""),
        (429, error("Rate limit exceeded: free-models-per-min.", code=429), WAIT, ""),
        (200, error("Provider returned error", code=429, metadata={"raw": "model-x is temporarily rate-limited upstream. Please retry shortly"}), WAIT, ""),
        (429, google(429, f"{QUOTA} Please retry in 17.4s.", "RESOURCE_EXHAUSTED", MINUTE, DELAY), WAIT, ""),
        (429, google(429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"), WAIT, ""),
        (503, error("The model is overloaded. Please try again later.", code=503, status="UNAVAILABLE"), WAIT, ""),
        (503, error("Loading model", code=503, type="unavailable_error"), WAIT, ""),
        (503, error("Model model-x is currently loading", estimated_time=20), WAIT, ""),
        (529, error("Overloaded", type="overloaded_error"), WAIT, ""),
        (408, "", WAIT, ""),
        (409, error("Conflict"), WAIT, ""),
        (425, "", WAIT, ""),
        (502, "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>", WAIT, ""),
        (524, "", WAIT, ""),
        (None, "Connection reset by peer", WAIT, ""),
        (None, "", WAIT, ""),
        (200, error("The server had an error", type="server_error"), WAIT, ""),
        (200, error("Upstream is down", code=502), WAIT, ""),
        (200, '{"choices": [{"mess', WAIT, ""),
        (200, " \n", WAIT, ""),
        # stop
        (401, error("Incorrect API key provided: sk-abc***xyz.", code="invalid_api_key"), STOP, ""),
        (401, {"error": "Unauthorized"}, STOP, ""),
        (401, "", STOP, ""),
        (403, error("Country, region, or territory not supported", code="unsupported_country_region_territory"), STOP, ""),
        (403, "<html><title>Forbidden</title></html>", STOP, ""),
        (400, google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"}), STOP, ""),
        (400, google(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"), STOP, ""),
        (200, error("No auth credentials found", code=401), STOP, ""),
        (402, error("Insufficient Balance", type="unknown_error", code="invalid_request_error"), STOP, ""),
        (200, error("Insufficient credits. Add more using https://llm.example/credits", code=402), STOP, ""),
        (429, error(QUOTA, type="insufficient_quota", code="insufficient_quota"), STOP, ""),
        (429, error("Your account x <ak-x> is suspended, please check your plan and billing details", type="exceeded_current_quota_error"), STOP, ""),
        (400, error("Your credit balance is too low to access the API."), STOP, ""),
        (429, google(429, f"{QUOTA} Please retry in 17.4s.", "RESOURCE_EXHAUSTED", DAILY, DELAY), STOP, ""),
        (429, error("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day", code=429), STOP, ""),
        (429, error("Rate limit reached on tokens per day (TPD): Limit 100000, Used 99336. Please try again in 11m21.696s.", code="rate_limit_exceeded"), STOP, ""),
        (429, error("Rate limit reached on requests per day (RPD): Limit 10000, Used 10000. Please try again in 8.64s."), WAIT, ""),
        (404, error("The model `model-x` does not exist or you do not have access to it.", code="model_not_found"), STOP, ""),
        (404, error('model "model-x" not found, try pulling it first', type="api_error"), STOP, ""),
        (404, {"object": "error", "message": "The model `model-x` does not exist.", "type": "NotFoundError", "code": 404}, STOP, ""),
        (404, google(404, "models/model-x is not found for API version v1main, or is not supported for generateContent.", "NOT_FOUND"), STOP, ""),
        (400, error("Model Not Exist", code="invalid_request_error"), STOP, ""),
        (200, error("model-x is not a valid model ID", code=400), STOP, ""),
        (404, "404 page not found", STOP, ""),
        (404, {"detail": "Not Found"}, STOP, ""),
        (405, {"detail": "Method Not Allowed"}, STOP, ""),
        (200, "<!doctype html><html><title>A router</title></html>", STOP, ""),
        # nothing known
        (400, error("Something odd"), FAIL, ""),
        (400, "", FAIL, ""),
        (418, "[]", FAIL, ""),
        (200, "{}", FAIL, ""),
        (200, error("Something odd"), FAIL, ""),
    ],
)  # fmt: skip
def test_each_refusal_has_its_verdict(status: int | None, body: object, verdict: Verdict, field: str) -> None:
    told = said(status, body)
    assert (told.verdict, told.field) == (verdict, field), told.line
    assert told.line == str(told) == one_line(told.line)


def test_only_fields_that_were_sent_are_dropped() -> None:
    body = error("Unsupported value: 'temperature' does not support 0.2 with this model.", param="temperature", code="unsupported_value")
    assert said(400, body, sent=("response_format",)).verdict is FAIL
    assert said(400, error("Invalid value", param="messages"), sent=("model", "messages")).verdict is FAIL
    told = error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param="max_tokens"
    )
    assert said(400, told, sent=("max_tokens",)).field == "max_tokens"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, error("Incorrect API key provided: sk-abc***xyz."), ["llm.example", "llm.api_key_env"]),
        (402, error("Insufficient Balance"), ["llm.example", "no credit", "top up"]),
        (404, error("The model `model-x` does not exist", code="model_not_found"), ["model-x", "llm.model"]),
        (404, "404 page not found", ["llm.base_url"]),
        (200, "<!doctype html><title>A router</title>", ["A router", "llm.base_url"]),
        (403, error("Not allowed"), ["model-x", "llm.api_key_env"]),
        (429, google(429, QUOTA, "RESOURCE_EXHAUSTED", DAILY, DELAY), ["the day's limit", "tomorrow"]),
        (429, error("Limit reached on tokens per day (TPD). Please try again in 11m21.696s."), ["the day's limit", "in 11 minutes"]),
        (403, error("Country, region, or territory not supported"), ["access is refused", "llm.base_url"]),
        (429, error(TPM), ["too many requests"]),
        (503, error("Loading model"), ["status 503", "Loading model"]),
        (413, "", ["too large", "llm.batch_size"]),
        (None, "no answer within 120 s", ["no answer within 120 s"]),
        (400, error("x" * 9_000), ["status 400"]),
        (200, '{"choices": [', ["broken JSON"]),
    ],
)
def test_a_line_says_what_to_do(status: int | None, body: object, words: list[str]) -> None:
    line = said(status, body).line
    assert not [word for word in words if word not in line], line
    assert len(line) < 450


@pytest.mark.parametrize(
    "key", ["sk-proj-Abc123_def456Ghi789", "sk-abc***xyz", "gsk_abcDEF123456", "AIzaSyA1234567890abcdef", "****wxyz", "0123456789abcdef0123456789abcdef01234567"]
)  # fmt: skip
def test_no_line_shows_a_key(key: str) -> None:
    for body in (
        error(f"Incorrect API key provided: {key}. See the docs."),
        error(f"Your api key: {key} is invalid"),
        f"Unauthorized: Bearer {key}",
    ):
        assert key not in said(401, body).line


def test_foreign_words_pass_the_gate() -> None:
    line = said(400, error("a\x1b[31mb\u202ec\nd\x00")).line
    assert "a[31mbc d" in line
    assert line.isprintable()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"choices": []}', None),
        ('{"choices": [], "error": null}', None),
        ("{}", None),
        ('{"error": {"message": "No credit", "code": 402}}', "No credit"),
        ('{"error": "odd"}', "odd"),
        ('[{"error": {"code": 400, "message": "Bad field"}}]', "Bad field"),
        ("[]", "no chat completion"),
        ('"text"', "text"),
        ('{"error": {"code": 500}}', "no chat completion"),
        ("", "nothing"),
        ("{", "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("\n<!DOCTYPE html><html><head><title> A login page </title>", "A login page"),
        ("<html>", "web page"),
    ],
)
def test_errors_under_status_200_are_seen(body: str, says: str | None) -> None:
    told = body_error(body)
    assert told is None if says is None else says in (told or "")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "30"}, 0.0),  # Hugging Face's router says so under status 200
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "1m53.425s"}, 0.0),
        ({"X-RateLimit-Remaining-Requests": "0", "X-RateLimit-Reset-Requests": "1m53.425s"}, 113.425),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, 120.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2ms"}, 0.002),
        ({"x-ratelimit-remaining-requests": "0"}, 0.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "soon"}, 0.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "8.64s"}, 8.64),
        ({"x-ratelimit-remaining-tokens": "120", "x-ratelimit-reset-tokens": "7"}, 7.0),
        ({"x-ratelimit-remaining-tokens": "400", "x-ratelimit-limit-tokens": "500", "x-ratelimit-reset-tokens": "7s"}, 0.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "500", "x-ratelimit-renewalperiod-requests": "60"}, 0.5),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-reset-tokens": "7s"}, 0.0),
    ],
)
def test_the_pause_before_the_next_request(headers: dict[str, str], seconds: float) -> None:
    assert pause_after(headers) == pytest.approx(seconds)


NOW = 1_764_265_400.0  # Thu, 27 Nov 2025 17:43:20 GMT


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ("", {}, None),
        ("", {"Retry-After": "4"}, 4.0),
        ("", {"retry-after": "4", "retry-after-ms": "3890"}, 3.89),
        ("", {"retry-after": "0"}, 0.0),
        ("", {"retry-after": "3600"}, 120.0),
        ("", {"retry-after": "Thu, 27 Nov 2025 17:43:50 GMT"}, 30.0),
        ("", {"retry-after": "Thu, 27 Nov 2025 17:40:00 GMT"}, 0.0),
        ("", {"retry-after": "soon"}, None),
        ("Please try again in 3.89s. Visit https://llm.example", {}, 3.89),
        ("Please try again in 174ms.", {}, 0.174),
        ("Please try again in 1m2s.", {}, 62.0),
        ("Please try again in 1m53.425s.", {}, 113.425),
        ("Please retry after 20 seconds.", {}, 20.0),
        ("Please retry in 17.4s.", {}, 17.4),
        ("try again in 2 minutes", {}, 120.0),
        ("try again in 3 days", {}, 120.0),
        ("try again in a moment", {}, None),
        ("try again in 5 requests", {}, None),
        (json.dumps({"retryDelay": "17s"}), {}, 17.0),
        (json.dumps({"message": json.dumps({"retryDelay": "17s"})}), {}, 17.0),
        ("", {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "56.078s", "x-ratelimit-reset-requests": "120ms"}, 56.078),
        ("", {"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "56.078s"}, None),
        ("", {"x-ratelimit-limit": "2", "x-ratelimit-reset": "2"}, 2.0),
        ("", {"x-ratelimit-reset": "1764265440000"}, 40.0),
        (json.dumps({"headers": {"X-RateLimit-Reset": "1764265440000"}}), {}, 40.0),
    ],
)
def test_how_long_a_server_asks_to_wait(body: str, headers: dict[str, str], seconds: float | None) -> None:
    assert wait_seconds(body, headers, NOW) == (None if seconds is None else pytest.approx(seconds))


def test_a_date_is_counted_from_the_servers_own_clock_where_none_is_given() -> None:
    headers = {"date": "Thu, 27 Nov 2025 17:43:20 GMT", "retry-after": "Thu, 27 Nov 2025 17:43:50 GMT"}
    assert said(429, "", headers).seconds == 30.0
    assert said(429, "", {"retry-after": headers["retry-after"]}).seconds is None


@given(
    st.none() | st.sampled_from([200, 400, 401, 403, 404, 413, 422, 429, 500]),
    st.text(st.characters(), max_size=60) | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["error", "message", "code", "param", "detail", "loc", "msg", "metadata", "raw", "status"]), inner, max_size=4),
        max_leaves=12,
    ).map(json.dumps),
    st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "date", "x-ratelimit-reset", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"]), st.text(max_size=12), max_size=4),
)  # fmt: skip
def test_nothing_a_server_says_is_trouble(status: int | None, body: str, headers: dict[str, str]) -> None:
    told = said(status, body, headers)
    assert told.line == one_line(told.line)
    assert len(told.line) < 500
    assert told.seconds is None or 0 <= told.seconds <= 120
    assert (told.field in SENT) if told.verdict is DROP else told.field == ""
    assert 0 <= pause_after(headers) <= 120
    assert body_error(body) is None or body_error(body)

"""What goes wrong with servers: what each kind refuses and how it says so (FACTS 9.2; bodies as captured or as told in the projects' issue threads). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from papertui.scoring.asking import Tokens
from tests.model_answers import Json, said

REASONING = ("gpt-5", "gpt-6", "o1", "o3", "o4")
OPENAI_FIELDS = """model messages max_tokens max_completion_tokens temperature top_p n seed stop stream stream_options response_format service_tier store
metadata user reasoning_effort verbosity logprobs top_logprobs logit_bias presence_penalty frequency_penalty parallel_tool_calls tools tool_choice
prediction prompt_cache_key prompt_cache_options prompt_cache_retention safety_identifier"""
GEMINI_FIELDS = "model messages max_tokens temperature top_p n stop stream response_format reasoning_effort tools tool_choice"
OPENAI_KNOWS, GEMINI_KNOWS = frozenset(OPENAI_FIELDS.split()), frozenset(GEMINI_FIELDS.split())


class Kind(NamedTuple):
    """The manner of a server."""

    models: tuple[str, ...]
    schema: bool = True
    json_object: bool = True
    word: bool = False
    """json_object wants the word JSON in a message."""
    streams: bool = True
    details: str = ""
    """What `usage` has beyond plain counts: `openai`, `deepseek`, `openrouter`."""
    reasons: bool = False
    """Reasoning tokens are counted with the answer."""
    dresses: bool = False
    """Answers with fences and prose where no response format binds."""


KINDS = {
    "openai": Kind(("gpt-5.4-mini", "gpt-4.1-mini"), word=True, details="openai", reasons=True),
    "ollama": Kind(("qwen3:0.6b", "llama3.2:3b"), dresses=True),
    "vllm": Kind(("Qwen/Qwen3-4B-Instruct",)),
    "llamacpp": Kind(("gemma-3-4b-it.gguf",), dresses=True),
    "lmstudio": Kind(("qwen3-4b", "text-embedding-small"), json_object=False, dresses=True),
    "openrouter": Kind(("maker/model", "maker/model-noschema"), details="openrouter"),
    "deepseek": Kind(("deepseek-chat", "deepseek-reasoner"), schema=False, word=True, details="deepseek", reasons=True),
    "gemini": Kind(("gemini-2.5-flash", "gemini-2.5-pro"), dresses=True),
    "plain": Kind(("local-model",), schema=False, json_object=False, streams=False, dresses=True),
}


@dataclass(frozen=True)
class Faults:
    """What goes wrong. Rates are shares of requests unless said otherwise, one fault a request; which ones follows from the seed and the request's number."""

    drop_ids: float = 0.0
    """Share of papers left out of answers."""
    drops_per_title: int | None = None
    """No paper is left out more often than this; None: by chance alone (of 480 papers one in two runs is dropped three times running at 10 %)."""
    invent_ids: float = 0.0
    """Share of papers for which an id is made up besides."""
    double_ids: float = 0.0
    """Share of papers answered twice over."""
    cut: float = 0.0
    """Answers that end anywhere, with finish_reason `length`."""
    too_many: float = 0.0
    """429 with `retry_after` as its Retry-After header; empty: without the header."""
    retry_after: str = "0.05"
    server_error: float = 0.0
    reset: float = 0.0
    """Connections reset after half of the body."""
    stream_error: float = 0.0
    """Streams that end in an error event after half of the answer, as OpenRouter's do."""
    blank: float = 0.0
    """Answers of blanks only, as DeepSeek's may be."""
    refusal: float = 0.0
    """Answers in which the model declines (`message.refusal`, content null)."""
    slow: float = 0.0
    slow_seconds: float = 1.0
    content_filter: str = ""
    """A request with this word in a title is refused whole: 400 content_filter."""
    filter_finish: str = ""
    """With this word in a title the answer ends before that paper, with finish_reason `content_filter`."""
    too_large: int | None = None
    """Most papers of a request."""
    too_large_as_context: bool = False
    """For openai: 400 context_length_exceeded instead of 429 Request too large."""
    wrong_key: bool = False
    no_credit: bool = False
    after: int = 0
    """wrong_key and no_credit begin after so many answers."""


ROUGH = Faults(drop_ids=0.10, invent_ids=0.02, cut=0.05, too_many=0.20, server_error=0.05, reset=0.02)
"""The rates of issue 4's show."""


class No(NamedTuple):
    """A refusal: status and JSON body, and headers beyond the usual."""

    status: int
    body: Any
    headers: dict[str, str] = {}  # noqa: RUF012  never written to


def error(
    kind: str, status: int, message: str, *, code: str | None = None, param: str | None = None, about: str = "invalid_request_error"
) -> No:
    """An error in the manner of a kind."""
    if kind == "gemini":
        google = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
        return No(status, [{"error": {"code": status, "message": message, "status": google.get(status, "INTERNAL")}}])
    if kind == "openrouter":
        return No(
            200,
            {"error": {"code": status, "message": message, "metadata": {"provider_name": "Provider", "raw": message}}, "user_id": "user_x"},
        )
    if kind == "lmstudio" and status == 400:
        return No(status, {"error": message})
    if kind == "vllm":
        return No(
            status,
            {
                "error": {
                    "message": message,
                    "type": "NotFoundError" if status == 404 else "BadRequestError",
                    "param": param,
                    "code": status,
                }
            },
        )
    if kind == "llamacpp":
        return No(status, {"error": {"code": status, "message": message, "type": about}})
    if kind == "deepseek":
        return No(status, {"error": {"message": message, "type": about, "param": None, "code": "invalid_request_error"}})
    return No(status, {"error": {"message": message, "type": about, "param": param, "code": code}})


def wrong_key(kind: str, key: str) -> No:
    if kind == "gemini":
        return error(kind, 400, "API key not valid. Please pass a valid API key.")
    if kind == "vllm":
        return No(401, {"error": "Unauthorized"})
    if kind == "deepseek":
        return error(kind, 401, f"Authentication Fails, Your api key: ****{key[-4:]} is invalid", about="authentication_error")
    if kind == "openrouter":
        return error(kind, 401, "No auth credentials found")
    shown = f"{key[:3]}***{key[-3:]}"
    return error(
        kind,
        401,
        f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def no_credit(kind: str) -> No:
    if kind == "deepseek":
        return error(kind, 402, "Insufficient Balance", about="unknown_error")
    if kind == "openrouter":
        return error(kind, 402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits")
    told = "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
    return error(kind, 429, told, code="insufficient_quota", about="insufficient_quota")


def too_many(kind: str, model: str, retry_after: str) -> No:
    if kind == "openrouter":
        told = error(kind, 429, "Provider returned error")
    else:
        limits = "on tokens per min (TPM): Limit 30000, Used 28039, Requested 3906"
        told = error(
            kind, 429, f"Rate limit reached for {model} in organization org-x {limits}.", code="rate_limit_exceeded", about="tokens"
        )
    return told._replace(headers={"Retry-After": retry_after} if retry_after else {})


def too_large(kind: str, model: str, asked: int, *, as_context: bool) -> No:
    if kind == "llamacpp":
        told = f"request ({asked} tokens) exceeds the available context size (4096 tokens), try increasing it"
        return No(
            400, {"error": {"code": 400, "message": told, "type": "exceed_context_size_error", "n_prompt_tokens": asked, "n_ctx": 4096}}
        )
    if as_context or kind != "openai":
        told = f"This model's maximum context length is 4096 tokens. However, your messages resulted in {asked} tokens. Please reduce the length of the messages."
        return error(kind, 400, told, code="context_length_exceeded", param="messages")
    told = f"Request too large for {model} in organization org-x on tokens per min (TPM): Limit 30000, Requested {asked}. The input or output tokens must be reduced in order to run successfully."
    return error(kind, 429, told, code="rate_limit_exceeded", about="tokens")


def server_error(kind: str) -> No:
    if kind == "gemini":
        return error(kind, 503, "The model is overloaded. Please try again later.")
    return error(
        kind,
        502 if kind == "openrouter" else 500,
        "The server had an error while processing your request. Sorry about that!",
        about="server_error",
    )


def filtered(kind: str) -> No:
    told = "The response was filtered due to the prompt triggering the content management policy. Please modify your prompt and retry."
    if kind == "openrouter":
        return No(
            200,
            {
                "error": {
                    "code": 403,
                    "message": "Input was flagged by moderation",
                    "metadata": {"reasons": ["violence"], "flagged_input": "..."},
                }
            },
        )
    return error(kind, 400, told, code="content_filter", param="prompt")


def no_model(kind: str, name: str) -> No | None:
    """None: llama.cpp answers to any name."""
    if kind == "llamacpp":
        return None
    if kind == "deepseek":
        return error(kind, 400, "Model Not Exist")
    if kind == "openrouter":
        return error(kind, 400, f"{name} is not a valid model ID")
    if kind == "gemini":
        return error(kind, 404, f"models/{name} is not found for API version v1main, or is not supported for generateContent.")
    if kind == "ollama":
        return error(kind, 404, f'model "{name}" not found, try pulling it first', about="api_error")
    return error(kind, 404, f"The model `{name}` does not exist or you do not have access to it.", code="model_not_found")


def strict_fault(schema: Json, context: tuple[str, ...] = ()) -> str:
    """What OpenAI's strict subset has against a schema; empty where nothing."""
    if not context and schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return f"In context={context}, 'additionalProperties' is required to be supplied and to be false."
        inner = schema.get("properties", {})
        missing = [key for key in inner if key not in schema.get("required", [])]
        if missing:
            return f"In context={context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '{missing[0]}'."
        faults = [strict_fault(value, (*context, "properties", key)) for key, value in inner.items()]
        return next(filter(None, faults), "")
    if schema.get("type") == "array":
        return strict_fault(schema.get("items", {}), (*context, "items"))
    return ""


def refused(kind: str, request: Json, models: Sequence[str]) -> No | None:
    """What this kind has against a request; None: it is answered."""
    name = str(request.get("model", ""))
    if name not in models:
        missing = no_model(kind, name)
        if missing:
            return missing
    if kind == "openai":
        return openai_fields(request, name) or form_refused(kind, request, name)
    unknown = [key for key in request if key not in GEMINI_KNOWS] if kind == "gemini" else []
    if unknown:
        return error(kind, 400, "\n".join(f'Invalid JSON payload received. Unknown name "{key}": Cannot find field.' for key in unknown))
    return form_refused(kind, request, name)


def openai_fields(request: Json, name: str) -> No | None:
    """OpenAI's own host: unknown fields for all models, sampling and max_tokens for those that reason."""
    for key in request:
        if key not in OPENAI_KNOWS:
            return error("openai", 400, f"Unknown parameter: '{key}'.", code="unknown_parameter", param=key)
    if name.startswith(REASONING):
        if "max_tokens" in request:
            told = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            return error("openai", 400, told, code="unsupported_parameter", param="max_tokens")
        if request.get("temperature", 1) != 1:
            told = f"Unsupported value: 'temperature' does not support {request['temperature']} with this model. Only the default (1) value is supported."
            return error("openai", 400, told, code="unsupported_value", param="temperature")
        if request.get("top_p", 1) != 1:
            return error(
                "openai",
                400,
                "Unsupported parameter: 'top_p' is not supported with this model.",
                code="unsupported_parameter",
                param="top_p",
            )
    return None


def form_refused(kind: str, request: Json, name: str) -> No | None:
    """What a kind has against the response format."""
    form = request.get("response_format")
    if not form or form.get("type") == "text":
        return None
    known = KINDS[kind]
    if kind == "plain":
        return error(kind, 400, "response_format is not supported by this server", param="response_format")
    if form.get("type") == "json_schema":
        if kind == "deepseek":
            return error(kind, 400, "This response_format type is unavailable now")
        if name.endswith("-noschema"):
            return error(kind, 400, "response_format json_schema is not supported by this model")
        told = form.get("json_schema") or {}
        fault = strict_fault(told.get("schema") or {}) if kind == "openai" else ""
        if fault:
            return error(kind, 400, f"Invalid schema for response_format '{told.get('name')}': {fault}", param="response_format")
        return None
    if not known.json_object:
        return error(kind, 400, "'response_format.type' must be 'json_schema' or 'text'")
    if known.word and not any("json" in said(message).lower() for message in request.get("messages", [])):
        if kind == "deepseek":
            return error(kind, 400, "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.")
        told_word = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        return error(kind, 400, told_word, param="messages")
    return None


def usage_of(details: str, tokens: Tokens) -> Json:
    """`usage` as a kind tells it."""
    usage: Json = {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
    }
    if details:
        usage["prompt_tokens_details"] = {"cached_tokens": tokens.cached}
        usage["completion_tokens_details"] = {"reasoning_tokens": tokens.reasoning}
    if details == "deepseek":
        usage |= {"prompt_cache_hit_tokens": tokens.cached, "prompt_cache_miss_tokens": tokens.prompt - tokens.cached}
    elif details:
        usage["prompt_tokens_details"] |= {"cache_write_tokens": tokens.cache_writes, "audio_tokens": 0}
    return usage

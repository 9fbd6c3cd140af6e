"""Setting a model up from within the reader: what is set, what its server offers, a test call, and the lines in config.toml."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from papertui.config import load_settings, shown_path
from papertui.domain.config_edit import edited, setting_lines
from papertui.domain.gate import one_line
from papertui.domain.score import LOCAL
from papertui.errors import PapertuiError, UsageError
from papertui.scoring.asking import Question, Refused
from papertui.scoring.llm import ChatModel
from papertui.scoring.wire import Manners
from papertui.services.desk import ModelForm
from papertui.services.models import MODEL, Setup, base_url, chosen_scorer, has_key, is_near, setup_of
from papertui.services.replacing import replace_text
from papertui.services.session import Session
from papertui.setting_kinds import ADDRESS

TEST_SECONDS = 30.0
"""How long a test call may take."""

_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"

_TEST = Question(
    "Somebody sets you up and wants to know whether you answer.",
    'Answer with {"here": true} and nothing else.',
    {
        "name": "here", "strict": True,
        "schema": {"type": "object", "properties": {"here": {"type": "boolean"}}, "required": ["here"], "additionalProperties": False},
    },
)  # fmt: skip


def lacks_model(session: Session) -> bool:
    """Whether a model is to score and none, or no key, is set up."""
    return chosen_scorer(session) == MODEL and not (session.settings.model and has_key(session))


def form_of(session: Session) -> ModelForm:
    """What is set now. PapertuiError for the demo, whose settings are nobody's."""
    if session.demo:
        raise PapertuiError("this is the demo: start papertui without --demo to set up a model")
    settings = session.settings
    key = shlex.join(settings.api_key_command) if settings.api_key_command else settings.api_key_env
    asked = chosen_scorer(session) == MODEL
    return ModelForm(base_url(session), key, settings.model or "", shown_path(session.paths.config_file), asked)


def _changes(session: Session, form: ModelForm) -> dict[str, object]:
    """What of the settings would change, by key. UsageError in one line where something typed cannot be used; a key that was
    typed where the name of one is wanted is not repeated."""
    settings, wanted = session.settings, dict[str, object]()
    url = form.base_url.strip().rstrip("/")
    try:
        parts = urlsplit(ADDRESS.read(url))
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise UsageError(f"the server's address wants {ADDRESS.says.removeprefix('an address that ')}") from None
    if url != base_url(session):
        wanted["llm.base_url"] = url
    if form.key is not None:
        wanted |= _key_changes(session, form.key.strip(), near=is_near(url))
    if form.model and form.model != settings.model:
        wanted["llm.model"] = form.model
    if settings.scorer == LOCAL:
        wanted["scoring.scorer"] = "auto"
    for key in wanted:
        if (origin := settings.origin(key)).startswith("environment"):
            raise UsageError(f"{origin} sets {key}, and goes before config.toml: unset it first")
    return wanted


def _key_changes(session: Session, typed: str, *, near: bool) -> dict[str, object]:
    settings = session.settings
    no_command: dict[str, object] = {"llm.api_key_command": ""} if settings.api_key_command else {}
    if not typed:
        return no_command
    if re.fullmatch(_VARIABLE, typed):
        if not session.env.get(typed, "").strip() and not (near and typed == settings.api_key_env):
            raise UsageError(
                "no environment variable of that name is set: set it and start papertui anew, or give a command that prints the key"
            )
        return ({"llm.api_key_env": typed} if typed != settings.api_key_env else {}) | no_command
    try:
        command = shlex.split(typed)
    except ValueError as error:
        raise UsageError(f"the command cannot be split into words ({error})") from None
    if not command or shutil.which(command[0], path=session.env.get("PATH")) is None:
        raise UsageError("neither a variable's name nor a command that there is; a key itself is never written into a file")
    found: dict[str, object] = {}
    if tuple(command) != settings.api_key_command:
        found["llm.api_key_command"] = command
    if session.env.get(settings.api_key_env, "").strip():  # the variable goes before the command
        raise UsageError(f"{settings.api_key_env} is set, and goes before a command: unset it, or give its name here")
    return found


def lines_for(session: Session, form: ModelForm) -> list[str]:
    """The lines of config.toml that say what a form says; none where nothing changes. UsageError."""
    return setting_lines(_changes(session, form))


def _session_with(session: Session, form: ModelForm) -> Session:
    """The session as it would be with a form's settings."""
    flags = {"profile": session.settings.profile, **_changes(session, form)}
    flags.setdefault("llm.model", form.model or session.settings.model or "?")
    return session._replace(settings=load_settings(session.paths.config_file, session.env, flags))


def _to_talk_to(session: Session, form: ModelForm) -> tuple[Setup, ChatModel]:
    setup = setup_of(_session_with(session, form))
    server = setup.server._replace(timeout=min(setup.server.timeout, TEST_SECONDS))
    return setup, ChatModel(server, setup.wishes, Manners())


async def models_offered(session: Session, form: ModelForm) -> list[str]:
    """Names of the models that a form's server lists. PapertuiError in one line."""
    _, model = await asyncio.to_thread(_to_talk_to, session, form)
    try:
        return await model.models()
    except Refused as refused:
        raise PapertuiError(refused.line) from None
    finally:
        await model.close()


async def tried(session: Session, form: ModelForm) -> str:
    """Ask the model something small: `answered in 0.8 s`. PapertuiError with why it did not."""
    _, model = await asyncio.to_thread(_to_talk_to, session, form)
    try:
        begun = time.monotonic()
        reply = await model.ask(_TEST)
        seconds = time.monotonic() - begun
    except Refused as refused:
        raise PapertuiError(refused.line) from None
    finally:
        await model.close()
    tokens = f", {reply.tokens.prompt + reply.tokens.completion:,} tokens" if reply.tokens is not None else ""
    return f"answered in {seconds:.1f} s{tokens}"


def keep_model(session: Session, form: ModelForm) -> Session:
    """Write a form into config.toml; the session with the new settings. PapertuiError where it was not written: with the lines
    to add by hand where the file is written in a way that cannot be changed safely."""
    changes = _changes(session, form)
    path = session.paths.config_file
    if changes:
        _write(path, _changed(path, changes))
    settings = load_settings(path, session.env, {"profile": session.settings.profile})
    return session._replace(settings=settings)


def _changed(path: Path, changes: Mapping[str, object]) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise PapertuiError(f"{shown_path(path)}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    new = edited(text, changes)
    if new is None:
        by_hand = "; ".join(f"{key} = {line.partition(' = ')[2]}" for key, line in _dotted(changes))
        raise PapertuiError(f"{shown_path(path)}: written in a way that cannot be changed here; set by hand: {by_hand}")
    return new


def _dotted(changes: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(key, setting_lines({key: value})[-1]) for key, value in changes.items()]


def _write(path: Path, text: str) -> None:
    try:
        replace_text(path, text)
    except OSError as error:
        raise PapertuiError(f"{shown_path(path)}: cannot be written ({one_line(error.strerror or str(error))})") from error

"""Which model scores: its server, its key, its prices, as settings and environment say."""

from __future__ import annotations

import ipaddress
import subprocess
from typing import NamedTuple
from urllib.parse import urlsplit

from papertui.domain.gate import one_line
from papertui.domain.score import LOCAL
from papertui.errors import PapertuiError, UsageError
from papertui.scoring.llm import OPENAI, Server
from papertui.scoring.money import Prices
from papertui.scoring.wire import Wishes
from papertui.services.session import Session

MODEL = "llm"

KEY_SECONDS = 60.0
"""How long the command that prints the key may take: it may ask for a passphrase."""

FLEX = 0.5
"""What OpenAI's flex tier costs of the usual price."""

MOST_STREAMS = 16


class Setup(NamedTuple):
    """A model that can be asked."""

    server: Server
    wishes: Wishes

    @property
    def scorer(self) -> str:
        """`llm:MODEL`."""
        return f"{MODEL}:{self.wishes.model}"


def chosen_scorer(session: Session, asked: str | None = None) -> str:
    """`llm` or `local`: as asked, as set, else the model where one is set up."""
    wanted = asked or session.settings.scorer
    if wanted != "auto":
        return wanted
    return MODEL if session.settings.model and has_key(session) else LOCAL


def base_url(session: Session) -> str:
    """The server's address. An empty OPENAI_BASE_URL counts as unset. UsageError where it is no address."""
    set_here = session.settings.base_url
    if set_here:
        return set_here.rstrip("/")
    found = session.env.get("OPENAI_BASE_URL", "").strip()
    if found and urlsplit(found).scheme not in ("http", "https"):
        raise UsageError(f"environment OPENAI_BASE_URL: wants an address that begins with http:// or https://, not {one_line(found, 80)!r}")
    return (found or OPENAI).rstrip("/")


def has_key(session: Session) -> bool:
    """Whether there is a key, or something that prints one, or a server that needs none."""
    settings = session.settings
    return bool(session.env.get(settings.api_key_env, "").strip() or settings.api_key_command or is_near(base_url(session)))


def is_near(url: str) -> bool:
    """Whether a server is on this machine or in this house, where no key is needed as a rule."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal")) or "." not in host
    return address.is_loopback or address.is_private


def setup_of(session: Session) -> Setup:
    """Everything that a request needs. UsageError in one line where the model or the key is missing. (May run a command: in a thread.)"""
    settings = session.settings
    if not settings.model:
        raise UsageError("no model is set: llm.model names one (papertui config edit, or PAPERTUI_LLM__MODEL); --scorer local needs none")
    url = base_url(session)
    server = Server(url, _key(session, url), settings.llm_timeout or 120.0)
    wishes = Wishes(settings.model, settings.service_tier, settings.max_output_tokens, server.is_openai)
    return Setup(server, wishes)


def _key(session: Session, url: str) -> str:
    settings = session.settings
    variable = settings.api_key_env
    if found := session.env.get(variable, "").strip():
        if not found.isascii() or not found.isprintable():
            raise UsageError(f"environment {variable}: holds characters that no key has")
        return found
    if settings.api_key_command:
        return _printed(settings.api_key_command)
    if is_near(url):
        return ""
    host = Server(url, "").host
    raise UsageError(f"no key for {host}: put it into the environment variable {variable}, or set llm.api_key_command to what prints it")


def _printed(command: tuple[str, ...]) -> str:
    name = one_line(command[0], 60)
    try:
        done = subprocess.run(command, stdin=None, capture_output=True, timeout=KEY_SECONDS, check=False)  # noqa: S603 - the reader's own command, no shell
    except FileNotFoundError:
        raise UsageError(f"llm.api_key_command: there is no command {name!r}") from None
    except subprocess.TimeoutExpired:
        raise PapertuiError(f"llm.api_key_command: {name} did not end within {KEY_SECONDS:g} s") from None
    except OSError as error:
        raise UsageError(f"llm.api_key_command: {name}: {error.strerror or error}") from None
    said = one_line(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2], 120)
    if done.returncode:
        raise PapertuiError(f"llm.api_key_command: {name} failed with {done.returncode}" + (f" ({said})" if said else ""))
    key = done.stdout.decode("utf-8", "replace").strip().partition("\n")[0].strip()
    if not key or not key.isascii() or not key.isprintable():
        raise PapertuiError(f"llm.api_key_command: {name} printed no key on its first line")
    return key


def prices(session: Session, setup: Setup) -> Prices | None:
    """What the model costs: as set, else as known; None where neither says. Imports much: in a thread."""
    settings = session.settings
    if settings.price_input is not None and settings.price_output is not None:
        return Prices(settings.price_input, settings.price_output, settings.price_cached)
    from papertui.scoring.prices import prices_of

    known = prices_of(setup.wishes.model, setup.server.base_url)
    given = {"input": settings.price_input, "output": settings.price_output, "cached": settings.price_cached}
    changes = {name: value for name, value in given.items() if value is not None}
    if known is None:
        return None
    if settings.service_tier == "flex" and setup.server.is_openai:
        known = known.times(FLEX)  # what the settings say of prices is the reader's own
    return known._replace(**changes)

"""Types of settings: what each wants, and how a TOML value becomes one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from papertui.domain import toml

if TYPE_CHECKING:
    from papertui.domain.subscription import Subscription

T = TypeVar("T")

SOURCES: tuple[str, ...] = ("arxiv", "huggingface", "clawrxiv")
"""Sources that exist."""
USUAL_SOURCES = SOURCES[:1]
"""Those that are asked unless the settings say otherwise."""


class Kind(NamedTuple, Generic[T]):
    """A type of setting."""

    says: str
    """What it wants, for an error line: `wants …`."""
    read: Callable[[object], T]
    """A TOML value as the setting's own. ValueError with what is wrong, or with "" where `says` says it."""
    written: Callable[[T], object] = lambda value: value
    """The setting's own as a TOML value."""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("is not UTF-8")
    if "\0" in value:
        raise ValueError("holds a NUL character")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError
    return tuple(map(_text, value))


def _address(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"https?://[^\s\\]+", text, re.IGNORECASE) or not text.isprintable():
        raise ValueError
    return text


def _profile_name(value: object) -> str:
    from papertui.domain.profile import is_profile_name

    if not is_profile_name(text := _text(value)):
        raise ValueError
    return text


def _categories(value: object) -> tuple[str, ...]:
    from papertui.domain.profile import is_category

    found = _texts(value)
    for part in found:
        if not is_category(part):
            raise ValueError(f"has no arXiv category {toml.shown(part)}: they look like cs.LG or astro-ph")
    return tuple(dict.fromkeys(found))


def _sources(value: object) -> tuple[str, ...]:
    found = () if value in ([], ()) else _texts(value)
    for part in found:
        if part not in SOURCES:
            raise ValueError(f"knows no source {toml.shown(part)}: there is {', '.join(SOURCES)}")
    return tuple(dict.fromkeys(found))


_PREFERENCE = r"local|llm(?::\S.*)?|list(?::\S.*)?"


def _preference(value: object) -> str:
    if not re.fullmatch(_PREFERENCE, text := _text(value)):
        raise ValueError
    return text


def one_of(*choices: str) -> Kind[str]:
    """One of these texts."""

    def read(value: object) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return Kind(f"one of {', '.join(map(toml.quoted, choices))}", read)


def or_none(kind: Kind[T]) -> Kind[T | None]:
    """A setting that may be unset: an empty text unsets it, since TOML has no word for nothing."""
    return Kind(kind.says, lambda value: None if value == "" else kind.read(value))


TEXT = Kind("a text", _text)
FLAG = Kind("true or false", _flag)
SECONDS = Kind("a number of seconds, 0 or more", _seconds)
ADDRESS = Kind("an address that begins with http:// or https://", _address)
VIEWER = Kind('a command as a list of texts, such as ["zathura", "{path}"]', _texts)
BROWSER = Kind('a command as a list of texts, such as ["firefox", "{url}"]', _texts)
PROFILE_NAME = Kind("a name of letters, digits and . _ + - (a file's name without its .md)", _profile_name)
CATEGORIES = Kind('a list of arXiv categories, such as ["cs.LG", "stat.ML"]', _categories)
SOURCE_LIST = Kind('a list of sources, such as ["arxiv", "clawrxiv"]', _sources)
PREFERENCE = Kind('"local", "llm", "llm:MODEL", "list" or "list:NAME"', _preference)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _at_least_one(value: object) -> int:
    if not (number := _count(value)):
        raise ValueError
    return number


def _command(value: object) -> tuple[str, ...]:
    """A text is split as a shell would, and never given to one."""
    if isinstance(value, str):
        import shlex

        try:
            value = shlex.split(_text(value))
        except ValueError as error:
            raise ValueError(f"cannot be split into words ({error})") from None
    return _texts(value)


AT_LEAST_ONE = Kind("a whole number, 1 or more", _at_least_one)
COMMAND = Kind('a command, such as "pass show openai" or a list of its words', _command)
COUNT = Kind("a whole number, 0 or more", _count)
AMOUNT = Kind("a number, 0 or more", _seconds)


def _presses(value: object) -> tuple[str, ...]:
    from papertui.keymap import canonical

    if isinstance(value, int) and not isinstance(value, bool):  # PAPERTUI_KEYS__SAVE=1
        value = str(value)
    written = [part.strip() or part for part in value.split(",")] if isinstance(value, str) and value != "," else value
    if not isinstance(written, list | tuple) and written != ",":
        raise ValueError
    found = []
    for part in written:
        if not isinstance(part, str):
            raise ValueError
        if not part:
            raise ValueError("is empty: an action needs a key")
        try:
            found.append(canonical(part))
        except ValueError:
            raise ValueError(f"knows no key {toml.shown(part)}: write w, ?, ctrl+d, f5, pagedown, enter, comma") from None
    if not found:
        raise ValueError("is empty: an action needs a key")
    return tuple(dict.fromkeys(found))


PRESSES = Kind('a key or several, such as "w" or "j,down"', _presses)


def _subscriptions(value: object) -> tuple[Subscription, ...]:
    if value in ("", [], ()):
        return ()
    if isinstance(value, dict):
        raise ValueError("is one table: write [[sources.lists]], in double brackets, above every list")
    if not isinstance(value, list | tuple):
        raise ValueError
    found: dict[str, Subscription] = {}
    for number, entry in enumerate(value, 1):
        try:
            one = _subscription(entry)
        except ValueError as error:
            raise ValueError(f"entry {number}: {error}") from None
        if one.name in found:
            first = list(found).index(one.name) + 1
            raise ValueError(f"entry {number}: name {toml.shown(one.name)} is the name of entry {first} already")
        found[one.name] = one
    return tuple(found.values())


def _subscription(entry: object) -> Subscription:
    from papertui.domain.subscription import LONGEST_NAME, NAME, Subscription, wrong_in

    if not isinstance(entry, dict):
        raise ValueError(f"wants a table with a name and a url or a path, not {toml.shown(entry)} ({toml.kind_of(entry)})")
    for key in entry:
        if key not in ("name", "url", "path"):
            raise ValueError(f"knows no key {toml.shown(key)}: there are name, and url or path")
    if ("url" in entry) == ("path" in entry):
        raise ValueError("has both url and path: one of them" if "url" in entry else "wants a url or a path: where the list is")
    name, where = entry.get("name"), entry.get("url", entry.get("path"))
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not re.fullmatch(NAME, name, re.ASCII):
        said = f", not {toml.shown(name)}" if name is not None else ""
        raise ValueError(f"wants a name of letters and digits, parted by single - or _, {LONGEST_NAME} characters at most{said}")
    key, kind = ("path", TEXT) if "path" in entry else ("url", ADDRESS)
    try:
        text = kind.read(where)
    except ValueError as error:
        raise ValueError(f"{key} {error}" if str(error) else f"{key} wants {kind.says}, not {toml.shown(where)}") from None
    if wrong := wrong_in(text):
        raise ValueError(f"{key} {wrong}")
    return Subscription(name.lower(), text, key == "path")


SUBSCRIPTIONS = Kind(
    'a list of tables, such as [{name = "somebody", url = "https://example.org/{date}.json"}]',
    _subscriptions,
    lambda lists: [{"name": one.name, "path" if one.is_path else "url": one.where} for one in lists],
)

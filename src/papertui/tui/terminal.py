"""What the terminal can show, as its environment says: how many colours, and whether more than ASCII. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FULL, FEW, NONE = "full", "few", "none"


class Terminal(NamedTuple):
    """A terminal's abilities."""

    colours: str = FULL
    """`full`: themes have their own colours; `few`: the terminal's sixteen; `none`: bold, dim and reverse alone."""
    ascii: bool = False
    """Whether nothing but ASCII may reach it."""


def terminal_of(env: Mapping[str, str], ascii: bool | None = None, color: str = "auto") -> Terminal:
    """What the environment says of the terminal; `ascii` (the setting) and `color` (the flag: always, never) come before it."""
    return Terminal(_colours(env, color), _plain_locale(env) if ascii is None else ascii)


def draws(env: Mapping[str, str]) -> bool:
    """Whether the terminal can place text at all: a dumb one, as in an editor's shell window, cannot."""
    return env.get("TERM", "") not in ("", "dumb", "unknown")


def _colours(env: Mapping[str, str], color: str) -> str:
    if color == "never" or (color == "auto" and env.get("NO_COLOR")):  # no-color.org: set and not empty
        return NONE
    told = env.get("TEXTUAL_COLOR_SYSTEM", "").lower()
    if told in ("truecolor", "256"):
        return FULL
    if env.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return FULL
    name = env.get("TERM", "").strip().lower()
    if name.startswith(("vt1", "vt2", "vt3")) or name.endswith(("-mono", "-m")):
        return FEW if color == "always" else NONE
    # as rich reads TERM: the toolkit sends what rich has found, and shades fall together in sixteen colours
    return FULL if name.rpartition("-")[2] in ("256color", "kitty") else FEW


_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python itself puts into LC_CTYPE where it finds the C locale, or one that is not installed (PEP 538)."""


def _plain_locale(env: Mapping[str, str]) -> bool:
    """Whether the first of LC_ALL, LC_CTYPE and LANG that is set (POSIX, 8.2) names another character set than UTF-8."""
    name = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if name in _COERCED and not env.get("LC_ALL"):
        name = env.get("LANG") or name
    # many containers and remote shells name nothing, in terminals that know UTF-8
    return bool(name) and not _is_utf8(name)


def _is_utf8(name: str) -> bool:
    """Whether a locale's name has UTF-8 in it; a name alone (`C`, `de_DE`) stands for the older character set."""
    charset = name.partition("@")[0].rpartition(".")[2]
    return charset.lower().replace("-", "").replace("_", "") == "utf8"

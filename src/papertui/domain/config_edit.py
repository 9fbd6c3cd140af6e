"""Changing settings in a config.toml and not a byte of anything else in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from papertui.domain import toml
from papertui.errors import UsageError

_BEFORE_VALUE = r"""[ \t]*(?:[A-Za-z0-9_.-]|[ \t]|"(?:[^"\\]|\\.)*"|'[^']*')+?=[ \t]*"""


def edited(text: str, changes: Mapping[str, object]) -> str | None:
    """A config.toml with other values for some keys (`llm.model`); None where it is written in a way in which that cannot be
    done without touching anything else.

    A setting that is there keeps its line and its comment; another comes below the heading of its section, or below a new
    one at the end. Whether the result says what it should is asked of the parser, not of this module's look at the lines.
    UsageError where the text is no TOML.
    """
    before = toml.parse(text.removeprefix("\ufeff"), "config.toml")
    new = text
    for sections in _by_section(changes):
        new = _with(new, sections)
    try:
        after = toml.parse(new.removeprefix("\ufeff"), "config.toml")
    except UsageError:
        return None
    return new if after == _meant(before, changes) else None


def setting_lines(changes: Mapping[str, object]) -> list[str]:
    """The changes as a reader would write them by hand."""
    lines: list[str] = []
    for section in _by_section(changes):
        for number, (parts, value) in enumerate(section.items()):
            if not number and len(parts) > 1:
                lines.append(f"[{toml.key_text(*parts[:-1])}]")
            lines.append(f"{toml.key_text(parts[-1])} = {toml.value_text(value)}")
    return lines


def _by_section(changes: Mapping[str, object]) -> Iterable[dict[tuple[str, ...], object]]:
    found: dict[tuple[str, ...], dict[tuple[str, ...], object]] = {}
    for key, value in changes.items():
        parts = tuple(key.split("."))
        found.setdefault(parts[:-1], {})[parts] = value
    return found.values()


def _meant(before: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """What the file should say afterwards."""
    meant = dict(before)
    for key, value in changes.items():
        *above, name = key.split(".")
        table = meant
        for part in above:
            inner = table.get(part)
            table[part] = inner = dict(inner) if isinstance(inner, dict) else {}
            table = inner
        table[name] = list(value) if isinstance(value, list | tuple) else value
    return meant


def _with(text: str, section: Mapping[tuple[str, ...], object]) -> str:
    """With the settings of one section."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    plain = "\n".join(line.rstrip("\r") for line in lines).removeprefix("\ufeff")
    stands = toml.lines_of_keys(plain)
    left: list[tuple[tuple[str, ...], object]] = []
    for parts, value in section.items():
        at = stands.get(parts)
        if at is None:
            left.append((parts, value))
        else:
            lines[at - 1] = _with_value(lines[at - 1], value)
    if not left:
        return "\n".join(lines)
    above = left[0][0][:-1]
    short = [f"{toml.key_text(parts[-1])} = {toml.value_text(value)}{end}" for parts, value in left]
    head = stands.get(above)
    if head is not None and lines[head - 1].lstrip("\ufeff \t").startswith("["):
        before, after = "\n".join(lines[:head]), "\n".join(lines[head:])
        ended = before + "\n" if len(lines) > head else before + end
        return ended + "".join(short) + after
    headed = min((line for line in stands.values() if lines[line - 1].lstrip("\ufeff \t").startswith("[")), default=len(lines) + 1)
    among = (line for key, line in stands.items() if key[: len(above)] == above and len(key) > len(above))
    dotted = min((line for line in among if line < headed), default=None)
    if dotted is not None:  # `llm.model = …` without a heading: a heading would be a second table of that name
        whole = [f"{toml.key_text(*parts)} = {toml.value_text(value)}{end}" for parts, value in left]
        mark = "\ufeff" if dotted == 1 and lines[0].startswith("\ufeff") else ""
        lines[dotted - 1] = mark + "".join(whole) + lines[dotted - 1].removeprefix(mark)
        return "\n".join(lines)
    whole_text = "\n".join(lines)
    gap = "" if not whole_text.strip("\ufeff") else end if whole_text.endswith("\n") else end * 2
    return f"{whole_text}{gap}[{toml.key_text(*above)}]{end}{''.join(short)}"


def _with_value(line: str, value: object) -> str:
    """A line with another value in it; as it was where its value cannot be told from what follows it."""
    begun = re.match(_BEFORE_VALUE, line)
    if begun is None:
        return line
    rest = line[begun.end() :]
    body = rest.rstrip("\r")
    for end in [*(found.start() for found in re.finditer("#", body)), len(body)]:
        if toml.value_in(body[:end].strip()) is not None:
            kept = len(body[:end].rstrip())
            return line[: begun.end()] + toml.value_text(value) + rest[kept:]
    return line

"""TOML as people write it: errors that name the line, values back to text, the nearest known key. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from papertui.errors import UsageError

_AT_LINE = r"\s*\(at line (\d+), column (\d+)\)\s*$"
_BARE_KEY = r"[A-Za-z0-9_-]+"
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def parse(text: str, where: str, first_line: int = 1) -> dict[str, object]:
    """Read a TOML document. UsageError saying `where`, the line (counted from `first_line`) and the reason."""
    import tomllib  # 7 ms, and most starts have nothing to parse

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise UsageError(f"{where}: nested too deeply to be settings") from error
    except ValueError as error:  # also what it raises for a number or a date no computer holds
        reason = str(error)
        match = re.search(_AT_LINE, reason)
        line = int(match[1]) if match else text.count("\n") + 1
        said = re.sub(_AT_LINE, "", reason).replace("(at end of document)", "at the end").strip()
        raise UsageError(f"{where} line {line + first_line - 1}: not TOML: {printable(said)}") from error


def lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """On which line each key or table of a (valid) document is written, by the parts of its full key.

    A look at the lines, not a second parser: keys within inline tables are found under the table's own.
    """
    found: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    within = ""  # the quotes of a string that goes on over several lines
    for number, line in enumerate(text.split("\n"), 1):
        quotes = re.findall(_LONG_QUOTES, line)
        if within:
            if quotes.count(within) % 2:
                within = ""
            continue
        if header := re.match(_HEADER, line):
            section = _parts(header[1])
            found.setdefault(section, number)
        elif key := re.match(_ASSIGNED, line):
            found.setdefault((*section, *_parts(key[1])), number)
        within = next((each for each in quotes if quotes.count(each) % 2), "")
    return found


# Patterns that few starts need stay texts: compiling them costs more than the rest of this module.
_LONG_QUOTES = r"\"\"\"|'''"
_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_HEADER = rf"[ \t]*\[\[?[ \t]*({_KEY})[ \t]*\]"
_ASSIGNED = rf"[ \t]*({_KEY})[ \t]*="


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(_KEY_PART, key))


def value_in(text: str) -> object | None:
    """The TOML value that `text` is; None where it is no such thing."""
    if not re.match(_MAY_BE_VALUE, text):  # spares the import for plain words, paths and addresses
        return None
    import tomllib

    try:
        parsed = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError):
        return None
    return parsed["v"] if len(parsed) == 1 else None


_MAY_BE_VALUE = r"\s*(?:[\"'\[{+\-\d]|(?:true|false|inf|nan)\b)"


def value_text(value: object) -> str:
    """A value as TOML writes it, on one line; nothing in it can reach a terminal raw."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(part) for part in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key_text(str(key))} = {value_text(part)}' for key, part in value.items())}}}"
    return str(value)


def quoted(text: str) -> str:
    """A text as a TOML string, with everything unprintable written as an escape."""
    return f'"{"".join(_escaped(char) for char in text)}"'


def printable(text: str) -> str:
    """A text for an error line: what cannot be shown is written as an escape."""
    return text if text.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"


def key_text(*parts: str) -> str:
    """A dotted key as TOML writes it."""
    return ".".join(part if re.fullmatch(_BARE_KEY, part) else quoted(part) for part in parts)


def kind_of(value: object) -> str:
    """What a TOML value is, in words for an error line."""
    if isinstance(value, bool):
        return "true or false"
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (str, "a text"), (int, "a whole number"), (float, "a number"), (list, "a list"), (dict, "a table"),
        (dt.datetime, "a date with a time"), (dt.date, "a date"), (dt.time, "a time"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), "something else")


def shown(value: object, most: int = 60) -> str:
    """A value quoted in an error line, cut to `most` characters."""
    text = value_text(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` most looks like. For dotted keys the last part alone may be what was meant."""
    from difflib import SequenceMatcher  # imports re's compiler only; still nothing a good start needs

    def likeness(candidate: str) -> tuple[float, float]:
        whole = SequenceMatcher(None, word.lower(), candidate.lower()).ratio()
        last = SequenceMatcher(None, word.lower().rpartition(".")[2], candidate.lower().rpartition(".")[2]).ratio()
        return max(whole, 0.95 * last), whole

    return max(known, key=likeness)

"""Accents: of names (`\\'e`, `\\v{c}`) and of mathematics (`\\hat{x}`)."""

from __future__ import annotations

import unicodedata

from papertui.domain.tex_line import Line
from papertui.domain.tex_reader import Reader
from papertui.domain.tex_symbols import ACCENT_LETTERS, ACCENT_SIGNS, MATH_ACCENTS, SCRIPT_SIGNS, accented

_SCRIPT_STARTS = frozenset(SCRIPT_SIGNS + "^_′")
_SPELLED = frozenset(("hat", "widehat", "tilde", "widetilde", "check", "widecheck", "breve"))


def _base_follows(reader: Reader, *, after_letter: bool = False) -> bool:
    """Whether an accent has something to stand on: a letter (after a blank, if the accent is a letter itself), a group, a command."""
    if reader.opens() is not None:
        return True
    run = reader.parts[reader.at]
    if after_letter and run[:1] == " ":
        run = run[1:]
    if run:
        return run[0].isalpha()
    return reader.at + 1 < reader.end and reader.parts[reader.at + 1][0] == "\\" and reader.can_enter()


def sign_accent(reader: Reader, line: Line, sign: str) -> None:
    """An accent written with a sign; without a letter to stand on, or with one that no language accents so, it is an escaped sign."""
    grouped = reader.opens() is not None
    by_command = not grouped and not reader.parts[reader.at].strip()
    base = reader.argument(line.mode) if _base_follows(reader) else None
    letter = accented(base.strip(), ACCENT_SIGNS[sign]) if base else ""
    if not letter:
        line.put(sign)
    elif not grouped and sign in "'\"`" and len(letter) > 1 and unicodedata.combining(letter[1]):
        line.put(f"{sign}{base}")
    else:
        line.put(letter)
        if by_command:
            line.eat()


def letter_accent(reader: Reader, line: Line, name: str) -> None:
    r"""An accent written with a letter. Several letters under one are an author's macro: `\b{Co}upled`."""
    grouped = reader.opens() is not None
    if not _base_follows(reader, after_letter=True) or (line.math and not grouped):
        line.put(name if line.math else "\\" + name)
        return
    by_command = not grouped and not reader.parts[reader.at].strip()
    base = (reader.argument(line.mode) or "").strip()
    letter = accented(base, ACCENT_LETTERS[name])
    single = len(base) == 1 and (len(letter) == 1 or (name != "b" and not line.math))
    several = len(base) > 1 and (name in "vHu" or (name == "t" and len(base) == 2))
    line.put(letter if single or several else base)
    if by_command:
        line.eat()


def math_accent(reader: Reader, line: Line, name: str) -> None:
    """A hat, a tilde, a bar: combined with one letter, spelled out over several."""
    content = (reader.argument(line.math_mode) or "").strip()
    mark = MATH_ACCENTS[name]
    end = 1
    while end < len(content) and unicodedata.combining(content[end]):
        end += 1
    if not content or content[0] in "([{|‖":
        line.put(content)
    elif end == len(content) or content[end] in _SCRIPT_STARTS:
        line.put(accented(content, mark))
    elif name.lower() in ("bar", "overline") and len(content) <= 3 and content.isalnum():
        line.put("".join(accented(char, mark) for char in content))
    elif name.lower() in _SPELLED and " " not in content:
        line.put(f"{name.lower().removeprefix('wide')}({content})")
    else:
        line.put(content)

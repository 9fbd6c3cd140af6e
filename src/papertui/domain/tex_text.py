"""What TeX's commands of text write (links, citations, environments, units, authors' own macros), one function per kind."""

from __future__ import annotations

import re
import unicodedata

from papertui.domain.gate import one_line
from papertui.domain.tex_line import Line, Mode
from papertui.domain.tex_reader import Reader
from papertui.domain.tex_symbols import BLACKBOARD, GREEK, UNITS
from papertui.domain.tex_tokens import MATH_ENVIRONMENTS, environment_name

_BOLD_GREEK = re.compile(r"[bvm]([a-zA-Z]+)")
_STYLED_LETTER = re.compile(r"(?:bb|b|cal|c|v|m|s|r|bf|mc|mb|scr|frak|mat|vec)([A-Za-z])")
_NUMBER = re.compile(r"\s*\d{1,4}")
_ESCAPED = re.compile(r"\\([%#&_~{}$])")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_ROMAN = {
    1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i",
}  # fmt: skip
_FENCES = {"p": ("(", ")"), "b": ("[", "]"), "v": ("|", "|"), "V": ("‖", "‖"), "B": ("{", "}")}
"""What encloses the matrix of each environment, by its first letter."""
_ENVIRONMENTS = """
    itemize enumerate description abstract center document quote quotation flushleft flushright small footnotesize minipage figure table tabular
    compactitem inparaenum quoting displayquote spacing
"""
_PLAIN_ENVIRONMENTS = frozenset(_ENVIRONMENTS.split())
_MOST_MACROS = 50
_LONGEST_MACRO = 120


def nothing(reader: Reader, line: Line, _: str) -> None:
    """A declaration that shows nothing."""
    line.eat()


def blank(reader: Reader, line: Line, _: str) -> None:
    """A blank of any width."""
    line.blank()


def drop(reader: Reader, line: Line, count: str) -> None:
    """Commands whose arguments are no text: colours, lengths, labels."""
    for _ in range(int(count)):
        reader.option()
        reader.raw()
    line.drop()


def last(reader: Reader, line: Line, count: str) -> None:
    """Commands of several arguments of which the last is the text."""
    reader.option()
    for _ in range(int(count) - 1):
        reader.raw()
    line.put(reader.argument(line.mode) or "")


def first(reader: Reader, line: Line, _: str) -> None:
    """Two forms of the same text of which the first is the printed one."""
    line.put(reader.argument(line.mode) or "")
    reader.raw()


def wrap(reader: Reader, line: Line, marks: str) -> None:
    """An argument between two marks; `marks` holds the command's name and both."""
    name, left, right = marks.split(" ")
    if reader.opens() is None:
        unknown(reader, line, name)
    else:
        line.put(f"{left}{(reader.argument(line.mode) or '').strip()}{right}")


def aside(reader: Reader, line: Line, _: str) -> None:
    """Footnotes, in parentheses."""
    reader.option()
    content = (reader.argument(Mode.TEXT) or "").strip()
    if content:
        line.part()
        line.put(f"({content})")


def citation(reader: Reader, line: Line, _: str) -> None:
    """Citations and references, by their keys in brackets."""
    notes = [note for note in (reader.option(), reader.option()) if note]
    keys = reader.raw()
    if keys is None:
        return
    cited = ", ".join(" ".join(key.split()) for key in keys.split(",") if key.strip())
    before = f"{notes[0]} " if len(notes) == 2 else ""
    after = f", {notes[-1]}" if notes else ""
    line.part()
    line.put(f"[{before}{cited}{after}]".replace("~", " "))


def link(reader: Reader, line: Line, _: str) -> None:
    """A link: its label, or its address where it has none."""
    address = _ESCAPED.sub(r"\1", reader.raw() or "")
    label = (reader.argument(line.mode) or "").strip() if reader.opens() is not None else ""
    line.put(label or address)


def verbatim(reader: Reader, line: Line, _: str) -> None:
    """An argument shown as typed."""
    line.put(_ESCAPED.sub(r"\1", reader.raw() or ""))


def verb(reader: Reader, line: Line, _: str) -> None:
    r"""`\verb|...|`: whatever stands between the two fences."""
    if reader.at & 1 or not (run := reader.parts[reader.at].lstrip("*")):
        return
    fence = run[0]
    reader.parts[reader.at] = run[1:]
    if (content := reader.until(fence)) is not None:
        line.put(content)
    else:
        line.put(fence)


def script(reader: Reader, line: Line, raised: str) -> None:
    """A superscript or subscript in text."""
    line.script(reader.argument(Mode.TEXT) or "", raised=bool(raised))


def begin(reader: Reader, line: Line, _: str) -> None:
    """An environment: its content; the name only where it may be a heading."""
    place = reader.at - 1
    name = environment_name(reader.parts, place)
    close = reader.closes.get(place)
    reader.raw()
    if close is not None and close < reader.end and reader.can_enter():
        reader.option()
        if name in ("array", "alignat", "alignedat"):
            reader.raw()
        content = reader.render(close, line.math_mode).strip(" ")
        reader.at = close + 1
        reader.raw()
        left, right = _FENCES.get(name[:1], ("", "")) if name.endswith("matrix") else ("", "")
        line.put(left + content + right)
    elif name in MATH_ENVIRONMENTS or name in _PLAIN_ENVIRONMENTS or not name:
        reader.option()
        line.drop()
    else:
        reader.option()
        line.put(f"{name}: ")
        line.eat()


def item(reader: Reader, line: Line, _: str) -> None:
    """An item of a list."""
    label = reader.option()
    line.part()
    line.put(f"{label or '•'} ")
    line.eat()


def code_point(reader: Reader, line: Line, _: str) -> None:
    """A character by its number, if it is one that may be shown; else the number."""
    source = (reader.raw() or "").strip()
    try:
        char = chr(int(source[1:], 16) if source[:1] in ("x", "X", '"') else int(source))
    except (ValueError, OverflowError):
        char = "\0"  # shown as its number
    shown = ord(char) <= 0xFFFF and unicodedata.category(char)[0] in "LNPS" and one_line(char) == char
    line.put(char if shown else source)


def character(reader: Reader, line: Line, _: str) -> None:
    """A character by its ASCII number."""
    source = reader.take(_NUMBER).strip()
    char = chr(int(source)) if source else ""
    line.put(char if char.isprintable() and char.isascii() else source)


def quantity(reader: Reader, line: Line, _: str) -> None:
    """A number and its unit."""
    reader.option()
    number = (reader.raw() or "").strip()
    unit = _unit_text(reader.raw() or "")
    line.put(number + unit if unit[:1] in ("%", "°", "") else f"{number} {unit}")


def unit(reader: Reader, line: Line, _: str) -> None:
    """A unit."""
    reader.option()
    line.put(_unit_text(reader.raw() or ""))


def _unit_text(source: str) -> str:
    return _COMMAND.sub(lambda found: UNITS.get(found[1], found[1]), source).strip().replace("~", " ")


def roman(reader: Reader, line: Line, _: str) -> None:
    """A number in Roman numerals."""
    source = (reader.take(_NUMBER) or reader.raw() or "").strip()
    if not (source.isascii() and source.isdigit() and len(source) <= 4):
        line.put(source)
        return
    number, numeral = int(source), ""
    for value, letters in _ROMAN.items():
        numeral += letters * (number // value)
        number %= value
    line.put(numeral)


def upper(reader: Reader, line: Line, _: str) -> None:
    """Capitals."""
    while reader.at + 1 < reader.end and reader.parts[reader.at + 1] == r"\expandafter" and not reader.parts[reader.at].strip():
        reader.at += 2
    line.put((reader.argument(line.mode) or "").upper())


def definition(reader: Reader, line: Line, _: str) -> None:
    r"""`\newcommand{\x}{...}`: no text of its own; a command without parameters is written out where it is used."""
    reader.skip("*")
    if (name := reader.raw()) is None and reader.at + 1 < reader.end and not reader.parts[reader.at].strip():
        name = reader.parts[reader.at + 1]
        reader.at += 2
    parameters = reader.option()
    reader.option()
    if parameters is None and name and name[0] == "\\" and reader.opens() is not None:
        body = (reader.argument(Mode.TEXT) or "").strip()
        if "#" not in body and len(body) <= _LONGEST_MACRO and len(reader.macros) < _MOST_MACROS:
            reader.macros[name[1:].strip()] = body
    else:
        reader.raw()
    line.drop()


def unknown(reader: Reader, line: Line, name: str) -> None:
    """An author's own command: its arguments' words, or else its name's."""
    contents = []
    grouped = False
    while reader.adjoins():
        grouped = True
        contents.append((reader.argument(line.mode) or "").strip())
    content = " ".join(filter(None, contents))
    if content:
        line.put(content)
    elif line.math:
        bold, styled = _BOLD_GREEK.fullmatch(name), _STYLED_LETTER.fullmatch(name)
        if bold and bold[1] in GREEK:
            line.symbol(GREEK[bold[1]])
        elif styled:
            line.symbol(BLACKBOARD.get(styled[1], styled[1]) if name.startswith("bb") else styled[1])
        elif len(name) == 1:
            line.symbol(name)
        else:
            line.name(name)
    elif len(name) == 1 and not grouped:
        line.put("\\" + name)
    else:
        line.put(f" {name}" if line.last.isalpha() else name)

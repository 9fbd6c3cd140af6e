"""A line being written: decides where blanks go, and where a fraction or a root needs parentheses."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

from papertui.domain.tex_symbols import SCRIPT_SIGNS, SUBSCRIPT_SIGNS, script


class Mode(IntEnum):
    """How the source is to be read."""

    TEXT = 0
    CODE = 1
    """Text in which dashes and quotes mean themselves."""
    MATH = 2
    SCRIPT = 3
    """Mathematics in a superscript or subscript: nothing is spaced."""


class _Gap(IntEnum):
    """What is to happen between the last thing written and the next one."""

    NONE = 0
    WORD = 1
    """A blank, if a letter or digit follows."""
    BLANK = 2
    """A blank, unless something closes."""
    ROW = 3
    """A semicolon and a blank, if anything follows."""
    EAT = 4
    """Blanks of the source are TeX's own."""


_OPENERS = "([{⟨⌈⌊⟦"
_CLOSERS = ")]},;.:⟩⌉⌋⟧"
_BEFORE_UNARY = frozenset(_OPENERS + ",;:=<>+-−±×·/≤≥≈≠∈→∼≡↦⇒")
_SIGNS = frozenset("+-=<>|*/")
_LEAN = "([{"
"""Signs that a fraction before them would seem to take in."""

_IDLE_BLANKS = re.compile(rf"(?<=[{re.escape(_OPENERS)}]) | (?=[)\]}},;⟩⌉⌋⟧])")
_BLANKS = re.compile(r"\s+")
_MARKED = r"[^\W\d_][\u0300-\u036f\u20d0-\u20f0]*"
_PARENTHESES = r"\([^()]*\)"
_ATOM = re.compile(
    rf"\d+(?:\.\d+)?%?|[√∂]?(?:\d+|{_MARKED}[′{SCRIPT_SIGNS}]*)(?:[\^_](?:\w|{_PARENTHESES}))*(?:{_PARENTHESES})?"
    rf"|[A-Za-z]*{_PARENTHESES}|[|‖][^|‖]*[|‖]"
)
"""What a slash may stand before without parentheses."""
_ROOT = re.compile(rf"\d+|{_MARKED}[{SUBSCRIPT_SIGNS}]*")
_ENCLOSED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_COMPOUND = frozenset(" +-−/·×±,=<>≤≥∈→∣")


def _is_compound(content: str) -> bool:
    """Whether an operator or a blank stands outside all parentheses."""
    if "(" in content or "[" in content or "{" in content:
        content = _ENCLOSED.sub("", _ENCLOSED.sub("", content))
    return not _COMPOUND.isdisjoint(content)


def quotient(above: str, below: str) -> str:
    """`a/b`, with parentheses where the slash would take too little: `1/(2n)`, `(a + b)/c`."""
    above, below = above.strip(), below.strip()
    if not below:
        return above
    over = f"({above})" if _is_compound(above) and not _ATOM.fullmatch(above) else above
    return f"{over}/{below}" if _ATOM.fullmatch(below) or _ENCLOSED.sub("", _ENCLOSED.sub("", below)) == "√" else f"{over}/({below})"


def radical(degree: str, content: str) -> str:
    """`√x`, `√(x + 1)`, `∛x`, `ⁿ√x`."""
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree) or f"{script(degree, raised=True)}√"
    content = content.strip()
    return sign + content if not content or _ROOT.fullmatch(content) else f"{sign}({content})"


def blanks_eaten(run: str) -> str:
    """A run without the blanks that TeX skips after a command; a paragraph's end stays."""
    rest = run.lstrip()
    return run if "\n\n" in run[: len(run) - len(rest)] else rest


class Line:
    """What is written so far. In text it keeps the source's blanks; in mathematics it sets its own."""

    __slots__ = ("_gap", "_loose", "_out", "last", "math", "mode")

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.math = mode >= Mode.MATH
        self.last = ""
        """The last character written; "" at the start."""
        self._out: list[str] = []
        self._gap = _Gap.NONE
        self._loose: str | None = None
        """The last piece in parentheses, if it needs them before a letter (a fraction, a root)."""

    def __str__(self) -> str:
        content = "".join(self._out)
        if not self.math or " " not in content:
            return content
        return _IDLE_BLANKS.sub("", content)

    @property
    def math_mode(self) -> Mode:
        """How mathematics in an argument is to be read."""
        return Mode.SCRIPT if self.mode is Mode.SCRIPT else Mode.MATH

    def _append(self, piece: str) -> None:
        self._out.append(piece)
        self.last = piece[-1]

    def _before(self) -> str:
        """The last character that is no blank."""
        if self.last != " ":
            return self.last
        for piece in reversed(self._out[-3:]):
            if stripped := piece.rstrip():
                return stripped[-1]
        return ""

    def eat(self) -> None:
        """The source's blanks that follow are not written."""
        if self._gap is _Gap.NONE:
            self._gap = _Gap.EAT

    def drop(self) -> None:
        """Something was left out: blanks around it become one."""
        if not self.last or self.last.isspace():
            self.eat()

    def stop(self) -> None:
        """The source's blanks that follow are written after all (`\\ss{} x`)."""
        self._gap = _Gap.NONE

    def blank(self) -> None:
        """A blank that the source asks for with a command."""
        if self.math:
            self.run(" ")
        else:
            if self.last and not self.last.isspace():
                self._append(" ")
            self._gap = _Gap.EAT

    def part(self) -> None:
        """A blank after a word that has none."""
        if self.last and not self.last.isspace() and self.last not in "([{":
            self._append(" ")

    def row(self) -> None:
        """The end of a row: of a matrix, of aligned equations; in text a blank."""
        if not self.math:
            self.blank()
        elif self._before():
            self._loose = None
            self._trim()
            self._gap = _Gap.ROW

    def take(self) -> str:
        """What is written so far, taken off the line."""
        content = str(self)
        self._out.clear()
        self.last, self._gap, self._loose = "", _Gap.NONE, None
        return content

    def _trim(self) -> None:
        """Takes a blank off the end."""
        while self._out and self.last == " ":
            self._out[-1] = self._out[-1].rstrip(" ")
            if not self._out[-1]:
                self._out.pop()
            self.last = self._out[-1][-1] if self._out else ""

    def run(self, run: str) -> None:
        """A run of the source's own text."""
        if not self.math:
            if self._gap is not _Gap.NONE:
                self._gap = _Gap.NONE
                run = blanks_eaten(run)
            if run:
                self._append(run)
            return
        if "&" in run:
            run = run.replace("&", " ")  # the columns of a matrix
        if "\n" in run or "  " in run:
            run = _BLANKS.sub(lambda found: "\n\n" if "\n\n" in found[0] else " ", run)
        if "'" in run:
            run = run.replace("'", "′")
        if self._gap is not _Gap.NONE or not self.last or self.last == " ":
            rest = run.lstrip(" ")
            if self._gap is _Gap.EAT and rest is not run and rest[:1] in _SIGNS and self.last not in _BEFORE_UNARY:
                rest = " " + rest  # TeX would eat it, but a reader takes `α + β` for what it is
            run = rest
        if run:
            self.put(run)

    def put(self, piece: str) -> None:
        """A piece that is ready: a symbol, a group's content."""
        if not piece or (self.math and piece == self.last == " "):
            return
        if self.math:
            self._settle(piece[0])
        self._gap = _Gap.NONE
        self._append(piece)

    def _settle(self, first: str) -> None:
        wordlike = first.isalnum() or first in "√∑∏∫∂∇∞"
        if self._gap is _Gap.ROW:
            self._append("; ")
        elif (self._gap is _Gap.WORD and wordlike) or (self._gap is _Gap.BLANK and first not in _CLOSERS and first != " "):
            self._append(" ")
        elif self._loose is not None and self._out and (wordlike or first in _LEAN):
            self._out[-1] = self._loose
        self._loose = None

    def symbol(self, sign: str) -> None:
        """A symbol written as a command: in mathematics the blanks after it are TeX's own."""
        self.put(sign)
        if self.math:
            self._gap = _Gap.EAT

    def relation(self, sign: str) -> None:
        """`≤` and its like."""
        before = self._before()
        if self.mode is Mode.SCRIPT:
            self._trim()
        if not self.math or self.mode is Mode.SCRIPT or not before or before in _OPENERS:
            self.symbol(sign)
            return
        self._loose = None
        if self._gap is _Gap.ROW:
            self._append(";")
        self._append(sign if self.last == " " else f" {sign}")
        self._gap = _Gap.BLANK

    def binary(self, sign: str) -> None:
        """`×` and its like: spaced on both sides or on none, as the source has it before."""
        if self.mode is Mode.SCRIPT:
            self._trim()
        spaced = self.last == " " and self._before() not in _BEFORE_UNARY and self._before() != ""
        self._loose = None
        self.symbol(sign)
        if spaced and self.math:
            self._gap = _Gap.BLANK

    def name(self, name: str) -> None:
        """An upright name: `log`, `max`, `∑`."""
        glued = self.last.isalnum() or (self.math and self.last in (")", "]", "}", "′"))
        if glued and self._gap in (_Gap.NONE, _Gap.EAT, _Gap.WORD):
            self._append(" ")
            self._loose, self._gap = None, _Gap.NONE
        self.put(name)
        if self.math:
            self._gap = _Gap.WORD

    def loose(self, piece: str, enclosed: str, *, before: bool = True) -> None:
        """A fraction or a root: `piece`, or `enclosed` if it would run into what follows it (or stands `before` it)."""
        if not piece:
            return
        if before and self.math and self._gap is _Gap.NONE and (self.last.isalnum() or self.last in ("'", "′")):
            self.put(enclosed)
            return
        self.put(piece)
        self._loose = enclosed

    def script(self, content: str, *, raised: bool) -> None:
        """A superscript or subscript of what stands before it."""
        sign = script(content, raised=raised)
        if not sign:
            return
        if self.math:
            self._trim()
        if self._loose is not None:
            self._out[-1], self._loose = self._loose, None
        self._append(sign)
        if self._gap is _Gap.EAT:
            self._gap = _Gap.NONE

    def negate(self, run: str) -> str:
        r"""Writes the first sign of a run struck through (`\not=`), and gives the rest of the run."""
        rest = run.lstrip()
        if rest:
            self.relation(unicodedata.normalize("NFC", rest[0] + "\u0338"))
        return rest[1:]

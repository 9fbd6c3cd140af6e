"""The walk over a text's tokens: groups, mathematics, scripts, dashes, quotes. Commands and accents are looked up in a table it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from papertui.domain.tex_cursor import Cursor
from papertui.domain.tex_line import Line, Mode, blanks_eaten
from papertui.domain.tex_symbols import ACCENT_SIGNS, GREEK
from papertui.domain.tex_tokens import Tokens

_MOST_EXPANSIONS = 200
"""How often a text's own commands are written out: a short text must not become a long one."""

_SIGNED = re.compile(r"[-+−]\d+")
_LONGEST_SET = 80
_SET = re.compile(r"""\s*(?:["']|[^\s,]+(?: [^\s,]+){0,2}\s*(?:,\s*[^\s,]|:\s))""")
_CONTROL_BLANKS = frozenset(" ,;:\t")
_CONTROL_NOTHING = frozenset("!/@")
_CONTROL_ITSELF = frozenset("%&_#${}-+<=?")

Handler = Callable[["Reader", Line, str], None]
Commands = Mapping[str, tuple[Handler, str]]
"""What each command and accent sign does, by name, with the datum its handler is given; under "" what an unknown one does, given its name."""


class Reader(Cursor):
    """Stands at one token of a text and writes what it reads on the lines it is given."""

    def __init__(self, tokens: Tokens, commands: Commands) -> None:
        super().__init__(tokens)
        self.macros: dict[str, str] = {}
        """The text's own commands, those without parameters, rendered."""
        self._enders = tokens.enders
        self._quotes = tokens.quotes
        self._commands = commands
        self._expansions = 0

    # Reading what stands here

    def render(self, end: int, mode: Mode) -> str:
        """Everything from here to the token at `end`, as one piece."""
        outer, self.end = self.end, end
        self.depth += 1
        line = Line(mode)
        while self.at < end:
            self.step(line)
        self.depth -= 1
        self.end = outer
        return str(line)

    def step(self, line: Line) -> None:
        """Reads one token, and the arguments that belong to it."""
        at = self.at
        piece = self.parts[at]
        self.at = at + 1
        if not at & 1:
            if piece:
                line.run(piece)
            return
        first = piece[0]
        if first == "\\":
            if piece[1].isascii() and piece[1].isalpha():
                self.command(piece[1:], line)
            else:
                self._control(piece[1], at, line)
        elif first == "{":
            self._group(at, line)
        elif first == "$":
            self._formula(at, line, "$")
        elif first in "^_":
            self._script(piece, line)
        elif first == "~":
            self._tie(line)
        elif first == "-":
            self._dash(piece, line)
        elif first in "`'\"":
            self._quote(piece, at, line)
        elif first != "}" or at not in self._enders:
            line.run(piece)

    def command(self, name: str, line: Line) -> None:
        """Reads a command's arguments and writes what it means."""
        if len(name) == 1 and (sign := GREEK.get(name + self.plain_group())):
            self.at += 4  # arXiv's own mangling of \beta is \b{eta}
            line.put(sign)
            return
        if name in self.macros and self._expansions < _MOST_EXPANSIONS:
            self._expansions += 1
            line.put(self.macros[name])
            return
        entry = self._commands.get(name)
        if entry is None:
            self._commands[""][0](self, line, name)
        else:
            entry[0](self, line, entry[1])

    # Arguments

    def argument(self, mode: Mode) -> str | None:
        """The next group, character or command, rendered; None where there is none."""
        if (close := self.opens()) is not None:
            self.at += 2
            content = self.render(close, mode)
            self.at = close + 1
            return content
        at = self.at
        if at >= self.end or not self.can_enter():
            return None
        if not at & 1:
            run = blanks_eaten(self.parts[at])
            if run:
                if run[0].isspace():
                    return None
                sign = _SIGNED.match(run) if mode is Mode.SCRIPT else None
                taken = sign.group() if sign else run[0]
                self.parts[at] = run[len(taken) :]
                return taken
            at += 1
        if at >= self.end or self.parts[at][0] != "\\" or at in self._enders:
            return None
        self.at = at
        self.depth += 1
        line = Line(mode)
        self.step(line)
        self.depth -= 1
        return str(line)

    # Single tokens

    def _group(self, at: int, line: Line) -> None:
        close = self.closes.get(at)
        if close is None:
            line.run("{")
        elif close < self.end and self.can_enter():
            literal = not line.math and self._is_set(at, close)
            content = self.render(close, line.mode)
            self.at = close + 1
            if literal:
                content = f"{{{content}}}"
            if content:
                line.put(content)
            elif not line.math:
                line.stop()

    def _is_set(self, at: int, close: int) -> bool:
        """Whether braces in text are the author's own (`{0, 1}`, `{"a": 1}`) rather than TeX's."""
        if close - at > 30:
            return False
        inside = self.parts[at + 1 : close]
        content = "".join(inside)
        return len(content) <= _LONGEST_SET and all(piece[0] not in "\\{$" for piece in inside[1::2]) and _SET.match(content) is not None

    def _formula(self, at: int, line: Line, otherwise: str) -> None:
        close = self.closes.get(at)
        if close is None:
            if at not in self._enders:
                line.put(otherwise)
        elif close < self.end and self.can_enter():
            content = self.render(close, Mode.MATH).strip(" ")
            self.at = close + 1
            line.put(content)

    def _script(self, piece: str, line: Line) -> None:
        stands = line.math or (line.mode is Mode.TEXT and self.adjoins())
        content = self.argument(Mode.SCRIPT) if stands else None
        if content is None:
            line.put(piece)
        else:
            line.script(content, raised=piece == "^")

    def _tie(self, line: Line) -> None:
        following = self.parts[self.at] or (self.parts[self.at + 1] if self.at + 1 < len(self.parts) else "")
        before = line.last
        if line.math:
            line.run(" ")
        elif before and not before.isspace() and before not in "([{</=>" and not (before.isdigit() and following[:1].isdigit()):
            line.put(" ")
            line.eat()
        elif following[:1] == "\\" and following != "\\":
            line.drop()
        else:
            line.put("~")  # "about" and home directories

    def _dash(self, piece: str, line: Line) -> None:
        following = self.parts[self.at][:1]
        before = line.last
        flag = len(piece) == 2 and following.isalpha() and (not before or before.isspace() or before in "([{`|/=")
        if line.mode is not Mode.TEXT or flag or len(piece) > 3 or following == ">" or (before and before in "<!"):
            line.run(piece)
        else:
            line.put("–" if len(piece) == 2 else "—")

    def _quote(self, piece: str, at: int, line: Line) -> None:
        if line.math and piece[0] == "'":
            line.put("″" if len(piece) == 2 else "′" * len(piece))
        elif line.mode is Mode.TEXT:
            line.put(self._quotes.get(at, piece))
        else:
            line.run(piece)

    def _control(self, sign: str, at: int, line: Line) -> None:
        if sign in ACCENT_SIGNS:
            handler, datum = self._commands[sign]
            handler(self, line, datum)
        elif sign in _CONTROL_ITSELF:
            line.put(sign)
        elif sign in "([":
            self._formula(at, line, sign)
        elif sign in ")]":
            if at not in self._enders:
                line.put(sign)
        elif sign == "\\":
            self.option()
            line.row()
        elif sign == "|":
            line.put("‖")
        elif sign in _CONTROL_BLANKS or (sign == ">" and line.math):
            line.blank()
        elif sign == "\n":
            line.run(sign)
        elif sign in "*>":
            line.put("" if line.math else sign)
        elif sign not in _CONTROL_NOTHING:
            line.put("\\" + sign)

"""The list on the screen while the toolkit is still being imported: a tenth of a second in which one would look at nothing.

The terminal is taken in two steps. `hold` keeps what is typed meanwhile from being echoed and leaves it in the terminal's
queue, where the toolkit finds it. `paint` shows the first frame on the alternate screen. `give_back` undoes both, unless
the toolkit has taken over (`taken`), which then ends what was begun here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import FrameType, ModuleType
from typing import Any

from papertui.tui.ascii import to_ascii
from papertui.tui.cells import pad, width_of
from papertui.tui.frame import Piece
from papertui.tui.ink import ANSI, OURS, PLAIN, Look, Looks, looks_of
from papertui.tui.terminal import FULL, NONE, Terminal

termios: ModuleType | None
try:
    import termios
except ImportError:  # Windows: the toolkit paints first there
    termios = None

ALTERNATE, NORMAL = "\x1b[?1049h", "\x1b[?1049l"
_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronised output: a terminal that knows it shows the frame whole."""

_SIXTEEN = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Prepaint:
    """A terminal held while the program starts. Use as a context manager around everything that can fail meanwhile."""

    def __init__(self, descriptor: int, env: Mapping[str, str]) -> None:
        """`descriptor`: of the terminal that is written to, which is standard error's for Textual."""
        self._out = descriptor
        self._env = env
        self.attributes: list[Any] | None = None
        """The terminal's settings before it was held; None where it was not."""
        self.painted = False
        self._taken = False
        self._signals: dict[int, Any] = {}

    def __enter__(self) -> Prepaint:
        self._hold()
        return self

    def __exit__(self, *error: object) -> None:
        self.give_back()

    def _hold(self) -> None:
        """No echo, no lines, and Ctrl-Z left for the toolkit; Ctrl-C still ends the program at once."""
        if termios is None:
            return
        try:
            before = termios.tcgetattr(sys.stdin.fileno())
        except (termios.error, OSError, ValueError):
            return
        self.attributes = before
        held = [*before[:6], list(before[6])]
        held[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF)
        held[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        held[6][termios.VMIN] = 1
        held[6][termios.VSUSP] = b"\x00"
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name)
            self._signals[number] = signal.signal(number, self._end)
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, held)

    def paint(self, frame: Sequence[Sequence[Piece]], looks: Looks, terminal: Terminal) -> None:
        """Show the frame, or what of it changed: a line without pieces stays as it is."""
        enter = "" if self.painted else ALTERNATE + _HIDE
        data = _BEGIN + enter + ansi_text(frame, looks, terminal, exact=_is_exact(self._env)) + _END
        self.painted = True
        with open(self._out, "wb", buffering=0, closefd=False) as out:
            rest = memoryview(data.encode())
            while rest:
                rest = rest[out.write(rest) or 0 :]

    def taken(self) -> list[Any] | None:
        """The toolkit has the terminal now, and its loop the signals: it ends what was begun. The settings that it has to restore."""
        self._taken = True
        self._signals.clear()
        return self.attributes

    def give_back(self) -> None:
        """Leave the terminal as it was found."""
        if self._taken:
            return
        self._taken = True
        if self.painted:
            os.write(self._out, (_SHOW + NORMAL).encode())
        if self.attributes is not None and termios is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self.attributes)
        for number, handler in self._signals.items():
            signal.signal(number, handler)
        self._signals.clear()

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Nothing has been begun that wants an orderly end, and an exception raised in the midst of an import can be swallowed there."""
        self.give_back()
        os._exit(128 + number)


def looks_for(theme: str | None, terminal: Terminal) -> Looks | None:
    """What the first frame is drawn with; None where only the toolkit knows the theme."""
    name = theme or next(iter(OURS))
    if terminal.colours == NONE:
        return PLAIN
    if terminal.colours != FULL or name in ("ansi-dark", "ansi-light"):
        return ANSI
    return looks_of(OURS[name]) if name in OURS else None


def _is_exact(env: Mapping[str, str]) -> bool:
    """Whether the terminal takes 24-bit colours; as rich, which draws the next frame, finds it."""
    return env.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")


def ansi_text(frame: Sequence[Sequence[Piece]], looks: Looks, terminal: Terminal, *, exact: bool) -> str:
    """The frame as text for a terminal, each line at its place. Text has passed the gate: nothing in it acts.

    `exact`: 24-bit colours, else the nearest of 256.
    """
    if terminal.colours == NONE:
        looks = Looks(*(look._replace(fore=None, back=None) for look in looks))
    parts = []
    for number, pieces in enumerate(frame, 1):
        if not pieces:
            continue
        parts.append(f"\x1b[{number};1H")
        for piece in pieces:
            parts.append(_piece(piece, looks, ascii=terminal.ascii, exact=exact))
    return "".join(parts) + "\x1b[0m"


def _piece(piece: Piece, looks: Looks, *, ascii: bool, exact: bool) -> str:
    over = getattr(looks, piece.over) if piece.over else None
    text, left = "", piece.width
    for said, name in (*piece.line, (" " * piece.width, piece.ground)):
        size = width_of(said)
        if size > left:
            said, size = pad(said, left), left
        if size:
            text += _sgr(getattr(looks, name), over, exact) + (to_ascii(said) if ascii else said)
            left -= size
    return text


@lru_cache(256)
def _sgr(look: Look, over: Look | None, exact: bool) -> str:
    if over is not None:
        look = Look(
            over.fore or look.fore, over.back or look.back, look.bold or over.bold, look.dim if over.dim is None else over.dim,
            look.italic or over.italic, look.underline or over.underline, look.reverse or over.reverse,
        )  # fmt: skip
    codes = ["0"]
    for on, code in ((look.bold, "1"), (look.dim, "2"), (look.italic, "3"), (look.underline, "4"), (look.reverse, "7")):
        if on:
            codes.append(code)
    for colour, plain in ((look.fore, 30), (look.back, 40)):
        if colour is not None:
            codes.append(_colour(colour, plain, exact))
    return f"\x1b[{';'.join(codes)}m"


def _colour(name: str, plain: int, exact: bool) -> str:
    if name == "default":
        return str(plain + 9)
    if name in _SIXTEEN:
        return str(plain + _SIXTEEN.index(name))
    red, green, blue = (int(name[at : at + 2], 16) for at in (1, 3, 5))
    return f"{plain + 8};2;{red};{green};{blue}" if exact else f"{plain + 8};5;{nearest(red, green, blue)}"


def nearest(red: int, green: int, blue: int) -> int:
    """The number of the nearest of 256 colours, chosen as rich does, which draws the frame after this one."""
    lightest, darkest = max(red, green, blue) / 255, min(red, green, blue) / 255
    lightness, spread = (lightest + darkest) / 2, lightest - darkest
    saturation = 0.0 if not spread else spread / (lightest + darkest if lightness <= 0.5 else 2 - lightest - darkest)
    if saturation < 0.15:
        grey = round(lightness * 25)
        return 16 if grey == 0 else 231 if grey == 25 else 231 + grey
    sixths = [round(value / 95 if value < 95 else 1 + (value - 95) / 40) for value in (red, green, blue)]
    return 16 + 36 * sixths[0] + 6 * sixths[1] + sixths[2]

"""The help screen: every key, from the same table that binds them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from papertui.tui.cells import Line, line_width, wrap
from papertui.tui.keys import GROUPS, KEYS, Key
from papertui.tui.lines_view import LinesView
from papertui.tui.themes import Ink

_KEY = 13


def _keys(key: Key) -> str:
    """Its keys, as many as there is room for."""
    names = key.shown.split(" ")
    while len(" ".join(names)) >= _KEY:
        names.pop()
    return " ".join(names)


def _group(name: str, width: int) -> list[Line]:
    lines: list[Line] = [((name, "accent"),)]
    for key in KEYS:
        if key.group == name:
            for number, text in enumerate(wrap(key.help, width - _KEY - 1)):
                lines.append(((f"{'' if number else _keys(key):<{_KEY}}", "strong"), (text, "text")))
    return [*lines, ()]


def help_lines(width: int) -> list[Line]:
    """All keys in their groups, in two columns where there is room."""
    title: list[Line] = [(("papertui: the keys", "strong"), ("  Esc goes back", "muted")), ()]
    if width < 96:
        return title + [line for name in GROUPS for line in _group(name, width)]
    half = width // 2 - 2
    groups = [_group(name, half) for name in GROUPS]
    total, left, right = sum(map(len, groups)), list[Line](), list[Line]()
    for group in groups:
        (left if len(left) + len(group) / 2 <= total / 2 else right).extend(group)
    rows = []
    for index in range(max(len(left), len(right))):
        first = left[index] if index < len(left) else ()
        second = right[index] if index < len(right) else ()
        rows.append((*first, (" " * (half + 2 - line_width(first)), "text"), *second))
    return title + rows


class _HelpLines(LinesView):
    def on_resize(self) -> None:
        self.show(help_lines(self.size.width - 3), keep=True)


class HelpScreen(Screen[None], inherit_bindings=False):
    """All keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("space,pagedown", "page(1)", show=False),
        Binding("b,pageup", "page(-1)", show=False),
        Binding("g,home", "page(-1000)", show=False),
        Binding("G,end", "page(1000)", show=False),
    ]

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._view = _HelpLines(ink, id="help")

    def compose(self) -> ComposeResult:
        """One view of lines."""
        yield self._view

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._view.scroll_lines(by)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        self._view.scroll_lines(by * max(self._view.page - 1, 1))

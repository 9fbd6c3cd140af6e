"""The help screen: every key, from the same table that binds them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from papertui.keymap import GROUPS, Key, Keymap
from papertui.tui.cells import Line, line_width, wrap
from papertui.tui.lines_view import LinesView
from papertui.tui.themes import Ink

_KEY = 13


def _keys(key: Key) -> str:
    """Its keys, as many as there is room for."""
    names = key.shown.split(" ")
    while len(" ".join(names)) >= _KEY:
        names.pop()
    return " ".join(names)


def _group(name: str, width: int, keymap: Keymap) -> list[Line]:
    lines: list[Line] = [((name, "accent"),)]
    for key in keymap.keys:
        if key.group == name:
            for number, text in enumerate(wrap(key.help, width - _KEY - 1)):
                lines.append(((f"{'' if number else _keys(key):<{_KEY}}", "strong"), (text, "text")))
    return [*lines, ()]


def help_lines(width: int, keymap: Keymap) -> list[Line]:
    """All keys in their groups, in two columns where there is room."""
    ways = "  {escape} goes back   {pane_down} scrolls" if width >= 54 else "  {escape} goes back"
    title: list[Line] = [(("papertui: the keys", "strong"), (keymap.say(ways), "muted")), ()]
    if width < 96:
        return title + [line for name in GROUPS for line in _group(name, width, keymap)]
    half = width // 2 - 2
    groups = [_group(name, half, keymap) for name in GROUPS]
    total, left, right = sum(map(len, groups)), list[Line](), list[Line]()
    for group in groups:
        (left if len(left) + len(group) / 2 <= total / 2 else right).extend(group)
    rows = []
    for index in range(max(len(left), len(right))):
        first = left[index] if index < len(left) else ()
        second = right[index] if index < len(right) else ()
        rows.append((*first, (" " * (half + 2 - line_width(first)), "text"), *second))
    return title + rows


_LEAVE = ("escape", "quit", "help", "zoom")
_LINES = {"down": 1, "up": -1}
_PAGES = {
    "pane_down": 1.0, "page_down": 1.0, "half_down": 0.5, "pane_up": -1.0, "page_up": -1.0, "half_up": -0.5, "first": -1000.0, "last": 1000.0,
}  # fmt: skip


class _HelpLines(LinesView):
    def __init__(self, ink: Ink, keymap: Keymap) -> None:
        super().__init__(ink, id="help")
        self._keymap = keymap

    def on_resize(self) -> None:
        self.show(help_lines(self.size.width - 3, self._keymap), keep=True)


class HelpScreen(Screen[None], inherit_bindings=False):
    """All keys."""

    def __init__(self, ink: Ink, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self._view = _HelpLines(ink, keymap)

    def compose(self) -> ComposeResult:
        """One view of lines."""
        yield self._view

    def on_key(self, event: events.Key) -> None:
        """The keys of the list move here too; those that open or leave anything go back."""
        action = self._keymap.action(event.key, event.character if event.is_printable else None)
        if action in _LEAVE:
            self.dismiss()
        elif action in _LINES:
            self._view.scroll_lines(_LINES[action])
        elif action in _PAGES:
            self._view.scroll_lines(int(_PAGES[action] * max(self._view.page - 1, 1)))

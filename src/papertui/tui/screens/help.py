"""The help screen: every key, from the same table that binds them."""

from __future__ import annotations

from papertui.keymap import GROUPS, Key, Keymap
from papertui.tui.cells import Line, line_width, wrap
from papertui.tui.screens.page import PageScreen, title_line
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
    title = title_line("papertui: the keys", width, keymap)
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


class HelpScreen(PageScreen):
    """All keys."""

    def __init__(self, ink: Ink, keymap: Keymap) -> None:
        super().__init__(ink, keymap, lambda width: help_lines(width, keymap))

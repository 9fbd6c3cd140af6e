"""A page of text over the whole screen: it scrolls, and what opens or leaves anything goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from papertui.keymap import Keymap
from papertui.tui.cells import Line, width_of, wrap
from papertui.tui.lines_view import LinesView
from papertui.tui.themes import Ink

_LEAVE = ("escape", "quit", "help", "zoom", "prompt", "costs")
_LINES = {"down": 1, "up": -1}
_PAGES = {
    "pane_down": 1.0, "page_down": 1.0, "half_down": 0.5, "pane_up": -1.0, "page_up": -1.0, "half_up": -0.5, "first": -1000.0, "last": 1000.0,
}  # fmt: skip

Said = Callable[[int], Sequence[Line]]
"""The page's lines for so many columns."""


class _Page(LinesView):
    def __init__(self, ink: Ink, said: Said) -> None:
        super().__init__(ink, id="page")
        self._said = said

    def on_resize(self) -> None:
        self.show(self._said(self.size.width - 3), keep=True)


class PageScreen(Screen[None], inherit_bindings=False):
    """Lines that are worked out for the width there is."""

    DEFAULT_CSS = """
    PageScreen LinesView { height: 1fr; }
    """

    def __init__(self, ink: Ink, keymap: Keymap, said: Said) -> None:
        super().__init__()
        self._keymap = keymap
        self._view = _Page(ink, said)

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


def title_line(title: str, width: int, keymap: Keymap) -> list[Line]:
    """A page's title, as much of the way on as fits, and an empty line."""
    ways = (keymap.say("  {escape} goes back   {pane_down} scrolls"), keymap.say("  {escape} goes back"), "")
    return [((title, "strong"), (next(way for way in ways if not way or width_of(title) + width_of(way) <= width), "muted")), ()]


def prompt_lines(text: str, width: int) -> list[Line]:
    """A prompt, its lines folded and their indentation kept."""
    lines: list[Line] = []
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        indent = " " * min(len(line) - len(bare), width // 2)
        style = "accent" if line.startswith("--- ") and line.endswith(" ---") else "text"
        lines += [((indent + part, style),) for part in wrap(bare, width - len(indent))] or [()]
    return lines


def table_lines(lines: Sequence[str]) -> list[Line]:
    """Tables of text: what follows an empty line is a head."""
    heads = {0} | {number + 1 for number, line in enumerate(lines) if not line}
    return [((line, "accent" if number in heads else "text"),) for number, line in enumerate(lines)]

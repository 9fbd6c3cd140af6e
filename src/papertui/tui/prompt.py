"""The message line, which becomes a line to type into for filter, note and tag: not Textual's Input, which paints twice a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual import events
from textual.strip import Strip

from papertui.domain.gate import one_line
from papertui.keymap import LINE_FEED
from papertui.tui.cells import Line, width_of
from papertui.tui.lines_view import strip_of
from papertui.tui.one_line import OneLine
from papertui.tui.themes import Ink

_MOST = 2000
"""Longest text typed or pasted, in characters."""


class Question(NamedTuple):
    """What is being typed and who is told."""

    before: str
    """What stands before the text: `/`, `note: `."""
    hint: str
    typed: Callable[[str], None]
    """Told the text after every change."""
    done: Callable[[str], None]
    """Told the text on Enter."""
    left: Callable[[], None]
    """Told of Escape."""


class Typed(NamedTuple):
    """A line being typed: its text and the caret, as an index of characters. Pure."""

    text: str = ""
    at: int = 0

    def insert(self, text: str) -> Typed:
        """With `text` put in at the caret."""
        whole = (self.text[: self.at] + text + self.text[self.at :])[:_MOST]
        return Typed(whole, min(self.at + len(text), len(whole)))

    def key(self, key: str) -> Typed | None:
        """After an editing key; None where the key edits nothing."""
        text, at = self.text, self.at
        if key == "backspace":
            return Typed(text[: max(at - 1, 0)] + text[at:], max(at - 1, 0))
        if key == "delete":
            return Typed(text[:at] + text[at + 1 :], at)
        if key == "ctrl+w":
            kept = text[:at].rstrip().rpartition(" ")
            start = len(kept[0]) + len(kept[1])
            return Typed(text[:start] + text[at:], start)
        if key == "ctrl+u":
            return Typed(text[at:], 0)
        moves = {"left": at - 1, "right": at + 1, "home": 0, "end": len(text)}
        return Typed(text, max(0, min(moves[key], len(text)))) if key in moves else None


class Prompt(OneLine):
    """Shows messages; asks a question while one is asked.

    It never has the focus. The app offers it each key before any binding, in the order in which they were pressed, so
    that `/tensor` and Enter arriving in one burst (a slow line, a paste) are read as they were meant.
    """

    def __init__(self, ink: Ink, say: Callable[[int], Line]) -> None:
        super().__init__(ink, say, "message", "text")
        self.question: Question | None = None
        self.line = Typed()
        self.on_mode: Callable[[], object] = lambda: None
        """Told when a question begins or ends."""

    def ask(self, question: Question, text: str = "") -> None:
        """Begin to ask, with `text` already typed."""
        self.question, self.line = question, Typed(text, len(text))
        self.refresh()
        self.on_mode()

    def _set(self, line: Typed, question: Question) -> None:
        changed = line.text != self.line.text
        self.line = line
        if changed:
            question.typed(line.text)
        self.refresh()

    def takes(self, event: events.Key | events.Paste) -> bool:
        """Take a key or a paste while a question is asked; False for keys that edit nothing: they are the list's."""
        question = self.question
        if question is None:
            return False
        if isinstance(event, events.Paste):  # foreign text passes the gate, also this way
            self._set(self.line.insert(one_line(event.text, _MOST)), question)
            return True
        if event.key in ("enter", LINE_FEED, "escape"):
            self.question = None
            self.refresh()
            self.on_mode()
            if event.key != "escape":
                question.done(self.line.text)
            else:
                question.left()
            return True
        line = self.line.insert(event.character) if event.is_printable and event.character else self.line.key(event.key)
        if line is None:
            return False
        self._set(line, question)
        return True

    def render_line(self, y: int) -> Strip:
        """The line being typed with its caret, or a message."""
        if self.question is None or y:
            return super().render_line(y)
        width = self.size.width
        before = f" {self.question.before}"
        text, at = self.line.text + " ", self.line.at
        room = max(width - len(before) - 1, 4)
        while width_of(text[:at]) >= room:  # a text longer than the line shows its end
            text, at = text[1:], at - 1
        used = len(before) + width_of(text)
        hint = self.question.hint if used + len(self.question.hint) + 2 <= width else ""
        line: Line = ((before, "accent"), (text[:at], "text"), (text[at], "badge"), (text[at + 1 :], "text"))
        gap = max(width - used - len(hint) - 1, 0)
        return strip_of((*line, (" " * gap, "text"), (hint, "muted")), width, self.ink)

"""The box that interests are typed into. Loaded with its toolkit part (40 ms) only when that page is first shown."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from papertui.domain.profile_edit import MOST, shown_line
from papertui.tui.first.pages import EXAMPLE


class InterestsBox(TextArea):
    """A few lines of text: wrapped, with undo, mouse and paste; what is pasted passes the gate."""

    DEFAULT_CSS = """
    InterestsBox, InterestsBox:focus {
        height: 1fr; max-height: 16; min-height: 3; padding: 0 1; border: round $accent; background: $background; color: $foreground;
        scrollbar-size-vertical: 1;
    }
    InterestsBox:ansi, InterestsBox:ansi:focus { background: transparent; color: ansi_default; border: round ansi_yellow; }
    InterestsBox:ansi .text-area--placeholder { text-style: dim; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, placeholder=EXAMPLE, id="box")
        self.cursor_blink = False  # a reader that nobody touches sends nothing
        self.move_cursor(self.document.end)

    def put(self, text: str) -> None:
        """Foreign text at the caret, after the gate; lines stay lines."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        clean = "\n".join(map(shown_line, lines))[: max(MOST - len(self.text), 0)]
        self.move_cursor(self.replace(clean, *self.selection).end_location)

    def on_paste(self, event: events.Paste) -> None:
        """Instead of the toolkit's own way, which would take the text as it comes."""
        event.stop()
        event.prevent_default()
        self.put(event.text)

    def on_resize(self) -> None:
        """The toolkit wraps its lines anew and would go on showing the old ones."""
        self.call_after_refresh(self.refresh)

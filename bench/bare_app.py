"""The yardstick: the least a Textual program can be. One Static, one line of it changed by every key."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

READY = "bare app ready"


class BareApp(App[None]):
    """Paints one text and paints it anew at every key."""

    presses = 0

    def compose(self) -> ComposeResult:
        yield Static(READY)

    def on_key(self, event: events.Key) -> None:
        self.presses += 1
        # no layout: the text keeps its one line, as the rows of a list do
        self.query_one(Static).update(f"{READY} {self.presses} {event.key}", layout=False)


if __name__ == "__main__":
    BareApp().run()

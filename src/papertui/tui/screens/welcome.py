"""What a reader with an empty library sees: what this is, what will happen, and which keys lead on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from papertui.tui.cells import Line, wrap
from papertui.tui.lines_view import LinesView
from papertui.tui.status import reason_first
from papertui.tui.themes import Ink

_WIDEST = 76

_WHAT = (
    "papertui shows the day's new papers as one list, scores each for relevance to you and for novelty, and remembers "
    "what you read, saved and hid."
)
_HAPPENS = (
    "The library is empty. A fetch gets the newest arXiv mailing of your profile's categories (one request, some seconds) and scores "
    "it on this machine. Nothing is sent anywhere before that."
)
_KEYS = (("r", "fetch the newest mailing now"), ("d", "how to look at the demo: invented papers, no network"), ("q", "quit"))


def welcome_lines(width: int, profile: str | None, failed: str | None, said: str | None = None) -> list[Line]:
    """The page, wrapped; `failed` is why the last fetch came to nothing (offline, say)."""
    room = max(min(width, _WIDEST), 20)
    margin = (" " * max((width - room) // 2, 0), "text")
    lines: list[Line] = [(), ((("papertui"), "accent"),), ()]
    lines += [((text, "text"),) for text in wrap(_WHAT, room)]
    lines.append(())
    if failed:
        lines += [((text, "bad"),) for text in wrap(f"The fetch failed: {reason_first(failed)}", room)]
        lines += [
            ((text, "text"),) for text in wrap("Nothing is lost: r tries again; `papertui load FILE` takes in a published list.", room)
        ]
    else:
        lines += [((text, "text"),) for text in wrap(_HAPPENS, room)]
    lines.append(())
    about = "`papertui profile edit` makes the interests and categories yours" + (f"; they stand in {profile}." if profile else ".")
    lines += [((text, "muted"),) for text in wrap(about, room)]
    if not failed:
        lines += [
            ((text, "muted"),) for text in wrap("`papertui load FILE` takes in a list that somebody publishes, with its scores.", room)
        ]
    lines.append(())
    for key, does in _KEYS:
        for number, text in enumerate(wrap(does, room - 5)):
            lines.append(((f"  {' ' if number else key}  ", "strong"), (text, "text")))
    if said:
        lines += [(), *(((text, "accent"),) for text in wrap(said, room))]
    return [(margin, *line) for line in lines]


class _WelcomeLines(LinesView):
    def __init__(self, ink: Ink, profile: str | None, failed: str | None) -> None:
        super().__init__(ink, id="welcome")
        self._profile, self._failed = profile, failed
        self.said: str | None = None

    def on_resize(self) -> None:
        self.again()

    def again(self) -> None:
        self.show(welcome_lines(self.size.width - 3, self._profile, self._failed, self.said), keep=True)


class WelcomeScreen(Screen[str], inherit_bindings=False):
    """Dismissed with "update" or "quit"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "dismiss('update')", show=False),
        Binding("q", "dismiss('quit')", show=False),
        Binding("d", "demo", show=False),
        Binding("j,down,space", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    def __init__(self, ink: Ink, profile: str | None, failed: str | None) -> None:
        super().__init__()
        self._view = _WelcomeLines(ink, profile, failed)

    def compose(self) -> ComposeResult:
        """One view of lines."""
        yield self._view

    def action_demo(self) -> None:
        """Say how to see the demo: it has a library of its own, so it is another start of the program."""
        self._view.said = "Quit with q, then run: papertui --demo"
        self._view.again()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._view.scroll_lines(by)

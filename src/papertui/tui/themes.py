"""Two themes of our own, and the styles that the widgets draw with, made from whatever theme is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

DARK = Theme(
    name="papertui-dark",
    primary="#6ea8fe",
    secondary="#8b94a3",
    accent="#e5b567",
    warning="#e5b567",
    error="#f07178",
    success="#8ccf7e",
    foreground="#d5d8de",
    background="#15171c",
    surface="#1b1e25",
    panel="#2b3240",
    dark=True,
)

LIGHT = Theme(
    name="papertui-light",
    primary="#1f5fbf",
    secondary="#5d6570",
    accent="#9a5b00",
    warning="#9a5b00",
    error="#b3261e",
    success="#1d6b2f",
    foreground="#1d2127",
    background="#fbfaf7",
    surface="#f1efe9",
    panel="#d9e3f3",
    dark=False,
)

THEMES = (DARK, LIGHT)


class Ink(NamedTuple):
    """The styles of one theme, by what they say rather than by how they look."""

    text: Style
    strong: Style
    """A title in the pane, a heading."""
    muted: Style
    """What stands beside the text: authors, dates, what was read."""
    faint: Style
    """Rules, empty parts of a bar, low scores."""
    accent: Style
    """The one colour: marks, what is typed, what has the focus."""
    high: Style
    """Scores from 9."""
    middle: Style
    """Scores from 8."""
    good: Style
    bad: Style
    comment: Style
    badge: Style
    """A label that must not be overlooked."""
    line: Style
    """Status line and footer."""
    line_key: Style
    """A key in the footer, a number in the status line."""
    head: Style
    head_sorted: Style
    cursor: Style
    """Laid over a row's own styles where the cursor is."""

    def by(self, name: str) -> Style:
        """The style called `name`."""
        found: Style = getattr(self, name)
        return found


NAMES = Ink._fields


def ink_of(app: App[None]) -> Ink:
    """The styles under the app's theme. With a terminal's own 16 colours shades become dim, bold and reverse."""
    theme = app.current_theme

    def color(name: str) -> Color:
        # a theme's own colour where it names one: working out all that follow from them takes milliseconds
        return Color.parse(getattr(theme, name) or app.get_css_variables()[name])

    if theme.ansi:
        return _ansi_ink()
    back, fore, panel, surface = color("background"), color("foreground"), color("panel"), color("surface")

    def on(ground: Color, front: Color, share: float = 1.0, *, bold: bool = False, italic: bool = False) -> Style:
        return Style(color=ground.blend(front, share).rich_color, bgcolor=ground.rich_color, bold=bold, italic=italic)

    accent, success = color("accent"), color("success")
    return Ink(
        text=on(back, fore),
        strong=on(back, fore, bold=True),
        muted=on(back, fore, 0.66),
        faint=on(back, fore, 0.4),
        accent=on(back, accent),
        high=on(back, success, bold=True),
        middle=on(back, success, 0.8),
        good=on(back, success),
        bad=on(back, color("error"), bold=True),
        comment=on(back, fore, 0.85, italic=True),
        badge=Style(color=back.rich_color, bgcolor=accent.rich_color, bold=True),
        line=on(surface, fore, 0.7),
        line_key=on(surface, fore, bold=True),
        head=on(surface, fore, 0.6),
        head_sorted=on(surface, accent, bold=True),
        cursor=Style(bgcolor=panel.rich_color),
    )


def _ansi_ink() -> Ink:
    plain, dim, bold = Style(), Style(dim=True), Style(bold=True)
    return Ink(
        text=plain, strong=bold, muted=dim, faint=dim, accent=Style(color="yellow"), high=Style(color="green", bold=True),
        middle=Style(color="green"), good=Style(color="green"), bad=Style(color="red", bold=True), comment=Style(italic=True),
        badge=Style(reverse=True, bold=True), line=dim, line_key=bold, head=Style(dim=True, underline=True),
        head_sorted=Style(bold=True, underline=True), cursor=Style(color="default", bgcolor="default", reverse=True, dim=False),
    )  # fmt: skip

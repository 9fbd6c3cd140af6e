"""Two themes of our own, and the styles that the widgets draw with, made from whatever theme is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from textual.theme import Theme

from papertui.tui.ink import ANSI, OURS, PLAIN, Colours, Look, Looks, looks_of
from papertui.tui.terminal import FULL, NONE

if TYPE_CHECKING:
    from papertui.tui.app import PapertuiApp

THEMES = tuple(
    Theme(name=name, primary=primary, secondary=secondary, warning=colours.accent, dark=dark, **colours._asdict())
    for (name, colours), primary, secondary, dark in zip(
        OURS.items(), ("#6ea8fe", "#1f5fbf"), ("#8b94a3", "#5d6570"), (True, False), strict=True
    )
)


class Ink(NamedTuple):
    """The styles of one theme: the fields of `ink.Looks`, as the toolkit draws them."""

    text: Style
    strong: Style
    muted: Style
    faint: Style
    rule: Style
    accent: Style
    high: Style
    middle: Style
    good: Style
    bad: Style
    comment: Style
    badge: Style
    line: Style
    line_key: Style
    head: Style
    head_sorted: Style
    cursor: Style

    def by(self, name: str) -> Style:
        """The style called `name`."""
        found: Style = getattr(self, name)
        return found


def ink_of(app: PapertuiApp) -> Ink:
    """The styles under the app's theme."""
    return styled(looks_under(app))


def looks_under(app: PapertuiApp) -> Looks:
    """The looks under the app's theme, as far as its terminal has colours."""
    theme = app.current_theme
    if app.terminal.colours == NONE:
        return PLAIN
    if theme.ansi or app.terminal.colours != FULL:
        return ANSI
    if theme.name in OURS:
        return looks_of(OURS[theme.name])
    # a theme's own colour where it names one: working out all that follow from them takes milliseconds
    return looks_of(Colours(*(hex_of(getattr(theme, name) or app.get_css_variables()[name]) for name in Colours._fields)))


def hex_of(text: str) -> str:
    """A colour as Textual's themes write it (names, `rgb(…)`), as `#rrggbb`."""
    from textual.color import Color

    return Color(*Color.parse(text).rgb).hex.lower()


def styled(looks: Looks) -> Ink:
    """The toolkit's styles of looks."""
    return Ink(*map(_style, looks))


def _style(look: Look) -> Style:
    return Style(
        color=look.fore, bgcolor=look.back, bold=look.bold or None, dim=look.dim, italic=look.italic or None,
        underline=look.underline or None, reverse=look.reverse or None,
    )  # fmt: skip

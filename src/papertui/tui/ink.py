"""Styles by what they say, worked out from a theme's colours alone: what the first frame and the screens draw with. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """How a piece of text looks. Colours are `#rrggbb`, the name of one of a terminal's own sixteen, or None: as it is."""

    fore: str | None = None
    back: str | None = None
    bold: bool = False
    dim: bool | None = None
    """None leaves it to what the look is laid over."""
    italic: bool = False
    underline: bool = False
    reverse: bool = False


class Colours(NamedTuple):
    """What a theme has to name, as `#rrggbb`."""

    background: str
    foreground: str
    surface: str
    panel: str
    accent: str
    success: str
    error: str


class Looks(NamedTuple):
    """The looks of one theme, by what they say rather than by how they look."""

    text: Look
    strong: Look
    """A title in the pane, a heading."""
    muted: Look
    """What stands beside the text: authors, dates, what was read."""
    faint: Look
    """Low scores, who scored, hidden papers."""
    rule: Look
    """What is no text: rules, scroll bars, the empty part of a bar."""
    accent: Look
    """The one colour: marks, what is typed, what has the focus."""
    high: Look
    """Scores from 9."""
    middle: Look
    """Scores from 8."""
    good: Look
    bad: Look
    comment: Look
    badge: Look
    """A label that must not be overlooked."""
    line: Look
    """Status line and footer."""
    line_key: Look
    """A key in the footer, a number in the status line."""
    head: Look
    head_sorted: Look
    cursor: Look
    """Laid over a row's own looks where the cursor is."""


DARK = Colours(
    background="#15171c", foreground="#d5d8de", surface="#1c1e24", panel="#2d323c", accent="#e5b567", success="#8ccf7e", error="#f07178"
)  # fmt: skip
LIGHT = Colours(
    background="#fbfaf7", foreground="#1d2127", surface="#efeeeb", panel="#dfe8f5", accent="#925500", success="#1d6b2f", error="#b3261e"
)  # fmt: skip

OURS = {"papertui-dark": DARK, "papertui-light": LIGHT}
"""Our own themes, the first of them the default."""

ANSI = Looks(
    text=Look(), strong=Look(bold=True), muted=Look(dim=True), faint=Look(dim=True), rule=Look(dim=True), accent=Look("yellow"),
    high=Look("green", bold=True), middle=Look("green"), good=Look("green"), bad=Look("red", bold=True), comment=Look(italic=True),
    badge=Look(bold=True, reverse=True), line=Look(dim=True), line_key=Look(bold=True), head=Look(dim=True, underline=True),
    head_sorted=Look(bold=True, underline=True), cursor=Look("default", "default", dim=False, reverse=True),
)  # fmt: skip
"""For a terminal's own sixteen colours: shades become dim, bold and reverse."""

PLAIN = ANSI._replace(
    accent=Look(bold=True), high=Look(bold=True), middle=Look(), good=Look(), bad=Look(bold=True, reverse=True),
    cursor=Look(dim=False, reverse=True),
)  # fmt: skip
"""For no colours at all: NO_COLOR, and terminals that have none."""


def blend(ground: str, front: str, share: float) -> str:
    """The colour `share` of the way from one to the other, as Textual's Color.blend rounds it."""
    if share >= 1:
        return front
    pairs = ((int(ground[at : at + 2], 16), int(front[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{int(one + (other - one) * share):02x}" for one, other in pairs)


def looks_of(colours: Colours) -> Looks:
    """The looks of a theme with colours of its own."""
    back, fore, surface = colours.background, colours.foreground, colours.surface

    def on(ground: str, front: str, share: float = 1.0, *, bold: bool = False, italic: bool = False) -> Look:
        return Look(blend(ground, front, share), ground, bold=bold, italic=italic)

    return Looks(
        text=on(back, fore),
        strong=on(back, fore, bold=True),
        muted=on(back, fore, 0.7),
        faint=on(back, fore, 0.54),
        rule=on(back, fore, 0.34),
        accent=on(back, colours.accent),
        high=on(back, colours.success, bold=True),
        middle=on(back, colours.success, 0.92),
        good=on(back, colours.success),
        bad=on(back, colours.error, bold=True),
        comment=on(back, fore, 0.85, italic=True),
        badge=Look(back, colours.accent, bold=True),
        line=on(surface, fore, 0.7),
        line_key=on(surface, fore, bold=True),
        head=on(surface, fore, 0.66),
        head_sorted=on(surface, colours.accent, bold=True),
        cursor=Look(back=colours.panel),
    )

"""Every action of the first screen, declared once: what keys do on which page, the footer and the help follow from this table. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from papertui.keymap import shown_key
from papertui.tui.cells import Line, width_of, wrap

INTRO, CATEGORIES, INTERESTS, READY = "intro", "categories", "interests", "ready"
WORKING, NOTHING, FAILED, TROUBLE, HELP = "working", "nothing", "failed", "trouble", "help"

_TEXTS = (INTRO, READY, WORKING, NOTHING, FAILED, TROUBLE)
"""Pages that are read: letters are keys there. On the other two they are typed."""

TITLES = {
    INTRO: "The first page", CATEGORIES: "Categories", INTERESTS: "Interests", READY: "Before the fetch", WORKING: "While it fetches",
    NOTHING: "No papers", FAILED: "The fetch failed", TROUBLE: "A profile that cannot be read",
}  # fmt: skip


class Act(NamedTuple):
    """One action."""

    id: str
    keys: str
    """Its keys, parted by commas: characters as they are, others as Textual names them."""
    help: str
    pages: tuple[str, ...]
    label: str = ""
    """Its word in the footer; "" keeps it out of there."""
    weight: int = 0
    """How soon it is given a place in a narrow footer: higher first."""


ACTS = (
    Act("begin", "enter", "begin: choose categories, then interests", (INTRO,), "begin", 100),
    Act("fetch", "r", "fetch now, with the profile as it is", (INTRO,), "fetch now", 70),
    Act("toggle", "enter", "choose the category under the bar, or take it back (Space too, unless a word is being typed)", (CATEGORIES,), "choose", 100),
    Act("down", "down", "down the list; what is typed searches it", (CATEGORIES,)),
    Act("up", "up", "up the list", (CATEGORIES,)),
    Act("page_down", "pagedown", "a page down", (CATEGORIES,)),
    Act("page_up", "pageup", "a page up", (CATEGORIES,)),
    Act("next", "tab", "go on", (CATEGORIES, INTERESTS), "go on", 95),
    Act("write", "enter", "keep these in the profile, and fetch", (READY,), "fetch", 100),
    Act("again", "r,enter", "try again", (FAILED, NOTHING), "try again", 95),
    Act("reread", "r", "read the profile again", (TROUBLE,), "read it again", 95),
    Act("early", "enter", "look at the list already", (WORKING,), "list", 60),
    Act("stop", "escape", "stop; what was finished is kept", (WORKING,), "stop", 95),
    Act("back", "escape,shift+tab", "a step back; what was searched for is cleared first", (CATEGORIES,), "back", 80),
    Act("back", "escape,shift+tab", "a step back", (INTERESTS, READY), "back", 80),
    Act("back", "escape", "to the first page; what you chose is still there", (FAILED, NOTHING), "back", 80),
    Act("demo", "d", "look at the demo: invented papers, no network", (INTRO, READY, WORKING, FAILED, NOTHING, TROUBLE), "demo", 85),
    Act("skip", "s", "look at the empty list", (INTRO, FAILED, NOTHING, TROUBLE), "skip", 50),
    Act("scroll_down", "j,down,space,pagedown", "scroll", (*_TEXTS, HELP)),
    Act("scroll_up", "k,up,pageup", "scroll up", (*_TEXTS, HELP)),
    Act("help", "?,f1", "these keys", (CATEGORIES, *_TEXTS), "keys", 60),
    Act("help", "f1", "these keys", (INTERESTS,), "keys", 60),
    Act("close", "escape,?,q,enter,f1", "go back", (HELP,), "back", 100),
    Act("quit", "q,escape", "quit (Ctrl-C too, on every page): nothing stays behind", (INTRO, TROUBLE), "quit", 90),
    Act("quit", "q", "quit", (READY, WORKING, FAILED, NOTHING), "quit", 90),
)  # fmt: skip


def act_for(page: str, key: str, character: str | None) -> Act | None:
    """What a press does on a page: `key` as Textual names it, `character` where it types one."""
    for act in ACTS:
        if page in act.pages and (key in act.keys.split(",") or (character and character in act.keys.split(","))):
            return act
    return None


def footer_acts(page: str, width: int, idle: Container[str] = ()) -> list[tuple[Act, str]]:
    """Actions that fit into a footer of `width` cells with their key, the weightiest kept, in the table's order.

    `idle`: actions that would do nothing now.
    """
    return fitting(
        [(act, shown_key(act.keys.split(",")[0])) for act in ACTS if page in act.pages and act.label and act.id not in idle], width
    )


def fitting(here: Sequence[tuple[Act, str]], width: int) -> list[tuple[Act, str]]:
    """Those of some actions with their keys that fit into a footer of `width` cells, the weightiest kept, in their order."""
    room, kept = width - 1, list[tuple[Act, str]]()
    for act, key in sorted(here, key=lambda pair: -pair[0].weight):
        cost = width_of(key) + len(act.label) + 3
        if cost <= room:
            room -= cost
            kept.append((act, key))
    return [pair for pair in here if pair in kept]


_KEY = 15
"""Cells of the keys: as `Esc Shift-Tab` takes, and two blanks."""


def help_lines(width: int, page: str = INTRO) -> list[Line]:
    """All keys, page by page; first those of the page that one comes from."""
    lines: list[Line] = [(("The keys of these pages", "strong"), ("  Esc: back", "muted")), ()]
    for each in sorted(TITLES, key=lambda each: each != page):
        lines.append(((TITLES[each], "accent"),))
        for act in ACTS:
            if each in act.pages and act.id not in ("scroll_down", "scroll_up"):
                keys = " ".join(map(shown_key, act.keys.split(",")))
                for number, text in enumerate(wrap(act.help, width - _KEY)):
                    lines.append(((f"{'' if number else keys:<{_KEY}}", "strong"), (text, "text")))
        lines.append(())
    return lines

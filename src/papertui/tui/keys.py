"""Every action of the reader, declared once: bindings, footer, help and palette are made of this table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """One action."""

    id: str
    """Its name, also in `keys.ID` of the settings."""
    keys: str
    """The keys it has, as Textual names them, parted by commas."""
    help: str
    """What it does, for help and palette."""
    group: str
    label: str = ""
    """Its word in the footer; "" keeps it out of there."""
    weight: int = 0
    """How soon it is given a place in a narrow footer: higher first."""
    foot: str = ""
    """Its key in the footer, where that is not its first one."""

    @property
    def shown(self) -> str:
        """Its keys as a person reads them: `j ↓`."""
        return " ".join(shown_key(key) for key in self.keys.split(","))


_NAMES = {
    "down": "↓", "up": "↑", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "enter": "Enter",
    "escape": "Esc", "tab": "Tab", "shift+tab": "Shift-Tab", "space": "Space", "backspace": "Backspace",
}  # fmt: skip


def shown_key(key: str) -> str:
    """A key's name as a person reads it."""
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    return _NAMES.get(key, key)


MOVE, SORT, MARK, PAPER, DAY, PROGRAM = "Moving", "Sort and filter", "Marks", "The paper", "Editions", "Program"
GROUPS = (MOVE, MARK, PAPER, SORT, DAY, PROGRAM)

KEYS = (
    Key("down", "j,down", "next paper (or line, in the pane)", MOVE),
    Key("up", "k,up", "previous paper (or line)", MOVE),
    Key("page_down", "pagedown,ctrl+f", "a page down", MOVE),
    Key("page_up", "pageup", "a page up", MOVE),
    Key("half_down", "ctrl+d", "half a page down", MOVE),
    Key("half_up", "ctrl+u", "half a page up", MOVE),
    Key("first", "g,home", "to the first", MOVE),
    Key("last", "G,end", "to the last", MOVE),
    Key("next_unread", "n", "next unread paper", MOVE, "next unread", 30),
    Key("next_paper", "J", "next paper, from the pane too", MOVE, "", 88),
    Key("previous_paper", "K", "previous paper, from the pane too", MOVE, "", 87),
    Key("pane_down", "space", "scroll the pane a page down", MOVE, "", 60),
    Key("pane_up", "b", "scroll the pane a page up", MOVE),
    Key("focus", "tab,shift+tab", "to the pane, and back to the list", MOVE, "pane", 20),
    Key("save", "s", "save, or take it back", MARK, "save", 90),
    Key("read", "m", "mark read, or unread", MARK, "read", 80),
    Key("hide", "x", "hide, or bring back", MARK, "hide", 70),
    Key("undo", "u", "undo the last mark", MARK, "undo", 85),
    Key("redo", "U", "do again what was undone", MARK),
    Key("note", "N", "write a note", MARK, "", 35),
    Key("tag", "t", "add a tag, or take it off", MARK, "", 34),
    Key("zoom", "enter", "whole paper, and mark it read; again to go back", PAPER, "open", 75),
    Key("pane", "p", "the list alone, or with the pane", PAPER, "", 30),
    Key("pdf", "o", "open the PDF, and mark it read", PAPER, "pdf", 65),
    Key("abstract", "a", "open the abstract page, and mark it read", PAPER, "page", 40),
    Key("copy", "y", "copy its BibTeX entry", PAPER, "bibtex", 45),
    Key("export", "e", "export the saved papers as BibTeX", PAPER, "export", 50),
    Key("filter", "/", "filter as you type: words, r>=9, n>=8, unread, saved, cat:cs.LG, au:smith, #tag", SORT, "filter", 95),
    Key("sort_relevance", "1", "sort by relevance (again: turned round)", SORT),
    Key("sort_novelty", "2", "sort by novelty", SORT),
    Key("sort_score", "3", "sort by both, relevance + novelty", SORT, "sort", 60, "1-7"),
    Key("sort_title", "4", "sort by title", SORT),
    Key("sort_date", "5", "sort by date", SORT),
    Key("sort_rank", "6", "sort by the published order", SORT),
    Key("sort_upvotes", "7", "sort by upvotes", SORT),
    Key("show_hidden", "H", "show hidden papers, or not", SORT),
    Key("older", "[", "the edition before", DAY, "older", 55),
    Key("newer", "]", "the edition after", DAY, "newer", 54),
    Key("update", "r", "update: fetch, then score", DAY, "update", 68),
    Key("escape", "escape", "leave the innermost: full page, running update, message, filter", PROGRAM, "", 98),
    Key("help", "?", "these keys", PROGRAM, "help", 100),
    Key("palette", "ctrl+p", "search all actions by name", PROGRAM, "palette", 10),
    Key("quit", "q", "quit (Ctrl-C too)", PROGRAM, "quit", 99),
)  # fmt: skip

FULL_PAGE = (
    "escape",
    "next_paper",
    "previous_paper",
    "pane_down",
    "save",
    "read",
    "hide",
    "undo",
    "pdf",
    "abstract",
    "copy",
    "note",
    "tag",
    "help",
)
"""What the footer shows under a full page."""

BY_ID = {key.id: key for key in KEYS}


_PAGE_LABELS = {"escape": "back", "next_paper": "next", "previous_paper": "previous", "pane_down": "scroll"}


def footer(width: int, ids: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(key, word) pairs that fit into `width` cells, the weightiest kept, in the table's order."""
    keys = [BY_ID[name] for name in ids] if ids is not None else [key for key in KEYS if key.label]
    pairs = {key.id: (key.foot or shown_key(key.keys.split(",")[0]), key.label or _PAGE_LABELS.get(key.id, key.id)) for key in keys}
    room = width - 1
    kept = set()
    for key in sorted(keys, key=lambda key: -key.weight):
        cost = sum(map(len, pairs[key.id])) + 3
        if cost <= room:
            room -= cost
            kept.add(key.id)
    return [pairs[key.id] for key in keys if key.id in kept]


def keymap_problems(keymap: Mapping[str, str], keys: Iterable[Key] = KEYS) -> list[str]:
    """What is wrong with other keys for actions, a line each: Textual itself would say nothing."""
    default = {key.id: key.keys for key in keys}
    problems = [f"no action is called {name!r}" for name in keymap if name not in default]
    owner: dict[str, str] = {}
    for name, pressed in (default | {name: given for name, given in keymap.items() if name in default}).items():
        names = [key.strip() for key in pressed.split(",") if key.strip()]
        if not names:
            problems.append(f"{name} has no key")
        for key in names:
            if key in owner:
                problems.append(f"{key!r} is both {owner[key]} and {name}")
            owner[key] = name
    return problems

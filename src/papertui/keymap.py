"""Every action of the reader, declared once: what presses do, footer, help, palette, settings and manual follow from this table. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple


class Key(NamedTuple):
    """One action."""

    id: str
    """Its name, also in `keys.ID` of the settings."""
    keys: str
    """The keys it has, parted by commas: characters as they are, others as Textual names them."""
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
    def presses(self) -> tuple[str, ...]:
        """Its keys, one by one."""
        return tuple(self.keys.split(","))

    @property
    def shown(self) -> str:
        """Its keys as a person reads them: `j Down`."""
        return " ".join(map(shown_key, self.presses))


_NAMES = {
    "down": "Down", "up": "Up", "left": "Left", "right": "Right", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End",
    "enter": "Enter", "escape": "Esc", "tab": "Tab", "space": "Space", "backspace": "Backspace", "delete": "Del", "insert": "Ins",
    "comma": ",",
} | {f"f{number}": f"F{number}" for number in range(1, 25)}  # fmt: skip
"""Keys that are no character, as a person reads them."""

_MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift"}

_CHARACTERS = {
    "slash": "/", "backslash": "\\", "at": "@", "minus": "-", "plus": "+", "underscore": "_", "full_stop": ".", "dot": ".", "hash": "#",
}  # fmt: skip
"""Textual's names of characters, where they are not Unicode's."""

_OTHER_NAMES = {
    " ": "space", "esc": "escape", "return": "enter", "pgdn": "pagedown", "pgup": "pageup", "page_down": "pagedown", "page_up": "pageup",
    "del": "delete", "ins": "insert",
}  # fmt: skip

LINE_FEED = "ctrl+j"
"""What Enter is while a terminal is not yet ours: it makes a line feed of it then."""

_SAME = {"ctrl+i": "tab", "ctrl+m": "enter"}
"""What a terminal sends alike."""

_ALSO = {LINE_FEED: "enter"}

FIXED = {"ctrl+c": "quits", "ctrl+q": "quits", "ctrl+z": "suspends the program"}
"""Keys that no action can have."""


def shown_key(key: str) -> str:
    """A key's name as a person reads it."""
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last.upper()}"
    return "-".join([*(_MODIFIERS[name] for name in modifiers), _NAMES.get(last, last)])


def canonical(text: str) -> str:
    """A key as a person writes it (`?`, `question_mark`, `Ctrl+D`, `PageDown`), as it is compared. ValueError where there is none."""
    if len(text) == 1:
        return _named(text)
    *written, last = text.split("+")
    modifiers = {name.strip().lower() for name in written}
    key = _named(last.strip() if len(last.strip()) == 1 and not modifiers else last.strip().lower())
    if not modifiers:
        return key
    if not modifiers <= _MODIFIERS.keys() or not (key in _NAMES or (key.isascii() and key.isalnum() and modifiers != {"shift"})):
        raise ValueError
    pressed = "+".join([*(name for name in ("alt", "ctrl", "shift") if name in modifiers), key])
    return _SAME.get(pressed, pressed)


def _named(name: str) -> str:
    name = _OTHER_NAMES.get(name, name)
    if name in _NAMES:
        return name
    if len(name) > 1:
        try:
            name = _CHARACTERS.get(name) or unicodedata.lookup(name.replace("_", " "))
        except KeyError:
            raise ValueError from None
    if not name or not name.isprintable() or name.isspace():
        raise ValueError
    return "comma" if name == "," else name


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
    Key("prompt", "P", "what a model gets for it, word for word", PAPER),
    Key("filter", "/", "filter as you type: words, r>=9, n>=8, unread, saved, cat:cs.LG, au:smith, #tag", SORT, "filter", 95),
    Key("search", "f", "find in the whole library as you type, newest first", SORT, "find", 52),
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
    Key("model", "M", "set up a model: server, key, name", PROGRAM),
    Key("costs", "$", "what models were asked, and what it cost", PROGRAM),
    Key("escape", "escape", "leave the innermost: full page, running update, message, filter", PROGRAM, "", 98),
    Key("help", "?", "these keys", PROGRAM, "help", 100),
    Key("palette", "ctrl+p", "search all actions by name", PROGRAM, "palette", 10),
    Key("quit", "q", "quit (Ctrl-C too)", PROGRAM, "quit", 99),
)  # fmt: skip

BY_ID = {key.id: key for key in KEYS}


class Keymap:
    """The table with the reader's own keys in it."""

    def __init__(self, chosen: Mapping[str, Sequence[str]] | None = None) -> None:
        """`chosen`: canonical keys by action, without clashes (`clashes`)."""
        chosen = chosen or {}
        self.keys = tuple(key._replace(keys=",".join(chosen[key.id]), foot="") if key.id in chosen else key for key in KEYS)
        self._first = {key.id: shown_key(key.presses[0]) for key in self.keys}

    @cached_property
    def _actions(self) -> dict[str, str]:
        return {press: key.id for key in self.keys for press in key.presses}

    def action(self, key: str, character: str | None = None) -> str | None:
        """What a press does: `key` as Textual names it, `character` where it types one. None where it does nothing."""
        return self._actions.get(key) or self._actions.get(_ALSO.get(key, character or ""))

    def shown(self, name: str) -> str:
        """The first key of an action, as a person reads it."""
        return self._first[name]

    def say(self, hint: str) -> str:
        """A sentence of ours with `{action}` in it, as its key: `{undo} undoes` is `u undoes`."""
        return re.sub(r"\{(\w+)\}", lambda found: self._first[found[1]], hint)


def clashes(chosen: Mapping[str, Sequence[str]], keys: Iterable[Key] = KEYS) -> list[tuple[str, str]]:
    """Actions whose chosen key another has too, each with what is wrong with it."""
    found = []
    owner: dict[str, str] = {}
    mine = [(name, tuple(presses)) for name, presses in chosen.items()]
    others = [(key.id, key.presses) for key in keys if key.id not in chosen]
    for name, presses in [*others, *mine]:
        for press in presses:
            if press in FIXED:
                found.append((name, f"{shown_key(press)} always {FIXED[press]}; choose another key"))
            elif press in owner and owner[press] != name:
                found.append(
                    (name, f"{shown_key(press)} is the key of {owner[press]} already: give keys.{owner[press]} another one, or this")
                )
            owner[press] = name
    return found

"""What the footer shows of the keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.keymap import Keymap, shown_key

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

NO_PAPER = ("filter", "older", "newer", "update", "help", "quit")
"""What it shows under a list that shows nothing: what could be done with a paper would only be in the way."""

FOUND = ("escape", "save", "read", "hide", "undo", "pdf", "abstract", "search", "filter", "help", "quit")
"""What it shows under what a search found: the way back first."""

NOTHING_FOUND = ("escape", "search", "help", "quit")

_PAGE_LABELS = {"escape": "back", "next_paper": "next", "previous_paper": "previous", "pane_down": "scroll"}


def footer(width: int, keymap: Keymap, ids: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(key, word) pairs that fit into `width` cells, the weightiest kept, in the table's order."""
    by_id = {key.id: key for key in keymap.keys}
    keys = [by_id[name] for name in ids] if ids is not None else [key for key in keymap.keys if key.label]
    pairs = {key.id: (key.foot or shown_key(key.presses[0]), key.label or _PAGE_LABELS.get(key.id, key.id)) for key in keys}
    room = width - 1
    kept = set()
    for key in sorted(keys, key=lambda key: -key.weight):
        cost = sum(map(len, pairs[key.id])) + 3
        if cost <= room:
            room -= cost
            kept.add(key.id)
    return [pairs[key.id] for key in keys if key.id in kept]

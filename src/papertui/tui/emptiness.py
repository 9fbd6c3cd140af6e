"""What is said, big and in the middle, where a list has nothing to show: why, and what to do next. Pure."""

from __future__ import annotations

from papertui.keymap import Keymap
from papertui.tui.cells import Line, wrap
from papertui.tui.state import Listing

_SIDE = 4


def emptiness(listing: Listing, width: int, keymap: Keymap, wanted: str | None = None, *, working: bool = False) -> list[Line]:
    """Lines for the middle of the table; `wanted` is a date that was asked for and is not in the library."""
    head, counts = listing.head, listing.counts
    if head is None:
        why = f"no edition of {wanted} in the library" if wanted else "no edition in the library yet"
        todo = "`papertui fetch --date` gets a day" if wanted else "{update} fetches the newest mailing"
        todo = f"{{older}} and {{newer}} other editions   {todo}   {{quit}} quit" if wanted else f"{todo}   {{quit}} quit"
    elif listing.view:
        return []
    elif head.searched is not None and not listing.rows:
        why, todo = f"nothing in the library has all of: {head.searched}", "{escape} goes back   {search} searches for something else"
    elif not counts.total and counts.hidden:
        why = f"all {counts.hidden} papers of this edition are hidden"
        todo = "{show_hidden} shows hidden papers   {undo} undoes the last mark"
    elif not counts.total:
        why = head.reason or "this edition has no papers"
        todo = "{older} the edition before   {update} update"
    else:
        why = f"no paper passes `{listing.filter.text.strip()}`"
        todo = "{escape} clears the filter   {filter} changes it"
    if working:
        todo = "working …   {escape} stops"
    room = max(width - 2 * _SIDE, 10)
    lines: list[Line] = [((line, "strong"),) for line in wrap(why, room)]
    lines.append(())
    lines += [((line, "muted"),) for line in wrap_keys(keymap.say(todo), room)]
    return lines


def wrap_keys(text: str, width: int) -> list[str]:
    """Hints parted by three blanks, each kept whole where it can be."""
    lines: list[str] = []
    for hint in text.split("   "):
        if lines and len(lines[-1]) + 3 + len(hint) <= width:
            lines[-1] += "   " + hint
        else:
            lines += wrap(hint, width)
    return lines

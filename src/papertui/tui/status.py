"""The lines above and below the list: where one is, what happened, which keys there are. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from papertui.domain.edition import FOUND_AT_MOST, EditionHead
from papertui.keymap import Keymap
from papertui.tui.cells import Line, clip, fit, width_of
from papertui.tui.layout import SMALLEST
from papertui.tui.rows import sort_text
from papertui.tui.state import Listing

if TYPE_CHECKING:
    from papertui.domain.published import Usage
    from papertui.services.events import Progress

INVENTED = " invented papers "

_WHAT = 36
"""Cells that what is being done may take: a model's name has no end."""
_ROOM_FOR_WHO = 72
"""Cells from which on it is said who scores: how far it is matters more."""
_NOTE = 44
"""The same for each part of the note on it."""


def progress_text(progress: Progress) -> str:
    """`scoring (local) 120/476`."""
    what = clip(progress.what, min(width_of(progress.what), _WHAT)).rstrip()
    if progress.total:
        return f"{what} {progress.done}/{progress.total}"
    return f"{what} {progress.done}" if progress.done else f"{what} …"


def note_parts(note: str) -> list[str]:
    """A note on progress (tokens, dollars, time left; or what is waited for) in its parts: the last one matters most."""
    return [clip(part, min(width_of(part), _NOTE)).rstrip() for part in note.split(", ") if part]


def status_line(listing: Listing, working: str | None, width: int, keymap: Keymap, note: str = "") -> Line:
    """Date, counts, filter, order and what is being done with a note on it, as much of it as fits; that papers are invented
    always does."""
    head, counts = listing.head, listing.counts
    parts: list[tuple[int, Line]] = []
    if head is not None and head.invented:
        parts.append((100, ((INVENTED, "badge"),)))
    if head is not None and head.searched is not None:
        sought = head.searched.strip()
        parts.append((90, (("found: ", "line"), (clip(sought, min(width_of(sought), 30)), "line_key"))))
    else:
        day = head.date.strftime("%a %Y-%m-%d") if head is not None else "no edition"
        parts.append((90, ((day, "line_key"),)))
    shown = f"{counts.shown}" if counts.shown == counts.total else f"{counts.shown} of {counts.total}"
    if head is not None:
        newest = "newest " if head.searched is not None and head.papers >= FOUND_AT_MOST else ""
        parts.append((80, ((newest, "line"), (shown, "line_key"), (" papers" if counts.total != 1 else " paper", "line"))))
    if working:
        if width < _ROOM_FOR_WHO:
            working = re.sub(r" \(.*?(?= \d+(?:/\d+)?$| …$|$)", "", working)
        parts.append((85, ((f"⟳ {working}", "line_key"), (keymap.say(" ({escape} stops)"), "line"))))
        pieces = note_parts(note)
        parts += [(84 - 3 * (len(pieces) - number), ((piece, "line"),)) for number, piece in enumerate(pieces, 1)]
    if head is not None and head.reason and counts.total:  # why stands in the message line
        parts.append((82, (("incomplete?", "line_key"),)))
    if wanted := listing.filter.text.strip():
        parts.append((75, (("/", "line"), (clip(wanted, min(width_of(wanted), 30)), "line_key"))))
    if counts.shown:
        parts.append((60, ((f"{counts.unread}", "line_key"), (" unread", "line"))))
        if counts.saved:
            parts.append((55, ((f"{counts.saved}", "line_key"), (" saved", "line"))))
    if counts.hidden:
        said = " hidden, shown" if listing.show_hidden else " hidden"
        parts.append((58, ((f"{counts.hidden}", "line_key"), (said, "line"))))
    if counts.total:
        parts.append((40, (("by ", "line"), (sort_text(listing.order), "line"))))
    line: list[tuple[str, str]] = [(" ", "line")]
    for number, part in enumerate(fit(parts, width - 2, 3)):
        if number:
            line.append((" · ", "line"))
        line += part
    return tuple(line)


def usage_text(usage: Usage) -> str:
    """What a loaded list says of its making: `gpt-5 · 512,345 tokens · $1.23 · 56 of 476 scanned, 829 announced`."""
    parts = [usage.model] if usage.model else []
    if usage.total_tokens is not None:
        parts.append(f"{usage.total_tokens:,} tokens")
    if usage.total_cost is not None:
        parts.append(f"${usage.total_cost:,.2f}")
    counted = []
    if usage.total_relevant_papers is not None and usage.total_scanned_papers is not None:
        counted.append(f"{usage.total_relevant_papers} of {usage.total_scanned_papers} scanned")
    elif usage.total_scanned_papers is not None:
        counted.append(f"{usage.total_scanned_papers} scanned")
    if usage.total_arxiv_papers is not None:
        counted.append(f"{usage.total_arxiv_papers} announced")
    if counted:
        parts.append(", ".join(counted))
    return " · ".join(parts)


def resting_notes(head: EditionHead | None) -> list[str]:
    """What stands in the message line while nothing happens: why the edition is as it is."""
    if head is None:
        return []
    notes = [head.reason] if head.reason and head.papers else []
    if head.novelty_note:
        notes.append(f"novelty unknown: {head.novelty_note}" if "novelty" not in head.novelty_note else head.novelty_note)
    if head.usage is not None and (text := usage_text(head.usage)):
        notes.append(text)
    return notes


def reason_first(text: str) -> str:
    """`what: https://host/long/path: the reason` or `what: /long/path: the reason` with the reason in front, where a narrow line shows it."""
    if found := re.match(r"((?:[^:/]+: )?)https?://([^/\s]+)\S*: (.+)", text):
        return f"{found[1]}{found[3]} ({found[2]})"
    if found := re.match(r"((?:[^:/]+: )?)/(?:[^:]*/)?([^:/]+): (.+)", text):
        return f"{found[1]}{found[3]} ({found[2]})"
    return text


def message_line(failures: Sequence[str], notice: str, notes: Sequence[str], width: int, keymap: Keymap) -> Line:
    """The first of: what just happened (until the next key), what failed (until Escape), what is to be known of this edition."""
    if failures and not notice:
        more = f" (1 of {len(failures)})" if len(failures) > 1 else ""
        tail = f"{more}  {keymap.shown('escape')} "
        return ((" ! ", "bad"), (clip(failures[-1], width - 3 - len(tail)), "bad"), (tail, "muted"))
    if notice:
        return ((" ", "text"), (clip(notice, width - 2).rstrip(), "accent"))
    return ((" ", "text"), (clip(" · ".join(notes), width - 2).rstrip(), "muted"))


def too_small_line(width: int, keymap: Keymap) -> Line:
    """What stands alone on a screen too small for more, as much of it as fits."""
    needs, quits = f"needs {SMALLEST[0]}x{SMALLEST[1]}", keymap.say("{quit} quits")
    ways = (f"papertui {needs} · {quits}", f"{needs} · {quits}", needs, "")
    return ((next(way for way in ways if width_of(way) <= width), "strong"),)


def footer_line(pairs: Sequence[tuple[str, str]]) -> Line:
    """Keys and what they do."""
    line: list[tuple[str, str]] = [(" ", "line")]
    for key, word in pairs:
        line += [(key, "line_key"), (f" {word}  ", "line")]
    return tuple(line)

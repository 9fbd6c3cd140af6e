"""Choosing categories: what is searched for, the list that answers, what is chosen. Pure but for being changed by keys."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.domain.taxonomy import Category, first_code, search
from papertui.tui.cells import Line, clip, pad, wrap
from papertui.tui.prompt import Typed

_YOURS = "In your profile"


class Choice:
    """The state of the categories page."""

    def __init__(self, chosen: Sequence[str] = ()) -> None:
        """`chosen`: codes in the order of the profile, also ones that arXiv's list has not."""
        self.chosen = list(dict.fromkeys(chosen))
        self._others = tuple(self._other(code) for code in self.chosen if self._other(code) is not None)
        self.typed = Typed()
        self.rows: list[Category | str] = []
        """Categories, and headings between them."""
        self.cursor = 0
        """The row of the category under the bar."""
        self._over = True
        """Whether the last key ended a search: the next letter begins a new one, and a blank chooses."""
        self._found()

    @staticmethod
    def _other(code: str) -> Category | None:
        """A chosen code that the list has not: a whole archive, a retired one, or one that arXiv has added since."""
        first = first_code(code)
        if any(each.code == first for each in search("")):
            return None
        return Category(first, "not in the list that papertui knows" if "." in first else "all of this archive", _YOURS)

    def _found(self) -> None:
        query = self.typed.text.strip()
        if query:
            self.rows = list(search(query))
        else:
            self.rows = []
            for each in (*filter(None, self._others), *search("")):
                last = self.rows[-1] if self.rows else None
                if not isinstance(last, Category) or last.group != each.group:
                    self.rows.append(each.group)
                self.rows.append(each)
        self.cursor = next((row for row, each in enumerate(self.rows) if isinstance(each, Category)), 0)

    @property
    def here(self) -> Category | None:
        """The category under the bar."""
        row = self.rows[self.cursor] if self.rows else None
        return row if isinstance(row, Category) else None

    def has(self, category: Category) -> bool:
        """Whether it is chosen, under either of its codes."""
        return any(first_code(code) == category.code for code in self.chosen)

    # -- keys

    def type(self, text: str) -> None:
        """Letters go into the search; after a choice or a move they begin another one."""
        self.typed = (Typed() if self._over and self.typed.text else self.typed).insert(text)
        self._over = False
        self._found()

    def edit(self, key: str) -> bool:
        """An editing key; False where it edits nothing."""
        if key == "backspace" and self._over and self.typed.text:
            self.clear()
            return True
        line = self.typed.key(key)
        if line is None:
            return False
        changed, self.typed, self._over = line.text != self.typed.text, line, False
        if changed:
            self._found()
        return True

    def space(self) -> None:
        """A blank within what is being typed; else it chooses, as Enter does."""
        if self._over or not self.typed.text or self.typed.text.endswith(" "):
            self.toggle()
        else:
            self.type(" ")

    def clear(self) -> bool:
        """Search for nothing; False where nothing was searched for."""
        if not self.typed.text:
            return False
        self.typed, self._over = Typed(), True
        self._found()
        return True

    def move(self, by: int) -> None:
        """Move the bar by so many categories, passing headings."""
        places = [row for row, each in enumerate(self.rows) if isinstance(each, Category)]
        if places:
            now = places.index(self.cursor)
            self.cursor = places[max(0, min(now + by, len(places) - 1))]
        self._over = True

    def point(self, row: int) -> bool:
        """Put the bar on a row; False for a heading and for no row."""
        if not 0 <= row < len(self.rows) or not isinstance(self.rows[row], Category):
            return False
        self.cursor = row
        return True

    def toggle(self) -> None:
        """Choose the category under the bar, or take it back."""
        here = self.here
        if here is None:
            return
        if self.has(here):
            self.chosen = [code for code in self.chosen if first_code(code) != here.code]
        else:
            self.chosen.append(here.code)
        self._over = True

    # -- drawing

    def lines(self, width: int) -> list[Line]:
        """A line for each row."""
        if not self.rows:
            return [
                ((text, "muted"),)
                for text in wrap("No category of that name. Try another word, or part of a code: cs, vision, quant.", width)
            ]
        searched = bool(self.typed.text.strip())
        longest: dict[str, int] = {}  # codes make a column: in their group, or in what was found
        for each in self.rows:
            if isinstance(each, Category):
                group = "" if searched else each.group
                longest[group] = max(longest.get(group, 0), len(each.code))
        return [
            ((clip(each, width), "muted"),)
            if isinstance(each, str)
            else self._line(each, width, longest["" if searched else each.group], searched)
            for each in self.rows
        ]

    def _line(self, row: Category, width: int, longest: int, searched: bool) -> Line:
        chosen = self.has(row)
        name = f"{row.name} (also {row.also})" if row.also else row.name
        code = pad(row.code, longest + 2)
        room = width - 4 - len(code)
        line: Line = (("[x] " if chosen else "[ ] ", "accent" if chosen else "muted"), (code, "strong" if chosen else "text"))
        shown = clip(name, room)
        if searched and len(name) + len(row.group) + 2 <= room:
            return (*line, (pad(name, room - len(row.group)), "text"), (row.group, "faint"))
        return (*line, (shown, "text"))


def chosen_lines(chosen: Sequence[str], width: int) -> list[Line]:
    """What is chosen, in at most two lines."""
    if not chosen:
        return [(("Nothing chosen yet: Enter chooses.", "muted"),), ()]
    lead = f"Chosen {len(chosen)}: "
    shown = len(chosen)
    while shown:
        more = f" +{len(chosen) - shown}" if shown < len(chosen) else ""
        lines = wrap(lead + " ".join(chosen[:shown]) + more, width)
        if len(lines) <= 2:
            break
        shown -= 1
    found: list[Line] = [((text, "accent"),) for text in lines[:2]]
    return [*found, ()][:2]

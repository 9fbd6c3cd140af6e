"""What the keys do that mark papers: shown at once, queued for the library, undone by `u`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from papertui.domain.gate import lines, one_line
from papertui.domain.ids import PaperId
from papertui.domain.triage import FLAGS, NOTE, NOTHING, TAG, Marks
from papertui.tui.prompt import Question

if TYPE_CHECKING:
    from papertui.tui.screens.main import MainScreen

_WORDS = {"read": ("marked read", "marked unread"), "saved": ("saved", "no longer saved"), "hidden": ("hidden", "back in the list")}
_BREAK = "⏎"
"""A note's line break while it is edited in one line."""


def changes(before: Marks, after: Marks) -> list[str]:
    """In words, what parts two states of a paper's marks."""
    said = [_WORDS[flag][0 if getattr(after, flag) else 1] for flag in FLAGS if getattr(before, flag) != getattr(after, flag)]
    if before.note != after.note:
        said.append("note changed" if after.note else "note gone")
    said += [f"#{tag} added" for tag in after.tags if tag not in before.tags]
    said += [f"#{tag} taken off" for tag in before.tags if tag not in after.tags]
    return said


class Marking:
    """Marks the paper under the cursor."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self.handlers: Mapping[str, Callable[[], object]] = {
            "save": partial(self._toggle, "saved"),
            "read": partial(self._toggle, "read"),
            "hide": partial(self._toggle, "hidden"),
            "undo": self._undo,
            "redo": self._redo,
            "note": self._note,
            "tag": self._tag,
        }

    def _say(self, hint: str) -> str:
        return self._main.keymap.say(hint)

    def _toggle(self, flag: str) -> None:
        row = self._main.listing.current
        if row is None:
            return
        on = not getattr(row.marks, flag)
        self._mark(row.id, flag, "1" if on else "")
        more = ", {show_hidden} shows hidden papers" if flag == "hidden" and on and not self._main.listing.show_hidden else ""
        self._main.tell(_WORDS[flag][0 if on else 1] + self._say(" · {undo} undoes" + more))

    def read(self, paper: PaperId) -> None:
        """Mark a paper read because it was opened; one that is read already is no action to undo."""
        row = self._main.listing.find(paper)
        if row is not None and not row.marks.read:
            self._mark(paper, "read", "1")
            self._main.tell(self._say("marked read · {undo} undoes"))

    def _mark(self, paper: PaperId, kind: str, value: str) -> None:
        self._main.listing.mark([paper], kind, value)
        self._main.desk.mark([paper], kind, value)
        self._main.show_list()

    # -- undo and redo, whose answer comes from the writer's thread

    def _undo(self) -> None:
        from papertui.tui.screens.main import Undone

        since = self._main.listing.moment
        self._main.desk.undo(lambda changed: self._main.post_message(Undone(dict(changed), since, "undone")))

    def _redo(self) -> None:
        from papertui.tui.screens.main import Undone

        since = self._main.listing.moment
        self._main.desk.redo(lambda changed: self._main.post_message(Undone(dict(changed), since, "done again")))

    def undone(self, changed: Mapping[PaperId, Marks], since: int, word: str) -> None:
        """Show what an undo or redo did."""
        main = self._main
        if not changed:
            main.tell("nothing to undo" if word == "undone" else "nothing to do again")
            return
        said = []
        for paper, marks in changed.items():
            row = main.listing.find(paper)
            said += changes(row.marks if row else NOTHING, marks) if row else []
        main.listing.restored(changed, since)
        main.show_list()
        here = len(said) > 0
        what = said[0] if len(set(said)) == 1 else ", ".join(said[:3])
        many = f" ({len(changed)} papers)" if len(changed) > 1 else ""
        back = self._say("{redo} does it again" if word == "undone" else "{undo} undoes")
        main.tell(f"{word}: {what}{many} · {back}" if here else f"{word}: a mark on another day's paper · {back}")

    # -- notes and tags

    def _note(self) -> None:
        row = self._main.listing.current
        if row is not None:
            done = partial(self._noted, row.id)
            self._main.prompt.ask(
                Question("note: ", "Enter keeps it · Esc leaves it", _nothing, done, _nothing),
                row.marks.note.replace("\n", _BREAK),
            )

    def _noted(self, paper: PaperId, text: str) -> None:
        note = lines(text.replace(_BREAK, "\n"))
        row = self._main.listing.find(paper)
        if row is not None and note != row.marks.note:
            self._mark(paper, NOTE, note)
            self._main.tell(self._say("note kept · {undo} undoes" if note else "note gone · {undo} undoes"))

    def _tag(self) -> None:
        row = self._main.listing.current
        if row is not None:
            has = f"has {' '.join('#' + tag for tag in row.marks.tags)} · " if row.marks.tags else ""
            question = Question(
                "tag: #", f"{has}Enter adds it, or takes it off · Esc leaves", _nothing, partial(self._tagged, row.id), _nothing
            )
            self._main.prompt.ask(question)

    def _tagged(self, paper: PaperId, text: str) -> None:
        name = one_line(text, 60).strip("# ").replace(" ", "-")
        row = self._main.listing.find(paper)
        if row is not None and name:
            on = name not in row.marks.tags
            self._mark(paper, TAG + name, "1" if on else "")
            self._main.tell(f"#{name} {'added' if on else 'taken off'}" + self._say(" · {undo} undoes"))


def _nothing(text: str = "") -> None:
    """What is done with a note while it is typed, and when it is left."""

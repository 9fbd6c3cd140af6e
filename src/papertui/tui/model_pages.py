"""Setting up a model: what each page says, and the list of models that answers what is typed. Pure but for being changed by keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from papertui.domain.gate import one_line
from papertui.services.desk import ModelForm
from papertui.tui.cells import Line, clip, width_of, wrap
from papertui.tui.first.acts import Act
from papertui.tui.prompt import Typed

MOST = 2000
"""Longest text typed or pasted, in characters."""

SERVER, KEY, NAME, TEST = range(4)
STEPS = ("Server", "Key", "Model", "Test")

LEAVE = Act("leave", "escape", "leave; nothing is written", (), "leave", 95)
BACK = Act("back", "shift+tab", "a step back", (), "back", 80)
NEXT = Act("next", "enter", "go on", (), "go on", 100)
KEEP = Act("keep", "enter", "keep it in config.toml", (), "keep", 100)
AGAIN = Act("again", "t", "test again", (), "test again", 70)
_ACTS = {SERVER: (NEXT, LEAVE), KEY: (NEXT, BACK, LEAVE), NAME: (NEXT, BACK, LEAVE), TEST: (KEEP, AGAIN, BACK, LEAVE)}
_ALIKE = {"tab": "enter"}


def act_for(page: int, key: str, character: str | None) -> Act | None:
    """What a press does on a page; None where it is typed or moves something."""
    pressed = _ALIKE.get(key, key)
    return next((act for act in _ACTS[page] if act.keys in (pressed, character)), None)


def acts_of(page: int) -> Sequence[Act]:
    """A page's actions, for its footer."""
    return _ACTS[page]


class Names:
    """The names that a server offers, those of them that hold what is typed, and the bar on one."""

    def __init__(self, typed: str = "") -> None:
        """`typed`: the model that is set."""
        self.line = Typed(typed, len(typed))
        self.offered: Sequence[str] = ()
        self.found: Sequence[str] = ()
        self.cursor = 0
        self._over = True
        """Whether the next letter begins a new search: what stands there is what was set or chosen before."""
        self._find()

    def offer(self, names: Sequence[str]) -> None:
        """The server has told its names."""
        self.offered = names
        self._find()
        if self._over and self.line.text in names:  # the whole list, with the bar on the one that is set
            self.found = tuple(names)
            self.cursor = self.found.index(self.line.text)

    def _find(self) -> None:
        words = self.line.text.casefold().split()
        found = [name for name in self.offered if all(word in name.casefold() for word in words)]
        found.sort(key=lambda name: name.casefold() != self.line.text.strip().casefold())  # the very name first
        self.found, self.cursor = tuple(found), 0

    def type(self, text: str) -> None:
        """Letters: they search, and name a model that the list has not."""
        self.line = (Typed() if self._over else self.line).insert(text)
        self._over = False
        self._find()

    def edit(self, key: str) -> bool:
        """An editing key; False where it edits nothing."""
        line = self.line.key(key)
        if line is None:
            return False
        changed = line.text != self.line.text
        self.line, self._over = line, False
        if changed:
            self._find()
        return True

    def move(self, by: int) -> None:
        """Move the bar."""
        self.cursor = max(0, min(self.cursor + by, len(self.found) - 1))

    @property
    def chosen(self) -> str:
        """The name under the bar, or what is typed where the list has no such name."""
        return self.found[self.cursor] if self.found else one_line(self.line.text, 200)


class Fields:
    """What is typed and chosen on the pages."""

    def __init__(self, form: ModelForm) -> None:
        """`form`: what is set now; what a terminal would obey in it is left out."""
        self._form = form
        self.names = Names(one_line(form.model, MOST))
        self._lines = {SERVER: _typed(form.base_url), KEY: _typed(form.key or "")}

    @property
    def form(self) -> ModelForm:
        """All of it."""
        return self._form._replace(base_url=self.line(SERVER).text.strip(), key=self.line(KEY).text.strip(), model=self.names.chosen)

    def line(self, page: int) -> Typed:
        """A page's line with its caret."""
        return self._lines[page]

    def type(self, page: int, text: str) -> None:
        """Letters."""
        if page == NAME:
            self.names.type(text)
        elif page in self._lines:
            self._lines[page] = self._lines[page].insert(text)

    def edit(self, page: int, key: str, rows: int) -> bool:
        """An editing key, or one that moves the bar in a list of so many rows; False on a page that is read."""
        moves = {"down": 1, "up": -1, "pagedown": rows, "pageup": -rows}
        if page == NAME and key in moves:
            self.names.move(moves[key])
        elif page == NAME:
            self.names.edit(key)
        elif page in self._lines:
            self._lines[page] = self._lines[page].key(key) or self._lines[page]
        else:
            return False
        return True


def _typed(text: str) -> Typed:
    line = one_line(text, MOST)
    return Typed(line, len(line))


class Told(NamedTuple):
    """What a server or the test call has said."""

    text: str = ""
    style: str = "muted"


def host_of(url: str) -> str:
    """A server's name, for sentences."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:
        return url


def field_line(before: str, line: Typed, width: int, *, hint: str = "") -> Line:
    """What is typed, with its caret; a text longer than the line shows its end."""
    text, at = line.text + " ", line.at
    room = max(width - len(before) - 1, 4)
    while at > 0 and width_of(text[:at]) >= room:
        text, at = text[1:], at - 1
    shown: Line = ((before, "accent"), (text[:at], "text"), (text[at], "badge"), (text[at + 1 :], "text"))
    left = width - len(before) - 2
    return (*shown, (clip(f" {hint}", left).rstrip(), "faint")) if hint and not line.text and left > 0 else shown


def _text(text: str, width: int, style: str = "text") -> list[Line]:
    return [((line, style),) for line in wrap(text, width)]


def server_lines(line: Typed, width: int) -> list[Line]:
    """The first page: where the model is."""
    return [
        *_text("Where is the model? The address of a server that speaks OpenAI's API, up to /v1.", width),
        (),
        field_line("Address: ", line, width),
        (),
        *_text(
            "OpenAI, or a service or program that is compatible with it: Ollama on this machine is http://localhost:11434/v1.",
            width,
            "muted",
        ),
        *_text("Nothing is written before the last step, and no paper is sent before the next update.", width, "muted"),
    ]


def key_lines(form: ModelForm, line: Typed, width: int) -> list[Line]:
    """The second page: where the key is."""
    return [
        *_text(f"Where is the key for {host_of(form.base_url)}?", width),
        (),
        field_line("Variable or command: ", line, width, hint="none"),
        (),
        *_text(
            "The name of the environment variable that holds it, such as OPENAI_API_KEY, or a command that prints it: pass show openai.",
            width,
            "muted",
        ),
        *_text("Never the key itself: only the name or the command is written. A server of your own may need none.", width, "muted"),
    ]


def names_lines(form: ModelForm, names: Names, told: Told, width: int, height: int) -> list[Line]:
    """The third page: which model, with as much of the list as fits around the bar."""
    lines = [*_text(f"Which model on {host_of(form.base_url)}? Type to search the list, or type the name.", width)]
    lines += [(), field_line("Model: ", names.line, width), ()]
    if told.text:
        lines += _text(told.text, width, told.style)
    elif not names.found:
        name = clip(names.line.text, min(width_of(names.line.text), width)).rstrip()
        lines += _text(
            f"The list has no such name: Enter takes {name} as it is typed." if name else "Type the model's name.", width, "muted"
        )
    room = max(height - len(lines), 1)
    first = max(0, min(names.cursor - room // 2, len(names.found) - room))
    for number in range(first, min(first + room, len(names.found))):
        here = number == names.cursor
        lines.append((("› " if here else "  ", "accent"), (clip(names.found[number], width - 2), "strong" if here else "text")))
    return lines


def test_lines(form: ModelForm, told: Told, kept: Sequence[str], width: int) -> list[Line]:
    """The last page: whether it answers, and what is going to be written."""
    lines = _text(f"{form.model} on {host_of(form.base_url)}", width, "strong")
    lines += [*_text(told.text, width, told.style), ()]
    if kept:
        lines += _text(f"Enter writes into {form.where}, and leaves everything else in it as it is:", width)
        lines += [(("  ", "text"), (clip(line, max(width - 2, 2)).rstrip(), "accent")) for line in kept]
    else:
        lines += _text(f"{form.where} says so already.", width)
    return [
        *lines,
        (),
        *_text(
            "From then on updates send titles and abstracts there to be scored; what it costs stands in the status line.", width, "muted"
        ),
    ]


def steps_line(page: int, width: int) -> Line:
    """The line above: which of the steps this is."""
    if width < 60:
        return ((" Set up a model ", "line_key"), (f" step {page + 1} of {len(STEPS)}: {STEPS[page]}", "line"))
    line: list[tuple[str, str]] = [(" Set up a model   ", "line_key")]
    for number, name in enumerate(STEPS):
        line += [(f" {number + 1} {name} ", "head_sorted" if number == page else "line"), ("  ", "line")]
    return tuple(line)

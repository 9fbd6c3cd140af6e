"""The first frame before the toolkit: the same picture, a terminal given back, and not a key lost."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from papertui.keymap import Keymap
from papertui.tui import prepaint
from papertui.tui.app import PapertuiApp
from papertui.tui.cells import pad
from papertui.tui.frame import Piece, first_frame
from papertui.tui.state import Listing
from papertui.tui.terminal import Terminal as Abilities
from tests.command import NOW, papertui
from tests.fake_desk import example
from tests.terminal import Terminal

READER = (sys.executable, "-m", "papertui")
ON, OFF = b"\x1b[?1049h", b"\x1b[?1049l"


def _drawn(pieces: list[Piece]) -> str:
    return "".join(pad("".join(text for text, _ in piece.line), piece.width) for piece in pieces)


@pytest.mark.parametrize("kind", ["many", "odd", "list", "young", "demo"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
def test_the_first_frame_is_the_one_that_the_toolkit_draws_after_it(kind: str, size: tuple[int, int]) -> None:
    async def theirs() -> list[str]:
        app = PapertuiApp(example(kind, 90))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]

    desk = example(kind, 90)
    listing = Listing()
    listing.load(desk.edition(None))
    assert listing.current is not None
    frame = first_frame(listing, desk.detail(listing.current.id), *size, Keymap())
    assert [_drawn(line).rstrip() for line in frame] == [line.rstrip() for line in asyncio.run(theirs())]


def test_colours_are_those_of_the_frame_after_it() -> None:
    from rich.color import Color, ColorSystem

    for red in range(0, 256, 15):
        for green in range(0, 256, 17):
            for blue in range(0, 256, 51):
                theirs = Color.from_rgb(red, green, blue).downgrade(ColorSystem.EIGHT_BIT).number
                assert prepaint.nearest(red, green, blue) == theirs


def test_only_ascii_and_no_colour_reach_a_terminal_that_has_neither() -> None:
    listing = Listing()
    desk = example("odd", 20)
    listing.load(desk.edition(None))
    assert listing.current is not None
    frame = first_frame(listing, desk.detail(listing.current.id), 80, 24, Keymap())
    plain = Abilities("none", ascii=True)
    looks = prepaint.looks_for("papertui-light", plain)
    assert looks is not None
    text = prepaint.ansi_text(frame, looks, plain, exact=True)
    assert text.isascii()
    assert not re.search(r"[\[;](3[0-8]|4[0-8]|9[0-7])[;m]", text)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo edition in its library."""
    made = tmp_path_factory.mktemp("reader") / "home"
    demo = Path(prepaint.__file__).parents[1] / "data" / "demo.json"
    papertui(made, "load", str(demo), "--name", "demo")
    return made


def _reader(home: Path, **env: str) -> Terminal:
    return Terminal(command=READER, env={"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW, **env})


def test_the_list_is_painted_once_and_the_alternate_screen_entered_once(home: Path) -> None:
    terminal = _reader(home)
    try:
        terminal.until(b"Lanternfish")
        terminal.read(0.6)
        assert terminal.output.count(ON) == 1
        os.write(terminal.fd, b"q")
        assert terminal.ended() == 0
        assert terminal.output.count(OFF) == 1
    finally:
        terminal.close()


def test_keys_typed_before_there_is_a_reader_do_what_they_say(home: Path) -> None:
    terminal = _reader(home)
    try:
        os.write(terminal.fd, b"jjs/lanternfish\r")
        terminal.shows("1 of 40 papers")
        terminal.read(0.3)
        assert "Enter keeps it" not in terminal.screen()
        os.write(terminal.fd, b"\x1b")
        terminal.shows("1 saved")
        os.write(terminal.fd, b"q")
        assert terminal.ended() == 0
    finally:
        terminal.close()


def test_the_terminal_is_as_it_was_after_quitting(home: Path) -> None:
    terminal = _reader(home)
    try:
        before = terminal.attributes()
        terminal.until(b"Lanternfish")
        terminal.read(0.4)
        assert terminal.attributes()[3] != before[3]
        os.write(terminal.fd, b"q")
        terminal.until(OFF)
        assert terminal.ended() == 0
        assert terminal.attributes() == before
    finally:
        terminal.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_end_while_it_starts_gives_the_terminal_back(home: Path, number: int, code: int) -> None:
    terminal = _reader(home)
    try:
        before = terminal.attributes()
        terminal.until(ON)
        os.kill(terminal.pid, number)
        assert terminal.ended() in (code, 0 if number == signal.SIGINT else code)
        assert OFF in terminal.output
        assert b"\x1b[?25h" in terminal.output
        assert b"Traceback" not in terminal.output
        assert terminal.attributes() == before
    finally:
        terminal.close()


def test_a_theme_that_does_not_exist_is_said_on_the_normal_screen(home: Path) -> None:
    terminal = _reader(home, PAPERTUI_TUI__THEME="mauve")
    try:
        assert terminal.ended() == 2
        assert b"no theme is called 'mauve'" in terminal.output
        assert ON not in terminal.output
    finally:
        terminal.close()


def test_the_setting_leaves_the_first_frame_to_the_toolkit(home: Path) -> None:
    terminal = _reader(home, PAPERTUI_TUI__PREPAINT="false")
    try:
        terminal.until(b"Lanternfish")
        terminal.read(0.6)
        assert terminal.output.count(ON) == 1
        assert terminal.output.index(b"\x1b[?1004h") < terminal.output.index(b"Lanternfish")
        os.write(terminal.fd, b"q")
        assert terminal.ended() == 0
    finally:
        terminal.close()


def test_a_line_without_arguments_is_read_as_the_parser_would(monkeypatch: pytest.MonkeyPatch) -> None:
    from papertui.cli import reader
    from papertui.cli.program import build_parser

    asked: list[object] = []

    def open_reader(arguments: object) -> int:
        asked.append(arguments)
        return 0

    monkeypatch.setattr(reader, "open_reader", open_reader)
    assert reader.open_plainly() == 0
    given = vars(build_parser([]).parse_args([]))
    assert {name: value for name, value in vars(asked[0]).items() if name in given} == given

"""What terminals are: with colours, with sixteen, with none, without Unicode; and that no more than they have reaches them."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import papertui as papertui_package
from papertui.errors import UsageError
from papertui.tui.app import PapertuiApp
from papertui.tui.ascii import to_ascii
from papertui.tui.filters import Colourless, InAscii
from papertui.tui.ink import ANSI, OURS, PLAIN, Colours, Look, looks_of
from papertui.tui.start import Start
from papertui.tui.terminal import FEW, FULL, NONE, Terminal, draws, terminal_of
from tests.command import NOW, papertui
from tests.fake_desk import example

DEMO = Path(papertui_package.__file__).parent / "data" / "demo.json"

# -- what the environment says


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        ({"TERM": "xterm-256color"}, FULL),
        ({"TERM": "tmux-256color"}, FULL),
        ({"TERM": "xterm-kitty"}, FULL),
        ({"TERM": "alacritty", "COLORTERM": "truecolor"}, FULL),
        ({"TERM": "xterm"}, FEW),
        ({"TERM": "linux"}, FEW),
        ({"TERM": "alacritty"}, FEW),
        ({"TERM": "vt100"}, NONE),
        ({"TERM": "xterm-mono"}, NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, FULL),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, FULL),
    ],
)
def test_a_terminal_has_the_colours_that_its_environment_names(env: Mapping[str, str], colours: str) -> None:
    assert terminal_of(env).colours == colours


def test_the_flag_comes_before_no_color_and_before_the_terminals_name() -> None:
    assert terminal_of({"TERM": "xterm-256color", "NO_COLOR": "1"}, color="always").colours == FULL
    assert terminal_of({"TERM": "vt100"}, color="always").colours == FEW
    assert terminal_of({"TERM": "xterm-256color"}, color="never").colours == NONE


@pytest.mark.parametrize(
    ("env", "plain"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.utf8@euro"}, False),
        ({"LC_CTYPE": "UTF-8", "LANG": ""}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True),
        ({"LC_CTYPE": "de_DE.ISO-8859-1", "LANG": "en_US.UTF-8"}, True),
        ({"LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, False),
        ({"LANG": "de_DE"}, True),
        ({"LANG": "ja_JP.eucJP"}, True),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, False),
    ],
)
def test_a_locale_that_names_another_character_set_means_ascii(env: Mapping[str, str], plain: bool) -> None:
    assert terminal_of(env).ascii == plain
    assert not terminal_of(env, ascii=False).ascii
    assert terminal_of(env, ascii=True).ascii


def test_a_dumb_terminal_draws_nothing() -> None:
    assert [draws({"TERM": name}) for name in ("dumb", "unknown", "", "xterm", "linux")] == [False, False, False, True, True]
    assert not draws({})


# -- ASCII


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("▌●★ 10 – … ▲▼ ×", ">*+ 10 - ~ ^v x"),
        ("Schrödinger’s “cat” — Łuczak, Østergård, Höß", 'Schrodinger\'s "cat" - Luczak, Ostergard, Hos'),
        ("‖x̂‖₂ ≤ αβ, 𝒪(√N)", "|x|2 < ab, O(?N)"),
        ("漢字 ok", "???? ok"),
        ("👩‍🔬✈️!", "????!"),
        ("e\u0301\u0302\u0323!", "e!"),
        ("┌──┐│━▐", "+--+|=#"),
        ("\x1b[1m★ é\x1b[0m", "\x1b[1m+ e\x1b[0m"),
        ("plain", "plain"),
    ],
)
def test_text_in_ascii_says_what_it_can(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_text_in_ascii_takes_the_same_cells(text: str) -> None:
    plain = to_ascii(text)
    assert plain.isascii()
    assert len(plain) == cell_len(text)


# -- the filters


def test_the_ascii_filter_leaves_styles_and_what_is_ascii_already() -> None:
    bold = Style(bold=True)
    first, second = InAscii().apply([Segment("plain", bold), Segment("★ é", bold)], Color(0, 0, 0))
    assert (first.text, first.style) == ("plain", bold)
    assert (second.text, second.style) == ("+ e", bold)


def test_the_colourless_filter_turns_a_ground_of_its_own_into_reverse() -> None:
    styles = [Style(color="red", bold=True), Style(bgcolor="blue", dim=True), Style(bgcolor="default", italic=True), None]
    done = [segment.style for segment in Colourless().apply([Segment("x", style) for style in styles], Color(0, 0, 0))]
    assert [style and (style.color, style.bgcolor) for style in done] == [(None, None)] * 3 + [None]
    assert [style and bool(style.reverse) for style in done] == [False, True, False, None]
    assert done[0] is not None
    assert done[0].bold


# -- the themes


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TEXTS = (
    "text", "strong", "muted", "accent", "high", "middle", "good", "bad", "comment", "badge", "line", "line_key", "head", "head_sorted",
)  # fmt: skip
ON_A_ROW = ("text", "muted", "accent", "high")


@pytest.mark.parametrize("colours", OURS.values(), ids=OURS)
def test_text_stands_out_from_its_ground_and_from_the_cursors(colours: Colours) -> None:
    looks = looks_of(colours)
    for name in TEXTS:
        look: Look = getattr(looks, name)
        assert look.fore is not None
        assert look.back is not None
        assert contrast(look.fore, look.back) >= 4.5, name
    for name in ON_A_ROW:
        assert contrast(getattr(looks, name).fore, colours.panel) >= 4.5, name
    for ground in (colours.background, colours.panel):
        assert looks.faint.fore is not None
        assert looks.middle.fore is not None
        assert contrast(looks.faint.fore, ground) >= 3
        assert contrast(looks.middle.fore, ground) >= 3


def _of_256(colour: str | None) -> str:
    """The colour that a terminal of 256 shows for it."""
    assert colour is not None
    return RichColor.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


@pytest.mark.parametrize("colours", OURS.values(), ids=OURS)
def test_text_stands_out_in_256_colours_too(colours: Colours) -> None:
    looks = looks_of(colours)
    for name in TEXTS:
        look: Look = getattr(looks, name)
        assert contrast(_of_256(look.fore), _of_256(look.back)) >= 4.5, name
    for name in ON_A_ROW:
        assert contrast(_of_256(getattr(looks, name).fore), _of_256(colours.panel)) >= 4, name
    assert contrast(_of_256(looks.faint.fore), _of_256(colours.background)) >= 3


def test_in_256_colours_the_grounds_of_the_dark_theme_stay_greys_one_lighter_than_the_other() -> None:
    dark = OURS["papertui-dark"]
    grounds = [_of_256(colour) for colour in (dark.background, dark.surface, dark.panel)]
    assert all(ground[1:3] == ground[3:5] == ground[5:7] for ground in grounds)
    assert sorted(set(grounds)) == grounds


def test_shades_are_told_apart() -> None:
    for colours in OURS.values():
        looks = looks_of(colours)
        steps = [contrast(look.fore or "", colours.background) for look in (looks.rule, looks.faint, looks.muted, looks.text)]
        assert all(high > low * 1.3 for low, high in pairwise(steps))


def test_without_colours_looks_have_none_and_states_differ_by_weight_or_reverse() -> None:
    assert all(look.fore is None and look.back is None for look in PLAIN)
    assert PLAIN.cursor.reverse
    assert len({PLAIN.high, PLAIN.middle, PLAIN.faint}) == 3
    assert ANSI.high != PLAIN.high


# -- all of it, on a screen and on a real terminal


def shown(terminal: Terminal, *press: str) -> tuple[str, set[Style]]:
    """Text and styles of a screen after some keys."""

    async def run() -> tuple[str, set[Style]]:
        app = PapertuiApp(example("odd"), Start(terminal=terminal))
        async with app.run_test(size=(90, 24)) as pilot:
            await pilot.press(*press)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            return "\n".join(strip.text for strip in strips), {segment.style for strip in strips for segment in strip if segment.style}

    return asyncio.run(run())


@pytest.mark.parametrize("press", [("j", "s", "x"), ("ctrl+p", "down"), ("question_mark",), ("slash", "é"), ("enter",)])
def test_whatever_is_open_a_terminal_without_colours_and_unicode_gets_neither(press: tuple[str, ...]) -> None:
    text, styles = shown(Terminal(NONE, ascii=True), *press)
    assert text.isascii()
    assert {(style.color, style.bgcolor) for style in styles} == {(None, None)}
    assert any(style.reverse for style in styles) or press == ("question_mark",) or press == ("enter",)


def test_sixteen_colours_are_the_terminals_own() -> None:
    _, styles = shown(Terminal(FEW), "j", "s")
    used = {colour for style in styles for colour in (style.color, style.bgcolor) if colour is not None}
    assert all(colour.triplet is None for colour in used)


def test_an_unknown_theme_is_one_line_also_where_there_are_no_colours() -> None:
    with pytest.raises(UsageError, match="no theme is called 'sepia'"):
        PapertuiApp(example("many", 3), Start(theme="sepia", terminal=Terminal(NONE)))


# -- a real terminal


def bytes_of(command: list[str], unset: list[str], env: dict[str, str], *keys: str, wait: str = "") -> bytes:
    """All that a program sends to a terminal until Ctrl-C or its own end."""
    pty_driver = pytest.importorskip("bench.pty_driver", exc_type=ImportError)  # there is no pty on Windows
    options = [part for name in unset for part in ("-u", name)] + [f"{name}={value}" for name, value in env.items()]
    with pty_driver.Terminal(["env", *options, sys.executable, *command], os.environ) as terminal:
        if wait:
            terminal.wait_for(wait)
        for key in keys:
            terminal.press(key)
        if wait:
            terminal.type("\x03")
        terminal.read_until_quiet(0.5 if wait else 10)
        return b"".join(chunk.data for chunk in terminal.record)


def test_under_no_color_and_the_c_locale_every_byte_is_ascii_and_no_colour_is_sent() -> None:
    keys = ("j", "s", "m", "x", "H", "?", "\x1b", "\x10", "\x1b", "\r")
    env = {"LC_ALL": "C", "NO_COLOR": "1"}
    raw = bytes_of(["-m", "tests.fake_desk", "odd"], ["COLORTERM", "LC_CTYPE", "LANG"], env, *keys, wait="Mon 2026-11-23")
    assert raw.isascii()
    sent = {code for codes in re.findall(rb"\x1b\[([0-9;]*)m", raw) for code in codes.split(b";")}
    assert sent <= {b"", b"0", b"1", b"2", b"3", b"4", b"7"}


def test_a_key_of_another_character_set_is_passed_over_and_the_keys_after_it_work(tmp_path: Path) -> None:
    pty_driver = pytest.importorskip("bench.pty_driver", exc_type=ImportError)
    with pty_driver.Terminal([sys.executable, "-m", "papertui", "--demo"], os.environ | {"TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("invented papers")
        terminal.press("/")
        for typed in (b"\xe9", b"t", b"\xff", b"e"):
            terminal.type(typed)
        terminal.wait_for(" /te ")


def test_the_reader_on_a_dumb_terminal_is_refused_in_one_line(tmp_path: Path) -> None:
    raw = bytes_of(["-m", "papertui"], [], {"TERM": "dumb", "PAPERTUI_HOME": str(tmp_path)})
    assert raw.count(b"\n") == 1
    assert b"TERM='dumb' cannot show the reader; papertui list prints the same papers" in raw


@pytest.mark.parametrize(("locale", "plain"), [("C", True), ("C.UTF-8", False)])
def test_a_list_on_a_terminal_without_unicode_is_ascii(tmp_path: Path, locale: str, plain: bool) -> None:
    papertui(tmp_path, "load", str(DEMO), "--name", "demo")
    raw = bytes_of(
        ["-m", "papertui", "list"], ["LC_CTYPE", "LANG"], {"LC_ALL": locale, "PAPERTUI_HOME": str(tmp_path), "PAPERTUI_NOW": NOW}
    )
    assert raw.count(b"\n") > 20
    assert raw.isascii() == plain

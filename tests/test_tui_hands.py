"""Mouse, one's own keys, suspending: what hands do to a reader beside its usual keys."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import pytest
from textual.events import MouseScrollDown

from papertui.tui.app import PapertuiApp
from papertui.tui.start import Start
from tests.fake_desk import FakeDesk, example
from tests.terminal import Terminal


def _run(check: Callable[..., Awaitable[None]], desk: FakeDesk, start: Start | None = None, size: tuple[int, int] = (100, 30)) -> None:
    async def go() -> None:
        app = PapertuiApp(desk, start or Start())
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await check(app, pilot)

    asyncio.run(go())


def test_a_click_puts_the_cursor_there_and_a_second_one_opens_the_paper() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.click("#table", offset=(30, 4))
        assert app.main.listing.cursor == 3
        assert not app.main.zoomed
        await pilot.click("#table", offset=(30, 4), times=2)
        assert app.main.zoomed

    _run(check, example("many", 30))


def test_a_click_below_the_last_row_does_nothing() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("j")
        await pilot.click("#table", offset=(30, 8))
        assert app.main.listing.cursor == 1

    _run(check, example("many", 3))


@pytest.mark.parametrize(("x", "name"), [(1, "score"), (5, "relevance"), (9, "novelty"), (20, "title")])
def test_a_click_on_a_header_sorts_by_it_and_again_turns_it_round(x: int, name: str) -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("5")  # by date
        await pilot.click("#table", offset=(x, 0))
        assert (app.main.listing.order[0].name, app.main.listing.order[0].turned) == (name, False)
        await pilot.click("#table", offset=(x, 0))
        assert app.main.listing.order[0].turned

    _run(check, example("many", 30))


def test_a_click_on_the_order_beside_the_title_turns_it_round_and_one_on_the_authors_does_nothing() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("5")
        table = app.main.table
        at = 13 + table.columns.title - 2
        await pilot.click("#table", offset=(at, 0))
        assert (app.main.listing.order[0].name, app.main.listing.order[0].turned) == ("date", True)
        await pilot.click("#table", offset=(at + 8, 0))
        assert app.main.listing.order[0].name == "date"

    _run(check, example("many", 30))


def test_the_wheel_moves_the_window_and_not_the_cursor() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot._post_mouse_events([MouseScrollDown], widget="#table", offset=(5, 5), button=0)
        assert (app.main.table.top, app.main.listing.cursor) == (3, 0)

    _run(check, example("many", 200))


def test_own_keys_are_pressed_said_and_listed_and_the_old_ones_do_nothing() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("s")
        assert app.main.listing.counts.saved == 0
        await pilot.press("w")
        assert app.main.listing.counts.saved == 1
        assert "ctrl+t undoes".replace("ctrl+t", "^T") in app.main.notice
        await pilot.press("f2")
        text = "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
        assert "^T" in text
        await pilot.press("f2")
        assert app.screen is app.main
        commands = {command.title for command in app.get_system_commands(app.screen)}
        assert "Save  (w)" in commands

    _run(check, example("many", 30), Start(keys={"save": ("w",), "undo": ("ctrl+t",), "help": ("f2",)}), size=(120, 60))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell with jobs")
def test_ctrl_z_gives_the_shell_back_and_fg_the_list(tmp_path) -> None:
    env = {"PS1": "ready> ", "HISTFILE": str(tmp_path / "history"), "BASH_SILENCE_DEPRECATION_WARNING": "1"}
    terminal = Terminal(command=("bash", "--norc", "--noprofile", "-i"), env=env)
    try:
        terminal.shows("ready>")
        os.write(terminal.fd, f"{sys.executable} -m tests.fake_desk many 30\r".encode())
        terminal.shows("30 papers")
        terminal.read(0.5)
        os.write(terminal.fd, b"\x1a")
        terminal.until(b"Stopped")
        assert b"\x1b[?1049l" in terminal.output
        os.write(terminal.fd, b"echo still $((40 + 2)) here\r")
        terminal.until(b"still 42 here")
        terminal.output = b""
        os.write(terminal.fd, b"fg\r")
        terminal.shows("30 papers")
        terminal.read(0.5)
        os.write(terminal.fd, b"j")
        terminal.shows("2 of 30")
        os.write(terminal.fd, b"q")
        terminal.until(b"ready> ")
        os.write(terminal.fd, b"exit\r")
        assert terminal.ended() == 0
    finally:
        terminal.close()


def test_a_window_that_changes_its_size_keeps_up() -> None:
    terminal = Terminal("many", "200")
    try:
        terminal.shows("200 papers")
        terminal.read(0.4)
        for columns, rows in ((60, 20), (200, 60), (30, 5), (80, 24)):
            terminal.resize(columns, rows)
            terminal.read(0.6)
        terminal.output = b""
        os.write(terminal.fd, b"jk")
        terminal.read(0.5)
        terminal.resize(81, 24)
        terminal.read(0.6)
        assert "200 papers" in terminal.screen(81, 24)
        assert "q quit" in terminal.screen(81, 24)
    finally:
        terminal.close()


def test_keys_on_a_slow_line_arrive_one_byte_at_a_time() -> None:
    terminal = Terminal("many", "30")
    try:
        terminal.shows("30 papers")
        terminal.read(0.4)
        for byte in b"\x1b[B\x1b[B":
            os.write(terminal.fd, bytes([byte]))
            terminal.read(0.01, 0.02)
        terminal.shows("3 of 30")
    finally:
        terminal.close()

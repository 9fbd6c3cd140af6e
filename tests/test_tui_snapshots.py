"""Pictures of the reader, each for one claim about its layout. Look at a picture before accepting it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from papertui.tui.app import PapertuiApp
from papertui.tui.start import Start
from tests.fake_desk import example


class Compare(Protocol):
    """`snap_compare` of the plugin."""

    def __call__(
        self,
        app: PapertuiApp,
        *,
        press: tuple[str, ...] = (),
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
    ) -> bool: ...


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


async def settle(pilot: Pilot[Any]) -> None:
    """Until threads have brought what they bring."""
    await asyncio.sleep(0.1)
    await pilot.pause()


def picture(
    compare: Compare, kind: str, size: tuple[int, int], *press: str, count: int = 60, theme: str | None = None, profile: str | None = None
) -> bool:
    app = PapertuiApp(example(kind, count), Start(theme=theme, profile=profile))
    return compare(app, press=press, terminal_size=size, run_before=settle)


def test_60x20_keeps_marks_and_scores_drops_authors_and_stacks_the_pane(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (60, 20), "j", "s", "j", "m", "j")


def test_80x24_shows_the_first_author_and_labels_invented_papers(snap_compare: Compare) -> None:
    assert picture(snap_compare, "demo", (80, 24), "1", "j")


def test_120x40_has_all_columns_above_the_pane(snap_compare: Compare) -> None:
    assert picture(snap_compare, "young", (120, 40), "j", "j", "s", "j", "x", "4")


def test_200x60_puts_the_pane_beside_the_list_with_usage_below(snap_compare: Compare) -> None:
    assert picture(snap_compare, "list", (200, 60), "G", count=56)


def test_light_theme_with_a_filter_being_typed(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (100, 30), "slash", *"tensor r>=7", theme="papertui-light")


def test_an_empty_edition_says_why_in_the_middle(snap_compare: Compare) -> None:
    assert picture(snap_compare, "blank", (80, 24))


def test_an_empty_library_begins_with_a_page(snap_compare: Compare) -> None:
    assert picture(snap_compare, "nothing", (80, 24), profile="profiles/default.md")


def test_cjk_combining_marks_and_two_hundred_authors_stay_in_their_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, "odd", (100, 30), "4", "G")


def test_a_full_page_uses_the_whole_width(snap_compare: Compare) -> None:
    assert picture(snap_compare, "odd", (80, 30), "4", "G", "enter")


def test_the_help_has_two_columns_where_there_is_room(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (120, 40), "question_mark")


def test_without_colours_every_state_is_still_to_be_seen(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert picture(snap_compare, "many", (80, 24), "j", "s", "j", "m", "j", "x", "H", "k")


def test_a_terminals_own_sixteen_colours(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "j", "s", "j", "m", "j", theme="ansi-dark")

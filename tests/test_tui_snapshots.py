"""Pictures of the reader, each for one claim about its layout. Look at a picture before accepting it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from papertui.services.desk import WAITING
from papertui.services.events import Progress, Warned
from papertui.tui.app import PapertuiApp
from papertui.tui.start import Start
from papertui.tui.terminal import FEW, FULL, NONE, Terminal
from tests.fake_desk import FakeDesk, example, invented_edition


class Compare(Protocol):
    """`snap_compare` of the plugin."""

    def __call__(
        self, app: PapertuiApp, *, terminal_size: tuple[int, int], run_before: Callable[[Pilot[Any]], Awaitable[None]]
    ) -> bool: ...


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


def picture(
    compare: Compare,
    desk: FakeDesk | str,
    size: tuple[int, int],
    *press: str,
    theme: str | None = None,
    terminal: Terminal = Terminal(FULL),  # noqa: B008 - a value
    then: Callable[[PapertuiApp], object] = lambda app: None,
) -> bool:
    """The reader after some keys and what else happens, once its threads have brought what they bring."""
    app = PapertuiApp(example(desk, 60) if isinstance(desk, str) else desk, Start(theme=theme, terminal=terminal))

    async def settle(pilot: Pilot[Any]) -> None:
        await app.workers.wait_for_complete([worker for worker in app.workers if worker.group == "abstracts"])
        await pilot.press(*press)
        then(app)
        for _ in range(3):
            await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


# -- sizes


def test_60x20_keeps_marks_and_scores_drops_authors_and_stacks_the_pane(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (60, 20), "j", "s", "j", "m", "j")


def test_80x24_has_eleven_papers_with_an_author_and_the_abstract_begins_in_view(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "1", "j", "s", "j")


def test_120x40_has_every_column_and_twenty_seven_papers_above_the_pane(snap_compare: Compare) -> None:
    assert picture(snap_compare, "young", (120, 40), "j", "j", "s", "j", "x", "4")


def test_120x40_has_thirty_six_papers_without_the_pane(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (120, 40), "p", "2", "G")


def test_200x60_puts_the_pane_beside_the_list_with_usage_below(snap_compare: Compare) -> None:
    assert picture(snap_compare, "list", (200, 60), "G")


def test_a_terminal_too_small_says_what_is_needed(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (39, 9))


# -- pages


def test_a_full_page_on_a_wide_screen_is_a_column_in_the_middle(snap_compare: Compare) -> None:
    assert picture(snap_compare, "odd", (160, 30), "4", "G", "enter")


def test_a_full_page_at_80x24_has_the_keys_of_a_page_below_it(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "enter", "J", "t", *"group", "enter")


def test_the_help_has_two_columns_where_there_is_room(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (120, 40), "question_mark")


def test_the_help_at_60x20_is_one_column_that_says_how_to_go_on(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (60, 20), "question_mark")


# -- finding


def test_papers_of_the_library_are_found_as_words_are_typed(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "f", *"under rew")


def test_what_was_found_stays_at_60x20_with_the_way_back(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (60, 20), "f", *"graph", "enter")


def test_words_that_nothing_has_say_how_to_go_on(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "f", *"zebra", "enter")


# -- colours and characters


def test_light_theme_with_a_filter_being_typed_and_its_papers_counted(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (100, 30), "m", "slash", *"unread r>=7", theme="papertui-light")


def test_a_terminals_own_sixteen_colours(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "j", "s", "j", "m", "j", terminal=Terminal(FEW))


def test_without_colours_every_state_is_still_to_be_seen(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "j", "s", "j", "m", "j", "x", "H", "k", terminal=Terminal(NONE))


def test_without_unicode_every_sign_has_a_likeness_and_no_column_moves(snap_compare: Compare) -> None:
    assert picture(snap_compare, "odd", (100, 30), "j", "s", "m", "x", "H", terminal=Terminal(FULL, ascii=True))


def test_cjk_combining_marks_and_two_hundred_authors_stay_in_their_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, "odd", (100, 30), "4", "G")


# -- states


def test_a_demo_says_that_its_papers_are_invented(snap_compare: Compare) -> None:
    assert picture(snap_compare, "demo", (60, 20))


def test_an_empty_edition_says_why_in_the_middle_and_offers_what_helps(snap_compare: Compare) -> None:
    assert picture(snap_compare, "blank", (80, 24))


def test_a_filter_that_nothing_passes_says_how_to_get_the_list_back(snap_compare: Compare) -> None:
    assert picture(snap_compare, "many", (80, 24), "slash", *"quantum r>=9", "enter")


def test_an_edition_that_may_be_incomplete_says_so_and_why(snap_compare: Compare) -> None:
    reason = "the feed of 2026-11-23 was cut short after 30 papers: r fetches it again"
    assert picture(snap_compare, FakeDesk(invented_edition(30, reason=reason)), (80, 24))


def test_while_an_update_waits_for_the_network_it_says_for_what_and_how_to_stop(snap_compare: Compare) -> None:
    desk = FakeDesk(invented_edition(30))
    desk.update_steps = [Progress("fetching arxiv"), Warned("https://rss.arxiv.org/rss/cs.LG: no network: trying again in 15 s"), 60.0]
    assert picture(snap_compare, desk, (80, 24), "r")


def test_a_locked_library_is_read_on_and_marks_are_said_to_wait(snap_compare: Compare) -> None:
    line = f"{WAITING}: /home/ada/.local/share/papertui/papertui.db: another program writes to the library; try again when it is done"
    assert picture(snap_compare, "many", (80, 24), "j", "s", then=lambda app: app.main.desk.trouble(line))  # type: ignore[attr-defined]


def test_an_empty_library_begins_with_a_page(snap_compare: Compare) -> None:
    assert picture(snap_compare, "nothing", (80, 24))

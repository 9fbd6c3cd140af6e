"""Pictures of the reader, each for one claim about its layout. Look at a picture before accepting it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from papertui.services.desk import WAITING
from papertui.services.events import Progress, Warned
from papertui.services.statistics import table
from papertui.tui import model_pages
from papertui.tui.app import PapertuiApp
from papertui.tui.screens.model import ModelScreen
from papertui.tui.screens.page import PageScreen
from papertui.tui.start import Start
from papertui.tui.terminal import FEW, FULL, NONE, Terminal
from tests.fake_desk import FakeDesk, a_score, example, invented_edition, paper, unscored


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
    when: Callable[[PapertuiApp], bool] = lambda app: True,
) -> bool:
    """The reader after some keys and what else happens, once its threads have brought what they bring."""
    app = PapertuiApp(example(desk, 60) if isinstance(desk, str) else desk, Start(theme=theme, terminal=terminal))

    async def settle(pilot: Pilot[Any]) -> None:
        await app.workers.wait_for_complete([worker for worker in app.workers if worker.group == "abstracts"])
        await pilot.press(*press)
        then(app)
        for _ in range(200):
            if when(app):
                break
            await pilot.pause(0.01)
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


# -- models


def test_a_list_fills_in_its_places_while_a_model_scores_and_says_what_that_costs(snap_compare: Compare) -> None:
    desk = unscored(40)
    note = "12,345 tokens, $0.0310, 40 s left"
    landed = [(paper(number), a_score(10 - number % 5, 3 + number % 7)) for number in (1, 3, 4, 8, 9, 11, 17, 20)]
    desk.update_steps = [Progress("scoring (llm:tiny)", 8, 40, note), *landed, 60.0]
    assert picture(snap_compare, desk, (120, 40), "j", "j", "r", when=lambda app: len(app.main.updating.landed) == len(landed))


PROMPT = """--- system ---
You read titles and abstracts of new papers for one researcher and judge how well each fits what they want to read.

## Two independent scores

- relevance, 1 to 10: how close it is to the topics below
  - 9 or 10: would be read today
- novelty, 1 to 10: how new it is, wherever it belongs

[bold]Not markup[/bold], {no placeholder}."""


def test_the_prompt_at_80x24_is_folded_and_keeps_its_indentation(snap_compare: Compare) -> None:
    desk = FakeDesk(invented_edition(30))
    desk.prompt_says = PROMPT
    assert picture(snap_compare, desk, (80, 24), "P", when=lambda app: isinstance(app.screen, PageScreen))


def test_a_model_at_work_is_told_at_60x20_by_how_far_it_is(snap_compare: Compare) -> None:
    desk = FakeDesk(invented_edition(30))
    desk.update_steps = [Progress("scoring (llm:a-model-of-a-long-name-2026)", 8, 40, "12,345 tokens, $0.0310, 40 s left"), 60.0]
    assert picture(snap_compare, desk, (60, 20), "r", when=lambda app: "8/40" in (app.main.working or ""))


def test_the_table_of_costs_at_100x30(snap_compare: Compare) -> None:
    def row(name: str, papers: int, usd: float | None) -> dict[str, object]:
        return {
            "name": name, "papers": papers, "requests": papers // 12, "prompt_tokens": papers * 420, "cached_tokens": papers * 90,
            "completion_tokens": papers * 60, "reasoning_tokens": papers * 20, "usd": usd,
            "requests_without_count": int(papers == 512),
        }  # fmt: skip

    runs = [row("2026-11-23T04:00:10", 476, 0.2312), row("2026-11-20T04:00:09", 512, 0.2512), row("2026-11-19T04:00:09", 498, None)]
    days = [row("2026-11-23", 476, 0.2312), row("2026-11-20", 512, 0.2512), row("2026-11-19", 498, None)]
    models = [row("gpt-small", 988, 0.4824), row("a-model-that-has-a-very-long-name-of-its-own:free", 498, None)]
    found = {"papers": 4321, "editions": 12, "newest": "2026-11-23", "spending": {"runs": runs, "days": days, "models": models}}
    desk = FakeDesk(invented_edition(30))
    desk.costs = lambda: lambda width: table(found, width)  # type: ignore[method-assign]
    assert picture(snap_compare, desk, (100, 30), "$", when=lambda app: isinstance(app.screen, PageScreen))


def on_page(page: int, shown: str) -> Callable[[PapertuiApp], bool]:
    """Whether the set-up screen is on a page and says something."""

    def there(app: PapertuiApp) -> bool:
        screen = app.screen
        return isinstance(screen, ModelScreen) and screen.page == page and any(shown in text for line in screen.lines for text, _ in line)

    return there


def model_picture(compare: Compare, size: tuple[int, int], page: int, *then: str) -> bool:
    """The set-up screen on one of its pages."""
    app = PapertuiApp(FakeDesk(invented_edition(30)), Start(terminal=Terminal(FULL)))

    async def settle(pilot: Pilot[Any]) -> None:
        async def until(true: Callable[[PapertuiApp], bool]) -> None:
            for _ in range(200):
                if true(app):
                    return
                await pilot.pause(0.01)

        await pilot.press("M")
        await until(on_page(model_pages.SERVER, "Where is the model"))
        for next_page, shown in ((model_pages.KEY, "Where is the key"), (model_pages.NAME, "gpt-large"), (model_pages.TEST, "answered")):
            if next_page <= page:
                await pilot.press("enter")
                await until(on_page(next_page, shown))
        await pilot.press(*then)
        for _ in range(3):
            await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


def test_setting_a_model_up_at_80x24_asks_for_its_key_by_the_name_of_a_variable(snap_compare: Compare) -> None:
    assert model_picture(snap_compare, (80, 24), model_pages.KEY)


def test_setting_a_model_up_at_80x24_lists_what_the_server_offers(snap_compare: Compare) -> None:
    assert model_picture(snap_compare, (80, 24), model_pages.NAME, *"gpt", "down")


def test_setting_a_model_up_at_60x20_says_what_will_be_written_before_it_is(snap_compare: Compare) -> None:
    assert model_picture(snap_compare, (60, 20), model_pages.TEST)

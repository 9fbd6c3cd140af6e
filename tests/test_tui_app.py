"""The reader with its keys, on a desk that remembers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from papertui.domain.edition import Edition, EditionHead
from papertui.domain.published import Usage
from papertui.errors import PapertuiError, UsageError
from papertui.keymap import KEYS
from papertui.services.desk import WAITING, WRITTEN
from papertui.services.events import Failed, Fetched, Progress, Scored, Warned
from papertui.tui.app import PapertuiApp, run_reader
from papertui.tui.screens.help import HelpScreen
from papertui.tui.screens.main import MainScreen
from papertui.tui.screens.welcome import WelcomeScreen
from papertui.tui.start import Start
from papertui.tui.state import Listing
from papertui.tui.table import Table
from tests.fake_desk import DAY, FakeDesk, invented_edition, invented_row

PATIENCE = 20.0
"""Seconds after which what was waited for never comes about."""


class Reading:
    """A running reader, and what can be seen of it."""

    def __init__(self, app: PapertuiApp, desk: FakeDesk, pilot: Pilot[Any]) -> None:
        self.app, self.desk, self.pilot = app, desk, pilot
        self.press = pilot.press

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.main.listing.view]

    @property
    def here(self) -> str:
        row = self.main.listing.current
        assert row is not None
        return row.id.number

    @property
    def message(self) -> str:
        return "".join(text for text, _ in self.main._message(200)).strip()

    @property
    def marks(self) -> list[tuple[object, ...]]:
        return [call[2:] for call in self.desk.calls if call[0] == "mark"]

    def screen(self) -> list[str]:
        """What the terminal shows, line by line."""
        return ["".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()]

    def shown(self) -> str:
        return "\n".join(self.screen())

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that a thread or another process brings about."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if true():
                return
            await self.pilot.pause(0.01)
        pytest.fail(f"never came about; the message line says {self.message!r}")


def reading(
    check: Callable[[Reading], Awaitable[None]], desk: FakeDesk | None = None, size: tuple[int, int] = (100, 30), **options: Any
) -> FakeDesk:
    """Run `check` in a reader on `desk`."""
    desk = desk or FakeDesk(invented_edition(30))

    async def run() -> None:
        app = PapertuiApp(desk, Start(**options))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await check(Reading(app, desk, pilot))

    asyncio.run(run())
    return desk


def test_the_first_screen_shows_rows_pane_status_and_keys() -> None:
    async def check(at: Reading) -> None:
        lines = at.screen()
        assert "Mon 2026-11-23 · 30 papers · 30 unread" in lines[0]
        assert "rel+nov▼ title" in lines[1]
        assert lines[2].startswith("▌●   ")
        assert at.titles[0] in lines[2]
        assert "1 of 30" in at.shown()
        assert "? help" in lines[-1]

    reading(check)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("j j k", 1), ("down", 1), ("G", 29), ("G g", 0), ("end", 29), ("end home", 0), ("pagedown", 16), ("G pageup", 13), ("ctrl+d", 8),
        ("G ctrl+u", 21), ("J", 1), ("G K", 28), ("up", 0),
    ],
)  # fmt: skip
def test_keys_move_the_cursor_and_the_pane_follows(keys: str, place: int) -> None:
    async def check(at: Reading) -> None:
        await at.press(*keys.split())
        assert at.main.listing.cursor == place
        assert f"{place + 1} of 30" in at.shown()
        assert at.titles[place] in at.shown().partition(f"{place + 1} of 30")[2], "in the pane"

    desk = reading(check)
    assert not [call for call in desk.calls if call[0] == "mark"], "moving marks nothing"


@pytest.mark.parametrize(
    ("key", "mark", "word"), [("s", ("saved", "1"), "saved"), ("m", ("read", "1"), "marked read"), ("x", ("hidden", "1"), "hidden")]
)
def test_a_mark_shows_at_once_goes_to_the_desk_and_says_how_to_undo_it(key: str, mark: tuple[str, str], word: str) -> None:
    async def check(at: Reading) -> None:
        await at.press(key)
        assert at.marks == [mark]
        assert at.message.startswith(f"{word} · u undoes")

    reading(check)


def test_save_and_read_are_toggles() -> None:
    async def check(at: Reading) -> None:
        await at.press("s", "m", "s", "m")
        assert at.marks == [("saved", "1"), ("read", "1"), ("saved", ""), ("read", "")]
        assert at.main.listing.counts.saved == 0
        assert at.main.listing.counts.unread == 30

    reading(check)


def test_undo_and_redo_come_back_from_another_thread_and_say_what_they_did() -> None:
    async def check(at: Reading) -> None:
        await at.press("j", "x")
        gone = at.titles
        assert len(gone) == 29
        await at.press("u")
        await at.until(lambda: at.message == "undone: back in the list · U does it again")
        assert len(at.titles) == 30
        assert at.main.listing.cursor == 1
        await at.press("U")
        await at.until(lambda: at.message == "done again: hidden · u undoes")
        assert at.titles == gone
        await at.press("u", "u")
        await at.until(lambda: at.message == "nothing to undo")

    reading(check)


def test_hidden_papers_can_be_shown_and_brought_back() -> None:
    async def check(at: Reading) -> None:
        await at.press("x")
        assert "1 hidden" in at.screen()[0]
        await at.press("H")
        assert len(at.titles) == 30
        await at.press("g", "x")
        assert at.marks[-1] == ("hidden", "")
        await at.press("H", "H")
        assert at.message.startswith("nothing is hidden here")

    reading(check)


@pytest.mark.parametrize(
    ("key", "header"), [("1", "rel▼nov "), ("2", "rel nov▼"), ("4", "title ▲"), ("5", "by date ▼"), ("7", "by upvotes ▼")]
)
def test_a_key_sorts_with_an_arrow_and_again_turns_it_round_with_the_cursor_on_its_paper(key: str, header: str) -> None:
    async def check(at: Reading) -> None:
        await at.press("j", "j", "j")
        paper = at.here
        await at.press(key)
        assert header in at.screen()[1]
        assert at.here == paper
        assert "▌" in at.shown(), "the cursor is on screen"
        turned = header.replace("▼", "x").replace("▲", "▼").replace("x", "▲")
        await at.press(key)
        assert turned in at.screen()[1]
        assert at.here == paper

    reading(check)


def test_sorting_by_what_this_edition_lacks_says_so() -> None:
    async def check(at: Reading) -> None:
        before = at.titles
        await at.press("6")
        assert at.message == "this edition has no published order"
        assert at.titles == before

    reading(check)


def test_the_filter_follows_every_key_and_enter_keeps_it() -> None:
    async def check(at: Reading) -> None:
        await at.press("slash", *"tens")
        assert at.titles
        assert all("Tensor" in title for title in at.titles)
        await at.press("x", "backspace", "enter")
        assert "/tens" in at.screen()[0]
        assert all("Tensor" in title for title in at.titles)
        await at.press("s")
        assert at.marks == [("saved", "1")], "after Enter keys are actions again"
        await at.press("escape")
        assert len(at.titles) == 30

    reading(check)


def test_escape_while_typing_clears_the_filter_and_gives_the_cursor_back() -> None:
    async def check(at: Reading) -> None:
        await at.press("G")
        paper = at.here
        await at.press("slash", *"zzzz")
        assert "no paper passes `zzzz`" in at.shown()
        assert "Esc clears the filter" in at.shown()
        await at.press("escape")
        assert at.here == paper

    reading(check)


def test_keys_that_arrive_in_one_burst_are_read_in_their_order() -> None:
    async def check(at: Reading) -> None:
        for key, char in [("slash", "/"), *((char, char) for char in "tensor"), ("enter", "\r"), ("j", "j"), ("s", "s")]:
            at.app.post_message(events.Key(key, char))
        await at.until(lambda: bool(at.marks))
        assert at.main.listing.filter.text == "tensor"
        assert at.main.listing.cursor == 1
        assert at.marks == [("saved", "1")]

    reading(check)


def test_a_test_half_typed_does_not_empty_the_list() -> None:
    async def check(at: Reading) -> None:
        for char in "r>=":
            await at.press(*("slash", "r") if char == "r" else (char,))
            assert at.titles
        await at.press("9")
        assert {row.relevance for row in at.main.listing.view} == {9, 10}

    reading(check)


def test_the_list_can_be_walked_while_the_filter_is_typed() -> None:
    async def check(at: Reading) -> None:
        await at.press("slash", *"tensor", "down")
        assert at.main.listing.cursor == 1
        assert at.main.prompt.question is not None

    reading(check)


def test_pasted_text_goes_into_the_filter_as_one_clean_line() -> None:
    async def check(at: Reading) -> None:
        await at.press("slash")
        at.app.post_message(events.Paste("ten\x1b[31m\nsor"))
        await at.pilot.pause()
        assert at.main.prompt.line.text == "ten[31m sor"

    reading(check)


def test_the_filter_finds_words_of_abstracts_once_they_are_there() -> None:
    async def check(at: Reading) -> None:
        await at.until(lambda: bool(at.main.listing._abstracts))
        await at.press("slash", *"w007")
        assert [row.id.number for row in at.main.listing.view] == ["2611.00007"]

    reading(check)


def test_enter_opens_the_whole_paper_marks_it_read_and_goes_back() -> None:
    for back in ("escape", "enter", "q"):

        async def check(at: Reading, back: str = back) -> None:
            await at.press("j", "enter")
            assert at.marks == [("read", "1")]
            assert not at.main.table.display
            assert "Code and data do not exist." in at.shown()
            assert "Esc back" in at.screen()[-1]
            await at.press(back)
            assert at.main.table.display
            assert at.main.table.has_focus
            assert at.main.listing.cursor == 1

        reading(check)


def test_p_gives_the_list_the_whole_screen_and_back() -> None:
    async def story(at: Reading) -> None:
        before = at.main.table.size.height
        await at.press("p")
        await at.pilot.pause()
        assert not at.main.pane.display
        assert at.main.table.size.height >= before + 9
        await at.press("tab", "j")
        assert at.here == at.main.listing.view[1].id.number
        await at.press("enter")
        await at.pilot.pause()
        assert at.main.pane.display
        await at.press("escape")
        await at.pilot.pause()
        assert not at.main.pane.display
        await at.press("p")
        await at.pilot.pause()
        assert at.main.table.size.height == before

    reading(story)


def test_keys_scroll_the_full_page_and_capital_j_turns_to_the_next_paper() -> None:
    async def check(at: Reading) -> None:
        await at.press("enter", "j", "j")
        assert at.main.pane.top == 2
        assert at.main.listing.cursor == 0
        await at.press("J")
        assert at.main.listing.cursor == 1
        assert at.main.pane.top == 0
        assert at.marks == [("read", "1"), ("read", "1")], "a full page that is turned to is opened, as by Enter"

    reading(check, size=(60, 12))


def test_opening_an_already_read_paper_is_no_new_mark() -> None:
    async def check(at: Reading) -> None:
        await at.press("m", "enter", "escape", "o")
        assert at.marks == [("read", "1")]

    reading(check)


@pytest.mark.parametrize(("key", "what"), [("o", "pdf"), ("a", "abs")])
def test_opening_runs_in_a_thread_says_its_line_and_marks_read(key: str, what: str) -> None:
    async def check(at: Reading) -> None:
        await at.press(key)
        await at.until(lambda: at.message == f"no display here: https://arxiv.org/{what}/{at.here}")
        assert at.marks == [("read", "1")]

    reading(check)


def test_bibtex_goes_to_the_clipboard() -> None:
    async def check(at: Reading) -> None:
        await at.press("y")
        assert at.app.clipboard == f"@misc{{{at.here}}}"
        assert at.message.endswith("copied (if your terminal allows it)")

    reading(check)


def test_export_says_what_it_did_and_a_refusal_stays_until_escape() -> None:
    async def check(at: Reading) -> None:
        await at.press("e")
        await at.until(lambda: at.message == "3 entries appended to papertui.bib")
        at.desk.export_says = PapertuiError("papertui.bib: not a BibTeX file; name another with export.bib_file")
        await at.press("e")
        await at.until(lambda: "not a BibTeX file" in at.message)
        await at.press("j", "s")
        assert "saved" in at.message, "what just happened is said for one key"
        await at.press("j")
        assert "not a BibTeX file" in at.message
        await at.press("escape")
        assert "not a BibTeX file" not in at.message

    reading(check)


def test_brackets_turn_editions_and_say_where_they_end() -> None:
    desk = FakeDesk(
        invented_edition(5), invented_edition(3, DAY - timedelta(days=3)), invented_edition(0, DAY - timedelta(days=4), reason="no mailing")
    )

    async def check(at: Reading) -> None:
        await at.press("left_square_bracket")
        assert "Fri 2026-11-20 · 3 papers" in at.screen()[0]
        await at.press("left_square_bracket")
        assert "no mailing" in at.shown()
        await at.press("left_square_bracket")
        assert at.message == "this is the oldest edition"
        await at.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert at.message.startswith("this is the newest edition")

    reading(check, desk)


def test_a_day_the_library_lacks_says_so_and_brackets_lead_away() -> None:
    async def check(at: Reading) -> None:
        assert "no edition of 2026-11-25 in the library" in at.shown()
        await at.press("left_square_bracket")
        assert "Mon 2026-11-23" in at.screen()[0]

    reading(check, day=DAY + timedelta(days=2))


def test_an_update_tells_its_progress_and_keeps_the_cursor_on_its_paper() -> None:
    desk = FakeDesk(invented_edition(10))
    grown = invented_edition(20)

    async def check(at: Reading) -> None:
        await at.press("j", "j")
        paper = at.here
        desk.update_steps = [
            Progress("fetching arxiv", 3, 7),
            0.3,
            lambda: desk.editions.update({DAY: grown}),
            Fetched("arxiv", DAY, 20, 10),
            Scored("local", DAY, 20),
        ]
        await at.press("r")
        await at.until(lambda: "fetching arxiv 3/7" in at.screen()[0])
        await at.press("r")
        assert at.message == "an update is running · Esc stops it"
        await at.until(lambda: not at.main.updating.running and len(at.titles) == 20)
        assert at.here == paper
        await at.until(lambda: at.message == "arxiv 2026-11-23: 10 new of 20")

    reading(check, desk)


def test_escape_stops_an_update_before_it_clears_a_filter() -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [Progress("scoring (local)", 1, 9), 60.0]
        await at.press("slash", *"tensor", "enter", "r")
        await at.until(lambda: "scoring (local) 1/9" in at.screen()[0])
        await at.press("escape")
        await at.until(lambda: at.message == "update stopped; what was finished is kept")
        assert at.main.listing.filter.text == "tensor"
        await at.press("escape")
        assert at.main.listing.filter.text == ""

    reading(check)


@pytest.mark.parametrize("failure", [PapertuiError("arxiv: no network; try again later"), Failed("arxiv", "no network; try again later")])
def test_what_fails_in_an_update_stays_until_escape(failure: object) -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [failure]
        await at.press("r")
        await at.until(lambda: not at.main.updating.running and "arxiv: no network; try again later" in at.message)
        await at.press("j", "j")
        assert "no network" in at.message
        await at.press("escape")
        assert "no network" not in at.message

    reading(check)


def test_a_fault_in_an_update_does_not_take_the_screen_away() -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [ZeroDivisionError("a fault")]
        await at.press("r")
        await at.until(lambda: "ZeroDivisionError: a fault" in at.message)
        await at.press("j")
        assert at.main.listing.cursor == 1

    reading(check)


def test_a_newer_edition_that_an_update_brought_is_named_and_not_turned_to() -> None:
    desk = FakeDesk(invented_edition(5))
    tomorrow = DAY + timedelta(days=1)

    async def check(at: Reading) -> None:
        desk.update_steps = [lambda: desk.editions.update({tomorrow: invented_edition(7, tomorrow)})]
        await at.press("r")
        await at.until(lambda: "] turns to 2026-11-24 (7 papers)" in at.message)
        assert "Mon 2026-11-23" in at.screen()[0]
        await at.press("right_square_bracket")
        assert "Tue 2026-11-24 · 7 papers" in at.screen()[0]

    reading(check, desk)


def test_only_a_library_without_any_edition_begins_with_the_first_screen() -> None:
    async def begins(at: Reading) -> None:
        assert isinstance(at.app.screen, WelcomeScreen)

    async def does_not(at: Reading) -> None:
        assert isinstance(at.app.screen, MainScreen)

    reading(begins, FakeDesk())
    reading(does_not, FakeDesk(), day=DAY)
    reading(does_not, FakeDesk(invented_edition(0, reason="no mailing on Saturday")))


def test_a_first_fetch_offline_leads_back_to_the_first_page_with_the_reason() -> None:
    desk = FakeDesk()
    desk.update_steps = [PapertuiError("arxiv: no network; try again when there is one")]

    async def check(at: Reading) -> None:
        await at.press("r")
        await at.until(lambda: isinstance(at.app.screen, WelcomeScreen) and "no network" in at.shown())
        await at.press("q")
        await at.pilot.pause()
        assert not at.app.is_running or at.app._exit

    reading(check, desk)


def test_marks_that_cannot_be_written_are_told_from_the_writers_thread() -> None:
    async def check(at: Reading) -> None:
        await asyncio.to_thread(at.desk.trouble, "papertui.db: the disk is full; free some room")
        await at.until(lambda: "the disk is full" in at.message)

    reading(check)


def test_once_marks_are_written_after_all_only_that_is_said() -> None:
    async def check(at: Reading) -> None:
        await asyncio.to_thread(at.desk.trouble, f"{WAITING}: /home/ada/papertui.db: another program writes; wait")
        await at.until(lambda: "another program writes; wait (papertui.db)" in at.message)
        await asyncio.to_thread(at.desk.trouble, WRITTEN)
        await at.until(lambda: at.message == WRITTEN)
        assert at.main.failures == []

    reading(check)


def test_keys_pressed_before_the_first_layout_move_no_window() -> None:
    table = Table(Listing(), None, lambda twice: None, lambda key: None)  # type: ignore[arg-type]
    table.listing.load(invented_edition(30))
    table.listing.move_to(3)
    table.moved()
    assert table.top == 0


def test_while_an_update_waits_it_says_for_what() -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [
            Progress("fetching arxiv"),
            Warned("https://rss.arxiv.org/rss/cs.LG: no network: trying again in 2 s"),
            60.0,
        ]
        await at.press("r")
        await at.until(lambda: at.message == "no network: trying again in 2 s (rss.arxiv.org)")
        assert "fetching arxiv" in at.screen()[0]
        await at.press("escape")
        await at.until(lambda: not at.main.updating.running)

    reading(check)


def test_a_list_that_shows_nothing_offers_no_keys_for_papers() -> None:
    async def check(at: Reading) -> None:
        assert "s save" in at.screen()[-1]
        await at.press("slash", *"zzz", "enter")
        assert "s save" not in at.screen()[-1]
        assert "/ filter" in at.screen()[-1]
        await at.press("escape")
        assert "s save" in at.screen()[-1]

    reading(check)


def test_tab_moves_the_keys_to_the_pane_and_back_and_space_scrolls_it_from_the_list() -> None:
    async def check(at: Reading) -> None:
        await at.press("space")
        assert at.main.pane.top > 0
        await at.press("b", "tab", "j")
        assert at.main.pane.top == 1
        assert at.main.listing.cursor == 0
        await at.press("tab", "j")
        assert at.main.listing.cursor == 1

    reading(check, size=(60, 20))


def test_next_unread_skips_what_was_read() -> None:
    async def check(at: Reading) -> None:
        await at.press("j", "m", "g", "n")
        assert at.main.listing.cursor == 2

    reading(check)


def test_a_note_and_a_tag_are_typed_kept_and_shown() -> None:
    async def check(at: Reading) -> None:
        await at.press("N", *"ask", "space", *"Ada", "enter", "t", *"club", "enter")
        assert at.marks == [("note", "ask Ada"), ("tag:club", "1")]
        await at.press("enter")
        assert "#club" in at.shown()
        assert "ask Ada" in at.shown()
        await at.press("escape", "t", *"club", "enter")
        assert at.marks[-1] == ("tag:club", "")

    reading(check)


def test_the_help_names_every_action_and_goes_back() -> None:
    async def check(at: Reading) -> None:
        await at.press("question_mark")
        assert isinstance(at.app.screen, HelpScreen)
        said = at.shown()
        for key in KEYS:
            assert key.help.split()[0] in said, key.id
        await at.press("escape")
        assert isinstance(at.app.screen, MainScreen)

    reading(check, size=(120, 60))


def test_the_palette_has_our_actions_and_does_them() -> None:
    async def check(at: Reading) -> None:
        names = [command.title for command in at.app.get_system_commands(at.main)]
        assert "Save  (s)" in names
        assert "Theme" in names
        await at.press("ctrl+p")
        await at.pilot.pause(0.2)
        await at.press(*"export")
        await at.pilot.pause(0.5)
        await at.press("enter")
        await at.until(lambda: ("export",) in at.desk.calls)

    reading(check)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
def test_quitting_keys_quit(key: str) -> None:
    async def check(at: Reading) -> None:
        await at.press(key)
        assert at.app._exit

    reading(check)


def test_foreign_text_is_never_read_as_markup() -> None:
    title = "[bold]Masked[/x] [MASK] {x} $5 \\[ "
    edition = Edition(EditionHead(DAY, 1), (invented_row(0, title=title, comment="[red]no[/red]"),))

    async def check(at: Reading) -> None:
        assert at.shown().count("[bold]Masked[/x] [MASK] {x} $5 \\[") == 2
        assert "[red]no[/red]" in at.shown()
        at.main.tell("[blink]x[/blink]")
        at.main.fail("[/] y\x1b[31m")
        await at.pilot.pause()
        assert "[/] y[31m" in at.shown()

    reading(check, FakeDesk(edition))


def test_usage_and_the_young_librarys_note_are_in_the_message_line() -> None:
    async def check(at: Reading) -> None:
        assert at.message == "novelty unknown: library holds 57 of 200 papers · gpt-5 · 56 of 476 scanned, 829 announced"

    head = {
        "novelty_note": "library holds 57 of 200 papers",
        "usage": Usage("gpt-5", total_arxiv_papers=829, total_scanned_papers=476, total_relevant_papers=56),
    }
    reading(check, FakeDesk(invented_edition(3, **head)))


def test_a_notice_to_begin_with_is_shown_until_the_next_key() -> None:
    async def check(at: Reading) -> None:
        assert at.message == "the damaged library was set aside"
        await at.press("j")
        assert at.message == ""

    reading(check, notice="the damaged library was set aside")


@pytest.mark.parametrize("size", [(39, 20), (80, 9)])
def test_a_terminal_too_small_says_so_in_a_line_and_a_larger_one_shows_the_list(size: tuple[int, int]) -> None:
    async def check(at: Reading) -> None:
        assert "papertui needs 40x10" in at.shown()
        await at.pilot.resize_terminal(80, 24)
        await at.pilot.pause()
        assert at.titles[0] in at.shown()
        await at.press("j")
        assert at.main.listing.cursor == 1

    reading(check, size=size)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (120, 40), (200, 60)])
def test_at_every_size_the_cursor_row_has_its_scores_and_the_footer_its_help(size: tuple[int, int]) -> None:
    async def check(at: Reading) -> None:
        await at.press("G")
        row = next(line for line in at.screen() if line.startswith("▌"))
        assert row[4:11].split(), row
        assert "? help" in at.screen()[-1]
        assert {cell_len(line) for line in at.screen()} == {size[0]}

    reading(check, size=size)


def test_resizing_keeps_the_cursor_on_screen() -> None:
    async def check(at: Reading) -> None:
        await at.press("G")
        for size in ((60, 12), (200, 20), (100, 30)):
            await at.pilot.resize_terminal(*size)
            await at.pilot.pause()
            assert any(line.startswith("▌") for line in at.screen())

    reading(check)


@pytest.mark.parametrize("theme", ["papertui-dark", "papertui-light", "ansi-dark", "ansi-light", "nord"])
def test_every_theme_draws_and_can_be_changed_while_reading(theme: str) -> None:
    async def check(at: Reading) -> None:
        before = at.main.ink
        at.app.theme = "textual-light"
        await at.pilot.pause()
        assert at.main.ink != before
        assert at.titles[0] in at.shown()

    reading(check, theme=theme)


def test_an_unknown_theme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no theme is called 'mauve': there are .*papertui-dark"):
        PapertuiApp(FakeDesk(), Start(theme="mauve"))


def test_leaving_flushes_and_closes_the_desk_even_when_the_reader_cannot_open(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk()
    with pytest.raises(UsageError):
        run_reader(desk, Start(theme="mauve"))
    assert desk.calls[-2:] == [("flush",), ("close",)]

    monkeypatch.setattr(PapertuiApp, "begin", lambda app: None)
    stuck = FakeDesk(invented_edition(1))
    stuck.writes = False
    with pytest.raises(PapertuiError, match="the last marks could not be written"):
        run_reader(stuck, Start())
    assert stuck.closed


def test_an_edition_read_anew_keeps_marks_that_were_made() -> None:
    async def check(at: Reading) -> None:
        await at.press("s")
        await at.main.read(DAY)
        assert at.main.listing.counts.saved == 1
        assert at.main.listing.counts.total == 30

    reading(check)

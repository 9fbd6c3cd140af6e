"""What an empty library begins with: categories, interests, a fetch, and what happens when there is no network."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from textual import events

from papertui.domain.taxonomy import categories
from papertui.errors import PapertuiError
from papertui.services.events import Failed, Fetched, Progress, Scored, Warned
from papertui.services.library_desk import LibraryDesk
from papertui.tui.app import PapertuiApp
from papertui.tui.cells import line_width
from papertui.tui.first import acts, pages
from papertui.tui.first.choice import Choice, chosen_lines
from papertui.tui.screens.main import MainScreen
from papertui.tui.screens.welcome import WelcomeScreen
from papertui.tui.start import Start
from tests.fake_desk import DAY, FakeDesk, invented_edition
from tests.feeds import feed, item
from tests.test_library_desk import session_in
from tests.test_tui_app import Reading, reading

OFFLINE = PapertuiError("https://rss.arxiv.org/rss/cs.LG: no network: offline? Check network and proxy, then try again")


class First(Reading):
    """The first screen of a running reader."""

    @property
    def page(self) -> str:
        assert isinstance(self.app.screen, WelcomeScreen)
        return self.app.screen.flow.page

    @property
    def choice(self) -> Choice:
        assert isinstance(self.app.screen, WelcomeScreen)
        return self.app.screen.flow.choice

    async def type(self, text: str) -> None:
        """As fast as a paste without brackets: the pilot's own presses wait for each."""
        for char in text:
            key = {" ": "space", "\n": "enter", ".": "full_stop"}.get(char, char)
            self.app.post_message(events.Key(key, None if char == "\n" else char))
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def to(self, page: str) -> None:
        await self.until(lambda: isinstance(self.app.screen, WelcomeScreen) and self.page == page)

    async def to_list(self) -> None:
        await self.until(lambda: isinstance(self.app.screen, MainScreen))

    async def click(self, text: str) -> None:
        """Click where `text` stands."""
        y, x = next((y, line.index(text)) for y, line in enumerate(self.screen()) if text in line)
        await self.pilot.click(offset=(x + 1, y))


def first(check: Callable[[First], Awaitable[None]], desk: FakeDesk | None = None, size: tuple[int, int] = (80, 24)) -> FakeDesk:
    """Run `check` on the first screen."""

    async def run(at: Reading) -> None:
        await check(First(at.app, at.desk, at.pilot))

    return reading(run, desk or FakeDesk(), size)


def arriving(desk: FakeDesk, papers: int = 4, **head: object) -> list[object]:
    """What an update does that brings an edition."""
    edition = invented_edition(papers, DAY, **head)
    return [
        Progress("fetching arxiv"),
        lambda: desk.editions.update({DAY: edition}),
        Fetched("arxiv", DAY, papers, papers),
        Scored("local", DAY, papers),
    ]


@pytest.mark.parametrize("size", [(60, 20), (200, 60)])
def test_from_nothing_to_a_list_by_keyboard_alone_at_any_size(size: tuple[int, int]) -> None:
    desk = FakeDesk()
    desk.update_steps = arriving(desk)

    async def check(at: First) -> None:
        assert all(word in at.shown() for word in ("novelty", "Enter", "demo", "papertui load", "--demo", "? keys", "q quit"))
        await at.press("enter")
        assert "Search:" in at.shown()
        await at.type("vision")
        await at.press("enter")
        await at.type("stat ml")
        await at.press("enter")
        assert "Chosen 2: cs.CV stat.ML" in at.shown()
        await at.press("tab")
        assert "One topic a line" in at.shown()
        await at.type("sparse attention\nnot games")
        await at.press("tab")
        assert "cs.CV stat.ML" in at.shown()
        assert "+ sparse attention" in at.shown()
        assert "- games" in at.shown()
        assert "profiles/default.md" in at.shown()
        assert desk.kept == []
        assert ("update",) not in desk.calls
        await at.press("enter")
        await at.to_list()
        assert len(at.titles) == 4
        assert "4 new of 4" in at.message

    first(check, desk, size)
    assert desk.kept == [(("cs.CV", "stat.ML"), "sparse attention\nnot games")]


def test_keys_pressed_ahead_of_the_pages_are_read_in_their_order() -> None:
    desk = FakeDesk()
    desk.update_steps = arriving(desk)

    async def check(at: First) -> None:
        for key in ("enter", *"robot", "enter", "tab", *"arms", "tab", "enter"):
            at.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await at.to_list()

    first(check, desk)
    assert desk.kept == [(("cs.RO",), "arms")]


@pytest.mark.parametrize("steps", [(), ("enter", "enter"), ("enter", "enter", "tab", "a"), ("enter", "enter", "tab", "a", "tab")])
@pytest.mark.parametrize("end", ["ctrl+c", "q"])
def test_leaving_writes_and_fetches_nothing(steps: tuple[str, ...], end: str) -> None:
    async def check(at: First) -> None:
        await at.press(*steps, end)
        if end == "q" and len(steps) in (2, 4):  # typed there
            await at.press("escape", "escape", "escape", "escape", "escape", "q")
        await at.pilot.pause()
        assert at.app._exit

    desk = first(check)
    assert desk.kept == []
    assert not [call for call in desk.calls if call[0] in ("keep_profile", "update")]


def test_escape_leads_back_step_by_step_and_keeps_what_was_filled_in() -> None:
    async def check(at: First) -> None:
        await at.press("enter")
        await at.type("lg")
        await at.press("enter", "tab")
        await at.type("attention")
        await at.press("tab", "escape")
        assert (at.page, "attention" in at.shown()) == (acts.INTERESTS, True)
        await at.press("shift+tab")
        assert (at.page, at.choice.typed.text) == (acts.CATEGORIES, "lg")
        await at.press("escape")
        assert (at.page, at.choice.typed.text) == (acts.CATEGORIES, "")
        await at.press("escape")
        assert at.page == acts.INTRO
        await at.press("enter", "tab", "tab")
        assert "cs.LG" in at.shown()
        assert "+ attention" in at.shown()

    first(check)


def test_without_a_category_one_cannot_go_on_and_without_interests_it_is_said_what_that_means() -> None:
    async def check(at: First) -> None:
        await at.press("enter", "tab")
        assert at.page == acts.CATEGORIES
        assert "choose at least one category first: Enter chooses cs.AI" in at.shown()
        await at.type("xyzzy")
        assert "No category of that name" in at.shown()
        await at.press("enter", "space", "down", "up", "tab")
        assert at.choice.chosen == []
        await at.press("ctrl+u", "space", "tab", "tab")
        assert at.page == acts.READY
        assert "no paper is more relevant than another" in at.shown()

    first(check)


def test_a_blank_is_typed_within_words_and_chooses_elsewhere() -> None:
    choice = Choice()
    choice.space()
    assert choice.chosen == ["cs.AI"]
    choice.type("learn")
    choice.space()
    choice.type("stat")
    assert choice.typed.text == "learn stat"
    assert choice.here is not None
    assert choice.here.code == "stat.ML"
    choice.move(0)
    choice.space()
    assert choice.chosen == ["cs.AI", "stat.ML"]
    choice.type("o")
    assert choice.typed.text == "o"  # a choice ends a search
    choice.toggle()
    assert choice.edit("backspace")
    assert choice.typed.text == ""
    assert not choice.edit("f5")


def test_moving_passes_headings_and_stays_within_the_list() -> None:
    choice = Choice()
    choice.move(-5)
    assert choice.here == categories()[0]
    choice.move(10_000)
    assert choice.here == categories()[-1]
    choice.move(-1)
    assert choice.here == categories()[-2]
    assert not choice.point(0)  # a heading
    assert not choice.point(10_000)


def test_second_codes_archives_and_unknown_ones_of_a_profile_are_kept_and_can_be_taken_back() -> None:
    choice = Choice(["cs.SY", "math", "cs.ZZ"])
    choice.type("eess.sy")
    assert choice.here is not None
    assert choice.has(choice.here)
    choice.type("cs.lg")
    choice.clear()
    lines = ["".join(text for text, _ in line) for line in choice.lines(60)]
    assert lines[0].rstrip() == "In your profile"
    assert lines[1].startswith("[x] math")
    assert lines[2].startswith("[x] cs.ZZ")
    choice.toggle()
    choice.toggle()
    assert choice.chosen == ["cs.SY", "cs.ZZ", "math"]


@pytest.mark.parametrize("width", [37, 57, 87])
def test_rows_and_chosen_ones_fit_whatever_is_chosen(width: int) -> None:
    choice = Choice([each.code for each in categories()])
    for query in ("", "a", "quan", "xyzzy"):
        choice.clear()
        if query:
            choice.type(query)
        assert max(map(line_width, choice.lines(width))) <= width
    for count in (0, 1, 7, 30, 149):
        lines = chosen_lines(choice.chosen[:count], width)
        assert len(lines) == 2
        assert max(map(line_width, lines)) <= width
    assert "+1" in "".join(text for line in chosen_lines(choice.chosen, width) for text, _ in line)


def test_a_click_chooses_a_category_the_wheel_scrolls_and_the_footer_can_be_clicked() -> None:
    async def check(at: First) -> None:
        await at.click("begin  r")
        assert at.page == acts.CATEGORIES
        await at.click("Computational Geometry")
        assert at.choice.chosen == ["cs.CG"]
        await at.click("Computer Science")  # a heading
        await at.click("Computational Geometry")
        assert at.choice.chosen == []
        before = at.screen()
        view = at.app.screen.query_one("#list")
        view.post_message(events.MouseScrollDown(view, 1, 1, 0, 0, 0, False, False, False))
        await at.pilot.pause()
        assert at.screen()[6] == before[9]
        await at.click("Databases")
        assert at.choice.chosen == ["cs.DB"]
        await at.click("go on")
        assert at.page == acts.INTERESTS

    first(check)


def test_pasted_text_passes_the_gate_into_the_search_and_the_interests() -> None:
    async def check(at: First) -> None:
        await at.press("enter")
        await at.paste("cs\x1b[2J.l\u202eg\n")
        assert at.choice.typed.text == "cs[2J.lg"
        await at.press("ctrl+u", "enter", "tab")
        await at.type("one")
        await at.paste("\x1b]0;owned\x07 two\r\n  three\u200b\u202e 四\r\n")
        await at.type("end")
        await at.press("tab")
        assert at.app.screen.flow.interests == "one]0;owned two\n  three 四\nend"  # type: ignore[attr-defined]

    first(check)


def test_a_profile_of_the_readers_own_fills_the_form_and_is_not_written_where_nothing_changed() -> None:
    desk = FakeDesk()
    desk.form = desk.form._replace(confirmed=True, interests="# Topics\n\n- sparse attention", categories=("hep-th", "cs.LG"))
    desk.update_steps = arriving(desk)

    async def check(at: First) -> None:
        assert "by your profile: hep-th cs.LG" in at.shown()
        await at.press("enter")
        assert "Chosen 2: hep-th cs.LG" in at.shown()
        await at.press("tab")
        assert "- sparse attention" in at.shown()
        await at.press("tab")
        assert "leaves profiles/default.md as it is" in at.shown()
        await at.press("enter")
        await at.to_list()

    first(check, desk)
    assert desk.kept == []


def test_r_fetches_at_once_and_writes_nothing() -> None:
    desk = FakeDesk()
    desk.update_steps = arriving(desk)

    async def check(at: First) -> None:
        await at.press("r")
        await at.to_list()

    first(check, desk)
    assert ("update",) in desk.calls
    assert desk.kept == []


def test_offline_the_reason_comes_first_and_r_tries_again() -> None:
    desk = FakeDesk()
    desk.update_steps = [Progress("fetching arxiv"), OFFLINE]

    async def check(at: First) -> None:
        await at.press("r")
        await at.to(acts.FAILED)
        assert at.screen()[2].strip().startswith("The fetch failed: no network: offline?")
        assert "Nothing is lost." in at.shown()
        assert "papertui load FILE" in at.shown()
        desk.update_steps = arriving(desk)
        await at.press("r")
        await at.to_list()
        assert len(at.titles) == 4

    first(check, desk)


@pytest.mark.parametrize("steps", [(), ("r",)])
def test_d_ends_the_reader_with_the_wish_for_the_demo(steps: tuple[str, ...]) -> None:
    desk = FakeDesk()
    desk.update_steps = [OFFLINE]

    async def check(at: First) -> None:
        if steps:
            await at.press(*steps)
            await at.to(acts.FAILED)
        await at.press("d")
        await at.pilot.pause()
        assert at.app.return_value == "demo"

    first(check, desk)


def test_a_weekend_ends_with_the_reason_and_not_with_an_empty_page() -> None:
    desk = FakeDesk()
    desk.update_steps = arriving(desk, 0, reason="no mailing on Saturday 21 November 2026")

    async def check(at: First) -> None:
        await at.press("r")
        await at.to(acts.NOTHING)
        assert "No papers: no mailing on Saturday 21 November 2026." in at.shown()
        assert "Mondays to Fridays" in at.shown()
        await at.press("s")
        await at.to_list()
        assert "no mailing on Saturday" in at.shown()

    first(check, desk)


def test_progress_is_shown_and_escape_stops_it() -> None:
    desk = FakeDesk()
    desk.update_steps = [Warned("another update runs; waiting for it"), Progress("scoring (local)", 120, 476), 60.0]

    async def check(at: First) -> None:
        await at.press("r")
        await at.until(lambda: "scoring (local) 120/476" in at.shown())
        assert "waiting for it" in at.shown()
        assert "━" in at.shown()
        assert "list" not in at.screen()[-1]  # there is none yet
        await at.press("enter", "question_mark")
        assert "While it fetches" in at.shown()
        await at.press("escape", "escape")
        await at.to(acts.INTRO)
        assert "stopped; nothing was fetched" in at.shown()
        assert not at.main.updating.running

    first(check, desk)


def test_once_papers_are_there_enter_shows_them_while_they_are_scored() -> None:
    desk = FakeDesk()
    desk.update_steps = [*arriving(desk)[:3], Failed("huggingface", "no answer"), 60.0]

    async def check(at: First) -> None:
        await at.press("r")
        await at.until(lambda: "huggingface: no answer" in at.shown())
        await at.press("enter")
        await at.to_list()
        await at.until(lambda: len(at.titles) == 4)
        assert at.main.updating.running
        await at.press("escape")
        await at.until(lambda: not at.main.updating.running)

    first(check, desk)


def test_a_failure_after_the_empty_list_was_chosen_leads_back_to_the_reason() -> None:
    desk = FakeDesk()
    desk.update_steps = [OFFLINE]

    async def check(at: First) -> None:
        await at.press("s")
        await at.to_list()
        await at.press("r")
        await at.to(acts.FAILED)
        assert "no network" in at.shown()
        await at.press("escape", "q")
        await at.pilot.pause()
        assert at.app._exit

    first(check, desk)


def test_a_profile_that_cannot_be_read_is_said_and_left_alone_and_read_again_when_mended() -> None:
    desk = FakeDesk()
    good = desk.form
    desk.form = good._replace(trouble="profiles/default.md line 3: not TOML: Unclosed array")

    async def check(at: First) -> None:
        await at.press("r")
        assert "line 3: not TOML" in at.shown()
        assert "left exactly as it is" in at.shown()
        await at.press("r")
        assert "still the same" in at.shown()
        desk.form = good
        await at.press("r")
        assert at.page == acts.CATEGORIES

    first(check, desk)
    assert ("update",) not in desk.calls


def test_a_profile_that_cannot_be_written_is_said_and_nothing_is_fetched() -> None:
    desk = FakeDesk()
    desk.keep_says = PapertuiError("profiles/default.md: cannot be written (No space left on device)")

    async def check(at: First) -> None:
        await at.press("enter", "enter", "tab", "tab", "enter")
        assert at.page == acts.READY
        assert "No space left on device" in at.shown()

    first(check, desk)
    assert ("update",) not in desk.calls


def test_categories_of_the_settings_are_named_for_they_win() -> None:
    desk = FakeDesk()
    desk.form = desk.form._replace(fixed=("q-bio.NC",))

    async def check(at: First) -> None:
        await at.press("enter")
        assert "q-bio.NC" in at.shown()
        await at.press("enter", "tab", "tab")
        assert "The settings name others, and those are fetched: q-bio.NC." in at.shown()

    first(check, desk)


def test_help_names_every_action_and_leads_back_to_where_one_was() -> None:
    async def check(at: First) -> None:
        await at.press("enter", "question_mark")
        assert "The keys of these pages" in at.shown()
        await at.press("escape", "enter", "tab", "f1")
        assert "The keys of these pages" in at.shown()
        await at.press("q")
        assert at.page == acts.INTERESTS
        await at.type("on")
        assert "on" in at.screen()[5]

    first(check)
    said = " ".join(" ".join(text for text, _ in line) for line in acts.help_lines(200))
    assert all(act.help in said for act in acts.ACTS if not act.id.startswith(("scroll", "close")))


def test_no_page_has_a_key_twice_and_every_footer_keeps_its_weightiest_keys() -> None:
    for page in (*acts.TITLES, acts.HELP):
        keys = [key for act in acts.ACTS if page in act.pages for key in act.keys.split(",")]
        assert len(keys) == len(set(keys)), page
        words = [act.label for act, _ in acts.footer_acts(page, 38)]
        assert words, page


@pytest.mark.parametrize("width", [37, 57, 87])
def test_every_page_fits_its_width(width: int) -> None:
    desk = FakeDesk()
    form = desk.form._replace(where="/a/very/long/path" * 6, fixed=("cs.LG",), trouble="x" * 200, confirmed=True, interests="- x")
    work = pages.Work("kept", ["日本" * 60], Progress("scoring (local)", 3, 9), ["note " * 40], ["failed " * 40], 3)
    said = [
        *pages.intro_lines(width, 40, form), *pages.categories_lines(width, 40, form), *pages.interests_lines(width, 40, form),
        *pages.working_lines(width, work), *pages.failed_lines(width, "y" * 300), *pages.nothing_lines(width, None),
        *pages.trouble_lines(width, form), *acts.help_lines(width), pages.search_line("z" * 300, 300, width),
    ]  # fmt: skip
    assert max(map(line_width, said)) <= width
    assert line_width(pages.steps_line(2, width)) <= max(width, 40)


def test_below_the_smallest_size_there_is_only_a_line_that_says_so() -> None:
    async def check(at: First) -> None:
        assert "papertui needs 40x10" in at.shown()
        assert "novelty" not in at.shown()
        await at.pilot.resize_terminal(60, 20)
        await at.pilot.pause()
        assert "novelty" in at.shown()

    first(check, size=(30, 8))


def test_interests_are_wrapped_anew_at_another_size() -> None:
    async def check(at: First) -> None:
        await at.press("enter", "enter", "tab")
        await at.paste("grasping of objects that nobody has seen before, with two arms and few demonstrations")
        await at.until(lambda: "nobody has seen before, " in at.shown())
        await at.pilot.resize_terminal(80, 24)
        await at.until(lambda: "seen before, with two arms and few  " in at.shown())

    first(check, size=(60, 20))


def test_a_reader_that_has_a_list_loads_nothing_of_the_first_screen() -> None:
    code = "import sys, papertui.tui.app, papertui.services.library_desk; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert "papertui.tui.updating" in loaded
    assert not [name for name in loaded if name.startswith(("papertui.tui.first", "papertui.domain.taxonomy", "papertui.domain.profile"))]


def test_from_an_empty_home_to_a_scored_list_with_a_profile_of_ones_own(tmp_path: Path, httpserver: HTTPServer) -> None:
    items = [item(f"2611.{n:05d}", title) for n, title in enumerate(("Sparse attention in transformers", "Galaxy surveys", "Glass"), 1)]
    httpserver.expect_request("/cs.CV+cs.CL").respond_with_data(feed(*items))
    env = {"PAPERTUI_SOURCES__ARXIV__FEED_URL": httpserver.url_for("/"), "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0"}
    home = tmp_path / "home"
    desk = LibraryDesk(session_in(home, **env))

    async def run() -> None:
        app = PapertuiApp(desk, Start())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            at = First(app, desk, pilot)  # type: ignore[arg-type]
            await at.type("\ncs.cv\ncs.cl\n")
            await at.press("tab")
            await at.type("sparse attention")
            await at.press("tab")
            assert not home.exists()
            await at.press("enter")
            for _ in range(1000):
                if isinstance(app.screen, MainScreen):
                    break
                await pilot.pause(0.02)
            assert at.titles[0] == "Sparse attention in transformers"
            assert all(row.relevance is not None for row in at.main.listing.rows)

    asyncio.run(run())
    desk.close()
    text = (home / "profiles" / "default.md").read_text(encoding="utf-8")
    assert 'categories = ["cs.CV", "cs.CL"]' in text
    assert text.endswith("# Topics\n\n- sparse attention\n")

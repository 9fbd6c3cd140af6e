"""A model in the reader: rows that fill while it answers, what it is told, what it cost, and how one is set up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from textual import events

from papertui.domain.score import Score
from papertui.errors import PapertuiError
from papertui.services.desk import ModelForm, NeedsModel
from papertui.services.events import Progress
from papertui.services.library_desk import LibraryDesk
from papertui.tui import model_pages
from papertui.tui.app import PapertuiApp
from papertui.tui.cells import line_width
from papertui.tui.pane_text import pane_lines
from papertui.tui.screens.model import ModelScreen
from papertui.tui.start import Start
from tests.fake_desk import DAY, FakeDesk, a_score, invented_edition, paper, unscored
from tests.feeds import feed, item
from tests.make import library_with, pid
from tests.model_server import ModelServer
from tests.test_library_desk import session_in
from tests.test_tui_app import Reading, reading

# -- rows that fill


def test_rows_fill_in_place_while_a_model_scores_and_are_put_in_order_at_the_end() -> None:
    desk = unscored(6)

    async def check(at: Reading) -> None:
        before = at.titles
        last = desk.edition(DAY).rows[5]  # type: ignore[union-attr]
        ended = asyncio.Event()

        await at.press("j")
        here = at.here
        desk.update_steps = [Progress("scoring (llm:tiny)", 1, 6), (paper(6), a_score(9)), (paper(2), a_score(8.5)), ended]
        await at.press("r")
        await at.until(lambda: at.main.listing.view[5].relevance == 9)
        assert at.titles == before, "nothing moves while it runs"
        assert at.here == here == "2611.00002"
        assert "  9   5" in next(line for line in at.screen() if last.title in line)
        assert "Says what it says." in at.shown(), "the pane has the score before the library has"
        edition = desk.editions[DAY]
        scored = {6: a_score(9), 2: a_score(8.5)}
        desk.editions[DAY] = edition._replace(
            rows=tuple(
                row._replace(relevance=score.relevance, novelty=score.novelty, scorer=score.scorer) if score else row
                for row in edition.rows
                for score in (scored.get(int(row.id.number[-5:])),)
            )
        )
        ended.set()
        await at.until(lambda: not at.main.updating.running and at.titles[0] == before[5])
        assert at.titles[:2] == [before[5], before[1]]
        assert at.here == here

    reading(check, desk)


def test_many_scores_are_one_frame() -> None:
    desk = unscored(30)

    async def check(at: Reading) -> None:
        frames: list[int] = []
        fill = at.main.listing.fill
        at.main.listing.fill = lambda scores: frames.append(len(scores)) or fill(scores)  # type: ignore[method-assign]
        desk.update_steps = [*((paper(number), a_score(7)) for number in range(1, 31)), 60.0]
        await at.press("r")
        await at.until(lambda: sum(frames) >= 30)
        assert len([count for count in frames if count]) == 1
        await at.press("escape")
        await at.until(lambda: not at.main.updating.running)

    reading(check, desk)


def test_while_scores_come_in_the_key_of_the_present_order_orders_again_and_does_not_turn_it_round() -> None:
    desk = unscored(4)

    async def check(at: Reading) -> None:
        desk.update_steps = [(paper(3), a_score(9)), (paper(4), a_score(6)), 60.0]
        await at.press("r")
        await at.until(lambda: at.main.listing.view[3].relevance == 6)
        await at.press("3")
        assert [row.id.number[-1] for row in at.main.listing.view] == ["3", "4", "1", "2"]
        await at.press("3")
        assert [row.id.number[-1] for row in at.main.listing.view] == ["4", "3", "1", "2"]

    reading(check, desk)


def test_a_score_of_an_answer_that_was_broken_off_does_not_stay_on_the_screen() -> None:
    desk = unscored(4)

    async def check(at: Reading) -> None:
        desk.update_steps = [(paper(3), a_score(9)), 60.0]
        await at.press("r")
        await at.until(lambda: at.main.listing.view[2].relevance == 9)
        await at.press("escape")
        await at.until(lambda: at.message == "update stopped; what was finished is kept")
        at.main.updating._landed(paper(2), a_score(8))  # a thread that was late
        await at.pilot.pause(0.2)
        assert [row.relevance for row in at.main.listing.view] == [None] * 4

    reading(check, desk)


# -- progress


def test_the_status_line_tells_tokens_dollars_and_time_left_as_it_has_room() -> None:
    for width, told in (
        (160, ["12,345 tokens · $0.0310 · 40 s left", "30 unread"]), (80, ["(Esc stops) · 40 s left"]), (60, ["120/476 (Esc stops)"]),
    ):  # fmt: skip

        async def check(at: Reading, told: list[str] = told) -> None:
            at.desk.update_steps = [Progress("scoring (llm:tiny)", 120, 476, "12,345 tokens, $0.0310, 40 s left"), 60.0]
            await at.press("r")
            await at.until(lambda: "120/476" in at.screen()[0])
            assert all(text in at.screen()[0] for text in told), at.screen()[0]

        reading(check, FakeDesk(invented_edition(30)), size=(width, 24))


def test_a_models_long_name_leaves_the_count_in_the_status_line() -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [Progress(f"scoring (llm:{'very-long-' * 20})", 3, 9, "waiting 15 s: too many requests"), 60.0]
        await at.press("r")
        await at.until(lambda: "… 3/9 (Esc stops) · waiting 15 s: too many requests" in at.screen()[0])

    reading(check, size=(120, 30))


# -- with a server


def home_with(tmp_path: Path, feeds: HTTPServer, papers: int, server: ModelServer, **env: str) -> LibraryDesk:
    feeds.expect_request("/cs.LG").respond_with_data(
        feed(*(item(f"2611.{number:05d}", f"Sparse attention, part {number}") for number in range(1, papers + 1)))
    )
    given = {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": feeds.url_for("/"), "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]', "PAPERTUI_LLM__BASE_URL": server.base_url,
        "PAPERTUI_LLM__MODEL": server.models[0], "OPENAI_API_KEY": "sk-test", **env,
    }  # fmt: skip
    return LibraryDesk(session_in(tmp_path / "h", **{name: value for name, value in given.items() if value}))


def with_desk(check: Callable[[Reading], Awaitable[None]], desk: LibraryDesk, size: tuple[int, int] = (120, 40)) -> None:
    async def run() -> None:
        app = PapertuiApp(desk, Start())
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await check(Reading(app, desk, pilot))  # type: ignore[arg-type]

    try:
        asyncio.run(run())
    finally:
        desk.close()


def test_with_a_server_that_streams_rows_fill_before_the_first_answer_is_whole(tmp_path: Path, httpserver: HTTPServer) -> None:
    with ModelServer(piece_delay=0.05) as server:
        desk = home_with(tmp_path, httpserver, 8, server)

        async def check(at: Reading) -> None:
            await at.press("s")  # past the first page, to the empty list
            await at.press("r")
            await at.until(lambda: any(row.relevance is not None for row in at.main.listing.view) and not server.replies)
            await at.until(lambda: "8 scored" in at.message)
            assert [row.scorer for row in at.main.listing.view] == [f"llm:{server.models[0]}"] * 8

        with_desk(check, desk)


def test_escape_ends_a_run_and_what_was_answered_is_kept(tmp_path: Path, httpserver: HTTPServer) -> None:
    with ModelServer(piece_delay=0.05) as server:
        desk = home_with(tmp_path, httpserver, 36, server, PAPERTUI_LLM__CONCURRENCY="1", PAPERTUI_LLM__BATCH_SIZE="8")

        async def check(at: Reading) -> None:
            await at.press("s", "r")
            await at.until(lambda: bool(re.search(r" 8/36 .Esc stops", at.screen()[0])))
            await at.press("escape")
            await at.until(lambda: at.message == "update stopped; what was finished is kept")
            assert len([row for row in at.main.listing.view if row.scorer]) >= 8

        with_desk(check, desk)
        assert len(server.requests) <= 3


def test_rows_fill_answer_by_answer_where_the_server_does_not_stream(tmp_path: Path, httpserver: HTTPServer) -> None:
    with ModelServer(latency=0.8) as server:
        desk = home_with(tmp_path, httpserver, 16, server, PAPERTUI_LLM__CONCURRENCY="1", PAPERTUI_LLM__BATCH_SIZE="8")

        async def check(at: Reading) -> None:
            await at.press("s", "r")
            await at.until(lambda: sum(row.relevance is not None for row in at.main.listing.view) == 8)
            assert at.main.updating.running
            await at.until(lambda: "16 scored" in at.message)

        with_desk(check, desk)


# -- what a model is told, and what it cost


def test_a_key_shows_word_for_word_what_a_model_gets_for_the_paper_under_the_cursor() -> None:
    async def check(at: Reading) -> None:
        at.desk.prompt_says = "--- system ---\n[bold]Score[/bold] {these} [link=x]\n  - indented"
        await at.press("j", "P")
        await at.until(lambda: f"What a model gets for arxiv:{at.here}" in at.shown())
        assert "[bold]Score[/bold] {these} [link=x]" in at.shown(), "no markup"
        assert "   - indented" in at.shown()
        assert at.titles[1][:40] in at.shown()
        await at.press("escape")
        assert at.app.screen is at.main
        assert at.main.listing.cursor == 1
        at.desk.prompt_says = PapertuiError("prompts/rubric.md line 3: no placeholder is called {topic}")
        await at.press("P")
        await at.until(lambda: "no placeholder" in at.message)

    reading(check)


def test_a_prompt_longer_than_the_screen_scrolls() -> None:
    async def check(at: Reading) -> None:
        at.desk.prompt_says = "\n".join(f"line {number}" for number in range(200))
        await at.press("P")
        await at.until(lambda: "line 1" in at.shown())
        await at.press("G")
        assert "</papers>" in at.shown()
        await at.press("P")
        assert at.app.screen is at.main

    reading(check)


def test_the_desk_gives_the_prompt_of_a_paper_and_keeps_what_a_terminal_would_obey_out_of_it(tmp_path: Path) -> None:
    library_with(tmp_path / "papertui.db").close()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "role.md").write_text("You are\x1b]0;x\x07 a reader.\n")
    desk = LibraryDesk(session_in(tmp_path))
    text = desk.prompt(pid(1))
    assert "You are" in text
    assert "\x1b" not in text
    assert "--- user ---" in text
    assert "--- user ---" not in desk.prompt(None)
    desk.close()


def test_a_key_shows_the_table_of_what_models_cost(tmp_path: Path, httpserver: HTTPServer) -> None:
    with ModelServer() as server:
        desk = home_with(tmp_path, httpserver, 12, server)
        asyncio.run(desk.update(lambda event: None))

        async def check(at: Reading) -> None:
            await at.press("$")
            await at.until(lambda: "run (UTC)" in at.shown())
            rows = [line.split() for line in at.screen() if server.models[0] in line]
            assert rows, "a row for the model"
            assert rows[0][1] == "12"
            assert "cost" in at.shown()
            await at.pilot.resize_terminal(40, 20)
            await at.until(lambda: at.app.size.width == 40)
            await at.pilot.pause()
            assert "cost" in at.shown(), "what it cost is the last to go"
            assert "reasoning" not in at.shown()
            await at.press("escape")
            assert at.app.screen is at.main

        with_desk(check, desk)


# -- whose score it is


def test_the_pane_names_the_model_of_a_score_and_says_when_it_is_out_of_date() -> None:
    detail = FakeDesk(invented_edition(1)).detail(paper(1))
    assert detail is not None
    score = replace(a_score(9), scored_at=datetime(2026, 11, 23, 1, 2, tzinfo=UTC))

    def said(score: Score, width: int) -> str:
        lines = pane_lines(detail._replace(current=score, scores=(score,)), width, full=False)
        assert all(line_width(line) <= width for line in lines)
        return "\n".join("".join(text for text, _ in line) for line in lines)

    assert "  tiny · 2026-11-23\n" in said(score, 100)
    assert "tiny · 2026-11-23, out of date" in said(replace(score, stale=True), 100)
    long = replace(score, scorer=f"llm:{'long-name-' * 12}", model=None)
    for width in (40, 80, 120):
        assert "… · 2026-11-23" in said(long, width)
        assert detail.title[:30] in said(long, width)


# -- setting one up


class Setup(Reading):
    @property
    def page(self) -> ModelScreen:
        assert isinstance(self.app.screen, ModelScreen)
        return self.app.screen

    async def begin(self) -> None:
        await self.press("M")
        await self.until(lambda: isinstance(self.app.screen, ModelScreen) and "Address:" in self.shown())

    async def put(self, text: str) -> None:
        """Paste a text in the place of what stands there."""
        await self.press("ctrl+u")
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def on(self, page: int) -> None:
        await self.until(lambda: self.page.page == page)
        await self.pilot.pause()


def setting_up(check: Callable[[Setup], Awaitable[None]], desk: FakeDesk | None = None, size: tuple[int, int] = (80, 24)) -> FakeDesk:
    async def run(at: Reading) -> None:
        await check(Setup(at.app, at.desk, at.pilot))

    return reading(run, desk, size)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (200, 60)])
def test_a_model_is_set_up_by_keyboard_alone_at_any_size(size: tuple[int, int]) -> None:
    async def check(at: Setup) -> None:
        await at.begin()
        await at.put("http://box:1/v1")
        await at.press("enter")
        await at.on(model_pages.KEY)
        assert "for box:1" in at.shown()
        await at.put("MY_KEY")
        await at.press("tab")
        await at.until(lambda: "gpt-large" in at.shown())
        await at.put("small")
        await at.press("down", "enter")
        await at.until(lambda: "answered in 0.8 s, 31 tokens" in at.shown())
        assert at.desk.model_kept is None, "nothing is written before the last Enter"
        await at.press("enter")
        await at.until(lambda: at.app.screen is at.main)
        assert at.message == "gpt-small-2026-10-01 is kept in config.toml · r updates and scores with it"

    desk = setting_up(check, size=size)
    assert desk.model_kept == ModelForm("http://box:1/v1", "MY_KEY", "gpt-small-2026-10-01", "config.toml")


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_escape_leaves_at_any_step_and_nothing_is_written(steps: int) -> None:
    async def check(at: Setup) -> None:
        await at.begin()
        for page in range(1, steps + 1):
            await at.press("enter")
            await at.on(page)
            if page == model_pages.NAME:
                await at.until(lambda: "gpt-large" in at.shown())
        await at.press("escape")
        await at.until(lambda: at.app.screen is at.main)

    assert setting_up(check).model_kept is None


def test_escape_leaves_while_a_server_has_not_answered() -> None:
    desk = FakeDesk(invented_edition(3))

    async def never(form: ModelForm) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    desk.models = never  # type: ignore[method-assign]

    async def check(at: Setup) -> None:
        await at.begin()
        await at.press("enter")
        await at.on(model_pages.KEY)
        await at.press("enter")
        await at.until(lambda: "asking api.openai.com for its models" in at.shown())
        await at.press("x")
        assert at.page.fields.names.chosen == "x", "keys answer meanwhile"
        await at.press("escape")
        await at.until(lambda: at.app.screen is at.main)

    setting_up(check, desk)


def test_a_server_that_lists_nothing_takes_a_name_typed_by_hand_and_a_refused_test_says_why() -> None:
    desk = FakeDesk(invented_edition(3))
    desk.models_say = PapertuiError("box: does not list its models; name one in llm.model")
    desk.test_says = PapertuiError("box: no model is called mine")

    async def check(at: Setup) -> None:
        await at.begin()
        await at.press("enter")
        await at.on(model_pages.KEY)
        await at.press("enter")
        await at.until(lambda: "does not list its models" in at.shown())
        await at.press("enter")
        assert "a model's name is wanted" in at.shown()
        await at.press(*"mine", "enter")
        await at.until(lambda: "no model is called mine" in at.shown())
        desk.test_says = "answered in 0.1 s"
        await at.press("t")
        await at.until(lambda: "answered in 0.1 s" in at.shown())
        await at.press("shift+tab", "shift+tab")
        assert at.page.page == model_pages.KEY

    setting_up(check, desk)


def test_what_cannot_be_used_stays_on_its_page_with_the_reason() -> None:
    desk = FakeDesk(invented_edition(3))
    desk.form_refused = PapertuiError("the server's address wants begins with http:// or https://")

    async def check(at: Setup) -> None:
        await at.begin()
        await at.press("enter")
        await at.until(lambda: "http:// or https://" in at.screen()[-2])
        assert at.page.page == model_pages.SERVER

    setting_up(check, desk)


def test_an_update_that_wants_for_a_model_says_which_key_sets_one_up() -> None:
    async def check(at: Reading) -> None:
        at.desk.update_steps = [NeedsModel("no model is set: llm.model names one")]
        await at.press("r")
        await at.until(lambda: at.message.startswith("! M sets a model up · no model is set"))

    reading(check)


def test_from_no_model_to_scores_without_a_restart(tmp_path: Path, httpserver: HTTPServer) -> None:
    with ModelServer(key="sk-right") as server:
        desk = home_with(
            tmp_path, httpserver, 4, server, PAPERTUI_LLM__BASE_URL="", PAPERTUI_LLM__MODEL="", OPENAI_API_KEY="", MY_KEY="sk-right",
            PAPERTUI_SCORING__SCORER="llm",
        )  # fmt: skip

        async def check(at: Reading) -> None:
            at = Setup(at.app, at.desk, at.pilot)
            await at.press("s", "r")
            await at.until(lambda: at.message.startswith("! M sets a model up · no model is set"))
            await at.begin()
            await at.put(server.base_url)
            await at.press("enter")
            await at.on(model_pages.KEY)
            await at.put("MY_KEY")
            await at.press("enter")
            await at.until(lambda: server.models[0] in at.shown())
            await at.put(server.models[0])
            await at.press("enter")
            await at.until(lambda: "answered in" in at.shown())
            await at.press("enter")
            await at.until(lambda: at.app.screen is at.main)
            await at.press("r")
            await at.until(lambda: "4 scored" in at.message)
            assert {row.scorer for row in at.main.listing.view} == {f"llm:{server.models[0]}"}

        with_desk(check, desk)
        written = (tmp_path / "h" / "config.toml").read_text()
        assert written == f'[llm]\nbase_url = "{server.base_url}"\napi_key_env = "MY_KEY"\nmodel = "{server.models[0]}"\n'
        assert "sk-right" not in written


def test_the_first_screen_says_before_the_fetch_who_will_score() -> None:
    for asked, said in ((False, "Scores are made on this machine."), (True, "to be scored by gpt-small on box:1.")):
        desk = FakeDesk()
        desk.model_set = ModelForm("http://box:1/v1", "OPENAI_API_KEY", "gpt-small", asked=asked)

        async def check(at: Reading, said: str = said) -> None:
            await at.press("enter")
            await at.until(lambda: "Search:" in at.shown())
            await at.press("enter", "tab", "a", "tab")
            await at.until(lambda: said in " ".join(at.shown().split()))

        reading(check, desk)

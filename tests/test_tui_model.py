"""A model in the reader: rows that fill while it answers, what it is told, what it cost, and how one is set up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from pytest_httpserver import HTTPServer

from papertui.domain.ids import PaperId
from papertui.domain.score import Score
from papertui.services.events import Progress
from papertui.services.library_desk import LibraryDesk
from papertui.tui.app import PapertuiApp
from papertui.tui.start import Start
from tests.fake_desk import DAY, FakeDesk, invented_edition
from tests.feeds import feed, item
from tests.model_server import ModelServer
from tests.test_library_desk import session_in
from tests.test_tui_app import Reading, reading


def unscored(count: int) -> FakeDesk:
    """A desk whose papers nobody has scored yet."""
    edition = invented_edition(count)
    rows = tuple(row._replace(relevance=None, novelty=None, comment="", scorer=None) for row in edition.rows)
    return FakeDesk(edition._replace(rows=rows))


def a_score(relevance: float, novelty: float = 5) -> Score:
    return Score("llm:tiny", relevance, novelty, "Says what it says.", model="tiny")


def paper(number: int) -> PaperId:
    return PaperId("arxiv", f"2611.{number:05d}")


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
    with ModelServer(piece_delay=0.02) as server:
        desk = home_with(tmp_path, httpserver, 24, server)

        async def check(at: Reading) -> None:
            await at.press("s")  # past the first page, to the empty list
            await at.press("r")
            await at.until(lambda: any(row.relevance is not None for row in at.main.listing.view))
            assert not server.replies, "no answer was whole yet"
            await at.until(lambda: not at.main.updating.running)
            assert [row.scorer for row in at.main.listing.view] == [f"llm:{server.models[0]}"] * 24
            assert "24 scored" in at.message

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

"""Searching the whole library as one types, from the index to the list."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from papertui.services.searching import Searcher
from papertui.store.errors import Interrupted
from papertui.store.library import Library
from papertui.tui.app import PapertuiApp
from tests.fake_desk import FakeDesk, example
from tests.make import announced, pid

OLD, NEW = date(2026, 11, 20), date(2026, 11, 23)


def _library(path: Path) -> Library:
    library = Library(path, write=True)
    for number, day, title, abstract in (
        (1, OLD, "Graph attention", "Old but sound."),
        (2, OLD, "Other", "Nothing of interest."),
        (3, NEW, "A tensor", "With attentive graphs inside."),
    ):
        library.add_papers([announced(number, day, title=title, abstract=abstract)], first_hand=True)
    return library


def test_the_newest_matches_come_first_and_the_last_word_is_a_beginning(tmp_path: Path) -> None:
    with _library(tmp_path / "papertui.db") as library:
        assert [row.id.number for row in library.newest_matches("graph att")] == ["2511.00003", "2511.00001"]
        assert [row.date for row in library.newest_matches("graph att")] == [NEW, OLD]
        assert library.newest_matches("graph attx") == []
        assert library.newest_matches("g") == []
        assert library.newest_matches('"*:(') == []


def test_a_newer_search_ends_the_one_that_runs() -> None:
    began, ended = threading.Event(), threading.Event()

    class Slow:
        def newest_matches(self, words: str) -> list[str]:
            if words == "slow":
                began.set()
                assert ended.wait(10)
                raise Interrupted("ended")
            return [words]

        def interrupt(self) -> None:
            ended.set()

        def close(self) -> None:
            """Nothing is open."""

    searcher = Searcher(lambda: Slow())  # type: ignore[arg-type,return-value]
    found: dict[str, object] = {}
    thread = threading.Thread(target=lambda: found.update(slow=searcher.find("slow")))
    thread.start()
    assert began.wait(10)
    assert searcher.find("quick") == ["quick"]
    thread.join(10)
    assert found == {"slow": None}


def test_sqlite_says_interrupted_as_such(tmp_path: Path) -> None:
    import sqlite3

    from papertui.store.errors import as_store_error

    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.set_progress_handler(lambda: 1, 1)
    with pytest.raises(sqlite3.OperationalError) as error:
        db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    assert isinstance(as_store_error("x", error.value), Interrupted)


def _run(check: Callable[..., Awaitable[None]], desk: FakeDesk) -> None:
    async def go() -> None:
        app = PapertuiApp(desk)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            await check(app, pilot)

    asyncio.run(go())


def _screen(app: PapertuiApp) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def test_what_is_found_takes_the_lists_place_until_escape() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        before = [row.id for row in app.main.listing.view]
        await pilot.press("f", *"attention")
        assert all("Attention" in row.title for row in app.main.listing.view)
        assert app.main.listing.view
        assert "found: attention" in _screen(app).splitlines()[0]
        await pilot.press("enter", "s")
        saved = app.main.listing.current
        assert saved is not None
        assert saved.marks.saved
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert [row.id for row in app.main.listing.view] == before
        assert "Mon 2026-11-23" in _screen(app).splitlines()[0]

    _run(check, example("many", 60))


def test_escape_while_typing_leaves_the_search_and_brackets_turn_from_where_one_was() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("f", *"tensor", "escape")
        await pilot.pause(0.1)
        assert app.main.searching.shown is None
        await pilot.press("f", *"tensor", "enter", "left_square_bracket")
        await pilot.pause(0.1)
        assert app.main.searching.shown is None or "oldest" in app.main.notice

    _run(check, example("many", 60))


def test_nothing_found_says_so_and_what_to_do() -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("f", *"zzzz", "enter")
        said = _screen(app)
        assert "nothing in the library has all of: zzzz" in said
        assert "Esc goes back" in said

    _run(check, example("many", 60))


def test_one_letter_searches_nothing(tmp_path: Path) -> None:
    async def check(app: PapertuiApp, pilot) -> None:
        await pilot.press("f", "a")
        assert app.main.searching.shown is None
        assert not [call for call in app.main.desk.calls if call[0] == "search"]  # type: ignore[attr-defined]

    _run(check, example("many", 60))


def test_a_paper_of_another_day_is_marked_through_the_real_desk(tmp_path: Path) -> None:
    from papertui.clock import now
    from papertui.paths import Paths
    from papertui.services.library_desk import LibraryDesk
    from papertui.services.session import Session
    from papertui.settings import Settings
    from tests.command import NOW

    _library(tmp_path / "papertui.db").close()
    session = Session(Paths.find(str(tmp_path), {}), Settings(), lambda: now({"PAPERTUI_NOW": NOW}))
    desk = LibraryDesk(session)
    found = desk.search("graph")
    assert found is not None
    assert found.head.searched == "graph"
    old = pid(1)
    detail = desk.detail(old)
    assert detail is not None
    desk.mark([old], "saved", "1")
    assert desk.flush()
    again = desk.search("graph attention")
    assert again is not None
    assert [row.marks.saved for row in again.rows if row.id == old] == [True]
    desk.close()

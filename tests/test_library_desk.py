"""The reader's desk over a real library: marks soon, undo, opening, export."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from papertui.config import load_settings
from papertui.domain.ids import PaperId
from papertui.domain.selection import Selection
from papertui.domain.triage import Marks
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.services.events import Event, Fetched, Scored
from papertui.services.library_desk import LibraryDesk
from papertui.services.session import Session
from papertui.store.library import Library
from tests.feeds import feed, item
from tests.make import DAY, NOW, library_with, pid


def session_in(home: Path, **env: str) -> Session:
    paths = Paths.find(str(home), {})
    return Session(paths, load_settings(paths.config_file, env), lambda: NOW, env)


@pytest.fixture
def desk(tmp_path: Path) -> LibraryDesk:
    library_with(tmp_path / "papertui.db").close()
    return LibraryDesk(session_in(tmp_path))


def test_a_mark_is_in_the_library_soon_and_flush_waits_for_it(desk: LibraryDesk, tmp_path: Path) -> None:
    assert desk.edition(None) is not None
    desk.mark([pid(1), pid(2)], "saved", "1")
    assert desk.flush(5.0)
    with Library(tmp_path / "papertui.db") as library:
        assert {row.id for row in library.rows_of(Selection(saved=True))} == {pid(1), pid(2)}
    changed: list[Mapping[PaperId, Marks]] = []
    desk.undo(changed.append)
    desk.redo(changed.append)
    desk.undo(changed.append)
    desk.undo(changed.append)
    assert desk.flush(5.0)
    assert [set(each) for each in changed] == [{pid(1), pid(2)}] * 3 + [set()]
    detail = desk.detail(pid(1))
    assert detail is not None
    assert not detail.marks.saved
    desk.close()


def test_an_empty_home_reads_as_nothing_and_is_not_made(tmp_path: Path) -> None:
    desk = LibraryDesk(session_in(tmp_path / "none"))
    assert desk.edition(None) is None
    assert list(desk.heads()) == []
    told: list[Mapping[PaperId, Marks]] = []
    desk.undo(told.append)
    desk.close()
    assert told == [{}]
    assert not (tmp_path / "none").exists()


def test_an_update_fills_an_empty_library_that_was_already_looked_at(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/cs.LG").respond_with_data(feed(item("2611.00001", "Sparse attention")))
    env = {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": httpserver.url_for("/"), "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    }  # fmt: skip
    desk = LibraryDesk(session_in(tmp_path / "h", **env))
    assert desk.edition(None) is None
    events: list[Event] = []
    asyncio.run(desk.update(events.append))
    edition = desk.edition(None)
    assert edition is not None
    assert [row.scorer for row in edition.rows] == ["local"]
    assert [type(event) for event in events if isinstance(event, Fetched | Scored)] == [Fetched, Scored]
    assert [head.papers for head in desk.heads()] == [1]
    desk.close()


def test_heads_count_what_the_rows_say(desk: LibraryDesk) -> None:
    desk.mark([pid(1)], "saved", "1")
    desk.mark([pid(2)], "read", "1")
    desk.mark([pid(3)], "hidden", "1")
    assert desk.flush(5.0)
    edition = desk.edition(DAY)
    assert edition is not None
    (head,) = desk.heads()
    assert (head.papers, head.unread, head.saved) == (edition.head.papers, edition.head.unread, edition.head.saved) == (5, 3, 1)
    assert set(desk.abstracts(DAY)) == {pid(number) for number in range(1, 6)}
    desk.close()


def test_over_ssh_the_address_is_shown_and_copied(tmp_path: Path) -> None:
    library_with(tmp_path / "papertui.db").close()
    desk = LibraryDesk(session_in(tmp_path, SSH_TTY="/dev/pts/1", DISPLAY=":0"))
    line, address = desk.open(pid(1), "pdf")
    assert address == "https://arxiv.org/pdf/2511.00001"
    assert address in line
    assert desk.open(pid(1), "abs").copy == "https://arxiv.org/abs/2511.00001"


def viewer(tmp_path: Path) -> str:
    script = tmp_path / "viewer.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])")
    return f'["{sys.executable}", "{script}", "{tmp_path / "seen"}", "{{path}}"]'


def test_a_viewer_of_files_gets_a_file_fetched_once(tmp_path: Path, httpserver: HTTPServer) -> None:
    library_with(tmp_path / "papertui.db").close()
    httpserver.expect_oneshot_request("/pdf/2511.00001v1").respond_with_data(b"%PDF-1.7 invented")
    env = {
        "PAPERTUI_OPEN__PDF": viewer(tmp_path),
        "PAPERTUI_SOURCES__ARXIV__SITE_URL": httpserver.url_for(""),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
    }
    desk = LibraryDesk(session_in(tmp_path, **env))
    for _ in range(2):
        assert desk.open(pid(1), "pdf").copy is None
    end = time.monotonic() + 10
    while time.monotonic() < end and not (tmp_path / "seen").exists():
        time.sleep(0.02)
    path = tmp_path / "pdf" / "2511.00001v1.pdf"
    assert (tmp_path / "seen").read_text() == str(path)
    assert path.read_bytes() == b"%PDF-1.7 invented"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_is_no_pdf_is_not_kept(tmp_path: Path, httpserver: HTTPServer) -> None:
    library_with(tmp_path / "papertui.db").close()
    httpserver.expect_request("/pdf/2511.00001v1").respond_with_data(b"<html>withdrawn</html>")
    env = {
        "PAPERTUI_OPEN__PDF": viewer(tmp_path),
        "PAPERTUI_SOURCES__ARXIV__SITE_URL": httpserver.url_for(""),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
    }
    with pytest.raises(PapertuiError, match="no PDF"):
        LibraryDesk(session_in(tmp_path, **env)).open(pid(1), "pdf")
    assert not (tmp_path / "pdf").exists()


def test_export_appends_to_the_chosen_file(tmp_path: Path) -> None:
    library_with(tmp_path / "papertui.db").close()
    desk = LibraryDesk(session_in(tmp_path, PAPERTUI_EXPORT__BIB_FILE=str(tmp_path / "my.bib")))
    assert "nothing is saved" in desk.export_saved()
    desk.mark([pid(1)], "saved", "1")
    assert desk.export_saved().startswith("1 entry added")
    assert desk.export_saved().startswith("0 entries added, 1 there already")
    assert desk.bibtex(pid(1)) == (tmp_path / "my.bib").read_text()
    desk.close()


def test_a_locked_library_is_read_even_where_the_choice_of_scores_changed(tmp_path: Path) -> None:
    library_with(tmp_path / "papertui.db").close()
    blocker = sqlite3.connect(tmp_path / "papertui.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with session_in(tmp_path, PAPERTUI_SCORING__PREFER="local").library() as library:
        assert len(library.rows_of(Selection())) == 5
    blocker.execute("ROLLBACK")
    blocker.close()

"""Papers and editions in the library."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from papertui.domain.ids import PaperId
from papertui.domain.paper import Announced, Announcement, Paper
from papertui.domain.selection import Selection
from papertui.store.database import StoreError
from papertui.store.library import Library
from papertui.store.schema import APPLICATION_ID
from tests.make import DAY, NOW, announced, library_with, paper, pid

NEXT = DAY + dt.timedelta(days=1)


def test_looking_creates_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Library(home / "papertui.db") as library:
        assert library.dates() == []
        assert library.rows_of(Selection(all=True)) == []
    assert not home.exists()


def test_a_paper_comes_out_as_it_went_in(tmp_path: Path) -> None:
    full = Paper(
        PaperId("arxiv", "hep-th/9901001"), r"On $\alpha$ and Schr\"odinger", "One.\n\nTwo 50\\%.", (r"M\"uller", "B. Example"), ("Lab, A", ""), 3,
        ("hep-th", "math-ph", "81T30; 83E30"), dt.datetime(1999, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "12 pages", "J. Samples 1", "10.1000/xyz", "http://l",
        True, ("Human",), 3, 2, "me", "org", "summary", ("k",), ("t",), "h", "c", 5, "p", True,
    )  # fmt: skip
    with library_with(tmp_path / "p.db") as library:
        library.add_papers([Announced(full, Announcement("arxiv", DAY, "cross", 9))], first_hand=True)
        detail = library.detail(full.id)
    assert detail is not None
    assert detail.paper == full
    assert detail.title == "On α and Schrödinger"
    assert detail.authors == ("Müller", "B. Example")
    assert [(told.source, told.date, told.type, told.rank) for told in detail.announcements] == [("arxiv", DAY, "cross", 9)]


def test_storing_a_day_again_changes_nothing(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        before = library._db.total_changes
        stored = library.add_papers([announced(number) for number in range(1, 6)], first_hand=True)
        library.add_day(DAY, "arxiv", NOW + dt.timedelta(hours=1))
        assert (stored.papers, stored.changed, stored.entered) == (0, 0, 0)
        assert library._db.total_changes == before


def test_a_paper_on_two_days_is_one_paper_in_two_editions(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_day(NEXT, "arxiv", NOW)
        library.add_papers([announced(1, NEXT, "cross")], first_hand=True)
        assert library.count_papers() == 5
        assert [row.date for row in library.rows_of(Selection(all=True)) if row.id == pid(1)] == [NEXT]
        assert [row.id for row in library.rows_of(Selection())] == [pid(1)]
        edition = library.edition(NEXT)
        assert edition is not None
        assert edition.rows[0].seen == DAY


def test_replacements_are_stored_and_listed_only_on_request(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_papers([announced(9, kind="replace"), announced(8, kind="replace-cross")], first_hand=True)
        assert len(library.rows_of(Selection(date=DAY))) == 5
        assert len(library.rows_of(Selection(all=True))) == 5
        assert len(library.rows_of(Selection(date=DAY), replacements=True)) == 7
        assert library.detail(pid(9)) is not None


def test_the_strongest_announcement_of_a_day_holds(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_papers([announced(7, kind="replace")], first_hand=True)
        library.add_papers([announced(7, kind="new")], first_hand=True)
        library.add_papers([announced(7, kind="cross")], first_hand=True)
        (row,) = [row for row in library.rows_of(Selection(date=DAY)) if row.id == pid(7)]
        assert row.type == "new"


def test_a_newer_version_replaces_text_and_index(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_papers([announced(1, NEXT, "replace", title="Zeppelins", version=2)], first_hand=True)
        assert set(library.best_matches("zeppelin")) == {pid(1)}
        assert "Title 1" not in [row.title for row in library.rows_of(Selection(date=DAY))]
        library.check()


def test_an_empty_day_is_an_edition_with_a_reason(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db", write=True) as library:
        library.add_day(dt.date(2026, 8, 1), "arxiv", NOW, "no mailing on Saturday")
        edition = library.edition(dt.date(2026, 8, 1))
    assert edition is not None
    assert (edition.rows, edition.head.reason) == ((), "no mailing on Saturday")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("schrodinger", True), ("Schrödinger", True), (r"Schr\"odinger", True), ("schröd", True), ("michal", True), ("Michał", True),
        ("co2", True), ("CO₂", True), ("strasse", True), ("quantized", True), ("quantiz", True), ("networks", True), ("network", True),
        ("studies", True), ("study", True), ('"neural network"', True), ('"network neural"', False), ("中文", True), ("文", True),
        ("alpha", True), ("α", True), ("neural absent", False), ("AND", True), ("foo AND (", False), ('"', False), ("*", False), ("NEAR(", False),
    ],
)  # fmt: skip
def test_search_finds_what_a_reader_types(tmp_path: Path, query: str, found: bool) -> None:
    with library_with(tmp_path / "p.db") as library:
        library.add_papers(
            [announced(50, title=r"A Schr\"odinger study of CO$_2$ and $\alpha$ in 中文题目", authors=(r"Micha{\l} Kowalski",),
                       abstract=r"Quantized neural network of the Stra{\ss}e.")], first_hand=True,
        )  # fmt: skip
        assert (pid(50) in library.best_matches(query)) is found


def test_search_words_are_never_a_syntax_error(tmp_path: Path) -> None:
    with library_with(tmp_path / "p.db") as library:
        for odd in ('"', '""', "a\x00b", "(", "^x", "col:umn", "-minus", "a*", "{x}", "' OR 1=1 --", "\\", "😀", "ｆｕｌｌ", "l’été"):
            library.best_matches(odd)
            library.rows_of(Selection(query=odd))


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs(x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Library(path, write=True)
    assert path.read_bytes() == before


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    library_with(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer papertui"):
        Library(path)


def test_garbage_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError, match="damaged"):
        Library(path)


def test_the_file_says_whose_it_is(tmp_path: Path) -> None:
    library_with(tmp_path / "p.db").close()
    db = sqlite3.connect(tmp_path / "p.db")
    assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_a_list_told_first_gives_way_to_the_feed(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db", write=True) as library:
        library.add_day(DAY, "list:x", NOW)
        library.add_papers([announced(1, kind=None, source="list:x", title="Retold", categories=(), version=None)], first_hand=False)
        library.add_papers([announced(1)], first_hand=True)
        library.add_papers([announced(1, kind=None, source="list:x", title="Retold", categories=(), version=None)], first_hand=False)
        detail = library.detail(pid(1))
    assert detail is not None
    assert detail.paper == replace(paper(1))
    assert {told.source for told in detail.announcements} == {"arxiv", "list:x"}

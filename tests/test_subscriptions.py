"""Subscriptions: published lists fetched with the day, beside what arXiv and the local scorer say."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.config import load_settings
from papertui.domain.paper import Announced, Announcement
from papertui.domain.score import Score
from papertui.domain.subscription import NAME, Subscription
from papertui.errors import UsageError
from papertui.lists.names import slug
from papertui.lists.read import read_list
from papertui.paths import Paths
from papertui.services import loading
from papertui.services.events import Event, Failed, Fetched, Warned
from papertui.services.list_marks import usable_etag, usable_time
from papertui.services.session import Session
from papertui.services.subscriptions import Asked, fetch_lists
from papertui.settings import describe
from papertui.store.errors import StoreError
from tests.command import here
from tests.make import DAY, NOW, paper, pid
from tests.published import FOLDER
from tests.replies import answer, impatient, server  # noqa: F401 - a fixture
from tests.shared import needs_shared, shared_file

BY_DATE = "/json/{year}-{month}/{date}-output.json"


def flat(*numbers: int, relevance: int = 8, comment: str = "Fits.") -> bytes:
    """A list that says no date, as the first publishers' are."""
    told = {"abstract": "About it.", "authors": ["First Author"], "RELEVANCE": relevance, "NOVELTY": 7, "COMMENT": comment}
    return json.dumps({str(pid(number).number): {"title": f"Title {number}", **told} for number in numbers}).encode()


def dated(day: str, *numbers: int) -> bytes:
    """A list that says its date."""
    return json.dumps({"schema_version": 2, "meta": {"date": day}, "papers": json.loads(flat(*numbers))}).encode()


def publish(site: HTTPServer, pages: Mapping[str, bytes], *, etags: bool = True) -> list[tuple[str, int]]:
    """A publisher's site; the list fills with (path, status) of what was asked for."""
    asked: list[tuple[str, int]] = []

    def handle(request: Request) -> Response:
        body = pages.get(request.path)
        reply = Response(status=404) if body is None else Response(body)
        if body is not None and etags:
            reply.add_etag()
            reply.make_conditional(request)
        asked.append((request.path, reply.status_code))
        return reply

    site.expect_request(re.compile("/.*")).respond_with_handler(handle)
    return asked


def session_of(home: Path, *lists: tuple[str, str], now: dt.datetime = NOW, env: dict[str, str] | None = None) -> Session:
    """A session that subscribes to (name, address or path) pairs."""
    tables = [{"name": name, "url" if "://" in where else "path": where} for name, where in lists]
    text = f"[{', '.join('{' + ', '.join(f'{key} = {json.dumps(value)}' for key, value in one.items()) + '}' for one in tables)}]"
    paths = Paths.find(str(home), {})
    return Session(paths, load_settings(paths.config_file, {"PAPERTUI_SOURCES__LISTS": text}), lambda: now, env or {})


def ask(session: Session, day: dt.date = DAY, names: list[str] | None = None) -> tuple[list[Asked], list[Event]]:
    events: list[Event] = []
    asked = asyncio.run(fetch_lists(session, events.append, day, names=names))
    for event in events:
        said = [event.what, event.why] if isinstance(event, Failed) else [event.text] if isinstance(event, Warned) else []
        assert all("\n" not in text for text in said)
    return asked, events


def failures(events: list[Event]) -> list[str]:
    return [f"{event.what}: {event.why}" for event in events if isinstance(event, Failed)]


def fetched(events: list[Event]) -> list[Fetched]:
    return [event for event in events if isinstance(event, Fetched)]


# Settings


def test_the_placeholders_stand_for_the_day() -> None:
    one = Subscription("x", "https://example.org/{year}/{month}/{day}/{date}.json?{year}")
    assert one.address_for(dt.date(2026, 1, 5)) == "https://example.org/2026/01/05/2026-01-05.json?2026"
    assert (one.is_dated, one.tells_day, one.source) == (True, True, "list:x")
    assert [(Subscription("x", where).is_dated, Subscription("x", where).tells_day) for where in ("latest.json", "{year}/{month}")] == [
        (False, False), (True, False),
    ]  # fmt: skip


def test_lists_are_read_from_the_file_and_from_the_environment_and_shown_as_they_can_be_read_again(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        "[sources]\nenabled = ['arxiv']\n\n[[sources.lists]]\nname = 'Some_body'\nurl = 'https://example.org/{date}.json'\n\n"
        "[[sources.lists]]\nname = 'folder'\npath = '~/lists'\n[llm]\nbatch_size = 3\n"
    )
    settings = load_settings(config, {})
    assert settings.lists == (Subscription("some_body", "https://example.org/{date}.json"), Subscription("folder", "~/lists", True))
    assert settings.origin("sources.lists") == "config.toml line 4"
    (line,) = [line for line in settings.show() if line.startswith("sources.lists = ")]
    again = tmp_path / "again.toml"
    again.write_text(line)
    assert load_settings(again, {}).lists == settings.lists
    written = line.partition(" = ")[2].rpartition("  # ")[0]
    assert load_settings(again, {"PAPERTUI_SOURCES__LISTS": written}).lists == settings.lists
    assert load_settings(config, {"PAPERTUI_SOURCES__LISTS": ""}).lists == ()
    assert load_settings(config, {"PAPERTUI_SOURCES__LISTS": "[]"}).lists == ()
    assert "# sources.lists = []" in describe()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("name = 'x'", ["entry 2", "wants a url or a path"]),
        ("url = 'https://e.org/'", ["entry 2", "wants a name"]),
        ("name = 'x'\nurl = 'https://e.org/'\npath = 'y'", ["entry 2", "both url and path"]),
        ("name = 'x'\nurl = 'https://e.org/'\nkind = 'json'", ["entry 2", '"kind"', "name, and url or path"]),
        ("name = 'x'\nurl = 'ftp://e.org/'", ["entry 2", "url wants an address", "ftp://"]),
        ("name = 'x'\nurl = 'file:///etc/passwd'", ["entry 2", "url wants an address"]),
        ("name = 'x'\nurl = 3", ["entry 2", "url wants an address", "3"]),
        ("name = 'x'\nurl = 'https://e.org/{Date}'", ["entry 2", "{Date}", "{date}, {year}, {month}, {day}"]),
        ("name = 'x'\nurl = 'https://e.org/{date.__class__}'", ["entry 2", "no placeholder"]),
        ("name = 'x'\nurl = 'https://e.org/{date'", ["entry 2", "other half"]),
        ("name = 'x'\npath = 'a/{}'", ["entry 2", "path has no placeholder"]),
        ("name = 'x'\npath = ''", ["entry 2", "path wants a text"]),
        ("name = 'x'\npath = \"a\\u0000b\"", ["entry 2", "NUL"]),
        ("name = 'FIRST'\npath = 'y'", ["entry 2", '"first"', "entry 1"]),
        ("name = '../x'\npath = 'y'", ["entry 2", "wants a name", '"../x"']),
        ("name = 'a b'\npath = 'y'", ["entry 2", "wants a name"]),
        ("name = ''\npath = 'y'", ["entry 2", "wants a name"]),
        ("name = 7\npath = 'y'", ["entry 2", "wants a name", "7"]),
        ("name = \"\\u001b[31m\\u202E\"\npath = 'y'", ["entry 2", "\\u001B[31m\\u202E"]),
        (f"name = '{'x' * 61}'\npath = 'y'", ["entry 2", "60 characters"]),
        ("name = 'é'\npath = 'y'", ["entry 2", "wants a name"]),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_file_line_and_number(tmp_path: Path, entry: str, words: list[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"# mine\n[[sources.lists]]\nname = 'first'\npath = 'a'\n[[sources.lists]]\n{entry}\n")
    line = here(tmp_path, "config", "show", code=2).err.strip()
    assert "\n" not in line
    assert line.isprintable()
    assert all(word in line for word in [f"{config} line 2: sources.lists ", *words]), line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sources.lists]\nname = 'x'\nurl = 'https://e.org/'", ["line 1", "[[sources.lists]]", "double brackets"]),
        ("sources.lists = ['https://e.org/']", ["line 1", "entry 1", "wants a table", "a text"]),
        ("sources.lists = 'https://e.org/'", ["line 1", "wants a list of tables"]),
        ("[[sources.list]]\nname = 'x'", ["line 1", "no setting is called sources.list;", "nearest is sources.lists"]),
        ("[[sources]]\nname = 'x'", ["line 1", "sources is a section"]),
    ],
)
def test_lists_that_are_written_otherwise_are_told_how(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "config.toml").write_text(text)
    line = here(tmp_path, "config", "show", code=2).err
    assert all(word in line for word in words), line


@given(st.from_regex(NAME, fullmatch=True).filter(lambda name: len(name) <= 60 and name.isascii()))
def test_a_name_is_what_load_makes_of_it(name: str) -> None:
    assert slug(name) == name.lower()


# What stands under an address


@needs_shared
def test_real_lists_come_by_their_dated_addresses_and_once_only(tmp_path: Path, httpserver: HTTPServer) -> None:
    root = shared_file(FOLDER)
    pages = {f"/{path.relative_to(root)}": path.read_bytes() for path in (root / "json").rglob("*.json")}
    asked = publish(httpserver, pages)
    session = session_of(
        tmp_path,
        ("DaizeDong", httpserver.url_for(BY_DATE)),
        ("schema2", httpserver.url_for("/json/{year}-{month}/{date}-daily-papers.json")),
    )
    for day in (DAY, dt.date(2026, 4, 1)):
        found, events = ask(session, day)
        assert not failures(events)
        path = f"/json/{day:%Y-%m}/{day}-output.json"
        expected = read_list(pages[path], path)
        assert found[0] == Asked("list:daizedong", (day,), len(expected.entries))
        with session.library() as library:
            edition = library.edition(day)
            assert edition is not None
            ranks = {row.id: row.rank for row in edition.rows}
            assert all(ranks[entry.paper.id] == entry.rank for entry in expected.entries) or day != DAY
    assert found[1].gave == len(json.loads(pages["/json/2026-04/2026-04-01-daily-papers.json"])["papers"])
    assert [status for _, status in asked] == [200, 404, 200, 200]
    before = contents(session)
    again, events = ask(session, dt.date(2026, 4, 1))
    assert [status for _, status in asked[4:]] == [304, 304]
    assert [(one.dates, one.gave, one.trouble) for one in again] == [((), each.gave, None) for each in found]
    assert [(event.papers, event.added) for event in fetched(events)] == [(each.gave, 0) for each in found]
    assert contents(session) == before


def contents(session: Session) -> list[object]:
    """Everything a fetch could change, but for what it remembers for itself."""
    with session.library() as library:
        return [
            (detail.paper, detail.announcements, detail.scores, detail.marks)
            for day in library.dates()
            for detail in library.details([row.id for row in library.edition(day).rows])  # type: ignore[union-attr]
        ]


def test_what_is_not_published_yet_is_said_and_no_failure(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {})
    (found,), events = ask(session_of(tmp_path, ("x", httpserver.url_for(BY_DATE))))
    assert found == Asked("list:x", (), 0, None, "not published yet")
    assert [(event.papers, event.reason) for event in fetched(events)] == [(0, "not published yet")]
    assert not failures(events)
    assert not (tmp_path / "papertui.db").exists()
    (found,), events = ask(session_of(tmp_path, ("x", httpserver.url_for("/latest.json"))))
    assert "404" in str(found.trouble)
    assert len(failures(events)) == 1


def test_without_etags_a_list_that_is_the_same_is_not_stored_again(tmp_path: Path, httpserver: HTTPServer) -> None:
    pages = {"/2025-11-05.json": flat(1, 2)}
    publish(httpserver, pages, etags=False)
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")))
    assert ask(session)[0] == [Asked("list:x", (DAY,), 2)]
    assert ask(session)[0] == [Asked("list:x", (), 2)]
    pages["/2025-11-05.json"] = flat(1, 2, 3)
    assert ask(session)[0] == [Asked("list:x", (DAY,), 3)]


def test_under_one_address_the_newest_list_keeps_its_own_date(tmp_path: Path, httpserver: HTTPServer) -> None:
    pages = {"/latest.json": dated("2025-11-04", 1, 2)}
    publish(httpserver, pages)
    session = session_of(tmp_path, ("x", httpserver.url_for("/latest.json")))
    (found,), events = ask(session)
    assert (found.dates, found.gave) == ((dt.date(2025, 11, 4),), 0)
    assert found.reason == "holds no list of that date; its newest is of 2025-11-04"
    assert [(event.date.day, event.papers) for event in fetched(events)] == [(4, 2), (5, 0)]
    assert ask(session)[0][0].reason == found.reason
    pages["/latest.json"] = dated("2025-11-05", 2, 3)
    assert ask(session)[0] == [Asked("list:x", (DAY,), 2)]
    with session.library() as library:
        assert library.dates() == [DAY, dt.date(2025, 11, 4)]


def test_an_address_may_hold_many_days_and_the_asked_one_comes_first(tmp_path: Path, httpserver: HTTPServer) -> None:
    source = session_of(tmp_path / "publisher", ("x", str(tmp_path / "in")))
    (tmp_path / "in").mkdir()
    for day in ("2025-11-04", "2025-11-05", "2025-11-06"):
        (tmp_path / "in" / f"{day}.json").write_bytes(flat(int(day[-2:])))
    ask(source)
    out = here(tmp_path / "publisher", "list", "--all", "--format", "jsonl").out
    publish(httpserver, {"/all.jsonl": out.encode()})
    session = session_of(tmp_path / "reader", ("x", httpserver.url_for("/all.jsonl")))
    (found,), events = ask(session)
    assert ([day.day for day in found.dates], found.gave) == ([5, 4, 6], 1)
    assert [event.date.day for event in fetched(events)] == [5, 4, 6]


def test_a_list_that_says_no_date_goes_by_its_papers_or_with_the_newest_mailing(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/output.json": flat(1, 2, 3)})
    monday = dt.date(2026, 11, 23)
    session = session_of(tmp_path, ("x", httpserver.url_for("/output.json")))
    (past,), events = ask(session)
    assert (past.dates, past.trouble) == ((), None)
    assert "says no date" in str(past.reason)
    assert not failures(events)
    with session.library(write=True) as library:
        library.add_day(DAY, "arxiv", NOW)
        library.add_papers([Announced(paper(number), Announcement("arxiv", DAY, "new")) for number in (1, 2)], first_hand=True)
    assert ask(session, monday)[0][0].dates == (DAY,)
    other = session_of(tmp_path / "other", ("x", httpserver.url_for("/output.json")))
    assert ask(other, monday)[0] == [Asked("list:x", (monday,), 3)]


def test_the_parts_of_a_date_in_the_address_tell_it(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/2025/11/05/output.json": flat(1)})
    assert ask(session_of(tmp_path, ("x", httpserver.url_for("/{year}/{month}/{day}/output.json"))))[0][0].dates == (DAY,)


def test_an_empty_list_says_so_and_a_date_to_come_is_not_taken(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/2025-11-05.json": b"{}", "/future.json": dated("2999-01-01", 1)})
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")), ("y", httpserver.url_for("/future.json")))
    (empty, future), events = ask(session)
    assert (empty.dates, empty.gave) == ((DAY,), 0)
    assert "the published list is empty" in str(empty.reason)
    assert "yet to come" in str(future.trouble)
    assert len(failures(events)) == 1
    assert ask(session)[0] == [empty._replace(dates=()), future]
    with session.library() as library:
        assert library.dates() == [DAY]


def test_another_name_of_the_same_address_is_a_list_of_its_own(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/2025-11-05.json": flat(1)})
    where = httpserver.url_for("/{date}.json")
    assert ask(session_of(tmp_path, ("x", where)))[0][0].gave == 1
    assert ask(session_of(tmp_path, ("y", where)))[0] == [Asked("list:y", (DAY,), 1)]


# Beside other sources


def test_a_paper_that_arxiv_has_too_is_one_row_with_everybodys_word(tmp_path: Path, httpserver: HTTPServer) -> None:
    pages = {"/2025-11-05.json": flat(1, 9, comment="Theirs.")}
    publish(httpserver, pages)
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")))
    mine = Score("local", 4, 5, "Mine.", scored_at=NOW, recipe="r", paper_digest=paper(1).digest)
    paid = Score("llm:m", 6, 6, "Paid.", scored_at=NOW, recipe="r", paper_digest=paper(1).digest)
    with session.library(write=True) as library:
        library.add_day(DAY, "arxiv", NOW)
        library.add_papers([Announced(paper(1, doi="10.1000/x"), Announcement("arxiv", DAY, "new", 7))], first_hand=True)
        library.add_scores([(pid(1), mine), (pid(1), paid)])
        library.act([pid(1)], [("saved", "1"), ("note", "read again")], NOW)
        marks = library.marks_of([pid(1)])
    assert ask(session)[0][0].gave == 2
    pages["/2025-11-05.json"] = flat(9)  # a shorter list later takes nothing away
    ask(session)
    with session.library() as library:
        edition = library.edition(DAY)
        assert edition is not None
        assert sorted(str(row.id) for row in edition.rows) == ["arxiv:2511.00001", "arxiv:2511.00009"]
        detail = library.detail(pid(1), DAY)
        assert detail is not None
        assert [(told.source, told.type, told.rank) for told in detail.announcements] == [("arxiv", "new", 7), ("list:x", None, 1)]
        assert {(score.scorer, score.comment) for score in detail.scores} == {("local", "Mine."), ("llm:m", "Paid."), ("list:x", "Theirs.")}
        assert (detail.paper.abstract, detail.paper.doi) == (paper(1).abstract, "10.1000/x")
        assert library.marks_of([pid(1)]) == marks


# A path


def test_a_folder_is_searched_as_load_does_and_read_again_only_where_it_changed(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "home" / "checkout"
    (folder / "json").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "2025-11-01.json").write_bytes(flat(1))
    (folder / "README.md").write_text("# Lists\n")
    (folder / "json" / "2025-11-04.json").write_bytes(flat(1, 2))
    (folder / "json" / "2025-11-05.json").write_bytes(flat(3))
    session = session_of(home, ("x", "checkout"))
    (found,), events = ask(session)
    assert (found.dates, found.gave, found.trouble) == ((DAY, dt.date(2025, 11, 4)), 1, None)
    assert [event.text for event in events if isinstance(event, Warned) and "README.md" in event.text]
    again, events = ask(session)
    assert again == [Asked("list:x", (), 1)]
    assert not [event for event in events if isinstance(event, Warned)]
    (folder / "json" / "2025-11-06.json").write_bytes(flat(4, 5))
    os.utime(folder / "json" / "2025-11-06.json", (0, 0))
    assert ask(session, dt.date(2025, 11, 6))[0] == [Asked("list:x", (dt.date(2025, 11, 6),), 2)]
    shutil.rmtree(folder)
    assert "no such file or folder" in str(ask(session)[0][0].trouble)


def test_a_file_that_comes_later_is_weighed_against_all_files_of_its_day(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "2025-11-05-output.json").write_bytes(flat(1, 2))
    session = session_of(tmp_path, ("x", "lists"))
    assert ask(session)[0][0].gave == 2
    spotlight = {"schema_version": 1, "meta": {"date": "2025-11-05"}, "papers": json.loads(flat(7, 8, 9))}
    (folder / "2025-11-05-hotspot-papers.json").write_text(json.dumps(spotlight))
    assert ask(session)[0] == [Asked("list:x", (DAY,), 2)]  # a selection is never instead of the day's whole list


def test_what_could_not_be_stored_is_fetched_again(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = publish(httpserver, {"/2025-11-05.json": flat(1, 2)})
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")))

    def full(*_: object) -> int:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(loading, "store_list", full)
        (found,), events = ask(session)
    assert found.trouble == "list:x: the disk is full"
    assert len(failures(events)) == 1
    assert ask(session)[0] == [Asked("list:x", (DAY,), 2)]
    assert [status for _, status in asked] == [200, 200]


def test_a_path_may_be_dated_and_begin_at_home(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "2025-11-05.json").write_bytes(flat(1))
    session = session_of(tmp_path / "home", ("x", "~/lists/{date}.json"), ("y", "~nobody-of-that-name/x"), env={"HOME": str(tmp_path)})
    (found, nobody), events = ask(session)
    assert found == Asked("list:x", (DAY,), 1)
    assert nobody.trouble is not None
    assert len(failures(events)) == 1
    assert ask(session, dt.date(2025, 11, 6), ["list:x"])[0] == [Asked("list:x", (), 0, None, "not published yet")]
    with pytest.raises(UsageError, match=r"z: not among sources.lists \(x, y\)"):
        ask(session, names=["z"])


def test_a_file_that_is_no_list_or_a_pipe_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear editor")
    os.mkfifo(tmp_path / "pipe.json")
    (letter, pipe), events = ask(session_of(tmp_path, ("x", "letter.txt"), ("y", "pipe.json")))
    assert "no page of a scored list" in str(letter.trouble)
    assert "neither a file nor a folder" in str(pipe.trouble)
    assert len(failures(events)) == 2


# What goes wrong

BAD: dict[str, tuple[bytes, str]] = {
    "html": (answer(b"<!doctype html><html><body>Sign in to this network</body></html>", "Content-Type: text/html"), "scored list"),
    "cut json": (answer(flat(1, 2)[:-40]), "cut off or broken"),
    "cut short": (answer(flat(1), length=5000), "connection broke"),
    "empty": (answer(b""), "an empty file"),
    "huge": (answer(b"", length=300_000_000), "larger than 5 MB"),
    "gzip bomb": (answer(gzip.compress(bytes(60_000_000)), "Content-Encoding: gzip"), "larger than 5 MB"),
    "deep": (answer(b"[" * 100_000), "nested far too deeply"),
    "elsewhere": (answer(b"", "Location: http://example.com/x.json", status="302 Found"), "redirects to another host"),
    "to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "redirects to"),
    "not modified, unasked": (answer(b"", status="304 Not Modified"), "304"),
    "busy": (answer(b"no", status="503 Service Unavailable"), "busy"),
    "other json": (answer(b'{"a": 1}'), "without scored papers"),
    "no entry readable": (answer(json.dumps({"zz": json.loads(flat(1))["2511.00001"]}).encode()), "none of its 1 entries"),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_bad_answer_is_one_line_and_the_others_are_taken(tmp_path: Path, httpserver: HTTPServer, case: tuple[bytes, str]) -> None:
    publish(httpserver, {"/2025-11-05.json": flat(1)})
    good = httpserver.url_for("/{date}.json")
    data, words = case
    with server(lambda connection: connection.sendall(data)) as address:
        session = session_of(tmp_path, ("one", good), ("bad", f"{address}/{{date}}.json"), ("two", good))
        (one, bad, two), events = ask(session)
    assert (one.gave, bad.gave, two.gave) == (1, 0, 1)
    (line,) = failures(events)
    assert line.startswith("list:bad: ")
    assert words in line
    assert bad.trouble == line
    with session.library() as library:
        assert library.announced_by("list:bad", DAY) == set()
        assert library.count_papers() == 1


@pytest.mark.usefixtures("impatient")
def test_an_answer_without_end_is_given_up(tmp_path: Path) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"{")
            time.sleep(0.05)

    with server(drip) as address:
        (bad,), events = ask(session_of(tmp_path, ("bad", f"{address}/{{date}}.json")))
    assert "not done within" in str(bad.trouble)
    assert len(failures(events)) == 1


def test_an_entry_that_cannot_be_read_is_told_until_the_publisher_mends_it(tmp_path: Path, httpserver: HTTPServer) -> None:
    papers = json.loads(flat(1, 2))
    pages = {"/2025-11-05.json": json.dumps(papers | {"nonsense": papers["2511.00001"]}).encode()}
    publish(httpserver, pages)
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")))
    for _ in range(2):
        (found,), events = ask(session)
        assert (found.gave, len(failures(events))) == (2, 1)
        assert "nonsense" in str(found.trouble)
    pages["/2025-11-05.json"] = flat(1, 2)
    assert ask(session)[0] == [Asked("list:x", (DAY,), 2)]


def test_what_a_login_in_an_address_says_is_in_no_line(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/2025-11-05.json": b"{"})
    where = httpserver.url_for("/{date}.json?token=hush").replace("http://", "http://me:secret@")
    (found,), events = ask(session_of(tmp_path, ("x", where)))
    assert found.trouble
    assert not any(word in repr([found, events]) for word in ("secret", "hush"))


def test_validators_are_said_back_only_where_they_are_what_they_should_be() -> None:
    good = ['"abc"', 'W/"a-1"', '""']
    assert [usable_etag(text) for text in good] == good
    assert {usable_etag(text) for text in ("abc", '"a\r\nX: y"', '"é"', f'"{"a" * 300}"', '"a" "b"', "")} == {""}
    assert usable_time("Wed, 05 Nov 2025 10:00:00 GMT") == "Wed, 05 Nov 2025 10:00:00 GMT"
    assert {usable_time(text) for text in ("now", "Wed\r\nX: y 05 Nov 2025", "x" * 60)} == {""}


def test_what_another_version_remembered_is_no_obstacle(tmp_path: Path, httpserver: HTTPServer) -> None:
    publish(httpserver, {"/2025-11-05.json": flat(1)})
    session = session_of(tmp_path, ("x", httpserver.url_for("/{date}.json")))
    ask(session)
    for text in ("no json", "[]", '{"seen": 3}', '{"etag": "a\\r\\nX: y", "newer": 1}'):
        with session.library(write=True) as library:
            (key,) = library._db.execute("SELECT key FROM meta WHERE key GLOB 'list *'").fetchone()
            library.remember(key, text)
        assert ask(session)[0] == [Asked("list:x", (DAY,), 1)]

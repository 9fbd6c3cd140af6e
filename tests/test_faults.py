"""What goes wrong around papertui: one line, the right exit code, nothing lost."""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from papertui.services import net
from papertui.services.library_desk import LibraryDesk
from papertui.sources.http import Http, Retries, Timeouts
from papertui.store import place
from papertui.store.library import Library
from tests.broken import BROKEN, corrupt_header, corrupt_pages, dangling_link, good, name_of, newer, tree
from tests.command import NOW, Done, environment, here, papertui
from tests.feeds import feed, item
from tests.make import NOW as THEN
from tests.make import pid
from tests.ordinary import ordinary
from tests.terminal import Terminal
from tests.test_library_desk import session_in

DEMO = Path(place.__file__).parents[1] / "data" / "demo.json"


def one_line(done: Done) -> str:
    """The only thing said."""
    assert done.out == ""
    (line,) = done.err.strip().splitlines()
    assert line.startswith("papertui: ")
    return line


# the library's file

COMMANDS = {
    "list": ("list",), "search": ("search", "title"), "show": ("show", "2511.00001"), "mark": ("mark", "2511.00001", "--save"),
    "undo": ("undo",), "tag": ("tag", "2511.00001", "+x"), "export": ("export", "2511.00001"), "load": ("load", str(DEMO)),
    "score": ("score",), "backup": ("backup",),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN, ids=name_of)
def test_a_library_that_cannot_be_used_is_a_line_and_not_a_byte_of_it_changes(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    before = tree(tmp_path)
    for arguments in COMMANDS.values():
        line = one_line(here(tmp_path, *arguments, code=1))
        assert BROKEN[fault] in line
        assert str(tmp_path) in line
    assert tree(tmp_path) == before


def test_an_empty_file_is_a_library_that_was_never_begun(tmp_path: Path) -> None:
    (tmp_path / "papertui.db").write_bytes(b"")
    assert "library is empty" in here(tmp_path, "list").err
    assert (tmp_path / "papertui.db").read_bytes() == b""
    here(tmp_path, "load", str(DEMO))
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 40


def test_values_that_papertui_never_wrote_are_damage(tmp_path: Path) -> None:
    path = good(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE papers SET facts = '{\"colour\": 1}' WHERE id = (SELECT min(id) FROM papers)")
        db.execute("UPDATE papers SET facts = '{' WHERE id = (SELECT max(id) FROM papers)")
    for paper in ("2511.00001", "2511.00060"):
        assert "damaged" in one_line(here(tmp_path, "show", paper, code=1))
    assert "damaged" in here(tmp_path, "doctor", code=1).out


def test_a_library_whose_log_went_missing_is_what_it_was_before(tmp_path: Path) -> None:
    path = good(tmp_path)
    copy = tmp_path / "other"
    copy.mkdir()
    with Library(path, write=True) as library:
        library.act([pid(1)], [("saved", "1")], THEN)
        (copy / "papertui.db").write_bytes(path.read_bytes())
    assert here(copy, "list", "--saved", "--format", "ids").out == ""
    assert here(copy, "doctor").code == 0
    here(copy, "mark", "2511.00002", "--save")
    assert here(copy, "list", "--saved", "--format", "ids").out == f"{pid(2)}\n"


# no permission to write


@contextmanager
def read_only(home: Path, *files: Path) -> Iterator[None]:
    for file in files:
        file.chmod(0o444)
    home.chmod(0o555)
    try:
        yield
    finally:
        home.chmod(0o755)


def test_a_library_in_a_folder_that_cannot_be_written_is_read_and_every_write_is_a_line(tmp_path: Path) -> None:
    path = good(tmp_path)
    before = tree(tmp_path)
    with read_only(tmp_path, path):
        assert len(papertui(tmp_path, "list", "--format", "ids", before=ordinary()).out.split()) == 60
        for arguments in (("mark", "2511.00001", "--save"), ("load", str(DEMO)), ("update",), ("backup",), ("restore", str(path))):
            line = one_line(papertui(tmp_path, *arguments, code=1, before=ordinary()))
            assert str(tmp_path) in line
        line = one_line(papertui(tmp_path, "export", "--append", "-o", str(tmp_path / "a.bib"), "2511.00001", code=1, before=ordinary()))
        assert "a.bib" in line
    assert tree(tmp_path) == before


def test_what_lies_in_a_log_that_cannot_be_used_is_not_passed_over(tmp_path: Path) -> None:
    path = good(tmp_path)
    unclosed = """
import os, sys
from pathlib import Path
from tests.make import NOW, Library, pid
Library(Path(sys.argv[1]), write=True).act([pid(1)], [("saved", "1")], NOW)
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", unclosed, str(path)], check=True, cwd=Path(__file__).parents[1])
    log = Path(f"{path}-wal")
    assert log.stat().st_size
    Path(f"{path}-shm").unlink()
    with read_only(tmp_path, path, log):
        assert str(log) in one_line(papertui(tmp_path, "list", code=1, before=ordinary()))
    path.chmod(0o644)
    log.chmod(0o644)
    assert here(tmp_path, "list", "--saved", "--format", "ids").out == f"{pid(1)}\n"


def test_a_home_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        line = one_line(papertui(tmp_path / "home", "load", str(DEMO), code=1, before=ordinary()))
    finally:
        tmp_path.chmod(0o755)
    assert "cannot be made" in line
    assert "--home" in line


# a disk that is full


def limited(size: int) -> Callable[[], None]:
    """No file may grow beyond `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_takes_nothing_that_was_there(tmp_path: Path) -> None:
    good(tmp_path)
    here(tmp_path, "mark", "2511.00003", "--save")
    bib = tmp_path / "mine.bib"
    bib.write_text("% mine\n" * 1200)
    for arguments, size in ((("load", str(DEMO)), 8_000), (("load", str(DEMO)), 45_000), (("score",), 8_000), (("backup",), 45_000)):
        done = papertui(tmp_path, *arguments, code=1, before=limited(size))
        assert "full" in done.err.splitlines()[-1]
    done = papertui(tmp_path, "export", "--append", "-o", str(bib), "2511.00001", code=1, before=limited(8_000))
    assert "nothing was added" in one_line(done)
    assert bib.read_text() == "% mine\n" * 1200
    papertui(tmp_path, "mark", "2511.00004", "--save", code=None, before=limited(8_000))
    assert len(papertui(tmp_path, "list", "--format", "ids", before=limited(0)).out.split()) == 60
    assert "ulimit -f" in papertui(tmp_path, "doctor", code=1, before=limited(45_000)).out
    assert str(pid(3)) in here(tmp_path, "list", "--saved", "--format", "ids").out.split()
    assert " sound" in here(tmp_path, "doctor").out
    here(tmp_path, "load", str(DEMO))
    assert not list(tmp_path.rglob("*.part*"))


def test_a_load_that_a_full_disk_ended_midway_is_partly_done_and_goes_on_later(tmp_path: Path) -> None:
    days = tmp_path / "days"
    days.mkdir()
    text = '{"%s": {"RELEVANCE": 8, "NOVELTY": 7, "COMMENT": "c", "title": "T", "abstract": "%s", "authors": ["A"]}}'
    for day in range(1, 21):
        (days / f"2025-01-{day:02d}-output.json").write_text(text % (f"2501.{day:05d}", "words " * 2_000))
    home = tmp_path / "home"
    done = papertui(home, "load", str(days), code=3, before=limited(250_000))
    assert "of 20 days" in done.err
    stored = len(here(home, "list", "--all", "--format", "ids").out.split())
    assert 0 < stored < 20
    here(home, "load", str(days))
    assert len(here(home, "list", "--all", "--format", "ids").out.split()) == 20


def test_marks_of_the_reader_wait_for_room_on_the_disk(tmp_path: Path) -> None:
    path = good(tmp_path)
    code = """
import resource, sys, threading
from pathlib import Path
from tests.make import pid
from tests.terminal import Terminal
from tests.test_library_desk import session_in
from papertui.services.library_desk import LibraryDesk
desk = LibraryDesk(session_in(Path(sys.argv[1])))
told = threading.Event()
desk.on_trouble(lambda line: (print(line), told.set()))
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))
desk.mark([pid(7)], "saved", "1")
assert told.wait(20)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert desk.flush(20)
desk.close()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "full" in ended.stdout
    with Library(path) as library:
        assert library.marks_of([pid(7)])[pid(7)].saved


# a network file system


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that the mount table puts on NFS."""
    mounts = tmp_path / "mounts"
    mounts.write_text("30 22 0:40 / / rw shared:3 - nfs4 server:/home rw,vers=4.2\n")
    monkeypatch.setattr(place, "is_disk", lambda device: False)
    monkeypatch.setattr(place, "MOUNTS", mounts)
    return tmp_path / "home"


def log_mode(home: Path) -> bytes:
    return (home / "papertui.db").read_bytes()[18:20]


def test_on_a_network_a_new_library_has_no_write_ahead_log_and_that_is_said_once(network: Path) -> None:
    assert here(network, "load", str(DEMO)).err.count("on a network file system (nfs4)") == 1
    assert log_mode(network) == b"\1\1"
    for arguments in (("list",), ("mark", "9912.00001", "--save"), ("undo",), ("backup",)):
        assert "network file system" not in here(network, *arguments).err
    assert log_mode(network) == b"\1\1"
    found = here(network, "doctor").out
    assert "warn filesystem" in found
    assert "(nfs4)" in found


def test_a_library_that_comes_to_a_network_loses_its_log_and_gets_it_back_at_home(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good(network)
    with Library(network / "papertui.db", write=True) as library:
        library.act([pid(1)], [("saved", "1")], THEN)
    (network / "papertui.db").exists()
    with monkeypatch.context() as at_home:
        at_home.setattr(place, "is_disk", lambda device: True)
        here(network, "mark", "2511.00002", "--save")
        assert log_mode(network) == b"\2\2"
    assert "network" in here(network, "list").err
    assert log_mode(network) == b"\1\1"
    monkeypatch.setattr(place, "is_disk", lambda device: True)
    here(network, "mark", "2511.00003", "--save")
    assert log_mode(network) == b"\2\2"
    assert len(here(network, "list", "--saved", "--format", "ids").out.split()) == 3


def test_a_log_that_cannot_be_taken_away_on_a_network_is_said_each_time(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as at_home:
        at_home.setattr(place, "is_disk", lambda device: True)
        good(network)
    with closing(sqlite3.connect(network / "papertui.db")) as db:
        db.execute("SELECT count(*) FROM papers").fetchone()
        for _ in range(2):
            assert "open elsewhere" in here(network, "list").err
        assert "FAIL filesystem" in here(network, "doctor", code=1).out


# settings, profile, prompts


BAD_PROFILES = {
    "not utf-8": (b"\xff\xfe", "not UTF-8"),
    "broken front matter": (b"+++\ncategories = [\n+++\n", "default.md"),
    "unknown key": (b"+++\ncategoris = ['cs.LG']\n+++\n", "categoris"),
}


@pytest.mark.parametrize("case", BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_a_damaged_profile_is_a_line_and_everything_that_needs_none_goes_on(tmp_path: Path, case: tuple[bytes, str]) -> None:
    good(tmp_path)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "default.md").write_bytes(case[0])
    before = tree(tmp_path)
    for command in ("score", "update"):
        assert case[1] in one_line(here(tmp_path, command, code=2))
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 60
    here(tmp_path, "mark", "2511.00001", "--save")
    assert (tmp_path / "profiles" / "default.md").read_bytes() == case[0]
    assert before.keys() <= tree(tmp_path).keys()


def test_a_profile_that_is_a_folder_and_a_damaged_prompt_are_lines(tmp_path: Path) -> None:
    good(tmp_path)
    (tmp_path / "profiles" / "default.md").mkdir(parents=True)
    assert "default.md" in one_line(here(tmp_path, "score", code=2))
    (tmp_path / "profiles" / "default.md").rmdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "profile.md").write_bytes(b"\xff")
    assert "repair it or delete it" in one_line(here(tmp_path, "score", code=1))
    (tmp_path / "prompts" / "profile.md").unlink()
    (tmp_path / "profiles" / "default.md").write_text("")
    assert here(tmp_path, "score").code == 0  # no interests: everything scores alike, nothing fails


# bad answers

FEED = feed(item("2611.00001")).encode()


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = -1) -> bytes:
    """Bytes of a response; `length` -1 is the true one, None leaves it out."""
    told = [f"Content-Length: {len(body) if length == -1 else length}"] if length is not None else []
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *told, *headers, "", ""]).encode() + body


ANSWERS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "connection broke"),
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", "connection broke"),
    "empty": (answer(b""), "empty"),
    "html": (answer(b"<!doctype html><html><body>Sign in to this network</body></html>", "Content-Type: text/html"), "HTML"),
    "binary": (answer(bytes(range(256)) * 20), ""),
    "cut short": (answer(FEED[:900], length=len(FEED)), "connection broke"),
    "longer than said": (answer(FEED, length=900), ""),
    "chunk cut": (answer(b"400\r\n" + FEED[:500], "Transfer-Encoding: chunked", length=None), "connection broke"),
    "no chunk": (answer(b"zz\r\n" + FEED, "Transfer-Encoding: chunked", length=None), "connection broke"),
    "gzip cut": (answer(gzip.compress(FEED)[:-30], "Content-Encoding: gzip"), "damaged"),
    "no gzip": (answer(FEED, "Content-Encoding: gzip"), "damaged"),
    "gzip bomb": (answer(gzip.compress(bytes(60_000_000)), "Content-Encoding: gzip"), "larger than"),
    "brotli": (answer(FEED, "Content-Encoding: br"), "not asked for"),
    "gzip of half a feed": (answer(gzip.compress(FEED)[:-200]), ""),
    "huge": (answer(b"", length=10**12), "larger than"),
    "wrong encoding": (answer(FEED.replace(b"A title", b"\xff\xfe title").replace(b"UTF-8", b"utf-8")), ""),
    "unknown encoding": (answer(FEED.replace(b"UTF-8", b"klingon")), ""),
    "utf-16 said": (answer(FEED.replace(b"UTF-8", b"UTF-16")), ""),
    "loop": (answer(b"", "Location: /rss/cs.LG", status="302 Found"), "redirects more than"),
    "to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "redirects to"),
    "to another scheme": (answer(b"", "Location: gopher://example.org/", status="301 Moved"), "redirects to"),
    "redirect without a place": (answer(b"", status="302 Found"), "302"),
    "not modified": (answer(b"", status="304 Not Modified"), "304"),
    "no content": (answer(b"", status="204 No Content"), ""),
    "forbidden": (answer(b"no", status="403 Forbidden"), "403"),
    "not found": (answer(b"no", status="404 Not Found"), "404"),
    "too many": (answer(b"no", status="429 Too Many Requests"), "busy"),
    "too many, come back": (answer(b"no", "Retry-After: 7200", status="429 Too Many Requests"), "stay away"),
    "server error": (answer(b"no", status="500 Internal Server Error"), "500"),
    "unavailable": (answer(b"no", "Retry-After: 1", status="503 Service Unavailable"), "busy"),
    "rate exceeded": (answer(b"Rate exceeded."), "busy"),
    "odd status": (answer(b"no", status="999 Whatever"), "999"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", "connection broke"),
    "endless head": (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 200_000, "connection broke"),
}


@contextmanager
def server(reply: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server on loopback that does to each connection whatever `reply` does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                reply(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the waits between them."""

    async def at_once(seconds: float) -> None:
        return None

    patience = Timeouts(connect=5.0, read=0.3, total=0.6)
    monkeypatch.setattr(net, "opened", lambda session: Http(timeouts=patience, retries=Retries(), sleep=at_once))


def on(address: str) -> dict[str, str]:
    return {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": f"{address}/rss/", "PAPERTUI_SOURCES__ENABLED": '["arxiv"]',
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    }  # fmt: skip


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_a_bad_answer_is_told_and_leaves_the_library_as_it_was(tmp_path: Path, case: tuple[bytes, str]) -> None:
    good(tmp_path)
    before = tree(tmp_path)
    data, words = case
    with server(lambda connection: connection.sendall(data)) as address:
        fetched = here(tmp_path, "fetch", env=on(address), code=1)
        loaded = here(tmp_path, "load", f"{address}/2026-11-23.json", code=1)
    for done in (fetched, loaded):
        assert done.out == ""
        *waits, line = done.err.splitlines()
        assert line.startswith((f"papertui: {address}/", "papertui: arxiv (cs.LG): "))
        assert all("trying again" in wait for wait in waits)
    assert words in fetched.err.splitlines()[-1]
    assert tree(tmp_path) == before


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("pause", [0.05, 2.0])
def test_a_server_that_drips_or_falls_silent_is_given_up(tmp_path: Path, pause: float) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"<")
            time.sleep(pause)

    with server(drip) as address:
        line = one_line(here(tmp_path, "fetch", env=on(address), code=1))
    assert "not done within" in line or "silent for" in line
    assert not (tmp_path / "papertui.db").exists()


@pytest.mark.usefixtures("_impatient")
def test_a_redirect_to_another_host_is_followed_and_named_where_it_fails(tmp_path: Path) -> None:
    with server(lambda connection: connection.sendall(answer(FEED))) as good_place:
        with server(lambda connection: connection.sendall(answer(b"", f"Location: {good_place}/rss/", status="302 Found"))) as address:
            assert "1 paper" in here(tmp_path, "fetch", env=on(address)).err
        with server(lambda connection: connection.sendall(answer(b"", "Location: http://127.0.0.1:9/", status="302 Found"))) as address:
            assert "http://127.0.0.1:9/: connection refused" in here(tmp_path, "fetch", env=on(address), code=1).err


@pytest.mark.usefixtures("_impatient")
def test_a_source_that_fails_once_is_had_at_the_next_try(tmp_path: Path) -> None:
    answers = [answer(b"no", status="503 Service Unavailable"), answer(FEED)]
    with server(lambda connection: connection.sendall(answers.pop(0))) as address:
        done = here(tmp_path, "fetch", env=on(address))
    assert "trying again" in done.err
    assert here(tmp_path, "list", "--format", "ids").out == "arxiv:2611.00001\n"


# clocks


def test_a_clock_that_jumps_neither_loses_nor_reorders_marks(tmp_path: Path) -> None:
    good(tmp_path)
    clocks = ("2026-11-23T12:00:00Z", "2031-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-11-23T12:00:01Z")
    for number, clock in enumerate(clocks, 1):
        here(tmp_path, "mark", str(pid(number)), "--save", env={"PAPERTUI_NOW": clock})
    saved = [str(pid(number)) for number in (1, 2, 3, 4)]
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved
    here(tmp_path, "mark", str(pid(2)), "--unsave", env={"PAPERTUI_NOW": "2020-01-01T00:00:00Z"})
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == [saved[0], *saved[2:]]
    for number in (2, 4, 3):
        assert str(pid(number)) in here(tmp_path, "undo", env={"PAPERTUI_NOW": "2001-01-01T00:00:00Z"}).err
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved[:2]
    here(tmp_path, "redo", env={"PAPERTUI_NOW": "1980-01-01T00:00:00Z"})
    assert sorted(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == saved[:3]
    assert "warn clock" in here(tmp_path, "doctor").out.replace("  ", " ")


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("clock", ["1980-01-01T00:00:00Z", "2050-06-01T00:00:00Z"])
def test_a_mailing_keeps_its_own_date_whatever_the_clock_says(tmp_path: Path, clock: str) -> None:
    with server(lambda connection: connection.sendall(answer(FEED))) as address:
        for _ in range(2):
            here(tmp_path, "update", env=on(address) | {"PAPERTUI_NOW": clock})
    (paper,) = here(tmp_path, "list", "--format", "json").json
    assert paper["date"] == "2026-11-23"


# several at once


def test_two_readers_see_each_others_marks_and_lose_none(tmp_path: Path) -> None:
    good(tmp_path)
    first, second = (LibraryDesk(session_in(tmp_path)) for _ in range(2))
    for number in range(1, 21):
        (first if number % 2 else second).mark([pid(number)], "saved", "1")
    assert first.flush(20)
    assert second.flush(20)
    for desk in (first, second):
        edition = desk.edition(None)
        assert edition is not None
        assert sum(row.marks.saved for row in edition.rows) == 20
        desk.close()
    assert " sound" in here(tmp_path, "doctor").out


@pytest.mark.usefixtures("_impatient")
def test_a_reader_beside_an_update_keeps_reading_and_marking(tmp_path: Path) -> None:
    good(tmp_path)
    desk, trouble = LibraryDesk(session_in(tmp_path)), []
    desk.on_trouble(trouble.append)
    items = [item(f"2611.{number:05d}", f"Title {number}") for number in range(1, 400)]
    failures: list[int] = []

    def update() -> None:
        with server(lambda connection: connection.sendall(answer(feed(*items).encode()))) as address:
            env = environment(tmp_path, on(address))
            failures.append(
                subprocess.run([sys.executable, "-m", "papertui", "update"], env=env, capture_output=True, check=False).returncode
            )

    thread = threading.Thread(target=update)
    thread.start()
    number = 0
    while thread.is_alive() and number < 60:
        number += 1
        desk.mark([pid(number)], "saved", "1")
        assert desk.detail(pid(number)) is not None
        assert desk.edition(None) is not None
        thread.join(0.02)
    thread.join()
    assert desk.flush(20)
    desk.close()
    assert failures == [0]
    assert trouble == []
    assert len(here(tmp_path, "list", "--saved", "--format", "ids").out.split()) == number
    assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 399


@contextmanager
def updating(home: Path, text: str = "process 4711, since 12:00:00") -> Iterator[int]:
    """Another process's update, as far as its lock goes."""
    (home / "state").mkdir(parents=True, exist_ok=True)
    (home / "state" / "update.lock").write_text(text)
    handle = os.open(home / "state" / "update.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield handle
    finally:
        os.close(handle)


def test_a_second_update_says_who_is_at_it(tmp_path: Path) -> None:
    with updating(tmp_path):
        line = one_line(here(tmp_path, "update", "--no-wait", code=1))
    assert "process 4711, since 12:00:00" in line


def test_a_second_update_waits_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    with updating(tmp_path):
        process = subprocess.Popen(
            [sys.executable, "-m", "papertui", "update"],
            env=environment(tmp_path),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert "waiting for it" in process.stderr.readline()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "the other update is done" in err
    assert not (tmp_path / "papertui.db").exists()


@pytest.mark.usefixtures("_impatient")
def test_the_lock_of_a_process_that_died_holds_nobody_up(tmp_path: Path) -> None:
    with updating(tmp_path):
        pass
    assert "ended before its time" in here(tmp_path, "doctor").out
    with server(lambda connection: connection.sendall(answer(FEED))) as address:
        here(tmp_path, "update", "--no-wait", env=on(address))
    assert (tmp_path / "state" / "update.lock").read_text() == ""
    assert "none is running" in here(tmp_path, "doctor").out


def test_a_lock_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert "update.lock: cannot be made" in one_line(here(tmp_path, "update", code=1))


def test_a_library_that_stays_locked_is_a_line_and_the_mark_is_not_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = good(tmp_path)
    monkeypatch.setattr("papertui.store.database.BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert "another program holds the library locked" in one_line(here(tmp_path, "mark", "2511.00001", "--save", code=1))
        assert len(here(tmp_path, "list", "--format", "ids").out.split()) == 60
        db.execute("ROLLBACK")
    here(tmp_path, "mark", "2511.00001", "--save")


# the reader


def reader(home: Path) -> Terminal:
    return Terminal(command=(sys.executable, "-m", "papertui"), env={"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW})


@pytest.mark.parametrize("fault", [corrupt_header, corrupt_pages, newer, dangling_link], ids=name_of)
def test_the_reader_says_what_is_wrong_with_a_library_before_it_takes_the_screen(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    fault(good(tmp_path))
    terminal = reader(tmp_path)
    try:
        assert terminal.ended(30) == 1
    finally:
        terminal.close()
    assert terminal.output.startswith(b"papertui: ")
    assert terminal.output.count(b"\n") == 1
    assert BROKEN[fault].encode() in terminal.output


def test_the_reader_says_what_is_wrong_with_settings_before_it_takes_the_screen(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[sources\n")
    terminal = reader(tmp_path)
    try:
        assert terminal.ended(30) == 2
    finally:
        terminal.close()
    assert terminal.output.startswith(b"papertui: ")
    assert b"config.toml line 1" in terminal.output


def test_a_library_that_breaks_under_the_reader_is_a_message_and_not_its_end(tmp_path: Path) -> None:
    path = good(tmp_path)
    terminal = reader(tmp_path)
    try:
        terminal.shows("60 papers")
        terminal.read(0.3)
        corrupt_header(path)
        for key in (b"j", b"s", b"y", b"u", b"j"):
            os.write(terminal.fd, key)
            terminal.read(0.2)
        terminal.shows("the library is damaged")
        assert b"Traceback" not in terminal.output
        os.write(terminal.fd, b"\x1bq")
        assert terminal.ended(30) == 1
    finally:
        terminal.close()
    assert b"could not be written" in terminal.output
    assert b"\x1b[?1049l" in terminal.output

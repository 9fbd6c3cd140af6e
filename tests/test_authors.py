"""Followed and muted authors: whose name is whose, and what follows from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from papertui.cli.main import main
from papertui.config import load_settings
from papertui.domain.authors import Alias, Matcher, match, s2_id
from papertui.domain.edition import Edition, EditionHead, parse_filter
from papertui.domain.fold import fold
from papertui.domain.muting import followed_by, muted_by
from papertui.domain.profile import Profile
from papertui.paths import Paths
from papertui.services.authors import followed_aliases, marked_rows, names_now
from papertui.services.events import Event, Warned
from papertui.services.library_desk import LibraryDesk
from papertui.services.session import Session
from papertui.sources.errors import SourceError
from papertui.sources.http import Http
from papertui.sources.semantic_scholar import alias_kept, is_fresh, parse_authors
from papertui.store.library import Library
from papertui.tui.pane_text import pane_lines
from papertui.tui.rows import cells, columns
from papertui.tui.state import Listing
from tests.fake_desk import DAY as ROW_DAY
from tests.fake_desk import invented_row
from tests.make import DAY, NOW, announced, local_score, paper, pid
from tests.replies import answer, impatient, server  # noqa: F401 - a fixture
from tests.shared import shared_file

# -- names


@pytest.mark.parametrize(
    ("wanted", "author"),
    [
        ("Jane Doe", "jane DOE"), ("Jane Doe", "Doe, Jane"), ("Doe, Jane", "Jane Doe"), ("Jane Doe", "Jane Q. Doe"),
        ("Jane Quincy Doe", "Jane Q. Doe"), ("Jane Quincy Doe", "Jane Doe"), ("Jean-Luc Picard", "Jean Luc Picard"),
        ("Jean-Luc Picard", "Picard, Jean–Luc"), ("François Müller", r"Fran\c{c}ois M\"uller"), ("Soren Moller", r"S{\o}ren M{\o}ller"),
        ("Xiaoming Doe", "Xiao-Ming Doe"), ("Xiaoming Doe", "Xiao Ming Doe"), ("Xiao-Ming J. Doe", "Xiaoming Doe"),
        ("Ivo LeNoir", "Ivo Le Noir"), ("Ivo Le Noir", "LENOIR, IVO"), ("Ludwig van der Berg", "van der Berg, Ludwig"),
        ("Ludwig van der Berg", "Berg, Ludwig van der"), ("Ludwig Van Der Berg", "Ludwig Vanderberg"), ("Aäron van den Oord", "Aaron Oord"),
        ("Maria de la Cruz", "María De La Cruz"), ("Robert Roe", "Robert Roe, Jr."), ("Robert Roe III", "Roe, III, Robert"),
        ("Conor O'Brien", "Conor O’Brien"), ("Rami Al-Nour", "Rami Alnour"), ("Oisin Mac Aille", "Oisin MacAille"),
        ("Anna Smith-Jones", "Smith-Jones, Anna"), ("Anna Smith-Jones", "Anna Smith Jones"), ("Pablo Müller", "J. Pablo Muller"),
        ("Tsui-Wei Sample", "Tsui-Wei (Lily) Sample"), ("Lily Sample", "Tsui-Wei (Lily) Sample"), ("Bill Roe", 'William "Bill" Roe'),
        ("王伟", "王 伟"), ("王伟", "王, 伟"), ("王伟", "Wei Wang (王伟)"), ("Wei Wang", "Wei Wang 王伟"), ("김민수", "김민수"),
        ("Plato", "PLATO"), ("DeepSeek-AI", "DeepSeek AI"), ("John Robert Roe", "J. Robert Roe"),
    ],
)  # fmt: skip
def test_one_person_however_written(wanted: str, author: str) -> None:
    found = match([wanted], ["Somebody Else", author])
    assert found is not None
    assert (found.wanted, found.author, found.sure) == (wanted, author, True)


@pytest.mark.parametrize(
    ("wanted", "author"),
    [
        ("Ivo LeNoir", "I. LeNoir"), ("I. LeNoir", "Ivo LeNoir"), ("Ivo LeNoir", "LeNoir, I."), ("I. LeNoir", "I. A. LeNoir"),
        ("Jean-Luc Picard", "J.-L. Picard"), ("Jean-Luc Picard", "J.L. Picard"), ("Jean-Luc Picard", "J. Picard"),
        ("Yurii Sample", "Yu. E. Sample"), ("Ludwig van der Berg", "L. van der Berg"), ("W. Wang", "Wei Wang"),
        ("John Robert Smith", "J. R. Smith"), ("Xiao-Ming Li", "X.-M. Li"),
    ],
)  # fmt: skip
def test_initials_are_told_as_initials(wanted: str, author: str) -> None:
    found = match([wanted], [author])
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    ("wanted", "author"),
    [
        ("Ann Lee", "Anna Lee"), ("Jane Doe", "Jane Roe"), ("Jane Q. Doe", "Jane R. Doe"), ("Jean-Luc Picard", "Jean Picard"),
        ("Jean Picard", "Jean-Luc Picard"), ("Xiao Li", "Xiao-Ming Li"), ("Wietse de Vries", "Wietse van Vries"),
        ("Robert Roe Sr.", "Robert Roe Jr."), ("王伟", "王伟明"), ("Plato", "Plato Smith"), ("Jane Doe", "Doe"), ("Doe", "Jane Doe"),
        ("Anna Smith-Jones", "Anna Jones"), ("Ivo LeNoir", "P. LeNoir"), ("Luis Garcia", "Juan Luis Garcia"), ("", "Jane Doe"), ("?!", "?!"),
        ("[cs.CL]", "Jane Doe"), ("Wei Li", "William Li"),
    ],
)  # fmt: skip
def test_two_people_stay_two(wanted: str, author: str) -> None:
    assert match([wanted], [author]) is None


def test_an_initial_is_nobody_where_many_share_the_family_name_or_another_fits_too() -> None:
    assert match(["Wei Wang"], ["W. Wang"]) is None
    assert match(["Wei Wang [cs.CL]"], ["W. Wang"], ["cs.CL"]) is not None
    assert match(["Ivo LeNoir"], ["I. LeNoir", "I. B. LeNoir"]) is None
    assert match(["Ivo LeNoir", "Igor LeNoir"], ["I. LeNoir"]) is None
    assert match(["Ivo LeNoir", "Igor LeNoir"], ["I. LeNoir", "Igor LeNoir"]) is not None
    assert Matcher(["Ivo LeNoir"], strict=True).match(["I. LeNoir"]) is None
    assert Matcher(["I. LeNoir"], strict=True).match(["Ivo LeNoir"]) is not None


def test_a_full_name_comes_before_initials_and_then_the_first_author() -> None:
    found = match(["Ivo LeNoir", "Jane Doe", "John Roe"], ["I. LeNoir", "Roe, John", "Jane Doe"])
    assert found is not None
    assert (found.wanted, found.author) == ("John Roe", "Roe, John")


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("Wei Wang [cs.CL]", True), ("Wei Wang [CS]", True), ("Wei Wang [cs.CR]", False), ("Wei Wang [math]", False),
        ("Wei Wang [with Mia Tang]", True), ("Wei Wang [with M. Tang]", True), ("Wei Wang [with Wei Wang]", False),
        ("Wei Wang [Tsinghua]", True), ("Wei Wang [tsinghua university]", True), ("Wei Wang [Harbour]", False), ("Wei Wang [sing]", False),
        ("Wei Wang [math, Tsinghua]", True), ("Wei Wang [cs.CL] [Harbour]", False), ("Wei Wang [cs.CL] [with Mia Tang]", True),
        ("Wei Wang [cs.CL", True), ("Wei Wang [s2:1688882]", True), ("Wei Wang [s2:1688882] [math]", False), ("Wei Wang []", True),
    ],
)  # fmt: skip
def test_brackets_must_fit_too(wanted: str, fits: bool) -> None:
    people, where = ["Wei Wang", "Mia Tang"], ["Tsinghua University", "Harbour School"]
    found = match([wanted], people, ["cs.LG", "cs.CL"], where)
    assert (found is not None) is fits
    assert found is None or found.wanted == "Wei Wang"


def test_affiliations_fit_only_where_the_paper_names_some() -> None:
    assert match(["Wei Wang [Tsinghua]"], ["Wei Wang"]) is None
    assert match(["Wei Wang [Tsinghua]"], ["Ann Roe", "Wei Wang"], (), ["", "Tsinghua"]) is not None
    assert s2_id("Wei Wang [cs.CL, S2: 12] [x]") == "12"
    assert s2_id("Wei Wang [cs.CL]") is None


def test_aliases_are_names_too_but_their_initials_are_nobodys_word() -> None:
    alias = Alias(("Ivo A. Le Noir", "Jan Lenwar", "W. Wang"), ("2511.00009",), 99)
    matcher = Matcher(["Ivo LeNoir [s2:5]"], {"Ivo LeNoir [s2:5]": alias})
    assert matcher.match(["Jan Lenwar"]) == ("Ivo LeNoir", "Jan Lenwar", True, 99)
    assert matcher.match(["Wei Wang"]) is None
    assert matcher.match(["Wei Wang"], number="2511.00009") == ("Ivo LeNoir", "Ivo LeNoir", True, 99)
    assert matcher.match(["Ann Roe", "I. LeNoir"], number="2511.00009") == ("Ivo LeNoir", "I. LeNoir", True, 99)


_LETTERS = st.text(alphabet="abéÉüßłøçñ李王김'- .,()[]\"\\{}~", max_size=14)


@given(st.lists(st.one_of(st.text(max_size=20), _LETTERS), max_size=5), st.lists(st.one_of(st.text(max_size=20), _LETTERS), max_size=5))
@example(["[", "]["], ["(", ")("])
def test_any_texts_are_compared_without_an_error(wanted: Sequence[str], people: Sequence[str]) -> None:
    found = Matcher(wanted).match(people, ["cs.LG"], [""] * len(people))
    assert found is None or found.author in people


_NAMES = st.builds(
    lambda parts, family: " ".join([*parts, family]),
    st.lists(st.sampled_from(["Jane", "Q.", "Élodie", "Xiao-Ming", "van", "de", "J.", "Şule"]), min_size=1, max_size=3),
    st.sampled_from(["Doe", "Müller", "Łuczak", "O'Brien", "Smith-Jones", "Wang"]),
)


@given(_NAMES, _NAMES)
def test_folding_either_side_and_changing_sides_change_nothing(one: str, other: str) -> None:
    def said(wanted: str, author: str) -> bool | None:
        found = Matcher([f"{wanted} [with Ann Roe]"]).match([author, "Ann Roe"])  # so that initials count whoever has them
        return found and found.sure

    assert said(one, one) is not None
    assert said(one, other) == said(fold(one).upper(), fold(other)) == said(other, one)


# -- what the profile says outright


def test_a_paper_is_muted_by_author_word_or_category_in_a_few_words() -> None:
    profile = Profile("p", muted_words=("block chain",), muted_authors=("Wei Wang",), muted_categories=("cs.CR", "econ"))
    assert muted_by(profile, paper(1)) is None
    assert muted_by(profile, paper(1, authors=("Ann Roe", "Wang, Wei"))) == "muted author Wang, Wei"
    assert muted_by(profile, paper(1, authors=("W. Wang",))) is None
    assert muted_by(profile, paper(1, abstract="A \\emph{Block}-chain.")) == "muted word block-chain"
    assert muted_by(profile, paper(1, categories=("cs.CR", "cs.LG"))) == "muted category cs.CR"
    assert muted_by(profile, paper(1, categories=("cs.LG", "cs.CR"))) is None
    assert muted_by(profile, paper(1, categories=("econ.EM",))) == "muted category econ.EM"
    assert muted_by(profile, paper(1, categories=(), authors=())) is None


def test_somebody_followed_is_muted_by_name_alone() -> None:
    profile = Profile("p", muted_words=("survey",), muted_authors=("Wei Wang",), muted_categories=("cs.CR",), followed=("Ann Roe",))
    mine = paper(1, title="A survey", categories=("cs.CR",), authors=("Ann Roe",))
    assert muted_by(profile, mine) is None
    assert followed_by(profile, mine) is not None
    assert muted_by(profile, replace(mine, authors=("Ann Roe", "Wei Wang"))) == "muted author Wei Wang"
    known = replace(profile, followed=("X Y [s2:1]",), aliases=(("X Y [s2:1]", Alias(("Ann Roe",))),))
    assert muted_by(known, mine) is None
    assert known.digest == replace(known, aliases=()).digest


# -- lists and the reader


def session_in(home: Path, profile: str, **env: str) -> Session:
    (home / "profiles").mkdir(exist_ok=True)
    (home / "profiles" / "default.md").write_text(profile, encoding="utf-8")
    paths = Paths.find(str(home), {})
    return Session(paths, load_settings(paths.config_file, env), lambda: NOW, env)


FIRST = {"PAPERTUI_SCORING__FOLLOWED_FIRST": "true"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Paper 1 has the best score, then 2 …; 4 is Ivo LeNoir's, 5 another's of that name in cs.CV."""
    with Library(tmp_path / "papertui.db", write=True) as library:
        library.add_day(DAY, "arxiv", NOW)
        papers = [announced(number) for number in (1, 2, 3)]
        papers.append(announced(4, authors=("First Author", "Ivo LeNoir"), categories=("cs.LG", "cs.CL")))
        papers.append(announced(5, authors=("I. Le Noir",), categories=("cs.CV",)))
        library.add_papers(papers, first_hand=True)
        library.add_scores([local_score(number, 11 - number, 5) for number in range(1, 4)])
    return tmp_path


def profile_of(*followed: str) -> str:
    return f"+++\nfollowed = {json.dumps(followed)}\n+++\n- topic\n"


def test_followed_papers_are_marked_and_brackets_look_into_the_whole_paper(home: Path) -> None:
    def marked(*followed: str) -> dict[int, str]:
        session = session_in(home, profile_of(*followed))
        with session.library() as library:
            edition = library.edition(DAY)
            assert edition is not None
            rows, said = marked_rows(session, library, edition.rows)
        assert {row.id for row in rows if row.followed} == said.keys()
        return {int(row.id.number[-5:]): row.followed for row in rows if row.followed}

    assert marked() == {}
    assert marked("Ivo LeNoir") == {4: "Ivo LeNoir", 5: "I. Le Noir"}
    assert marked("Ivo LeNoir [cs.CL]") == {4: "Ivo LeNoir"}
    assert marked("Ivo LeNoir [cs.CL]", "Igor LeNoir [cs.CV]") == {4: "Ivo LeNoir", 5: "I. Le Noir"}
    assert marked("Ivo LeNoir [cs.CL]", "I. LeNoir [cs.CV]") == {4: "Ivo LeNoir", 5: "I. Le Noir"}


def test_json_says_followed_and_the_default_order_puts_them_first_on_request(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAPERTUI_HOME", str(home))
    session_in(home, profile_of("Ivo LeNoir"))

    def listed(*arguments: str) -> list[dict[str, object]]:
        assert main(["list", "--all", "--format", "json", *arguments]) == 0
        found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
        return found

    plain = listed()
    assert [(each["id"], each["followed"]) for each in plain] == [(str(pid(number)), number > 3) for number in (1, 2, 3, 4, 5)]
    monkeypatch.setenv(*next(iter(FIRST.items())))
    assert [each["id"] for each in listed()] == [str(pid(number)) for number in (4, 5, 1, 2, 3)]
    assert [each["id"] for each in listed("--sort", "score,relevance")] == [each["id"] for each in plain]
    assert main(["list", "--format", "table"]) == 0
    assert "@Ivo LeNoir +1" in capsys.readouterr().out
    assert main(["show", str(pid(4)), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["followed"] is True
    assert main(["show", str(pid(4))]) == 0
    assert "you follow Ivo LeNoir" in capsys.readouterr().out
    assert main(["export", str(pid(5)), "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["followed"] is True


def test_the_reader_marks_them_and_has_them_on_top_on_request(home: Path) -> None:
    desk = LibraryDesk(session_in(home, profile_of("Ivo LeNoir"), **FIRST))
    edition, listing = desk.edition(None), Listing()
    listing.load(edition)
    assert [row.id for row in listing.view] == [pid(number) for number in (4, 5, 1, 2, 3)]
    assert listing.order[0].name == "score"
    listing.sort("score")
    listing.sort("score")
    listing.load(edition)
    assert [row.id for row in listing.view][:3] == [pid(1), pid(2), pid(3)]
    detail = desk.detail(pid(4))
    assert detail is not None
    assert "@ you follow Ivo LeNoir" in {"".join(part for part, _ in line) for line in pane_lines(detail, 60, full=False)}
    found = desk.search("abstract")
    assert found is not None
    assert {row.id for row in found.rows if row.followed} == {pid(4), pid(5)}
    desk.close()


def test_nothing_is_first_unless_asked_for(home: Path) -> None:
    desk, listing = LibraryDesk(session_in(home, profile_of("Ivo LeNoir"))), Listing()
    listing.load(desk.edition(None))
    assert [row.id for row in listing.view] == [pid(number) for number in (1, 2, 3, 4, 5)]
    listing.set_filter("followed")
    assert [row.id for row in listing.view] == [pid(4), pid(5)]
    desk.close()


def test_a_profile_is_parsed_once_and_again_when_it_changes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_in(home, profile_of("Ivo LeNoir"))
    session.library(write=True).close()

    def parsed(*_: object) -> object:
        raise AssertionError("parsed")

    monkeypatch.setattr("papertui.services.profiles.load_profile", parsed)
    with session.library() as library:
        assert names_now(library, session.paths, "default") == ("Ivo LeNoir",)
        session_in(home, "+++\nfollowed = []\n+++\n- t\n")
        assert names_now(library, session.paths, "default") == ()
        session_in(home, profile_of("Ann Roe"))
        with pytest.raises(AssertionError, match="parsed"):
            names_now(library, session.paths, "default")
    monkeypatch.undo()
    with session_in(home, "+++\nfollowed = ['a'\n").library() as library:
        assert names_now(library, session.paths, "default") == ()


def test_the_filter_word_finds_them_and_in_quotes_it_is_a_word() -> None:
    row = invented_row(1, followed="Bram Østergård")
    assert parse_filter("followed").matches(row, "")
    assert not parse_filter("followed").matches(invented_row(1), "")
    assert parse_filter('"followed"').words == ("followed",)


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_sign_stands_by_the_authors_or_the_title_and_moves_nothing(width: int) -> None:
    row = invented_row(3)
    here = row._replace(followed=row.authors[-1])
    cols = columns(width, [row])
    plain, marked = ("".join(text for text, _ in cells(each, cols, here=False)) for each in (row, here))
    assert len(plain) == len(marked)
    assert "@" not in plain
    assert marked.count("@") == 1
    assert not cols.authors or f"@{row.authors[-1]}"[: cols.authors - 4] in marked


def test_a_list_without_followed_authors_is_as_it_was() -> None:
    rows = [invented_row(number) for number in range(9)]
    one, other = Listing(), Listing()
    one.load(Edition(EditionHead(ROW_DAY, 9), tuple(rows)))
    other.load(Edition(EditionHead(ROW_DAY, 9, followed_first=True), tuple(rows)))
    assert one.view == other.view


# -- Semantic Scholar


ON = {"PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__ENABLED": "true"}


def ask(session: Session) -> tuple[dict[str, Alias], list[str]]:
    told: list[Event] = []
    found = asyncio.run(followed_aliases(session, told.append))
    return dict(found), [event.text for event in told if isinstance(event, Warned)]


def test_authors_are_asked_for_by_id_once_a_month_and_then_known_to_lists(home: Path, httpserver: HTTPServer) -> None:
    papers = [{"externalIds": {"ArXiv": "2511.00003"}}, {"externalIds": {"ArXiv": "../x"}}, {"externalIds": None}, None]
    known = {"authorId": "5", "name": "A. Roe", "hIndex": 42, "externalIds": {"DBLP": ["First Author 0002"]}, "papers": papers}
    httpserver.expect_request("/graph/v1/author/batch", method="POST", json={"ids": ["5", "6"]}).respond_with_json([known, None])
    address = {"PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__URL": httpserver.url_for("").rstrip("/")}
    session = session_in(home, profile_of("Ann Roe [s2:5]", "Jane Doe [cs.LG] [s2:6]", "John Doe"), **ON, **address)
    session = session._replace(env={"S2_API_KEY": "k-1"})
    found, lines = ask(session)
    assert found == {"Ann Roe [s2:5]": Alias(("A. Roe", "First Author"), ("2511.00003",), 42)}
    assert lines == ["Semantic Scholar knows no author 6: correct the [s2:6] in your profile"]
    assert [request.headers["x-api-key"] for request, _ in httpserver.log] == ["k-1"]
    assert ask(session) == (found, [])
    assert len(httpserver.log) == 1
    assert ask(session._replace(clock=lambda: NOW + timedelta(days=31)))[0] == found
    assert len(httpserver.log) == 2
    with session.library() as library:
        edition = library.edition(DAY)
        assert edition is not None
        rows, said = marked_rows(session, library, edition.rows)
    assert said[pid(1)] == "First Author (h-index 42)"
    assert {row.id for row in rows if row.followed} == {pid(number) for number in (1, 2, 3, 4)}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [("429 Too Many Requests", b"{}", "busy (429"), ("200 OK", b'{"error": "x"}', "no list of the authors"), ("500 X", b"", "500")],
)
def test_a_service_that_is_busy_or_odd_costs_a_line_and_what_was_known_stays(home: Path, status: str, body: bytes, words: str) -> None:
    with server(lambda connection: connection.sendall(answer(body, status=status))) as address:
        session = session_in(home, profile_of("Ann Roe [s2:5]"), **ON, PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__URL=address)
        old = {"asked": (NOW - timedelta(days=40)).isoformat(), "names": ["Anna Roe"], "papers": [], "h_index": None}
        with session.library(write=True) as library:
            library.remember("s2:5", json.dumps(old))
        found, lines = ask(session)
    assert found == {"Ann Roe [s2:5]": Alias(("Anna Roe",))}
    assert words in lines[-1]
    assert all("\n" not in line for line in lines)


def test_nobody_is_asked_unless_it_is_switched_on_and_somebody_has_an_id(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> dict[str, str]:
        raise AssertionError("asked")

    monkeypatch.setattr("papertui.sources.semantic_scholar.ask", never)
    assert ask(session_in(home, profile_of("Ann Roe [s2:5]"))) == ({}, [])
    assert ask(session_in(home, profile_of("Ann Roe"), **ON)) == ({}, [])


def test_what_was_kept_is_fresh_for_thirty_days_and_damage_is_not() -> None:
    kept = json.dumps({"asked": NOW.isoformat(), "names": ["A"], "papers": ["2511.00001"], "h_index": 3})
    assert alias_kept(kept) == Alias(("A",), ("2511.00001",), 3)
    assert is_fresh(kept, NOW + timedelta(days=29))
    assert not is_fresh(kept, NOW + timedelta(days=30))
    for text in (None, "", "[]", "{}", '"x"', "{"):
        assert alias_kept(text) is None
        assert not is_fresh(text, NOW)


def test_a_real_answer_is_read_and_hostile_ones_are_bounded() -> None:
    found = parse_authors(shared_file("semantic_scholar", "author_batch_with_null.json").read_bytes(), 4)
    assert [each and each.names for each in found] == [None, ("E. Dijkstra",), ("D. Parnas",), ("I. Sommerville",)]
    odd = [{"name": "a\x1b[1m\nb" + "x" * 900, "hIndex": True, "externalIds": {"DBLP": [1, None]}, "papers": "x"}, 7]
    first, second = parse_authors(json.dumps(odd).encode(), 2)
    assert second is None
    assert first is not None
    assert first.h_index is None
    assert "\x1b" not in first.names[0]
    assert len(first.names[0]) <= 200
    for body in (b"", b"{}", b"[]", b"[" * 100_000, b"\xff"):
        with pytest.raises(SourceError, match="no list of the authors"):
            parse_authors(body, 1)


def test_a_key_and_what_was_sent_stay_with_their_server(httpserver: HTTPServer) -> None:
    other = httpserver.url_for("/new").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/old", method="POST").respond_with_data(status=307, headers={"Location": "/here"})
    httpserver.expect_request("/here", method="POST").respond_with_data(status=307, headers={"Location": other})
    httpserver.expect_request("/new").respond_with_data("there")

    async def post() -> None:
        async with Http() as http:
            await http.get(httpserver.url_for("/old").replace("127.0.0.1", "localhost"), body=b"mine", headers={"x-api-key": "k"})

    asyncio.run(post())
    sent = [(request.method, request.data, request.headers.get("x-api-key")) for request, _ in httpserver.log]
    assert sent == [("POST", b"mine", "k"), ("POST", b"mine", "k"), ("GET", b"", None)]

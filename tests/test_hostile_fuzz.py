"""Hostile text through every door, a few hundred strings of `python -m bench.hostile`; and each defect that it has found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain import gate
from papertui.domain.paper import Paper
from papertui.domain.profile import parse_profile
from papertui.domain.search_text import match_expression
from papertui.domain.tex import to_unicode
from papertui.export.bibscan import scan
from papertui.export.bibtex import bibtex, entry
from papertui.export.latex import value
from papertui.lists.read import NotAList, read_list
from papertui.services.opening import opener
from papertui.sources.arxiv_feed import parse_feed
from tests.command import papertui
from tests.feeds import feed, item
from tests.make import paper as made

pytest.importorskip("pty")
from bench.hostile import checks, stages, tex
from bench.hostile.answers import serving
from bench.hostile.reader import COLUMNS, ROWS, on_a_terminal
from bench.hostile.sandbox import Sandbox
from bench.hostile.strings import hostile
from bench.hostile.ways_in import Supply


def paper(number: int, title: str = "A title", **known: object) -> Paper:
    return made(number, title=title, **known)


ESCAPE = "\x1b]0;PWN\x07\x1b[31m\x9b\u202e"
ACTING = re.compile(
    r"\\(?:input|write|immediate|openout|def|catcode|csname|iffalse|fi|(?:re)?newcommand|directlua|begin|end|endcsname|loop|repeat|lstinputlisting"
    r"|includegraphics|usepackage|expandafter|special|AtEndDocument|pdfximage|makeatletter)(?![A-Za-z])"
)
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


# -- stderr is a terminal as well


def test_words_of_the_command_line_reach_no_error_line_raw(tmp_path: Path) -> None:
    name = str(tmp_path / f"list{ESCAPE}.json")
    for arguments in (
        ["load", name],
        ["load", name, name],
        [f"--{ESCAPE}"],
        ["fetch", "--source", ESCAPE],
        [ESCAPE],
        ["--home", name, "export", "--all"],
        ["--color", ESCAPE],
    ):
        assert not ACTS.search(papertui(tmp_path, *arguments, code=None).err), arguments


def test_an_error_line_that_quotes_something_endless_is_cut(tmp_path: Path) -> None:
    assert len(papertui(tmp_path, "search", "\n" * 50_000).err) < 3_000


def test_a_profile_of_a_stranger_is_shown_without_what_acts(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "default.md").write_text(f"# One{ESCAPE}\n  - deep\ttab\n\n\nlast\n")
    assert papertui(tmp_path, "profile", "show").out == "# One]0;PWN[31m\n  - deep tab\n\n\nlast\n"


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_words_that_are_no_utf8_find_nothing_instead_of_failing(tmp_path: Path) -> None:
    for arguments in (
        ["list", "--tag"],
        ["list", "--query"],
        ["list", "--source"],
        ["list", "--scorer"],
        ["search"],
        ["search", "--sort", "title"],
    ):
        assert papertui(tmp_path, *arguments, "a\udcff").err.startswith("papertui: "), arguments


# -- what stands in no text that passed the gate


@pytest.mark.parametrize("char", ["\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff", "\U0001d173", "\U0001bca0"])
def test_noncharacters_and_invisible_signs_do_not_pass(char: str) -> None:
    assert gate.one_line(f"a{char}b") == gate.paragraphs(f"a{char}b") == gate.lines(f"a{char}b") == "ab"


def test_joiners_that_scripts_need_pass() -> None:
    for text in ("नमस्ते क्\u200dष", "می\u200cخواهم", "👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈"):
        assert gate.one_line(text) == text


# -- nothing takes longer than its length


def test_endless_blanks_in_a_description_is_read_at_once() -> None:
    text = " " * 200_000
    given_feed = feed(item("2611.00001")).replace("arXiv:2611.00001v1 Announce Type: new \nAbstract: An abstract.", f"x{text}y")
    assert parse_feed(given_feed.encode(), requested="cs.LG").announced[0].paper.abstract == "x y"


def test_endless_words_are_searched_for_at_once(tmp_path: Path) -> None:
    assert papertui(tmp_path, "search", "a," * 50_000).out == ""
    assert len(match_expression('"' + "a " * 50_000 + '" ' + "b " * 50_000) or "") < 5_000


def test_a_joiner_at_the_cut_goes_too() -> None:
    family = "👩\u200d" * 50 + "👩"
    for limit in range(2, 20):
        cut = gate.one_line(family, limit)
        assert gate.one_line(cut, limit) == cut


def test_a_profile_of_brackets_is_read_at_once() -> None:
    for unit in ("[", "![", "[](", "[a]("):
        assert parse_profile(unit * 50_000, "x", "x").topics


def test_macros_of_a_title_do_not_multiply_its_length() -> None:
    bomb = r"\newcommand{\a}{" + "x" * 119 + "}" + r"\a" * 15_000
    assert len(to_unicode(bomb)) <= 2 * gate.MAX_TEXT
    assert to_unicode(r"\newcommand{\ours}{GraphNet} We present \ours and \ours.") == "We present GraphNet and GraphNet."


# -- TeX in a .bib acts on whoever compiles it


@pytest.mark.parametrize(
    "given_text",
    [
        r"\input{/etc/passwd}", r"\input /etc/passwd ", r"\immediate\write18{touch x}", r"\openout5=x", r"\def\item{}", r"\catcode`\%=0", r"\csname input\endcsname{x}", r"\iffalse", r"\fi",
        r"\newcommand{\a}{b}", r"\renewcommand\item{}", r"\directlua{x}", r"\begin{filecontents}{x}y\end{filecontents}", r"\end{document}", r"\loop\repeat", r"\url{\input{x}}",
        r"\lstinputlisting{x}", r"\includegraphics{x}", r"\usepackage{x}", r"\expandafter\x", r"\special{x}", r"\href{\input{x}}{y}", r"\AtEndDocument{x}", r"\pdfximage{x}", r"\makeatletter",
    ],
)  # fmt: skip
def test_commands_that_act_become_visible_text(given_text: str) -> None:
    for form in (given_text, f"a {given_text} b", f"${given_text}$"):
        written = value(form)
        assert not ACTING.search(written)
        assert value(written) == written


def test_commands_that_only_draw_stay() -> None:
    for text in (
        r"$\mathbb{R}^n \iff \begin{pmatrix}a\\b\end{pmatrix}$",
        r"\emph{x} \textsc{y} \ourmethod",
        r"\url{https://a.example/b_c}",
        r"\cite{x}",
        r"$\operatorname{if} \inf \newline$",
    ):
        assert value(text) == text


def test_no_character_is_spelt_by_two_carets() -> None:
    for text in (r"$^^5cinput{x}$", r"$\^^69nput{x}$", "$x^²$", "$a^⁵ᶜ$", r"\url{^^5cinput}", "^^5cinput", r"\href{^^5c}{x}"):
        written = value(text)
        assert "^^" not in written, written
        assert value(written) == written


def test_a_doi_and_a_category_hold_no_tex() -> None:
    odd = entry(paper(1, "A title", doi=r"10.1/\input^^5c", categories=(r"\input/etc/passwd", "cs.LG")), "k")
    assert "\\" not in odd
    assert "^" not in odd
    assert "primaryClass" not in odd


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9))
def test_the_scan_finds_just_the_entries_that_were_written(seed: int) -> None:
    words = hostile(seed, "/nowhere/pwned")
    papers = [
        paper(number, gate.one_line(next(words)) or "x", authors=tuple(filter(None, (gate.one_line(next(words)), "First Author"))), journal_ref=gate.one_line(next(words)), doi=gate.one_line(next(words)))
        for number in range(1, 5)
    ]  # fmt: skip
    index = scan(bibtex(papers).encode())
    assert index.entries == len(index.keys) == len(papers)
    assert index.papers >= {each.id for each in papers}
    assert index.unclosed_line is None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_nothing_that_acts_passes_the_gate_or_comes_out_of_tex(seed: int) -> None:
    text = next(hostile(seed, "/nowhere/pwned"))
    for form in (
        gate.one_line(text),
        gate.paragraphs(text).replace("\n", " "),
        gate.lines(text).replace("\n", " "),
        gate.verbatim(text).replace("\n", " "),
    ):
        assert not list(checks.in_text(form, "gate"))
        assert "\t" not in form
        assert "\n" not in form
        assert not list(checks.in_text(to_unicode(form), "tex"))
        assert not list(checks.in_text(value(form), "value"))


def test_a_doi_that_names_another_paper_hides_it_from_no_export() -> None:
    known = scan(bibtex([paper(1, doi="10.1/arXiv:2511.00002v1", journal_ref="see arXiv:2511.00003")]).encode()).papers
    assert {each.number for each in known} == {"2511.00001"}


def test_one_nul_in_one_title_does_not_cost_the_day() -> None:
    page = "\n".join(
        f"{n}. A ti\0tle {n}\n\nArXiv ID: 2511.{n:05d}\n\nAbstract: {'words ' * 200}\n\nRelevance: 9 Novelty: 8\n" for n in (1, 2)
    )
    assert [each.paper.title for each in read_list(page.encode(), "2026-11-20.txt").entries] == ["A title 1", "A title 2"]
    with pytest.raises(NotAList, match="binary"):
        read_list(b"a\0b\0" * 100, "x.txt")


# -- programs


def test_an_address_that_holds_a_placeholder_is_filled_in_once() -> None:
    assert opener("/home/{url}/x.pdf", ["view", "{path}", "{url}"], {}, "linux", lambda name: None) == [
        "view",
        "/home/{url}/x.pdf",
        "/home/{url}/x.pdf",
    ]
    assert opener("/home/{path}/x.pdf", ["view", "{url}"], {}, "linux", lambda name: None) == ["view", "/home/{path}/x.pdf"]


# -- the whole way, a few hundred strings


def test_a_few_hundred_strings_go_through_every_door_and_nothing_acts(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "box")
    box.home.mkdir()
    supply = Supply(hostile(3, str(box.canary)), 3)
    found: list[str] = []
    with serving() as answers:
        found += stages.fill(box, supply, answers, 12, 2)
        found += stages.told(box, supply, 48)
        found += stages.appended(box, supply, 14)
        done = box.run("list", "--all", "--format", "jsonl")
        found += stages.checked(done, ("list", "--all", "--format", "jsonl"), (0,))
        done = box.run("--color", "always", "list", "--all")
        found += stages.checked(done, ("--color", "always", "list", "--all"), (0,))
        export = box.run("export", "--all")
        found += stages.checked(export, ("export", "--all"), (0,))
        found += tex.in_bib(export.out, len(box.run("list", "--all", "--format", "ids").out.split()))
        env = stages.fetching(answers.add("/title/", b"<html><title>" + ESCAPE.encode() + b"</title>"))
        found += checks.on_screen(on_a_terminal(box, ["update"], env), stages.HARMLESS_SEQUENCES, ROWS, COLUMNS)
    found += box.harm()
    assert supply.taken > 300
    assert found == []


def test_the_harness_sees_what_it_is_to_find(tmp_path: Path) -> None:
    allowed = checks.shapes(b"\x1b[?2026h\x1b[1;1Htext\x1b[0;38;2;1;2;3m")
    for raw in (
        b"\x1b[31m",
        b"\x1b]0;PWN\x07",
        b"\x1b[500;1H",
        b"\xc2\x9b31m",
        "a\u202eb".encode(),
        b"\x07",
        b"\x1b]52;c;UFdO\x07",
        b"\xff",
        b"\x1b",
    ):
        assert list(checks.on_screen(raw, allowed, 40, 120)), raw
    assert not list(checks.on_screen(b"\x1b[2;3Hx\x1b[?2026h", allowed, 40, 120))
    box = Sandbox(tmp_path / "box")
    box.home.mkdir()
    program = f"import os, subprocess; open({str(box.canary)!r}, 'w').close(); subprocess.run(['touch', 'x'])"
    subprocess.run([sys.executable, "-c", program], env=box.environment, cwd=box.cwd, check=True)
    harm = "\n".join(box.harm())
    assert "started touch ['x']" in harm
    assert f"made: {str(box.canary)!r}" in harm
    assert "open outside" in harm

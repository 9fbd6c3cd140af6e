"""Values of BibTeX fields: repaired, balanced, never escaped twice, nothing lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.export.latex import decode_accents, value
from papertui.export.latex_symbols import LETTERS, MATH, letter_form
from tests.shared import shared_file

TEXY = st.text(alphabet=st.sampled_from("ab Z09\\\\{}{}$$%&#_^~\"'`()[]-éßμ²₁“–中🤖𝒪ﬁ％"), max_size=60)
ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


def bibtex_depths(text: str) -> list[int]:
    """Depth after each brace as BibTeX counts, which knows no escapes."""
    depths, depth = [0], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        depths.append(depth)
    return depths


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Schr\\\"odinger's $k$-NN", "Schr\\\"odinger's $k$-NN"),
        ("Q & A: 50% of #1 in a_b", "Q \\& A: 50\\% of \\#1 in a\\_b"),
        ("Q \\& A: 50\\% of \\#1 in a\\_b", "Q \\& A: 50\\% of \\#1 in a\\_b"),
        ("C^2ROPE", "C{\\textasciicircum}2ROPE"),
        ("$x_{i}^2 & y$", "$x_{i}^2 & y$"),
        ("$50% of #$", "$50\\% of \\#$"),
        ("costs $5 and $10 a month", "costs \\$5 and \\$10 a month"),
        ("costs \\$5", "costs \\$5"),
        ("$\\unclosed math", "\\$\\unclosed math"),
        ("$$x$$ but $$", "$$x$$ but \\$\\$"),
        ("\\(x_1\\) but \\( y_1", "\\(x_1\\) but ( y\\_1"),
        ("a { b", "a {\\textbraceleft} b"),
        ("a } b \\{ c", "a {\\textbraceright} b {\\textbraceleft} c"),
        ("$\\{a\\}$ and $\\{a$", "$\\{a\\}$ and $\\lbrace{}a$"),
        ("{kept} \\textbf{as it is}", "{kept} \\textbf{as it is}"),
        ("ends in \\", "ends in {\\textbackslash}"),
        ("C:\\1", "C:{\\textbackslash}1"),
        ("~10x but Fig.~2", "{\\textasciitilde}10x but Fig.~2"),
        ("see \\url{https://e.org/a_b%20c} for a_b", "see \\url{https://e.org/a_b%20c} for a\\_b"),
        ("two\n lines\tand   blanks ", "two lines and blanks"),
    ],
)
def test_what_would_stop_bibtex_is_escaped_once_and_math_is_left_alone(given_text: str, expected: str) -> None:
    assert value(given_text) == expected
    assert value(expected) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Schrödinger", 'Schr{\\"o}dinger'),
        ("ß ł ø å æ ı", "{\\ss} {\\l} {\\o} {\\aa} {\\ae} {\\i}"),
        ("ğ ş ő ą İ ế ǿ", "{\\u{g}} {\\c{s}} {\\H{o}} {\\k{a}} {\\.I} {\\'{\\^e}} {\\'{\\o}}"),
        ("e\u0301 decomposed", "{\\'e} decomposed"),
        ("“quoted” – and — it’s…", "``quoted'' -- and --- it's{\\ldots}"),
        ("μP, αβ and $μ$", "$\\mu$P, $\\alpha\\beta$ and $\\mu$"),
        ("x² 10¹⁰ CO₂", "x$^2$ 10$^{10}$ CO$_2$"),
        ("$x²$ and $ax≤βx$", "$x^2$ and $ax\\leq\\beta x$"),
        ("𝒪(n) over ℝ ≤ ∞", "$\\mathcal{O}$(n) over $\\mathbb{R}$ $\\leq$ $\\infty$"),
        ("ﬁne Ａ ％ ½ ｛", "fine A \\% 1/2 {\\textbraceleft}"),
        ("不可能 Заголовок 🤖", "不可能 Заголовок 🤖"),
    ],
)
def test_unicode_becomes_tex_where_tex_has_a_form_and_is_kept_elsewhere(given_text: str, expected: str) -> None:
    assert value(given_text) == expected


def test_without_ascii_unicode_stays_and_repairs_are_made() -> None:
    assert value("Müller & Søn: 50% “μP” {", ascii=False) == "Müller \\& Søn: 50\\% “μP” {\\textbraceleft}"


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        ('Schr\\"odinger', "Schrödinger"),
        ('Schr\\"{o}dinger', "Schrödinger"),
        ('Schr{\\"o}dinger', "Schrödinger"),
        ("Mart\\'i and Mart{\\'\\i}", "Martí and Martí"),
        ("Kova\\v{c}evi\\'c, Em\\H{o}ke", "Kovačević, Emőke"),
        ('Micha{\\l}, J{\\o}rgensen, {\\AA}hag, N\\"u{\\ss}lein', "Michał, Jørgensen, Åhag, Nüßlein"),
        ("\\.Ismail, O\\u{g}uzhan, \\O ystein", "İsmail, Oğuzhan, Øystein"),
        ("\\'{\\^e}", "ế"),
        ("\\textit{Gaia} {LLM} \\&", "\\textit{Gaia} {LLM} \\&"),
    ],
)
def test_accents_of_tex_are_decoded_and_other_commands_stay(tex: str, plain: str) -> None:
    assert decode_accents(tex) == plain


def test_every_accented_letter_of_the_latin_blocks_survives_the_way_there_and_back() -> None:
    lost = []
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        char = chr(code)
        form = letter_form(char)
        if form is not None and unicodedata.normalize("NFC", decode_accents(form)) != char:
            lost.append((char, form, decode_accents(form)))
    assert lost == []
    assert all(decode_accents(f"{{\\{name}}}") == char for char, name in LETTERS.items())


def test_every_mathematical_sign_has_a_form_that_is_pure_ascii() -> None:
    assert all(form.isascii() for form in MATH.values())
    assert value("".join(MATH)).isascii()


@given(st.one_of(TEXY, ANY), st.booleans())
def test_any_value_is_one_balanced_line_and_is_not_changed_again(text: str, ascii: bool) -> None:
    text = one_line(text)
    tex = value(text, ascii=ascii)
    assert "\n" not in tex
    assert "\r" not in tex
    depths = bibtex_depths(tex)
    assert min(depths) == 0
    assert depths[-1] == 0
    assert not tex.endswith("\\") or tex.endswith("\\\\")
    assert value(tex, ascii=ascii) == tex


@given(st.one_of(TEXY, ANY), st.booleans())
def test_no_bare_special_is_left_outside_math(text: str, ascii: bool) -> None:
    tex = value(one_line(text), ascii=ascii)
    bare = []
    in_math = escaped = False
    for char in tex:
        if escaped:
            escaped = False
            if char in "([":
                in_math = True
            elif char in ")]":
                in_math = False
            continue
        if char == "\\":
            escaped = True
        elif char == "$":
            in_math = not in_math
        elif (char in "%#") or (char in "&_^" and not in_math):
            bare.append(char)
    assert bare == []
    assert not in_math


@given(ANY)
def test_letters_and_digits_of_plain_text_are_never_lost(text: str) -> None:
    text = one_line(text)
    kept = [char for char in text if char.isalnum() and char.isascii()]
    out = iter(value(text))
    assert all(char in out for char in kept)


def test_titles_of_a_real_day_need_no_repair_that_changes_their_meaning() -> None:
    page = shared_file("arxiv_feeds", "rss_cs.LG_2026-04-27.xml").read_text(encoding="utf-8")
    titles = [part.split("</title>")[0] for part in page.split("<title>")[2:]]
    assert titles
    for title in titles:
        assert value(title, ascii=False).replace("\\&", "&").replace("\\_", "_").replace("\\%", "%") == " ".join(title.split()).replace(
            "\\&", "&"
        )

"""Author names as BibTeX and citation keys need them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.export.names import author, authors, surname_of
from tests.test_latex import bibtex_depths


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("J. Pablo Müller", 'J. Pablo M{\\"u}ller'),
        ('J. Pablo M\\"uller', 'J. Pablo M{\\"u}ller'),
        ("Przemys{\\l}aw Spyra", "Przemys{\\l}aw Spyra"),
        ("Aaron van den Oord", "Aaron van den Oord"),
        ("Bach Example Jr", "Example, Jr, Bach"),
        ("Martin Luther King, Jr.", "King, Jr., Martin Luther"),
        ("Ludwig van der Berg III", "van der Berg, III, Ludwig"),
        ("Smith Jr", "{Smith Jr}"),
        ("The ATLAS Collaboration", "{The ATLAS Collaboration}"),
        ("Meituan LongCat Team", "{Meituan LongCat Team}"),
        ("ATLAS Collaboration, CERN", "{ATLAS Collaboration, CERN}"),
        ("{The X Collaboration}", "{The X Collaboration}"),
        ("The Anh Nguyen", "The Anh Nguyen"),
        ("Smith, John", "{Smith, John}"),
        ("Smith and Jones", "{Smith and Jones}"),
        ("Smith AND Jones", "{Smith AND Jones}"),
        ("Andy Anderson", "Andy Anderson"),
        ("AT&T Labs", "{AT\\&T Labs}"),
        ("Abdullah", "Abdullah"),
        ("张三", "张三"),
        ("张，三", "{张,三}"),
        ("Oops{ Name", "Oops{\\textbraceleft} Name"),
        ("others", "{others}"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_a_name_is_written_so_that_bibtex_parts_it_rightly(name: str, expected: str) -> None:
    assert author(name) == expected


def test_unicode_names_stay_unicode_without_ascii_and_tex_accents_join_them() -> None:
    assert author('M\\"uller Øst', ascii=False) == "Müller Øst"


def test_et_al_becomes_others_wherever_it_stands_and_marks_are_no_authors() -> None:
    assert authors(["Ada Example", "Bob Test et al."]) == "Ada Example and Bob Test and others"
    assert authors(["Ada Example", "et al"]) == "Ada Example and others"
    assert authors(["Ada Example and others"]) == "Ada Example and others"
    assert authors(["Meituan LongCat Team", ":", "Bayan"]) == "{Meituan LongCat Team} and Bayan"
    assert authors([]) == ""
    assert authors(["et al."]) == ""


def test_every_author_of_a_long_list_is_written_in_lines_that_old_programs_can_read() -> None:
    names = [f"First{n} M. Surname{n}" for n in range(3000)]
    written = authors(names)
    assert max(map(len, written.split("\n"))) <= 130
    assert written.replace("\n", " ").split(" and ") == names


@given(st.lists(st.text(alphabet="Aab ,{}\\~.é", max_size=14), max_size=6))
def test_bibtex_counts_as_many_names_as_were_given(names: list[str]) -> None:
    real = [name for name in map(one_line, names) if any(char.isalnum() for char in name)]
    written = authors(real)
    assert bibtex_depths(written)[-1] == 0
    outside, depth = "", 0
    for char in written:
        depth += (char == "{") - (char == "}")
        outside += char if not depth else "x"
    assert len([part for part in outside.split(" and ") if part]) == len(real)
    assert all(part.count(",") in (0, 2) for part in outside.split(" and "))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ashish Vaswani", "vaswani"),
        ('M\\"uller', "muller"),
        ("J. Pablo Müller", "muller"),
        ('N\\"u{\\ss}lein', "nusslein"),
        ("Nüßlein", "nusslein"),
        ("Em\\H{o}ke T\\H{o}r", "tor"),
        ("Wietse de Vries", "devries"),
        ("Jan van der Berg", "vanderberg"),
        ("Aaron van den Oord", "oord"),
        ("Bach Example Jr.", "example"),
        ("Martin Luther King, Jr.", "king"),
        ("Anand K V", "k"),
        ("Anand V", "v"),
        ("Müller, Jürgen", "muller"),
        ("Yu (Sid) Wang", "wang"),
        ("Kuan-Ming Liu (National Chengchi University", "liu"),
        ("Meituan LongCat Team", "meituanlongcatteam"),
        ("Theodor Teamster", "teamster"),
        ("张三", ""),
        ("", ""),
    ],
)
def test_a_surname_for_keys_follows_arxivs_rule_in_ascii(name: str, key: str) -> None:
    assert surname_of(name) == key


@given(st.text(max_size=40))
def test_a_surname_is_small_ascii_letters_and_digits_whatever_the_name(name: str) -> None:
    surname = surname_of(name)
    assert surname == "" or (surname.isascii() and surname.isalnum() and surname == surname.lower())

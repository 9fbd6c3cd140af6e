"""The gate: nothing that acts on a terminal comes in, and nothing a reader wants is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import MAX_LINE, document, lines, one_line, paragraphs

anything = st.text(alphabet=st.characters(), max_size=300)
FORBIDDEN = (
    {chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]} - {"\n"}
    | set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\u200b\u2060\ufeff")
    | {chr(code) for code in range(0xE0000, 0xE0080)}
)  # fmt: skip


@given(anything)
def test_one_line_form_holds_nothing_that_acts(text: str) -> None:
    out = one_line(text)
    assert not set(out) & FORBIDDEN
    assert "\n" not in out
    assert out == " ".join(out.split())
    assert not any(unicodedata.category(char) == "Cs" for char in out)


@given(anything)
def test_text_form_keeps_only_paragraph_breaks(text: str) -> None:
    out = paragraphs(text)
    assert not set(out) & FORBIDDEN
    assert "\n" not in out.replace("\n\n", "")
    assert "\n\n\n" not in out


@given(anything)
def test_passing_twice_is_passing_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200))
def test_plain_text_passes_unchanged(text: str) -> None:
    assert one_line(text) == text
    assert paragraphs(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\x1b[31mred\x1b[0m", "a[31mred[0m"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("\x9b31mx", "31mx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("two\r\nlines\tand\x0bmore", "two lines and more"),
        ("a\u2028b\u2029c", "a b c"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("ab\u200dc", "abc"),
        ("नमस्\u200dते", "नमस्\u200dते"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("Schrödinger 中文 é", "Schrödinger 中文 é"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_the_one_line_form(text: str, line: str) -> None:
    assert one_line(text) == line


def test_paragraphs_part_at_empty_lines_and_soft_breaks_are_blanks() -> None:
    assert paragraphs("one\ntwo\n\n  three\r\n\r\n\r\nfour ") == "one two\n\nthree\n\nfour"


def test_lines_are_kept_where_they_mean_something() -> None:
    assert lines("one\n\n  two\x1b\n") == "one\n\ntwo"


def test_a_document_keeps_its_layout_and_nothing_that_acts() -> None:
    assert document("\n# One\r\n\n\tcode  here\x1b[2J\n  two\u202e\n\n", 100) == "# One\n\n    code  here[2J\n  two"
    assert document("word\n" * 100, 12) == "word\nword\nw…"


@given(anything)
def test_a_document_is_bounded(text: str) -> None:
    out = document(text, 100)
    assert not set(out) & FORBIDDEN
    assert len(out) <= 100


def test_length_is_capped_without_parting_a_letter_from_its_accent() -> None:
    out = one_line("x" * (MAX_LINE - 1) + "e\u0301" * 10)
    assert len(out) <= MAX_LINE
    assert out.endswith("…")
    accented = one_line("a\u0301" * MAX_LINE)
    assert accented.endswith("a\u0301…")
    assert len(one_line("y" * 5000)) == MAX_LINE

"""Pages as text: what people really paste, and what must not be mistaken."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.published import PublishedList, Usage
from papertui.lists.dates import date_in, list_date
from papertui.lists.markup import Tag, tokens
from papertui.lists.read import NotAList, read_list

PAGE = """Personalized Daily ArXiv Papers 2025-11-05
[gpt-5]\tPrompt\tCompletion\tTotal
Token\t80661\t65226\t145887
Cost\t$0.1\t$0.65\t$0.75
Total arXiv papers: 829

Total scanned papers: 476

Total relevant papers: 2

Table of contents with paper titles:

On the Emergence of Induction Heads Authors: Tiberiu Musat, Tiago Pimentel
2. Second Paper Authors: B. Two
1. On the Emergence of Induction Heads
ArXiv ID: 2511.01033

Authors: Tiberiu Musat, Tiago Pimentel

Abstract: Transformers are dominant.

Comment: Representation: a theory.

Relevance: 10 Novelty: 8

2. 2. Second Paper
ArXiv ID: 2511.01034v3
Authors: B. Two
Abstract: First part: with a colon.
Comment: By a friend
Paper Selection Prompt
System Prompt
ArXiv ID: 2511.09999
Relevance: 9-10 (Completely Relevant)
"""


def read(text: str, name: str = "-") -> PublishedList:
    return read_list(text.encode(), name)


def rows(found: PublishedList) -> list[tuple[object, ...]]:
    return [
        (e.paper.id.number, e.paper.title, e.paper.abstract, e.score and (e.score.relevance, e.score.novelty, e.score.comment))
        for e in found.entries
    ]


EXPECTED = [
    ("2511.01033", "On the Emergence of Induction Heads", "Transformers are dominant.", (10, 8, "Representation: a theory.")),
    ("2511.01034", "2. Second Paper", "First part: with a colon.", (None, None, "By a friend")),
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_pasted_page_is_its_day(end: str, encoding: str) -> None:
    found = read_list(PAGE.replace("\n", end).encode(encoding), "-")
    assert rows(found) == EXPECTED
    assert (found.date, found.form, found.problems) == (date(2025, 11, 5), "page", ())
    assert found.usage == Usage("gpt-5", 80661, 65226, 145887, 0.1, 0.65, 0.75, 829, 476, 2)
    assert found.entries[1].paper.version == 3


def test_invisible_and_hard_blanks_hide_no_label() -> None:
    text = (
        PAGE.replace(": ", ":\N{NO-BREAK SPACE}")
        .replace("ArXiv ID", "\N{ZERO WIDTH SPACE}ArXiv\N{NO-BREAK SPACE}ID")
        .replace("Abstract:", "  Abstract :")
    )
    assert rows(read(text)) == EXPECTED


def test_a_label_inside_an_abstract_is_text() -> None:
    text = PAGE.replace(
        "Transformers are dominant.", "Transformers.\n\nAbstract: again\n\nArXiv ID is a word; Relevance: 3 of them"
    ).replace("Comment: Representation", "Comment: Representation")
    assert rows(read(text))[0][2:] == (
        "Transformers.\n\nAbstract: again\n\nArXiv ID is a word; Relevance: 3 of them",
        (10, 8, "Representation: a theory."),
    )


@pytest.mark.parametrize(
    ("line", "scores"),
    [
        ("Relevance: 9/10 Novelty: 7 / 10", (9, 7)),
        ("Relevance: 9/10\nNovelty: 7 / 10", (9, 7)),
        ("relevance: 7.5\nNovelty:8", (7.5, 8)),
        ("Relevance:\n9\nNovelty:\n8", (9, 8)),
    ],
)
def test_other_ways_to_write_scores(line: str, scores: tuple[float, float]) -> None:
    score = read(PAGE.replace("Relevance: 10 Novelty: 8", line)).entries[0].score
    assert score is not None
    assert (score.relevance, score.novelty, score.comment) == (*scores, "Representation: a theory.")


def test_a_score_outside_the_scale_is_named() -> None:
    found = read(PAGE.replace("Relevance: 10", "Relevance: 20"))
    assert [str(problem) for problem in found.problems] == ["-, 2511.01033: relevance is no score from 1 to 10: '20'"]
    assert found.entries[0].score is not None
    assert found.entries[0].score.novelty == 8


def test_a_page_that_was_not_copied_whole_says_so() -> None:
    short = read(PAGE.replace("Total relevant papers: 2", "Total relevant papers: 56"))
    assert [problem.why for problem in short.problems] == ["says 56 relevant papers and shows 2: was the whole page copied?"]
    with pytest.raises(NotAList, match="says 2 relevant papers and shows none of them: copy the whole page"):
        read(PAGE[: PAGE.index("1. On the")])


def test_a_broken_entry_is_named_and_the_rest_is_taken() -> None:
    found = read(PAGE.replace("2511.01033", "2511.1"))
    assert [row[0] for row in rows(found)] == ["2511.01034"]
    assert "not a paper id: '2511.1'" in str(found.problems[0])
    assert "On the Emergence" in str(found.problems[0])


def test_a_page_pasted_twice_is_one_list_and_says_so() -> None:
    body = PAGE[: PAGE.index("Paper Selection Prompt")]
    found = read(body + body)
    assert rows(found) == EXPECTED
    assert [problem.why for problem in found.problems] == [f"is listed twice: the first entry, at rank {rank}, holds" for rank in (1, 2)]


def test_scored_pages_in_html_skip_what_no_reader_sees() -> None:
    html = (
        "<!DOCTYPE html><html><head><title>x</title><script>var a = '<p>ArXiv ID: 2511.00009</p>'</script></head><body><!-- ArXiv ID: 2511.00008 -->"
        "<h1>Personalized Daily ArXiv\nPapers 2025-11-05</h1><h2>1. <a href='x'>A &lt;b&gt; &amp; C</a></h2><p><strong>ArXiv ID:</strong> 2511.00001</p>"
        "<p><strong>Abstract:</strong> x &lt; y<br>and\nmore</p><p><strong>Relevance:</strong> 9<br/><strong>Novelty:</strong> 8</p></body></html>"
    )
    found = read(html, "saved.html")
    assert rows(found) == [("2511.00001", "A <b> & C", "x < y and more", (9, 8, ""))]
    assert found.date == date(2025, 11, 5)


@pytest.mark.parametrize(
    "unit",
    ["<", "<!--", "<a ", "<a b='", '<a b="', "<![", "</", "<?", "<script>", "&", "&#", "<p class=", "ArXiv ID: 2511.00001\n", "(", "[x]("],
)
def test_no_page_takes_long(unit: str) -> None:
    started = process_time()
    for start in ("<!doctype html>", "# Daily ArXiv\n## ", '<main class="daily-arxiv">', ""):
        assert len(outcome(start + unit * 50_000)) < 2
    assert process_time() - started < 20


def test_tags_are_told_from_text() -> None:
    text = 'a < b<P CLASS="x y">c<!-- d -->&amp;<style>q{}</style><br/></p'
    assert list(tokens(text)) == ["a ", "<", " b", Tag("p", False, ("x", "y")), "c", "&", Tag("style"), Tag("br"), "<", "/p"]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for form in (text, f"<html>{text}", f"ArXiv ID: 2511.00001\n{text}", f'<main class="daily-arxiv"><article class="paper-card">{text}'):
        assert all(one_line(shown) == shown for shown in outcome(form.encode("utf-8", "replace").decode()))


def outcome(text: str) -> list[str]:
    """Titles where it was read, what is said where it was not."""
    try:
        return [entry.paper.title for entry in read(text).entries]
    except NotAList as error:
        return [str(error)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-11-05-output.json", date(2025, 11, 5)), ("output_2026_0522.md", date(2026, 5, 22)), ("20251105.json", date(2025, 11, 5)),
        ("Papers 01/31/2025", date(2025, 1, 31)), ("Papers 4/02/2025", date(2025, 4, 2)), ("31/01/2025", date(2025, 1, 31)),
        ("Daily ArXiv / June 09, 2026", date(2026, 6, 9)), ("9 June 2026", date(2026, 6, 9)), ("2025-13-05 2025-02-30", None), ("output.json", None),
        ("Q4 2025", None),
    ],
)  # fmt: skip
def test_dates_as_lists_write_them(text: str, day: date | None) -> None:
    assert date_in(text) == day


def test_a_files_date_is_in_its_name_else_in_its_folders() -> None:
    assert list_date("out/2025-11-05/2025-11-06.json") == date(2025, 11, 6)
    assert list_date("out/2025-11-05/output.json") == date(2025, 11, 5)
    assert list_date("https://example.org/2025/11/05/output.json?day=2024-01-01") is None
    assert read(PAGE.replace("2025-11-05", "today"), "2024-02-03.txt").date == date(2024, 2, 3)
    assert read("> remedial run for 05/20/2025\n\n" + PAGE).date == date(2025, 11, 5)


def test_a_followed_authors_paper_without_scores_ranks_first() -> None:
    found = read(PAGE.replace("By a friend", "Author match"))
    assert [(e.paper.id.number, e.rank) for e in found.entries] == [("2511.01034", 1), ("2511.01033", 2)]
    assert [e.score and e.score.relevance for e in found.entries] == [None, 10]

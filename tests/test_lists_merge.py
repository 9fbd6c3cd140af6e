"""One publisher's files of a day as one list, and the publisher's name from where they lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper, Problem
from papertui.domain.published import Listed, PublishedList, Usage
from papertui.domain.score import Score
from papertui.lists.merge import merged
from papertui.lists.names import publisher_from, slug


def entry(number: int, comment: str = "", relevance: float | None = 8, **known: object) -> Listed:
    paper = replace(Paper(PaperId("arxiv", f"2511.{number:05d}"), f"Title {number}"), **known)  # type: ignore[arg-type]
    return Listed(paper, number, Score("", relevance, relevance, comment) if relevance or comment else None)


def made(form: str, *entries: Listed, usage: Usage | None = None, day: date | None = date(2025, 11, 5)) -> PublishedList:
    return PublishedList(day, entries, usage, (Problem(form, "why"),), form)


def test_the_file_with_most_papers_wins_and_the_others_only_fill_gaps() -> None:
    most = made("markdown", entry(1, "mine"), entry(2), day=None)
    other = made(
        "json",
        replace(entry(2, "theirs", 3, abstract="Text.", authors=("A",), categories=("cs.LG",)), extra={"tags": "x"}),
        usage=Usage("m"),
    )
    third = made("json2", entry(1, "no", 2, title="Other", abstract="Third."))
    found = merged([("b", other), ("c", third), ("a", most)])
    assert [(e.paper.id.number, e.rank) for e in found.entries] == [("2511.00001", 1), ("2511.00002", 2)]
    assert [e.score for e in found.entries] == [Score("", 8, 8, "mine", "m"), Score("", 8, 8, "theirs", "m")]
    assert [(e.paper.title, e.paper.abstract, e.paper.authors) for e in found.entries] == [
        ("Title 1", "Third.", ()),
        ("Title 2", "Text.", ("A",)),
    ]
    assert found.entries[1].extra == {"tags": "x"}
    assert (found.date, found.form, found.usage) == (date(2025, 11, 5), "markdown", Usage("m"))
    assert {problem.where for problem in found.problems} == {"markdown", "json", "json2"}


def test_with_equally_many_papers_json_holds_whatever_the_order() -> None:
    lists = [
        ("x.md", made("markdown", entry(2), entry(1))),
        ("x.json", made("json", entry(1), entry(2))),
        ("x.txt", made("page", entry(2), entry(1))),
    ]
    for order in (lists, lists[::-1]):
        assert (merged(order).form, [e.rank for e in merged(order).entries]) == ("json", [1, 2])


def test_an_author_match_gets_no_scores_from_another_file() -> None:
    found = merged([("a", made("json", entry(1, "Author match", None), entry(2))), ("b", made("json2", entry(1, "Good", 9)))])
    assert found.entries[0].score == Score("", None, None, "Author match")


def test_a_paper_with_neither_score_nor_comment_takes_the_others() -> None:
    found = merged([("a", made("markdown", entry(1, "", None), entry(2))), ("b", made("json2", entry(1, "Good", 9)))])
    assert found.entries[0].score == Score("", 9, 9, "Good")


def test_usage_of_another_run_fills_no_gap() -> None:
    mine, same = Usage("m", 1, 2, total_relevant_papers=2), Usage("m", 1, 2, 3, total_cost=0.5)
    other_run = Usage("m", 7, 7, 14)
    assert merged([("a", made("json2", entry(1), usage=mine)), ("b", made("markdown", usage=same))]).usage == Usage(
        "m", 1, 2, 3, None, None, 0.5, None, None, 2
    )
    assert merged([("a", made("json2", entry(1), usage=mine)), ("b", made("markdown", usage=other_run))]).usage == mine


def test_a_hotspot_digest_never_stands_for_the_day() -> None:
    digest = made("json1", entry(3), entry(4), entry(1, abstract="Text."))
    found = merged([("hot", digest), ("day", made("json", entry(1)))])
    assert [(e.paper.id.number, e.paper.abstract) for e in found.entries] == [("2511.00001", "Text.")]
    assert len(merged([("hot", digest)]).entries) == 3


def test_merging_a_list_with_itself_changes_nothing() -> None:
    one = made("json", entry(1, "x"), entry(2), usage=Usage("m"))
    assert merged([("a", one), ("a", one)]) == merged([("a", one)]) == one
    with pytest.raises(ValueError, match="no lists"):
        merged([])


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("gpt_paper_assistant/json/2025-11/2025-11-05-output.json", "gpt_paper_assistant"),
        ("gpt_paper_assistant/tatsu_lab/output_2025-06-10.json", "tatsu_lab"),
        (PurePosixPath("/srv/feeds/Some Lab!/out/json/x.json"), "some-lab"),
        (PureWindowsPath(r"C:\lists\Zürich\2025\11\05\x.md"), "zurich"),
        (["feeds", "lab", "x.json"], "lab"),
        ("x.json", "list"), ("", "list"), ("-", "list"), ("..", "list"), ("/home/me/Downloads/2025-11-05-output.json", "list"), ("/tmp/x.json", "list"),
        ("lab/json/../md/./x.md", "lab"), ("机器/json/x.json", "list"), ("lab/机器/x.json", "lab"),
        ("https://raw.githubusercontent.com/DaizeDong/ChatGPT-ArXiv-Paper-Assistant/auto_update/out/json/2025-11/x.json", "daizedong"),
        ("https://github.com/JackYFL/gpt_paper_assistant/blob/main/out/output.json?raw=1", "jackyfl"),
        ("https://someone.github.io/papers/2025-11-05.html", "someone"), ("https://cdn.jsdelivr.net/gh/Owner/repo@x/out.json", "owner"),
        ("https://www.papers.example.org/a/b.json", "papers-example-org"), ("http://127.0.0.1:8080/lab/json/2025-11-05-output.json", "lab"),
        ("http://localhost/2025-11-05-output.json", "list"), ("https://huggingface.co/datasets/Owner/x/resolve/main/y.json", "owner"), ("http://[::1/x", "list"),
    ],
)  # fmt: skip
def test_a_lists_name_is_told_by_its_place(where: str, name: str) -> None:
    assert publisher_from(where) == name


def test_a_relative_place_is_read_from_the_folder_it_starts_in() -> None:
    assert publisher_from("2025-11/x.json", below="/srv/some_lab/json") == "some_lab"
    assert publisher_from("./x.json", below=PurePosixPath("/srv/some_lab")) == "some_lab"
    assert publisher_from("../x.json", below="/srv/some_lab/deep") == "some_lab"
    assert publisher_from("/other/x.json", below="/srv/some_lab") == "other"


def test_a_name_is_made_of_letters_digits_and_dashes() -> None:
    assert [slug(name) for name in ("Daize Dong", "a/b\\c", "__x__", "é!", "…", "x" * 100)] == [
        "daize-dong",
        "a-b-c",
        "x",
        "e",
        "",
        "x" * 60,
    ]

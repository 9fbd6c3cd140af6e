"""Every published file beside the checkout: read, counted independently, and compared with its other forms."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from papertui.domain.gate import one_line
from papertui.domain.published import Listed, PublishedList, Usage
from papertui.lists.merge import merged
from papertui.lists.names import publisher_from
from papertui.lists.read import NotAList, read_list
from tests.published import FOLDER, NO_LISTS, copied, pages, published_files, unescaped
from tests.shared import needs_shared, shared_file

pytestmark = needs_shared

VARIANTS: dict[str, dict[str, object]] = {
    "as rendered": {},
    "blank lines lost": {"gap": "\n"},
    "line breaks kept": {"soft": "\n"},
    "line breaks kept, blank lines lost": {"soft": "\n", "gap": "\n"},
    "windows line ends and hard blanks": {"newline": "\r\n", "nbsp": True},
    "list numbers lost, table by blanks": {"numbers": False, "cell": " "},
    "a cell a line": {"cell": "\n"},
    "three blank lines": {"gap": "\n\n\n\n", "soft": "\n"},
}


@cache
def read(path: str) -> PublishedList:
    return read_list(published_files()[path], path)


def said(entry: Listed) -> tuple[object, ...]:
    assert entry.score is not None
    score = entry.score
    return (
        str(entry.paper.id),
        entry.paper.title,
        entry.paper.authors,
        entry.paper.abstract,
        score.comment,
        score.relevance,
        score.novelty,
    )


def test_every_json_file_is_read_whole_or_named_as_no_list() -> None:
    counted = 0
    for path, data in published_files().items():
        if not path.endswith(".json"):
            continue
        if NO_LISTS.search(path):
            with pytest.raises(NotAList, match=re.escape(path)):
                read_list(data, path)
            continue
        known = json.loads(data)
        papers = known.get("papers", known) if "schema_version" in known else known
        found = read(path)
        assert not found.problems, path
        assert [entry.paper.id.number for entry in found.entries] == list(papers), path
        assert [entry.rank for entry in found.entries] == list(range(1, len(papers) + 1))
        assert found.date == date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", path)[0]), path  # type: ignore[index]
        for entry, given in zip(found.entries, papers.values(), strict=True):
            assert entry.score is not None
            assert (entry.score.relevance, entry.score.novelty) == (given.get("RELEVANCE"), given.get("NOVELTY")), path
            assert entry.score.comment == one_line(given["COMMENT"])
            assert entry.score.scorer == ""
            assert entry.paper.title == one_line(given["title"])
            assert not entry.paper.abstract.startswith("arXiv:")
            assert len(entry.paper.abstract) > 100
        counted += len(papers)
    assert counted == 1772 + 195 + 59 + 151


def test_the_two_kinds_that_are_no_lists_are_said_to_be_what_they_are() -> None:
    for path, words in {
        "hot_hf_papers/2025-04-01.json": "Hugging Face entries without scores",
        "tatsu_lab/in_debug_papers.json": "array of arrays",
    }.items():
        with pytest.raises(NotAList, match=words) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_author_matches_keep_unknown_scores_and_their_place() -> None:
    without = {
        path: [e for e in read(path).entries if e.score and e.score.relevance is None]
        for path in published_files()
        if path.endswith("-output.json")
    }
    assert sum(map(len, without.values())) == 21
    for path, entries in without.items():
        assert [entry.rank for entry in entries] == list(range(1, len(entries) + 1)), path
        for entry in entries:
            assert entry.score is not None
            assert (entry.score.novelty, entry.score.total, entry.score.comment) == (None, None, "Author match")
            assert entry.extra == {"score": "20"}


def test_the_feeds_prefix_gives_version_and_announce_type() -> None:
    for path, count in {"json/2025-01/2025-01-17-output.json": 25, "tatsu_lab/output_2026-07-22.json": 24}.items():
        entries = read(path).entries
        assert [(e.paper.version, e.announce_type) for e in entries] == [(1, "new")] * count
    assert read("json/2025-11/2025-11-05-output.json").entries[0].announce_type is None


def test_affiliations_do_not_become_authors() -> None:
    liu, lo = zip(*_authors("json/2025-01/2025-01-17-output.json", "2501.09636"), strict=True)
    assert liu == ("Kuan-Ming Liu", "National Chengchi University, College of Commerce")
    assert lo[0] == "Ming-Chih Lo"
    assert _authors("json/2025-09/2025-09-17-output.json", "2509.12635")[0][:3] == ("Yu (Sid) Wang", "Sheng Shen", "R\\'emi Munos")


def _authors(path: str, number: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (paper,) = [entry.paper for entry in read(path).entries if entry.paper.id.number == number]
    return paper.authors, paper.affiliations


def test_markdown_pages_say_the_same_as_the_json_of_their_day() -> None:
    compared = 0
    for path, page, data in pages():
        ours, theirs = read_list(page, path), read_list(data, path.replace(".md", ".json"))
        assert not ours.problems, path
        assert ours.date == theirs.date, path
        shown = [said(entry) for entry in ours.entries]
        if path.endswith("-latest.md") and path >= "md/2026-04/2026-04-13":  # grouped by topic since then
            assert sorted(map(str, shown)) == sorted(map(str, map(said, theirs.entries))), path
            sections = json.loads(published_files()[path.replace("md/", "json/").replace("latest.md", "daily-papers.json")])[
                "topic_sections"
            ]
            assert [entry.paper.id.number for entry in ours.entries] == [number for section in sections for number in section["paper_ids"]]
        else:
            assert shown == [said(entry) for entry in theirs.entries], path
        compared += len(shown)
    assert compared == 1772 + 195


def test_topics_and_tags_are_kept_alike_from_both_forms() -> None:
    for path in ("md/2026-05/2026-05-04-latest.md", "tatsu_lab/output_2026-07-22.md"):
        page = {entry.paper.id: entry for entry in read(path).entries}
        twin = path.replace("md/", "json/").replace("latest.md", "output.json").replace(".md", ".json")
        for entry in read(twin).entries:
            kept = {key: text for key, text in entry.extra.items() if not key.startswith("hotspot")}
            assert kept
            assert page[entry.paper.id].extra == kept
    assert [e.paper.categories for e in read("tatsu_lab/output_2026-06-09.md").entries][:2] == [("cs.CV",), ("cs.CV", "cs.CL")]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_browsers_copy_of_a_page_is_the_same_day(variant: str) -> None:
    compared = 0
    archived = {path for path in published_files() if not shared_file(FOLDER).joinpath(path).exists()}
    for path, page, _ in pages():
        if path.startswith("tatsu_lab/output_2026"):
            continue  # HTML in a Markdown file: read from its markup
        if path in archived and variant not in ("as rendered", "blank lines lost"):
            continue
        ours = read_list(copied(page.decode(), **VARIANTS[variant]).encode(), "page.txt")  # type: ignore[arg-type]
        known = read(path)
        assert ours.form == "page"
        assert (ours.date, ours.usage, ours.problems) == (known.date, known.usage, ()), path
        assert ours.entries == known.entries, path
        compared += len(known.entries)
    assert compared > 400


def test_a_code_hosts_copy_loses_only_the_backslashes_that_markdown_takes() -> None:
    for path in ("md/2025-11/2025-11-05-output.md", "md/2026-05/2026-05-04-latest.md", "tatsu_lab/output_2025-06-10.md"):
        ours = read_list(copied(published_files()[path].decode(), escapes=True).encode(), "page.txt")
        known = read(path)
        assert ours.usage == known.usage
        for entry, given in zip(ours.entries, known.entries, strict=True):
            assert given.score is not None
            assert entry.score == replace(given.score, comment=unescaped(given.score.comment))
            assert entry.paper.title == unescaped(given.paper.title)
            assert entry.paper.abstract == unescaped(given.paper.abstract)
            assert entry.paper.authors == tuple(unescaped(name) for name in given.paper.authors)


def test_a_page_saved_as_html_is_read_too() -> None:
    for path, page, _ in pages():
        if path.startswith(("md/2025-11", "md/2026-05")):
            text = copied(page.decode()).replace("&", "&amp;").replace("<", "&lt;")
            body = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
            ours = read_list(
                f"<!DOCTYPE html><html><head><title>x</title><style>p {{}}</style></head><body>{body}</body></html>".encode(), "page.html"
            )
            assert ours.entries == read(path).entries
            assert ours.usage == read(path).usage


def test_usage_and_totals_are_taken_as_printed() -> None:
    assert read("md/2025-11/2025-11-05-output.md").usage == Usage("gpt-5", 80661, 65226, 145887, 0.1, 0.65, 0.75, 829, 476, 56)
    assert read("md/2026-04/2026-04-01-latest.md").usage == Usage("gpt-5.4", 169327, 7469, 176796, 0.42, 0.11, 0.54, 595, 335, 26)
    assert read("json/2026-04/2026-04-01-daily-papers.json").usage == Usage(
        "gpt-5.4", 165268, 21187, None, 0.41317, 0.317805, None, 595, 335, 15
    )
    assert read("md/2025-01/2025-01-17-output.md").usage == Usage(total_cost=0.980125, total_relevant_papers=25)
    assert read("md/2025-01/2025-01-31-output.md").usage == Usage(None, 15629, 798, 16427, 0.39, 0.08, 0.47, None, 219, 1)
    assert read("md/2026-08/2026-08-05-latest.md").usage == Usage("gpt-5.4", 0, 0, 0, 0.0, 0.0, 0.0, 718, 473, 0)
    assert read("tatsu_lab/output_2026-06-09.md").usage == Usage(total_relevant_papers=9)
    for path, page, _ in pages():
        if b"Total relevant papers" in page:
            usage = read(path).usage
            assert usage is not None
            assert usage.total_relevant_papers == len(read(path).entries), path


def test_the_model_of_the_run_is_the_model_of_its_scores() -> None:
    models = {entry.score.model for entry in read("md/2025-11/2025-11-05-output.md").entries if entry.score}
    assert models == {"gpt-5"}


def test_the_files_of_a_day_make_one_list() -> None:
    days: dict[tuple[str, date], list[tuple[str, PublishedList]]] = {}
    for path in published_files():
        if not NO_LISTS.search(path):
            found = read(path)
            assert found.date is not None
            days.setdefault((publisher_from(f"{FOLDER}/{path}"), found.date), []).append((path, found))
    assert {name for name, _ in days} == {FOLDER, "tatsu_lab"}
    one = {day: merged(lists) for (name, day), lists in days.items() if name == FOLDER}
    assert len(one) == 60
    april = one[date(2026, 4, 1)]
    assert (len(april.entries), april.usage) == (26, read("md/2026-04/2026-04-01-latest.md").usage)
    assert [entry.paper.id for entry in april.entries] == [entry.paper.id for entry in read("json/2026-04/2026-04-01-output.json").entries]
    # the hotspot digest of a slow day is longer than the day's list, and does not take its place
    may = one[date(2026, 5, 4)]
    assert [e.paper.id for e in may.entries] == [e.paper.id for e in read("json/2026-05/2026-05-04-output.json").entries]
    assert may.usage == Usage("gpt-5.4", 79342, 12261, 91603, 0.198355, 0.183915, 0.38, 264, 160, 6)
    empty = one[date(2026, 5, 13)]
    assert (empty.entries, empty.usage and empty.usage.total_scanned_papers) == ((), 1074)
    assert not any(found.problems for found in one.values())

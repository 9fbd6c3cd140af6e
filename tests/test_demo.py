"""The demo edition: invented papers that show everything a real day may hold."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import papertui
from papertui.domain import gate
from papertui.domain.ids import PaperId
from papertui.domain.paper import ANNOUNCE_TYPES
from papertui.domain.score import grade
from papertui.lists.own_json import parse_own

DEMO = Path(papertui.__file__).parent / "data" / "demo.json"
DAY = "2026-11-23"

KNOWN_FIELDS = {
    "schema_version", "id", "source", "version", "title", "abstract", "authors", "categories", "primary_category", "date", "published",
    "announcements", "relevance", "novelty", "score", "comment", "scorer", "model", "scored_at", "author_comment", "journal_ref", "doi",
    "license", "withdrawn",
}  # fmt: skip
NAME_WORDS = {"First", "Second", "Third", "Last", "Author", 'Auth\\"or', "The", "Imaginary", "Collaboration"}
CJK_NAMES = {"作者一", "作者二", "作者三"}


@pytest.fixture(scope="module")
def papers() -> list[dict[str, Any]]:
    loaded = json.loads(DEMO.read_text(encoding="utf-8"))
    assert isinstance(loaded, list)
    return loaded


def test_the_edition_holds_forty_papers_of_one_day_with_ids_that_parse(papers: list[dict[str, Any]]) -> None:
    ids = [PaperId.parse(paper["id"]) for paper in papers]
    assert {str(paper) for paper in ids} == {f"arxiv:9912.{n:05d}" for n in range(1, 41)}
    assert len(papers) == 40
    assert {paper["date"] for paper in papers} == {DAY}
    assert {a["date"] for paper in papers for a in paper["announcements"]} == {DAY}


def test_every_paper_has_the_contracts_fields_and_no_others(papers: list[dict[str, Any]]) -> None:
    for paper in papers:
        assert set(paper) == KNOWN_FIELDS
        assert paper["schema_version"] == 1
        assert paper["primary_category"] == paper["categories"][0]
        assert datetime.fromisoformat(paper["published"]).utcoffset() is not None
        assert datetime.fromisoformat(paper["published"]).date() < date.fromisoformat(DAY)
        (announced,) = paper["announcements"]
        assert announced["type"] in ANNOUNCE_TYPES
        assert announced["source"] == paper["source"] == "list:demo"


def test_scores_are_on_the_scale_varied_and_in_published_order(papers: list[dict[str, Any]]) -> None:
    for paper in papers:
        for axis in ("relevance", "novelty"):
            assert paper[axis] is None or grade(paper[axis]) == paper[axis]
        known = paper["relevance"] is not None and paper["novelty"] is not None
        assert paper["score"] == (paper["relevance"] + paper["novelty"] if known else None)
        assert paper["model"] is None
        assert paper["scorer"] == ("list:demo" if paper["relevance"] is not None else None)
    assert len({paper["relevance"] for paper in papers}) >= 9
    assert len({paper["novelty"] for paper in papers}) >= 9
    assert len({(paper["relevance"], paper["novelty"]) for paper in papers}) >= 25
    assert [paper["announcements"][0]["rank"] for paper in papers] == list(range(1, 41))
    totals = [paper["score"] for paper in papers]
    scored = [total for total in totals if total is not None]
    assert scored == sorted(scored, reverse=True)
    assert totals[len(scored) :] == [None] * (40 - len(scored))
    assert len(scored) < 40


def test_every_text_passes_the_gate_unchanged(papers: list[dict[str, Any]]) -> None:
    for paper in papers:
        for line in (paper["title"], paper["comment"], *paper["authors"], *paper["categories"]):
            assert gate.one_line(line) == line
        for field in ("author_comment", "journal_ref", "doi", "license"):
            assert paper[field] is None or gate.one_line(paper[field]) == paper[field]
        assert gate.paragraphs(paper["abstract"]) == paper["abstract"]


def test_it_is_an_edition_as_papertui_itself_writes_and_reads_them(papers: list[dict[str, Any]]) -> None:
    (edition,) = parse_own(papers, DEMO.name)
    assert edition.date == date.fromisoformat(DAY)
    assert edition.problems == ()
    assert [str(entry.paper.id) for entry in edition.entries] == [paper["id"] for paper in papers]
    for entry, paper in zip(edition.entries, papers, strict=True):
        told = entry.paper
        assert (told.title, told.abstract, list(told.authors)) == (paper["title"], paper["abstract"], paper["authors"])
        assert (told.doi, told.journal_ref, told.withdrawn) == (paper["doi"], paper["journal_ref"], paper["withdrawn"])
        found = (entry.score.relevance, entry.score.novelty, entry.score.comment) if entry.score else (None, None, "")
        assert found == (paper["relevance"], paper["novelty"], paper["comment"])


def test_abstracts_have_a_readable_length_and_comments_are_one_sentence(papers: list[dict[str, Any]]) -> None:
    for paper in papers:
        assert 80 <= len(paper["abstract"].split()) <= 200, paper["title"]
        assert len(paper["abstract"]) <= 1920, "arXiv's own limit"
        if paper["relevance"] is not None:
            assert re.fullmatch(r"[A-Z].{20,}[^.]\.", paper["comment"]), paper["title"]
            assert ". " not in paper["comment"]
    assert len({paper["comment"] for paper in papers if paper["comment"]}) == sum(1 for paper in papers if paper["comment"])


def test_the_edition_shows_what_a_real_day_may_hold(papers: list[dict[str, Any]]) -> None:
    titles = [paper["title"] for paper in papers]
    texts = "\n".join(titles + [paper["abstract"] for paper in papers])
    for tex in (r"$\ell_1$", r"Schr\"odinger", r"\textbf{", r"$\mathcal{O}(\sqrt{N})$", "CO$_2$", r"\emph{", r"2\%", "84%", "``", r"\$5"):
        assert tex in texts, tex
    assert any(re.search("[\u4e00-\u9fff]", title) for title in titles)
    assert max(map(len, titles)) > 250
    assert min(map(len, titles)) < 10
    assert any(paper["withdrawn"] for paper in papers)
    assert any(paper["doi"] and paper["journal_ref"] for paper in papers)
    assert any(paper["license"] for paper in papers)
    assert sum("\n\n" in paper["abstract"] for paper in papers) >= 3
    assert any(len(paper["authors"]) == 200 for paper in papers)
    assert any(len(paper["authors"]) == 1 for paper in papers)
    assert any("The Imaginary Collaboration" in paper["authors"] for paper in papers)
    assert any("[/" in paper["abstract"] for paper in papers), "text that looks like a toolkit's markup"
    assert {a["type"] for paper in papers for a in paper["announcements"]} == {"new", "cross"}
    assert {"cs.LG", "cs.CL", "cs.CV", "stat.ML", "math.OC", "astro-ph.GA"} <= {paper["primary_category"] for paper in papers}


def test_nobody_in_it_could_be_a_real_person(papers: list[dict[str, Any]]) -> None:
    for paper in papers:
        assert paper["authors"]
        for name in paper["authors"]:
            assert name in CJK_NAMES or all(word in NAME_WORDS or word.isdigit() for word in name.split()), name
    everything = DEMO.read_text(encoding="utf-8")
    assert "@" not in everything
    assert set(re.findall(r"https?://[^/\"\s]+", everything)) <= {"http://creativecommons.org"}

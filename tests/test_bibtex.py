"""Entries in arXiv's form, stable keys, and what the real programs say to them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper
from papertui.export.bibtex import bibtex, citation_key, disambiguated, entry, keyed
from papertui.export.capitals import protect
from papertui.export.latex import value
from tests.shared import DATA, shared_file
from tests.test_latex import TEXY, bibtex_depths


def paper(number: str = "2611.00002", title: str = "Some Title", *authors: str, archive: str = "arxiv", **more: object) -> Paper:
    return Paper(PaperId(archive, number), title, authors=authors or ("Ada Example",), **more)  # type: ignore[arg-type]


NASTY = [
    paper("2611.00011", "A Survey of 100% { unbalanced", "Bach Example Jr", "The ATLAS Collaboration", "Ludwig van der Berg III", "et al."),
    paper("2611.00012", "\\{ $5 and $6 \\ } costs \\", "Smith, John", "X and Y", "张三", "Łukasz Øster", journal_ref="Nature 50% & {"),
    paper("2611.00013", "C^2ROPE #1 & ~10 μP ≤ “x” é ế ﬁ ½ 𝔽", "Rémi O’Brien", "AT&T Labs", "AND", doi="10.1000/(SICI)_a%b#{x}"),
    paper("2611.00014", "Big", *(f"Firstname{n} M. Surname{n}" for n in range(400))),
    paper("2611.00015", "不可能的标题 Заголовок 🤖", "Иван Иванов", "王 小明"),
    paper("2611.00016", "Same Title"),
    paper("2611.00017", "Same Title"),
    paper("2611.00018", 'Mail a@b.c, "quoted" @article{x,', 'William "Bill" Gates'),
    Paper(PaperId("arxiv", "2611.00019"), "Nobody wrote this"),
    paper("2603.00416", "Claws", archive="clawrxiv"),
]


def test_an_entry_has_arxivs_form() -> None:
    one = paper(
        "2611.00002",
        'A $k$-NN \\& Schr\\"odinger paper',
        "J. Pablo Müller",
        "Ada Example",
        categories=("cs.CL", "cs.LG"),
        doi="10.1000/xyz",
    )
    assert entry(one, "muller2026knn") == (
        "@misc{muller2026knn,\n"
        '      title={A {$k$}-{NN} \\& Schr\\"odinger paper},\n'
        '      author={J. Pablo M{\\"u}ller and Ada Example},\n'
        "      year={2026},\n"
        "      eprint={2611.00002},\n"
        "      archivePrefix={arXiv},\n"
        "      primaryClass={cs.CL},\n"
        "      doi={10.1000/xyz},\n"
        "      url={https://arxiv.org/abs/2611.00002},\n"
        "}\n"
    )
    assert "author={J. Pablo Müller and Ada Example}" in entry(one, "k", ascii=False)


def test_biblatex_has_its_own_fields_and_the_day_of_version_1() -> None:
    text = entry(paper(categories=("cs.CL",), published=datetime(2026, 11, 20, 18, tzinfo=UTC)), "k", biblatex=True)
    assert text.startswith("@online{k,\n")
    for field in ("date={2026-11-20}", "eprint={2611.00002}", "eprinttype={arxiv}", "eprintclass={cs.CL}"):
        assert field in text


def test_a_journal_reference_is_a_note_and_addresses_are_not_escaped() -> None:
    text = entry(paper(journal_ref="Nature & Science 5", doi="10.1000/a_b%c"), "k")
    assert "note={Nature \\& Science 5}" in text
    assert "doi={10.1000/a_b%c}" in text


def test_a_doi_cannot_end_its_field() -> None:
    assert "doi={10.1000/a%7D%7Bb}" in entry(paper(doi="https://doi.org/10.1000/a}{b"), "k")


def test_a_paper_of_another_archive_is_not_called_arxivs() -> None:
    text = entry(paper("2603.00416", archive="clawrxiv"), "k")
    assert "archivePrefix" not in text
    assert "eprint" not in text
    assert "url={https://www.clawrxiv.io/abs/2603.00416}" in text


def test_an_old_paper_has_its_own_century_and_number() -> None:
    text = entry(paper("hep-th/9901001", "Strings", "Ed Example"), "k")
    assert "year={1999}" in text
    assert "eprint={hep-th/9901001}" in text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("FlashAttention: Fast LLMs with GPT-4 and BERT", "{FlashAttention}: Fast {LLMs} with {GPT-4} and {BERT}"),
        ("A Study of Q-learning in 3D with T5-3B-v2", "A Study of {Q}-learning in {3D} with {T5-3B-v2}"),
        ("$k$-NN under $\\mu$P", "{$k$}-{NN} under {$\\mu$}{P}"),
        ("LLM-Based R&D in C++", "{LLM}-Based {R\\&D} in {C}++"),
        ("Erd\\H{o}s and \\L ukasiewicz", "{Erd\\H{o}s} and {{\\L ukasiewicz}}"),
        ("{LLM} stays", "{LLM} stays"),
        ("Emergence of networks around cities in Paris", "Emergence of networks around cities in {Paris}"),
        ("ATTENTION IS ALL YOU NEED", "ATTENTION IS ALL YOU NEED"),
        ("Trans\\underline{former} and {\\mu}P", "Trans\\underline{former} and {{\\mu}P}"),
    ],
)
def test_capitals_that_mean_something_are_kept_from_the_styles(title: str, expected: str) -> None:
    assert protect(value(title)) == expected


@given(TEXY)
def test_protecting_adds_braces_and_nothing_else(title: str) -> None:
    tex = value(one_line(title))
    braced = protect(tex)
    assert braced.replace("{", "").replace("}", "") == tex.replace("{", "").replace("}", "")
    assert min(bibtex_depths(braced)) == 0
    assert bibtex_depths(braced)[-1] == 0


def test_keys_are_those_of_arxivs_own_export_but_for_the_year_of_the_latest_version() -> None:
    text = shared_file("bib", "arxiv_official_current.bib").read_text()
    entries = re.findall(r"@misc\{(\w+),\s+title=\{(.*?)\}, \s+author=\{(.*?)\}.*?eprint=\{(.*?)\}", text, re.DOTALL)
    assert len(entries) == 5
    for key, title, names, number in entries:
        ours = citation_key(paper(number, title, *names.split(" and ")))
        assert re.sub(r"\d{4}", "YEAR", ours, count=1) == re.sub(r"\d{4}", "YEAR", key, count=1)
        assert f"20{number[:2]}" in ours


def test_a_key_does_not_depend_on_the_version_or_on_how_an_accent_is_written() -> None:
    first = paper("2611.00002", '$\\mu$P for Schr\\"odinger', 'J. M\\"uller', version=1)
    later = paper("2611.00002", "μP for Schrödinger", "J. Müller", version=7)
    assert citation_key(first) == citation_key(later) == "muller2026mupschrodinger"


def test_a_key_is_there_even_where_nothing_is_ascii() -> None:
    assert citation_key(paper("2611.00002", "不可能", "张三")) == "unknown2026261100002"


def test_letters_are_added_as_in_a_spreadsheet_and_case_makes_no_other_key() -> None:
    assert disambiguated("Key", {"other"}) == "Key"
    assert disambiguated("Key", {"key"}) == "Keya"
    taken = {"key", *(f"key{chr(97 + n)}" for n in range(26))}
    assert disambiguated("key", taken) == "keyaa"
    assert disambiguated("key", taken | {f"keya{chr(97 + n)}" for n in range(26)}) == "keyba"


def test_the_older_paper_keeps_the_bare_key_in_whatever_order_they_come() -> None:
    older, newer = paper("2611.00001", "Same Title"), paper("2611.00009", "Same Title")
    expected = {older.id: "example2026title", newer.id: "example2026titlea"}
    for order in ([older, newer], [newer, older], [newer, older, newer]):
        pairs = keyed(order)
        assert {one.id: key for one, key in pairs} == expected
        assert [one.id for one, _ in pairs] == list(dict.fromkeys(one.id for one in order))


def test_keys_that_are_taken_are_not_given_again() -> None:
    assert [key for _, key in keyed([paper(title="Same Title")], {"EXAMPLE2026TITLE"})] == ["example2026titlea"]


@given(st.lists(st.tuples(st.sampled_from(["Same", "SAME", "Other"]), st.integers(1, 40)), max_size=40))
def test_keys_of_one_export_are_unique_even_for_bibtex(papers: list[tuple[str, int]]) -> None:
    pairs = keyed([paper(f"2611.{number:05d}", title) for title, number in papers])
    assert len({key.lower() for _, key in pairs}) == len(pairs) == len({number for _, number in papers})


@given(TEXY, st.lists(TEXY, max_size=4), TEXY)
def test_an_entry_is_always_balanced_and_begins_only_once(title: str, names: list[str], note: str) -> None:
    one = Paper(
        PaperId("arxiv", "2611.00002"), one_line(title), authors=tuple(map(one_line, names)), journal_ref=one_line(note), doi=one_line(note)
    )
    text = entry(one, "k")
    depths = bibtex_depths(text)
    assert depths[-1] == 0
    assert depths.index(0, depths.index(1)) == len(text) - 1  # closed by its last brace only


def real_papers() -> list[Paper]:
    papers = {}
    for path in sorted(DATA.glob("gpt_paper_assistant/json/*/*-output.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        for number, one in found.items():
            papers[number] = paper(number, one_line(one["title"]), *map(one_line, one["authors"]), categories=("cs.LG",))
    return list(papers.values())


@pytest.mark.parametrize("style", ["plain", "alpha"])
def test_the_real_bibtex_has_nothing_to_say(tmp_path: Path, style: str) -> None:
    if shutil.which("bibtex") is None:
        pytest.skip("bibtex is not installed")
    papers = NASTY + (real_papers() if DATA.is_dir() else [])
    (tmp_path / "refs.bib").write_text(bibtex(papers), encoding="utf-8")
    (tmp_path / "doc.aux").write_text(f"\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{refs}}\n")
    done = subprocess.run(["bibtex", "doc"], cwd=tmp_path, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stdout.splitlines() if not line.startswith(("This is", "The ", "Database", "Reallocated"))]
    if any("couldn't open style file" in line for line in complaints):
        pytest.skip(f"bibtex has no {style}.bst")
    assert complaints == []
    assert done.returncode == 0
    written = (tmp_path / "doc.bbl").read_text(encoding="utf-8", errors="replace")
    assert written.count("\\bibitem") == len(papers)


def test_the_real_biber_finds_nothing_missing(tmp_path: Path) -> None:
    if shutil.which("biber") is None:
        pytest.skip("biber is not installed")
    for name, biblatex in (("refs", False), ("online", True)):
        (tmp_path / f"{name}.bib").write_text(bibtex(NASTY, biblatex=biblatex), encoding="utf-8")
        command = ["biber", "--tool", "--validate-datamodel", f"{name}.bib", "--output-file", f"{name}.out"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert [line for line in done.stdout.splitlines() if line.startswith(("WARN", "ERROR"))] == []
        assert done.returncode == 0
        assert (tmp_path / f"{name}.out").read_text(encoding="utf-8").upper().count("ARXIV.ORG/ABS/") == len(NASTY) - 1

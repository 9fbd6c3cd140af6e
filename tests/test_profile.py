"""Profiles: what the reader writes, made into topics and settings; and their files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.profile import PROFILE_KEYS, Profile, Topic, is_category, is_profile_name, parse_profile
from papertui.errors import PapertuiError, UsageError
from papertui.paths import Paths
from papertui.prompts import find_prompt
from papertui.services.profiles import confirm, load_profile, names, new_profile, profile_text, write_profile

FULL = """\
+++
categories = ["cs.LG", "astro-ph"]
sources = ["arxiv"]
followed = ["Jane Doe"]
muted_words = ["survey"]
muted_authors = ["John Roe"]
muted_categories = ["cs.CR"]
keywords = ["KV cache"]

[cutoffs]
min_relevance = 7
min_novelty = 4.5
+++

# What I read

- Efficient inference: quantization and pruning
- **Interpretability** circuits

## Not

- medical imaging
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(str(tmp_path / "home"), {})


def topics(prose: str) -> list[tuple[str, str]]:
    return [(topic.name, topic.text) for topic in parse_profile(prose, "p").topics]


def unwanted(prose: str) -> list[str]:
    return list(parse_profile(prose, "p").unwanted)


def refused(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse_profile(text, "mine")
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_whole_profile_is_read() -> None:
    profile = parse_profile(FULL, "mine")
    assert profile == Profile(
        name="mine", categories=("cs.LG", "astro-ph"), sources=("arxiv",), followed=("Jane Doe",), muted_words=("survey",),
        muted_authors=("John Roe",), muted_categories=("cs.CR",), keywords=("KV cache",), min_relevance=7, min_novelty=4.5, unwanted=("medical imaging",),
        topics=(Topic("Efficient inference", "quantization and pruning"), Topic("Interpretability", "circuits")),
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("+++", "---"), lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff\n\n" + text],
    ids=["dashes", "windows", "bom and blank lines"],
)
def test_other_fences_line_ends_and_marks_change_nothing(change: object) -> None:
    assert parse_profile(change(FULL), "mine") == parse_profile(FULL, "mine")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("- one thing", [("one thing", "")]),
        ("* Name - what is meant", [("Name", "what is meant")]),
        ("1. First: a\n2) Second: b", [("First", "a"), ("Second", "b")]),
        ("- Long one: goes\n  on here\nand here\n- next", [("Long one", "goes on here and here"), ("next", "")]),
        ("- Topic: of\n  - this\n  - and that\n- next", [("Topic", "of this and that"), ("next", "")]),
        ("## Optics\n\nLenses and\nmirrors.\n\nAlso prisms.", [("Optics", "Lenses and mirrors.\n\nAlso prisms.")]),
        ("## Optics", [("Optics", "")]),
        ("# My profile\n\nI want papers about `lenses`.", [("I want papers about lenses", "")]),
        ("# Optics\nLenses\n\n# Sound\nWaves", [("Optics", "Lenses"), ("Sound", "Waves")]),
        ("## Optics\n\nEverything about:\n\n- lenses\n- mirrors", [("lenses", ""), ("mirrors", "")]),
        ("## Optics\n\nIn general.\n\n- lenses", [("Optics", "In general."), ("lenses", "")]),
        ("## Topics\n\n- [lenses](http://x/) and *mirrors*", [("lenses and mirrors", "")]),
        ("Sparse attention, KV caches and all that makes inference cheap.",
         [("Sparse attention", "Sparse attention, KV caches and all that makes inference cheap.")]),
        ("- a <!-- hidden -->b\n<!--\n- not this\n-->\n- c", [("a b", ""), ("c", "")]),
        ("- a\n<!-- never closed\n- b", [("a", "")]),
        ("- same\n- same", [("same", "")]),
        ("-", [("-", "")]),
        ("", []),
    ],
)  # fmt: skip
def test_items_and_headings_are_topics(prose: str, expected: list[tuple[str, str]]) -> None:
    assert topics(prose) == expected


@pytest.mark.parametrize(
    "heading", ["Not", "NOT", "Not interested", "not interested in:", "Not wanted", "Unwanted", "I am not interested in", "Avoid"]
)
def test_what_stands_below_such_a_heading_is_unwanted(heading: str) -> None:
    text = f"- wanted\n\n## {heading}\n\n- medical imaging.\n- **video**\n\n### deeper\n\n- games\n\n## Optics\n\nlenses"
    assert unwanted(text) == ["medical imaging", "video", "deeper", "games"]
    assert topics(text) == [("wanted", ""), ("Optics", "lenses")]


def test_a_bare_list_of_unwanted_things_is_taken_apart_and_a_sentence_is_not() -> None:
    assert unwanted("## Not\nvideo, speech; time series, and games") == ["video", "speech", "time series", "games"]
    assert unwanted("## Not\nPapers that only apply a known model (medicine, finance)") == [
        "Papers that only apply a known model (medicine, finance)"
    ]


def test_a_heading_that_merely_begins_with_not_is_a_topic() -> None:
    assert topics("## Notation systems\n\nfor music") == [("Notation systems", "for music")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("+++\ncategorys = []\n+++", ["profile mine", '"categorys"', "categories"]),
        ("+++\ncutoffs.relevance = 7\n+++", ['"cutoffs.relevance"', "cutoffs.min_relevance"]),
        ("+++\ncutoffs = 7\n+++", ["cutoffs is a table"]),
        ("+++\ncutoffs.min_novelty = 11\n+++", ["cutoffs.min_novelty", "1 to 10", "11"]),
        ("+++\ncutoffs.min_novelty = true\n+++", ["1 to 10"]),
        ("+++\ncategories = 'cs.LG'\n+++", ["categories", "a list of texts", '"cs.LG"']),
        ("+++\nmuted_categories = ['blockchain!']\n+++", ["muted_categories", "no arXiv category"]),
        ("+++\nfollowed = [1]\n+++", ["followed", "a list of texts"]),
        ("+++\ncategories = ['cs.LG', '../x']\n+++", ["../x", "cs.LG or astro-ph"]),
        ("\n\n+++\ncategories = [\n+++", ["line 4", "not TOML"]),
        ("+++\ncategories = []\n", ["line 1", "never end"]),
        ("---\ncategories: [cs.LG]\n---\n", ["line 2", "not TOML"]),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, words: list[str]) -> None:
    line = refused(text)
    assert all(word in line for word in words), line


def test_what_a_reader_writes_passes_the_gate() -> None:
    profile = parse_profile('+++\nkeywords = ["a\\u202eb\\u001b[1m"]\n+++\n\n- x\u202ey\x1b[31m: z\u200b\n', "p")
    assert profile.keywords == ("ab[1m",)
    assert profile.topics == (Topic("xy[31m", "z"),)


@given(st.text())
def test_any_text_is_a_profile_or_a_usage_error_of_one_line(text: str) -> None:
    try:
        profile = parse_profile(text, "p")
    except UsageError:
        assert "\n" not in refused(text)
        return
    assert all(topic.name and topic.name == one_line(topic.name) for topic in profile.topics)


@given(
    st.lists(
        st.sampled_from(["# T", "## Not", "## A b", "- x: y", "  - z", "* ", "word", "**b** c", "", "  ", "<!--", "-->", "1. q", "a, b"])
    )
)
def test_any_markdown_gives_topics_with_names(lines: list[str]) -> None:
    profile = parse_profile("\n".join(lines), "p")
    assert all(topic.name for topic in profile.topics)
    assert all(profile.unwanted)


def test_the_digest_changes_with_what_scores_depend_on_and_with_nothing_else() -> None:
    same = [FULL, FULL.replace("7", "8"), FULL.replace('"cs.LG", ', ""), FULL + "\n<!-- a comment -->\n"]
    assert len({parse_profile(text, "a").digest for text in same} | {parse_profile(FULL, "b").digest}) == 1
    other = [FULL.replace("pruning", "sparsity"), FULL.replace("medical", "x"), FULL.replace("KV", "x"), FULL.replace("Jane", "x")]
    other += [FULL.replace("survey", "x"), FULL.replace("John", "x"), FULL.replace("cs.CR", "cs.CY")]
    assert len({parse_profile(text, "a").digest for text in [FULL, *other]}) == 8


def test_the_keys_of_the_front_matter_are_known() -> None:
    assert set(PROFILE_KEYS) >= {"categories", "sources", "followed", "muted_words", "muted_authors", "keywords"}


@pytest.mark.parametrize("text", ["cs.LG", "astro-ph", "astro-ph.GA", "cond-mat.mes-hall", "q-bio.NC", "physics.ao-ph", "math-ph"])
def test_arxivs_categories_are_categories(text: str) -> None:
    assert is_category(text)


@pytest.mark.parametrize("text", ["", "cs.", "cs.LG+", "cs.LG/..", "CS.LG", "cs LG", "cs.LG\n", "ｃs.LG", "cs.L1", "a" * 41])
def test_other_texts_are_no_category(text: str) -> None:
    assert not is_category(text)


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a\\b", ".hidden", "a\n", "a\0", "a ", "-x", "a" * 65, "con:"])
def test_what_cannot_name_a_file_cannot_name_a_profile(text: str, paths: Paths) -> None:
    assert not is_profile_name(text)
    with pytest.raises(UsageError, match="cannot name a profile"):
        load_profile(paths, text)


# Files


def test_the_shipped_profile_is_the_default_until_there_is_one(paths: Paths) -> None:
    loaded = load_profile(paths)
    assert not loaded.confirmed
    assert loaded.path == paths.profiles / "default.md"
    assert "cs.LG" in loaded.profile.categories
    assert 4 <= len(loaded.profile.topics) <= 8
    assert loaded.profile.unwanted
    assert not paths.profiles.exists()


def test_confirming_writes_the_default_once_as_shipped(paths: Paths) -> None:
    path = confirm(paths)
    assert path.read_text(encoding="utf-8") == find_prompt("profile.md")
    assert load_profile(paths).confirmed
    path.write_text("- mine", encoding="utf-8")
    assert confirm(paths) == path
    assert path.read_text(encoding="utf-8") == "- mine"
    assert [topic.name for topic in load_profile(paths).profile.topics] == ["mine"]


def test_a_missing_profile_is_named_with_those_that_exist(paths: Paths) -> None:
    with pytest.raises(UsageError, match=r"no profile is called work: there is default; .*profile new work"):
        load_profile(paths, "work")
    new_profile(paths, "astro")
    with pytest.raises(UsageError, match="there are astro, default"):
        confirm(paths, "work")
    assert names(paths) == ["astro", "default"]


def test_a_new_profile_never_replaces_one(paths: Paths) -> None:
    path = new_profile(paths, "work")
    path.write_text("- mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already"):
        new_profile(paths, "work")
    assert path.read_text(encoding="utf-8") == "- mine"


def test_an_unreadable_profile_is_named_in_one_line(paths: Paths) -> None:
    path = write_profile(paths, "work", "- a")
    path.write_bytes(b"- a\n- \xff")
    with pytest.raises(UsageError, match=r"work\.md line 2: not UTF-8"):
        load_profile(paths, "work")
    path.write_text("+++\nx = 1\n+++\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"work\.md: unknown key"):
        load_profile(paths, "work")
    assert profile_text(paths, "work").startswith("+++\nx")
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match=r"work\.md: cannot be read"):
        load_profile(paths, "work")


def test_a_source_that_does_not_exist_is_named(paths: Paths) -> None:
    with pytest.raises(UsageError, match="no source is called 'hugginface'; there is arxiv"):
        write_profile(paths, "work", '+++\nsources = ["hugginface"]\n+++\n')


def test_what_would_not_be_understood_is_not_written(paths: Paths) -> None:
    path = write_profile(paths, "work", "- good")
    with pytest.raises(UsageError, match="nearest"):
        write_profile(paths, "work", "+++\nbad = 1\n+++\n")
    with pytest.raises(PapertuiError, match="cannot be written"):
        write_profile(paths, "work", "- \udcff")
    assert path.read_text(encoding="utf-8") == "- good"
    assert [each.name for each in paths.profiles.iterdir()] == ["work.md"]


@pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")
def test_writing_keeps_a_link_and_its_files_mode(paths: Paths, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.md"
    real.write_text("- old", encoding="utf-8")
    real.chmod(0o600)
    paths.profiles.mkdir(parents=True)
    (paths.profiles / "default.md").symlink_to(real)
    write_profile(paths, "default", "- new")
    assert (paths.profiles / "default.md").is_symlink()
    assert real.read_text(encoding="utf-8") == "- new"
    assert real.stat().st_mode & 0o777 == 0o600

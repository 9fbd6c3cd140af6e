"""The local scorer: words in common with the profile, graded over the edition."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper
from papertui.domain.plain import phrase_pattern, plain
from papertui.domain.profile import Profile, Topic
from papertui.domain.score import Score
from papertui.scoring.local import NOTHING_MATCHED, NOVELTY_NEEDS, LocalScorer, graded
from papertui.scoring.protocol import Answer, Batch, Scorer
from papertui.scoring.words import Stems, features, shared_phrases, stem
from tests.shared import shared_file

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROFILE = Profile(
    "p",
    topics=(
        Topic("Efficient inference", "quantization, pruning, KV cache, sparse attention"),
        Topic("Dwarf galaxies", "satellites, stellar haloes and quenching of dwarf galaxies"),
    ),
    unwanted=("reinforcement learning",),
    keywords=("optical tweezers",),
)
LONG = (
    "Steel, wind, cables and concrete are loaded until they fail, in a hall by the harbour, where ships bring sand and gravel from the delta. "
    "Engineers of three countries compare the measured strain with tables printed before the war, and find that rivets of that age bear twice "
    "what welds bear today. Costs fall by a third once timber decks replace asphalt, while noise along the quay rises."
)
OFF_TOPIC = ("Soil moisture of alpine meadows", "Rainfall and drainage in the mountains over twelve seasons.")


def paper(number: int, title: str, abstract: str = "", *authors: str) -> Paper:
    return Paper(PaperId("arxiv", f"2611.{number:05d}"), title, abstract, authors)


def scores(papers: Sequence[Paper], profile: Profile = PROFILE, earlier: Sequence[str] = ()) -> dict[str, Score]:
    return {str(each): score for each, score in LocalScorer(profile, earlier, NOW).grade(papers)}


def the_score(one: Paper, profile: Profile = PROFILE) -> Score:
    return scores([one, *(paper(number, *OFF_TOPIC) for number in range(50, 60))], profile)[str(one.id)]


def filler(count: int) -> list[Paper]:
    words = ["soil", "river", "bridge", "market", "protein", "laser", "grammar", "voter", "turbine", "glacier", "ocean", "violin"]
    return [
        paper(100 + n, f"{words[n % 12]} and {words[n * 5 % 11]}", f"Of {words[n * 7 % 12]} with {words[n // 12 % 12]} {n}.")
        for n in range(count)
    ]


# Scores


def test_a_paper_of_a_topic_ranks_above_one_of_none() -> None:
    found = scores([paper(1, "Quantization of the KV cache", "Pruning and sparse attention."), paper(2, *OFF_TOPIC), *filler(30)])
    on, off = found["arxiv:2611.00001"], found["arxiv:2611.00002"]
    assert on.relevance is not None
    assert on.relevance >= 9
    assert (off.relevance, off.comment) == (1, NOTHING_MATCHED)


def test_a_score_carries_all_that_tells_whether_it_is_stale() -> None:
    one = paper(1, "Quantization", "Of networks.")
    scorer = LocalScorer(PROFILE, (), NOW)
    score = scores([one])[str(one.id)]
    assert (score.scorer, score.model, score.scored_at, score.stale) == ("local", None, NOW, False)
    assert score.recipe == scorer.recipe
    assert score.paper_digest == one.digest


def test_the_recipe_changes_with_the_profile_only() -> None:
    recipe = LocalScorer(PROFILE, (), NOW).recipe
    assert LocalScorer(replace(PROFILE, name="q", categories=("cs.LG",)), ["a\nb"], NOW).recipe == recipe
    assert LocalScorer(replace(PROFILE, keywords=("other",)), (), NOW).recipe != recipe


def test_the_comment_names_the_topic_and_words_that_both_have_as_the_paper_writes_them() -> None:
    text = "We study Pruned networks, quantizing each KV-cache, and the KV-cache of sparse-attention layers."
    comment = the_score(paper(1, "A study", text)).comment
    topic, _, words = comment.partition(": ")
    assert topic == "Efficient inference"
    assert set(words.split(", ")) <= {"KV-cache", "sparse-attention", "quantizing", "Pruned"}
    assert "KV-cache" in words
    assert len(words.split(", ")) == 3


def test_words_of_one_side_only_are_never_named() -> None:
    comment = the_score(paper(1, "Quenching of galaxies", "Reionization stops them.")).comment
    assert comment.startswith("Dwarf galaxies: ")
    assert {"Quenching", "galaxies"} == set(comment.partition(": ")[2].split(", "))


def test_a_keyword_is_as_good_as_a_topic() -> None:
    score = the_score(paper(1, "Cells in optical tweezers", "We hold them."))
    assert score.comment == "optical tweezers: optical tweezers"
    assert score.relevance is not None
    assert score.relevance >= 8


def test_what_is_unwanted_counts_against_a_paper_and_is_named() -> None:
    plain_one = paper(1, "Pruning networks", "Faster agents by pruning.")
    worse = paper(2, "Pruning networks", "Faster agents by reinforcement learning.")
    found = scores([plain_one, worse, *filler(30)])
    first, second = found["arxiv:2611.00001"], found["arxiv:2611.00002"]
    assert first.relevance is not None
    assert second.relevance is not None
    assert first.relevance > second.relevance
    assert second.comment.endswith("; unwanted: reinforcement learning")


def test_muted_words_and_authors_push_to_one_and_a_muted_author_beats_a_followed_one() -> None:
    profile = replace(PROFILE, muted_words=("survey", "case-study"), muted_authors=("José García",), followed=("Ann Lee", "Jose Garcia"))
    on = "Quantization of the KV cache"
    assert the_score(paper(1, f"{on}: a Survey"), profile).relevance == 1
    assert the_score(paper(1, f"{on}: a Survey"), profile).comment == "muted word survey"
    assert the_score(paper(1, on, "A case study."), profile).relevance == 1
    assert the_score(paper(1, on, "We surveyed it."), profile).relevance != 1
    muted = the_score(paper(1, on, "", "Ann Lee", r"Jos\'e Garc\'{i}a"), profile)
    assert (muted.relevance, muted.comment) == (1, r"muted author Jos\'e Garc\'{i}a")
    assert the_score(paper(1, f"{on}: a Survey", "", "Ann Lee"), profile).comment.startswith("by Ann Lee, whom you follow")


def test_a_followed_author_ranks_high_whatever_it_is_about() -> None:
    profile = replace(PROFILE, followed=("Ann B. Lee",))
    score = the_score(paper(1, *OFF_TOPIC, "Bob Roe", "Ann Lee"), profile)
    assert score.relevance == 9
    assert score.comment == f"by Ann Lee, whom you follow; {NOTHING_MATCHED}"
    assert the_score(paper(1, *OFF_TOPIC, "Anna Lee"), profile).relevance == 1


def test_equal_papers_get_equal_scores_and_their_order_changes_nothing() -> None:
    papers = [paper(1, "Pruning", "Of nets."), paper(2, "Pruning", "Of nets."), paper(3, "Quenching", "Of dwarf galaxies."), *filler(40)]
    found = scores(papers)
    assert found["arxiv:2611.00001"] == replace(found["arxiv:2611.00002"], paper_digest=papers[0].digest)
    assert scores(papers[::-1]) == found
    assert scores(papers) == found


def test_a_lone_paper_gets_a_sane_score() -> None:
    on = scores([paper(1, "Quantization of the KV cache", "Pruning, sparse attention, and quantization of caches.")])["arxiv:2611.00001"]
    barely = scores([paper(1, "Bridges under load", f"We measure satellites of towers. {LONG}")])
    off = scores([paper(1, *OFF_TOPIC)])["arxiv:2611.00001"]
    assert on.relevance is not None
    assert on.relevance >= 8
    assert 1 <= (barely["arxiv:2611.00001"].relevance or 0) <= 4
    assert off.relevance == 1


def test_two_papers_keep_their_order() -> None:
    found = scores([paper(1, "Quantization", "Pruning of the KV cache."), paper(2, "Wheat", "Harvests of wheat; attention to rain.")])
    assert (found["arxiv:2611.00001"].relevance or 0) > (found["arxiv:2611.00002"].relevance or 0)


@pytest.mark.parametrize("profile", [Profile("p"), Profile("p", topics=(Topic("of the", "and"),)), Profile("p", unwanted=("soil",))])
def test_a_profile_that_says_nothing_matches_nothing(profile: Profile) -> None:
    found = scores([paper(1, *OFF_TOPIC), paper(2, "Pruning")], profile)
    assert {(score.relevance, score.comment) for score in found.values()} == {(1, NOTHING_MATCHED)}


def test_papers_without_words_are_no_trouble() -> None:
    assert {score.relevance for score in scores([paper(1, ""), paper(2, "$x^2$"), paper(3, "…", "!")]).values()} == {1}
    assert scores([]) == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=6), st.text(max_size=30))
def test_any_texts_get_scores_on_the_scale_and_one_line(texts: list[tuple[str, str]], topic: str) -> None:
    profile = replace(PROFILE, topics=(*PROFILE.topics, Topic(topic.strip() or "x", topic)))
    found = scores([paper(number, *text) for number, text in enumerate(texts, 1)], profile)
    assert len(found) == len(texts)
    assert all(score.relevance in range(1, 11) and "\n" not in score.comment for score in found.values())


# Novelty


def test_novelty_is_unknown_in_a_young_library_and_the_report_says_so() -> None:
    earlier = ["a\nb"] * (NOVELTY_NEEDS - 1)
    scorer = LocalScorer(PROFILE, earlier, NOW)
    assert {score.novelty for _, score in scorer.grade(filler(20))} == {None}
    assert scorer.note == "novelty is unknown until the library holds 200 earlier papers (it holds 199)"
    assert LocalScorer(PROFILE, ["a\nb"] * NOVELTY_NEEDS, NOW).note is None


def test_a_repeat_is_less_novel_than_something_new() -> None:
    earlier = [f"{each.title}\n{each.abstract}" for each in filler(NOVELTY_NEEDS + 50)]
    again, new = filler(1)[0], paper(1, "Harpsichord tuning by zebras", "Marsupial counterpoint in unheard temperaments.")
    found = scores([replace(again, id=PaperId("arxiv", "2611.00002")), new, *filler(60)[20:]], PROFILE, earlier)
    assert found["arxiv:2611.00002"].novelty is not None
    assert found["arxiv:2611.00001"].novelty is not None
    assert found["arxiv:2611.00002"].novelty < found["arxiv:2611.00001"].novelty
    assert all(score.novelty in range(1, 11) for score in found.values())


# As a scorer


def test_it_is_a_scorer_that_hands_over_one_batch_and_says_what_it_did() -> None:
    batches: list[Batch] = []

    async def done(answer: Answer) -> None:
        batches.append(answer.scores)

    scorer: Scorer = LocalScorer(PROFILE, (), NOW)
    report = asyncio.run(scorer.score(filler(5), done))
    assert [len(batch) for batch in batches] == [5]
    assert (report.scored, report.failed) == (5, ())
    assert report.note is not None
    assert scorer.whole
    empty = asyncio.run(scorer.score([], done))
    assert (empty.scored, len(batches)) == (0, 1)


def test_making_one_imports_no_numpy() -> None:
    code = (
        "import sys; from datetime import datetime; from papertui.domain.profile import Profile; "
        "from papertui.scoring.local import LocalScorer; LocalScorer(Profile('p'), (), datetime.now()).recipe; "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'sklearn', 'asyncio')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


# Grades


def test_grades_follow_the_steps_and_ties_are_equal() -> None:
    steps = (0.2, 0.35, 0.5, 0.65, 0.75, 0.83, 0.9, 0.95, 0.98)
    values = [float(n) for n in range(500)]
    found = graded(values, values, steps)
    assert found == sorted(found)
    assert (found[0], found[-1]) == (1, 10)
    assert found.count(10) == 10
    assert found.count(1) == 100
    assert len(set(graded([1.0] * 7, [1.0] * 7, steps))) == 1


@given(st.lists(st.floats(-1, 1), min_size=1))
def test_a_higher_value_never_gets_a_lower_grade(values: list[float]) -> None:
    found = graded(sorted(values), values, (0.2, 0.35, 0.5, 0.65, 0.75, 0.83, 0.9, 0.95, 0.98))
    assert all(1 <= grade <= 10 for grade in found)
    assert all(one <= other for one, other in pairwise(found))


# Words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("quantized quantizing quantization quantizes", {"quant"}),
        ("pruning pruned", {"prun"}),
        ("galaxy galaxies", {"galax"}),
        ("sparse sparsity", {"spars", "sparsit"}),
        ("class classes", {"class"}),
        ("gas basis lens", {"gas", "basis", "len"}),
        ("cats cat", {"cat"}),
    ],
)
def test_inflections_of_a_word_are_one(words: str, expected: set[str]) -> None:
    assert {stem(word) for word in words.split()} == expected


def test_pairs_never_cross_punctuation_or_small_words() -> None:
    found = features("Low-rank pruning, sparse attention of caches (fast).\nGreen line", Stems())
    pairs = [feature for feature in found if " " in feature]
    assert pairs == ["low rank", "rank prun", "spars attention", "green line"]


def test_tex_is_no_word() -> None:
    assert plain(r"\emph{Sparse} $k$-means by Erd\H{o}s, G\"odel and \textbf{\'Etale} $\alpha_{2}$") != ""
    assert "Godel" in plain(r"G\"odel")
    assert "Etale" in plain(r"\textbf{\'Etale}")
    assert not {"emph", "textbf", "alpha"} & set(features(r"\emph{Sparse} \textbf{x} $\alpha$", Stems()))


def test_the_most_telling_phrase_comes_first_and_is_as_long_as_both_have_it() -> None:
    stems = Stems()
    wanted = dict.fromkeys(features("large language models", stems), 2.0) | {"model": 1.0, "train": 0.2}
    assert shared_phrases("Training Large Language Models on language models", wanted, stems) == ["Large Language Models"]
    assert shared_phrases("nothing of it", wanted, stems) == []


def test_a_muted_phrase_is_found_as_whole_words_only() -> None:
    pattern = phrase_pattern(["case study", "C++", " "])
    assert pattern is not None
    assert pattern.search("a case-study of c++.")
    assert pattern.search("in c++ we")
    assert not pattern.search("a showcase study")
    assert phrase_pattern([" "]) is None


# Real data


def real_day(*parts: str) -> tuple[list[Paper], set[str]]:
    """A day's papers and the ids of those that its reader's own pipeline picked."""
    rows = [json.loads(line) for line in gzip.decompress(shared_file(*parts).read_bytes()).splitlines()]
    papers = [Paper(PaperId("arxiv", row["id"]), row["title"], row["abstract"], tuple(row["authors"])) for row in rows]
    picked = {f"arxiv:{row['id']}" for row in rows if row.get("selected", (row["relevance"] or 0) >= 7)}
    return papers, picked


def auc(found: dict[str, Score], picked: set[str]) -> float:
    """How often a picked paper stands above one that was not; ties count half."""
    good = [score.relevance or 0 for each, score in found.items() if each in picked]
    bad = [score.relevance or 0 for each, score in found.items() if each not in picked]
    return sum((one > other) + (one == other) / 2 for one in good for other in bad) / (len(good) * len(bad))


def test_real_days_are_ranked_as_their_reader_would() -> None:
    reader = Profile(
        "dev",
        topics=(
            Topic("Model architecture", "Mixture-of-experts, transformers, conditional and dynamic networks, autoencoders, analysis of architectures."),
            Topic("Compression and efficiency", "Sparsity, pruning, quantization, low rank, KV cache, caches and other efficiency."),
            Topic("High-performance computing", "Systems and algorithms for large-scale and distributed training, memory."),
            Topic("Representation learning", "How networks encode information: feature and dictionary learning, sparse methods, training dynamics."),
        ),
        unwanted=("reinforcement learning", "federated learning", "medical imaging", "video", "recommendation", "speech", "time series"),
    )  # fmt: skip
    measured = []
    for day in ("2025-10-08", "2025-10-17", "2025-11-05", "2025-12-19"):
        papers, picked = real_day("ranking_dev", f"{day}.jsonl.gz")
        found = scores(papers, reader)
        measured.append(auc(found, picked))
        assert sum(score.relevance == 10 for score in found.values()) <= 0.04 * len(papers)
        assert sum((score.relevance or 0) <= 4 for score in found.values()) >= 0.5 * len(papers)
    assert sum(measured) / len(measured) >= 0.72


def test_a_big_day_takes_little_memory() -> None:
    papers, _ = real_day("ranking_dev", "2025-10-17.jsonl.gz")
    earlier = [f"{each.title}\n{each.abstract}" for each in papers] * 2
    tracemalloc.start()
    try:
        LocalScorer(PROFILE, earlier, NOW).grade(papers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200e6

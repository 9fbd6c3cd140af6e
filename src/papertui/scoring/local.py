"""The local scorer: words in common with the profile's topics. No model, no key, no network.

Relevance is TF-IDF similarity to every topic and keyword, widened by the papers that fit each topic best (Rocchio's
feedback), less the similarity to what is unwanted, and graded by rank within the edition. Novelty is the distance to
the nearest paper that the library already held: new words, not new merit.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId
from papertui.domain.muting import followed_by, muted_by
from papertui.domain.paper import Paper
from papertui.domain.profile import Profile
from papertui.domain.score import LOCAL, Score
from papertui.scoring.protocol import Answer, Done, ScoringReport
from papertui.scoring.words import Stems, features, shared_phrases

if TYPE_CHECKING:
    from typing import Any

    Matrix = Any  # scipy has no types; within this module only

VERSION = "local-2"
"""Part of the recipe: another way of scoring makes old scores stale."""

EARLIER = 3_000
"""Most earlier papers that are compared with; more would cost seconds and change little."""

NOVELTY_NEEDS = 200
"""Fewer earlier papers than this say nothing about what is new."""

FOLLOWED_AT_LEAST = 9
NOTHING_MATCHED = "no topic of yours matched"

_FEEDBACK = 10
"""Papers per topic whose words widen it. Measured on five months of two readers' days: AUC 0.76 -> 0.78, 0.79 -> 0.81."""
_FEEDBACK_WEIGHT = 0.5
_FEEDBACK_SHARE = 50
"""One feedback paper for so many papers known: in a small edition the best paper is no good example."""
_UNWANTED_WEIGHT = 0.5
_REFERENCE = 200
"""An edition smaller than this is graded among the newest earlier papers as well."""

RELEVANCE_STEPS = (0.20, 0.35, 0.50, 0.65, 0.75, 0.83, 0.90, 0.95, 0.98)
"""Share of the day below the grades 2, 3, … 10: two in a hundred papers get a 10, most get 1 to 4."""
NOVELTY_STEPS = (0.005, 0.02, 0.06, 0.20, 0.50, 0.80, 0.94, 0.98, 0.995)
"""Novelty stays near the middle: unusual words are weak evidence, and must not outweigh relevance in their sum."""
_TYPICAL = (
    -0.04, -0.01, 0.0, 0.015, 0.025, 0.03, 0.036, 0.042, 0.047, 0.051, 0.056, 0.06, 0.066, 0.072, 0.08, 0.09, 0.10, 0.12, 0.16, 0.27,
)  # fmt: skip
"""Relevance before grading on typical days of three readers, at even steps: what a lone paper is graded among."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """A topic, keyword or unwanted thing as it is compared and as a comment names it."""

    label: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """Plain numbers of an edition, before grading."""

    relevance: list[float]
    """Similarity to the wishes less that to the unwanted; 0 where no wish matched. Papers first, then the earlier ones."""
    order: list[list[int]]
    """For every paper its wishes, best first, as far as they matched."""
    against: list[int | None]
    """The unwanted thing that counted most against it."""
    distance: list[float] | None
    """How far the nearest earlier paper is, 0 to 1; None where there are too few."""
    typical_distance: list[float]
    """The same for some of the earlier papers among themselves."""
    weight: dict[str, float]
    """How telling each feature is (inverse document frequency)."""


class LocalScorer:
    """Scores an edition by its words. Papers are graded against each other: give it an edition's papers all together."""

    name = LOCAL
    whole = True

    def __init__(self, profile: Profile, earlier: Sequence[str], now: datetime) -> None:
        """`earlier`: title, newline, abstract of papers from before this edition, newest first; `now`: UTC, for the record."""
        self._profile = profile
        self._earlier = tuple(earlier[:EARLIER])
        self._now = now
        self._stems = Stems()
        self._wishes = [self._wish(topic.name, topic.text) for topic in profile.topics]
        self._wishes += [self._wish(keyword) for keyword in profile.keywords]
        self._unwanted = [self._wish(text) for text in profile.unwanted]

    def _wish(self, label: str, text: str = "") -> _Wish:
        return _Wish(label, tuple(features(f"{label}\n{text}", self._stems)))

    @property
    def recipe(self) -> str:
        """Digest of the profile and of this way of scoring."""
        return hashlib.sha256(f"{VERSION}\n{self._profile.digest}".encode()).hexdigest()[:16]

    @property
    def note(self) -> str | None:
        """Why novelty is unknown, None where it is known."""
        if len(self._earlier) >= NOVELTY_NEEDS:
            return None
        return f"novelty is unknown until the library holds {NOVELTY_NEEDS} earlier papers (it holds {len(self._earlier)})"

    async def score(self, papers: Sequence[Paper], done: Done) -> ScoringReport:
        """Score an edition in a thread, as one batch."""
        import asyncio

        scores = await asyncio.to_thread(self.grade, papers)
        if scores:
            await done(Answer(scores))
        return ScoringReport(len(scores), note=self.note)

    def grade(self, papers: Sequence[Paper]) -> list[tuple[PaperId, Score]]:
        """Scores of all papers, in order of id. Takes a second or two and imports numpy: not for the event loop."""
        if not papers:
            return []
        papers = sorted(papers, key=lambda paper: str(paper.id))  # so that their order changes nothing
        texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
        counted = [features(text, self._stems) for text in (*texts, *self._earlier)]
        found = _measure(counted, len(papers), self._wishes, self._unwanted)
        among = [*found.relevance[: max(_REFERENCE, len(papers))], *_typical(len(counted))]
        relevance = graded(found.relevance[: len(papers)], among, RELEVANCE_STEPS)
        novelty: list[int] | list[None] = [None] * len(papers)
        if found.distance is not None:
            novelty = graded(found.distance, [*found.distance, *found.typical_distance], NOVELTY_STEPS)
        result = []
        for index, paper in enumerate(papers):
            comment = self._comment(texts[index], found, index)
            grade, comment = self._by_rule(paper, relevance[index] if found.order[index] else 1, comment)
            result.append((paper.id, self._score(paper, grade, novelty[index], comment)))
        return result

    def _score(self, paper: Paper, relevance: int, novelty: int | None, comment: str) -> Score:
        return Score(
            scorer=LOCAL, relevance=relevance, novelty=novelty, comment=one_line(comment, 300),
            scored_at=self._now, recipe=self.recipe, paper_digest=paper.digest,
        )  # fmt: skip

    def _by_rule(self, paper: Paper, grade: int, comment: str) -> tuple[int, str]:
        """What the reader said outright beats what words suggest."""
        if muted := muted_by(self._profile, paper):
            return 1, muted
        if by := followed_by(self._profile, paper):
            return max(grade, FOLLOWED_AT_LEAST), f"by {by.author}, whom you follow; {comment}"
        return grade, comment

    def _comment(self, text: str, found: _Measured, index: int) -> str:
        if not found.order[index]:
            return NOTHING_MATCHED
        wish = self._wishes[found.order[index][0]]
        wanted = {feature: found.weight[feature] for feature in wish.features if feature in found.weight}
        said = f"{wish.label}: {', '.join(shared_phrases(text, wanted, self._stems))}"
        against = found.against[index]
        return said if against is None else f"{said}; unwanted: {self._unwanted[against].label}"


def graded(values: Sequence[float], among: Sequence[float], steps: Sequence[float]) -> list[int]:
    """Grades 1 to 10 by each value's place among `among`; equal values get equal grades.

    `steps`: the shares of `among` that lie below grades 2, 3, … 10.
    """
    ranked = sorted(among)
    places = ((bisect_left(ranked, value) + bisect_right(ranked, value)) / (2 * len(ranked)) for value in values)
    return [1 + bisect_right(steps, place) for place in places]


def _typical(known: int) -> list[float]:
    """`_TYPICAL` among so many papers: where few are known every word looks alike, and all similarities are larger."""
    return [value + 0.15 / known**0.7 for value in _TYPICAL]


def _measure(counted: Sequence[Sequence[str]], papers: int, wishes: Sequence[_Wish], unwanted: Sequence[_Wish]) -> _Measured:
    """Measure the first `papers` texts (given as their features) against the wishes, and against the other texts."""
    import numpy as np

    fitted = _tfidf(counted)
    if fitted is None:
        return _Measured([0.0] * len(counted), [[] for _ in range(papers)], [None] * papers, None, [], {})
    known, vectorizer = fitted
    total = np.zeros(len(counted))
    order: list[list[int]] = [[] for _ in range(papers)]
    against: list[int | None] = [None] * papers
    if wishes:
        asked = vectorizer.transform([wish.features for wish in wishes])
        direct = (known @ asked.T).toarray()
        wide = (known @ _widened(asked, direct, known).T).toarray() * (direct > 0).any(axis=1, keepdims=True)
        total = np.sqrt((wide**2).sum(axis=1))
        best_first = np.argsort(-wide[:papers] * (direct[:papers] > 0), axis=1, kind="stable")
        order = [[int(wish) for wish in row if direct[index, wish] > 0] for index, row in enumerate(best_first)]
    if unwanted:
        worse = (known @ vectorizer.transform([wish.features for wish in unwanted]).T).toarray()
        minus = _UNWANTED_WEIGHT * worse.max(axis=1)
        against = [int(worse[index].argmax()) if minus[index] > 0.25 * total[index] > 0 else None for index in range(papers)]
        total = total - minus
    relevance = [round(float(value), 6) for value in total]  # equal texts stay equal whatever the order of a sum
    distance, typical = _novelty(known, papers)
    columns, inverse = vectorizer.vocabulary_, vectorizer.idf_
    weight = {feature: float(inverse[columns[feature]]) for wish in wishes for feature in wish.features if feature in columns}
    return _Measured(relevance, order, against, distance, typical, weight)


def _tfidf(counted: Sequence[Sequence[str]]) -> tuple[Matrix, Any] | None:
    """Rows of length 1, (1 + log of how often) times smoothed inverse document frequency, and the vectorizer that made them.

    None where there is not one feature in all of it.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(counted):
        return None
    vectorizer = TfidfVectorizer(analyzer=tuple, sublinear_tf=True, dtype=np.float32)
    return vectorizer.fit_transform(counted), vectorizer


def _widened(asked: Matrix, direct: Matrix, known: Matrix) -> Matrix:
    """Every wish plus the words of the papers that fit it best, in proportion to how well they do."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    count = min(_FEEDBACK, known.shape[0] // _FEEDBACK_SHARE)
    if not count:
        return asked
    shares = np.zeros(direct.T.shape, dtype=np.float32)
    for wish in range(direct.shape[1]):
        best = np.argsort(-direct[:, wish], kind="stable")[:count]
        shares[wish, best] = direct[best, wish]
    return normalize(asked + _FEEDBACK_WEIGHT * normalize(csr_matrix(shares) @ known))


def _novelty(known: Matrix, papers: int) -> tuple[list[float] | None, list[float]]:
    """Distances of the papers to their nearest earlier one, and of some earlier ones among themselves."""
    earlier = known[papers:]
    count = earlier.shape[0]
    if count < NOVELTY_NEEDS:
        return None, []
    return _distances(known[:papers], earlier), _distances(earlier[: min(_REFERENCE, count // 2)], earlier[count // 2 :])


def _distances(papers: Matrix, earlier: Matrix, rows: int = 200) -> list[float]:
    """1 less the similarity to the nearest earlier paper; `rows` at a time keep the memory small."""
    others = earlier.T.tocsr()
    parts = ((papers[start : start + rows] @ others).max(axis=1).toarray().ravel() for start in range(0, papers.shape[0], rows))
    return [round(1 - float(value), 6) for part in parts for value in part]

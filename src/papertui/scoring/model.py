"""Scores by a model: an optional first look at titles, abstracts in batches, several passes averaged, a strict order of the best."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper, Problem
from papertui.domain.score import Score, grade
from papertui.errors import PapertuiError
from papertui.scoring import answers
from papertui.scoring.again import Job, in_batches
from papertui.scoring.answers import AnswerReader, Judgement
from papertui.scoring.asked import Sheet, Texts, is_addressed, scoring_sheet, tie_sheet, title_sheet
from papertui.scoring.conversation import Conversation, Talk
from papertui.scoring.money import COMPLETION_PER_PAPER, Experience
from papertui.scoring.protocol import Answer, Done, Judged, Outcome, ScoringReport, Spent

TITLES = 40
"""Titles a request."""

MOST_ORDERED = 40
"""Papers that a model can put in order at once."""

_ANSWER_AT_LEAST = 300
_TITLE_TOKENS = 20


class Plan(NamedTuple):
    """How papers are asked for."""

    batch_size: int = 12
    passes: int = 1
    title_screen: bool = False
    tie_break: int = 0


class Known(NamedTuple):
    """What earlier runs with the same recipe left behind."""

    kept: Collection[PaperId] = ()
    """Papers whose title has passed."""
    judged: Mapping[PaperId, Sequence[Judged]] = {}
    """Passes that are done."""


_NOTHING, _NONE = Known(), Experience()


class ModelScorer:
    """Scores papers by a model; `score` may be called for one edition after another."""

    whole = False

    def __init__(
        self, name: str, texts: Texts, talk: Talk, plan: Plan, now: Callable[[], datetime], *,
        known: Known = _NOTHING, experience: Experience = _NONE, row: Callable[[PaperId, Score], object] | None = None,
    ) -> None:  # fmt: skip
        """`name`: `llm:MODEL`; `row` gets scores while an answer is still coming, before they are kept."""
        self.name = name
        self.recipe = texts.recipe
        self.texts = texts
        self.talk = talk
        self.plan = plan
        self.now = now
        self.known = known
        self.row = row
        self.per_paper = max(experience.completion_per_paper, COMPLETION_PER_PAPER)

    async def score(self, papers: Sequence[Paper], done: Done) -> ScoringReport:
        """Ask for these papers. PapertuiError where nothing at all could be asked."""
        screened = 0
        wanted = list(papers)
        if self.plan.title_screen:
            errand = _Titles(self, done)
            unseen = [paper for paper in wanted if paper.id not in self.known.kept]
            await Conversation(self.talk, errand).about(_jobs(unseen, TITLES))
            self._end_of_a_part(self.talk.answers)
            wanted = [paper for paper in wanted if paper.id not in errand.out]
            screened = len(errand.out)
            self.talk.failed.clear()  # a title without an answer is kept
        errand_ = _Scores(self, done)
        before = self.talk.answers
        for number in range(self.plan.passes):
            missing = [paper for paper in wanted if not any(each.number == number for each in errand_.judged.get(paper.id, ()))]
            errand_.number = number
            await Conversation(self.talk, errand_).about(_jobs(missing, self.plan.batch_size))
            if self.talk.stopped:
                break
        if not screened:
            self._end_of_a_part(self.talk.answers - before)
        return ScoringReport(len(errand_.scored), tuple(_problems(self.talk)), f"{screened} screened out by title" if screened else None)

    def _end_of_a_part(self, answers: int) -> None:
        if self.talk.stopped is not None and not answers and not self.talk.broke:
            raise PapertuiError(self.talk.stopped)

    async def order(self, papers: Sequence[Paper], done: Done) -> list[PaperId] | None:
        """The best papers in the model's strict order: two orders averaged; None where it did not answer."""
        errand = _Order(self, done)
        await Conversation(self.talk, errand).about([Job(tuple(papers[:MOST_ORDERED]))])
        await Conversation(self.talk, errand).about([Job(tuple(reversed(papers[:MOST_ORDERED])))])
        places: dict[PaperId, float] = {}
        for found in errand.orders:
            for place, paper in enumerate(found):
                places[paper] = places.get(paper, 0.0) + place
        self.talk.failed.clear()
        return sorted(places, key=lambda paper: (places[paper], str(paper))) if errand.orders else None


def _jobs(papers: Sequence[Paper], size: int) -> list[Job]:
    """Batches; a paper that talks to the model comes alone, where its talk can bear on nobody else."""
    suspects = [paper for paper in papers if is_addressed(paper)]
    alone = {paper.id for paper in suspects}
    plain = [paper for paper in papers if paper.id not in alone]
    return in_batches(plain, size) + in_batches(suspects, 1)


def _problems(talk: Talk) -> list[Problem]:
    """One line for every reason, with the papers that it left without a score."""
    by_reason: dict[str, list[str]] = {}
    for paper, why in talk.failed:
        by_reason.setdefault(why, []).append(str(paper.id))
    talk.failed.clear()
    said = []
    for why, ids in by_reason.items():
        shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        said.append(Problem("1 paper unscored" if len(ids) == 1 else f"{len(ids)} papers unscored", f"{why} ({shown})"))
    return said


class _Scores:
    """Relevance, novelty and a comment for each paper."""

    kind = "score"
    whole = False

    def __init__(self, scorer: ModelScorer, done: Done) -> None:
        self._of = scorer
        self._done = done
        self.number = 0
        self.judged: dict[PaperId, list[Judged]] = {paper: list(found) for paper, found in scorer.known.judged.items()}
        self.scored: set[PaperId] = set()

    def sheet(self, papers: Sequence[Paper], salt: str, most_tokens: int | None) -> Sheet:
        return scoring_sheet(self._of.texts, papers, f"{self.number}:{salt}", most_tokens)

    def most_tokens(self, papers: int) -> int:
        return answer_room(self._of.per_paper, papers)

    def read(self, text: str, sheet: Sheet) -> dict[str, Judgement]:
        return answers.by_id(answers.judgements(text), sheet.papers)[0]

    def listener(self, sheet: Sheet) -> Callable[[str], object] | None:
        row = self._of.row
        if row is None:
            return None
        reader = AnswerReader()

        def hear(piece: str) -> None:
            for name, judgement in answers.by_id(reader.feed(piece), sheet.papers)[0].items():
                row(sheet.papers[name].id, self._score(sheet.papers[name], judgement))

        return hear

    def _score(self, paper: Paper, judgement: Judgement) -> Score:
        earlier = [each for each in self.judged.get(paper.id, ()) if each.number != self.number]
        return score_of(self._of.name, self._of.recipe, paper.digest, judgement, earlier, self._of.now())

    async def found(self, sheet: Sheet, found: dict[str, Judgement], refused: Sequence[tuple[Paper, str]], spent: Spent | None) -> None:
        scores, judged = [], []
        for name, judgement in found.items():
            paper = sheet.papers[name]
            scores.append((paper.id, self._score(paper, judgement)))
            if self._of.plan.passes > 1:
                one = Judged(paper.id, paper.digest, self.number, judgement.relevance or 0, judgement.novelty or 0, judgement.comment)
                self.judged.setdefault(paper.id, []).append(one)
                judged.append(one)
        self.scored.update(paper for paper, _ in scores)
        outcomes = [Outcome(paper.id, paper.digest, "refused", why) for paper, why in refused]
        self._of.talk.failed += refused
        await self._done(Answer(scores, outcomes, judged, spent))


def answer_room(per_paper: float, papers: int) -> int:
    """Completion tokens that so many papers need at most, `per_paper` being what is usual."""
    return _ANSWER_AT_LEAST + int(3 * per_paper * papers)


def score_of(scorer: str, recipe: str, digest: str, judgement: Judgement, earlier: Sequence[Judged], now: datetime) -> Score:
    """The score of a paper as it was read: what this pass and the earlier ones say, averaged."""
    relevance = _mean([*(each.relevance for each in earlier), judgement.relevance or 0])
    novelty = _mean([*(each.novelty for each in earlier), judgement.novelty or 0])
    comment = judgement.comment or next((each.comment for each in earlier), "")
    return Score(
        scorer, relevance, novelty, comment, model=scorer.partition(":")[2], scored_at=now, recipe=recipe, paper_digest=digest
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float | None:
    return grade(sum(values) / len(values))


class _Titles:
    """Whether an abstract is worth reading, by its title."""

    kind = "screen"
    whole = False

    def __init__(self, scorer: ModelScorer, done: Done) -> None:
        self._of = scorer
        self._done = done
        self.out: set[PaperId] = set()

    def sheet(self, papers: Sequence[Paper], salt: str, most_tokens: int | None) -> Sheet:
        return title_sheet(self._of.texts, papers, f"t{salt}", most_tokens)

    def most_tokens(self, papers: int) -> int:
        return _ANSWER_AT_LEAST + 3 * _TITLE_TOKENS * papers

    def read(self, text: str, sheet: Sheet) -> dict[str, bool]:
        plain = ((name.strip("[](){}<>\"' ").lower(), keep) for name, keep in answers.kept(text).items())
        return {name: keep for name, keep in plain if name in sheet.papers}

    def listener(self, sheet: Sheet) -> Callable[[str], object] | None:
        return None

    async def found(self, sheet: Sheet, found: dict[str, bool], refused: Sequence[tuple[Paper, str]], spent: Spent | None) -> None:
        outcomes = []
        for name, keep in found.items():
            paper = sheet.papers[name]
            outcomes.append(Outcome(paper.id, paper.digest, "kept" if keep else "screened", "" if keep else "screened out by its title"))
            if not keep:
                self.out.add(paper.id)
        await self._done(Answer(outcomes=outcomes, spent=spent))


class _Order:
    """A strict order of the best."""

    kind = "order"
    whole = True

    def __init__(self, scorer: ModelScorer, done: Done) -> None:
        self._of = scorer
        self._done = done
        self.orders: list[list[PaperId]] = []

    def sheet(self, papers: Sequence[Paper], salt: str, most_tokens: int | None) -> Sheet:
        return tie_sheet(self._of.texts, papers, f"o{len(self.orders)}{salt}", most_tokens)

    def most_tokens(self, papers: int) -> int:
        return _ANSWER_AT_LEAST + 3 * _TITLE_TOKENS * papers

    def read(self, text: str, sheet: Sheet) -> dict[str, int]:
        plain = (name.strip("[](){}<>\"' ").lower() for name in answers.order(text))
        named = [name for name in dict.fromkeys(plain) if name in sheet.papers]
        if len(named) < 0.8 * len(sheet.papers):
            return {}  # no order of these papers: asked again
        return {name: place for place, name in enumerate([*named, *(name for name in sheet.papers if name not in named)])}

    def listener(self, sheet: Sheet) -> Callable[[str], object] | None:
        return None

    async def found(self, sheet: Sheet, found: dict[str, int], refused: Sequence[tuple[Paper, str]], spent: Spent | None) -> None:
        if found:
            self.orders.append([sheet.papers[name].id for name in sorted(found, key=found.__getitem__)])
        await self._done(Answer(spent=spent))

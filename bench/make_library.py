"""Makes libraries of any size to measure on: invented papers, always the same for one seed.

    python -m bench.make_library --papers 100000

Text is recombined from the demo edition's sentences and from words made of syllables, few of them frequent and most
rare, so that a full-text index has the long tail it has on real text. Libraries are kept in a cache outside the tree
(`PAPERTUI_BENCH_CACHE`, else the user's cache folder) and made anew when their recipe changes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import papertui
from papertui.domain.ids import ARXIV, PaperId
from papertui.domain.paper import Announced, Announcement, Paper
from papertui.domain.score import Score
from papertui.store.library import Library

NEWEST = dt.date(2026, 11, 23)
TOPMOST = "Topmost of the day"
"""How the title of each day's best paper begins: what a first screen has to show."""
SCORER = "llm:invented-model"
PORTION = 100
"""Papers written in one transaction, as bulk writers do."""

_PACKAGE = Path(papertui.__file__).parent
_CATEGORIES = ("cs.LG", "cs.CL", "cs.CV", "cs.AI", "cs.IR", "cs.RO", "stat.ML", "math.OC", "eess.AS", "astro-ph.GA")
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeio"]


@dataclass(frozen=True, slots=True)
class Day:
    """One edition's papers and their scores."""

    date: dt.date
    announced: tuple[Announced, ...]
    scores: tuple[tuple[PaperId, Score], ...]


def mailing_dates(count: int, newest: dt.date = NEWEST) -> list[dt.date]:
    """The last `count` weekdays up to `newest`, oldest first."""
    dates: list[dt.date] = []
    day = newest
    while len(dates) < count:
        if day.weekday() < 5:
            dates.append(day)
        day -= dt.timedelta(days=1)
    return dates[::-1]


def day_sizes(papers: int, per_day: int) -> list[int]:
    """How many papers each day has, oldest first; the oldest takes what does not divide."""
    full, rest = divmod(papers, per_day)
    return ([rest] if rest else []) + [per_day] * full


class Writer:
    """Invents papers. The same seed writes the same ones."""

    def __init__(self, seed: int, demo: Path = _PACKAGE / "data" / "demo.json") -> None:
        self._random = random.Random(seed)
        abstracts = [entry["abstract"] for entry in json.loads(demo.read_text(encoding="utf-8"))]
        self._sentences = [sentence for text in abstracts for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)]
        self._words = sorted({"".join(self._random.choices(_SYLLABLES, k=self._random.choice((2, 3, 3, 4)))) for _ in range(30_000)})
        self._random.shuffle(self._words)

    def word(self) -> str:
        """An invented word; a few are frequent, most are rare."""
        return self._words[min(int(self._random.paretovariate(0.35)), len(self._words)) - 1]

    def title(self) -> str:
        """Something like `Belori Networks for Tamo Kesira`."""
        kind = self._random.choice(("Networks", "Models", "Attention", "Transport", "Retrieval", "Bandits", "Graphs", "Priors"))
        link = self._random.choice(("for", "with", "without", "beyond", "and"))
        return f"{self.word().capitalize()} {kind} {link} {self.word().capitalize()} {self.word().capitalize()}"

    def abstract(self) -> str:
        """Four to nine sentences, each with a word of its own: about 1,300 characters."""
        chosen = self._random.sample(self._sentences, self._random.randint(6, 11))
        return " ".join(f"{sentence[:-1]} ({self.word()}){sentence[-1]}" for sentence in chosen)

    def paper(self, number: PaperId, day: dt.date) -> Paper:
        """A paper submitted three days before its mailing."""
        categories = self._random.sample(_CATEGORIES, self._random.randint(1, 3))
        return Paper(
            number,
            self.title(),
            self.abstract(),
            tuple(f"{self.word().capitalize()} {self.word().capitalize()}" for _ in range(self._random.randint(1, 8))),
            version=1,
            categories=tuple(categories),
            published=dt.datetime.combine(day - dt.timedelta(days=3), dt.time(12), dt.UTC),
        )

    def score(self, paper: Paper, day: dt.date, *, best: bool) -> Score:
        """Few tens and many threes; only the day's best has ten and ten."""
        relevance, novelty = (10.0, 10.0) if best else (self._grade(), self._grade())
        return Score(
            SCORER,
            relevance,
            novelty,
            f"{self.word().capitalize()} is close to your {self.word()} topic.",
            model=SCORER.partition(":")[2],
            scored_at=dt.datetime.combine(day, dt.time(6), dt.UTC),
            paper_digest=paper.digest,
        )

    def _grade(self) -> float:
        return min(9.0, 1.0 + int(self._random.expovariate(0.4)))


def days(papers: int, per_day: int = 500, seed: int = 1) -> Iterator[Day]:
    """A library's editions, oldest first, ids in the order of their dates."""
    writer = Writer(seed)
    sizes = day_sizes(papers, per_day)
    in_month: dict[str, int] = {}
    for date, size in zip(mailing_dates(len(sizes)), sizes, strict=True):
        announced, scores = [], []
        for rank in range(1, size + 1):
            month = f"{date:%y%m}"
            in_month[month] = in_month.get(month, 0) + 1
            paper = writer.paper(PaperId(ARXIV, f"{month}.{in_month[month]:05d}"), date)
            if rank == 1:
                paper = Paper(paper.id, f"{TOPMOST}: {paper.title}", paper.abstract, paper.authors, version=1, categories=paper.categories)
            kind = "cross" if rank % 4 == 0 else "new"
            announced.append(Announced(paper, Announcement("arxiv", date, kind, rank)))
            scores.append((paper.id, writer.score(paper, date, best=rank == 1)))
        yield Day(date, tuple(announced), tuple(scores))


def portions(day: Day) -> Iterator[tuple[Sequence[Announced], Sequence[tuple[PaperId, Score]]]]:
    """A day in transactions' worth."""
    for start in range(0, len(day.announced), PORTION):
        yield day.announced[start : start + PORTION], day.scores[start : start + PORTION]


def fill(database: Path, papers: int, per_day: int, seed: int) -> None:
    """Write a library through the store."""
    with Library(database, write=True) as library:
        for day in days(papers, per_day, seed):
            library.add_day(day.date, "arxiv", dt.datetime.combine(day.date, dt.time(6), dt.UTC))
            for announced, scores in portions(day):
                library.add_papers(announced, first_hand=True)
                library.add_scores(scores)


def cache_folder() -> Path:
    """Where libraries are kept."""
    if chosen := os.environ.get("PAPERTUI_BENCH_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "papertui-bench"


def recipe() -> str:
    """Digest of all that decides what a library looks like."""
    digest = hashlib.sha256()
    for path in (Path(__file__), _PACKAGE / "data" / "demo.json", _PACKAGE / "store" / "schema.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def library_home(papers: int, per_day: int = 500, seed: int = 1) -> Path:
    """A home (for PAPERTUI_HOME) with a library of that size: from the cache, or made now (100,000 papers: a minute or two)."""
    home = cache_folder() / f"{papers}-{per_day}-{seed}-{recipe()}"
    if not home.exists():
        part = home.with_name(f"{home.name}.{os.getpid()}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        fill(part / "papertui.db", papers, per_day, seed)
        try:
            part.rename(home)
        except OSError:  # another run made it meanwhile
            shutil.rmtree(part)
    return home


def main() -> None:
    """Make one and say where it is."""
    parser = argparse.ArgumentParser(description="Make a library of invented papers to measure on.")
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--per-day", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(library_home(given.papers, given.per_day, given.seed))


if __name__ == "__main__":
    main()

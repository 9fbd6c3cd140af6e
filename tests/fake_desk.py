"""A desk that remembers: editions in memory, an undo stack, and a record of every call. `python -m tests.fake_desk` shows it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from papertui.domain.edition import FOUND_AT_MOST, Detail, Edition, EditionHead, Row, found_edition
from papertui.domain.ids import ARXIV, PaperId
from papertui.domain.paper import Announcement, Paper
from papertui.domain.profile_edit import ProfileForm
from papertui.domain.published import Usage
from papertui.domain.score import Score
from papertui.domain.triage import NOTHING, Marks
from papertui.errors import PapertuiError
from papertui.services.desk import Changed, Landed, ModelForm
from papertui.services.events import Emit, Fetched, Progress, Scored
from papertui.services.opening import Opening
from papertui.tui.state import marked

DAY = date(2026, 11, 23)

_SUBJECTS = (
    "Sparse Attention", "Curriculum Replay", "Lattice Decoding", "Tensor Folding", "Low-Rank Adapters", "Diffusion Priors",
    "Graph Rewiring", "Speculative Sampling", "Spectral Clipping", "Mixture Routing", "Causal Probing", "Token Merging",
)  # fmt: skip
_ENDS = (
    "for Long Contexts", "without Backpropagation", "under Distribution Shift",
    "in the Wild: A Study of What Goes Wrong When Everything Is Longer Than It Looks",
       "at Scale", "with 𝒪(n log n) Memory", "and Its Discontents", "from First Principles",
)  # fmt: skip
_NAMES = (
    "Ada Quill", "Bram Østergård", "Chidi Okonkwo", "Dana Łuczak", "Eiko Tanabe", "Farid Nazari", "Greta Höß", "Hana Kovářová",
    "Ioan Popescu",
)  # fmt: skip
_ABSTRACT = (
    "We study {subject} and find that it behaves in ways nobody had written down. On 14 invented benchmarks the error falls from "
    "12.5% to 3.1%, and the bound ‖x − x̂‖₂ ≤ ε√n holds for every α ∈ (0, 1]. The method needs no labels, one hyperparameter and an "
    "afternoon; it fails, instructively, where the spectrum of the kernel is flat. Word {number}.\n\nCode and data do not exist."
)


def invented_row(number: int, day: date = DAY, **changes: object) -> Row:
    """One made-up row; every seventh has no scores, every fifth is a cross-list."""
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    count = (1, 2, 3, 8, 4)[number % 5]
    relevance, novelty = (None, None) if number % 7 == 6 else (10 - number % 6, 4 + number * 3 % 7)
    row = Row(
        id=PaperId(ARXIV, f"2611.{number + 1:05d}"),
        title=f"{subject} {_ENDS[number % len(_ENDS)]} {number}",
        authors=tuple(_NAMES[(number + step) % len(_NAMES)] for step in range(count)),
        category=("cs.LG", "cs.CL", "stat.ML", "cond-mat.dis-nn")[number % 4],
        date=day,
        source="arxiv" if number % 3 else "huggingface",
        type="cross" if number % 5 == 4 else "new",
        relevance=relevance,
        novelty=novelty,
        comment=f"Matches your interest in {subject.lower()}; the bound is new." if relevance else "",
        scorer="local" if relevance else None,
        upvotes=None if number % 3 else number,
        seen=day - timedelta(days=3) if number % 11 == 5 else None,
    )
    return row._replace(**changes)  # type: ignore[arg-type]


def invented_edition(count: int, day: date = DAY, **head: object) -> Edition:
    """A made-up edition of `count` papers."""
    rows = tuple(invented_row(number, day) for number in range(count))
    made = EditionHead(date=day, papers=count, unread=count, sources=("arxiv", "huggingface"))
    return Edition(made._replace(**head), rows)  # type: ignore[arg-type]


class FakeDesk:
    """A `Desk` in memory. `calls` holds what was asked of it, in order."""

    def __init__(self, *editions: Edition) -> None:
        self.editions: dict[date, Edition] = {edition.head.date: edition for edition in editions}
        self.marks: dict[PaperId, Marks] = {row.id: row.marks for edition in editions for row in edition.rows}
        self.calls: list[tuple[object, ...]] = []
        self.closed = False
        self.writes = True
        """Whether `flush` succeeds."""
        self.update_steps: list[object] = []
        """What an update emits; an exception in it is raised, a callable is called, a number is slept, an event waited for, a score lands on its paper's row."""
        self.form = ProfileForm(where="profiles/default.md", categories=("cs.LG", "cs.CL", "stat.ML"))
        """The profile that the first screen is given."""
        self.kept: list[tuple[tuple[str, ...], str]] = []
        """What it wrote: categories and interests."""
        self.keep_says: PapertuiError | None = None
        self.export_says: str | PapertuiError = "3 entries appended to papertui.bib"
        self.prompt_says: str | PapertuiError = (
            "--- system ---\nYou read titles and abstracts.\n\n  - relevance: 1 to 10\n  - novelty: 1 to 10"
        )
        self.costs_say = ["60 papers in 1 edition", "no model has been asked yet"]
        self.model_set = ModelForm("https://api.openai.com/v1", "OPENAI_API_KEY", "", "config.toml")
        self.models_say: Sequence[str] | PapertuiError = ("gpt-large", "gpt-small", "gpt-small-2026-10-01", "text-embedding")
        self.test_says: str | PapertuiError = "answered in 0.8 s, 31 tokens"
        self.form_refused: PapertuiError | None = None
        self.model_kept: ModelForm | PapertuiError | None = None
        self._done: list[dict[PaperId, tuple[Marks, Marks]]] = []
        self._undone: list[dict[PaperId, tuple[Marks, Marks]]] = []
        self._tell: Callable[[str], object] = lambda line: None
        self._lock = threading.Lock()

    # -- looking

    def heads(self) -> Sequence[EditionHead]:
        return [self.editions[day].head for day in sorted(self.editions, reverse=True)]

    def edition(self, day: date | None) -> Edition | None:
        self.calls.append(("edition", day))
        if not self.editions:
            return None
        found = self.editions.get(max(self.editions) if day is None else day)
        if found is None:
            return None
        return Edition(found.head, tuple(row._replace(marks=self.marks.get(row.id, NOTHING)) for row in found.rows))

    def _row(self, paper: PaperId) -> Row | None:
        return next((row for edition in self.editions.values() for row in edition.rows if row.id == paper), None)

    def detail(self, paper: PaperId) -> Detail | None:
        row = self._row(paper)
        if row is None:
            return None
        score = None
        if row.relevance is not None:
            score = Score(
                row.scorer or "local", row.relevance, row.novelty, row.comment, scored_at=datetime(2026, 11, 23, 1, 2, tzinfo=UTC)
            )
        announcements: tuple[Announcement, ...] = (Announcement(row.source, row.date, row.type, row.rank),)
        announcements += (Announcement("huggingface", row.seen),) if row.seen else ()
        return Detail(
            paper=Paper(
                row.id, row.title, authors=row.authors, version=1, categories=(row.category, "cs.AI"),
                published=datetime(2026, 11, 20, 18, tzinfo=UTC),
                author_comment="12 pages, 3 figures", code_url="https://example.org/code" if int(row.id.number[-1]) % 2 else None,
            ),
            title=row.title,
            abstract=self._abstract(row),
            authors=row.authors,
            date=row.date,
            announcements=announcements,
            scores=(score,) if score else (),
            current=score,
            marks=self.marks.get(paper, NOTHING),
            unscored_reason=None if score else "no scorer has seen it",
        )  # fmt: skip

    def _abstract(self, row: Row) -> str:
        return _ABSTRACT.format(subject=row.title.split(" for ")[0].lower(), number=f"w{row.id.number[-3:]}")

    def abstracts(self, day: date) -> Mapping[PaperId, str]:
        self.calls.append(("abstracts", day))
        return {row.id: self._abstract(row) for row in self.editions[day].rows}

    def search(self, words: str) -> Edition | None:
        self.calls.append(("search", words))
        rows = {row.id: row for edition in self.editions.values() for row in edition.rows}.values()
        found = [row for row in rows if all(word in row.title.lower() for word in words.lower().split())]
        return found_edition(words, sorted(found, key=lambda row: (row.date, row.id), reverse=True)[:FOUND_AT_MOST])

    # -- marking

    def mark(self, papers: Sequence[PaperId], kind: str, value: str) -> None:
        with self._lock:
            self.calls.append(("mark", tuple(papers), kind, value))
            before = {paper: self.marks.get(paper, NOTHING) for paper in papers}
            step = {paper: (marks, marked(marks, kind, value)) for paper, marks in before.items()}
            self.marks |= {paper: after for paper, (_, after) in step.items()}
            self._done.append(step)
            self._undone.clear()

    def prepare(self) -> None:
        self.calls.append(("prepare",))

    def undo(self, changed: Changed) -> None:
        self.calls.append(("undo",))
        threading.Thread(target=self._back, args=(self._done, self._undone, 0, changed)).start()

    def redo(self, changed: Changed) -> None:
        self.calls.append(("redo",))
        threading.Thread(target=self._back, args=(self._undone, self._done, 1, changed)).start()

    def _back(
        self,
        source: list[dict[PaperId, tuple[Marks, Marks]]],
        target: list[dict[PaperId, tuple[Marks, Marks]]],
        side: int,
        changed: Changed,
    ) -> None:
        with self._lock:
            if not source:
                changed({})
                return
            step = source.pop()
            target.append(step)
            self.marks |= {paper: pair[side] for paper, pair in step.items()}
            changed({paper: pair[side] for paper, pair in step.items()})

    def on_trouble(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    def trouble(self, line: str) -> None:
        """Tell the reader from another thread that marks cannot be written."""
        thread = threading.Thread(target=self._tell, args=(line,))
        thread.start()
        thread.join()

    # -- errands

    async def update(self, emit: Emit, landed: Landed | None = None) -> None:
        self.calls.append(("update",))
        for step in self.update_steps:
            await asyncio.sleep(step if isinstance(step, float) else 0)
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
            if isinstance(step, tuple) and isinstance(step[-1], Score) and landed is not None:
                landed(*step)
            elif callable(step):
                step()
            elif not isinstance(step, float | asyncio.Event):
                emit(step)  # type: ignore[arg-type]

    def profile(self) -> ProfileForm:
        self.calls.append(("profile",))
        return self.form

    def keep_profile(self, form: ProfileForm, categories: Sequence[str], interests: str) -> bool:
        self.calls.append(("keep_profile", tuple(categories), interests))
        if self.keep_says is not None:
            raise self.keep_says
        if form.confirmed and (tuple(categories), interests) == (form.categories, form.interests):
            return False
        self.kept.append((tuple(categories), interests))
        self.form = form._replace(categories=tuple(categories), interests=interests, confirmed=True)
        return True

    def prompt(self, paper: PaperId | None) -> str:
        self.calls.append(("prompt", paper))
        if isinstance(self.prompt_says, PapertuiError):
            raise self.prompt_says
        row = self._row(paper) if paper else None
        return self.prompt_says + (f"\n\n--- user ---\n<papers>\n{row.title}: {self._abstract(row)}\n</papers>" if row else "")

    def costs(self) -> Callable[[int], Sequence[str]]:
        self.calls.append(("costs",))
        return lambda width: [line[:width] for line in self.costs_say]

    def model_form(self) -> ModelForm:
        self.calls.append(("model_form",))
        return self.model_set

    async def models(self, form: ModelForm) -> Sequence[str]:
        self.calls.append(("models", form))
        await asyncio.sleep(0)
        if isinstance(self.models_say, PapertuiError):
            raise self.models_say
        return self.models_say

    async def try_model(self, form: ModelForm) -> str:
        self.calls.append(("try_model", form))
        await asyncio.sleep(0)
        if isinstance(self.test_says, PapertuiError):
            raise self.test_says
        return self.test_says

    def model_lines(self, form: ModelForm) -> Sequence[str]:
        self.calls.append(("model_lines", form))
        if self.form_refused is not None:
            raise self.form_refused
        return ["[llm]", f'model = "{form.model}"'] if form.model else []

    def keep_model(self, form: ModelForm) -> None:
        self.calls.append(("keep_model", form))
        if isinstance(self.model_kept, PapertuiError):
            raise self.model_kept
        self.model_kept = form

    def export_saved(self) -> str:
        self.calls.append(("export",))
        if isinstance(self.export_says, PapertuiError):
            raise self.export_says
        return self.export_says

    def bibtex(self, paper: PaperId) -> str:
        self.calls.append(("bibtex", paper))
        return f"@misc{{{paper.number}}}"

    def open(self, paper: PaperId, what: str) -> Opening:
        self.calls.append(("open", paper, what))
        return Opening(f"no display here: {self.address(paper, what)}", self.address(paper, what))

    def address(self, paper: PaperId, what: str) -> str:
        return f"https://arxiv.org/{what}/{paper.number}"

    def flush(self, seconds: float = 5.0) -> bool:
        self.calls.append(("flush",))
        return self.writes

    def unwritten(self) -> str:
        return "" if self.writes else "the last marks could not be written: locked"

    def close(self) -> None:
        self.calls.append(("close",))
        self.closed = True


def example(kind: str, count: int = 500) -> FakeDesk:
    """Desks to look at: `many`, `demo`, `list`, `young`, `blank`, `nothing`, `odd`."""
    if kind == "nothing":
        desk = FakeDesk()
        desk.update_steps = [0.3, Progress("fetching arxiv"), 0.8, PapertuiError("arxiv: no network; try again when there is one")]
        return desk
    if kind == "blank":
        return FakeDesk(
            invented_edition(0, DAY, reason="no mailing on Saturday: the next one is Monday 2026-11-23"),
            invented_edition(20, DAY - timedelta(days=1)),
        )
    if kind == "odd":
        odd = [
            invented_row(
                0,
                title="日本語の題名と絵文字👩‍🔬を含む、とても長い論文の題名についての研究、その二",
                authors=tuple(f"Author {n}" for n in range(200)),
            ),
            invented_row(1, title="[bold]Masked[/x] [MASK] $5 \\alpha and e\u0301\u0302 accents", relevance=8.5, novelty=9.3),
            invented_row(2, title="Ünïcödé über alles: Schrödinger’s 𝒪(√N) cat", authors=("山田 太郎", "김 철수"), category=""),
        ]
        return FakeDesk(Edition(EditionHead(DAY, len(odd)), tuple(odd + [invented_row(n) for n in range(3, 12)])))
    head: dict[str, object] = {}
    if kind == "demo":
        head["invented"] = True
    if kind == "list":
        head |= {"usage": Usage("gpt-5", 500_000, 12_345, 512_345, 1.0, 0.23, 1.23, 829, 476, 56), "ranked": True}
    if kind == "young":
        head["novelty_note"] = "novelty unknown: library holds 57 of 200 papers"
    edition = invented_edition(count, DAY, **head)
    if kind == "list":
        edition = Edition(edition.head, tuple(row._replace(rank=place) for place, row in enumerate(edition.rows, 1)))
    desk = FakeDesk(edition, invented_edition(40, DAY - timedelta(days=3)), invented_edition(12, DAY - timedelta(days=4)))
    scoring = [Progress("scoring (local)", done, count) for done in range(0, count, max(count // 20, 1))]
    desk.update_steps = [
        0.2,
        Progress("fetching arxiv"),
        0.5,
        Fetched("arxiv", DAY, count, 3),
        *[part for step in scoring for part in (0.1, step)],
        Scored("local", DAY, count),
    ]
    return desk


def unscored(count: int) -> FakeDesk:
    """A desk whose papers nobody has scored yet."""
    edition = invented_edition(count)
    rows = tuple(row._replace(relevance=None, novelty=None, comment="", scorer=None) for row in edition.rows)
    return FakeDesk(edition._replace(rows=rows))


def a_score(relevance: float, novelty: float = 5) -> Score:
    """A model's score."""
    return Score("llm:tiny", relevance, novelty, "Says what it says.", model="tiny")


def paper(number: int) -> PaperId:
    """The id of an invented paper, counted from 1."""
    return PaperId(ARXIV, f"2611.{number:05d}")


if __name__ == "__main__":
    from papertui.tui.app import run_reader
    from papertui.tui.start import Start
    from papertui.tui.terminal import terminal_of

    arguments = dict(enumerate(sys.argv))
    start = Start(theme=arguments.get(3), terminal=terminal_of(os.environ))
    run_reader(example(arguments.get(1, "many"), int(arguments.get(2, "500"))), start)

"""What scoring would cost, before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from papertui.domain.answer import Run, Tokens
from papertui.domain.profile import Profile
from papertui.scoring.asked import Texts, is_addressed, scoring_sheet, tie_sheet, title_sheet
from papertui.scoring.model import MOST_ORDERED, TITLES
from papertui.scoring.money import CHARS_PER_TOKEN, COMPLETION_PER_PAPER, Experience, Prices, chars_of
from papertui.services.modelling import plan_of, to_ask
from papertui.services.models import prices, setup_of
from papertui.services.profiles import load_profile
from papertui.services.prompting import texts_of
from papertui.services.scoring import Wanted
from papertui.services.session import Session

TITLE_TOKENS = 14
"""Of an answer, for one title or one place in an order."""


class Estimate(NamedTuple):
    """What a run would use."""

    scorer: str
    host: str
    papers: int
    requests: int
    prompt_tokens: int
    completion_tokens: int
    usd: float | None
    """None where the price is unknown."""
    is_guess: bool
    """Whether no earlier request to this model says how long its answers are."""
    days: tuple[date, ...]
    muted: int
    """Papers that are not sent, since the profile mutes them."""


def papers_to_ask(session: Session, wanted: Wanted, days: Sequence[date]) -> int:
    """How many papers would go to the model. UsageError where none is set up."""
    setup = setup_of(session)
    run = Run("", setup.scorer, texts_of(session.paths, session.settings.profile).recipe, setup.server.host)
    profile = load_profile(session.paths, session.settings.profile).profile
    found = 0
    with session.library() as library:
        for day in days:
            left = None if wanted.limit is None else wanted.limit - found
            found += len(to_ask(library, run, day, plan_of(session.settings), profile, replacements=session.settings.show_replacements,
                                limit=left, rescore=wanted.rescore).papers)  # fmt: skip
    return found


def estimate(session: Session, wanted: Wanted, days: Sequence[date]) -> Estimate:
    """Papers, tokens and dollars of a run. The requests are made, and not sent. UsageError where no model is set up."""
    setup, plan = setup_of(session), plan_of(session.settings)
    texts = texts_of(session.paths, session.settings.profile)
    profile = load_profile(session.paths, session.settings.profile).profile
    run = Run("", setup.scorer, texts.recipe, setup.server.host)
    if wanted.batch:
        return _of_a_batch(session, wanted, days, texts, profile, run, prices(session, setup))
    papers = requests = chars = muted = answer = 0
    with session.library() as library:
        known = Experience(*library.experience(run.scorer, run.host))
        for day in days:
            left = None if wanted.limit is None else wanted.limit - papers
            found = to_ask(
                library, run, day, plan, profile, replacements=session.settings.show_replacements, limit=left, rescore=wanted.rescore
            )
            muted += len(found.muted)
            papers += len(found.papers)
            sheets = []
            if plan.title_screen:
                unseen = [paper for paper in found.papers if paper.id not in found.known.kept]
                sheets += [title_sheet(texts, unseen[start : start + TITLES], "") for start in range(0, len(unseen), TITLES)]
                answer += TITLE_TOKENS * len(unseen)
            alone = [paper for paper in found.papers if is_addressed(paper)]
            plain = [paper for paper in found.papers if paper not in alone]
            batches = [plain[start : start + plan.batch_size] for start in range(0, len(plain), plan.batch_size)] + [
                [paper] for paper in alone
            ]
            for number in range(plan.passes):
                sheets += [scoring_sheet(texts, batch, f"{number}:0:1") for batch in batches]
            answer += round(plan.passes * len(found.papers) * (known.completion_per_paper if known.papers else COMPLETION_PER_PAPER))
            if plan.tie_break > 1 and found.papers:
                best = list(found.papers[: min(plan.tie_break, MOST_ORDERED)])
                sheets += [tie_sheet(texts, best, "o")] * 2
                answer += 2 * TITLE_TOKENS * len(best)
            requests += len(sheets)
            chars += sum(chars_of(sheet.question) for sheet in sheets)
    prompt = round(chars / (known.chars_per_token if known.prompt_tokens else CHARS_PER_TOKEN))
    price = prices(session, setup)
    usd = price.of(Tokens(prompt=prompt, completion=answer)) if price is not None else None
    return Estimate(run.scorer, run.host, papers, requests, prompt, answer, usd, not known.papers, tuple(days), muted)


def _of_a_batch(
    session: Session, wanted: Wanted, days: Sequence[date], texts: Texts, profile: Profile, run: Run, price: Prices | None
) -> Estimate:  # fmt: skip
    """What `score --batch` would upload, at the price of a batch."""
    from papertui.scoring.batch_files import HALF
    from papertui.services.batching import batches_in, choose, plan_of, way_of

    plan = plan_of(session)
    papers = requests = chars = muted = answered = 0
    with session.library() as library:
        known = Experience(*library.experience(run.scorer, run.host))
        way = way_of(session, library, run)
        for day in days:
            left = None if wanted.limit is None else wanted.limit - papers
            chosen = choose(session, library, run, day, plan, profile, way, limit=left, rescore=wanted.rescore)
            papers += len(chosen.papers)
            muted += len(chosen.muted)
            for number, batch in batches_in(chosen, plan):
                requests += 1
                answered += len(batch)
                chars += chars_of(scoring_sheet(texts, batch, f"{number}:0:1").question)
    prompt = round(chars / (known.chars_per_token if known.prompt_tokens else CHARS_PER_TOKEN))
    answer = round(answered * (known.completion_per_paper if known.papers else COMPLETION_PER_PAPER))
    usd = price.times(HALF).of(Tokens(prompt=prompt, completion=answer)) if price is not None else None
    return Estimate(run.scorer, run.host, papers, requests, prompt, answer, usd, not known.papers, tuple(days), muted)

"""What a model is told: papertui's prompts or the reader's own, with the profile filled in."""

from __future__ import annotations

from papertui.domain.paper import Paper
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.prompts import MODEL_PROMPTS, find_prompt
from papertui.scoring.asked import Prompt, Texts, fill_in, scoring_sheet
from papertui.services.profiles import load_profile


def prompts_of(paths: Paths) -> dict[str, Prompt]:
    """Every prompt by its file's name. PapertuiError where one cannot be read."""
    found = {}
    for name in MODEL_PROMPTS:
        own = paths.prompts / name
        found[name] = Prompt(str(own) if own.is_file() else f"prompts/{name}", find_prompt(name, paths.prompts))
    return found


def texts_of(paths: Paths, profile: str) -> Texts:
    """The instructions of every kind of request. UsageError for a placeholder that there is not, or a profile that is not understood."""
    return fill_in(prompts_of(paths), load_profile(paths, profile).profile)


def request_text(paths: Paths, profile: str, paper: Paper | None = None) -> str:
    """What a model would get for a paper, message by message; without one what it gets before any."""
    texts = texts_of(paths, profile)
    parts = [f"--- system ---\n{texts.scoring}"]
    if paper is not None:
        if not paper.title:
            raise PapertuiError(f"{paper.id}: has no title to send")
        parts.append(f"--- user ---\n{scoring_sheet(texts, [paper], '0:0:1').question.papers}")
    return "\n\n".join(parts)

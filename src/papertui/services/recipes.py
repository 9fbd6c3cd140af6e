"""Today's recipe of each scorer, which tells stale scores: found without reading profile and prompts where no file has changed."""

from __future__ import annotations

import os

from papertui import __version__
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.prompts import MODEL_PROMPTS
from papertui.store.library import Library


def recipes_now(library: Library, paths: Paths, profile: str) -> dict[str, str]:
    """Digest by kind of scorer. A profile or prompt that cannot be read gives none: what is wrong with it is said when it is used."""
    found = {}
    for kind, make, state in (("local", _local, _state_of_profile), ("llm", _llm, _state_of_prompts)):
        key = f"recipe:{profile}" if kind == "local" else f"recipe-{kind}:{profile}"
        known_state, _, recipe = (library.recall(key) or "").rpartition(" ")
        if not recipe and not library.writes:
            continue  # nothing was ever scored here, so nothing can be stale
        now = state(paths, profile)
        if known_state != now or not recipe:
            try:
                recipe = make(paths, profile)
            except PapertuiError:
                continue
            library.remember(key, f"{now} {recipe}")
        found[kind] = recipe
    return found


def _state_of_profile(paths: Paths, profile: str) -> str:
    """What changes whenever the profile's file does."""
    return _stamp(f"{paths.profiles}/{profile}.md") or f"shipped-{__version__}"


def _state_of_prompts(paths: Paths, profile: str) -> str:
    """What changes whenever the profile or one of the reader's own prompts does."""
    own = ",".join(_stamp(f"{paths.prompts}/{name}") for name in MODEL_PROMPTS)
    return f"{_state_of_profile(paths, profile)}/{own}"


def _stamp(path: str) -> str:
    try:
        known = os.stat(path)  # noqa: PTH116 - at every start, and pathlib costs as much again
    except (OSError, ValueError):
        return ""
    return f"{known.st_mtime_ns}-{known.st_size}-{__version__}"


def _local(paths: Paths, profile: str) -> str:
    from datetime import UTC, datetime

    from papertui.scoring.local import LocalScorer
    from papertui.services.profiles import load_profile

    return LocalScorer(load_profile(paths, profile).profile, (), datetime.now(UTC)).recipe


def _llm(paths: Paths, profile: str) -> str:
    from papertui.services.prompting import texts_of

    return texts_of(paths, profile).recipe

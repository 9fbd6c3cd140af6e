"""Today's recipe of each scorer, which tells stale scores: found without reading the profile where its file has not changed."""

from __future__ import annotations

from papertui import __version__
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.store.library import Library


def recipes_now(library: Library, paths: Paths, profile: str) -> dict[str, str]:
    """Digest by kind of scorer. A profile that cannot be read gives none: what is wrong with it is said when it is used."""
    state = _state(paths, profile)
    key = f"recipe:{profile}"
    known_state, _, recipe = (library.recall(key) or "").rpartition(" ")
    if known_state == state and recipe:
        return {"local": recipe}
    if not recipe and not library.writes:
        return {}  # nothing was ever scored here, so nothing can be stale
    try:
        recipe = _recipe(paths, profile)
    except PapertuiError:
        return {}
    library.remember(key, f"{state} {recipe}")
    return {"local": recipe}


def _state(paths: Paths, profile: str) -> str:
    """What changes whenever the profile's file does."""
    try:
        known = (paths.profiles / f"{profile}.md").stat()
    except (OSError, ValueError):
        return f"shipped-{__version__}"
    return f"{known.st_mtime_ns}-{known.st_size}-{__version__}"


def _recipe(paths: Paths, profile: str) -> str:
    from datetime import UTC, datetime

    from papertui.scoring.local import LocalScorer
    from papertui.services.profiles import load_profile

    return LocalScorer(load_profile(paths, profile).profile, (), datetime.now(UTC)).recipe

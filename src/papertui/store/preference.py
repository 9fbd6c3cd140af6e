"""What decides which of a paper's scores is the current one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from papertui.store.columns import dump


class Preference(NamedTuple):
    """The reader's choice, and what is up to date today."""

    prefer: str | None = None
    """`scoring.prefer`."""
    recipes: Mapping[str, str] = {}
    """Digest of today's recipe by kind of scorer: `local`, `llm`. Another one makes a score stale."""

    @property
    def text(self) -> str:
        """As kept in the library, to notice that it changed."""
        return dump([self.prefer, sorted(self.recipes.items())])

    def changed_since(self, text: str) -> set[str] | None:
        """The kinds of scorer whose recipe is another one than in `text`, an earlier preference's; None where all may be shown otherwise."""
        prefer, recipes = json.loads(text)
        if prefer != self.prefer:
            return None
        return {kind for kind, _ in {*map(tuple, recipes)} ^ {*self.recipes.items()}}

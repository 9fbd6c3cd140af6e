"""What a profile says outright of a paper: that its author is followed, or that it is not wanted. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from papertui.domain.authors import Match, Matcher
from papertui.domain.fold import fold
from papertui.domain.paper import Paper
from papertui.domain.plain import phrase_pattern, plain
from papertui.domain.profile import Profile


class _Rules(NamedTuple):
    followed: Matcher
    muted: Matcher
    words: re.Pattern[str] | None


@lru_cache(4)
def _rules(profile: Profile) -> _Rules:
    muted = Matcher(profile.muted_authors, strict=True)  # to hide a stranger's paper is worse than to show one
    return _Rules(Matcher(profile.followed, dict(profile.aliases)), muted, phrase_pattern(profile.muted_words))


def followed_by(profile: Profile, paper: Paper) -> Match | None:
    """The author of a paper whom the reader follows."""
    return _rules(profile).followed.match(paper.authors, paper.categories, paper.affiliations, number=paper.id.number)


def muted_by(profile: Profile, paper: Paper) -> str | None:
    """Why the reader does not want a paper, None where nothing is said against it: `muted author Wei Wang`, `muted word
    blockchain`, `muted category cs.CR` (a muted archive mutes its categories; the paper's first one counts).

    An author mutes always, a word or a category only what is not by somebody followed.
    """
    rules = _rules(profile)
    if by := rules.muted.match(paper.authors, paper.categories, paper.affiliations):
        return f"muted author {by.author}"
    word = rules.words and rules.words.search(fold(plain(f"{paper.title}\n{paper.abstract}")))
    category = paper.primary_category or ""
    if not word and not {category, category.partition(".")[0]} & {*profile.muted_categories}:
        return None
    if followed_by(profile, paper):
        return None
    return f"muted word {word[0]}" if word else f"muted category {category}"

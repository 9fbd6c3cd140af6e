"""What two sources know of one paper."""

from __future__ import annotations

from dataclasses import replace

from papertui.domain.ids import PaperId
from papertui.domain.merge import merged
from papertui.domain.paper import Paper

FEED = Paper(
    PaperId("arxiv", "2511.00001"), "From the feed", "An abstract.", ("First Author", "Second Author"), ("Lab A", ""), version=1,
    categories=("cs.LG",), license="http://example.org/l",
)  # fmt: skip
LIST = Paper(PaperId("arxiv", "2511.00001"), "From a list", "Cut abs", ("First Author",), author_comment="Accepted")


def test_a_list_fills_gaps_of_the_feed_and_changes_nothing_else() -> None:
    assert merged(FEED, LIST, known_first_hand=True, told_first_hand=False) == replace(FEED, author_comment="Accepted")


def test_the_feed_replaces_what_a_list_told_but_not_what_only_the_list_knew() -> None:
    assert merged(LIST, FEED, known_first_hand=False, told_first_hand=True) == replace(FEED, author_comment="Accepted")


def test_a_newer_version_replaces_an_older_one() -> None:
    second = replace(FEED, title="Better title", version=2)
    assert merged(FEED, second, known_first_hand=True, told_first_hand=True) == second


def test_an_older_version_fills_gaps_only() -> None:
    second = replace(FEED, title="Better title", version=2, license=None)
    assert merged(second, FEED, known_first_hand=True, told_first_hand=True) == replace(second, license=FEED.license)


def test_the_same_again_is_the_same() -> None:
    assert merged(FEED, FEED, known_first_hand=True, told_first_hand=True) == FEED


def test_affiliations_stay_with_the_authors_they_belong_to() -> None:
    bare = replace(FEED, authors=("Other Author",), affiliations=())
    assert merged(bare, FEED, known_first_hand=True, told_first_hand=False).affiliations == ()


def test_a_second_list_does_not_change_the_first() -> None:
    other = replace(LIST, title="Third title", abstract="Another")
    assert merged(LIST, other, known_first_hand=False, told_first_hand=False) == LIST

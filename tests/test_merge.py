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


def test_names_as_the_archive_has_them_win_over_those_of_its_feed() -> None:
    page = replace(FEED, authors=("First Author", "Second (Nick) Author"), affiliations=(), exact_names=True, version=None)
    for first, second in ((FEED, page), (page, FEED)):
        both = merged(first, second, known_first_hand=True, told_first_hand=True)
        assert (both.authors, both.affiliations, both.exact_names, both.version) == (page.authors, (), True, 1)
    later = replace(FEED, authors=("Third Author",), affiliations=(), version=2)
    assert merged(replace(page, version=1), later, known_first_hand=True, told_first_hand=True).authors == ("Third Author",)


def test_another_spelling_of_the_same_text_is_no_other_text() -> None:
    page = replace(FEED, title="The Schrödinger  $k$-bridge", version=None)
    feed = replace(FEED, title=r"The Schr\"odinger $k$-bridge")
    assert merged(page, feed, known_first_hand=True, told_first_hand=True).title == page.title
    assert merged(page, replace(feed, title="The bridge"), known_first_hand=True, told_first_hand=True).title == "The bridge"


def test_counts_grow() -> None:
    known = replace(FEED, upvotes=3, code_stars=10)
    told = replace(LIST, upvotes=12, code_stars=9)
    both = merged(known, told, known_first_hand=True, told_first_hand=False)
    assert (both.upvotes, both.code_stars) == (12, 10)

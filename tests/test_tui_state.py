"""The reader's list without a screen: order, filter, cursor, marks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.edition import Edition, EditionHead
from papertui.domain.triage import NOTHING, Marks
from papertui.keymap import GROUPS, KEYS, Keymap, canonical, clashes, shown_key
from papertui.tui.keys import footer
from papertui.tui.prompt import Typed
from papertui.tui.state import Listing, haystacks, marked
from tests.fake_desk import DAY, invented_edition, invented_row


def listing(count: int = 30, **head: object) -> Listing:
    made = Listing()
    made.load(invented_edition(count, **head))
    return made


def numbers(made: Listing) -> list[str]:
    return [row.id.number for row in made.view]


def held(made: Listing) -> str:
    assert made.current is not None
    return made.current.id.number


def test_an_edition_opens_best_first_with_unknown_scores_last() -> None:
    made = listing()
    scores = [row.score for row in made.view]
    known = [score for score in scores if score is not None]
    assert known == sorted(known, reverse=True)
    assert scores[len(known) :] == [None] * (30 - len(known))
    assert made.cursor == 0


def test_a_ranked_edition_opens_in_its_published_order() -> None:
    edition = invented_edition(9, ranked=True)
    ranked = Edition(edition.head, tuple(row._replace(rank=9 - place) for place, row in enumerate(edition.rows)))
    made = Listing()
    made.load(ranked)
    assert [row.rank for row in made.view] == list(range(1, 10))


@pytest.mark.parametrize("name", ["relevance", "novelty", "score", "title", "date", "rank", "upvotes"])
def test_the_cursor_stays_on_its_paper_through_every_sort_and_its_turn(name: str) -> None:
    made = listing()
    made.move_to(11)
    paper = held(made)
    made.sort(name)
    first = numbers(made)
    assert held(made) == paper
    turned = made.order[0].turned
    made.sort(name)
    assert held(made) == paper
    assert made.order[0].turned != turned
    made.sort(name)
    assert numbers(made) == first


def test_sorting_the_same_key_again_turns_it_round_with_unknown_still_last() -> None:
    made = listing()
    made.sort("novelty")
    best = [row.novelty for row in made.view if row.novelty is not None]
    made.sort("novelty")
    worst = [row.novelty for row in made.view if row.novelty is not None]
    assert best == sorted(best, reverse=True)
    assert worst == sorted(worst)
    assert made.view[-1].novelty is None


def test_a_filter_gives_the_cursor_back_to_its_paper_when_it_is_cleared() -> None:
    made = listing()
    made.move_to(12)
    paper = held(made)
    made.set_filter("nothing has these words")
    assert made.view == []
    assert made.current is None
    made.set_filter("")
    assert held(made) == paper


def test_a_filter_that_drops_the_cursors_paper_puts_it_on_the_next_one_shown() -> None:
    made = listing()
    made.move_to(5)
    order = [row.id for row in made.rows]
    dropped = made.view[5]
    word = "zeitgeist"
    following = made.rows[7]
    made.use_abstracts(made.head, {}, {row.id: word if row.id in (following.id, order[1]) else "" for row in made.rows})  # type: ignore[arg-type]
    made.set_filter(word)
    assert len(made.view) == 2
    assert dropped not in made.view
    assert held(made) == following.id.number


def test_moving_after_a_filter_makes_the_new_paper_the_one_that_is_kept() -> None:
    made = listing()
    made.set_filter("tensor")
    made.move_to(1)
    paper = held(made)
    made.set_filter("")
    assert held(made) == paper


def test_the_filter_looks_into_abstracts_once_they_have_come() -> None:
    made = listing()
    made.set_filter("hapax")
    assert made.view == []
    abstracts = {made.rows[3].id: "a Hápax legomenon"}
    assert made.head is not None
    made.use_abstracts(made.head, abstracts, haystacks(made.rows, abstracts))
    assert numbers(made) == [made.rows[3].id.number]


def test_abstracts_of_another_edition_are_passed_over() -> None:
    made = listing()
    made.use_abstracts(EditionHead(DAY - timedelta(days=9), 1), {}, {row.id: "zzz" for row in made.rows})
    made.set_filter("zzz")
    assert made.view == []


def test_moving_marks_nothing_and_stops_at_both_ends() -> None:
    made = listing(4)
    assert made.move_to(99)
    assert made.cursor == 3
    assert not made.move_to(50)
    assert made.move_to(-7)
    assert made.cursor == 0
    assert all(row.marks == NOTHING for row in made.view)


def test_a_mark_shows_at_once_and_is_counted() -> None:
    made = listing(4)
    row = made.view[2]
    made.mark([row.id], "saved", "1")
    made.mark([row.id], "read", "1")
    assert made.view[2].marks == Marks(read=True, saved=True)
    assert (made.counts.saved, made.counts.unread, made.counts.total) == (1, 3, 4)


def test_a_paper_marked_read_stays_under_an_unread_filter_until_that_is_read_again() -> None:
    made = listing(6)
    made.set_filter("unread")
    paper = made.view[0].id
    made.mark([paper], "read", "1")
    assert made.view[0].id == paper
    made.set_filter("unread ")
    assert paper not in [row.id for row in made.view]


def test_a_hidden_paper_goes_and_the_cursor_is_on_the_next() -> None:
    made = listing(5)
    made.move_to(2)
    gone, following = made.view[2].id, made.view[3].id
    made.mark([gone], "hidden", "1")
    assert held(made) == following.number
    assert (made.counts.total, made.counts.hidden, made.counts.shown) == (4, 1, 4)
    assert made.toggle_hidden()
    assert made.view[2].id == gone


def test_hiding_the_last_paper_leaves_the_cursor_on_the_one_before() -> None:
    made = listing(3)
    made.move_to(2)
    made.mark([made.view[2].id], "hidden", "1")
    assert made.cursor == 1


def test_undoing_a_hide_brings_the_paper_and_the_cursor_back() -> None:
    made = listing(5)
    made.move_to(2)
    paper = made.view[2].id
    made.mark([paper], "hidden", "1")
    made.restored({paper: NOTHING}, made.moment)
    assert made.view[2].id == paper
    assert made.cursor == 2
    assert made.counts.hidden == 0


def test_redoing_a_hide_takes_the_paper_away_again() -> None:
    made = listing(5)
    paper = made.view[2].id
    made.restored({paper: Marks(hidden=True)}, made.moment)
    assert paper not in [row.id for row in made.view]
    assert made.counts.hidden == 1


def test_marks_made_after_an_undo_was_asked_for_hold_on_top_of_its_answer() -> None:
    made = listing(3)
    paper = made.view[0].id
    made.mark([paper], "saved", "1")
    since = made.moment
    made.mark([paper], "read", "1")  # while the undo of "saved" is still on its way
    made.restored({paper: NOTHING}, since)
    assert made.view[0].marks == Marks(read=True)


def test_marks_made_while_an_edition_is_read_anew_hold_on_top_of_it() -> None:
    made = listing(3)
    since = made.moment
    made.mark([made.view[0].id], "saved", "1")
    made.mark([made.view[1].id], "hidden", "1")
    made.load(invented_edition(3), since)
    assert made.view[0].marks == Marks(saved=True)
    assert (made.counts.saved, made.counts.hidden, made.counts.shown) == (1, 1, 2)


def test_an_undo_of_a_paper_of_another_day_changes_nothing_here() -> None:
    made = listing(3)
    before = list(made.view)
    made.restored({invented_row(77).id: Marks(saved=True)}, made.moment)
    assert made.view == before


def test_next_unread_goes_round_and_says_when_nothing_is_left() -> None:
    made = listing(4)
    for row in made.view[1:3]:
        made.mark([row.id], "read", "1")
    assert made.next_unread()
    assert made.cursor == 3
    assert made.next_unread()
    assert made.cursor == 0
    for row in list(made.view):
        made.mark([row.id], "read", "1")
    assert not made.next_unread()
    assert not Listing().next_unread()


def test_an_update_of_the_same_edition_keeps_cursor_filter_and_order() -> None:
    made = listing(20)
    made.sort("title")
    made.set_filter("tensor")
    paper = held(made)
    made.load(invented_edition(40))
    assert held(made) == paper
    assert made.order[0].name == "title"
    assert all("Tensor" in row.title for row in made.view)
    assert made.counts.total == 40


def test_first_scores_bring_a_cursor_that_rests_at_the_top_to_the_best_paper() -> None:
    scored = invented_edition(20)
    bare = Edition(scored.head, tuple(row._replace(relevance=None, novelty=None) for row in reversed(scored.rows)))
    made = Listing()
    made.load(bare)
    made.load(scored)
    assert made.cursor == 0
    made.load(bare)
    made.move_to(3)
    paper = held(made)
    made.load(scored)
    assert held(made) == paper


def test_turning_to_another_edition_and_back_finds_the_cursor_where_it_was() -> None:
    made = listing(20)
    made.move_to(7)
    paper = held(made)
    made.load(invented_edition(3, DAY - timedelta(days=1)))
    assert made.cursor == 0
    made.load(invented_edition(20))
    assert held(made) == paper


def test_an_order_by_rank_is_left_where_the_next_edition_has_none() -> None:
    made = listing(3, ranked=True)
    assert made.order[0].name == "rank"
    made.sort("rank")
    made.load(invented_edition(3, DAY - timedelta(days=1)))
    assert made.order[0].name == "score"


def test_no_edition_is_an_empty_list() -> None:
    made = Listing()
    made.load(None)
    made.sort("title")
    made.set_filter("x")
    made.mark([invented_row(0).id], "read", "1")
    assert (made.view, made.current, made.counts.total) == ([], None, 0)


def test_a_tag_and_a_note_are_marks_too_and_the_filter_finds_the_tag() -> None:
    made = listing(3)
    paper = made.view[1].id
    made.set_filter("x")
    made.set_filter("")
    made.mark([paper], "tag:reading-group", "1")
    made.mark([paper], "note", "ask Ada")
    made.set_filter("#reading")
    assert [row.id for row in made.view] == [paper]
    made.mark([paper], "tag:reading-group", "")
    assert made.view[0].marks == Marks(note="ask Ada")


def test_a_mark_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no mark is called 'liked'"):
        marked(NOTHING, "liked", "1")


@given(st.lists(st.tuples(st.sampled_from(["sort", "filter", "mark", "hide", "hidden", "move"]), st.integers(0, 40)), max_size=25))
def test_whatever_is_done_the_cursor_is_on_a_row_and_the_counts_add_up(steps: list[tuple[str, int]]) -> None:
    made = listing(25)
    for what, number in steps:
        row = made.current
        if what == "sort":
            made.sort(("relevance", "novelty", "score", "title", "date")[number % 5])
        elif what == "filter":
            made.set_filter(("", "tensor", "r>=8", "unread", "zzz", "au:ada n>=6")[number % 6])
        elif what == "hidden":
            made.toggle_hidden()
        elif what == "move":
            made.move_to(number)
        elif row is not None:
            made.mark([row.id], "hidden" if what == "hide" else "read", "1" if number % 2 else "")
        assert 0 <= made.cursor < max(len(made.view), 1)
        assert made.counts.shown == len(made.view) <= made.counts.total <= 25
        assert made.counts.hidden == sum(row.marks.hidden for row in made.rows)
        assert len({row.id for row in made.rows}) == 25


# -- the line that is typed into


def test_typing_edits_at_the_caret() -> None:
    line = Typed().insert("tensr")
    for key in ("left",):
        line = line.key(key) or line
    line = line.insert("o")
    assert (line.text, line.at) == ("tensor", 5)
    assert line.key("home") == Typed("tensor", 0)
    assert line.key("backspace") == Typed("tensr", 4)
    assert line.key("delete") == Typed("tenso", 5)
    assert Typed("au:smith deep", 13).key("ctrl+w") == Typed("au:smith ", 9)
    assert Typed("abc", 2).key("ctrl+u") == Typed("c", 0)
    assert line.key("pagedown") is None


@given(
    st.text(max_size=20),
    st.lists(st.sampled_from(["left", "right", "home", "end", "backspace", "delete", "ctrl+w", "ctrl+u"]), max_size=12),
)
def test_the_caret_never_leaves_the_line(text: str, keys: list[str]) -> None:
    line = Typed().insert(text)
    for key in keys:
        line = line.key(key) or line
        assert 0 <= line.at <= len(line.text)


# -- keys


def test_every_action_has_its_own_keys_and_a_place_in_the_help() -> None:
    assert clashes({}) == []
    assert all(key.group in GROUPS and key.help for key in KEYS)
    taken = {name for key in KEYS for name in key.keys.split(",")}
    assert taken.isdisjoint({"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+j", "ctrl+c", "ctrl+q", "ctrl+z"})


def test_a_key_that_two_actions_would_have_is_named_with_both() -> None:
    assert clashes({"save": ("x",)}) == [("save", "x is the key of hide already: give keys.hide another one, or this")]
    assert clashes({"save": ("x",), "hide": ("s",)}) == []
    assert clashes({"save": ("w",), "read": ("w",)})[0][0] == "read"
    assert clashes({"quit": ("ctrl+c",)}) == [("quit", "^C always quits; choose another key")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("w", "w"), ("W", "W"), ("?", "?"), ("question_mark", "?"), ("slash", "/"), ("left_square_bracket", "["), (",", "comma"), ("comma", "comma"),
        ("Ctrl+D", "ctrl+d"), ("PageDown", "pagedown"), ("PgDn", "pagedown"), ("Esc", "escape"), ("return", "enter"), ("F5", "f5"), ("shift+tab", "shift+tab"),
        ("ctrl+i", "tab"), (" ", "space"), ("ж", "ж"), ("shift+ctrl+left", "ctrl+shift+left"), ("+", "+"), ("plus", "+"),
    ],
)  # fmt: skip
def test_a_key_can_be_written_as_people_do(written: str, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize("written", ["", "ctrl+", "hyper+x", "foo", "shift+w", "ctrl+ü", "\x1b", "\u200b", "ctrl++", "f99", "jk"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        canonical(written)


def test_a_remapped_key_is_pressed_shown_and_said_everywhere() -> None:
    keymap = Keymap({"save": ("w", "f5"), "undo": ("ctrl+d",)})
    assert (keymap.action("w"), keymap.action("f5"), keymap.action("s")) == ("save", "save", None)
    assert keymap.action("question_mark", "?") == "help"
    assert keymap.say("{undo} undoes, {save} saves") == "^D undoes, w saves"
    assert ("w", "save") in footer(200, keymap)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_footer_fits_and_always_has_help_and_quit(width: int) -> None:
    pairs = footer(width, Keymap())
    assert sum(len(key) + len(word) + 3 for key, word in pairs) + 1 <= width
    assert {"help", "quit"} <= {word for _, word in pairs}


def test_keys_are_shown_as_a_person_reads_them() -> None:
    assert [shown_key(key) for key in ("pagedown", "ctrl+d", "[", "G")] == ["PgDn", "^D", "[", "G"]

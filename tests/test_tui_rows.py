"""What stands in a row, in the lines around the list, and in the pane."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from papertui.domain.edition import EditionHead, SortKey
from papertui.domain.published import Usage
from papertui.domain.score import Score
from papertui.domain.triage import Marks
from papertui.keymap import Keymap
from papertui.services.events import Progress
from papertui.tui.cells import Line, clip, fit, line_width, pad, steady, wrap
from papertui.tui.emptiness import emptiness
from papertui.tui.keys import NO_PAPER, footer
from papertui.tui.layout import areas, text_width, thumb
from papertui.tui.pane_text import bar, pane_lines
from papertui.tui.rows import author_text, cells, columns, header, score_style, score_text
from papertui.tui.screens.help import help_lines
from papertui.tui.state import Listing
from papertui.tui.status import (
    footer_line,
    message_line,
    progress_text,
    reason_first,
    resting_notes,
    status_line,
    too_small_line,
    usage_text,
)
from tests.fake_desk import DAY, FakeDesk, invented_edition, invented_row

WIDTHS = (40, 59, 60, 79, 80, 100, 119, 120, 160, 200, 320)
ODD = (
    "日本語の題名、とても長い論文の題名についての研究",
    "e\u0301\u0302\u0323 stacked accents on a letter",
    "👩‍🔬 joined emoji and ℝⁿ → 𝒪(√N)",
    "[bold]markup[/x] [MASK] that is none",
    "x" * 300,
    "",
)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def listing(count: int = 12, **head: object) -> Listing:
    made = Listing()
    made.load(invented_edition(count, **head))
    return made


# -- cells


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60), st.integers(0, 50))
def test_clipped_text_takes_exactly_its_cells(value: str, width: int) -> None:
    assert cell_len(clip(value, width)) == width


def test_a_long_title_is_cut_after_a_word_near_the_edge_and_says_so() -> None:
    assert clip("Sparse attention for very long contexts", 30) == "Sparse attention for very…    "
    assert clip("Internationalisation", 12) == "Internation…"
    assert clip("short", 8) == "short   "


@pytest.mark.parametrize(("text", "shown"), [("👩‍🔬 at 👍🏽", "👩 at 👍"), ("❤️‍🔥!", "❤!"), ("✈️", "✈"), ("क्‍ष", "क्‍ष"), ("é", "é")])
def test_an_emoji_takes_the_same_cells_on_every_terminal_for_it_is_joined_to_nothing(text: str, shown: str) -> None:
    assert steady(text) == shown
    assert clip(text, 20).rstrip() == shown
    assert wrap(text, 20) == [shown]


def test_a_wide_character_is_never_halved() -> None:
    assert clip("漢字漢字", 4) == "漢… "
    assert pad("漢字", 3) == "漢 "


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=200), st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_nothing(value: str, width: int) -> None:
    lines = wrap(value, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(steady(value).split())


def test_wrapping_breaks_at_blanks_between_cjk_characters_and_in_endless_words() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("漢字漢字漢", 4) == ["漢字", "漢字", "漢"]
    assert wrap("a https://example.org/x", 10) == ["a", "https://ex", "ample.org/", "x"]


def test_parts_that_do_not_fit_go_lightest_first_and_the_last_stays() -> None:
    parts: list[tuple[int, Line]] = [(3, (("aaaa", "text"),)), (1, (("bbbb", "text"),)), (2, (("cccc", "text"),))]
    assert [text(part) for part in fit(parts, 14, 1)] == ["aaaa", "bbbb", "cccc"]
    assert [text(part) for part in fit(parts, 9, 1)] == ["aaaa", "cccc"]
    assert [text(part) for part in fit(parts, 1, 1)] == ["aaaa"]


def test_the_scroll_bar_is_there_only_where_there_is_more_and_ends_at_the_ends() -> None:
    assert thumb(0, 10, 10) == range(0)
    assert thumb(0, 10, 100)[0] == 0
    assert thumb(90, 10, 100)[-1] == 9


# -- rows


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("title", ODD)
def test_every_row_and_the_header_take_exactly_the_tables_width(width: int, title: str) -> None:
    row = invented_row(3, title=title, authors=("山田 太郎", *(f"Author {number}" for number in range(199))), relevance=8.5, novelty=None)
    cols = columns(width, [row])
    assert line_width(header(cols, (SortKey("score"),))) == width
    assert line_width(header(cols, (SortKey("date"),))) == width
    assert line_width(cells(row, cols, here=True)) == width
    assert line_width(cells(row._replace(marks=Marks(True, True, True), seen=DAY), cols, here=False)) == width


@pytest.mark.parametrize("width", WIDTHS)
def test_scores_and_marks_are_never_cut(width: int) -> None:
    line = text(cells(invented_row(0, relevance=10, novelty=8.5, marks=Marks(saved=True)), columns(width, []), here=False))
    assert line.startswith(" ●★  10 8.5 ")


def test_as_the_table_narrows_source_category_and_authors_go_in_this_order() -> None:
    rows = [invented_row(number) for number in range(9)]
    shown = [
        [bool(size) for size in (cols.authors, cols.place, cols.source)] for cols in (columns(width, rows) for width in (120, 100, 80, 60))
    ]
    assert shown == [[True, True, True], [True, True, False], [True, False, False], [False, False, False]]
    assert columns(59, rows).title >= 40


def test_every_state_of_a_row_is_a_glyph_as_well_as_a_colour() -> None:
    cols = columns(60, [])
    row = invented_row(0)
    assert text(cells(row, cols, here=False)).startswith(" ●  ")
    assert text(cells(row, cols, here=True)).startswith("▌●  ")
    assert text(cells(row._replace(marks=Marks(read=True, saved=True)), cols, here=False)).startswith("  ★ ")
    assert text(cells(row._replace(marks=Marks(hidden=True)), cols, here=False)).startswith(" ×  ")
    assert "↺ Sparse" in text(cells(row._replace(seen=DAY), cols, here=False))


def test_a_source_that_all_rows_share_has_no_column() -> None:
    rows = [invented_row(number, source="list:daily") for number in range(9)]
    assert columns(120, rows).source == 0
    assert columns(120, [*rows, invented_row(9, source="arxiv")]).source > 0


def test_a_long_category_is_cut_at_its_dot() -> None:
    row = invented_row(0, category="cond-mat.mtrl-sci")
    assert text(cells(row, columns(100, [row]), here=False)).rstrip().endswith("  cond-mat")
    assert text(cells(row, columns(160, [row]), here=False)).rstrip().endswith("  cond-mat.mtrl-sci")


def test_a_row_without_a_category_shows_its_date() -> None:
    assert "2026-11-23" in text(cells(invented_row(0, category=""), columns(110, [invented_row(0, category="")]), here=False))


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (10, "10"), (10.0, "10"), (8.5, "8.5"), (1, "1")])
def test_scores_are_shown_as_they_are_and_unknown_as_a_dash(value: float | None, shown: str) -> None:
    assert score_text(value) == shown


def test_a_scores_style_falls_with_its_value() -> None:
    assert [score_style(value) for value in (10, 9, 8.5, 7, 5, None)] == ["high", "high", "middle", "muted", "faint", "faint"]


@pytest.mark.parametrize(
    ("width", "shown"),
    [(40, "Ada Quill, Bram Østergård, Eiko Tanabe"), (30, "Ada Quill, Bram Østergård +1"), (14, "Ada Quill +2"), (8, "Ada… +2")],
)
def test_as_many_authors_as_fit_and_how_many_more(width: int, shown: str) -> None:
    assert author_text(("Ada Quill", "Bram Østergård", "Eiko Tanabe"), width) == shown


def test_two_hundred_authors_are_a_name_and_a_number() -> None:
    assert author_text(tuple(f"Author {number}" for number in range(200)), 18).endswith(" +199")
    assert author_text((), 18) == ""


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (SortKey("relevance"), "rel▼nov "),
        (SortKey("novelty", True), "rel nov▲"),
        (SortKey("score"), "rel+nov▼"),
        (SortKey("title"), "title ▲"),
        (SortKey("title", True), "title ▼"),
        (SortKey("rank"), "by published order ▲"),
        (SortKey("date"), "by date ▼"),
        (SortKey("upvotes", True), "by upvotes ▲"),
    ],
)
def test_the_header_points_at_what_orders_the_list_and_which_way(key: SortKey, shown: str) -> None:
    for width in (46, 60, 120):
        assert shown in text(header(columns(width, []), (key,)))


# -- the lines around


def test_the_status_line_says_date_counts_filter_hidden_and_order() -> None:
    made = listing()
    made.mark([made.view[0].id], "saved", "1")
    made.mark([made.view[1].id], "read", "1")
    made.mark([made.view[2].id], "hidden", "1")
    made.set_filter("r>=9")
    said = text(status_line(made, None, 140, Keymap()))
    for part in (
        "Mon 2026-11-23",
        f"{len(made.view)} of 11 papers",
        "/r>=9",
        f"{sum(not row.marks.read for row in made.view)} unread",
        "1 hidden",
        "by relevance + novelty ▼",
    ):
        assert part in said


@pytest.mark.parametrize("width", WIDTHS)
def test_the_status_line_fits_and_always_says_that_papers_are_invented(width: int) -> None:
    made = listing(invented=True)
    made.set_filter("a long filter that is longer than any status line should have to show")
    line = status_line(made, "scoring (local) 12/476", width, Keymap())
    assert line_width(line) <= width
    assert "invented papers" in text(line)
    assert made.filter.text[:20] in text(status_line(made, None, 120, Keymap()))


def test_with_a_filter_the_status_line_counts_what_is_shown() -> None:
    made = listing()
    made.mark([row.id for row in made.view[:3]], "read", "1")
    assert "9 unread" in text(status_line(made, None, 140, Keymap()))
    made.set_filter("unread r>=9")
    assert f"{len(made.view)} of 12 papers · /unread r>=9 · {len(made.view)} unread" in text(status_line(made, None, 140, Keymap()))
    made.set_filter("zzz")
    assert "unread" not in text(status_line(made, None, 140, Keymap()))


def test_an_edition_that_may_be_incomplete_is_called_so() -> None:
    assert "12 papers · incomplete?" in text(status_line(listing(reason="the feed was cut short"), None, 80, Keymap())).replace(
        "incomplete? · ", "incomplete?"
    )
    assert "incomplete" not in text(status_line(listing(0, reason="no mailing on Saturday"), None, 80, Keymap()))


def test_progress_has_numbers_only_where_they_are_known() -> None:
    assert progress_text(Progress("scoring (local)", 12, 476)) == "scoring (local) 12/476"
    assert progress_text(Progress("fetching arxiv", 3)) == "fetching arxiv 3"
    assert progress_text(Progress("fetching arxiv")) == "fetching arxiv …"


def test_usage_of_a_published_list_is_one_line() -> None:
    usage = Usage(
        model="gpt-5", total_tokens=512345, total_cost=1.234, total_arxiv_papers=829, total_scanned_papers=476, total_relevant_papers=56
    )
    assert usage_text(usage) == "gpt-5 · 512,345 tokens · $1.23 · 56 of 476 scanned, 829 announced"
    assert usage_text(Usage(total_scanned_papers=3)) == "3 scanned"
    assert usage_text(Usage()) == ""


def test_why_novelty_is_unknown_stands_in_the_message_line() -> None:
    assert resting_notes(EditionHead(DAY, 3, novelty_note="library holds 57 of 200 papers")) == [
        "novelty unknown: library holds 57 of 200 papers"
    ]
    assert resting_notes(EditionHead(DAY, 3, reason="the feed was cut short", usage=Usage("gpt-5"))) == ["the feed was cut short", "gpt-5"]
    assert resting_notes(EditionHead(DAY, 0, reason="no mailing")) == []  # said in the middle of the screen
    assert resting_notes(None) == []


def test_the_reason_stands_before_the_address() -> None:
    assert reason_first("https://rss.arxiv.org/rss/cs.LG+cs.CL: offline? Try again") == "offline? Try again (rss.arxiv.org)"
    assert reason_first("clawrxiv: http://h:9/api/posts?page=1: refused: offline?") == "clawrxiv: refused: offline? (h:9)"
    assert reason_first("not written yet: /home/ada/My Papers/papertui.db: locked; wait") == "not written yet: locked; wait (papertui.db)"
    assert reason_first("/tmp/papertui.db: damaged: doctor says more") == "damaged: doctor says more (papertui.db)"
    assert reason_first("arxiv: down") == "arxiv: down"
    assert reason_first("arxiv: 3/4 feeds: down") == "arxiv: 3/4 feeds: down"


def test_a_notice_comes_before_a_failure_and_a_failure_before_a_note() -> None:
    assert text(message_line(["arxiv: down"], "saved", ["note"], 60, Keymap())).strip() == "saved"
    assert "arxiv: down" in text(message_line(["arxiv: down"], "", ["note"], 60, Keymap()))
    assert "Esc" in text(message_line(["arxiv: down"], "", [], 60, Keymap()))
    assert "(1 of 2)" in text(message_line(["a", "b"], "", [], 60, Keymap()))
    assert text(message_line([], "saved", ["note"], 60, Keymap())).strip() == "saved"
    assert text(message_line([], "", ["one", "two"], 60, Keymap())).strip() == "one · two"
    assert line_width(message_line(["漢" * 90], "", [], 60, Keymap())) == 60


# -- nothing to show


def test_an_empty_edition_says_why_and_what_to_do() -> None:
    said = "\n".join(map(text, emptiness(listing(0, reason="no mailing on Saturday"), 60, Keymap())))
    assert "no mailing on Saturday" in said
    assert "[ the edition before" in said
    assert "r update" in said


def test_a_filter_that_nothing_passes_names_itself_and_how_to_clear_it() -> None:
    made = listing()
    made.set_filter("r>=9 zzz ")
    said = "\n".join(map(text, emptiness(made, 60, Keymap())))
    assert "no paper passes `r>=9 zzz`" in said
    assert "Esc clears" in said


def test_all_hidden_and_no_edition_are_other_words() -> None:
    made = listing(2)
    for row in list(made.view):
        made.mark([row.id], "hidden", "1")
    assert "all 2 papers of this edition are hidden" in text(emptiness(made, 60, Keymap())[0])
    assert text(emptiness(Listing(), 60, Keymap(), "2026-11-01")[0]) == "no edition of 2026-11-01 in the library"
    assert emptiness(listing(2), 60, Keymap()) == []


# -- list and pane


@pytest.mark.parametrize(
    ("size", "rows", "lines"), [((60, 17), 9, 6), ((80, 21), 11, 8), ((120, 37), 27, 8), ((120, 57), 42, 13), ((200, 57), 56, 56)]
)
def test_the_screen_is_the_lists_but_for_what_a_pane_needs(size: tuple[int, int], rows: int, lines: int) -> None:
    table, pane = areas(*size)
    assert table is not None
    assert pane is not None
    assert (table.height - 1, pane.height - 1) == (rows, lines)


@pytest.mark.parametrize("width", [40, 80, 160, 200])
def test_list_and_pane_fill_the_screen_whatever_its_height(width: int) -> None:
    for height in range(7, 90):
        table, pane = areas(width, height)
        assert table is not None
        assert pane is not None
        assert table.width * table.height + pane.width * pane.height == width * height
        assert min(table.height, pane.height) >= 3


def test_a_text_line_is_never_uncomfortably_long_but_in_a_low_pane() -> None:
    assert (text_width(200, low=False), text_width(80, low=False), text_width(158, low=True)) == (100, 77, 155)


# -- the pane


def detail(**changes: object):  # type: ignore[no-untyped-def]
    desk = FakeDesk(invented_edition(12))
    return desk.detail(invented_row(1).id)._replace(**changes)  # type: ignore[union-attr,arg-type]


@pytest.mark.parametrize("width", [36, 57, 77, 140])
@pytest.mark.parametrize("full", [False, True])
def test_no_line_of_the_pane_is_longer_than_the_pane(width: int, full: bool) -> None:
    made = detail(
        title=ODD[0],
        authors=tuple(f"Author {number}" for number in range(200)),
        abstract="\n\n".join(ODD),
        marks=Marks(True, True, note="x " * 60, tags=("a",)),
    )
    lines = pane_lines(made, width, full=full, seen=DAY)
    assert max(map(line_width, lines)) <= width


def test_the_pane_says_all_that_is_known() -> None:
    score = Score("list:daizedong", 9, 8, "Matches criterion 2.", "gpt-5", listed=date(2026, 11, 22), stale=True)
    made = detail(current=score, scores=(score, Score("local", 5)), marks=Marks(saved=True, note="read with Ada\ntwice", tags=("group",)))
    said = "\n".join(map(text, pane_lines(made, 100, full=True, seen=DAY - timedelta(days=3))))
    for part in (
        made.title, "Bram Østergård, Chidi Okonkwo", "arxiv:2611.00002v1", "cs.CL cs.AI", "2026-11-23 arxiv new", "relevance ━━━━━━━━━─ 9", "novelty ━━━━━━━━── 8",
        "list:daizedong (gpt-5) 2026-11-22, out of date", "▎ Matches criterion 2.", "5 / – by local", "https://arxiv.org/abs/2611.00002",
        "https://arxiv.org/pdf/2611.00002", "★ saved", "#group", "▎ read with Ada", "▎ twice", "listed before, on 2026-11-20", "every α ∈ (0, 1]",
    ):  # fmt: skip
        assert part in said


def test_a_paper_without_a_score_says_why() -> None:
    said = "\n".join(map(text, pane_lines(detail(current=None, unscored_reason="the budget ended the run"), 80, full=False)))
    assert "no score: the budget ended the run" in said


def test_the_small_pane_names_twelve_authors_and_counts_the_rest() -> None:
    made = detail(authors=tuple(f"A{number}" for number in range(200)))
    assert "and 188 more" in "\n".join(map(text, pane_lines(made, 80, full=False)))
    assert "A199" in "\n".join(map(text, pane_lines(made, 80, full=True)))


LONG = "Matches criterion 1 (new architectures) and criterion 2 (efficient training) with a bound that is new; " * 4


@pytest.mark.parametrize(("width", "room"), [(57, 6), (77, 8), (117, 8), (117, 13)])
def test_a_low_pane_shows_title_authors_scores_comment_and_the_beginning_of_the_abstract(width: int, room: int) -> None:
    made = detail(
        title="A title of ordinary length, which is eighty-two characters of text as they are told",
        authors=tuple(f"First Author {n}" for n in range(40)),
    )
    made = made._replace(current=replace(made.current, comment=LONG), scores=(made.current,))
    lines = pane_lines(made, width, full=False, room=room)
    seen = [text(line) for line in lines[:room]]
    assert seen[0].startswith("A title of ordinary")
    who = next(line for line in seen if "arxiv:2611.00002v1" in line)
    assert who.startswith("First Author 0")
    assert "relevance" in seen[seen.index(who) + 1]
    assert "novelty" in seen[seen.index(who) + 1]
    assert sum(line.startswith("▎") for line in seen) >= 1
    assert sum(line.startswith("▎") for line in map(text, lines)) == sum(line.startswith("▎") for line in seen)
    assert sum(len(line) > 20 and not line.startswith("▎") for line in seen[seen.index(who) + 2 :]) >= (2 if room > 6 else 1)
    assert max(map(line_width, lines)) <= width


def test_a_comment_that_is_cut_in_a_low_pane_ends_in_an_ellipsis_and_is_whole_on_the_full_page() -> None:
    made = detail()
    made = made._replace(current=replace(made.current, comment=LONG))
    low = [text(line) for line in pane_lines(made, 77, full=False, room=8) if text(line).startswith("▎")]
    assert low[-1].endswith("…")
    full = " ".join(text(line).removeprefix("▎ ") for line in pane_lines(made, 77, full=True, room=8))
    assert " ".join(LONG.split()) in full


def test_what_a_low_pane_leaves_out_above_stands_below_its_abstract() -> None:
    score = Score("list:daizedong", 9, 8, "Matches.", "gpt-5", listed=date(2026, 11, 22))
    made = detail(current=score, scores=(score, Score("local", 5)), marks=Marks(tags=("group",)))
    lines = [text(line) for line in pane_lines(made, 60, full=False, seen=DAY, room=8)]
    assert "#group  ↺ listed before, on 2026-11-23" in lines
    said = " ".join(lines)
    assert "submitted 2026-11-20" in said
    assert "scored by list:daizedong (gpt-5) 2026-11-22 and 1 other score (Enter)" in said


def test_a_withdrawn_paper_says_so_first_in_a_low_pane() -> None:
    made = detail()
    made = made._replace(paper=replace(made.paper, withdrawn=True))
    assert "withdrawn Bram Østergård" in [text(line)[:24] for line in pane_lines(made, 77, full=False, room=8)]


@pytest.mark.parametrize("room", range(2, 16))
def test_a_low_pane_of_odd_texts_keeps_to_its_width(room: int) -> None:
    made = detail(title=ODD[0] * 3, authors=("山田 太郎",) * 9, abstract="\n\n".join(ODD), marks=Marks(tags=("漢" * 60,)))
    made = made._replace(current=replace(made.current, comment=ODD[0] * 9 + "\n" + ODD[4]))
    for width in (36, 57, 77, 120):
        assert max(map(line_width, pane_lines(made, width, full=False, seen=DAY, room=room))) <= width


@pytest.mark.parametrize(("value", "filled"), [(None, 0), (1, 1), (8.5, 8), (10, 10)])
def test_a_bar_is_ten_cells_of_which_as_many_are_filled_as_the_score_says(value: float | None, filled: int) -> None:
    assert text(bar(value)) == "━" * filled + "─" * (10 - filled)


# -- help, and too small


@pytest.mark.parametrize("width", [38, 60, 97, 200])
def test_the_help_fits_and_names_every_key(width: int) -> None:
    said = help_lines(width, Keymap())
    assert max(map(line_width, said)) <= width
    everything = " ".join(" ".join(map(text, said)).split())
    assert all(word in everything for word in ("undo", "filter", "Ctrl-C", "update:"))


@pytest.mark.parametrize(
    ("width", "said"), [(39, "papertui needs 40x10 · q quits"), (22, "needs 40x10 · q quits"), (12, "needs 40x10"), (3, "")]
)
def test_a_screen_too_small_says_as_much_as_fits_in_whole_words(width: int, said: str) -> None:
    assert text(too_small_line(width, Keymap())) == said


@pytest.mark.parametrize("width", range(40, 201, 8))
def test_the_footer_shows_whole_hints_and_never_without_help_and_quit(width: int) -> None:
    for ids in (None, NO_PAPER):
        pairs = footer(width, Keymap(), ids)
        assert line_width(footer_line(pairs)) <= width + 2  # the last hint's two blanks may be cut
        assert {"?", "q"} <= {key for key, _ in pairs}

"""A profile changed by a form: categories and topics become what was chosen, and no other byte moves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.domain.profile import Topic, parse_profile
from papertui.domain.profile_edit import ProfileForm, as_topics, edited, interests_of, prose_for, read_interests, shown_line
from papertui.errors import PapertuiError
from papertui.paths import Paths
from papertui.services.profiles import keep_profile, load_profile, profile_form

OURS = """+++
# mine
followed = ["Jane Doe"]  # a friend
categories = ["cs.LG",  "cs.CL"] # two
muted_words = ["survey"]
[cutoffs]
min_relevance = 7
+++

<!-- a comment -->
# Topics

- sparse attention:   with odd   blanks
\t- and a tab
"""


def categories_of(text: str) -> tuple[str, ...]:
    return parse_profile(text, "p").categories


@pytest.mark.parametrize(
    ("array", "wanted", "result"),
    [
        ('["cs.LG",  "cs.CL"]', ["cs.LG", "stat.ML"], '["cs.LG", "stat.ML"]'),
        ('["cs.LG",  "cs.CL"]', ["cs.LG", "cs.CL", "stat.ML"], '["cs.LG",  "cs.CL", "stat.ML"]'),
        ('["cs.LG",  "cs.CL"]', ["cs.CL"], '["cs.CL"]'),
        ('["cs.LG",  "cs.CL"]', ["cs.LG"], '["cs.LG"]'),
        ('["cs.LG",  "cs.CL"]', ["math.AG"], '["math.AG"]'),
        ('["cs.LG",  "cs.CL"]', [], "[]"),
        ("[]", ["cs.LG"], '["cs.LG"]'),
        ("['cs.LG', 'cs.CL',]", ["cs.LG", "cs.AI"], "['cs.LG', \"cs.AI\",]"),
        ('[\n  "cs.LG", # why\n  "cs.CL",\n]', ["cs.LG", "cs.AI"], '[\n  "cs.LG", "cs.AI", # why\n]'),
        ('[\n  "cs.LG",\n  "cs.CL"\n]', ["cs.LG", "cs.CL", "cs.AI"], '[\n  "cs.LG",\n  "cs.CL", "cs.AI"\n]'),
        ('["cs.LG" # here\n, "cs.CL"]', ["cs.CL"], '[# here\n "cs.CL"]'),
        ('["cs.LG", "cs.CL"]', ["hep-th", "cs.LG"], '["hep-th", "cs.LG"]'),
        ('[\n  # first\n  "cs.LG",\n  # second\n  "cs.CL",\n]', ["cs.CL"], '[\n  # first\n  # second\n  "cs.CL",\n]'),
    ],
)
def test_items_come_and_go_and_what_stands_between_them_stays(array: str, wanted: list[str], result: str) -> None:
    text = f"+++\n# a\ncategories = {array}\nfollowed = ['x']\n+++\n- t\n"
    new = edited(text, "p", categories=wanted)
    assert categories_of(new) == tuple(wanted)
    assert new == f"+++\n# a\ncategories = {result}\nfollowed = ['x']\n+++\n- t\n"


def test_settings_without_categories_and_prose_without_settings_get_them() -> None:
    assert edited("+++\nfollowed = ['x']\n+++\n- t\n", "p", categories=["cs.LG"]) == (
        "+++\ncategories = [\"cs.LG\"]\nfollowed = ['x']\n+++\n- t\n"
    )
    assert edited("\ufeff- t\r\n", "p", categories=["cs.LG"]) == '\ufeff+++\r\ncategories = ["cs.LG"]\r\n+++\r\n\r\n- t\r\n'
    assert edited("", "p", categories=["cs.LG"], prose="- t") == '+++\ncategories = ["cs.LG"]\n+++\n\n- t\n'
    assert edited("+++\n+++", "p", prose="- t") == "+++\n+++\n\n- t\n"


def test_only_the_line_that_was_changed_is_written_anew() -> None:
    shown = interests_of(OURS)
    new = edited(OURS, "p", prose=shown.replace("and a tab", "and two"), categories=["cs.CL", "math.AG"])
    assert new == OURS.replace("\t- and a tab", "    - and two").replace('["cs.LG",  "cs.CL"]', '["cs.CL", "math.AG"]')
    windows = OURS.replace("\n", "\r\n")
    assert edited(windows, "p", prose=interests_of(windows) + "\n- new") == windows + "- new\r\n"


def test_what_cannot_be_changed_alone_is_refused_in_one_line() -> None:
    with pytest.raises(PapertuiError, match="papertui profile edit"):
        edited("- t", "p", prose="+++\nfollowed = ['x']\n+++\n- t")  # prose that would be read as settings


CODES = ["cs.LG", "cs.CL", "math.AG", "hep-th", "astro-ph.GA"]


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """An array of some categories as people write them."""
    items = draw(st.lists(st.sampled_from(CODES), unique=True))
    gap = st.sampled_from(["", " ", "\n  ", ' # note, with "quotes" and ]\n', "\n\n"])
    quote = draw(st.sampled_from("\"'"))
    parts = [f"{draw(gap)}{quote}{item}{quote}{draw(gap)}" for item in items]
    return f"[{','.join(parts)}{',' if items and draw(st.booleans()) else ''}{draw(gap)}]"


@st.composite
def profiles(draw: st.DrawFn) -> str:
    """A profile as people write it."""
    front = draw(
        st.lists(
            st.sampled_from(
                ["followed = ['x = [', 'y']", "# categories = ['no']", "muted_words = [\n 'a', # b\n]", "", "keywords = ['''k''']"]
            ),
            unique=True,
        )
    )
    if draw(st.booleans()):
        front.insert(draw(st.integers(0, len(front))), f"{draw(st.sampled_from(['categories', ' categories ']))}= {draw(arrays())}")
    fence = draw(st.sampled_from(["+++", "---"]))
    prose = draw(
        st.lists(st.sampled_from(["# T", "## Not", "- x: y", "  - z", "\tw", "word  word", "", "  ", "<!-- c", "-->", "a\u200bb", "日本"]))
    )
    text = "\n".join([*(["", fence] if draw(st.booleans()) else [fence]), *front, fence, *prose])
    return (
        draw(st.sampled_from(["", "\ufeff"]))
        + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
        + draw(st.sampled_from(["", "\n"]))
    )


@given(profiles(), st.lists(st.sampled_from(CODES), unique=True))
def test_other_categories_change_the_array_alone_or_nothing(text: str, wanted: list[str]) -> None:
    try:
        new = edited(text, "p", categories=wanted)
    except PapertuiError:
        return
    assert categories_of(new) == tuple(wanted)
    others = re.compile(r"#[^\r\n]*|followed[^\r\n]*|keywords[^\r\n]*|muted_words[^]]*]")
    assert others.findall(new) == others.findall(text)
    fence = text.strip("\ufeff\r\n ")[:3]
    assert new.rpartition(fence)[2] == text.rpartition(fence)[2]  # the prose to the byte


@given(profiles(), st.data())
def test_a_changed_prose_leaves_the_settings_and_the_unchanged_lines_as_they_are(text: str, data: st.DataObject) -> None:
    shown = interests_of(text).split("\n")
    place = data.draw(st.integers(0, len(shown)))
    typed = "\n".join([*shown[:place], "- something new", *shown[place:]])
    try:
        new = edited(text, "p", prose=typed)
    except PapertuiError:
        return
    fence = text.strip("\ufeff\r\n ")[:3]
    assert new.startswith(text[: text.rindex(fence) + 3])
    kept = [line.rstrip("\r\n") for line in new.split("\n")]
    assert all(line.rstrip("\r") in kept for line in text.split("\n"))
    assert "- something new" in kept


@given(st.text())
def test_unchanged_interests_and_categories_change_no_byte(text: str) -> None:
    try:
        found = parse_profile(text, "p")
    except PapertuiError:
        return
    assert edited(text, "p", categories=found.categories) == text
    assert edited(text, "p", prose=interests_of(text)) == text


@given(st.text())
def test_a_line_is_shown_clean_and_showing_it_again_changes_nothing(text: str) -> None:
    line = shown_line(text)
    assert shown_line(line) == line
    assert one_line(line) == line.lstrip(" ")


def test_plain_lines_are_topics_and_not_lines_are_unwanted() -> None:
    form = ProfileForm()
    read = read_interests(form, "sparse attention\nKV cache: smaller\nno-regret learning\nnot video games\nnot interested in: surveys\n")
    assert read.topics == (Topic("sparse attention"), Topic("KV cache", "smaller"), Topic("no-regret learning"))
    assert read.unwanted == ("video games", "surveys")
    assert as_topics("  \n") == ""
    assert as_topics("- a\n- b") == "- a\n- b"
    assert [topic.name for topic in read_interests(form, "one thing\n\nanother thing").topics] == ["one thing", "another thing"]


def test_lines_of_an_old_prose_make_it_markdown_and_lines_all_new_are_topics() -> None:
    form = ProfileForm(interests="a long paragraph of\ntwo lines", confirmed=True)
    assert prose_for(form, "a long paragraph of\nthree lines") == "a long paragraph of\nthree lines"
    assert read_interests(form, "x\ny").topics == (Topic("x"), Topic("y"))


# -- files


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(str(tmp_path / "home"), {})


def test_the_first_form_writes_the_readers_own_profile_with_the_shipped_settings(paths: Paths) -> None:
    form = profile_form(paths)
    assert (form.confirmed, form.interests, form.trouble) == (False, "", "")
    assert "cs.LG" in form.categories
    assert not paths.profiles.exists()
    keep_profile(paths, form, ["hep-th"], "string theory\nnot cosmology")
    loaded = load_profile(paths)
    assert loaded.confirmed
    assert loaded.profile.categories == ("hep-th",)
    assert [topic.name for topic in loaded.profile.topics] == ["string theory"]
    assert loaded.profile.unwanted == ("cosmology",)
    assert "followed = []" in loaded.path.read_text(encoding="utf-8")
    again = profile_form(paths)
    assert again.confirmed
    assert keep_profile(paths, again, again.categories, again.interests) is None


def test_left_empty_the_interests_are_none_and_not_those_of_somebody_else(paths: Paths) -> None:
    keep_profile(paths, profile_form(paths), ["hep-th"], "")
    assert load_profile(paths).profile.topics == ()


def test_a_profile_that_was_changed_meanwhile_is_not_overwritten(paths: Paths) -> None:
    form = profile_form(paths)
    paths.profiles.mkdir(parents=True)
    mine = paths.profiles / "default.md"
    mine.write_bytes(b"\xef\xbb\xbf- mine\r\n")
    with pytest.raises(PapertuiError, match="changed by something else"):
        keep_profile(paths, form, ["hep-th"], "x")
    assert mine.read_bytes() == b"\xef\xbb\xbf- mine\r\n"
    form = profile_form(paths)
    assert form.interests == "- mine"
    keep_profile(paths, form, ["hep-th"], "- mine")
    assert mine.read_bytes() == b'\xef\xbb\xbf+++\r\ncategories = ["hep-th"]\r\n+++\r\n\r\n- mine\r\n'
    mine.write_bytes(b"\xff")
    with pytest.raises(PapertuiError, match="not UTF-8"):
        keep_profile(paths, form, ["hep-th"], "x")
    assert mine.read_bytes() == b"\xff"


@pytest.mark.parametrize(("data", "words"), [(b"+++\nx = 1\n+++\n", "unknown key"), (b"- \xff", "not UTF-8")])
def test_a_damaged_profile_is_a_form_with_its_trouble_and_is_never_written(paths: Paths, data: bytes, words: str) -> None:
    paths.profiles.mkdir(parents=True)
    mine = paths.profiles / "default.md"
    mine.write_bytes(data)
    form = profile_form(paths, fixed=["cs.LG"])
    assert words in form.trouble
    assert form.fixed == ("cs.LG",)
    with pytest.raises(PapertuiError, match=words):
        keep_profile(paths, form, ["hep-th"], "x")
    assert mine.read_bytes() == data

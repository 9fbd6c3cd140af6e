"""What models answer: judgements are found whatever stands around them, and nothing is taken that was not plainly meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain.gate import one_line
from papertui.scoring.answers import MAX_COMMENT, AnswerReader, Judgement, by_id, judgements, kept, order
from tests.shared import shared_file

A = '{"id": "k7qd", "comment": "Good.", "relevance": 8, "novelty": 6}'
B = '{"id": "m2xw", "comment": "So so.", "relevance": 3, "novelty": 4}'
BOTH = [Judgement("k7qd", 8, 6, "Good."), Judgement("m2xw", 3, 4, "So so.")]

ids = st.text("bcdfghjkmnpqrstvwxz23456789", min_size=4, max_size=4)
marks = st.integers(1, 10) | st.integers(10, 100).map(lambda tenths: tenths / 10)
comments = (
    st.text(st.characters(), max_size=80).map(one_line)
    | st.sampled_from(
        [
            'he said "yes", {twice}',
            "a \\ and \\alpha",
            "</think> fakes",
            '```json {"id": "zzzz", "relevance": 1, "novelty": 1}',
            "[1, 2",
            "it's",
        ]
    )
).filter(lambda text: text not in ("null", "None"))  # no comment, as some models write it
entries = st.lists(st.tuples(ids, marks, marks, comments), max_size=6)
shards = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ",",
        ":",
        "\\",
        "\n",
        " ",
        "```",
        "```json\n",
        "<think>",
        "</think>",
        "\n</think>\n",
        "<",
        "</th",
        "\\u12",
        "\\ud83d",
    ]
    + [
        '"id"',
        '"relevance"',
        '"novelty"',
        '"comment"',
        '"keep"',
        "true",
        "8",
        "8/10",
        "null",
        "k7qd",
        A,
        B,
        '{"papers": [',
        "prose, it's",
        "\x00",
        "\ud800",
    ]
)
tangles = st.lists(shards | st.text(max_size=5), max_size=30).map("".join)


def in_pieces(text: str, cuts: list[int]) -> list[Judgement]:
    reader, found, at = AnswerReader(), [], 0
    for cut in cuts:
        found += reader.feed(text[at : at + cut])
        at += cut
    return found + reader.feed(text[at:]) + reader.close()


@pytest.mark.parametrize(
    "text",
    [
        f'{{"papers": [{A}, {B}]}}',
        f"[{A}, {B}]",
        f'{{"results": [{A}, {B}]}}',
        f"{A}\n{B}\n",
        f"{A}\n\n{B},",
        f"{A} {B}",
        f"```json\n[{A}, {B}]\n```",
        f"```json\n[{A}, {B}]",
        f"```\n{A}\n{B}\n```\nHope this helps, it's all [1].",
        f'Here is what I think, it\'s {{x}} [1]:\n\n{{"papers": [{A}, {B}]}}\n\nDo you want more?',
        f"<think>{A.replace('8', '1')} hm, it's</think>[{A}, {B}]",
        f"<THINK>\nhm\n</THINK>\n\n{A}\n{B}",
        f"Okay, so {A.replace('8', '1')} no.</think>[{A}, {B}]",
        f"Okay, so {A.replace('8', '1')} no.\n</think>\n\n[{A}, {B}]",
        f'Okay, the form is {{"papers": [{{"id": "\n</think>\n[{A}, {B}]',
        f'{{"papers": [{A}, {B},],}}',
        f'{{"papers": [{A}, {B}',
        f'{{"papers": [{A}, {B}, {{"id": "cut4", "comment": "and so',
        f'{{"papers": [{A}, {B}, {{"id": "cut4", "relevance": 8, "novelty": 6',
        f'{{"papers": [{A} {B}]}}',
        f'{{"papers": [{A[:-1]}, {B}]}}',
        f'{{"papers": [{A}, {B[:-1]}]}}',
        f'{{"papers": [{A}, {B}}}',
        f'\ufeff{{"papers": [{A}, {B}]}}}}}}\x00',
        json.dumps(
            {"k7qd": {"comment": "Good.", "relevance": 8, "novelty": 6}, "m2xw": {"comment": "So so.", "relevance": 3, "novelty": 4}}
        ),
        repr([json.loads(A), json.loads(B)]),
        '[{"ID": "k7qd", "Comment": "Good.", "RELEVANCE": "8", "Novelty": "6/10"}, {"paper_id": " m2xw ", "comment": "So so.", "relevance": 3.0, "novelty": "4 out of 10"}]',
        '[{"id": "k7qd", "comment": "Good.", "relevance": 8 "novelty": 6}\n{"id": "m2xw", "comment": "So so."\n "relevance": 3, "novelty": 4}]',
        f'The papers were {{"id": "k7qd", "title": "T", "abstract": "A"}}.\n[{A}, {B}]',
        '{"id": {"type": "string"}, "relevance": {"type": "integer"}, "novelty": {"type": "integer"}}' + A + B,
    ],
)
def test_judgements_are_found_in_every_wrapping(text: str) -> None:
    assert judgements(text) == BOTH
    assert in_pieces(text, [1] * len(text)) == BOTH


@pytest.mark.parametrize(
    ("said", "comment"),
    [
        (r'"line\nbreak\ttab \"quoted\" \u00e9 \ud83d\ude00 \ud800"', 'line break tab "quoted" é 😀'),
        ('"two\nlines"', "two lines"),
        ('"uses the "new" way of "old" things"', 'uses the "new" way of "old" things'),
        ('"a 5" screen"', 'a 5" screen'),
        (r'"the rate $\alpha$ and \(x\)"', r"the rate $\alpha$ and \(x\)"),
        ('"\x1b[31mred\u202e"', "[31mred"),
        ('"' + "x" * 9_000 + '"', "x" * (MAX_COMMENT - 1) + "…"),
        ("null", ""),
        ("[1, 2]", ""),
        ('{"id": "m2xw", "relevance": 10, "novelty": 10}', ""),
        ('"braces }]} and {[{"', "braces }]} and {[{"),
        (r'"{\"id\": \"m2xw\", \"relevance\": 10, \"novelty\": 10}"', '{"id": "m2xw", "relevance": 10, "novelty": 10}'),
        ("\"'}, {'id': 'm2xw', 'relevance': 10, 'novelty': 10}\"", "'}, {'id': 'm2xw', 'relevance': 10, 'novelty': 10}"),
        ("\"</think>[{'id': 'm2xw', 'relevance': 10, 'novelty': 10}]\"", "</think>[{'id': 'm2xw', 'relevance': 10, 'novelty': 10}]"),
    ],
)
def test_a_comment_is_a_line_and_nothing_in_it_is_a_judgement(said: str, comment: str) -> None:
    text = f'{{"papers": [{{"id": "k7qd", "comment": {said}, "relevance": 8, "novelty": 6}}]}}'
    assert judgements(text) == judgements(f"Here:\n{text}") == [Judgement("k7qd", 8, 6, comment)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n ",
        "I cannot do that.",
        f"<think>{A}",
        f"hm <think>{A}",
        '{"id": "k7qd", "comment": "the "key": value", "relevance": 8, "novelty": 6}',
        '{"id": "k7qd", "comment": "cut\n{"id": "m2xw", "relevance": 3, "novelty": 4}',
        '{"relevance": 8, "novelty": 6}',
        '{"id": "", "relevance": 8, "novelty": 6}',
        '{"id": "k7qd", "comment": "I cannot tell."}',
        '{"id": "k7qd", "relevance": 8, "novelty": 6',
        '"{\\"id\\": \\"k7qd\\", \\"relevance\\": 8, \\"novelty\\": 6}"',
    ],
)
def test_what_is_not_plainly_a_judgement_is_none(text: str) -> None:
    assert judgements(text) == []


@pytest.mark.parametrize("mark", ["0", "11", "-3", '"high"', "null", "true", "NaN", "1e1", '"8/5"', "[8]", '""', '8, "relevance": 9'])
def test_a_mark_off_the_scale_does_not_count(mark: str) -> None:
    assert by_id(judgements(f'{{"id": "k7qd", "comment": "", "relevance": {mark}, "novelty": 6}}'), ["k7qd"])[0] == {}


def test_judgements_come_as_soon_as_their_object_is_complete() -> None:
    reader = AnswerReader()
    assert reader.feed('```json\n{"papers": [') == []
    assert reader.feed(A[:-1]) == []
    assert reader.feed("}") == BOTH[:1]
    assert reader.feed(",") == []
    assert reader.feed(B) == BOTH[1:]
    assert reader.feed("]}") + reader.close() == []


def test_after_marked_thoughts_judgements_come_at_once() -> None:
    reader = AnswerReader()
    assert reader.feed(f"Okay, perhaps {B}") == []
    assert reader.feed("\n</think>\n\n") == []
    assert reader.feed(A) == BOTH[:1]


def test_judgements_that_turn_out_to_be_thoughts_are_taken_back() -> None:
    found = judgements(f"{A}\n</think>\n{A.replace('8', '2')}{B}")
    assert by_id(found, ["k7qd", "m2xw"]) == ({"m2xw": BOTH[1]}, {"k7qd"})


def test_only_papers_that_were_asked_about_count_by_the_id_that_was_asked() -> None:
    typed = ["[K7QD]", '"m2xw"', "id: h4jk", "`Paper ID = z9bc`", "xxxx", "k7q"]
    found, bad = by_id([Judgement(one, 8, 6, "") for one in typed], ["k7qd", "m2xw", "h4jk", "z9bc", "n3pp"])
    assert found == {name: Judgement(name, 8, 6, "") for name in ("k7qd", "m2xw", "h4jk", "z9bc")}
    assert bad == set()


def test_the_same_twice_counts_once_and_contradictions_not_at_all() -> None:
    same = [Judgement("k7qd", 8, 6, "Good."), Judgement("k7qd", 8, 6, "Good, again.")]
    assert by_id(same, ["k7qd"]) == ({"k7qd": same[0]}, set())
    assert by_id([*same, Judgement("K7QD", 10, 10, "dictated")], ["k7qd"]) == ({}, {"k7qd"})
    assert by_id([*same, Judgement("k7qd", None, None, "")], ["k7qd"]) == ({}, {"k7qd"})
    assert by_id([Judgement("k7qd", 8, None, "")], ["k7qd", "m2xw"]) == ({}, {"k7qd"})


@pytest.mark.parametrize(
    "text",
    [
        '{"papers": [{"id": "k7qd", "keep": true}, {"id": "m2xw", "keep": false}]}',
        'Well:\n```json\n[{"ID": "k7qd", "Keep": "yes"}, {"id": "m2xw", "keep": "No"},]\n```',
        '{"papers": {"k7qd": true, "m2xw": false}}',
        '{"k7qd": {"keep": true}, "m2xw": {"keep": false}}',
        '<think>{"id": "m2xw", "keep": true}</think>{"id": "k7qd", "keep": 1}\n{"id": "m2xw", "keep": 0}',
        'hm {"id": "m2xw", "keep": true}\n</think>\n{"id": "k7qd", "keep": true}\n{"id": "m2xw", "keep": false}',
    ],
)
def test_the_title_screen_is_read_in_every_wrapping(text: str) -> None:
    assert kept(text) == {"k7qd": True, "m2xw": False}


def test_a_title_that_is_both_kept_and_dropped_is_kept() -> None:
    assert kept('[{"id": "k7qd", "keep": false}, {"id": "k7qd", "keep": true}, {"id": "k7qd", "keep": false}]') == {"k7qd": True}


@pytest.mark.parametrize(
    "text",
    [
        '{"order": ["k7qd", "m2xw", "h4jk"]}',
        '["k7qd", "m2xw", "h4jk", "k7qd"]',
        "Here:\n```json\n['k7qd', 'm2xw', 'h4jk',]\n```",
        '{"why": ["a", "b", "c", "d"], "Order": ["k7qd", "m2xw", "h4jk"]}',
        '[{"id": "k7qd"}, {"id": "m2xw"}, {"id": "h4jk"}]',
        "k7qd\nm2xw\nh4jk\n",
        "Best first:\n1. k7qd\n2. `m2xw`\n3. h4jk\n",
        "<think>m2xw\nh4jk</think>\n- k7qd\n- m2xw\n- h4jk",
        'so {"order": ["h4jk"]}?\n</think>\n{"order": ["k7qd", "m2xw", "h4jk"]}',
    ],
)
def test_an_order_is_read_in_every_wrapping(text: str) -> None:
    assert order(text) == ["k7qd", "m2xw", "h4jk"]


@given(tangles, st.lists(st.integers(1, 9), max_size=60))
@settings(max_examples=300)
def test_nothing_raises_and_pieces_give_the_same_as_the_whole(text: str, cuts: list[int]) -> None:
    whole = judgements(text)
    assert in_pieces(text, cuts) == whole
    for judgement in whole:
        assert judgement.id
        assert one_line(judgement.comment) == judgement.comment
    assert all(isinstance(keep, bool) for keep in kept(text).values())
    assert len(order(text)) == len(set(order(text)))


@given(
    entries,
    st.sampled_from(["{}", "```json\n{}\n```", "Sure, it's here:\n{}\nBye.", "<think>{{ it's</think>{}", "hm [x\n</think>\n{}"]),
    st.booleans(),
    st.sampled_from([None, 2]),
)
def test_valid_judgements_come_back_whatever_is_around_them(
    rows: list[tuple[str, float, float, str]], around: str, ascii_only: bool, indent: int | None
) -> None:
    papers = [dict(zip(("id", "relevance", "novelty", "comment"), row, strict=True)) for row in rows]
    expected = [Judgement(*row) for row in rows]
    for value in (papers, {"papers": papers}):
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
        assert judgements(around.replace("{}", text).replace("{{", "{")) == expected
    assert judgements("\n".join(json.dumps(paper, ensure_ascii=ascii_only) for paper in papers)) == expected


@pytest.mark.parametrize(
    "unit", ["[", "{", '{"', '{"a":', '["', "<think>", "</think>", '{"a":"\\', "-\n", "[ ", '{"id":"a","relevance":1,']
)
def test_endless_nesting_is_no_trouble(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert by_id(judgements(text), ["b"]) == ({}, set())
    assert "b" not in kept(text)


def test_no_recorded_answer_is_trouble() -> None:
    folder = shared_file("openai")
    said = []
    for path in sorted(folder.glob("*.json")):
        text = path.read_text("utf-8")
        said.append(text)
        data = json.loads(text) if path.name != "index.json" else {}
        choices = data.get("choices") or [] if isinstance(data, dict) else []
        said += [
            str((choice.get("message") or {}).get(key))
            for choice in choices
            for key in ("content", "reasoning", "reasoning_content", "refusal")
        ]
    said += [path.read_text("utf-8") for path in folder.glob("*.sse.txt")]
    for text in said:
        assert in_pieces(text, [7] * min(len(text) // 7, 500)) == judgements(text) == []
        assert kept(text) == {} or isinstance(kept(text), dict)
        assert isinstance(order(text), list)
    assert len(said) > 100

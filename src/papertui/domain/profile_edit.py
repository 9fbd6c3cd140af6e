"""Changing a profile's text in two places, categories and topics, with every other byte as it was. Pure.

A profile is the reader's own file: authors they follow, words they mute and comments they wrote stay exactly as they
stand, whatever line ends, indentation or order they chose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from papertui.domain import toml
from papertui.domain.gate import one_line
from papertui.domain.profile import Profile, parse_profile
from papertui.errors import PapertuiError, UsageError

MOST = 20_000
"""Longest text of interests, in characters."""


class ProfileForm(NamedTuple):
    """A profile as a form shows it."""

    name: str = "default"
    where: str = ""
    """Its file, after the gate."""
    categories: tuple[str, ...] = ()
    interests: str = ""
    """Its prose, after the gate; "" for the profile that papertui brings along, which is nobody's yet."""
    confirmed: bool = False
    """Whether the reader has a file of their own."""
    fixed: tuple[str, ...] = ()
    """Categories that the settings name: those are fetched, whatever the profile says."""
    trouble: str = ""
    """Why the file cannot be read or understood, in one line; it is then not to be written."""
    source: str = ""
    """The text as it stands in the file (or is brought along), to change it only if it is still the same."""


# -- parts of a profile

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def _lines(text: str) -> list[str]:
    """Lines with their ends, as parse_profile tells them apart."""
    return _LINE.findall(text)


class _Parts(NamedTuple):
    head: str
    """All up to and with the line of the first fence; "" where there are no settings."""
    front: str
    prose: str
    """From the line of the second fence on, where there are settings."""


def _parts(text: str) -> _Parts:
    lines = _lines(text)
    start = next((number for number, line in enumerate(lines) if line.strip().removeprefix("\ufeff").strip()), len(lines))
    fence = lines[start].strip().removeprefix("\ufeff").strip() if start < len(lines) else ""
    if fence in ("+++", "---"):
        for number in range(start + 1, len(lines)):
            if lines[number].strip() == fence:
                return _Parts("".join(lines[: start + 1]), "".join(lines[start + 1 : number]), "".join(lines[number:]))
    return _Parts("", "", text)


def _prose(parts: _Parts) -> tuple[str, str]:
    """What stands before the first written line of the prose (a fence, empty lines), and the rest."""
    lines = _lines(parts.prose)
    start = 1 if parts.head else 0
    if not parts.head and lines and lines[0].startswith("\ufeff"):
        lines[0:1] = ["\ufeff", lines[0][1:]]
        start = 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    return "".join(lines[:start]), "".join(lines[start:])


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# -- interests


def interests_of(text: str) -> str:
    """A profile's prose as a form shows it: each line through the gate, its indentation kept, no empty lines around."""
    return "\n".join(map(shown_line, _lines(_prose(_parts(text))[1]))).rstrip()


def shown_line(line: str) -> str:
    """One line as shown; the blanks it begins with may mean something in a list."""
    line = line.rstrip().expandtabs(4)
    clean = one_line(line, MOST)
    return " " * (len(line) - len(line.lstrip(" "))) + clean if clean else ""


_STRUCTURE = re.compile(r"^\s*(?:#{1,6}\s|[*+-]\s|\d{1,3}[.)]\s)|<!--|^\s*$|^\s+\S", re.MULTILINE)
_UNWANTED = re.compile(r"not(?: interested in)?(?:\s+|\s*:\s*)(\S.*)", re.IGNORECASE)


def as_topics(typed: str) -> str:
    """Interests as a profile writes them. Text with Markdown or paragraphs of its own stays as it is; of plain lines each
    is a topic, and one that begins with `not` is something unwanted."""
    text = "\n".join(map(shown_line, typed.split("\n"))).strip("\n")[:MOST]
    if not text or _STRUCTURE.search(text):
        return text
    wanted, unwanted = [], []
    for line in text.split("\n"):
        match = _UNWANTED.fullmatch(line)
        if match:
            unwanted.append(f"- {match[1]}")
        else:
            wanted.append(f"- {line}")
    return "\n".join(["# Topics", "", *wanted, *(["", "## Not interested", "", *unwanted] if unwanted else [])])


def prose_for(form: ProfileForm, typed: str) -> str:
    """The prose that `typed` stands for: where lines of the old one are left it is the reader's Markdown, else see `as_topics`."""
    lines = list(map(shown_line, typed.split("\n")))
    old = set(form.interests.split("\n")) - {""}
    return "\n".join(lines) if old & set(lines) else as_topics(typed)


def read_interests(form: ProfileForm, typed: str) -> Profile:
    """What papertui would understand. UsageError where it is no prose of a profile."""
    return parse_profile(f"+++\n+++\n{prose_for(form, typed)}\n", form.name)


# -- the new text


def edited(text: str, where: str, *, categories: Sequence[str] | None = None, prose: str | None = None) -> str:
    """A profile's text with other categories, another prose, or both; None leaves a part exactly as it is.

    PapertuiError where the text is written in a way in which this cannot be done without touching anything else;
    UsageError where it is no profile.
    """
    before = parse_profile(text, where, where)
    if categories is not None and tuple(categories) == before.categories:
        categories = None
    if prose is not None and prose.rstrip() == interests_of(text):
        prose = None
    new = text
    if prose is not None:
        new = _with_prose(new, prose)
    if categories is not None:
        new = _with_categories(new, categories)
    if not _as_meant(before, new, where, categories, prose):
        raise PapertuiError(f"{where}: its settings are written in a way that cannot be changed here; papertui profile edit opens it")
    return new


def _as_meant(before: Profile, new: str, where: str, categories: Sequence[str] | None, prose: str | None) -> bool:
    """Whether the new text says what the old one said, but for what was to be changed."""
    try:
        after = parse_profile(new, where, where)
        meant = before if prose is None else parse_profile(f"+++\n+++\n{prose}\n", where)
    except UsageError:
        return False
    return (
        after.categories == (before.categories if categories is None else tuple(categories))
        and (after.topics, after.unwanted) == (meant.topics, meant.unwanted)
        and _rest(after) == _rest(before)
    )


def _rest(profile: Profile) -> tuple[object, ...]:
    return (
        profile.sources, profile.keywords, profile.followed, profile.muted_words, profile.muted_authors, profile.muted_categories,
        profile.min_relevance, profile.min_novelty,
    )  # fmt: skip


def _with_prose(text: str, prose: str) -> str:
    """Lines that stay keep their bytes; the others are written with the file's own line ends."""
    parts = _parts(text)
    around, old = _prose(parts)
    raw, end = _lines(old), _newline(text)
    tail = list[str]()
    while raw and not raw[-1].strip():
        tail.insert(0, raw.pop())
    new = prose.strip("\n").split("\n") if prose.strip() else []
    built = []
    for kind, first, last, new_first, new_last in SequenceMatcher(None, [shown_line(line) for line in raw], new, False).get_opcodes():
        built += raw[first:last] if kind == "equal" else [line + end for line in new[new_first:new_last]]
    pieces = [around, *built]
    if built and parts.head and not raw and len(_lines(around)) == 1:  # the first prose below the settings
        pieces.insert(1, end)
    for number, piece in enumerate(pieces[:-1]):
        if piece.strip("\ufeff") and not piece.endswith(("\n", "\r")):
            pieces[number] += end
    return parts.head + parts.front + "".join(pieces) + "".join(tail)


def _with_categories(text: str, categories: Sequence[str]) -> str:
    parts, end = _parts(text), _newline(text)
    if not parts.head:
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        return f"{mark}+++{end}categories = {toml.value_text(categories)}{end}+++{end}{end}{text[len(mark) :]}"
    lines = _lines(parts.front)
    plain = "\n".join(line.rstrip("\r\n") for line in lines)
    at = toml.lines_of_keys(plain).get(("categories",)) if plain.strip() else None
    if at is None:
        return f"{parts.head}categories = {toml.value_text(categories)}{end}{parts.front}{parts.prose}"
    before = "".join(lines[: at - 1])
    rest = "".join(lines[at - 1 :])
    equals = rest.find("=")
    return parts.head + before + rest[: equals + 1] + _with_items(rest[equals + 1 :], categories) + parts.prose


# -- an array of texts in TOML, changed item by item so that comments between the items stay

_TOKEN = re.compile(r"""[ \t]+|\r\n|\r|\n|\#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'|[\[\],]|[^\s\#"'\[\],]+""")


class _Item(NamedTuple):
    value: str
    start: int
    end: int
    comma: int
    """Where the comma behind it stands, -1 where there is none."""


def _items(text: str) -> tuple[int, list[_Item]]:
    """Where the array's bracket opens, and its items; (-1, []) for anything but a flat array of short texts."""
    opened, items = -1, list[_Item]()
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "[" and opened < 0:
            opened = match.start()
        elif token == "]" and opened >= 0:
            return opened, items
        elif token == "," and items and items[-1].comma < 0:
            items[-1] = items[-1]._replace(comma=match.start())
        elif token[0] in "\"'":
            items.append(_Item(str(toml.value_in(token)), match.start(), match.end(), -1))
        elif token.strip() and token[0] != "#":
            break
    return -1, []


def _with_items(text: str, wanted: Sequence[str]) -> str:
    """`text` begins with an array: the items that are not wanted go, the missing ones come after the last."""
    opened, items = _items(text)
    if opened < 0:
        return text
    have = [item.value for item in items]
    stays = [value for value in have if value in wanted]
    if stays != list(wanted[: len(stays)]) or len(set(have)) < len(have):
        stays = []  # another order: all are written anew
    kept = [item for item in items if item.value in stays]
    added = ", ".join(toml.quoted(value) for value in wanted if value not in stays)
    cuts = [cut for item in items if item.value not in stays for cut in _cuts(text, item)]
    if added and kept:
        cuts.append((kept[-1].end, kept[-1].end, f", {added}"))
    elif added:
        cuts.append((opened + 1, opened + 1, added + ("," if any(item.comma >= 0 for item in items[-1:]) else "")))
    if kept and kept[-1].comma >= 0 and items[-1].comma < 0:
        cuts.append((kept[-1].comma, kept[-1].comma + 1, ""))  # the last item had no comma behind it
    pieces, done = list[str](), 0
    for start, end, put in sorted(cuts):
        pieces += [text[done : max(start, done)], put]
        done = max(end, done)
    return "".join([*pieces, text[done:]])


def _cuts(text: str, item: _Item) -> list[tuple[int, int, str]]:
    """What to take out for one item: its comma and the blanks behind it too, and its line where nothing else stands there."""
    start, end, more = item.start, item.end, list[tuple[int, int, str]]()
    if item.comma >= 0 and not text[end : item.comma].strip():
        end = item.comma + 1
    elif item.comma >= 0:  # a comment between an item and its comma
        more.append((item.comma, item.comma + 1, ""))
    while end < len(text) and text[end] in " \t":
        end += 1
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if line and not text[line:start].strip() and text[end : end + 1] in ("\r", "\n"):
        end += 2 if text[end : end + 2] == "\r\n" else 1
        start = line
    elif text[end : end + 1] == "]":
        while text[start - 1] in " \t":
            start -= 1
    return [(start, end, ""), *more]

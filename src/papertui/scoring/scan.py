"""A patient scanner for the JSON in a model's answer: objects and lists as they close, in pieces or at once, in linear time. Pure; never raises.

It is no validator. Prose, code fences, wrong or missing commas and brackets, single quotes, line breaks and bare quotes inside strings are got
over where what was meant is plain; an object in which it is not is left out. What stands inside a string is never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_DEPTH = 64
"""Brackets nested deeper are counted, not kept: nothing that was asked for is there."""

MAX_STRING = 8_000
"""Characters of one string that are kept."""

_TAGS = r"(?:think|thinking|thought|thoughts|reasoning)"
_OPEN = re.compile(rf"<{_TAGS}>", re.IGNORECASE)
_CLOSE = re.compile(rf"</{_TAGS}>", re.IGNORECASE)
_OWN_LINE = re.compile(rf"\n[ \t]{{0,20}}</{_TAGS}>[ \t]{{0,20}}\n", re.IGNORECASE)
_HALF_TAG = re.compile(r"</?[a-z]{0,9}\Z", re.IGNORECASE)
_LONGEST_TAG = 12
_LONGEST_LINE = 60

_START = re.compile(rf"\{{(?=\s{{0,200}}[\"'])|\[(?=\s{{0,200}}[\"'{{])|</?{_TAGS}>", re.IGNORECASE)
"""Where JSON or thoughts begin: a bracket that no quote or bracket follows is prose ("see [1]", "{x}")."""
_HALF_START = re.compile(r"(?:[{\[]\s{0,200}|</?[a-z]{0,9})\Z", re.IGNORECASE)
_TOKEN = re.compile(rf"\s+|[{{}}\[\],:\"']|</?{_TAGS}>|[^\s{{}}\[\],:\"'<]{{1,64}}|<", re.IGNORECASE)
_IN_STRING = {'"': re.compile(r'[\\"]'), "'": re.compile(r"[\\']")}
_GAP = re.compile(r"\s{0,64}")
_HEX = re.compile(r"[0-9a-fA-F]{4}\Z", re.ASCII)
_WORTH = re.compile(r"[-+]?\d[\d.]*\Z|true\Z|false\Z|null\Z|none\Z", re.IGNORECASE | re.ASCII)
_ESCAPES = {"n": "\n", "r": "\n", "t": " ", "/": "/", "\\": "\\", '"': '"', "'": "'"}
_BLANK = " \t\r\n\x0b\x0c\ufeff"


class Closed(NamedTuple):
    """An object or a list that has come to its end."""

    name: str
    """The key it stands under; "" within a list."""
    pairs: list[tuple[str, str]]
    """Keys and values of an object, but for values that are objects or lists."""
    items: list[str]
    """Elements of a list, likewise."""
    ended: bool
    """Whether by its own bracket; otherwise by the beginning or end of something else."""

    def value(self, *keys: str) -> str | None:
        """The value under one of these keys, in any case; None where there is none, "" where there are two that differ."""
        found = {value for key, value in self.pairs if normal(key) in keys}
        return found.pop() if len(found) == 1 else ("" if found else None)


def normal(key: str) -> str:
    """A key as it is compared."""
    return "_".join(key.lower().replace("-", " ").split())


@dataclass(slots=True)
class _Frame:
    bracket: str
    name: str
    muted: bool
    state: str = "key"
    """Of an object: what comes next: `key`, `colon`, `value`, or `comma`."""
    key: str = ""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    broken: bool = False
    scored: bool = False


class Scanner:
    """Reads text in pieces; the same comes out however it is cut."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._thinking = False
        self._stack: list[_Frame] = []
        self._deeper = 0
        self._quote = ""
        self._string: list[str] = []
        self._length = 0
        self._before = ""
        """What the last token was: `string`, `word` (one that means nothing), "" for the rest."""
        self._newline = False
        self._out: list[Closed | None] = []

    def feed(self, text: str, last: bool = False) -> list[Closed | None]:
        """What has been closed; None: all that came before was thoughts, for their end has come without a beginning. `last`: nothing follows."""
        self._text, self._at = self._text[self._at :] + text, 0
        while self._at < len(self._text) and self._step(last):
            pass
        out, self._out = self._out, []
        return out

    def _step(self, last: bool) -> bool:
        """Go on by a token; False: more text is needed to know what it is."""
        if self._thinking:
            return self._thoughts()
        if self._quote:
            return self._in_string(last)
        if self._stack:
            return self._in_json(last)
        return self._prose(last)

    def _thoughts(self) -> bool:
        found = _CLOSE.search(self._text, self._at)
        self._thinking = found is None
        self._at = found.end() if found else max(self._at, len(self._text) - _LONGEST_TAG)
        return found is not None

    def _prose(self, last: bool) -> bool:
        found = _START.search(self._text, self._at)
        if found is None:
            half = None if last else _HALF_START.search(self._text, self._at)
            self._at = half.start() if half else len(self._text)
            return False
        self._at = found.end()
        self._mark(found[0])
        return True

    def _in_json(self, last: bool) -> bool:
        found = _matched(_TOKEN, self._text, self._at)
        token = found[0]
        if not last and found.end() == len(self._text):
            word = not token.isspace() and token not in "{}[],:\"'" and not token.endswith(">")
            if (word and len(token) < 64 and token != "<") or (token == "<" and _HALF_TAG.match(self._text, self._at)):
                return False
        elif not last and token == "<" and _HALF_TAG.match(self._text, self._at):
            return False
        self._at = found.end()
        if token.isspace():
            self._newline = self._newline or "\n" in token
        elif token in "\"'":
            if self._opens(token):
                self._quote, self._string, self._length = token, [], 0
            self._newline = False
        elif token in "{}[],:" or (token[0] == "<" and token != "<"):
            self._mark(token)
        else:
            self._newline = False
            self._before = "" if _WORTH.match(token) else "word"
            self._scalar(token, quoted=False)
        return True

    def _opens(self, quote: str) -> bool:
        """Whether a quote begins a string: not in `it's`, nor within bare words."""
        return self._newline or not self._before or (quote == '"' and self._before == "string")

    def _in_string(self, last: bool) -> bool:
        text = self._text
        found = _IN_STRING[self._quote].search(text, self._at)
        if found is None:
            self._keep(text[self._at :])
            self._at = len(text)
            return False
        self._keep(text[self._at : found.start()])
        self._at = found.start()
        return self._escape(last) if found[0] == "\\" else self._quoted(last)

    def _escape(self, last: bool) -> bool:
        """An escape; what is none (`\\alpha`) is kept as it stands."""
        after = self._text[self._at + 1 : self._at + 6]
        if not last and (not after or (after[0] == "u" and len(after) < 5)):
            return False
        if after[:1] == "u" and _HEX.match(after[1:]):
            self._keep(chr(int(after[1:], 16)))
            self._at += 6
        elif after[:1] in _ESCAPES:
            self._keep(_ESCAPES[after[0]])
            self._at += 2
        else:
            self._keep("\\")
            self._at += 1
        return True

    def _quoted(self, last: bool) -> bool:
        """A quote inside a string: its end only where JSON goes on after it, for models forget to escape them."""
        gap = _matched(_GAP, self._text, self._at + 1)
        follows = self._text[gap.end() : gap.end() + 1]
        if not follows and not last and len(gap[0]) < 64:
            return False
        if not follows or follows in ",:}]" or len(gap[0]) == 64 or ("\n" in gap[0] and follows in "\"'"):
            said = "".join(self._string)
            self._quote, self._string, self._before = "", [], "string"
            self._scalar(_joined(said), quoted=True)
        else:
            self._keep(self._quote)
        self._at += 1
        return True

    def _keep(self, piece: str) -> None:
        if piece and self._length < MAX_STRING:
            self._string.append(piece[: MAX_STRING - self._length])
            self._length += len(piece)

    def _mark(self, token: str) -> None:
        """A bracket, a comma, a colon, a tag."""
        self._before, self._newline = "", False
        if token[0] == "<":
            self._stack, self._deeper = [], 0
            self._thinking = token[1] != "/"
            if not self._thinking:
                self._out.append(None)
        elif token in "{[":
            self._begin(token)
        elif token in "}]":
            self._end("{" if token == "}" else "[")
        elif not self._deeper and self._stack[-1].bracket == "{":
            frame = self._stack[-1]
            if token == ",":
                frame.state = "key"
            elif frame.state == "colon":
                frame.state = "value"
            else:
                frame.broken = True  # a value followed by a colon: a quote was lost, two entries may have run together

    def _begin(self, bracket: str) -> None:
        if self._deeper or len(self._stack) >= MAX_DEPTH:
            self._deeper += 1
            return
        above = self._stack[-1] if self._stack else None
        if above is not None and above.bracket == bracket == "{" and above.state != "value":
            self._close(ended=False)  # its own bracket was forgotten
            above = self._stack[-1] if self._stack else None
        name, muted = "", False
        if above is not None:
            muted = above.muted
            if above.bracket == "{":
                name = above.key if above.state in ("value", "colon") else ""
                above.state = "comma"
                muted = muted or above.scored or normal(name) == "comment"
        self._stack.append(_Frame(bracket, name, muted))

    def _end(self, bracket: str) -> None:
        if self._deeper:
            self._deeper -= 1
            return
        if all(frame.bracket != bracket for frame in self._stack):
            return
        while self._stack[-1].bracket != bracket:
            self._close(ended=False)
        self._close(ended=True)

    def _close(self, ended: bool) -> None:
        frame = self._stack.pop()
        if not frame.muted and not frame.broken and (frame.pairs or frame.items):
            self._out.append(Closed(frame.name, frame.pairs, frame.items, ended))

    def _scalar(self, text: str, quoted: bool) -> None:
        if self._deeper:
            return
        frame = self._stack[-1]
        if frame.bracket == "[":
            frame.items.append(text)
        elif frame.state == "value":
            frame.pairs.append((frame.key, text))
            frame.scored = frame.scored or normal(frame.key) in ("relevance", "novelty")
            frame.state = "comma"
        elif quoted or frame.state == "key":  # a string where a comma is missing; bare words there mean nothing ("8 of 10")
            frame.key, frame.state = text, "colon"


def _matched(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """For patterns that match anywhere."""
    found = pattern.match(text, at)
    if found is None:
        raise AssertionError(pattern.pattern)
    return found


def _joined(text: str) -> str:
    r"""Surrogates that came as two escapes (`\ud83d\ude00`) made one character; lone ones go."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


class Thoughts:
    """Holds back an answer that begins with prose: it may be thoughts of which only the end is marked (`</think>` alone)."""

    def __init__(self) -> None:
        self._head: str | None = ""
        self._held: list[str] = []
        self._tail = ""
        self.prose = False
        """Whether an answer is being held back."""

    def feed(self, text: str) -> str:
        """What may be read now."""
        if self._head is not None:
            head = self._head + text if self._head else text.lstrip(_BLANK)
            self._head = head
            if not head or "```".startswith(head) or (head[0] == "<" and _HALF_TAG.match(head)):
                return ""
            self._head, text = None, head
            self.prose = not (head[0] in "{[" or head.startswith("```") or _OPEN.match(head) or _CLOSE.match(head))
        if not self.prose:
            return text
        probe = self._tail + text
        found = _OWN_LINE.search(probe)
        if found is None:
            self._held.append(text)
            self._tail = probe[-_LONGEST_LINE:]
            return ""
        self.prose, self._held = False, []
        return probe[found.end() :]

    def close(self) -> str:
        """What was held back to the end."""
        return (self._head or "") + "".join(self._held)


def after_thoughts(text: str) -> str:
    """A text without what is marked as thoughts."""
    start = max((found.end() for found in _CLOSE.finditer(text)), default=0)
    opened = _OPEN.search(text, start)
    return text[start : opened.start()] if opened else text[start:]

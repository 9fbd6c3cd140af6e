r"""A text cut into runs and TeX's special tokens, and what pairs with what: braces, dollars, environments, quotes.

All of it is decided before anything is rendered and in one walk each, so hostile nesting costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""([\\{}$^_~\-`'"h](?:"""
    r"""(?<=\\)(?:[A-Za-z]+|[^A-Za-z])|(?<=[{}$^_~"])|(?<=-)-+|(?<=`)`+|(?<=')'+"""
    r"""|(?<=h)ttps?://(?:[^\s\\{}$~'`"<>]|(?<=/)~)*))""",
    re.DOTALL,
)
"""One special piece. A web address is one piece: nothing in it is TeX unless it is escaped."""

_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:[kKmMbBtT]|bn|thousand|million|billion|trillion)?(?![\w\\^{])")
_MATHS_SIGN = re.compile(r"\\(?![%&$#_ ])|[\^{]")
_GROUP = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}(?![A-Za-z(]|\\ )")
_LONGEST_FORMULA = 2_000

_ENVIRONMENTS = """
    math displaymath equation align alignat flalign gather multline eqnarray split aligned alignedat gathered cases dcases array matrix pmatrix
    bmatrix vmatrix Vmatrix Bmatrix smallmatrix subequations
"""
MATH_ENVIRONMENTS = frozenset(_ENVIRONMENTS.split())


@dataclass(frozen=True, slots=True)
class Tokens:
    """Runs of plain text at even places, special tokens at odd ones."""

    parts: list[str]
    closes: dict[int, int]
    """The place of each opening brace, dollar, `\\(`, `\\[` and mathematical `\\begin`, and the place of its end."""
    enders: frozenset[int]
    """The places at which something ends."""
    quotes: dict[int, str]
    """The places of typewriter quotes that are quotation marks, and what they become."""


def cut(text: str) -> Tokens:
    """Tokens of any string; joined again they are the string."""
    parts = _TOKEN.split(text)
    closes, environments = _paired_braces(parts)
    if "$" in text:
        _pair_dollars(parts, closes)
    if r"\(" in text or r"\[" in text:
        _pair_fences(parts, closes)
    closes |= environments
    quotes = _paired_quotes(parts) if "``" in text or "''" in text else {}
    return Tokens(parts, closes, frozenset(closes.values()), quotes)


def environment_name(parts: list[str], at: int) -> str:
    r"""The name in the braces after the `\begin` or `\end` at `at`, without its star; "" if there is none."""
    if at + 3 < len(parts) and not parts[at + 1].strip() and parts[at + 2] == "{" and parts[at + 4 : at + 5] == ["}"]:
        return parts[at + 3].strip().rstrip("*")
    return ""


def _paired_braces(parts: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    pairs: dict[int, int] = {}
    environments: dict[int, int] = {}
    braces: list[int] = []
    begins: list[int] = []
    for at in range(1, len(parts), 2):
        piece = parts[at]
        if piece == "{":
            braces.append(at)
        elif piece == "}":
            if braces:
                pairs[braces.pop()] = at
        elif piece == r"\begin":
            begins.append(at)
        elif piece == r"\end" and begins:
            begin = begins.pop()
            if environment_name(parts, begin) in MATH_ENVIRONMENTS:
                environments[begin] = at
    return pairs, environments


def _pair_dollars(parts: list[str], closes: dict[int, int]) -> None:
    """Adds the pairs of dollars that enclose mathematics; each dollar is looked at with the next one of its own group."""
    waiting: dict[int, int] = {}
    group = 0
    outer: list[int] = []
    enders = set(closes.values())
    found: dict[int, int] = {}
    at = 1
    while at < len(parts):
        piece = parts[at]
        if piece == "{" and at in closes:
            outer.append(group)
            group = at
        elif piece == "}" and at in enders and outer:
            group = outer.pop()
        elif piece == "$":
            begin = waiting.get(group)
            if begin is None or (begin == at - 2 and not parts[at - 1]):
                waiting[group] = at
                if begin is not None and (end := _display_end(parts, at)):
                    found[begin], found[at] = end + 2, end
                    del waiting[group]
                    at = end + 2
            elif at - begin <= _LONGEST_FORMULA // 2 and _is_formula("".join(parts[begin + 1 : at]), parts[at + 1]):
                found[begin] = at
                del waiting[group]
            else:
                waiting[group] = at
        at += 2
    closes |= found


def _display_end(parts: list[str], at: int) -> int | None:
    """The first dollar of the `$$` that ends the display opened by the second dollar at `at`, unless a lone dollar comes first."""
    for end in range(at + 2, min(len(parts) - 2, at + _LONGEST_FORMULA), 2):
        if parts[end] == "$":
            adjacent = parts[end + 2] == "$" and not parts[end + 1]
            content = "".join(parts[at + 1 : end])
            return end if adjacent and content.strip() and "\n\n" not in content else None
    return None


def _is_formula(content: str, after: str) -> bool:
    """Whether what stands between two dollars is mathematics, rather than prose between two amounts of money."""
    if len(content) > _LONGEST_FORMULA or "\n\n" in content or not content.strip():
        return False
    signs = _MATHS_SIGN.search(content) is not None
    loose_end = content[-1].isspace() or content[-1] in "([<"
    amount = _AMOUNT.match(content)
    if amount and (loose_end or after[:1].isdigit()):
        prose = _WORD.search(content) is not None or (after[:1].isdigit() and not signs and not content[-1].isdigit())
        if prose or (content[amount.end() :].strip() and not signs and not any(sign in content for sign in "<>=+*/")):
            return False
    if len(content) < 16 and not loose_end:
        return True
    words = len(_WORD.findall(_GROUP.sub(" ", content)))
    if signs:
        return words < (3 if loose_end and not content[0].isspace() else 12)
    return words < (1 if loose_end else 4)


def _pair_fences(parts: list[str], closes: dict[int, int]) -> None:
    r"""Adds the pairs of `\(` and `\)`, `\[` and `\]`."""
    waiting: dict[str, int] = {}
    for at in range(1, len(parts), 2):
        piece = parts[at]
        if piece in (r"\(", r"\["):
            waiting[piece[1]] = at
        elif piece in (r"\)", r"\]"):
            begin = waiting.pop("(" if piece == r"\)" else "[", None)
            if begin is not None and at - begin < _LONGEST_FORMULA:
                closes[begin] = at


def _paired_quotes(parts: list[str]) -> dict[int, str]:
    """Curly forms of doubled backticks and apostrophes, and of the straight quote that some authors end with."""
    found: dict[int, str] = {}
    marks = [at for at in range(1, len(parts), 2) if parts[at][0] in "`'\""]
    is_open = False
    skip = -1
    for number, at in enumerate(marks):
        piece = parts[at]
        before = parts[at - 1][-1:] or (parts[at - 2][-1] if at > 1 else "")
        after = parts[at + 1][:1] or (parts[at + 2][0] if at + 2 < len(parts) else "")
        starts = (not before or before.isspace() or before in "([{-—~") and bool(after) and not after.isspace()
        if at == skip:
            continue
        if piece == "``":
            mate = marks[number + 1] if number + 1 < len(marks) else -1
            if mate > 0 and parts[mate] == "``" and parts[mate - 1][-1:].strip() and not parts[mate + 1][:1].isalnum():
                skip = mate  # ``code`` is another markup's
            elif after and not after.isspace():
                found[at] = "“"
                is_open = True
        elif piece[0] == "'" and len(piece) <= 3:
            prime = before.isalnum() and (after == "(" or before.isdigit())
            if is_open or (not starts and not prime and before.strip()):
                found[at] = "'" * (len(piece) - 2) + "”"
                is_open = False
            elif starts and len(piece) == 2:
                found[at] = "“"
                is_open = True
        elif piece == '"' and is_open and before.strip() and not after.isalnum():
            found[at] = "”"
            is_open = False
    return found

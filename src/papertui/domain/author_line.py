"""arXiv's author line, one string for all authors, taken apart (FACTS 1.5, checked there against arXiv's own parser).

Names come joined by commas, affiliations in parentheses after a name. arXiv itself makes one mistake that is repaired
here: it reads the nickname in `Tsui-Wei (Lily) Sample` as an affiliation, gives it to the authors before as well, and
makes an author of the surname.
"""

from __future__ import annotations

import re

from papertui.domain.gate import MAX_LINE, one_line

ET_AL = "et al."
"""The entry that stands for authors left out; what writes BibTeX turns it into `others`."""

_LONGEST = 400_000
"""Characters of a line: 395 authors with affiliations have about 50,000."""

_SUFFIXES = frozenset({"Jr", "Jr.", "jr", "jr.", "JR", "JR.", "Sr", "Sr.", "sr", "sr.", "SR", "SR.", "II", "III", "IV"})
_REST_ENDINGS = ("al", "al.", "AL", "AL.", "others", "Others")
_REST = re.compile(r"(?:et\.? al\.?|and others)", re.IGNORECASE)
_REST_AT_END = re.compile(r"(.*\S)\s+(?:et\.? al\.?|and others)", re.IGNORECASE)
_CLOSES = {")": "(", "}": "{"}

_People = list[tuple[str, list[str]]]
"""Names with their affiliations."""


def parse_authors(creator: str) -> tuple[tuple[str, str], ...]:
    """Pairs of name and affiliation ("" where none is given, several joined by "; "), TeX kept.

    Nothing is lost: a parenthesis without its partner counts as an ordinary character, and a part without a name in
    front of its parentheses is taken as it stands. Authors left out ("et al.") are the last entry, `ET_AL`.
    """
    line = one_line(creator, _LONGEST)
    if "(" not in line and "{" not in line:  # nine lines in ten
        names = [name for part in line.split(",") if (name := part.strip())]
        if _SUFFIXES.isdisjoint(names) and names and not names[-1].endswith(_REST_ENDINGS):
            return tuple([(_capped(name), "") for name in names])
        people: _People = [(name, []) for name in names]
    else:
        people = [_person(part) for part in _split(line) if part]
    people = _with_rest(_with_nicknames(_with_suffixes(people)))
    return tuple((_capped(name), _capped("; ".join(groups))) for name, groups in people)


def _capped(text: str) -> str:
    return text if len(text) <= MAX_LINE else one_line(text)


def _partners(line: str) -> dict[int, int]:
    """Where each parenthesis and brace that has a partner is closed. TeX's `\\{` and `\\}` are no braces."""
    opened: list[int] = []
    unmatched = {"(": 0, "{": 0}
    partners: dict[int, int] = {}
    escaped = False
    for place, char in enumerate(line):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "({":
            opened.append(place)
            unmatched[char] += 1
        elif char in ")}" and unmatched[_CLOSES[char]]:  # else looking back for it would cost the whole line each time
            while line[opened[-1]] != _CLOSES[char]:
                unmatched[line[opened.pop()]] -= 1
            unmatched[_CLOSES[char]] -= 1
            partners[opened.pop()] = place
    return partners


def _split(line: str) -> list[str]:
    """Parts at commas outside parentheses and braces."""
    partners = _partners(line)
    parts: list[str] = []
    start = place = 0
    while place < len(line):
        if place in partners:
            place = partners[place]
        elif line[place] == ",":
            parts.append(line[start:place].strip())
            start = place + 1
        place += 1
    parts.append(line[start:].strip())
    return parts


def _person(part: str) -> tuple[str, list[str]]:
    """A name and the parentheses behind it. One in mid-name (`Tsui-Wei (Lily) Sample`) belongs to the name."""
    if not part.endswith(")"):
        return part, []
    partners = _partners(part)
    opens_at = {closed: opened for opened, closed in partners.items() if part[opened] == "("}
    groups: list[str] = []
    end = len(part)
    while end - 1 in opens_at:
        opened = opens_at[end - 1]
        groups.append(part[opened + 1 : end - 1].strip())
        end = opened
        while end > 0 and part[end - 1] == " ":
            end -= 1
    if end == 0:
        return part, []
    return part[:end], [group for group in reversed(groups) if group]


def _with_suffixes(people: _People) -> _People:
    """`Bach Example, Jr` is one author."""
    joined: _People = []
    for name, groups in people:
        if joined and name in _SUFFIXES:
            before, earlier = joined.pop()
            joined.append((f"{before}, {name}", [*earlier, *groups]))
        else:
            joined.append((name, groups))
    return joined


def _with_nicknames(people: _People) -> _People:
    """`Wei Example (Lily), Tsui-Wei (Lily), Sample` are Wei Example and Tsui-Wei (Lily) Sample."""
    repaired: _People = []
    place = 0
    while place < len(people):
        name, groups = people[place]
        follows = people[place + 1] if place + 1 < len(people) else None
        if follows is not None and not follows[1] and _is_one_word(name) and _is_one_word(follows[0]) and _is_nickname(groups):
            nickname = groups[0]
            for back in range(len(repaired) - 1, -1, -1):
                earlier, given = repaired[back]
                without = _without(nickname, given)
                if without == given:
                    break
                repaired[back] = (earlier, without)
            repaired.append((f"{name} ({nickname}) {follows[0]}", []))
            place += 2
        else:
            repaired.append((name, groups))
            place += 1
    return repaired


def _is_one_word(name: str) -> bool:
    return not any(char in name for char in " ,()") and not _REST.fullmatch(name)


def _is_nickname(groups: list[str]) -> bool:
    """One word, or two, of letters. Capitals only are an institute's (LORIA), and two authors of one word each are two."""
    if len(groups) != 1 or not re.fullmatch(r"[^\W\d_](?:[^\W\d_]|[.'’\\{}\"`^~-])*(?: [^\W\d_][\w.'’-]*)?", groups[0]):
        return False
    letters = [char for char in groups[0] if char.isalpha()]
    return len(letters) < 3 or not all(char.isupper() for char in letters)


def _without(nickname: str, groups: list[str]) -> list[str]:
    """Affiliations without the copied nickname, also where it was joined to real ones."""
    kept = (", ".join(item for item in map(str.strip, group.split(",")) if item != nickname) for group in groups)
    return [group for group in kept if group]


def _with_rest(people: _People) -> _People:
    """`A, B et al.` ends with the entry ET_AL, however it was written."""
    if not people:
        return []
    *before, (name, groups) = people
    if _REST.fullmatch(name):
        return [*before, (ET_AL, groups)]
    if match := _REST_AT_END.fullmatch(name):
        return [*before, (match[1], groups), (ET_AL, [])]
    return people

"""Author lines of a list: the feed's one string, split at every comma by whoever made the list.

FACTS 1.5 (arXiv's feeds): names are joined by `, `; affiliations stand in parentheses and hold commas; a nickname in
parentheses is read as an affiliation, copied to the authors before, and the surname becomes an author of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from papertui.domain.gate import one_line

_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}


def names_and_affiliations(authors: str | Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names without affiliations, and as many affiliations ("" where none), or none at all."""
    if isinstance(authors, str):
        parts = split_outside_parentheses(authors)
    elif any(_has_own_comma(name) for name in authors):
        parts = list(authors)  # `Surname, First`: these were never split
    else:
        parts = split_outside_parentheses(", ".join(authors))
    people: list[tuple[str, str]] = []
    for part in parts:
        name, affiliation = _parted(one_line(part))
        if not any(char.isalnum() for char in name):
            continue  # `StepFun, :, Bin Wang`: the colon after a collaboration
        if people and name.lower() in _SUFFIXES:
            before, first = people[-1]
            people[-1] = (f"{before}, {name}", first or affiliation)
        else:
            people.append((name, affiliation))
    people = _with_nicknames(people)
    affiliations = tuple(affiliation for _, affiliation in people)
    return tuple(name for name, _ in people), affiliations if any(affiliations) else ()


def split_outside_parentheses(line: str) -> list[str]:
    """Parts between commas that stand outside parentheses; with parentheses that never close, between all commas."""
    parts, start, depth = [], 0, 0
    for index, char in enumerate(line):
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif char == "," and not depth:
            parts.append(line[start:index])
            start = index + 1
    return [*parts, line[start:]] if not depth else line.split(",")


def _has_own_comma(name: str) -> bool:
    return "," in name and "(" not in name and ")" not in name


def _parted(author: str) -> tuple[str, str]:
    """`Ada Example (LAB A, LAB B)` as name and affiliation."""
    if not author.endswith(")"):
        return author, ""
    depth = 0
    for index in range(len(author) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(author[index], 0)
        if not depth:
            return author[:index].strip(), author[index + 1 : -1].strip()
    return author, ""


def _with_nicknames(people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`Wei Example (Lily), Tsui-Wei (Lily), Sample` as `Wei Example` and `Tsui-Wei (Lily) Sample`."""
    repaired: list[tuple[str, str]] = []
    since = 0
    index = 0
    while index < len(people):
        name, bracket = people[index]
        follower = people[index + 1] if index + 1 < len(people) else ("", "")
        if bracket and " " not in name and " " not in bracket and follower[0] and " " not in follower[0]:
            for earlier in range(since, len(repaired)):
                if repaired[earlier][1] == bracket:
                    repaired[earlier] = (repaired[earlier][0], "")
            repaired.append((f"{name} ({bracket}) {follower[0]}", follower[1]))
            since = len(repaired)
            index += 2
        else:
            repaired.append((name, bracket))
            index += 1
    return repaired

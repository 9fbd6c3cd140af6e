"""JSON as strangers write it: keys given twice, nesting without end, numbers that are none."""

from __future__ import annotations

import json
from collections.abc import Mapping

from papertui.lists.entries import NotAList, shown


class Repeating(dict[str, object]):
    """A JSON object in which keys stood twice: the first holds, the later pairs are in `repeated`."""

    repeated: list[tuple[str, object]]


def _first_wins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    found = Repeating()
    found.repeated = []
    for key, value in pairs:
        if key in found:
            found.repeated.append((key, value))
        else:
            found[key] = value
    return found


def repeated_keys(data: Mapping[str, object]) -> list[str]:
    """Keys that a JSON object had twice, in order."""
    return [key for key, _ in data.repeated] if isinstance(data, Repeating) else []


def parse_json(text: str, name: str) -> object:
    """One JSON value. ValueError where it is none; NotAList where its nesting has no end."""
    try:
        found: object = json.loads(text, object_pairs_hook=_first_wins)
    except RecursionError:
        raise NotAList(name, "JSON nested far too deeply for a scored list") from None
    return found


def described(data: object) -> str:
    """What a JSON value that is no scored list looks like instead."""
    if isinstance(data, Mapping):
        first = next(iter(data.values()), None)
        if isinstance(first, Mapping) and "arxiv_id" in first:
            return "a JSON object of papers without scores"
        return f"a JSON object without scored papers ({_keys(data)})"
    if not isinstance(data, list):
        return "a single JSON value, no scored list"
    if not data:
        return "an empty JSON array, no scored list"
    first = data[0]
    if isinstance(first, list):
        return "a JSON array of arrays, as a scoring tool's debug input, no scored list"
    if not isinstance(first, Mapping):
        return "a JSON array of plain values, no scored list"
    if str(first.get("source_id", "")).startswith("hf") or {"paper", "publishedAt"} <= first.keys():
        return "a JSON array of Hugging Face entries without scores"
    return f"a JSON array of objects that are no scored papers ({_keys(first)})"


def _keys(data: Mapping[str, object]) -> str:
    names = [shown(key, 20) for key in list(data)[:4]]
    return f"keys {', '.join(names)}{', …' if len(data) > 4 else ''}" if names else "no keys"

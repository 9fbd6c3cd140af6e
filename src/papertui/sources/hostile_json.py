"""JSON as a server may send it: bounded in depth and parts, without numbers that are none. Pure: bytes in, a value out."""

from __future__ import annotations

import json
import math

from papertui.sources.errors import SourceError

MOST_DEPTH = 50
"""Levels of nesting; Hugging Face's and clawRxiv's answers have fewer than ten."""

MOST_PARTS = 300_000
"""Opening brackets in a body, those in texts counted too: an empty array of two bytes takes a hundred in memory."""

MOST_DIGITS = 40
"""Digits of a whole number: no count, id or time has more, and longer ones cost more than they say."""


class _Refused(ValueError):
    """What a body has that no honest server sends."""


def read_json(body: bytes, where: str) -> object:
    """The JSON value that `body` holds, in UTF-8; of a key given twice the last holds. Texts have not passed the gate.

    Only None, bool, int, finite float, str, list and dict (with str keys) come out, at most MOST_DEPTH levels deep.
    `where` says in the line of a SourceError what was asked for: raised where the body is empty, no JSON (HTML, cut short),
    nested too deeply, or holds `NaN`, an infinite or an endless number.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{where}: the answer is no text in UTF-8", "try again later") from None
    start = text[:200].lstrip()
    if not start and not text.strip():
        raise SourceError(f"{where}: the answer is empty", "try again later")
    if start.startswith("<"):
        raise SourceError(f"{where}: a web page came instead of JSON", "try again later; check the address and the proxy")
    if body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise SourceError(f"{where}: the answer has more than {MOST_PARTS:,} parts, so it is not taken", "check the address")
    try:
        found: object = json.loads(text, parse_constant=_constant, parse_float=_decimal, parse_int=_whole)
    except RecursionError:
        raise _too_deep(where) from None
    except _Refused as error:
        raise SourceError(f"{where}: the answer holds {error}, so it is not taken", "try again later") from None
    except ValueError as error:
        raise SourceError(f"{where}: the answer is no whole JSON ({error})", "try again later") from None
    if _deeper_than(found, MOST_DEPTH):
        raise _too_deep(where)
    return found


def _too_deep(where: str) -> SourceError:
    return SourceError(f"{where}: the answer is nested more than {MOST_DEPTH} levels deep, so it is not taken", "check the address")


def _constant(name: str) -> object:
    raise _Refused(f"{name}, which is no JSON")


def _decimal(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise _Refused("an infinite number")
    return found


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise _Refused(f"a number of {len(text):,} digits")
    return int(text)


def _deeper_than(found: object, levels: int) -> bool:
    """Level by level, so that depth costs no stack."""
    layer = [found]
    for _ in range(levels + 1):
        layer = [part for each in layer if isinstance(each, (list, dict)) for part in (each.values() if isinstance(each, dict) else each)]
        if not layer:
            return False
    return True

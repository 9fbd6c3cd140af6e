"""What may come out: the closed grammar of a screen's bytes, and plain text everywhere else."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Set

_FORBIDDEN = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x061C, 0x061C), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0xFEFF, 0xFEFF), (0xD800, 0xDFFF), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""The contract's gate, written down a second time: controls, bidi, U+2028/9, zero width, tags, surrogates. Newline and tab are
looked at where they matter."""

_BAD = re.compile("[" + "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in _FORBIDDEN) + "]")

SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])",
)
"""One escape sequence of a terminal (ECMA-48 5.4 and 5.6, and xterm's OSC)."""

_PLACE = re.compile(rb"\x1b\[(\d{1,4});(\d{1,4})H")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
_SGR = re.compile(rb"\x1b\[([\d;]*)m")
_ATTRIBUTE = re.compile(rb"[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+")
_COLOURS = re.compile("\x1b\\[(?:0|1|2)m")


def shapes(raw: bytes) -> set[bytes]:
    """The sequences of a screen that showed harmless text only, as they are, and each attribute of theirs (`SGR 1`) by itself.

    Places and clipboard are told apart by form.
    """
    found = {match[0] for match in SEQUENCE.finditer(raw) if not _PLACE.fullmatch(match[0]) and not _CLIPBOARD.fullmatch(match[0])}
    return found | {part for sequence in found for part in _attributes(sequence)}


def _attributes(sequence: bytes) -> set[bytes]:
    """The attributes that an SGR sets, each as `SGR …`: the same may come in other company."""
    match = _SGR.fullmatch(sequence)
    return {b"SGR " + part for part in _ATTRIBUTE.findall(match[1])} if match else set()


def on_screen(raw: bytes, allowed: Set[bytes], rows: int, columns: int) -> Iterator[str]:
    """What is wrong with the bytes of a reader: a sequence that it does not write by itself, or a character that acts."""
    for found in SEQUENCE.finditer(raw):
        sequence = found[0]
        if place := _PLACE.fullmatch(sequence):
            if int(place[1]) > rows or int(place[2]) > columns:
                yield f"moves the cursor off the screen: {sequence!r}"
        elif board := _CLIPBOARD.fullmatch(sequence):
            yield from on_clipboard(board[1])
        elif sequence not in allowed and not (_SGR.fullmatch(sequence) and _attributes(sequence) <= allowed):
            yield f"a sequence that harmless text never caused: {sequence[:80]!r}"
    rest = SEQUENCE.sub(b"", raw)
    try:
        text = rest.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"no UTF-8: {rest[max(error.start - 20, 0) : error.start + 20]!r}"
        text = rest.decode("utf-8", "replace")
    yield from in_text(text.replace("\r", ""), "screen")


def on_clipboard(payload: bytes) -> Iterator[str]:
    """What is wrong with an OSC 52: it holds an entry or an address of ours, after the gate."""
    try:
        text = base64.b64decode(payload, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        yield f"a clipboard that is no base64 of UTF-8: {error}"
        return
    if not text.startswith(("@misc{", "https://arxiv.org/", "https://www.clawrxiv.io/")):
        yield f"a clipboard that is neither entry nor address: {text[:60]!r}"
    yield from in_text(text, "clipboard")


def in_text(text: str, where: str, *, colours: bool = False) -> Iterator[str]:
    """What is wrong with text that may reach a terminal; `colours`: SGR 0, 1 and 2 may stand in it."""
    if colours:
        text = _COLOURS.sub("", text)
    for found in _BAD.finditer(text):
        yield f"{where}: U+{ord(found[0]):04X} in {text[max(found.start() - 30, 0) : found.start() + 30]!r}"
        return  # one a text is enough to be found


def in_json(text: str, where: str) -> Iterator[str]:
    """What is wrong with JSON or JSON lines: it must parse, and every string in it have passed the gate."""
    try:
        values = [json.loads(text)] if text.startswith("[") else [json.loads(line) for line in text.split("\n") if line]
    except ValueError as error:
        yield f"{where}: no JSON: {error}"
        return
    yield from (problem for value in values for problem in _strings(value, where))


def _strings(value: object, where: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from in_text(value, where)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _strings(key, where)
            yield from _strings(part, f"{where}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, where)


def in_lines(text: str, where: str, columns: int) -> Iterator[str]:
    """What is wrong with TSV: each line has as many cells."""
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if line.count("\t") != columns - 1:
            yield f"{where}: line {number} has {line.count(chr(9)) + 1} cells: {line[:80]!r}"


def in_errors(text: str, code: int, where: str) -> Iterator[str]:
    """What is wrong with stderr: no traceback, nothing that acts; a refusal is one line that begins with our name."""
    if "Traceback" in text:
        yield f"{where}: a traceback: {text.strip().splitlines()[-1][:200]}"
        return
    yield from in_text(text.replace("\t", " "), f"{where}: stderr")
    lines = [line for line in text.split("\n") if line]
    if code in (1, 2) and not lines:
        yield f"{where}: exit {code} without a word"
    for line in lines:
        if len(line) > 5_000:
            yield f"{where}: an error line of {len(line)} characters"

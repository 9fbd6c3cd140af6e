"""Text as a value of a BibTeX field.

arXiv's titles and names are TeX already (FACTS 12.2), so a value is repaired rather than translated: what would stop
`bibtex` or LaTeX is escaped, what is escaped stays, and no character is ever dropped or replaced by a question mark.
Commands that would act on whoever compiles it (`\\input`, see latex_acts.py) become visible text.
BibTeX counts every brace, LaTeX only those without a backslash; a value is balanced for both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from papertui.export.latex_acts import acts
from papertui.export.latex_symbols import ACCENTS, LETTERS, LOWERED, MATH, RAISED, TEXT, compatible, letter_form, math_form

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[${}]|[^\\${}]+|\\", re.DOTALL)
_KNOWN_ESCAPE = frozenset("\\'`^\"~=.%&#_${} ,;:!-/@|()[]<>+*")
_VERBATIM = re.compile(r"\\(?:url|href|cite[a-z]*|ref|label)\s*\{")
_SCRIPT_RUN = re.compile(f"[{re.escape(''.join(RAISED))}]+|[{re.escape(''.join(LOWERED))}]+")
_TEXT_ESCAPES = {"%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_", "^": "{\\textasciicircum}"}
_TO_ESCAPE = re.compile(r"[%&#_^]")
_SPECIAL = re.compile(r"[\\${}%&#_^~]")
_VISIBLE = {"{": "{\\textbraceleft}", "}": "{\\textbraceright}"}
_VISIBLE_MATH = {"{": "\\lbrace", "}": "\\rbrace"}
_TILDE_BEFORE_NUMBER = re.compile(r"(?<!\S)~(?=[0-9])")
_CARETS = re.compile(r"\^(?=\^)")
"""Two carets spell a character by its number, a backslash as well (TeXbook, chapter 8)."""
_COMMAND_NAME = re.compile(r"\\([A-Za-z]+)")
_COMMAND_END = re.compile(r"\\[A-Za-z]+\Z")

_ACCENT_OF = {command: mark for mark, command in ACCENTS.items()}
_LETTER_OF = {name: char for char, name in LETTERS.items()}
_LETTER_COMMAND = re.compile(r"\\(" + "|".join(sorted(_LETTER_OF, key=len, reverse=True)) + r")(?![A-Za-z])(?:\{\}| +(?=[^\W\d_]))?")
_ACCENT_COMMAND = re.compile(r"\\(?:([`'^\"~=.])|([uvHcdbkr])(?![A-Za-z]))\s*(?:\{([^\W\d_][\u0300-\u036f]*)\}|([^\W\d_]))")
_LONE_GROUP = re.compile(r"\{([^\W\d_][\u0300-\u036f]*)\}")


def decode_accents(text: str) -> str:
    """TeX's accents and letters as Unicode: `M\\"uller`, `Mart{\\'\\i}`, `Micha{\\l}`; everything else stays as it is."""
    if "\\" not in text:
        return text
    text = _LETTER_COMMAND.sub(lambda match: _LETTER_OF[match[1]], text)
    before = ""
    while before != text:  # `\'{\^e}` is undone from the inside
        before = text
        text = _ACCENT_COMMAND.sub(_accented, text)
        text = _LONE_GROUP.sub(lambda match: match[1] if not match[1].isascii() else match[0], text)
    return text


def _accented(match: re.Match[str]) -> str:
    letter = match[3] or match[4]
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    return unicodedata.normalize("NFC", letter + _ACCENT_OF[match[1] or match[2]])


def value(text: str, *, ascii: bool = True) -> str:
    """One line that stands between the braces of a BibTeX field: balanced, `% & # _ ^` and stray `$` escaped, never twice.

    With `ascii` letters with accents, Greek, quotes, dashes and mathematical signs become TeX; anything TeX has no form for
    (Chinese, Cyrillic, emoji) is kept as UTF-8. Without it all Unicode is kept. Applied to its own result it changes nothing.
    """
    text = " ".join(unicodedata.normalize("NFC", text).replace("\0", "").split())
    if text.isascii() and not _SPECIAL.search(text):
        return text
    text = _TILDE_BEFORE_NUMBER.sub(r"{\\textasciitilde}", text)
    out: list[str] = []
    for lexeme, in_math in _repaired(text):
        piece = lexeme
        if lexeme[0] not in "\\${}" and not lexeme.startswith("\0"):
            piece = _math_run(lexeme, ascii) if in_math else _text_run(lexeme, ascii)
        piece = piece.removeprefix("\0")
        if piece[:1].isalpha() and piece[0].isascii() and out and _COMMAND_END.search(out[-1]) and (lexeme[0] != piece[0]):
            piece = f" {piece}"  # a letter that was no ASCII letter before must not lengthen the command it follows
        out.append(piece)
    return _CARETS.sub("^{}", "".join(out))


def _repaired(text: str) -> Iterator[tuple[str, bool]]:
    """The tokens of `text` with stray braces, dollars and backslashes made visible, each with whether it is in math.

    A token that begins with NUL is finished and is not to be escaped again.
    """
    tokens: list[str] = []
    start = 0
    for match in _VERBATIM.finditer(text):
        end = _group_end(text, match.end() - 1)
        if match.start() < start or end is None or not _is_plain_address(text[match.end() : end]):
            continue
        tokens += _TOKEN.findall(text[start : match.start()])
        tokens.append("\0" + text[match.start() : end])
        start = end
    tokens += _TOKEN.findall(text[start:])
    stray = _stray_braces(tokens)
    math = _math_spans(tokens)
    for index, lexeme in enumerate(tokens):
        in_math = bool(math[index])
        if index in stray:
            brace = lexeme[-1]
            yield ("\0" + (_VISIBLE_MATH[brace] + "{}" if in_math else _VISIBLE[brace])), in_math
        elif lexeme == "$" and math[index] is None:
            yield "\\$", False
        elif lexeme in ("\\(", "\\)", "\\[", "\\]") and math[index] is None:
            yield lexeme[1], False
        elif lexeme[0] == "\\" and (len(lexeme) == 1 or not _is_command(lexeme[1])):
            yield "\0{\\textbackslash}", False
            if len(lexeme) > 1:
                yield lexeme[1:], in_math
        elif lexeme[0] == "\\" and acts(lexeme[1:], "".join(tokens[index + 1 : index + 4])):
            yield ("\0\\backslash{}" if in_math else "\0{\\textbackslash}"), in_math
            yield lexeme[1:], in_math
        else:
            yield lexeme, in_math


def _is_plain_address(content: str) -> bool:
    """Whether what stands in braces as it is (an address, a key) holds nothing that acts."""
    return "^^" not in content and not any(map(acts, _COMMAND_NAME.findall(content)))


def _is_command(char: str) -> bool:
    return char in _KNOWN_ESCAPE or (char.isascii() and char.isalpha())


def _group_end(text: str, opening: int) -> int | None:
    depth = 0
    for index in range(opening, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if not depth:
                return index + 1
    return None


def _stray_braces(tokens: list[str]) -> set[int]:
    """Places of braces without a partner: written ones and escaped ones apart, so that both kinds nest."""
    stray: set[int] = set()
    for opening, closing in (("{", "}"), ("\\{", "\\}")):
        waiting: list[int] = []
        for index, lexeme in enumerate(tokens):
            if lexeme == opening:
                waiting.append(index)
            elif lexeme == closing:
                if waiting:
                    waiting.pop()
                else:
                    stray.add(index)
        stray.update(waiting)
    return stray


def _math_spans(tokens: list[str]) -> list[bool | None]:
    """For each lexeme whether it is in math (its delimiters included); None marks a delimiter without a partner.

    `$5 and $10` is money: a dollar before a digit whose partner follows a blank and stands before a digit.
    """
    spans: list[bool | None] = [False] * len(tokens)
    index = 0
    while index < len(tokens):
        lexeme = tokens[index]
        closing = {"$": "$", "\\(": "\\)", "\\[": "\\]"}.get(lexeme)
        if closing is None:
            if lexeme in ("\\)", "\\]"):
                spans[index] = None
            index += 1
            continue
        display = lexeme == "$" and tokens[index + 1 : index + 2] == ["$"]
        end = _display_end(tokens, index + 2) if display else _find(tokens, closing, index + 1)
        if end is None or (lexeme == "$" and not display and _is_money(tokens, index, end)):
            spans[index] = None
            index += 1
            continue
        spans[index : end + 1] = [True] * (end + 1 - index)
        index = end + 1
    return spans


def _find(tokens: list[str], wanted: str, start: int) -> int | None:
    try:
        return tokens.index(wanted, start)
    except ValueError:
        return None


def _display_end(tokens: list[str], start: int) -> int | None:
    """The second dollar of the `$$` that ends a displayed formula."""
    return next((index + 1 for index in range(start, len(tokens) - 1) if tokens[index] == tokens[index + 1] == "$"), None)


def _is_money(tokens: list[str], opening: int, closing: int) -> bool:
    after = tokens[closing + 1] if closing + 1 < len(tokens) else ""
    return tokens[opening + 1][:1].isdigit() and after[:1].isdigit() and tokens[closing - 1][-1:] == " "


def _text_run(run: str, ascii: bool) -> str:
    if not ascii or run.isascii():
        return _TO_ESCAPE.sub(lambda match: _TEXT_ESCAPES[match[0]], run)
    out: list[str] = []
    math: list[str] = []
    for piece in _characters(run):
        form = None if piece.isascii() else _script(piece) if piece[0] in RAISED or piece[0] in LOWERED else math_form(piece)
        if form is not None:
            math.append(form)
            continue
        if math:
            out.append(f"${_joined(math)}$")
            math = []
        out.append(_text_character(piece))
    if math:
        out.append(f"${_joined(math)}$")
    return "".join(out)


def _characters(run: str) -> Iterator[str]:
    """The characters of `run`, neighbouring superscripts (or subscripts) as one."""
    start = 0
    for match in _SCRIPT_RUN.finditer(run):
        yield from run[start : match.start()]
        yield match[0]
        start = match.end()
    yield from run[start:]


def _script(piece: str) -> str:
    sign, table = ("^", RAISED) if piece[0] in RAISED else ("_", LOWERED)
    inner = "".join(table[char] for char in piece)
    return f"{sign}{inner}" if len(inner) == 1 else f"{sign}{{{inner}}}"


def _joined(forms: list[str]) -> str:
    """Forms side by side in math, a blank only where a command would swallow the next letter."""
    out = forms[0]
    for form in forms[1:]:
        out += f" {form}" if _COMMAND_END.search(out) and form[0].isalpha() else form
    return out


def _text_character(char: str) -> str:
    if char.isascii():
        return _TEXT_ESCAPES.get(char, char)
    if char in TEXT:
        return TEXT[char]
    form = letter_form(char)
    if form is not None:
        return form
    plain = compatible(char)
    if plain is None:
        return char
    return "".join(_VISIBLE.get(c) or _TEXT_ESCAPES.get(c) or {"\\": "{\\textbackslash}", "$": "\\$"}.get(c, c) for c in plain)


def _math_run(run: str, ascii: bool) -> str:
    """Inside math only `%` and `#` need help (a comment and a parameter even there) and Unicode its commands."""
    run = re.sub(r"[%#]", r"\\\g<0>", run)
    if not ascii or run.isascii():
        return run
    forms = [_math_character(piece) for piece in _characters(run)]
    return _joined(forms)


def _math_character(piece: str) -> str:
    if piece[0] in RAISED or piece[0] in LOWERED:
        return _script(piece)
    if piece.isascii():
        return piece
    form = MATH.get(piece) or math_form(piece)
    if form is not None:
        return form
    if piece in "–—‐‑":
        return "-"
    form = letter_form(piece)
    return f"\\mbox{{{form}}}" if form is not None else piece

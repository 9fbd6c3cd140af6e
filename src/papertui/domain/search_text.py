"""What the full-text index holds beside a paper's display text, and how a reader's words become a query.

The index's tokenizer is SQLite's `unicode61 remove_diacritics 2` (letters, digits and private marks make a word; case and
combining accents go). It does not stem: stemming breaks a search at every key ("optimiz" would find nothing, since
"optimization" is stored as "optim"). Plurals are met by the query instead. What the tokenizer cannot fold (ł, ø, ß, subscripts,
letters of mathematics, words of scripts that write no blanks) goes into an extra column, with the TeX source where it differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.domain.fold import fold

LONGEST = 1_000
"""Characters of a query: a phrase of a hundred thousand takes SQLite minutes."""

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"\w[\w'’-]*", re.UNICODE)
_ALNUM = re.compile(r"[^\W_]", re.UNICODE)


def extra_words(display: str) -> str:
    """Forms of the words of a display text that the tokenizer would not find: folded letters, single CJK characters."""
    if display.isascii():
        return ""
    found: dict[str, None] = {}
    for word in display.split():
        if word.isascii():
            continue
        folded = fold(word)
        if folded != word.lower():
            found[folded] = None
    runs = " ".join(" ".join(run) for run in _CJK.findall(display))
    return " ".join([*found, runs]).strip()


def extra_text(sources: Iterable[str], displays: Iterable[str]) -> str:
    """The extra column: each source text that differs from its display form, and what `extra_words` finds."""
    sources, displays = list(sources), list(displays)
    different = [source for source, display in zip(sources, displays, strict=True) if source != display]
    words = [found for display in displays if (found := extra_words(display))]
    return "\n".join(different + words)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _inflected(word: str) -> list[str]:
    """The word with its plain English plural or singular: the index does not stem."""
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return [word]
    forms = [word]
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    elif word.endswith(("sses", "xes", "ches", "shes", "zes")):
        forms.append(word[:-2])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        forms.append(word[:-1])
    elif word.endswith("y") and word[-2] not in "aeiou":
        forms += [word[:-1] + "ies"]
    else:
        forms += [word + "s", *([word + "es"] if word.endswith(("s", "x", "ch", "sh", "z")) else [])]
    return forms


def _variants(word: str) -> list[str]:
    """What a word may have been written as: as typed, with TeX turned into Unicode, folded, CJK by the character."""
    forms = {word: None}
    if not word.isalnum():
        from papertui.domain.tex import to_unicode  # its tables are not needed to look things up in plain words

        forms[to_unicode(word)] = None
    forms |= {fold(form): None for form in list(forms)}
    forms |= {_CJK.sub(lambda run: f" {' '.join(run[0])} ", form).strip(): None for form in list(forms)}
    return [form for form in forms if _ALNUM.search(form)]


def match_expression(words: str) -> str | None:
    """A reader's words as an FTS5 query: all must occur, quoted ones as a phrase, the last unquoted one as a prefix unless a blank
    (and perhaps a letter of the next word) stands behind it.

    None where nothing can be searched for. Never a syntax error, whatever is typed; what is longer than LONGEST is cut.
    """
    words = words[:LONGEST].replace("\x00", " ")
    parts = [(phrase, True) if phrase else (word, False) for phrase, word in re.findall(r'"([^"]+)"|([^\s"]+)', words)]
    parts = [(text, phrase) for text, phrase in parts if _ALNUM.search(text)]
    unfinished = not words.endswith(" ")
    if len(parts) > 1 and not parts[-1][1] and len(parts[-1][0]) < 2:
        parts.pop()  # a one-letter prefix has no index: half a second in a library of a million
        unfinished = False
    groups = []
    for number, (text, phrase) in enumerate(parts):
        last = number == len(parts) - 1 and not phrase and unfinished
        terms: dict[str, None] = {}
        for form in _variants(text):
            if last and len(form) > 1:
                terms |= {_quoted(stem) + "*": None for stem in {form, _inflected(form)[-1] if form.endswith("s") else form}}
            else:
                terms |= {_quoted(inflected): None for inflected in ([form] if phrase else _inflected(form))}
        if terms:
            groups.append("(" + " OR ".join(terms) + ")")
    return " AND ".join(groups) or None

r"""TeX as authors type it in titles, abstracts and names, turned into Unicode for a terminal.

A reader's eye is the judge: `$\mathcal{O}(\sqrt{N})$` becomes `O(√N)`, `Kova\v{c}evi\'c` becomes `Kovačević`, and what is not
TeX (money, command-line flags, percentages, `ITQ3_S`) stays as it is. No string raises, and no word is lost.
"""

from __future__ import annotations

from papertui.domain.tex_line import Mode
from papertui.domain.tex_reader import Reader
from papertui.domain.tex_table import COMMANDS
from papertui.domain.tex_tokens import cut

_SPECIAL = ("\\", "$", "{", "}", "~", "^", "--", "``", "''")


def _may_hold_tex(text: str) -> bool:
    return any(sign in text for sign in _SPECIAL)


def to_unicode(text: str) -> str:
    """`text` with its TeX as Unicode: titles, abstracts (paragraphs stay apart), names.

    Text without TeX comes back as it is. Letters outside the Basic Multilingual Plane and control characters are never made.
    """
    if not _may_hold_tex(text):
        return text
    tokens = cut(text)
    shown = Reader(tokens, COMMANDS).render(len(tokens.parts), Mode.TEXT)
    if shown[:1] == " " and text[0] != " ":
        shown = shown.lstrip(" ")
    return shown.rstrip(" ") if shown[-1:] == " " and text[-1] != " " else shown


def has_tex(text: str) -> bool:
    """Whether `to_unicode` shows `text` in another form."""
    return _may_hold_tex(text) and to_unicode(text) != text

"""What TeX's commands of mathematics write, one function per kind of command."""

from __future__ import annotations

import re

from papertui.domain.tex_line import Line, Mode, quotient, radical
from papertui.domain.tex_reader import Reader
from papertui.domain.tex_symbols import BLACKBOARD, LETTERS, SIGNS, accented
from papertui.domain.tex_symbols import script as script_of

_MODES = {"text": Mode.TEXT, "code": Mode.CODE}
_DIMENSION = re.compile(r"\s*-?\d*\.?\d+\s*[a-z]{2}")


def symbol(reader: Reader, line: Line, sign: str) -> None:
    """An ordinary symbol."""
    line.symbol(sign)


def letter(reader: Reader, line: Line, name: str) -> None:
    r"""A letter of a name, or a sign that stands close to what follows; in mathematics `\L` is the author's own."""
    if line.math and len(name) == 1 and name not in "ij":
        line.symbol(name)
    else:
        line.put(LETTERS.get(name) or SIGNS[name])
        line.eat()


def relation(reader: Reader, line: Line, sign: str) -> None:
    """A relation or an arrow."""
    line.relation(sign)


def binary(reader: Reader, line: Line, sign: str) -> None:
    """A binary operator."""
    line.binary(sign)


def operator(reader: Reader, line: Line, name: str) -> None:
    """An upright name or a big operator."""
    line.name(name)


def degrees(reader: Reader, line: Line, _: str) -> None:
    r"""`90{\deg}` is an angle, `\deg f` a polynomial's degree."""
    if line.math and line.mode is not Mode.SCRIPT and not line.last.isdigit():
        line.name("deg")
    else:
        line.symbol("°")


def font(reader: Reader, line: Line, mode: str) -> None:
    """A change of font: only the content shows."""
    wanted = line.math_mode if mode == "math" else _MODES.get(mode, line.mode)
    line.put(reader.argument(wanted) or "")


def blackboard(reader: Reader, line: Line, _: str) -> None:
    r"""`\mathbb`: ℝ and the others that Unicode has among its first letters."""
    content = reader.argument(line.math_mode) or ""
    line.put("".join(BLACKBOARD.get(char, char) for char in content) if len(content) <= 3 else content)


def operator_name(reader: Reader, line: Line, _: str) -> None:
    """A name of the author's own."""
    reader.skip("*")
    line.name((reader.argument(line.math_mode) or "").strip() or " ")


def sized(reader: Reader, line: Line, _: str) -> None:
    r"""`\left`, `\right` and sizes: the bracket follows, and `.` is none."""
    reader.skip(".")
    line.eat()


def dimension(reader: Reader, line: Line, _: str) -> None:
    """A blank of a given width: nothing."""
    reader.take(_DIMENSION)
    line.eat()


def angled(reader: Reader, line: Line, name: str) -> None:
    """A bracket of physicists: `⟨a, b⟩`."""
    contents: list[str] = []
    while reader.adjoins() and len(contents) < 2:
        contents.append((reader.argument(line.math_mode) or "").strip())
    line.put(f"⟨{', '.join(contents)}⟩" if contents else name)


def fraction(reader: Reader, line: Line, _: str) -> None:
    """`a/b`."""
    above = reader.argument(line.math_mode)
    below = reader.argument(line.math_mode) if above is not None else None
    if above is None:
        line.put("/")
        return
    whole = quotient(above, below or "")
    line.loose(whole, f"({whole})" if below else whole)


def root(reader: Reader, line: Line, _: str) -> None:
    """`√x`."""
    degree = (reader.option() or "").strip(" ${}\\")
    content = (reader.argument(line.math_mode) or "").strip()
    whole = radical(degree, content)
    line.loose(whole, whole if not content or whole.endswith(")") else f"{whole.removesuffix(content)}({content})", before=False)


def binomial(reader: Reader, line: Line, _: str) -> None:
    """`(n choose k)`."""
    above = (reader.argument(line.math_mode) or "").strip()
    below = (reader.argument(line.math_mode) or "").strip()
    line.put(f"({above} choose {below})")


def between(reader: Reader, line: Line, name: str) -> None:
    r"""`{a \over b}`: what stands before it in the group is one side, the rest the other."""
    if not line.math:
        line.put(name)
        return
    above = line.take().strip()
    below = reader.render(reader.end, line.mode).strip() if reader.can_enter() else ""
    if name == "over":
        line.put(quotient(above, below))
    else:
        line.put(f"({above} choose {below})" if below else above)


def over(reader: Reader, line: Line, raised: str) -> None:
    """One thing set over or under another: the smaller one becomes a script."""
    small = reader.argument(Mode.SCRIPT) or ""
    whole = (reader.argument(line.math_mode) or "").strip()
    piece = whole + script_of(small, raised=bool(raised))
    if len(whole) == 1 and not whole.isalnum():
        line.relation(piece)
    elif piece:
        line.put(piece)


def long_arrow(reader: Reader, line: Line, sign: str) -> None:
    """An arrow with something over and under it."""
    under = reader.option() or ""
    line.relation(sign + script_of(under.strip(" \\"), raised=False) + script_of(reader.argument(Mode.SCRIPT) or "", raised=True))


def negation(reader: Reader, line: Line, _: str) -> None:
    """A relation struck through."""
    sign = (reader.argument(Mode.SCRIPT) or "").strip()
    if sign:
        line.relation(accented(sign, "\u0338"))


def modulus(reader: Reader, line: Line, _: str) -> None:
    """`(mod n)`."""
    line.part()
    line.put(f"(mod {(reader.argument(line.math_mode) or '').strip()})")

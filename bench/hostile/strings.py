"""Hostile strings, made from a seed: what terminals, markup, TeX, BibTeX, shells, databases and parsers stumble over."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

CANARY = "hostile-canary"
"""What commands hidden in the strings would make, in the working folder or at the end of an absolute path."""

MARK = "zq"
"""Begins the word that half of the strings carry, so that it can be seen where they came out."""

Rng = random.Random

_C0 = [chr(code) for code in (*range(0x20), 0x7F)]
_C1 = [chr(code) for code in range(0x80, 0xA0)]
_BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = list("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f\u115f\u3164\uffa0\u206a\u206f\u17b4\U0001d173\U0001bca0")
_LINES = list("\u2028\u2029\x85\x0b\x0c\r\n")
_ODD = list("\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff\ue000\uf8ff\U000f0000\ufff9\ufffa\ufffb\ufffc\ufffd\u2800\u00a0\u3000\u2007")
_SURROGATES = ["\ud800", "\udc00", "\udfff", "\udc80", "\ud83d", "\udcff"]
_INTRODUCERS = ("\x1b[", "\x9b", "\x1b]", "\x9d", "\x1bP", "\x90", "\x1b_", "\x9f", "\x1b^", "\x9e", "\x1bX", "\x98")
_ENDS = ("\x07", "\x1b\\", "\x9c", "")

_SEQUENCES = (
    "[7777;7777H", "[38;5;199m", "[7;31;47;6m", "[2J", "[3J", "[?1049l", "[?1049h", "[?25h", "[6n", "[c", "[21t", "[20t", "[5i", "[4i", "[!p", "[?2004h",
    "[?1003h", "[>4;2m", "[200~", "[201~", "c", "7", "8", "(0", "#8", "n", "[1;1r", "[?6h", "]0;PWN", "]1;PWN", "]2;PWN", "]4;0;#ff0000",
        "]8;;http://pwn.example",
    "]9;PWN", "]10;?", "]11;?", "]52;c;UFdO", "]52;p;?", "]777;notify;PWN;PWN", "]1337;File=name=UFdO:UFdO", "]133;A", "]633;E;touch", "P+q544e",
    "P$qm", "P1$r",
    "_Gf=100;UFdO", "^PWN", "XPWN", "[?2026h", "[>1u", "[<u", "[?1;2c", "[8;1;1t",
)  # fmt: skip

_MARKUP = (
    "[red]", "[/]", "[/red]", "[@click=app.quit]x[/]", "[@click='app.bell']x", "[link=http://pwn.example]x[/link]", "[bold", "[$accent]", "\\[", "[[",
        "]]", "[on red]",
    "[b][i][u]", "[/bold]", ":smiley:", "{}", "{0}", "{x!r:>{y}}", "{{", "}}", "%s", "%(x)s", "%n%n%n", "$HOME", "${HOME}", "{self.__class__}",
    "{path}", "{url}", "`x`",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "&#27;[31m", "&#x1b;]0;PWN&#7;", "&amp;#27;", "]]>", "<![CDATA[", "<!--",
    "-->", "<!DOCTYPE x>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&xxe;", "<?xml?>", "</item></channel>", "</title><title>", "<b>", "\\u001b[31m", "\\x1b[31m",
    "\\033[31m", "\\e[31m",
)  # fmt: skip

_TEX = (
    "\\input{/etc/passwd}", "\\input /etc/passwd ", "\\include{/etc/passwd}", "\\immediate\\write18{touch @}", "\\write18{touch @}",
    "\\newwrite\\f\\openout\\f=@",
    "\\immediate\\openout5=@ \\immediate\\write5{x}\\immediate\\closeout5", "\\def\\x{\\x\\x}\\x", "\\def\\item{}", "\\catcode`\\%=0",
    "\\catcode92=12", "\\loop\\iftrue\\repeat",
    "\\csname input\\endcsname{/etc/passwd}", "\\expandafter\\input\\expandafter{x}", "$^^5cinput{/etc/passwd}$", "\\^^69nput{/etc/passwd}",
    "^^5cinput /etc/passwd ", "\\end{document}",
    "\\begin{filecontents}{@}x\\end{filecontents}", "\\iffalse", "\\fi", "\\newcommand{\\a}{\\a\\a}\\a",
    "\\newcommand{\\b}{" + "x" * 110 + "}" + "\\b" * 300, "\\directlua{os.execute('touch @')}",
    "\\special{x}", "\\includegraphics{/etc/passwd}", "\\lstinputlisting{/etc/passwd}", "\\url{\\input{/etc/passwd}}", "\\href{run:touch}{x}",
    "\\verb|x", "\\usepackage{shellesc}",
    "{" * 40, "}" * 40, "{" * 300 + "x" + "}" * 300, "$" * 7, "$x", "\\(", "\\]", "$$a", "\\frac", "\\frac{", "\\sqrt[", "\\left(", "\\begin{matrix}",
        "\\end{a}", "\\\\", "\\", "_", "^", "#", "#1",
    "%", "&", "~", "\\char27", "\\char'33", "\\unicode{x202e}", "\\unicode{27}", "\\symbol{27}", "\\'", "\\\"", "\\c", "\\H{", "\\textbf{",
    "\\makeatletter\\@@input /etc/passwd ",
)  # fmt: skip

_BIB = (
    "}", "{", "},", "}\n}\n@article{pwn,title={x}}", "\n@article{pwn, title={y}}\n", "@comment{", "@string{x=", "@preamble{\"\\input{/etc/passwd}\"}",
    "\"", "\" # x # \"", "=", ",", "@", "\\}", "\\{",
    " and ", "and others", ", , , ,", "and and", "others", "{\\", "\\,", "#", "@misc{a}", "x, y, z, w", "Jr", "A and B, C",
)  # fmt: skip

_COMMANDS = (
    "; touch @", "$(touch @)", "`touch @`", "| touch @", "&& touch @", "\n touch @ \n", "' ; touch @ '", "\" ; touch @ \"", "-o@", "--output=@",
    "> @", "%0atouch @", "!touch @", "-e touch @",
    "'; DROP TABLE papers; --", "\" OR 1=1 --", "x') UNION SELECT 1 --", "ATTACH DATABASE '@' AS x", "NEAR(a b)", "NEAR(", "a*", "^a", "a:b", "\"",
    "\"\"", "\"a", "a AND", "OR", "NOT a", "title:", "(", ")",
    "{a b}:", "+", "- a", "*", "=cmd|'/C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1", "=HYPERLINK(\"http://pwn.example\")", "\t=1+1",
    "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x",
    "-option", "--help", "http://127.0.0.1:9/\r\nX-Pwn: 1", "http://[", "http://a:b@c:99999/", "//pwn.example/x", "http://\u202e.example",
    "ssh://-oProxyCommand=touch", "mailto:x",
)  # fmt: skip

_PATHS = (
    "../../@", "../" * 12 + "tmp/@", "/etc/passwd", "~", "~root", "~/@", "C:\\@", "\\\\host\\share", "NUL", "CON", "/dev/tty", "/dev/stdin", ".",
    "..", "", " ", "a/../../../@", "arxiv:../../@",
    "arxiv:2511.01033/../@", "arXiv:2511.01033v1; touch @", "oai:arXiv.org:../@", "https://arxiv.org/abs/../../@", "%2e%2e%2f@", "..%5c@", "@\0.md",
    "aux", "a\nb", ".bashrc", "-rf",
)  # fmt: skip

_JSON = (
    "NaN",
    "1e999",
    "-0",
    "9" * 5000,
    "[" * 3000,
    '{"a":' * 300,
    "null",
    "true",
    "\\ud800",
    "\\u0000",
    '"',
    "\\",
    "1e-999",
    "0x10",
    "Infinity",
)

_SCRIPTS = (
    "深度学习", "注意力機制のすべて", "기계 학습", "مرحبا بالعالم", "שלום עולם", "नमस्ते क्\u200dष", "می\u200cخواهم", "👩\u200d👩\u200d👧\u200d👦",
    "🏳️\u200d🌈", "👍🏽",
    "🇩🇪", "ｆｕｌｌ", "раураl", "аrхіv", "ﬁ", "Ⅷ", "½",
    "e" + "\u0301" * 60, "Z" + "\u0323\u0351\u0489" * 40, "\u0301", "ß ſ İ ı", "\u1112\u1161\u11ab", "漢\ufe00字\ufe0f", "x\ufe0f\ufe0e\ufe00",
    "\u200dx\u200d", "\u200c" * 30, "️", "𝒳𝕏", "⁢⁣",
)  # fmt: skip


def _any(rng: Rng, choices: tuple[str, ...] | list[str], most: int = 1) -> str:
    return "".join(rng.choice(choices) for _ in range(rng.randint(1, most)))


def _sequence(rng: Rng) -> str:
    body = rng.choice(_SEQUENCES)
    introduced = (
        rng.choice(_INTRODUCERS) + "".join(rng.choice("0123456789;?PWN=") for _ in range(rng.randint(1, 8))) + rng.choice("mHJhlu~t")
    )
    form = rng.choice(("\x1b" + body, chr(0x40 + ord(body[0])) + body[1:] if body[0] in "[]P_^X" else "\x1b" + body, introduced))
    return form + rng.choice(_ENDS)


def _sprinkled(rng: Rng) -> str:
    noise = [*_C0, *_C1, *_BIDI, *_INVISIBLE, *_LINES, *_ODD, *_SURROGATES]
    return "".join(word + rng.choice(noise) * rng.randint(1, 3) for word in ("First", " Author", " writes", " of", " things"))


def _tags(rng: Rng) -> str:
    return "".join(chr(0xE0000 + ord(char)) for char in "touch x") + chr(rng.randint(0xE0100, 0xE01EF))


def _utf8_c1(rng: Rng) -> str:
    """What a careless decoder makes of UTF-8's bytes."""
    return rng.choice(("â\x80®", "Â\x9b31m", "\udc9b31m", "\udcff", "Ã\x9d0;PWN\x07"))


def _long(rng: Rng) -> str:
    return rng.choice(
        ("x", " ", "\n", "{", "\\", "$", "(", "[", "é", "漢", "\u0301", "a,", "a(b),", "\\'", "👨\u200d", "\x1b[1m", "\u202e", " \n")
    ) * rng.randint(500, 20_000)


FAMILIES: dict[str, Callable[[Rng], str]] = {
    "controls": lambda rng: _any(rng, _C0 + _C1, 6),
    "sequence": _sequence,
    "sprinkled": _sprinkled,
    "bidi": lambda rng: f"gnp{_any(rng, _BIDI, 3)}exe.txt",
    "invisible": lambda rng: f"a{_any(rng, _INVISIBLE, 4)}b{_any(rng, _LINES, 2)}c",
    "odd": lambda rng: f"a{_any(rng, _ODD, 4)}b",
    "surrogates": lambda rng: f"a{_any(rng, _SURROGATES, 3)}b",
    "tags": lambda rng: f"a{_tags(rng)}b",
    "decoded": _utf8_c1,
    "markup": lambda rng: _any(rng, _MARKUP, 3),
    "tex": lambda rng: _any(rng, _TEX, 3),
    "bibtex": lambda rng: _any(rng, _BIB, 3),
    "commands": lambda rng: _any(rng, _COMMANDS, 2),
    "paths": lambda rng: _any(rng, _PATHS),
    "json": lambda rng: _any(rng, _JSON),
    "scripts": lambda rng: _any(rng, _SCRIPTS, 2),
    "long": _long,
    "random": lambda rng: "".join(chr(rng.choice((rng.randrange(0x300), rng.randrange(0x3000), rng.randrange(0x110000)))) for _ in range(rng.randint(1, 30))),
}  # fmt: skip
"""Kinds of hostile strings; each makes one."""

_WEIGHTS = [1 if name in ("long", "json") else 8 if name in ("sequence", "tex") else 5 for name in FAMILIES]


def one(rng: Rng, number: int, canary: str) -> str:
    """One hostile string; `canary` is the file that a command hidden in it would make. Half of them carry `mark(number)`."""
    text = "".join(FAMILIES[name](rng) for name in rng.choices(list(FAMILIES), _WEIGHTS, k=rng.choice((1, 1, 2, 3))))
    text = text.replace("@", canary) if rng.random() < 0.7 else text
    return f"{mark(number)} {text} end" if number % 2 else text


def mark(number: int) -> str:
    """The word by which the string of that number is known again."""
    return f"{MARK}{number:06d}"


def hostile(seed: int, canary: str) -> Iterator[str]:
    """Hostile strings without end, the same for the same seed."""
    rng = random.Random(seed)
    number = 0
    while True:
        yield one(rng, number, canary)
        number += 1


def harmless(seed: int) -> Iterator[str]:
    """Plain strings without end, as varied in length as titles and abstracts are."""
    rng = random.Random(seed)
    while True:
        yield " ".join(
            rng.choices(("graphs", "models", "of", "learning", "the", "attention", "fast", "Größe", "漢字"), k=rng.randint(3, 30))
        )


def giant(rng: Rng, length: int = 1_000_000) -> str:
    """A string of a million characters that costs much where something is quadratic."""
    unit = rng.choice((" ", "\n", "(", "[", "{", "\\", "$", "a,", "(a),", "<", "&", "\u0301", "\u200d", "Abstract:", "arXiv:", "- ", "é"))
    return (unit * (length // len(unit) + 1))[:length]

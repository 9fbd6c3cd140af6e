"""What TeX's symbol commands look like in Unicode: tables only, and nothing outside the Basic Multilingual Plane."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise


def _table(source: str) -> dict[str, str]:
    """`name sign name sign ...` as a mapping."""
    words = source.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_CAPITALS = "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"

_SMALL = """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ
    omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω digamma ϝ
"""
_LATIN_CAPITALS = "Alpha Α Beta Β Epsilon Ε Zeta Ζ Eta Η Iota Ι Kappa Κ Mu Μ Nu Ν Omicron Ο Rho Ρ Tau Τ Chi Χ"
GREEK = (
    _table(_SMALL + _CAPITALS)
    | {f"up{name}": sign for name, sign in _table(_SMALL).items()}
    | {f"var{name}": sign for name, sign in _table(_CAPITALS).items()}
    | _table(_LATIN_CAPITALS + " eps ε upmu μ micro µ textmu μ")
)
"""Greek letters by their names."""

BLACKBOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
r"""Blackboard letters of the BMP; `\mathbb{E}` stays E."""

SYMBOLS = (
    GREEK
    | {letter: sign for letter, sign in BLACKBOARD.items() if letter not in "HP"}
    | {letter * 2: sign for letter, sign in BLACKBOARD.items()}
    | {"EE": "E", "PP": "P", "reals": "ℝ", "Reals": "ℝ", "Naturals": "ℕ", "Integers": "ℤ"}
    | _table(
        r"""
    ell ℓ hbar ℏ hslash ℏ imath ı jmath ȷ wp ℘ aleph ℵ beth ℶ partial ∂ nabla ∇ infty ∞ infinity ∞ prime ′ backprime ‵ emptyset ∅
    varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡ triangle △ square □ Box □ blacksquare
    ■ diamond ⋄ Diamond ◇ lozenge ◊ diamondsuit ♢ heartsuit ♡ clubsuit ♣ spadesuit ♠ sharp ♯ flat ♭ natural ♮ bigcirc ○ bullet •
    bigstar ★ bigtriangleup △ bigtriangledown ▽ checkmark ✓ cmark ✓ xmark ✗ maltese ✠ ldots … dots … dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯
    cdots ⋯ vdots ⋮ ddots ⋱ textellipsis … langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ lvert | rvert | vert | Vert ‖ lVert ‖
    rVert ‖ llbracket ⟦ rrbracket ⟧ lbrace { rbrace } lbrack [ rbrack ] lparen ( rparen ) backslash \ colon : surd √ degree °
    degrees ° textdegree ° celsius °C textcelsius ℃ angstrom Å Angstrom Å mho ℧ ohm Ω textohm Ω arcsec ″ arcmin ′ micron μm sun ☉
    dag † ddag ‡ textdagger † textdaggerdbl ‡ textsection § textparagraph ¶ copyright © textcopyright © textregistered ®
    texttrademark ™ pounds £ textsterling £ euro € texteuro € EUR € textcent ¢ yen ¥ textyen ¥ textperthousand ‰ permil ‰ percent %
    textpercent % textless < textgreater > lt < gt > textbar | textbackslash \ textasciitilde ~ textasciicircum ^ textunderscore _
    textdollar $ textbraceleft { textbraceright } textbullet • textperiodcentered · textasteriskcentered * textquotesingle '
    textquotedbl " slash / textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ” lq ‘ rq ’ guillemotleft «
    guillemotright » textexclamdown ¡ textquestiondown ¿ textnumero № LaTeX LaTeX TeX TeX LaTeXe LaTeX2e BibTeX BibTeX dB dB Im Im
    Re Re complement ∁ eth ð hearts ♥ smiley ☺ Tbar ⊤
    """
    )
)
"""Ordinary symbols and letters."""

ABBREVIATIONS = {
    "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "wrt": "w.r.t.", "vs": "vs.", "iid": "i.i.d.", "aka": "a.k.a.",
    "resp": "resp.", "Eg": "E.g.", "Ie": "I.e.", "viz": "viz.",
}  # fmt: skip
"""Macros that many authors define alike."""

LETTERS = _table("l ł L Ł o ø O Ø i ı j ȷ ss ß SS ẞ ae æ AE Æ oe œ OE Œ aa å AA Å dh ð DH Ð dj đ DJ Đ th þ TH Þ ng ŋ NG Ŋ")
"""Letters of names; blanks after them belong to TeX. In mathematics one-letter ones are the author's own macros."""

SIGNS = _table("S § P ¶ textemdash — textendash – emdash — endash – textvisiblespace ␣")
"""Like LETTERS: blanks after them belong to TeX."""

RELATIONS = _table(
    """
    leq ≤ le ≤ leqslant ≤ leqq ≦ geq ≥ ge ≥ geqslant ≥ geqq ≧ neq ≠ ne ≠ ll ≪ gg ≫ lll ⋘ ggg ⋙ lesssim ≲ gtrsim ≳ lessapprox ⪅
    gtrapprox ⪆ approx ≈ approxeq ≊ sim ∼ simeq ≃ cong ≅ equiv ≡ asymp ≍ propto ∝ doteq ≐ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon
    ≕ defeq ≝ eqdef ≝ in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ supsetneq ⊋ sqsubset ⊏ sqsubseteq
    ⊑ sqsupset ⊐ sqsupseteq ⊒ prec ≺ preceq ⪯ preccurlyeq ≼ succ ≻ succeq ⪰ succcurlyeq ≽ precsim ≾ succsim ≿ lessgtr ≶ gtrless ≷
    nsubseteq ⊈ nsim ≁ nleq ≰ ngeq ≱ to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← longleftarrow ⟵ leftrightarrow ↔
    longleftrightarrow ⟷ uparrow ↑ downarrow ↓ updownarrow ↕ Rightarrow ⇒ Longrightarrow ⟹ implies ⟹ Leftarrow ⇐ impliedby ⟸
    Leftrightarrow ⇔ Longleftrightarrow ⟺ iff ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀
    rightleftharpoons ⇌ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ leadsto ⇝ rightsquigarrow ⇝ dashrightarrow ⇢ twoheadrightarrow ↠
    rightarrowtail ↣ rightrightarrows ⇉ leftrightarrows ⇆ Uparrow ⇑ Downarrow ⇓ multimap ⊸ mid | nmid ∤ parallel ∥ nparallel ∦ perp
    ⊥ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ Vdash ⊩ nvDash ⊭ bowtie ⋈ smile ⌣ frown ⌢ between ≬ therefore ∴ because ∵ trianglelefteq ⊴
    trianglerighteq ⊵ vartriangleleft ⊲ vartriangleright ⊳ textrightarrow → textleftarrow ← textuparrow ↑ textdownarrow ↓
    """
)
"""Relations and arrows: blanks around them where both sides are there."""

BINARY = _table(
    """
    times × cdot · pm ± mp ∓ div ÷ ast * star ⋆ circ ∘ bullet • cap ∩ cup ∪ sqcap ⊓ sqcup ⊔ wedge ∧ land ∧ vee ∨ lor ∨ setminus ∖
    smallsetminus ∖ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ circledast ⊛ circledcirc ⊚ boxplus ⊞ boxtimes ⊠ boxdot ⊡ dagger †
    ddagger ‡ amalg ⨿ uplus ⊎ wr ≀ ltimes ⋉ rtimes ⋊ triangleleft ◁ triangleright ▷ textpm ± texttimes × textdiv ÷ textcdot ·
    """
)
"""Binary operators: spaced as the author spaced them, tight where there is nothing before them."""

BIG = _table(
    """
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀
    biguplus ⨄ bigsqcup ⨆
    """
)
"""Big operators: a blank before what they work on."""

_NAMES = """
    arccos arcsin arctan arg argmax argmin conv cos cosh cot coth Cov csc det diag Diag diam dim dist ess exp gcd grad hom id inf ker lcm lg lim
    ln log max min mod poly polylog Pr prox rank sec sgn sign sin sinh softmax span sup supp tan tanh tr Tr trace Var vol
"""
OPERATORS = {name: name for name in _NAMES.split()} | {
    "liminf": "lim inf", "limsup": "lim sup", "injlim": "inj lim", "bmod": "mod", "BigO": "O", "bigO": "O",
}  # fmt: skip
"""Upright names: a blank between them and letters beside them."""

_ACUTE, _GRAVE, _HAT, _UMLAUT, _TILDE, _BAR = "\u0301", "\u0300", "\u0302", "\u0308", "\u0303", "\u0304"

ACCENT_SIGNS = {"'": _ACUTE, "`": _GRAVE, "^": _HAT, '"': _UMLAUT, "~": _TILDE, "=": _BAR, ".": "\u0307"}
r"""Accents written with a sign: `\'e`."""

ACCENT_LETTERS = {
    "v": "\u030c", "c": "\u0327", "H": "\u030b", "u": "\u0306", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361",
    "G": "\u030f", "U": "\u030e",
}  # fmt: skip
r"""Accents written with a letter: `\v{c}`."""

MATH_ACCENTS = {
    "hat": _HAT, "widehat": _HAT, "tilde": _TILDE, "widetilde": _TILDE, "bar": _BAR, "overline": "\u0305", "vec": "\u20d7", "dot": "\u0307",
    "ddot": _UMLAUT, "dddot": "\u20db", "check": "\u030c", "widecheck": "\u030c", "breve": "\u0306", "acute": _ACUTE, "grave": _GRAVE,
    "mathring": "\u030a", "overrightarrow": "\u20d7", "slashed": "\u0338",
}  # fmt: skip
MATH_ACCENTS |= {name.capitalize(): mark for name, mark in list(MATH_ACCENTS.items())}

_SUPERSCRIPT = dict(
    zip(
        "0123456789+-=()niabcdefghjklmoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδεϵθφχ⊤−",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵋᵋᶿᵠᵡᵀ⁻",
        strict=True,
    )
)
_SUBSCRIPT = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ−",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ₋",
        strict=True,
    )
)
RAISED = frozenset("′″‴†‡°⋆™®©")
"""Signs that read as raised without help."""

SCRIPT_SIGNS = "".join(sorted({*_SUPERSCRIPT.values(), *_SUBSCRIPT.values()}))
SUBSCRIPT_SIGNS = "".join(sorted(set(_SUBSCRIPT.values())))


_WORD = re.compile(r"[A-Za-z]{4}")
"""What a reader reads as a word: in small letters it would be hard to read and not to be searched for."""


def script(content: str, *, raised: bool) -> str:
    """`content` as a superscript or subscript: Unicode's own letters if it has all of them and they spell no word, else `^x`, `^(...)`, `_x` or `_(...)`."""
    content = content.strip()
    if not content:
        return ""
    if raised:
        content = content.replace("∘", "°") if content in ("∘", "∘C", "∘F") else content
        if content[0] == "°" or all(char in RAISED for char in content):
            return content
    letters = _SUPERSCRIPT if raised else _SUBSCRIPT
    tight = content if " " not in content else _without_idle_blanks(content)
    if all(char in letters for char in tight) and not _WORD.search(tight):
        return "".join([letters[char] for char in tight])
    mark = "^" if raised else "_"
    if len(content) == 1 or not any(not unicodedata.combining(char) for char in content[1:]):
        return mark + content
    if content[0] == "(" and content[-1] == ")" and content.count("(") == 1:
        return mark + content
    return f"{mark}({content})"


def _without_idle_blanks(content: str) -> str:
    """`n + 1` as `n+1`; a blank between two words stays, and so keeps them out of Unicode's scripts."""
    words = content.split()
    kept = [words[0]]
    for before, after in pairwise(words):
        kept.append(f" {after}" if before[-1].isalpha() and after[0].isalpha() else after)
    return "".join(kept)


def accented(base: str, mark: str) -> str:
    """`base` with a combining mark on its first letter, composed where Unicode has the letter."""
    if not base:
        return ""
    first = {"ı": "i", "ȷ": "j"}.get(base[0], base[0]) if mark != "\u0323" else base[0]
    end = 1
    while end < len(base) and unicodedata.combining(base[end]):
        end += 1
    return unicodedata.normalize("NFC", first + base[1:end] + mark) + base[end:]


UNITS = _table(
    """
    meter m metre m second s minute min hour h day d year yr gram g kilogram kg hertz Hz joule J watt W volt V ampere A kelvin K
    mole mol newton N pascal Pa tesla T ohm Ω farad F bit bit byte B liter L litre L electronvolt eV decibel dB bar bar barn b
    angstrom Å degree ° celsius °C degreeCelsius °C percent % arcsecond ″ arcminute ′ parsec pc lumen lm candela cd radian rad per /
    tera T giga G mega M kilo k hecto h deca da deci d centi c milli m micro µ nano n pico p femto f square ² cubic ³ squared ²
    cubed ³ ms ms us µs ns ns km km cm cm mm mm um µm nm nm kg kg mg mg kHz kHz MHz MHz GHz GHz THz THz keV keV MeV MeV GeV GeV TeV
    TeV kW kW MW MW mW mW kWh kWh GB GB MB MB kB kB TB TB kibi Ki mebi Mi gibi Gi
    """
)
"""Units of siunitx."""

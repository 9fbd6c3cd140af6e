"""What TeX writes for a character: the tables behind `latex`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".", "\u0308": '"',
    "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k", "\u0331": "b",
}  # fmt: skip
"""Combining mark -> name of the TeX command that sets it."""

LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "å": "aa", "Å": "AA", "ł": "l", "Ł": "L",
    "ı": "i", "ȷ": "j", "đ": "dj", "Đ": "DJ", "ð": "dh", "Ð": "DH", "þ": "th", "Þ": "TH", "ŋ": "ng", "Ŋ": "NG",
}  # fmt: skip
"""Letter -> name of its TeX command."""

TEXT = {
    "–": "--", "—": "---", "―": "---", "‐": "-", "‑": "-", "‒": "--", "“": "``", "”": "''", "‘": "`", "’": "'", "‚": "{\\quotesinglbase}",
    "„": "{\\quotedblbase}", "‛": "`", "«": "{\\guillemotleft}", "»": "{\\guillemotright}", "‹": "{\\guilsinglleft}",
    "›": "{\\guilsinglright}", "…": "{\\ldots}", "•": "{\\textbullet}", "§": "{\\S}", "¶": "{\\P}", "©": "{\\copyright}",
    "®": "{\\textregistered}", "™": "{\\texttrademark}", "£": "{\\pounds}", "€": "{\\texteuro}", "¥": "{\\textyen}", "¢": "{\\textcent}",
    "¡": "!`", "¿": "?`", "†": "{\\dag}", "‡": "{\\ddag}", "ª": "{\\textordfeminine}", "º": "{\\textordmasculine}", "№": "No.", "⁄": "/",
    "ʼ": "'", "ʹ": "'", "ʻ": "`", "ʿ": "`", "ʾ": "'", "￼": "",
}  # fmt: skip
"""Marks that have a form in running text. `\\texteuro` and its like are in LaTeX's kernel since 2020."""

_GREEK_NAMES = (
    "α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ lambda μ mu µ mu ν nu "
    "ξ xi π pi ϖ varpi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta "
    "Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega ∆ Delta"
)
_GREEK = _GREEK_NAMES.split()
GREEK = dict(zip(_GREEK[::2], _GREEK[1::2], strict=True))
"""Greek letter -> its name in TeX."""

_MATH_NAMES = (
    "∞ infty ∂ partial ∇ nabla ∑ sum ∏ prod ∫ int √ surd ∈ in ∉ notin ∋ ni ∅ emptyset ∀ forall ∃ exists ¬ neg ∧ wedge ∨ vee ∩ cap ∪ cup "
    "⊂ subset ⊆ subseteq ⊃ supset ⊇ supseteq ≤ leq ≥ geq ⩽ leq ⩾ geq ≪ ll ≫ gg ≠ neq ≈ approx ≡ equiv ∼ sim ≃ simeq ≅ cong ∝ propto "
    "× times ÷ div ± pm ∓ mp · cdot ⋅ cdot ∘ circ ∗ ast ⋆ star ★ star ☆ star ⊕ oplus ⊗ otimes ⊙ odot ⊖ ominus → rightarrow ← leftarrow "
    "↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ↑ uparrow ↓ downarrow ↦ mapsto ⟶ longrightarrow ↗ nearrow ↘ searrow "
    "↪ hookrightarrow ⟨ langle ⟩ rangle 〈 langle 〉 rangle ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor ‖ Vert ∥ parallel ∣ mid ⊥ perp ⊤ top "
    "⊢ vdash ⊨ models ∖ setminus ℓ ell ℏ hbar ℜ Re ℑ Im ℘ wp ℵ aleph ∠ angle △ triangle ▽ bigtriangledown ◇ diamond ♠ spadesuit "
    "♣ clubsuit ♥ heartsuit ♦ diamondsuit ♯ sharp ♭ flat ♮ natural ⋯ cdots ⋮ vdots ⋱ ddots ≺ prec ≻ succ ⊔ sqcup ⊓ sqcap ⋈ bowtie "
    "′ prime ✓ checkmark □ Box ≜ triangleq ≲ lesssim ≳ gtrsim"
)
_NAMED = _MATH_NAMES.split()
MATH = (
    {char: f"\\{name}" for char, name in zip(_NAMED[::2], _NAMED[1::2], strict=True)}
    | {char: f"\\{name}" for char, name in GREEK.items()}
    | {"−": "-", "°": "^\\circ", "∙": "\\cdot", "″": "''", "≔": ":="}
)
"""Character -> what it is in math mode."""

_RAISED = "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻-⁼=⁽(⁾)ⁿnⁱiᵀTᵏkᵈdᵐmᵗtˣxᵖp"
_LOWERED = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋-₌=₍(₎)ₐaₑeₒoₓxᵢiⱼjₖkₗlₘmₙnₚpₛsₜtᵣrᵤuᵥv"
RAISED = dict(zip(_RAISED[::2], _RAISED[1::2], strict=True))
LOWERED = dict(zip(_LOWERED[::2], _LOWERED[1::2], strict=True))
"""Super- and subscripts -> the character that is raised or lowered."""

_ALPHABETS = (
    ("DOUBLE-STRUCK", "mathbb"), ("FRAKTUR", "mathfrak"), ("BLACK-LETTER", "mathfrak"), ("SCRIPT", "mathcal"),
    ("SANS-SERIF", "mathsf"), ("MONOSPACE", "mathtt"), ("BOLD", "mathbf"), ("ITALIC", "mathit"),
)  # fmt: skip


def _alphabet_form(char: str) -> str | None:
    """`𝒪` -> `\\mathcal{O}`, `ℝ` -> `\\mathbb{R}`: letters that Unicode made of a font."""
    if not ("ℂ" <= char <= "ℴ" or "\U0001d400" <= char <= "\U0001d7ff"):
        return None
    base = unicodedata.normalize("NFKD", char)
    if base in GREEK:
        base = f"\\{GREEK[base]}"
    elif not (len(base) == 1 and base.isascii() and base.isalnum()):
        return None
    name = unicodedata.name(char, "")
    return next((f"\\{command}{{{base}}}" for word, command in _ALPHABETS if word in name), None)


@lru_cache(maxsize=4096)
def math_form(char: str) -> str | None:
    """What one character is in math mode, None where TeX has nothing for it."""
    return MATH.get(char) or _alphabet_form(char)


@lru_cache(maxsize=4096)
def letter_form(char: str) -> str | None:
    """One (accented) letter as a TeX group: `ö` -> `{\\"o}`, `ế` -> `{\\'{\\^e}}`, `ø` -> `{\\o}`; None where TeX has no form."""
    if char in LETTERS:
        return f"{{\\{LETTERS[char]}}}"
    decomposed = unicodedata.normalize("NFD", char)
    base, marks = decomposed[:1], decomposed[1:]
    if not marks or any(mark not in ACCENTS for mark in marks):
        return None
    if base in LETTERS:
        form, grouped = f"{{\\{LETTERS[base]}}}", True
    elif base.isascii() and base.isalpha():
        form, grouped = base, False
    else:
        return None
    for mark in marks:
        command = ACCENTS[mark]
        form = f"{{\\{command}{{{form}}}}}" if command.isalpha() and not grouped else f"{{\\{command}{form}}}"
        grouped = True
    return form


@lru_cache(maxsize=4096)
def compatible(char: str) -> str | None:
    """The ASCII letters that a compatibility character stands for (`ﬁ`, `Ａ`, `½`), None where it is no such thing."""
    plain = unicodedata.normalize("NFKC", char).replace("⁄", "/")
    return plain if plain != char and plain.isascii() else None

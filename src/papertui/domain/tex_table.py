"""Which TeX command does what: the table alone."""

from __future__ import annotations

from papertui.domain import tex_accents as accents
from papertui.domain import tex_maths as maths
from papertui.domain import tex_text as words
from papertui.domain.tex_reader import Handler
from papertui.domain.tex_symbols import (
    ABBREVIATIONS,
    ACCENT_LETTERS,
    ACCENT_SIGNS,
    BIG,
    BINARY,
    LETTERS,
    MATH_ACCENTS,
    OPERATORS,
    RELATIONS,
    SIGNS,
    SYMBOLS,
)


def _entries(handler: Handler, names: str, datum: str = "") -> dict[str, tuple[Handler, str]]:
    return dict.fromkeys(names.split(), (handler, datum))


COMMANDS: dict[str, tuple[Handler, str]] = {
    **{name: (maths.symbol, sign) for name, sign in (SYMBOLS | ABBREVIATIONS).items()},
    **{name: (maths.letter, name) for name in (*LETTERS, *SIGNS)},
    **{name: (maths.relation, sign) for name, sign in RELATIONS.items()},
    **{name: (maths.binary, sign) for name, sign in BINARY.items()},
    **{name: (maths.operator, sign) for name, sign in (OPERATORS | BIG).items()},
    **{sign: (accents.sign_accent, sign) for sign in ACCENT_SIGNS},
    **{name: (accents.letter_accent, name) for name in ACCENT_LETTERS},
    **{name: (accents.math_accent, name) for name in MATH_ACCENTS},
    **_entries(maths.degrees, "deg"),
    **_entries(maths.font, "text textrm textnormal mbox hbox textbf textit emph textsc textsf textsl textmd textup intertext", "text"),
    **_entries(maths.font, "texttt code path lstinline mintinline", "code"),
    **_entries(
        maths.font,
        "mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm pmb mathop mathrel mathbin mathord mathopen "
        "mathclose mathpunct mathinner ensuremath underbrace overbrace substack smash boxed cancel",
        "math",
    ),
    **_entries(maths.font, "underline uline ul hl fbox"),
    **_entries(maths.blackboard, "mathbb mathds mathbbm Bbb"),
    **_entries(maths.operator_name, "operatorname operatornamewithlimits"),
    **_entries(
        words.nothing,
        "em it bf rm sf tt sc sl cal bfseries itshape rmfamily sffamily ttfamily scshape slshape upshape mdseries normalfont boldmath unboldmath "
        "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge displaystyle textstyle scriptstyle scriptscriptstyle limits "
        "nolimits noindent indent centering raggedright nonumber notag protect relax expandafter allowbreak nobreak hline toprule midrule "
        "bottomrule mathstrut strut null ignorespaces unskip newpage clearpage maketitle sloppy xspace displaylimits footnotemark hfil "
        "negthinspace negmedspace negthickspace null",
    ),
    **_entries(maths.sized, "left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm"),
    **_entries(
        words.blank,
        "quad qquad enspace enskip thinspace medspace thickspace space nobreakspace hfill par newline linebreak smallskip medskip bigskip",
    ),
    **_entries(maths.dimension, "kern mkern hskip mskip vskip"),
    **_entries(words.drop, "label color hspace vspace phantom hphantom vphantom tag pagestyle thispagestyle vspace bibliographystyle cline", "1"),
    **_entries(words.drop, "setlength addtolength fontsize setcounter rule definecolor", "2"),
    **_entries(words.drop, "usefont", "4"),
    **_entries(words.last, "textcolor colorbox hyperlink hypertarget foreignlanguage parbox raisebox scalebox", "2"),
    **_entries(words.last, "resizebox", "3"),
    **_entries(words.last, "hyperref", "1"),
    **_entries(words.first, "texorpdfstring"),
    **{name: (words.wrap, f"{name} “ ”") for name in ("enquote", "textquote", "say", "qq")},
    **{
        name: (words.wrap, f"{name} {marks}")
        for name, marks in {
            "norm": "‖ ‖", "Norm": "‖ ‖", "abs": "| |", "card": "| |", "set": "{ }", "Set": "{ }", "ceil": "⌈ ⌉", "floor": "⌊ ⌋",
            "ket": "| ⟩", "bra": "⟨ |", "paren": "( )", "pth": "( )", "textcircled": "( )", "circled": "( )",
        }.items()
    },
    **{name: (maths.angled, name) for name in ("braket", "Braket", "inner", "innerproduct", "ip", "expval")},
    **_entries(words.aside, "footnote thanks footnotetext blfootnote"),
    **_entries(
        words.citation,
        "cite citep citet citealp citealt citeauthor citeyear citeyearpar Citet Citep parencite textcite autocite footcite fullcite nocite "
        "ref cref Cref autoref nameref pageref vref eqref shortcite cites",
    ),
    **_entries(words.link, "href"),
    **_entries(words.verbatim, "url nolinkurl num numprint includegraphics"),
    **_entries(words.verb, "verb"),
    **_entries(maths.fraction, "frac dfrac tfrac cfrac nicefrac sfrac flatfrac"),
    **_entries(maths.root, "sqrt"),
    **_entries(maths.binomial, "binom dbinom tbinom"),
    **_entries(maths.between, "over", "over"),
    **_entries(maths.between, "choose atop", "choose"),
    **_entries(maths.over, "overset stackrel", "raised"),
    **_entries(maths.over, "underset"),
    **{name: (maths.long_arrow, sign) for name, sign in {"xrightarrow": "→", "xleftarrow": "←", "xRightarrow": "⇒", "xmapsto": "↦"}.items()},
    **_entries(words.script, "textsuperscript up", "raised"),
    **_entries(words.script, "textsubscript"),
    **_entries(maths.negation, "not"),
    **_entries(words.begin, "begin"),
    **_entries(words.drop, "end", "1"),
    **_entries(words.item, "item"),
    **_entries(words.code_point, "unicode"),
    **_entries(words.character, "char symbol"),
    **_entries(maths.modulus, "pmod"),
    **_entries(words.quantity, "SI qty"),
    **_entries(words.unit, "si unit"),
    **_entries(words.roman, "romannumeral"),
    **_entries(words.upper, "uppercase MakeUppercase"),
    **_entries(words.definition, "newcommand renewcommand providecommand def DeclareMathOperator"),
    "": (words.unknown, ""),
}  # fmt: skip
"""Every command we know, by name; under "" what becomes of the others."""

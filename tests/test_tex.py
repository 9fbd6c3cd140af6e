"""TeX as readers see it: the table of known cases, what must stay as it is, and what no string may do."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain.tex import has_tex, to_unicode
from tests.shared import SHARED, shared_file

NAMES = [
    (r"Schr\"odinger", "Schrödinger"),
    (r"Schr\"{o}dinger", "Schrödinger"),
    (r"Schr{\"o}dinger", "Schrödinger"),
    (r"Mart\'i", "Martí"),
    (r"Mart{\'\i}", "Martí"),
    (r"Mart\'\i nez", "Martínez"),
    (r"Mart\'{\i}nez", "Martínez"),
    (r"Kova\v{c}evi\'c", "Kovačević"),
    (r"Em\H{o}ke", "Emőke"),
    (r"Micha{\l}", "Michał"),
    (r"J{\o}rgensen", "Jørgensen"),
    (r"{\AA}hag", "Åhag"),
    (r"N\"u{\ss}lein", "Nüßlein"),
    (r"\.Ismail", "İsmail"),
    (r"O\u{g}uzhan", "Oğuzhan"),
    (r"Sercan \"O. Ar{\i}k", "Sercan Ö. Arık"),
    (r"{\O}stby", "Østby"),
    (r"\O stergaard", "Østergaard"),
    (r"{\L}ukasz", "Łukasz"),
    (r"Ksi\k{a}\.zek", "Książek"),
    (r"\c{C}elikok", "Çelikok"),
    (r"Fran\c cois", "François"),
    (r"\v S\'arka", "Šárka"),
    (r"\r{A}ngstr\"om", "Ångström"),
    (r"\d{S}ift\'i", "Ṣiftí"),
    (r"\t{oo}", "o͡o"),
    (r"Mu\~noz", "Muñoz"),
    (r"Jo\~{a}o", "João"),
    (r"k\={a}k\={a}", "kākā"),
    (r"Beno\^it C\^ot\'e", "Benoît Côté"),
    (r"Eros Fan\`i", "Eros Fanì"),
    (r"Nguy\~{\^e}n", "Nguyễn"),
    (r"L\={\"u}", "Lǖ"),
    (r"Krasnosel'ski\u\i-Mann", "Krasnosel'skiĭ-Mann"),
    (r"\AE{}thelred \oe uvre Stra\ss e", "Æthelred œuvre Straße"),
    ("Grégoire Müller", "Grégoire Müller"),
    ("D'Angelo-O'Neil", "D'Angelo-O'Neil"),
]

TABLE = [
    (r"CO$_2$", "CO₂"),
    (r"R$^3$Mem", "R³Mem"),
    (r"$\text{M}^{2}$LLM", "M²LLM"),
    (r"$\ell_1$-norm", "ℓ₁-norm"),
    (r"$(L_0,L_1)$-smooth", "(L₀,L₁)-smooth"),
    (r"$\mathcal{O}(\sqrt{N})$", "O(√N)"),
    (r"$O(\frac{\sqrt{d}}{K^{1/4}})$", "O(√d/K^(1/4))"),
    (r"M$^\star$", "M⋆"),
    (r"$\texttt{SPECS}$: Faster", "SPECS: Faster"),
    (r"$\textit{Gaia}$ data", "Gaia data"),
    (r"\underline{E2}Former", "E2Former"),
    (r"Trans\underline{former}", "Transformer"),
    (r"GQA-{\mu}P", "GQA-μP"),
    (r"Param$\Delta$", "ParamΔ"),
    (r"$μ$PC", "μPC"),
    (r"$\{\pm1, \pm i\}$", "{±1, ±i}"),
    (r"Softmax $\geq$ Linear", "Softmax ≥ Linear"),
    ("ITQ3_S", "ITQ3_S"),
    ("C^2ROPE", "C^2ROPE"),
    ("ReLU^k", "ReLU^k"),
    ("reduce by 99% of", "reduce by 99% of"),
    (r"50\%", "50%"),
    (r"Prefill \& Decode", "Prefill & Decode"),
    ("Q & A", "Q & A"),
    ("costs $5 and $10 a month", "costs $5 and $10 a month"),
    ("quality--latency", "quality–latency"),
    (" ``quoted'' ", " “quoted” "),
    ("a---b", "a—b"),
    (r"$x_{i+1}^{2}$", "xᵢ₊₁²"),
    (r"$\|x\|$", "‖x‖"),
    (r"\href{https://e.org}{code}", "code"),
    (r"\url{https://e.org}", "https://e.org"),
    (r"\cite{foo2020}", "[foo2020]"),
    (r"\foo{bar}", "bar"),
    (r"$\unclosed math", "$unclosed math"),
]

MATHEMATICS = [
    (r"$\mathbb{R}^{2k}$", "ℝ²ᵏ"),
    (r"$\mathbb{E}[x]$, $\mathbb{N}$, $\mathbb{Z}$, $\mathbb{C}$, $\mathbb{P}$", "E[x], ℕ, ℤ, ℂ, ℙ"),
    (r"$W\in\mathbb{R}^{m\times n}$", "W ∈ ℝ^(m×n)"),
    (r"$K_X,K_Y\to\infty$", "K_X,K_Y → ∞"),
    (r"$O(n\log n)$", "O(n log n)"),
    (r"$\log\log n$, $\log^2 n$, $d\log d$, $\sin(x)$", "log log n, log² n, d log d, sin(x)"),
    (r"$\sum_{i=1}^n x_i$", "∑ᵢ₌₁ⁿ xᵢ"),
    (r"$\int_0^1 f(x)\,dx$", "∫₀¹ f(x) dx"),
    (r"$\arg\max_{x \in X} f(x)$", "arg max_(x∈X) f(x)"),
    (r"$\operatorname*{arg\,max}_\theta L$", "arg max_θ L"),
    (r"$\frac12$, $\frac{1}{2n}$, $\frac{a+b}{c}$, $\frac{1}{2}x$", "1/2, 1/(2n), (a+b)/c, (1/2)x"),
    (r"$\frac{\partial f}{\partial t}$", "∂f/∂t"),
    (r"${a+b \over c}$, ${n \choose k}$, $\binom{n}{k}$", "(a+b)/c, (n choose k), (n choose k)"),
    (r"$\sqrt[3]{x+1}$, $\sqrt{2}$, $\sqrt{d_k}$, $\sqrt{d}n$, $\sqrt[n]{x}$", "∛(x+1), √2, √dₖ, √(d)n, ⁿ√x"),
    (r"$\hat{x}$, $\tilde{O}(n)$, $\bar\psi$, $\vec{p}$, $\hat{\theta}_i$", "x̂, Õ(n), ψ̄, p⃗, θ̂ᵢ"),
    (r"$\overline{AB}$, $\widehat{ABC}$", "A̅B̅, hat(ABC)"),
    (r"$\left( \frac{a}{b} \right)$, $\bigl[x\bigr]$, $\left. x \right|_0$", "(a/b), [x], x |₀"),
    (r"$\langle \phi | \psi \rangle$, $\ket{0}$, $\bra{1}$, $\braket{a|b}$", "⟨φ | ψ⟩, |0⟩, ⟨1|, ⟨a|b⟩"),
    (r"$a \times b$, $a\times b$, $10\times$, $\times 2$", "a × b, a×b, 10×, ×2"),
    (r"$\sim 5$, $\sim$5, $\geq90\%$, $x\ge y$, $\le 5\%$", "∼5, ∼5, ≥90%, x ≥ y, ≤5%"),
    (r"$A^\dagger A^\top$, $x^\prime$, $f'(x)$, $f''$, $90^\circ$", "A† Aᵀ, x′, f′(x), f″, 90°"),
    (r"$10^{-3}$, $10^-3$, $3\times10^{11}$", "10⁻³, 10⁻³, 3×10¹¹"),
    (r"$x^*$, $x^q$, $x_q$, $x^{ab/c}$, $2^{2^n}$", "x^*, x^q, x_q, x^(ab/c), 2^(2ⁿ)"),
    (r"$W^{(l)}$, $a_{ij}$, $x_{i, j}$, $x^{n + 1}$", "W⁽ˡ⁾, aᵢⱼ, x_(i, j), xⁿ⁺¹"),
    (r"$L_{\text{train}}$, $x_{\max}$, $\theta_{\text{pre}}$", "L_(train), xₘₐₓ, θₚᵣₑ"),
    (r"$^{13}$C, $M_\odot$, $\hbar\omega$", "¹³C, M_⊙, ℏω"),
    (r"$\not\in$, $a\not=b$, $a \neq b$, $\notin$", "∉, a ≠ b, a ≠ b, ∉"),
    (r"$\ldots$, $x_1, \dots, x_n$, $\cdots$", "…, x₁, …, xₙ, ⋯"),
    (r"$a \equiv b \pmod{n}$", "a ≡ b (mod n)"),
    (r"$\{x \mid x > 0\}$", "{x | x > 0}"),
    (r"$X \overset{d}{=} Y$, $\xrightarrow{p}$", "X =ᵈ Y, →ᵖ"),
    (r"$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$", "(1 2; 3 4)"),
    (r"\begin{equation} E = mc^2 \end{equation}", "E = mc²"),
    (r"\begin{align} a &= b \\ c &= d \\ \end{align} ends", "a = b; c = d ends"),
    (r"so \[ a \to b \] and \(x_1\) and $$ y $$ hold", "so a → b and x₁ and y hold"),
    (r"$f$$:$$X$$\to$$Y$", "f:X→Y"),
    (r"$\mathrm{KL}(p\|q)$, $\mathbf{x}_t$, $\mathsf{ERM}$", "KL(p‖q), xₜ, ERM"),
    (r"$\bx$, $\cX$, $\mH$, $\bmu$, $\RR$, $\R$", "x, X, H, μ, ℝ, ℝ"),
    (r"$\text{if } x$ and $x\text{ or }y$", "if x and x or y"),
    (r"$\alpha + \beta = \gamma$, $\alpha x$, $\rho = 1$", "α + β = γ, αx, ρ = 1"),
    (r"$n-1$, $-1$, $K-$means, $\alpha$-$\beta$", "n-1, -1, K-means, α-β"),
    (r"$p=3 \; \le \; q$, $a\!b$, $a\quad b$, $a~b$", "p=3 ≤ q, ab, a b, a b"),
    (r"$\deg(f)$, $9.27\deg$, 90{\deg}C", "deg(f), 9.27°, 90°C"),
]

TEXT = [
    (r"\textbf{bold $x^2$ here} and \textit{\textbf{both}}", "bold x² here and both"),
    (r"{\bf Bold} {\em any} \textsc{Small Caps}", "Bold any Small Caps"),
    (r"\textcolor{red}{hi} {\color{blue} there}", "hi there"),
    (r"word\footnote{a note} on", "word (a note) on"),
    (r"GraphSage\cite{a,b} and~\citep[p.~3]{c}", "GraphSage [a, b] and [c, p. 3]"),
    (r"\href{https://e.org/a\_b}{} \url{https://e.org/~a--b_c%20}", "https://e.org/a_b https://e.org/~a--b_c%20"),
    ("see https://e.org/~user/a--b_c^d.", "see https://e.org/~user/a--b_c^d."),
    (r"1\% \& \_ \# \$ \{ \}", "1% & _ # $ { }"),
    (r"i.i.d.\ inner, 5\,GeV, a\\b, Fig.~1", "i.i.d. inner, 5 GeV, a b, Fig. 1"),
    (r"It\^o{} process, \LaTeX{} is", "Itô process, LaTeX is"),
    (r"by \method, \method{} and \method works", "by method, method and method works"),
    (r"\foo{alpha}{beta}", "alpha beta"),
    (r"\newcommand{\ours}{SuperNet}\ours is good", "SuperNet is good"),
    (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
    (r"\verb|a_b--c| and \texttt{--flag a--b}", "a_b--c and --flag a--b"),
    (r"\SI{5}{\mega\hertz}, \SI{48.7}{\percent}, \num{6.47}", "5 MHz, 48.7%, 6.47"),
    (r"score$\unicode{x2014}$the", "score—the"),
    (r"back\textemdash even", "back—even"),
    (r"\b{eta}-VAE, \r{ho} = 0.5, \k{appa}", "β-VAE, ρ = 0.5, κ"),
    (r"H\textsubscript{2}O, 4\textsuperscript{th}", "H₂O, 4ᵗʰ"),
    (r"[Ox]_{tot}, Sigma^{-1}, O(T^{-1/2})", "[Ox]ₜₒₜ, Sigma⁻¹, O(T^(-1/2))"),
    (r"1{,}208 and ({ii}) {BERT}", "1,208 and (ii) BERT"),
    (r"\enquote{so} ``it is\" said'' ``free\"", '“so” “it is" said” “free"'),
    ("``subgroup\" and ''perfect''", "“subgroup” and “perfect”"),
    (r"don\'t, the models\' results", "don't, the models' results"),
    (r"state\-of\-the\-art", "state-of-the-art"),
    (r"a \label{x} b", "a b"),
    (r"\uppercase\expandafter{\romannumeral2}", "II"),
    (r"2\times faster with \alpha and \beta", "2× faster with α and β"),
    ("Erd\\H{o}s--R\\'enyi and $16$--$28\\times$", "Erdős–Rényi and 16–28×"),
    ("a -- b", "a – b"),
    ("a\n\n\\emph{b}\n\n$c$", "a\n\nb\n\nc"),
    ("\\emph{a} \\par b", "a b"),
]

UNCHANGED = [
    "git commit --amend and [--flag] or (--x) `--y`",
    "--flag",
    "a <-- b --> c ------ <!-- d",
    "US$5 and US$10, $5-$10, $1.5M; then $2 billion to $3bn",
    "from $50,000 to $500 per task ($0.12/F1)",
    "Tokens/$ and $PATH and $HOME",
    "~90% of ~5x (~3) 5~10 a ~ b",
    '{0,1}^n and {-1, 0, 1} and {"a": 1}',
    "f''(x) and 5'' and '",
    "```code``` and ``rst`` and `x`",
    "snake_case_name, O(n^2), x_i, a**b",
    "unbalanced } and { here",
    "\\",
    "$$",
    "$ $",
    "\\n\\n and \\2",
    "100% of A & B #1",
    "plain text; with: punctuation, and-hyphens (and parentheses).",
    "日本語 und ℝ² — “ok”",
    "",
]

HOSTILE = [
    "{" * 100_000, "}" * 50_000, "{" * 50_000 + "}" * 50_000, "\\frac" * 10_000, "$" + "\\frac{" * 5_000 + "}" * 5_000 + "$", "^" * 50_000,
    "$x" + "^" * 50_000 + "$", "$" + "x^{" * 10_000 + "}" * 10_000 + "$", "$" * 40_001, "\\" * 40_001, "\\'" * 20_000, "$" + "\\hat" * 10_000 + "$",
    "\\begin{align}" * 3_000, "\\(" * 20_000, "``" * 20_001, "\\sqrt[" * 8_000, "{a\\over " * 5_000, "\\cite[" * 8_000, "\\verb|" * 8_000,
    "\\newcommand{\\a}{bbbbbbbb}" + "\\a " * 10_000, "${" * 10_000 + "}$" * 10_000, "\\textbf{" * 5_000 + "word" + "}" * 5_000,
]  # fmt: skip

PIECES = st.sampled_from(
    [
        "$",
        "$$",
        "{",
        "}",
        "\\",
        "^",
        "_",
        "~",
        "--",
        "---",
        "``",
        "''",
        '"',
        "'",
        "\\frac",
        "\\sqrt[",
        "]",
        "\\'",
        '\\"',
        "\\v",
        "\\hat",
        "\\text{",
    ]
    + [
        "\\begin{align}",
        "\\end{align}",
        "\\left(",
        "\\over",
        "\\not",
        "\\href{",
        "\\cite",
        "\\foo",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\\\",
        "\\ ",
    ]
    + [
        "a",
        "word",
        "5",
        " ",
        "\n\n",
        "\n",
        "\\unicode{x1b}",
        "\\char27 ",
        "\\char",
        "\\newcommand{\\a}",
        "\\a",
        "\\verb|",
        "\\item",
        "&",
        "https://",
    ]
)
TANGLES = st.lists(PIECES, max_size=40).map("".join)


def words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{4,}", text))


@pytest.mark.parametrize(("source", "shown"), NAMES)
def test_names_are_shown_with_their_accents(source, shown):
    assert to_unicode(source) == shown


@pytest.mark.parametrize(("source", "shown"), TABLE)
def test_the_table_of_known_cases_holds(source, shown):
    assert to_unicode(source) == shown


@pytest.mark.parametrize(("source", "shown"), MATHEMATICS)
def test_mathematics_reads_as_a_reader_would_say_it(source, shown):
    assert to_unicode(source) == shown


@pytest.mark.parametrize(("source", "shown"), TEXT)
def test_commands_of_text_leave_their_words(source, shown):
    assert to_unicode(source) == shown


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_is_no_tex_stays_as_it_is(text):
    assert to_unicode(text) == text
    assert not has_tex(text)


def test_a_text_holds_tex_if_it_would_be_shown_otherwise():
    assert has_tex(r"$\alpha$-LoRA")
    assert has_tex("quality--latency")
    assert not has_tex("costs $5 and $10 a month")
    assert not has_tex("Schrödinger")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:12]}-{len(text)}")
def test_hostile_nesting_is_read_without_an_exception_and_without_growth(text):
    assert len(to_unicode(text)) <= 2 * len(text)


def test_words_survive_nesting_deeper_than_is_followed():
    assert words(to_unicode("\\textbf{" * 400 + "innermost" + "}" * 400)) == {"innermost"}
    assert "innermost" in to_unicode("$" + "x^{" * 400 + "innermost" + "}" * 400 + "$")


@pytest.mark.parametrize(
    "source", [r"\unicode{x1b}", r"\unicode{27}", r"\unicode{x202e}", r"\unicode{x200b}", r"\unicode{xd800}", r"\unicode{x3164}"]
)
def test_a_character_by_number_is_never_one_the_gate_takes_out(source):
    assert to_unicode(source) == source[len(r"\unicode{") : -1]


def test_a_character_by_number_beyond_the_first_plane_stays_a_number():
    assert to_unicode(r"\unicode{x1d4aa}") == "x1d4aa"
    assert to_unicode(r"\char27 \x1b") == "27 \\x1b"


@given(TANGLES | st.text())
@settings(max_examples=600, deadline=None)
def test_no_string_raises_or_brings_control_characters_or_letters_beyond_the_first_plane(text):
    shown = to_unicode(text)
    new = set(shown) - set(text)
    assert not [char for char in new if unicodedata.category(char)[0] == "C" or ord(char) > 0xFFFF]


@given(st.text(st.characters(exclude_characters="\\${}~^-`'", exclude_categories=("Cs",))))
def test_text_without_signs_of_tex_comes_back_unchanged(text):
    assert to_unicode(text) is text
    assert not has_tex(text)


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyzABC", min_size=4, max_size=9), min_size=1, max_size=6), TANGLES)
@settings(max_examples=400, deadline=None)
def test_words_outside_commands_survive_beside_any_tex(plain, tangle):
    source = f"{' '.join(plain)} $x_1$ {' '.join(plain)}\n\n{tangle}"
    if "\\newcommand" not in tangle:
        assert set(plain) <= words(to_unicode(source))


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9), min_size=1, max_size=5))
def test_words_inside_groups_and_formulas_survive(plain):
    for frame in (
        r"\emph{%s}",
        "{%s}",
        r"$\text{%s}$",
        r"$x_{\text{%s}}$",
        r"\foo{%s}",
        r"$\frac{\mathrm{%s}}{2}$",
        r"\footnote{%s}",
        "``%s''",
    ):
        assert set(plain) <= words(to_unicode(frame % " ".join(plain))), frame


@given(st.text("abc XYZ.,;:()é\n", max_size=60), st.sampled_from(["", "$x$", r"\emph{y}", "--", r"\'e"]))
def test_what_was_shown_once_is_shown_the_same_again(text, tex):
    shown = to_unicode(text + tex)
    assert to_unicode(shown) == shown


@given(st.text("aeiouncsz", min_size=1, max_size=5), st.sampled_from([*"'`^\"~=.", "v", "u", "H", "c", "d"]))
def test_accents_come_out_composed(base, accent):
    shown = to_unicode(f"\\{accent}{{{base[0]}}}{base[1:]}")
    assert unicodedata.normalize("NFC", shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "$a\n\nb$",
        "\\[ a \n\n b \\]",
        "\\(a\n\n\\) b",
        "\\begin{align}a\n\nb\\end{align}",
        "\\emph{a\n\nb}",
        "{a\n\nb}",
        "\\em\n\na",
        "$$a\n\nb$$",
    ],
)
def test_paragraphs_stay_apart_even_inside_commands(text):
    assert to_unicode(text).count("\n\n") == 1


def samples() -> dict[str, list]:
    path = SHARED / "domain" / "tex_samples.json"
    if not path.is_file():
        pytest.skip("real data: ../shared is not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


def kept(source: str, shown: str) -> bool:
    """Whether the words that no command, link or accent touches are still there."""
    source = re.sub(r"\\(?:href|textcolor|color|label|usefont|newcommand)\*?\{[^{}]*\}|\\(?:begin|end)\{[^{}]*\}|\\[A-Za-z]+", " ", source)
    source = re.sub(r"""\w*\\[^\w\s]\{?\w*\}?\w*""", " ", source)
    return all(word in shown for word in words(source) - {"dsrom"})


def test_real_titles_names_and_abstracts_are_shown_whole_and_without_commands():
    data = samples()
    sources = [row["title"] for row in data["titles"]]
    sources += [row["abstract"] for key in ("tex_abstracts", "plain_abstracts_with_percent") for row in data[key]]
    sources += [name for row in data["author_lines"] for name in row["split"]]
    shown = [to_unicode(source) for source in sources]
    assert len(sources) > 250
    assert [source for source, seen in zip(sources, shown, strict=True) if not kept(source, seen)] == []
    assert sum("\\" in seen for seen in shown) < 0.02 * len(shown)
    assert sum("$" in seen for seen in shown) < 0.02 * len(shown)


def test_a_real_day_is_shown_whole_and_without_commands():
    day = next(iter(sorted(shared_file("ranking_dev").glob("*.jsonl.gz"))))
    papers = [json.loads(line) for line in gzip.decompress(day.read_bytes()).decode("utf-8").splitlines()]
    texts = [paper[key] for paper in papers for key in ("title", "abstract")]
    shown = [to_unicode(text) for text in texts]
    assert [text for text, seen in zip(texts, shown, strict=True) if not kept(text, seen)] == []
    assert sum(bool(re.search(r"\\[A-Za-z]", seen)) for seen in shown) < 0.02 * len(shown)
    assert [seen.count("\n\n") for seen in shown] == [text.count("\n\n") for text in texts]

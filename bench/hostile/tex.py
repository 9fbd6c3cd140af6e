"""Hostile papers' BibTeX through the programs that read it: no error of theirs, and no file but their own."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from papertui.export.bibscan import scan

LONGEST_FOR_BIBER = 8_000
"""Characters of an entry: a hundred authors have 2,000."""

_HEAD = re.compile(r"^@(?:misc|online)\{([^,]+),$", re.MULTILINE)
_LATEX = r"""\documentclass{article}\usepackage{amsmath,amssymb,url}\begin{document}\nocite{*}\bibliographystyle{plainnat}\bibliography{it}\end{document}"""
_AUX = "\\relax\n\\citation{*}\n\\bibstyle{%s}\n\\bibdata{it}\n"
_ERRORS = re.compile(
    r"(?m)^(?:I (?:was expecting|found no|couldn't)|.*---line \d+|\(There (?:was|were) \d+ error|Warning--.*(?:brace|comma|string name)).*"
)


def programs() -> list[str]:
    """Those of the programs that are here."""
    return [name for name in ("bibtex", "biber", "pdflatex") if shutil.which(name)]


def keys_of(text: str) -> list[str]:
    """Citation keys in the file's order."""
    return _HEAD.findall(text)


def in_bib(text: str, papers: int) -> Iterator[str]:
    """What is wrong with an export: an entry for each paper, and our own scan finds just those."""
    keys = keys_of(text)
    index = scan(text.encode())
    if len(keys) != papers:
        yield f"{len(keys)} entries written for {papers} papers"
    if index.unclosed_line is not None:
        yield f"an entry is not closed: line {index.unclosed_line}, {index.unclosed}"
    if index.entries != len(keys) or index.keys != {key.lower() for key in keys}:
        yield f"the scan finds {index.entries} entries and {len(index.keys)} keys, {len(keys)} were written"
    if len(index.papers) != papers:
        yield f"the scan finds {len(index.papers)} papers of {papers}"


def _run(folder: Path, *command: str, seconds: float = 300.0) -> tuple[int, str]:
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return -1, f"{command[0]} was still running after {seconds:g} s"
    return ended.returncode, (ended.stdout + ended.stderr).decode("utf-8", "replace")


def through_bibtex(folder: Path, text: str) -> Iterator[str]:
    """Classic BibTeX, with the plain style."""
    (folder / "it.bib").write_text(text, encoding="utf-8")
    (folder / "it.aux").write_text(_AUX % "plain")
    _, said = _run(folder, "bibtex", "it")
    yield from (f"bibtex: {line[:160]}" for line in _ERRORS.findall(said)[:5])
    if not re.search(r"\\end\{thebibliography\}", (folder / "it.bbl").read_text(errors="replace") if (folder / "it.bbl").exists() else ""):
        yield f"bibtex wrote no whole bibliography: {said[-200:]!r}"
    for key in keys_of(text):
        if f"\\bibitem{{{key}}}" not in (folder / "it.bbl").read_text(errors="replace"):
            yield f"bibtex lost {key}"
            break


def through_biber(folder: Path, text: str) -> Iterator[str]:
    """biber in its tool mode, which reads and writes a whole file. Entries of thousands of authors would take it minutes each."""
    kept = [entry for entry in entries_of(text) if len(entry) < LONGEST_FOR_BIBER]
    (folder / "it.bib").write_text("".join(kept), encoding="utf-8")
    code, said = _run(folder, "biber", "--tool", "--quiet", "--output-file", "written.bib", "it.bib")
    yield from (f"biber: {line[:200]}" for line in said.splitlines() if line.startswith(("ERROR", "WARN")) and "Duplicate" not in line)
    if code:
        yield f"biber ended with {code}: {said[-200:]!r}"


def through_latex(folder: Path, entries: Sequence[str]) -> Iterator[str]:
    """pdflatex over each entry of the bibliography by itself, without shell escape: it may fail, but reads and writes its own files only."""
    for number, entry in enumerate(entries):
        place = folder / f"t{number}"
        place.mkdir()
        (place / "it.bib").write_text(entry, encoding="utf-8")
        (place / "it.tex").write_text(_LATEX)
        (place / "it.aux").write_text(_AUX % "plainnat")
        _run(place, "bibtex", "it", seconds=60)
        code, said = _run(place, "pdflatex", "-no-shell-escape", "-recorder", "-interaction=batchmode", "it.tex", seconds=60)
        if code == -1:
            yield f"{said}: {entry[:300]!r}"
        record = (place / "it.fls").read_text(errors="replace") if (place / "it.fls").exists() else ""
        for kind, path in re.findall(r"^(INPUT|OUTPUT) (.*)$", record, re.MULTILINE):
            own = re.fullmatch(r"(?:\./)?it\.(?:aux|bbl|log|pdf|tex|out)", path) is not None
            if not own and (kind == "OUTPUT" or not re.search(r"/(?:texmf|\.?texlive)", path)):
                yield f"latex: {kind} {path}: {entry[:300]!r}"
        strays = {path.name for path in place.iterdir()} - {f"it.{end}" for end in ("aux", "bbl", "blg", "bib", "fls", "log", "pdf", "tex")}
        if strays:
            yield f"latex made {sorted(strays)}: {entry[:300]!r}"
        shutil.rmtree(place)


def entries_of(text: str) -> list[str]:
    """The entries of an export as texts."""
    starts = [match.start() for match in _HEAD.finditer(text)] + [len(text)]
    return [text[start:end] for start, end in pairwise(starts)]

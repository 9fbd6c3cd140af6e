"""The ways of hostile text through papertui, each a stage that yields what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.hostile import checks, commands, tex
from bench.hostile.answers import Answers, hostile_answers
from bench.hostile.reader import COLUMNS, ROWS, on_a_terminal, read_everything
from bench.hostile.sandbox import Done, Sandbox
from bench.hostile.strings import giant
from bench.hostile.ways_in import LISTS, Supply, feed, marks_in

FAULT = -1
CODES = {0, 1, 2, 3}
LISTINGS = ("table", "json", "jsonl", "tsv", "ids")
TSV_COLUMNS = 13
HARMLESS_SEQUENCES: frozenset[bytes] = frozenset((b"\x1b[K", b"\x1b[0m", b"\x1b[1m", b"\x1b[2m"))
"""What commands write on a terminal: the progress line is wiped, tables have bold heads and faint rows."""

SECONDS_FOR_A_GIANT = 10.0


def checked(done: Done, arguments: Sequence[Any], codes: Iterable[int] = CODES) -> Iterator[str]:
    """What is wrong with one finished command."""
    where = " ".join(map(repr, arguments))[:160]
    if done.code not in codes:
        yield f"{where}: exit {done.code}: {done.err.strip()[-300:]}"
    told_on_stdout = "doctor" in arguments and done.code == 1
    yield from checks.in_errors(done.err, 0 if told_on_stdout else done.code, where)
    words = [word for word in arguments if isinstance(word, str)]
    form = words[words.index("--format") + 1] if "--format" in words[:-1] else ""
    if form in ("json", "jsonl") and done.code == 0:
        yield from checks.in_json(done.out, where)
    elif form == "tsv":
        yield from checks.in_lines(done.out, where, TSV_COLUMNS)
    yield from checks.in_text(done.out.replace("\t", " "), f"{where}: stdout", colours="always" in words)


def fill(sandbox: Sandbox, supply: Supply, answers: Answers, items: int, entries: int) -> Iterator[str]:
    """Hostile feed and lists into the library: fetched, scored, loaded from files, a folder, an address and standard input."""
    address = answers.add(f"/{sandbox.root.name}/rss/", feed(supply, items))
    env = fetching(address)
    arguments: tuple[Any, ...] = ("update",)
    yield from checked(sandbox.run(*arguments, env=env, timeout=300), arguments, (0, 3))
    lists = sandbox.home / "lists"
    lists.mkdir(exist_ok=True)
    for number, (name, make) in enumerate(LISTS.items()):
        data = make(supply, entries)
        if number == 0:
            done = sandbox.run("load", "-", "--date", name[:10], stdin=data)
        elif number == 1:
            done = sandbox.run("load", answers.add(f"/{sandbox.root.name}/{name}", data))
        else:
            folder = lists / _file_name(supply.argument())
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
            done = sandbox.run("load", str(folder / name).encode("utf-8", "surrogateescape"))
        yield from checked(done, ("load", name), (0, 3))
        for stray in range(3):
            file = lists / (_file_name(supply.argument()) + (".json", ".md", ".txt")[stray])
            file.write_bytes(supply.take().encode("utf-8", "surrogatepass"))
    yield from checked(sandbox.run("load", str(lists), "--name", supply.argument() + "x"), ("load", "DIR"), (0, 3))


def _file_name(text: str) -> str:
    """A name that a folder takes: no slash, at most 200 bytes, and seen by the search for lists."""
    return "n" + text.replace("/", "_").encode("utf-8", "surrogateescape")[:180].decode("utf-8", "surrogateescape")


def fetching(address: str) -> dict[str, str]:
    """Settings that fetch from loopback, at once."""
    return {
        "PAPERTUI_SOURCES__ENABLED": '["arxiv"]', "PAPERTUI_SOURCES__ARXIV__FEED_URL": address, "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    }  # fmt: skip


def listed(sandbox: Sandbox, marked: set[str]) -> Iterator[str]:
    """Everything that prints papers, without a terminal; and whether what went in is there at all."""
    for form in LISTINGS:
        for color in ("auto", "always"):
            arguments = ("--color", color, "list", "--all", "--format", form)
            done = sandbox.run(*arguments)
            yield from checked(done, arguments, (0,))
            if form == "jsonl":
                yield from coverage("the library", done.out, marked, 0.5)
    ids = sandbox.run("list", "--all", "--format", "ids").out.split()
    jobs = [{"arguments": ["show", paper, "--format", form]} for paper in ids for form in ("text", "json")]
    yield from many(sandbox, jobs, (0,))
    jobs = [{"arguments": ["export", paper, "--format", form]} for paper in ids[:100] for form in ("bibtex", "jsonl")]
    yield from many(sandbox, jobs, (0,))


def coverage(where: str, text: str, marked: set[str], least: float) -> Iterator[str]:
    """A finding where so few of the marked strings came out that the rest of the run would prove little."""
    seen = marks_in(text) & marked
    if len(seen) < least * len(marked):
        yield f"{where} shows only {len(seen)} of {len(marked)} marked strings"


def shown_marks(sandbox: Sandbox) -> set[str]:
    """The marks that the reader has to show: of titles, authors, abstracts and comments that are listed."""
    found: set[str] = set()
    for line in sandbox.run("list", "--since", "2026-01-01", "--format", "jsonl").out.splitlines():
        record = json.loads(line)
        found |= marks_in(" ".join((record["title"], " ".join(record["authors"]), record["abstract"][:2_000], record["comment"] or "")))
    return found


def many(sandbox: Sandbox, jobs: Sequence[Mapping[str, Any]], codes: Iterable[int] = CODES) -> Iterator[str]:
    """Jobs in one process."""
    for job, done in zip(jobs, sandbox.run_many(jobs), strict=False):
        yield from checked(done, [*job["arguments"], *job.get("env", {}).items()], codes)


def told(sandbox: Sandbox, supply: Supply, count: int) -> Iterator[str]:
    """Hostile words on the command line, in settings, in profiles and on standard input."""
    jobs: list[commands.Job] = []
    for number in range(count):
        kind = number % 8
        if kind < 5:
            jobs.append(commands.words(supply, sandbox, number - number // 8 * 3))
        elif kind == 5:
            jobs.append(commands.from_stdin(supply, number // 8))
        elif kind == 6:
            jobs.append(commands.settings(supply, number // 8))
            if number % 40 == 6:  # it looks at everything, which takes a while
                jobs.append({"arguments": ["doctor"], **({"env": jobs[-1]["env"]} if "env" in jobs[-1] else {})})
            jobs.append({"arguments": ["list", "--limit", "1"], "config": ""})
        else:
            jobs += commands.profiles(supply, number // 8)
    yield from many(sandbox, jobs)


def answered(sandbox: Sandbox, supply: Supply, answers: Answers, count: int) -> Iterator[str]:
    """Hostile answers of servers, to `fetch` and to `load`: they end in error lines."""
    addresses = hostile_answers(answers, supply, count)
    jobs: list[commands.Job] = [{"arguments": ["fetch"], "env": fetching(address)} for address in addresses if "/" in address]
    jobs += [{"arguments": ["load", address]} for address in addresses]
    yield from many(sandbox, jobs)


def appended(sandbox: Sandbox, supply: Supply, count: int) -> Iterator[str]:
    """Exports into a .bib of somebody else's: its bytes stay, whatever they are."""
    files = [pair for number in range(count) for pair in commands.bibliographies(supply, sandbox, number)]
    jobs = [
        {"arguments": ["export", "arxiv:2611.00002", "arxiv:2611.00003", "arxiv:2611.00004", "--append", "-o", str(path)]}
        for path, _ in files
    ]
    yield from many(sandbox, jobs)
    for path, before in files:
        if not path.read_bytes().startswith(before):
            yield f"{path}: {before[:80]!r} is not at its beginning any more"


def exported(sandbox: Sandbox, folder: Path, compiled: int) -> Iterator[str]:
    """The whole library as BibTeX, through every program that reads it."""
    bib = sandbox.out / "everything.bib"
    yield from checked(sandbox.run("export", "--all", "-o", str(bib)), ("export", "--all"), (0,))
    text = bib.read_text(encoding="utf-8")
    yield from checks.in_text(text, "export")
    yield from tex.in_bib(text, len(sandbox.run("list", "--all", "--format", "ids").out.split()))
    jsonl = sandbox.out / "everything.jsonl"
    yield from checked(sandbox.run("export", "--all", "--format", "jsonl", "-o", str(jsonl)), ("export", "jsonl"), (0,))
    yield from checks.in_json(jsonl.read_text(encoding="utf-8"), "export jsonl")
    yield from checked(sandbox.run("load", str(jsonl), env={"PAPERTUI_HOME": str(sandbox.out / "again")}), ("load", "our own"), (0, 3))
    have = tex.programs()
    if "bibtex" in have:
        yield from tex.through_bibtex(folder, text)
    if "biber" in have:
        yield from tex.through_biber(folder, text)
    if {"pdflatex", "bibtex"} <= set(have):
        entries = [entry for entry in tex.entries_of(text) if "\\" in entry]
        yield from tex.through_latex(folder, entries[:: max(1, len(entries) // max(1, compiled))][:compiled])


def screens(sandbox: Sandbox, harmless: Sandbox, answers: Answers, supply: Supply, papers: int, harmless_papers: int) -> Iterator[str]:
    """The reader over every paper, and each command on a terminal: only what harmless text causes as well reaches it."""
    pastes = [supply.take() for _ in range(8)]
    editions = len(LISTS) + 1
    answers.add("/pdf/", b"%PDF-1.7")
    pdfs = {"PAPERTUI_SOURCES__ARXIV__SITE_URL": answers.address}
    quiet = {"PAPERTUI_OPEN__URL": f'["{harmless.stubs / "viewer"}"]'} | pdfs | fetching(answers.address + "/nothing/")
    plain, why = read_everything(harmless, editions, harmless_papers, ["plain words"] * 3, quiet, 2)
    if why:
        yield f"harmless: {why}"
    env = {
        "PAPERTUI_OPEN__URL": _viewer(sandbox, "url"),
        "PAPERTUI_OPEN__PDF": _viewer(sandbox, "path"),
        "PAPERTUI_EXPORT__BIB_FILE": str(sandbox.out / "reader.bib"),
    }
    env |= pdfs | fetching(f"{answers.address}/answer/7/")
    before, expected = len(sandbox.started()), shown_marks(sandbox)
    raw, why = read_everything(sandbox, editions, papers, pastes, env, 25)
    (sandbox.root.parent / "reader.raw").write_bytes(raw)  # kept with --keep: what to look at first
    if why:
        yield f"reader: {why}"
    yield from checks.on_screen(raw, checks.shapes(plain), ROWS, COLUMNS)
    if b"\x1b]0;" in raw or b"\x1b]2;" in raw:
        yield "the window's title was set"
    yield from coverage("the reader", raw.decode("utf-8", "replace"), expected, 0.8)
    yield from _opened(sandbox.started()[before:], sandbox.home)
    for arguments in (
        ["list", "--all"],
        ["list", "--all", "--format", "json"],
        ["--color", "always", "list"],
        ["search", "end"],
        ["export", "--all"],
        ["load", str(sandbox.home / "lists")],
        ["update"],
        ["profile", "show"],
        ["paths"],
        ["config", "path"],
    ):
        on_it = on_a_terminal(sandbox, arguments, env)
        yield from (f"{' '.join(arguments)} on a terminal: {found}" for found in checks.on_screen(on_it, HARMLESS_SEQUENCES, ROWS, COLUMNS))


def _viewer(sandbox: Sandbox, placeholder: str) -> str:
    return f'["{sandbox.stubs / "viewer"}", "--flag={{{placeholder}}}", "-x"]'


def _opened(started: Sequence[tuple[str, list[str]]], home: Path) -> Iterator[str]:
    """The opener gets one address or one file of ours in the place that was set, and nothing else is started."""
    ours = rf"https://arxiv\.org/abs/26\d\d\.\d{{5}}|{re.escape(str(home / 'pdf'))}/26\d\d\.\d{{5}}(?:v\d+)?\.pdf"
    if not any("/pdf/" in word for _, words in started for word in words):
        yield "no PDF was ever opened"
    for name, arguments in started:
        if name != "viewer" or len(arguments) != 2 or arguments[1] != "-x" or not re.fullmatch(f"--flag=(?:{ours})", arguments[0]):
            yield f"the opener was called as {name} {arguments}"


def giants(sandbox: Sandbox, supply: Supply, answers: Answers, count: int) -> Iterator[str]:
    """A million characters in one field: nothing may take longer than its length."""
    for number in range(count):
        text = giant(supply.rng)
        supply.taken += 1
        own = Supply(iter([text] * 40), number)
        own.number = lambda number=number: f"2610.{number + 1:05d}"  # type: ignore[method-assign, misc]  # papers of their own
        record = {"2610.00001": {"title": f"x {text}", "abstract": text, "authors": text, "COMMENT": text, "RELEVANCE": 9, "NOVELTY": 8}}
        ways: tuple[commands.Job, ...] = (
            ({"arguments": ["load", "-", "--date", "2026-10-01", "--name", "giant"], "stdin": json.dumps(record)}),
            ({"arguments": ["load", "-", "--date", "2026-10-02", "--name", "giant"],
            "stdin": f"ArXiv ID: 2610.00002\nAuthors: {text}\nAbstract: {text}\nRelevance: 9 Novelty: 8"}),
            ({"arguments": ["fetch"], "env": fetching(answers.add(f"/giant/{number}/", feed(own, 1, "Thu, 01 Oct 2026 00:00:00 -0400")))}),
            ({"arguments": ["search", text[:100_000]]}),
            ({"arguments": ["note", "arxiv:2611.00003", text[:100_000]]}),
            ({"arguments": ["--profile", "giant", "list"], "files": {"profiles/giant.md": text[:100_000]}}),
            ({"arguments": ["--profile", "giant", "score", "--date", "2026-11-12", "--rescore"]}),
            ({"arguments": ["export", "arxiv:2610.00001"]}),
        )  # fmt: skip
        for job, done in zip(ways, sandbox.run_many(ways), strict=False):
            arguments = [f"giant of {text[:8]!r}", *job["arguments"][:3]]
            yield from checked(done, arguments)
            if done.seconds > SECONDS_FOR_A_GIANT:
                yield f"{arguments}: {done.seconds:.1f} s"

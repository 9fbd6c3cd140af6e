"""Command lines, settings and profiles with hostile words in every place that takes one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.hostile.sandbox import Sandbox
from bench.hostile.ways_in import Supply

Job = dict[str, Any]

SETTINGS = (
    "profile", "sources.enabled", "sources.arxiv.categories", "sources.arxiv.feed_url", "sources.arxiv.delay_seconds", "scoring.scorer",
    "scoring.prefer", "export.bib_file",
    "export.key_style", "export.ascii", "open.pdf", "open.url", "tui.theme", "llm.model", "hooks.on_save",
)  # fmt: skip


def _file_name(text: str) -> str:
    return text.replace("/", "_")[:80] or "x"


def words(supply: Supply, sandbox: Sandbox, number: int) -> Job:
    """A command line with one hostile word; which place it takes goes round with `number`."""
    text, known = supply.argument(), "arxiv:2611.00002"
    out = str(sandbox.out / f"{number}{_file_name(text)}")
    places: tuple[list[str], ...] = (
        ["search", text], ["search", "learning", text, "--format", "jsonl"], ["list", "--all", "--query", text], ["list", "--tag", text],
        ["list", "--source", text],
        ["list", "--scorer", text], ["list", "--sort", text], ["list", "--date", text], ["list", "--limit", text], ["list", "--format", text],
        ["show", text], ["mark", text, "--save"],
        ["note", known, text], ["note", text, "words"], ["tag", known, f"+{text}"], ["tag", known, f"-{text}"],
        ["tag", known, f"+x{number}{''.join(text.split())[:30]}"],
        ["export", text], ["export", known, "-o", out], ["export", known, "--append", "-o", out], ["load", out],
        ["load", str(sandbox.home / "lists"), "--name", text], ["profile", "show", text],
        ["profile", "new", text], ["--profile", text, "list"], ["fetch", "--source", text], ["fetch", "--date", text], ["backup", out], ["restore", out],
        ["--home", out, "list"],
        ["--home", out, "export", "--all"],
        [text], ["list", f"--{text}"], ["config", text], ["list", "--min-relevance", text], ["--color", text, "list"], [text, "list"],
        ["--date", text], ["mark", "--read", "--", text],
    )  # fmt: skip
    return {"arguments": places[number % len(places)]}


def from_stdin(supply: Supply, number: int) -> Job:
    """A command that reads hostile text from standard input."""
    texts = "\n".join(supply.take() for _ in range(3))
    places = (
        ["note", "arxiv:2611.00003", "-"],
        ["mark", "-", "--save"],
        ["load", "-"],
        ["load", "-", "--date", "2026-11-02", "--name", "x"],
    )
    return {"arguments": places[number % len(places)], "stdin": texts}


def settings(supply: Supply, number: int) -> Job:
    """Settings from the file or the environment, well formed and not."""
    key, text = SETTINGS[number % len(SETTINGS)], supply.take()
    command = (["list"], ["config", "show"], ["export", "--all", "--append"], ["fetch"])[
        number % 4 if key != "sources.arxiv.feed_url" else 1
    ]
    quoted = json.dumps(text)
    environment = supply.argument()
    forms: tuple[Job, ...] = (
        {"config": f"[{key.rpartition('.')[0] or 'x'}]\n{key.rpartition('.')[2]} = {quoted}\n" if "." in key else f"{key} = {quoted}\n"},
        {"config": f"{key} = {text}\n"}, {"config": f"{quoted} = 1\n"}, {"config": text}, {"config": f"[{text}]\nx = 1"},
        {"env": {f"PAPERTUI_{key.upper().replace('.', '__')}": environment}}, {"env": {f"PAPERTUI_{environment.replace('=', '')}": "1"}},
        {"env": {"PAPERTUI_NOW": environment}},
        {"env": {"PAPERTUI_HOME": f"/nowhere/{_file_name(environment)}"}},
        {"env": {"COLUMNS": environment, "TERM": environment, "LC_ALL": environment}}, {"env": {"HTTP_PROXY": environment, "NO_PROXY": environment}},
    )  # fmt: skip
    form = forms[number // len(SETTINGS) % len(forms)]
    if "HTTP_PROXY" in form.get("env", {}) or "fetch" in command:
        command = ["list"]
    if key == "export.bib_file":
        command = ["config", "show"]  # a relative one is a file of the current folder, which the user asked for
    return {"arguments": command, "config": "", **form}


def profiles(supply: Supply, number: int) -> Iterator[Job]:
    """A profile with hostile prose or front matter, shown, listed by and scored by."""
    text, name = supply.take(), f"p{number}"
    quoted = json.dumps(supply.take())
    forms = (
        f"# Interests\n- {text}\n- **{text}**: x\n\n# Not\n{text}\n",
        f"+++\nkeywords = [{quoted}]\nfollowed = [{quoted}]\nmuted_words = [{quoted}]\n+++\n{text}", f"+++\n{text}\n+++\nx",
        f"+++\ncategories = [{quoted}]\n+++\n", f"+++\nsources = [{quoted}]\n+++\n", f"---\n{quoted} = 1\n---\n", text,
    )  # fmt: skip
    file = {f"profiles/{name}.md": forms[number % len(forms)]}
    yield {"arguments": ["--profile", name, "profile", "show"], "files": file, "config": ""}
    yield {"arguments": ["--profile", name, "list", "--limit", "1"]}
    if number % 10 == 0:
        yield {"arguments": ["--profile", name, "score", "--date", "2026-11-12", "--rescore"]}


def bibliographies(supply: Supply, sandbox: Sandbox, number: int) -> Iterator[tuple[Path, bytes]]:
    """A .bib that somebody else wrote, to append to."""
    text = supply.take().encode("utf-8", "surrogatepass")
    forms = (
        text,
        b"@misc{a, title={%s}}\n" % text,
        b"@misc{%s, title={x}}\n" % text,
        b'@article{a, title="%s", year=2020}\r\n' % text,
        b"%% %s\n@comment{%s}\n" % (text, text),
        b"\xef\xbb\xbf" + text,
        b"@string{a=%s}" % text,
    )
    path = sandbox.out / f"other{number}.bib"
    path.write_bytes(forms[number % len(forms)])
    yield path, path.read_bytes()

"""Completion in real shells: what a person gets for a Tab, and that no text of ours or of a library is ever run."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from papertui.cli.parser import EVERYWHERE
from papertui.cli.program import COMMANDS
from papertui.cli.shape import Argument, Shape, Values, shapes
from tests.command import papertui

SHELLS = ("bash", "zsh", "fish")


def needs(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not here")
    return found


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three scripts, `c.bash` and so on, and a `bin/papertui` that knows two editions and two profiles."""
    folder = tmp_path_factory.mktemp("completion")
    for shell in SHELLS:
        (folder / f"c.{shell}").write_text(papertui(folder / "home", "completion", shell).out, encoding="utf-8")
    (folder / "bin").mkdir()
    stand_in = folder / "bin" / "papertui"
    stand_in.write_text(
        '#!/bin/sh\ncase "$*" in *dates) echo 2026-11-23; echo 2026-11-20;; *) echo default; echo "\\$(touch pwned)";; esac\n'
    )
    stand_in.chmod(0o755)
    (folder / "files" / "a folder").mkdir(parents=True)
    (folder / "files" / "list.json").touch()
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def in_bash(scripts: Path, *words: str) -> list[str]:
    """What bash's completion function answers; the last word is the one that is being typed."""
    program = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _papertui; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        [needs("bash"), "--norc", "-c", program, "-", str(scripts / "c.bash"), "papertui", *words],
        cwd=scripts / "files", env=environment(scripts), capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout != "\n" else []


def in_fish(scripts: Path, *words: str) -> list[str]:
    line = " ".join(["papertui", *words])
    done = subprocess.run(
        [needs("fish"), "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]', str(scripts / "c.fish"), line],
        cwd=scripts / "files", env=environment(scripts), capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return [each.split("\t")[0] for each in done.stdout.splitlines()]


ALIKE: list[tuple[tuple[str, ...], set[str]]] = [
    (("li",), {"list"}),
    (("--home", "/tmp", "pa"), {"paths"}),
    (("mark", "--un"), {"--unread", "--unsave", "--unhide"}),
    (("list", "--format", "json"), {"json", "jsonl"}),
    (("list", "--min-relevance", "9", "--form"), {"--format"}),
    (("list", "--date", ""), {"newest", "2026-11-23", "2026-11-20"}),
    (("list", "--format", "json", "--since", ""), {"2026-11-23", "2026-11-20"}),
    (("list", "--limit", ""), set()),
    (("show", ""), set()),
    (("config", ""), {"show", "path", "edit", "describe"}),
    (("config", "show", ""), set()),
    (("--quiet", "profile", "show", "d"), {"default"}),
    (("load", "li"), {"list.json"}),
    (("export", "--format", "bibtex", "-o", "li"), {"list.json"}),
    (("--color", "a"), {"auto", "always"}),
]
"""Words on the line, and what is offered for the last of them."""


@pytest.mark.parametrize(("words", "offered"), ALIKE, ids=lambda each: " ".join(each) if isinstance(each, tuple) else "")
def test_bash_and_fish_offer_what_the_command_takes(scripts: Path, words: tuple[str, ...], offered: set[str]) -> None:
    answers: list[Callable[..., list[str]]] = [in_bash] if shutil.which("bash") else []
    answers += [in_fish] if shutil.which("fish") else []
    if not answers:
        pytest.skip("neither bash nor fish is here")
    for answer in answers:
        assert set(answer(scripts, *words)) == offered, answer.__name__


def test_every_command_and_every_option_is_offered_by_bash(scripts: Path) -> None:
    assert in_bash(scripts, "") == [command.name for command in COMMANDS]
    for shape in shapes():
        given = [shape.name, "-"] if shape.name else ["-"]
        assert sorted(in_bash(scripts, *given)) == sorted(name for option in shape.options for name in option.names)


def test_bash_knows_a_value_behind_an_equals_sign_and_words_that_it_cut_at_a_colon(scripts: Path) -> None:
    assert in_bash(scripts, "list", "--format", "=", "t") == ["table", "tsv"]
    assert in_bash(scripts, "list", "--format", "=") == ["table", "json", "jsonl", "tsv", "ids"]
    assert in_bash(scripts, "--profile", "=", "x", "confi") == ["config"]
    assert in_bash(scripts, "list", "--source", "list", ":", "demo", "--mi") == ["--min-relevance", "--min-novelty"]


def test_what_a_library_says_is_offered_as_it_is_and_never_run(scripts: Path) -> None:
    assert in_bash(scripts, "profile", "show", "") == ["default", "$(touch pwned)"]
    assert not list(scripts.rglob("pwned"))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_finds_nothing_wrong_with_its_script(scripts: Path, shell: str) -> None:
    done = subprocess.run([needs(shell), "-n", str(scripts / f"c.{shell}")], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


class Terminal:
    """An interactive shell on a pseudo-terminal."""

    def __init__(self, argv: list[str], env: dict[str, str], folder: Path) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(argv[0], argv, env)

    def type(self, keys: str, until: str, seconds: float = 20.0) -> str:
        """Type, and read until `until` (a pattern) was written."""
        os.write(self._fd, keys.encode())
        seen, limit = "", time.monotonic() + seconds
        while not re.search(until, seen):
            assert time.monotonic() < limit, f"{keys!r}: no {until!r} in {seen!r}"
            if select.select([self._fd], [], [], 0.5)[0]:
                seen += os.read(self._fd, 65536).decode("utf-8", "replace")
        return seen

    def close(self) -> None:
        os.close(self._fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@pytest.fixture
def zsh(scripts: Path) -> Iterator[Terminal]:
    terminal = Terminal([needs("zsh"), "-f", "-i"], environment(scripts), scripts / "files")
    setup = f"PS1='> '; autoload -Uz compinit; compinit -u -d '{scripts}/dump'; source '{scripts}/c.zsh'; print rea''dy\n"
    terminal.type(setup, r"ready\r\n[^$]*> ")
    yield terminal
    terminal.close()


NEW_LINE = "\x15"
"""Ctrl-U: throws away what stands on the line."""


def test_zsh_completes_commands_options_values_and_files(zsh: Terminal) -> None:
    for keys, until in [
        ("papertui upd\t", "update "),
        ("papertui --home /tmp confi\t d\t", "describe "),
        ("papertui list --form\t js\t\t", "json +jsonl"),
        ("papertui list --date \t\t", "newest +2026-11-23"),
        ("papertui mark --save --un\t\t", "--unread +-- mark unread"),
        ("papertui load --name x li\t", "list.json "),
        ("papertui profile show def\t", "default "),
        ("papertui --quiet und\t", "undo "),
    ]:
        zsh.type(f"{NEW_LINE}{keys}", until)


def test_bash_itself_completes_with_the_function_that_was_named_to_it(scripts: Path) -> None:
    terminal = Terminal([needs("bash"), "--norc", "--noprofile", "-i"], environment(scripts), scripts / "files")
    try:
        terminal.type(f"PS1='> '; source '{scripts}/c.bash'; echo rea''dy\n", r"ready\r\n[^$]*> ")
        for keys, until in [("papertui upd\t", "update "), ("papertui load li\t", "list.json "), ("papertui --home a\t", r"a\\ folder/")]:
            terminal.type(f"{NEW_LINE}{keys}", until)
    finally:
        terminal.close()


HOSTILE = "it's [a] \"b\": $(touch pwned) `touch pwned` \\ \\' ;; ) } {x} %F *? ~"


def test_help_in_which_every_mark_of_the_shells_occurs_stays_text(tmp_path: Path) -> None:
    option = Argument(("--odd",), HOSTILE, HOSTILE, Values("text"), "", False, False, ())
    words = Argument(("--word",), HOSTILE, "W", Values("words", ("one", "two")), EVERYWHERE, False, True, ())
    place = Argument((), HOSTILE, HOSTILE, Values("files"), "", True, False, ())
    table = (Shape("", HOSTILE, HOSTILE, (words,)), Shape("odd", HOSTILE, HOSTILE, (words, option, place)))
    for shell in SHELLS:
        lines = import_module(f"papertui.cli.completion_{shell}").script(table)
        assert all("\n" not in line for line in lines)
        (tmp_path / f"c.{shell}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if shell := shutil.which("bash"):
        subprocess.run([shell, "--norc", "-c", 'source "$0"', str(tmp_path / "c.bash")], cwd=tmp_path, check=True, timeout=30)
    if shell := shutil.which("fish"):
        program = 'source $argv[1]; complete -C "papertui odd --o"; complete -C "papertui --word "'
        done = subprocess.run(
            [shell, "--no-config", "-c", program, str(tmp_path / "c.fish")],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True, timeout=30,
        )  # fmt: skip
        assert f"--odd\t{HOSTILE}\n" in done.stdout
    if shell := shutil.which("zsh"):
        terminal = Terminal([shell, "-f", "-i"], environment(tmp_path), tmp_path)
        try:
            terminal.type(
                f"PS1='> '; autoload -Uz compinit; compinit -u -D; source '{tmp_path}/c.zsh'; print rea''dy\n", r"ready\r\n[^$]*> "
            )
            told = terminal.type("papertui odd --\t\t", re.escape("-- it's [a]"))
            assert "--word" in told
        finally:
            terminal.close()
    assert not (tmp_path / "pwned").exists()


def test_what_is_offered_are_words_that_no_shell_reads_as_anything_else() -> None:
    for shape in shapes():
        for argument in shape.arguments:
            for word in (shape.name, *argument.names, *(argument.values.words if argument.values else ())):
                assert re.fullmatch(r"[A-Za-z0-9-]*", word)


def test_the_values_that_a_script_asks_for_are_those_of_the_library(tmp_path: Path) -> None:
    assert papertui(tmp_path / "h", "completion", "--values", "dates").out == ""
    assert papertui(tmp_path / "h", "completion", "--values", "profiles").out == "default\n"
    assert not (tmp_path / "h").exists()
    (tmp_path / "day.json").write_text('{"2511.00001": {"title": "T", "abstract": "A", "RELEVANCE": 9, "NOVELTY": 8}}', encoding="utf-8")
    papertui(tmp_path / "h", "load", str(tmp_path / "day.json"), "--name", "x", "--date", "2025-11-05")
    assert papertui(tmp_path / "h", "completion", "--values", "dates").out == "2025-11-05\n"


def test_completion_for_no_shell_is_one_line_that_names_them(tmp_path: Path) -> None:
    assert "bash, zsh or fish" in papertui(tmp_path, "completion", code=2).err
    assert papertui(tmp_path, "completion", "tcsh", code=2).err.count("\n") == 1


def test_asking_for_values_reads_no_command_table(tmp_path: Path) -> None:
    program = (
        "import sys; from papertui.cli.main import main; main(['--home', sys.argv[1], 'completion', '--values', 'dates']); "
        "assert 'papertui.cli.shape' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=30)

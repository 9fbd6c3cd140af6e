"""The manual page: everything that the tables hold is in it, and roff reads it as it is meant."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from papertui.cli import roff
from papertui.cli.manual import page
from papertui.cli.program import COMMANDS
from papertui.cli.shape import shapes
from papertui.keymap import KEYS
from papertui.settings import TABLE
from tests.command import papertui

PAGE = "\n".join(page(shapes())) + "\n"

ROFF = {"\\-": "-", "\\e": "\\", "\\(dq": '"', "\\(aq": "'", "\\(ga": "`", "\\(ha": "^", "\\(ti": "~", "\\&": ""}


def read_back(lines: str) -> str:
    """What a reader sees of text in roff: escapes undone, fonts left out."""
    text = re.sub(r"\\f[BIR]", "", lines)
    return re.sub(r"\\(?:-|e|&|\(..|\[u([0-9A-F]+)\])", lambda match: chr(int(match[1], 16)) if match[1] else ROFF[match[0]], text)


TOLD = " ".join(read_back(PAGE).split())


def test_the_command_prints_the_page_whatever_holds_where_it_runs(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("not toml", encoding="utf-8")
    assert papertui(tmp_path, "man", env={"COLUMNS": "40", "LC_ALL": "C"}).out == PAGE
    assert PAGE.isascii()


def test_every_command_option_setting_and_key_is_in_it() -> None:
    headings = re.findall(r"^\.SS (\S+)$", PAGE, re.MULTILINE)
    assert [name for name in headings if name in {command.name for command in COMMANDS}] == [command.name for command in COMMANDS]
    for shape in shapes():
        assert shape.about in TOLD or not shape.name
        for argument in shape.arguments:
            if "--help" not in argument.names:
                assert f"{', '.join(argument.names)} {argument.shown}".strip() in TOLD
                assert argument.help in TOLD
    assert [setting.key for setting in TABLE if setting.key not in TOLD] == []
    assert [key.id for key in KEYS if f"{key.shown} {key.help} [{key.id}]" not in TOLD] == []


def test_everything_that_papertui_writes_is_under_files(tmp_path: Path) -> None:
    for line in papertui(tmp_path, "paths").out.splitlines():
        where = Path(line.split(maxsplit=1)[1]).relative_to(tmp_path)
        assert re.search(rf"^\.TP\n\\fI{re.escape(str(where))}\\fR$", PAGE, re.MULTILINE), where


@pytest.mark.parametrize("text", [r"a\b \n \fB", ".TH x", "'hi", "--a-b", "-", 'x ^y ~z `q` "r"', "née 日本 ↓", "up-to-date", "2025-11-05"])
def test_text_comes_back_as_it_was_and_is_never_a_command(text: str) -> None:
    for lines in (list(roff.sentences(text)), list(roff.entry(text and roff.bold(text), text))[2:]):
        assert read_back(" ".join(lines)) == text
        assert all(line.isascii() and not line.startswith((".", "'")) for line in lines)
    assert read_back(roff.bold(text)) == text


def test_a_hyphen_can_be_copied_where_it_is_typed_and_wraps_where_it_joins_words() -> None:
    assert roff.text("--no-wait up-to-date 2025-11-05") == r"\-\-no\-wait up-to-date 2025\-11\-05"


@pytest.mark.parametrize(
    "command",
    [("groff", "-man", "-Tutf8", "-ww", "-rCHECKSTYLE=3"), ("mandoc", "-T", "lint", "-W", "warning"), ("man", "--warnings", "-l", "-")],
)
def test_the_formatters_show_it_without_a_warning(tmp_path: Path, command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    file = tmp_path / "papertui.1"
    file.write_text(PAGE, encoding="ascii")
    given = command if command[-1] == "-" else (*command, str(file))
    done = subprocess.run(
        given, input=PAGE, capture_output=True, text=True, timeout=60, check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    if command[0] != "mandoc":
        assert "--min-relevance" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    else:
        assert done.stdout == ""

"""What is said to somebody who asks for help or types what is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from papertui.cli.program import COMMANDS, build_parser, run_command
from tests.command import papertui


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lits"], "the nearest is list"),
        (["list", "--bogus"], "papertui list does not take '--bogus'; papertui list --help says"),
        (["list", "--limit", "many"], "'many' is no number of papers; papertui list --help"),
        (["show"], "required: ID"),
        (["--color", "green"], "(choose from"),
        (["mark", "2511.00001", "--read", "--unread"], "not allowed with"),
        (["--sa"], "papertui does not take '--sa'"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_that_says_what_and_where_help_is(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTUI_HOME", str(tmp_path / "h"))
    assert run_command(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("papertui: ")
    assert err.count("\n") == 1
    assert told in err
    assert not (tmp_path / "h").exists()


@pytest.mark.parametrize(
    "place", [["{}"], ["list", "{}"], ["list", "--{}"], ["list", "--format", "{}"], ["list", "--date={}"], ["list", "--all={}"]]
)
def test_what_was_typed_is_quoted_without_what_a_terminal_would_obey(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([each.format("a\x1b]0;owned\x07\u202e\n\ud800") for each in place]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err[:-1].isprintable()


@pytest.mark.parametrize("columns", [60, 80])
def test_help_of_every_command_stays_within_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in COMMANDS:
        parser = build_parser([command.name])
        (sub,) = (action.choices[command.name] for action in parser._actions if isinstance(action.choices, dict))
        told = sub.format_help()
        assert max(map(len, told.splitlines())) <= columns
        assert told.startswith(f"usage: papertui {command.name} ")
        assert told.count("--home") == 1, "what every command takes is listed, not in the usage line"


def test_help_of_the_program_names_every_command_with_its_line(tmp_path: Path) -> None:
    told = " ".join(papertui(tmp_path, "--help").out.split())
    for command in COMMANDS:
        assert f" {command.name} {command.help} " in told

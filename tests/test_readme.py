"""README.md keeps up with the program: its two first commands, every command, every key it tells of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["reader", "tests"])
def test_the_first_commands_are_one_line_each_for_people_and_for_ci(name: str) -> None:
    (block,) = re.findall(rf"^<!-- ci: {name} -->\n```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert "\n" not in block
    assert block.startswith("python3 -m venv .venv && ")
    assert README.index(block) < 1500, "near the top"


def test_every_command_has_its_place() -> None:
    from papertui.cli.program import COMMANDS

    told = {word for code in re.findall(r"`([^`\n]+)`", README) for word in code.split()}
    assert [command.name for command in COMMANDS if command.name not in told] == []
    assert all(command.help for command in COMMANDS)


def test_every_key_in_the_table_exists() -> None:
    from papertui.keymap import KEYS

    bound = {key for action in KEYS for key in action.keys.split(",")} | {"…"}
    _, _, table = README.partition("## Keys")
    cells = re.findall(r"^\| ([^|]+) \|", table.partition("\n## ")[0], re.MULTILINE)
    told = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    assert len(told) > 20
    assert told - bound == set()


def test_links_lead_to_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not link.startswith("http") and not (CHECKOUT / link).exists()] == []


def test_the_pictures_are_those_that_one_command_makes() -> None:
    made = re.findall(r'Shot\("([\w-]+)".*readme=True', (CHECKOUT / "screenshots" / "make.py").read_text(encoding="utf-8"))
    assert sorted(re.findall(r"!\[[^\]]+\]\(screenshots/([\w-]+)\.svg\)", README)) == sorted(made)
    assert {path.stem for path in (CHECKOUT / "screenshots").glob("*.svg")} == set(made)

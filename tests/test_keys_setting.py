"""The reader's own keys in the settings: read from every layer, and every fault named at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from papertui.config import load_settings
from papertui.errors import UsageError
from papertui.keymap import KEYS
from papertui.settings import describe
from tests.command import papertui


def _load(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> dict[str, tuple[str, ...]]:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    return load_settings(tmp_path / "config.toml", env or {}).keys


def test_own_keys_come_from_file_and_environment(tmp_path: Path) -> None:
    text = '[keys]\nsave = "w"\ndown = "n,down"\nnext_unread = ["N", "F3"]\nnote = "e"\nexport = "E"\n'
    assert _load(tmp_path, text, {"PAPERTUI_KEYS__UNDO": "Ctrl+T", "PAPERTUI_KEYS__HIDE": "8"}) == {
        "save": ("w",), "down": ("n", "down"), "next_unread": ("N", "f3"), "note": ("e",), "export": ("E",), "undo": ("ctrl+t",), "hide": ("8",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[keys]\nsaev = "w"', "config.toml line 2: no setting is called keys.saev; the nearest is keys.save"),
        ('[keys]\nsave = ""', "config.toml line 2: keys.save is empty: an action needs a key"),
        ("[keys]\nsave = []", "config.toml line 2: keys.save is empty: an action needs a key"),
        ('[keys]\nsave = "w,,v"', "config.toml line 2: keys.save is empty: an action needs a key"),
        ('[keys]\nsave = "foo"', 'config.toml line 2: keys.save knows no key "foo"'),
        ("[keys]\nsave = true", "config.toml line 2: keys.save wants a key or several"),
        ('[keys]\nsave = "m"', "config.toml line 2: keys.save: m is the key of read already: give keys.read another one, or this"),
        ('[keys]\nsave = "w"\nread = "w"', "config.toml line 3: keys.read: w is the key of save already"),
        ('[keys]\nsave = "ctrl+z"', "config.toml line 2: keys.save: ^Z always suspends the program"),
        ('keys = "w"', "keys is a section, not"),
    ],
)
def test_a_fault_in_the_keys_is_named_with_its_place(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(UsageError) as error:
        _load(tmp_path, text)
    assert wrong in str(error.value)


def test_a_wrong_action_in_the_environment_names_the_variable_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        load_settings(tmp_path / "none", {"PAPERTUI_KEYS__SAEV": "w"})
    assert "PAPERTUI_KEYS__SAEV: no setting is called keys.saev; the nearest is keys.save (PAPERTUI_KEYS__SAVE)" in str(error.value)


def test_every_action_is_described_and_shown(tmp_path: Path) -> None:
    said = "\n".join(describe())
    assert all(f"# keys.{key.id} = " in said for key in KEYS)
    (tmp_path / "config.toml").write_text('[keys]\nsave = "w"\n')
    shown = papertui(tmp_path, "config", "show").out
    assert 'keys.save = ["w"]  # config.toml line 2' in shown
    assert 'keys.down = ["j", "down"]  # default' in shown


def test_a_fault_in_the_keys_ends_a_command_with_2_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\nsave = "m"\n')
    done = papertui(tmp_path, "list", code=2)
    assert done.err.count("\n") == 1
    assert "keys.save" in done.err

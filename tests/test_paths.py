"""Where everything lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from papertui.errors import UsageError
from papertui.paths import Paths, expanded


def every(paths: Paths) -> list[Path]:
    return [value for value in paths if value is not None]


def test_everything_is_below_a_home(tmp_path: Path) -> None:
    paths = Paths.find(None, {"PAPERTUI_HOME": str(tmp_path)})
    assert paths.config_file == tmp_path / "config.toml"
    assert paths.profiles == tmp_path / "profiles"
    assert paths.prompts == tmp_path / "prompts"
    assert paths.database == tmp_path / "papertui.db"
    assert paths.pdf == tmp_path / "pdf"
    assert paths.log == tmp_path / "log"
    assert all(path.is_relative_to(tmp_path) for path in every(paths))


def test_the_flag_beats_the_environment(tmp_path: Path) -> None:
    assert Paths.find(str(tmp_path / "flag"), {"PAPERTUI_HOME": str(tmp_path / "env")}).home == tmp_path / "flag"


def test_looking_creates_nothing(tmp_path: Path) -> None:
    Paths.find(str(tmp_path / "a" / "b"), {})
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_and_a_relative_home_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.find("~/papers", {"HOME": str(tmp_path)}).home == tmp_path / "papers"
    assert Paths.find("papers", {}).home == tmp_path / "papers"
    assert expanded("~", {"HOME": str(tmp_path)}) == tmp_path
    assert expanded("a~b", {}) == Path("a~b")


def test_an_empty_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = Paths.find(None, {"PAPERTUI_HOME": ""})
    assert paths.home is None
    assert all(path.is_absolute() and "papertui" in str(path) for path in every(paths))
    assert list(tmp_path.iterdir()) == []
    if sys.platform == "linux":
        assert paths.config_file == tmp_path / "XDG_CONFIG_HOME" / "papertui" / "config.toml"
        assert paths.database == tmp_path / "XDG_DATA_HOME" / "papertui" / "papertui.db"


@pytest.mark.parametrize("home", ["", "  ", "a\0b"])
def test_a_home_that_is_no_folder_name_is_refused(home: str) -> None:
    with pytest.raises(UsageError, match="--home"):
        Paths.find(home, {})


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"PAPERTUI_HOME .*is a file"):
        Paths.find(None, {"PAPERTUI_HOME": str(tmp_path / "file")})


def test_a_given_home_spares_the_import_of_platformdirs(tmp_path: Path) -> None:
    code = "import sys; from papertui.paths import Paths; Paths.find(sys.argv[1], {}); sys.exit('platformdirs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60).returncode == 0

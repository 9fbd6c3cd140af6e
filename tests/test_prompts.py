"""Where the texts that papertui brings along are found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import papertui
from papertui.domain.profile import parse_profile
from papertui.errors import PapertuiError
from papertui.prompts import find_prompt


def test_the_starting_profile_is_found_and_understood() -> None:
    profile = parse_profile(find_prompt("profile.md"), "default")
    assert profile.categories == ("cs.LG", "cs.CL", "stat.ML")
    assert all(topic.text for topic in profile.topics)


def test_the_readers_own_version_comes_first(tmp_path: Path) -> None:
    assert find_prompt("profile.md", tmp_path / "nowhere") == find_prompt("profile.md")
    (tmp_path / "profile.md").write_text("\ufeff- mine", encoding="utf-8")
    assert find_prompt("profile.md", tmp_path) == "- mine"


def test_a_version_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "profile.md").write_bytes(b"\xff")
    with pytest.raises(PapertuiError, match=r"profile\.md.*not UTF-8"):
        find_prompt("profile.md", tmp_path)


@pytest.mark.parametrize("name", ["../profile.md", "a/b", "", ".keep", "a\0", "profile.md\n"])
def test_only_plain_names_are_looked_for(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a prompt"):
        find_prompt(name)


def test_a_text_that_the_installation_lacks_is_named() -> None:
    with pytest.raises(PapertuiError, match="lacks prompts/nothing"):
        find_prompt("nothing.md")


def test_an_installed_package_finds_them_in_its_own_folder(tmp_path: Path) -> None:
    package = Path(papertui.__file__).parent
    shutil.copytree(package, tmp_path / "site" / "papertui", ignore=shutil.ignore_patterns("__pycache__", "prompts", "tui", "data"))
    installed = tmp_path / "site" / "papertui" / "prompts"
    installed.mkdir()
    (installed / "profile.md").write_text("- installed", encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from papertui.prompts import find_prompt; print(find_prompt('profile.md'))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "- installed", done.stderr

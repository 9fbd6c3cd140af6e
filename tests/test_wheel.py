"""What is shipped: an sdist that holds all it takes to test it, and a wheel that holds what runs and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import papertui

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it, as a release makes them."""
    if not (CHECKOUT / "pyproject.toml").is_file():
        pytest.skip("no checkout: there is nothing to build from")
    folder = tmp_path_factory.mktemp("dist")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HATCH_")}
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def in_wheel(dist: Path) -> dict[str, str]:
    """Names in the wheel with their text ("" for what is no text)."""
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


@pytest.fixture(scope="module")
def in_sdist(dist: Path) -> set[str]:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_holds_prompts_demo_type_marker_and_licence(in_wheel: dict[str, str]) -> None:
    assert "papertui/py.typed" in in_wheel
    assert in_wheel["papertui/data/demo.json"] == (CHECKOUT / "src/papertui/data/demo.json").read_text(encoding="utf-8")
    assert in_wheel["papertui/prompts/profile.md"] == (CHECKOUT / "prompts/profile.md").read_text(encoding="utf-8")
    (licence,) = [text for name, text in in_wheel.items() if name.endswith("dist-info/licenses/LICENSE")]
    assert licence == (CHECKOUT / "LICENSE").read_text(encoding="utf-8")


def test_the_wheel_holds_every_module_and_nothing_that_does_not_run(in_wheel: dict[str, str]) -> None:
    sources = {path.relative_to(CHECKOUT / "src").as_posix() for path in (CHECKOUT / "src").rglob("*.py")}
    assert sources <= set(in_wheel)
    release = f"papertui-{papertui.__version__}"
    assert {name.split("/")[0] for name in in_wheel} == {"papertui", f"{release}.dist-info", f"{release}.data"}
    unwanted = [name for name in in_wheel if name.endswith((".pyc", ".keep", ".db")) or "/tests/" in name or "__pycache__" in name]
    assert not unwanted


def test_the_wheel_brings_the_manual_and_completion_to_where_man_and_shells_look(in_wheel: dict[str, str]) -> None:
    from papertui.cli.completion import script
    from papertui.cli.manual import page
    from papertui.cli.shape import shapes

    prefix = f"papertui-{papertui.__version__}.data/data/share/"
    shared = {name.removeprefix(prefix): text.splitlines() for name, text in in_wheel.items() if name.startswith(prefix)}
    assert shared == {
        "man/man1/papertui.1": page(shapes()),
        "bash-completion/completions/papertui": script("bash"),
        "zsh/site-functions/_papertui": script("zsh"),
        "fish/vendor_completions.d/papertui.fish": script("fish"),
    }


def test_the_wheel_says_its_version_and_starts_the_command(in_wheel: dict[str, str]) -> None:
    (metadata,) = [Parser().parsestr(text) for name, text in in_wheel.items() if name.endswith("dist-info/METADATA")]
    (scripts,) = [text for name, text in in_wheel.items() if name.endswith("dist-info/entry_points.txt")]
    assert metadata["Name"] == "papertui"
    assert metadata["Version"] == papertui.__version__
    assert "papertui = papertui.cli.main:run" in scripts


def test_the_sdist_holds_all_it_takes_to_test_it(in_sdist: set[str]) -> None:
    wanted = {
        "README.md", "CHANGELOG.md", "hatch_build.py", "CONTRIBUTING.md", "LICENSE", "pyproject.toml", "prompts/profile.md", "src/papertui/data/demo.json",
        "src/papertui/py.typed", "tests/shared.py", "tests/test_wheel.py", "bench/run.py", "screenshots/make.py", ".ci/run",
    }  # fmt: skip
    assert wanted <= in_sdist
    assert not [name for name in in_sdist if name.startswith((".venv", ".git/")) or name.endswith(".pyc")]


def test_python_runs_the_package_by_its_name_also_out_of_a_wheel_that_was_never_unpacked(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    for path in (CHECKOUT / "src", wheel):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PAPERTUI_")} | {"PYTHONPATH": str(path)}
        for arguments, told in [(["--version"], f"papertui {papertui.__version__}"), (["--home", str(tmp_path / "h"), "paths"], "library")]:
            done = subprocess.run(
                [sys.executable, "-m", "papertui", *arguments],
                cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")
            assert told in done.stdout
        found = subprocess.run(
            [sys.executable, "-c", "import papertui; print(papertui.__file__)"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.startswith(str(path))
    assert list(tmp_path.iterdir()) == []

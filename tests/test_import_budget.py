"""What a command loads: a plain one never pays for the toolkit, a model's client or a learner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import papertui

DEMO = Path(papertui.__file__).parent / "data" / "demo.json"
PAPER = "arxiv:9912.00001"

HEAVY = frozenset(
    {
        "textual", "openai", "arxiv", "httpx", "httpx2", "httpcore", "requests", "urllib3", "lxml", "sklearn", "numpy", "scipy", "pydantic",
        "typer", "click", "markdown_it", "pygments", "feedparser", "importlib.metadata", "papertui.tui",
    }
)  # fmt: skip
"""Modules that cost more than a whole plain command (measured: 30 ms to a second each)."""

SLOW_STARTERS = frozenset({"asyncio", "rich", "urllib.request", "http.client", "xml.etree.ElementTree", "concurrent.futures"})
"""Modules of ten to forty milliseconds that reading or marking papers has no use for (rich draws `list`'s table only)."""

PROBE = """
import json, sys
from papertui.cli.main import main
try:
    code = main(sys.argv[2:])
except SystemExit as ended:
    code = ended.code or 0
with open(sys.argv[1], "w", encoding="utf-8") as report:
    json.dump({"code": code, "modules": sorted(sys.modules)}, report)
"""


def environment(home: Path) -> Mapping[str, str]:
    """Ours without settings of the surroundings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERTUI_", "OPENAI_"))}
    return kept | {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": "2026-11-23T12:00:00Z"}


def modules_after(home: Path, tmp_path: Path, *command: str) -> set[str]:
    """What is in `sys.modules` of a fresh process after `papertui COMMAND`, which has to end well."""
    report = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(report), *command],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert report.exists(), done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["code"] == 0, done.stderr
    return set(found["modules"])


def loaded_of(modules: set[str], unwanted: frozenset[str]) -> set[str]:
    """The unwanted ones, whether a package was loaded whole or in part."""
    return {name for name in unwanted if name in modules or any(module.startswith(name + ".") for module in modules)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo edition in it."""
    folder = tmp_path_factory.mktemp("home")
    subprocess.run(
        [sys.executable, "-m", "papertui", "load", str(DEMO), "--name", "demo"],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    return folder


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    assert loaded_of({"httpx._client", "json"}, HEAVY) == {"httpx"}
    assert loaded_of({"httpxy", "json"}, HEAVY) == set()


@pytest.mark.parametrize(
    "command",
    [
        ("list", "--format", "json"),
        ("list", "--format", "ids", "--all"),
        ("list", "--format", "tsv", "--min-relevance", "8"),
        ("show", PAPER),
        ("show", PAPER, "--format", "json"),
        ("mark", PAPER, "--save"),
        ("undo",),
        ("export", PAPER),
        ("search", "teapot", "--format", "json"),
        ("paths",),
        ("--version",),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_plain_command_loads_nothing_heavy(home: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    if command == ("undo",):
        modules_after(home, tmp_path, "mark", PAPER, "--read")
    modules = modules_after(home, tmp_path, *command)
    assert "papertui.cli.main" in modules
    assert loaded_of(modules, HEAVY | SLOW_STARTERS) == set()


def test_a_table_may_measure_cells_but_loads_no_toolkit(home: Path, tmp_path: Path) -> None:
    assert loaded_of(modules_after(home, tmp_path, "list"), HEAVY) == set()


def test_loading_a_file_needs_no_network_client_and_no_learner(home: Path, tmp_path: Path) -> None:
    assert loaded_of(modules_after(home, tmp_path, "load", str(DEMO), "--name", "demo"), HEAVY) == set()


def test_asking_for_the_version_opens_no_library(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    modules = modules_after(folder, tmp_path, "--version")
    assert loaded_of(modules, frozenset({"sqlite3", "papertui.store"})) == set()
    assert not folder.exists()

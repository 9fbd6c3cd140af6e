"""The rule of the rooms: imports point one way, and each outside package has its one place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import papertui

ROOT = Path(papertui.__file__).parent

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "store": {"domain"},
    "sources": {"domain"},
    "lists": {"domain"},
    "scoring": {"domain"},
    "export": {"domain"},
    "services": {"domain", "store", "sources", "lists", "scoring", "export"},
    "tui": {"domain", "services"},
    "cli": {"domain", "store", "sources", "lists", "scoring", "export", "services", "tui"},
}
"""Rooms, and the rooms each may import besides itself. Siblings do not know each other; the reader sees the library
through services/desk.py alone; the command line also starts the reader."""

SHARED_MODULES: dict[str, set[str]] = {
    "errors": set(),
    "clock": {"errors"},
    "paths": {"errors"},
    "prompts": {"errors"},
    "keymap": set(),
    "setting_kinds": {"domain", "keymap"},
    "settings": {"domain", "setting_kinds", "keymap"},
    "config": {"errors", "domain", "settings", "keymap"},  # what a name or a category is, domain says; it knows nothing of settings
    "__init__": set(),
    "__main__": {"cli"},
}
"""Modules outside the rooms, and what of ours each may import."""

COMMON = {"config", "settings", "setting_kinds", "keymap", "paths", "prompts", "clock", "errors", "__init__"}
"""Importable by every room but domain, which imports errors only."""

PLACES: dict[str, tuple[str, ...]] = {
    "textual": ("tui/",),
    "rich": ("tui/", "cli/"),
    "httpx": ("sources/http.py", "sources/bodies.py"),
    "lxml": ("sources/listing_html.py",),
    "arxiv": ("sources/",),
    "requests": ("sources/",),
    "openai": ("scoring/llm.py", "scoring/llm_batches.py"),
    "genai_prices": ("scoring/prices.py",),
    "sklearn": ("scoring/local.py",),
    "numpy": ("scoring/local.py",),
    "scipy": ("scoring/local.py",),
    "platformdirs": ("paths.py",),
}
"""Every outside package and the only files that may import it."""

STANDARD_PLACES: dict[str, tuple[str, ...]] = {
    "sqlite3": ("store/",),
    "curses": (),
    "webbrowser": (),  # starts a text browser on this very terminal where there is no display, and waits for it
}
"""Parts of the standard library that have one place, or none."""


def _callee(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def imports_of(source: str, module: str) -> Iterator[str]:
    """Full names of what a module imports, in-function and typing-only imports included.

    `module` is its dotted name (`papertui.tui.app`, a package's with `.__init__`), which relative imports are read by.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=name, names=aliases, level=level):
                base = [*module.split(".")[:-level], *([name] if name else [])] if level else [name or ""]
                yield from (".".join([*base, alias.name]) for alias in aliases)
            case ast.Call(func=called, args=[ast.Constant(str(name)), *_]) if _callee(called) in ("__import__", "import_module"):
                yield name


def room_of(name: str) -> str:
    """Room (or module outside the rooms) that a full name of ours stands in: `papertui.store.library` is in `store`."""
    part = name.split(".")[1]
    return part if part in MAY_IMPORT or part in SHARED_MODULES else "__init__"


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def dotted(path: Path) -> str:
    return ".".join([ROOT.name, *path.relative_to(ROOT).with_suffix("").parts])


def names_in(path: Path) -> list[str]:
    return list(imports_of(path.read_text(encoding="utf-8"), dotted(path)))


def test_imports_are_seen_wherever_and_however_they_are_written() -> None:
    source = (
        "import json, textual.app as t\n"
        "from papertui import store\n"
        "from . import desk\n"
        "from ..domain.ids import PaperId\n"
        "def later():\n    import openai\n    import_module('sklearn')\n    importlib.import_module('numpy.linalg')\n"
        "if TYPE_CHECKING:\n    from rich.text import Text\n"
    )
    outside = {"json", "textual.app", "openai", "sklearn", "numpy.linalg", "rich.text.Text"}
    ours = {"papertui.store", "papertui.services.desk", "papertui.domain.ids.PaperId"}
    assert set(imports_of(source, "papertui.services.jobs")) == outside | ours
    assert set(imports_of("from .ids import PaperId", "papertui.domain.__init__")) == {"papertui.domain.ids.PaperId"}
    assert room_of("papertui.store.library.Library") == "store"
    assert room_of("papertui.config") == "config"
    assert room_of("papertui.__version__") == "__init__"


def test_every_module_has_a_room() -> None:
    for path in modules():
        first = path.relative_to(ROOT).parts[0]
        assert first in MAY_IMPORT or first.removesuffix(".py") in SHARED_MODULES, f"{path}: a room or module the rule does not know"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    here = room_of(dotted(path))
    if here in MAY_IMPORT:
        common = {"errors"} if here == "domain" else COMMON
        allowed = MAY_IMPORT[here] | common | {here}
    else:
        allowed = SHARED_MODULES[here] | {"__init__"}
    ours = {name: room_of(name) for name in names_in(path) if name.startswith("papertui.")}
    wrong = sorted(name for name, room in ours.items() if room not in allowed)
    assert not wrong, f"{dotted(path)} may import {sorted(allowed)} of ours, not {', '.join(wrong)}"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_every_outside_package_is_imported_only_in_its_place(path: Path) -> None:
    here = path.relative_to(ROOT).as_posix()
    for name in names_in(path):
        package = name.split(".")[0]
        if package == "papertui":
            continue
        if package in sys.stdlib_module_names:
            places = STANDARD_PLACES.get(package)
        else:
            assert package in PLACES, f"{here} imports {package}, which has no place in the rule"
            places = PLACES[package]
        assert places is None or here.startswith(places), f"{here} imports {package}, which belongs to {' or '.join(places) or 'nowhere'}"

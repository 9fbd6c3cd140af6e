"""A home with papers to score, and the scripted model server's settings."""

from __future__ import annotations

from pathlib import Path

from papertui.store.library import Library
from tests.make import DAY, NOW, announced
from tests.model_server import ModelServer

WORDS = [
    "lattice",
    "kernel",
    "gradient",
    "sparse",
    "graph",
    "spectral",
    "causal",
    "robust",
    "latent",
    "modular",
    "entropic",
    "convex",
    "quantum",
    "neural",
    "sampling",
    "bandit",
]


def title_of(number: int) -> str:
    """A title like no other."""
    return f"{WORDS[number % 16].title()} {WORDS[number // 16 % 16]} methods for {WORDS[number // 5 % 16]} problems, part {number}"


def abstract_of(number: int) -> str:
    """An abstract of about the usual length."""
    words = " ".join(WORDS[(number * 7 + place * 5) % 16] for place in range(150))
    return f"We study {title_of(number).lower()}. {words}. Experiments on {number} tasks agree."


def fill(home: Path, papers: int, **abstracts: str) -> Path:
    """A library in `home` whose edition of DAY holds papers 1 to `papers`; `abstracts`: of some, as p12="…"."""
    path = home / "papertui.db"
    items = [
        announced(number, title=title_of(number), abstract=abstracts.get(f"p{number}", abstract_of(number)))
        for number in range(1, papers + 1)
    ]
    with Library(path, write=True) as library:
        library.add_day(DAY, "arxiv", NOW)
        for start in range(0, papers, 100):
            library.add_papers(items[start : start + 100], first_hand=True)
    return path


def settings(server: ModelServer, **more: str) -> dict[str, str]:
    """Environment of a process that asks this server. More settings as LLM__RPM="60"."""
    env = {"PAPERTUI_LLM__BASE_URL": server.base_url, "PAPERTUI_LLM__MODEL": server.models[0], "PAPERTUI_SCORING__SCORER": "llm"}
    return env | {f"PAPERTUI_{name}": value for name, value in more.items()}

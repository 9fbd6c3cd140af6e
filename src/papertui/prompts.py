"""Texts that papertui brings along and a reader may replace: the starting profile, later what models are told."""

from __future__ import annotations

import re
from pathlib import Path

from papertui.errors import PapertuiError

MODEL_PROMPTS = ("role.md", "rubric.md", "topics.md", "output.md", "title_screen.md", "tie_break.md")
"""What a model is told, in the order in which `scoring/asked.py` fills it in; a reader may replace each."""

_NAME = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9]+)?"


def find_prompt(name: str, home_prompts: Path | None = None) -> str:
    """The text of one file of `prompts/`: the reader's own version in `home_prompts`, else the installed one, else (in an
    editable install) the one at the top of the checkout.

    PapertuiError where the reader's file cannot be read, or where the installation lacks the file. ValueError for what
    cannot be the name of such a file.
    """
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"not the name of a prompt: {name!r}")
    for folder in (home_prompts, *_shipped()):
        if folder is None:
            continue
        path = folder / name
        try:
            return path.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or error
            raise PapertuiError(f"{str(path)!r}: cannot be read ({reason}); repair it or delete it") from error
    raise PapertuiError(f"this installation of papertui lacks prompts/{name}; install it again")


def shipped_names() -> list[str]:
    """Names of what papertui brings along."""
    found = {file.name for folder in _shipped() if folder.is_dir() for file in folder.iterdir() if file.is_file()}
    return sorted(name for name in found if re.fullmatch(_NAME, name) and name != "README.md")


def _shipped() -> list[Path]:
    package = Path(__file__).resolve().parent
    checkout = [package.parents[1] / "prompts"] if package.parent.name == "src" else []
    return [package / "prompts", *checkout]

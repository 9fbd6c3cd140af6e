"""Pictures of the reader on the demo edition, as SVG.

    python screenshots/make.py                     README's pictures, into screenshots/
    python screenshots/make.py --check             whether they are what would be made now: exit 1 where not
    python screenshots/make.py --all --to FOLDER   every shot below, to look at: sizes, no colour, empty, help, filter

A picture shows what `papertui --demo` opens, at a fixed clock: made again it is the same, byte for byte.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from papertui.cli.program import build_parser
from papertui.cli.session import opened
from papertui.services.desk import Desk
from papertui.services.library_desk import LibraryDesk
from papertui.services.session import Session

NOW = "2026-11-23T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    columns: int
    rows: int
    keys: tuple[str, ...] = ()
    """Pressed before it is taken."""
    empty: bool = False
    """Of an empty library instead of the demo edition."""
    colour: bool = True
    theme: str = "papertui-dark"
    readme: bool = False
    """Whether README shows it."""


SHOTS = (
    Shot("reader", 120, 36, ("s", "down", "down", "m", "down", "s", "down"), readme=True),
    Shot("light", 80, 24, ("1", "down", "s", "down"), theme="papertui-light", readme=True),
    Shot("paper", 80, 24, ("down", "enter"), readme=True),
    Shot("stacked", 60, 20, ("down", "s"), readme=True),
    Shot("small", 80, 24),
    Shot("large", 200, 60, ("down", "s")),
    Shot("wide-paper", 120, 40, ("down", "enter")),
    Shot("filter", 120, 40, ("slash", *"r>=8 model")),
    Shot("nothing-found", 80, 24, ("slash", *"r>=9 teapot")),
    Shot("help", 120, 40, ("question_mark",)),
    Shot("palette", 120, 40, ("ctrl+p",)),
    Shot("hidden", 80, 24, ("x", "x", "H")),
    Shot("no-colour", 120, 40, ("s", "down", "x", "down"), colour=False),
    Shot("empty", 80, 24, empty=True),
    Shot("empty-tiny", 60, 20, empty=True),
)


def stand_alone(svg: str) -> str:
    """A picture that fetches nothing when it is looked at: a font that is there instead of one from elsewhere.

    Blanks are kept by viewers too that take a no-break space for one that may go (librsvg).
    """
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg).replace("<svg ", '<svg xml:space="preserve" ', 1)


async def _photograph(desk: Desk, session: Session, shot: Shot) -> str:
    from papertui.tui.app import PapertuiApp
    from papertui.tui.start import Start
    from papertui.tui.terminal import terminal_of

    app = PapertuiApp(desk, Start(theme=session.settings.theme, terminal=terminal_of(os.environ, session.settings.ascii, "auto")))
    async with app.run_test(size=(shot.columns, shot.rows)) as pilot:
        await pilot.pause()
        for key in shot.keys:
            await pilot.press(key)
        picture, before = app.export_screenshot(title="papertui"), ""
        while picture != before:  # threads bring abstracts and details
            await pilot.pause(0.3)
            picture, before = app.export_screenshot(title="papertui"), picture
        return picture


@contextmanager
def _surroundings(shot: Shot) -> Iterator[None]:
    """While inside, the environment is the same everywhere: clock, terminal, colour, nobody's settings."""
    kept = dict(os.environ)
    for name in list(os.environ):
        if name == "NO_COLOR" or name.startswith(("PAPERTUI_", "TEXTUAL")):
            del os.environ[name]
    os.environ.update(
        {"PAPERTUI_NOW": NOW, "PAPERTUI_TUI__THEME": shot.theme, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        | ({} if shot.colour else {"NO_COLOR": "1"})
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def picture(shot: Shot) -> str:
    """One shot's SVG."""
    with tempfile.TemporaryDirectory() as folder, _surroundings(shot):
        arguments = build_parser([]).parse_args(["--home", folder] if shot.empty else ["--demo"])
        with opened(arguments) as session:
            desk = LibraryDesk(session)
            try:
                return stand_alone(asyncio.run(_photograph(desk, session, shot)))
            finally:
                desk.close()


def main() -> int:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description="Take pictures of the reader on the demo edition.")
    parser.add_argument("--all", action="store_true", help="every shot, not only README's")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder (default: screenshots/)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a picture there is another one")
    given = parser.parse_args()
    stale = 0
    for shot in SHOTS:
        if not (given.all or shot.readme):
            continue
        target, made = given.to / f"{shot.name}.svg", picture(shot)
        if not given.check:
            given.to.mkdir(parents=True, exist_ok=True)
            target.write_text(made, encoding="utf-8")
            sys.stdout.write(f"{target}\n")
        elif not target.exists() or target.read_text(encoding="utf-8") != made:
            stale += 1
            sys.stdout.write(f"{target}: is not what would be made now; run screenshots/make.py and look at it\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

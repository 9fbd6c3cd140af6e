"""Libraries that are broken in every way that files are."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.make import library_with

PAGE = 4096


def good(home: Path, papers: int = 60) -> Path:
    """A library of some pages under `home`, closed."""
    path = home / "papertui.db"
    library_with(path, papers).close()
    return path


def _write(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def corrupt_header(path: Path) -> None:
    _write(path, 0, b"X" * 100)


def corrupt_pages(path: Path) -> None:
    _write(path, 3 * PAGE, b"\xff" * (path.stat().st_size - 6 * PAGE))


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def one_page_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - PAGE)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE somebodys(own)")
    db.close()


def no_database(path: Path) -> None:
    path.write_text("a letter to the editor\n" * 500)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "unmounted" / "papertui.db")


def emptied_with_a_log(path: Path) -> None:
    path.write_bytes(b"")
    Path(f"{path}-wal").write_bytes(b"7\x7f\x06\x82" + bytes(5000))


def emptied_with_a_backup(path: Path) -> None:
    backups = path.parent / "backups"
    backups.mkdir()
    (backups / "papertui-2026-11-01T120000Z.db").write_bytes(path.read_bytes())
    path.write_bytes(b"")


BROKEN: dict[Callable[[Path], None], str] = {
    corrupt_header: "damaged",
    corrupt_pages: "damaged",
    truncated: "damaged",
    one_page_short: "damaged",
    newer: "newer papertui",
    foreign: "another program's",
    no_database: "damaged",
    folder: "is a folder",
    pipe: "is a pipe",
    dangling_link: "is a link to",
    emptied_with_a_log: "is empty, though its log",
    emptied_with_a_backup: "is empty, though there are backups",
}
"""Ways to break a library, and a word of what is said of it."""


def name_of(value: object) -> str:
    """For pytest's ids."""
    return getattr(value, "__name__", "")


def tree(home: Path) -> dict[str, str]:
    """Every file below a folder with what it holds; pipes and links by what they are."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "special"
    return found

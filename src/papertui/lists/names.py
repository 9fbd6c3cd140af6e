"""The name of a list, from where its file lies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

FALLBACK = "list"
"""The name where nothing tells one (standard input, a file in the downloads folder)."""

_GENERIC = {
    "archive", "archives", "auto_update", "content", "daily", "data", "days", "docs", "files", "history", "html", "json", "jsonl", "latest",
    "list", "lists", "main", "markdown", "master", "md", "more_days", "old", "out", "output", "outputs", "page", "pages", "papers",
    "past_arxiv", "public", "raw", "result", "results", "site", "src", "txt", "www",
}  # fmt: skip
"""Folder names that many publishers use and that tell nothing."""

_ENDS = {
    "desktop", "documents", "download", "downloads", "home", "media", "mnt", "private", "root", "shared", "temp", "tmp", "users",
    "var", "volumes",
}  # fmt: skip
"""Folders of a machine: above them nothing tells of a publisher."""

_DATE = re.compile(r"(?:\d{1,2}|(?:19|20)\d\d(?:[-_.]?\d\d){0,2}|\d{1,2}[-_.]\d{1,2}[-_.]\d{4})", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_OWNER_FIRST = {"github.com", "www.github.com", "raw.githubusercontent.com", "gitlab.com", "codeberg.org", "huggingface.co"}
_PAGES = (".github.io", ".gitlab.io")
_LOCAL = re.compile(r"localhost|[\d.]+|\[?[0-9a-f:]*:[0-9a-f:.]*\]?", re.IGNORECASE)


def publisher_from(where: str | PurePath | Sequence[str], below: str | PurePath = "") -> str:
    """The publisher's short name ([a-z0-9_-]) for the path of a file, its parts, or its address.

    Of a code host's address the owner, of another its host; of a path the nearest folder whose name tells something:
    `gpt_paper_assistant/json/2025-11/2025-11-05-output.json` is `gpt_paper_assistant`. `below` is the folder a relative
    path starts from, for paths such as `./2025-11-05-output.json`. Without anything telling: `list`.
    """
    if isinstance(where, str) and _ADDRESS.match(where):
        return _from_address(where)
    parts = [where] if isinstance(where, str) else list(where.parts) if isinstance(where, PurePath) else list(where)
    folders = [part for text in parts for part in re.split(r"[/\\]", text)]
    absolute = folders[:1] == [""] or re.fullmatch(r"[A-Za-z]:", folders[0] if folders else "") is not None
    if below and not absolute:
        folders = [*re.split(r"[/\\]", str(below)), *folders]
    return _nearest(_resolved(folders)[:-1])


def slug(name: str) -> str:
    """A name in [a-z0-9_-], "" where nothing is left: `--name` and folder names alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:60].strip("-_")


def _from_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return FALLBACK
    folders = [unquote(part) for part in parts.path.split("/") if part]
    if host in _OWNER_FIRST and folders:
        dataset = host == "huggingface.co" and folders[0] in ("datasets", "spaces") and len(folders) > 1
        return slug(folders[1] if dataset else folders[0]) or FALLBACK
    if host == "cdn.jsdelivr.net" and folders[:1] == ["gh"] and len(folders) > 1:
        return slug(folders[1]) or FALLBACK
    if host.endswith(_PAGES):
        return slug(host.partition(".")[0]) or FALLBACK
    if not host or _LOCAL.fullmatch(host):
        return _nearest(folders[:-1])
    return slug(host.removeprefix("www.")) or FALLBACK


def _resolved(folders: Sequence[str]) -> list[str]:
    """Parts without `.` and `..`, as far as the parts themselves tell."""
    kept: list[str] = []
    for part in folders:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return kept


def _nearest(folders: Sequence[str]) -> str:
    for folder in reversed(folders):
        lowered = folder.lower()
        if lowered in _ENDS:
            break
        if lowered in _GENERIC or _DATE.fullmatch(lowered):
            continue
        if name := slug(folder):
            return name
    return FALLBACK

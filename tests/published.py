"""The published lists beside the checkout, and what a browser's copy of their pages looks like."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from functools import cache
from html import unescape

from tests.shared import shared_file

FOLDER = "gpt_paper_assistant"
NO_LISTS = re.compile(r"hot_hf_papers/|in_debug_papers\.json$")


@cache
def published_files() -> dict[str, bytes]:
    """Every file of the folder and of its archive, by path below the folder."""
    root = shared_file(FOLDER)
    found = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.suffix in (".json", ".md")}
    with tarfile.open(root / "more_days.tar.gz") as archive:
        for member in archive.getmembers():
            if member.isfile() and (opened := archive.extractfile(member)):
                found[member.name.removeprefix("./")] = opened.read()
    return found


def pages() -> Iterator[tuple[str, bytes, bytes]]:
    """(path, Markdown page, flat JSON of the same day)."""
    files = published_files()
    for path, page in files.items():
        twin = re.sub(r"^md/(.*)-(?:output|latest)\.md$", r"json/\1-output.json", path).removesuffix(".md")
        twin = twin if twin.endswith(".json") else f"{twin}.json"
        if path.endswith(".md"):
            yield path, page, files[twin]


def copied(
    page: str,
    *,
    gap: str = "\n\n",
    soft: str = " ",
    cell: str = "\t",
    newline: str = "\n",
    numbers: bool = True,
    nbsp: bool = False,
    escapes: bool = False,
) -> str:
    """What a browser puts on the clipboard for a rendered Markdown page.

    `gap` stands between blocks, `soft` for a line break within a paragraph, `cell` between cells; list numbers are lost
    without `numbers`; `escapes`: backslashes before punctuation are Markdown's and vanish, as on a code host.
    """
    blocks: list[str] = []
    for block in re.split(r"\n[ \t]*\n", page.replace("\r\n", "\n")):
        lines = [line for line in block.split("\n") if line.strip()]
        while lines and re.match(r"#|-{3,}$", lines[0]):
            if heading := _inline(lines.pop(0).lstrip("# ")).strip("-"):
                blocks.append(heading)
        if not lines:
            continue
        if lines[0].startswith("|"):
            rows = [
                [_inline(one.strip()) for one in line.strip().strip("|").split("|")]
                for line in lines
                if not re.fullmatch(r"[|:\- ]+", line)
            ]
            blocks.append("\n".join(cell.join(row) for row in rows))
        elif lines[0].lstrip().startswith("<"):
            table = re.findall(r"<tr>(.*?)</tr>", " ".join(lines), re.DOTALL)
            blocks.append(
                "\n".join(
                    cell.join(unescape(re.sub("<[^>]+>", "", one)).strip() for one in re.findall(r"<t[dh][^>]*>.*?</t[dh]>", row))
                    for row in table
                )
            )
        else:
            plain = [_inline(re.sub(r"^> ?(#+ )?", "", line)) for line in lines]
            if not numbers:
                plain = [re.sub(r"^\d+\. ", "", line) for line in plain]
            blocks.append(soft.join(plain))
    text = gap.join(blocks)
    if escapes:
        text = unescaped(text)
    if nbsp:
        text = re.sub(r"(?m)^(\d+\.|[A-Z][A-Za-z ]+:) ", "\\1\N{NO-BREAK SPACE}", text)
    return text.replace("\n", newline)


def unescaped(text: str) -> str:
    """Text without Markdown's backslashes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _inline(line: str) -> str:
    line = re.sub(r" ?<a [^>]*></a>", "", line)
    line = re.sub(r"^(\d+\. )?\[(.*)\]\([^()]*\)", r"\1\2", line)
    line = re.sub(r"^\*\*([^*]+)\*\*", r"\1", line)
    return re.sub(r"^\*(\[.*\])\*$", r"\1", line)

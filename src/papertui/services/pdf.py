"""A paper's PDF as a file, for viewers that take files: fetched once, whole or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from papertui.domain.paper import Paper
from papertui.errors import PapertuiError
from papertui.services.net import opened
from papertui.services.session import Session

MAX_BYTES = 200_000_000
_PACE = "arxiv"
"""The turn that everything asked of arXiv shares."""


def pdf_path(folder: Path, paper: Paper) -> Path:
    """Where the PDF is kept: named by the paper's number and version, which hold nothing a file system minds."""
    version = f"v{paper.version}" if paper.version else ""
    return folder / f"{paper.id.file_stem}{version}.pdf"


async def get_pdf(session: Session, paper: Paper) -> Path:
    """The file, fetched where it is not there yet. PapertuiError where there is none (withdrawn) or no PDF came."""
    path = pdf_path(session.paths.pdf, paper)
    if path.exists():
        return path
    settings = session.settings
    address = f"{settings.arxiv_site_url.rstrip('/')}/pdf/{paper.id.number}" + (f"v{paper.version}" if paper.version else "")
    async with opened(session) as http:
        answer = await http.get(address, host_delay=settings.arxiv_delay_seconds, pace=_PACE, max_bytes=MAX_BYTES, accept="application/pdf")
    if not answer.body.startswith(b"%PDF-"):
        raise PapertuiError(f"{address}: what came is no PDF; a opens the abstract page")
    await asyncio.to_thread(_write, path, answer.body)
    return path


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PapertuiError(f"{path}: cannot be written ({error.strerror or error})") from error

"""A response's body, bounded: never more than a limit of bytes in memory, however well it was compressed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from papertui.sources.errors import SourceError, shown_address

if TYPE_CHECKING:
    import httpx


async def body_of(response: httpx.Response, headers: Mapping[str, str], limit: int) -> bytes:
    """The body, decompressed. SourceError where it is larger than `limit`, damaged, or compressed in a way that nobody asked for."""
    where = shown_address(str(response.url))
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise SourceError(f"{where}: came compressed as {encoding!r}, which was not asked for", "try again later")
    declared = headers.get("content-length", "")
    too_large = SourceError(f"{where}: larger than {limit / 1_000_000:g} MB, so not taken", "check the address", kind="too large")
    if declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise too_large
    gathered = _Gathered(limit, zipped=encoding in ("gzip", "x-gzip"))
    try:
        async for chunk in response.aiter_raw():
            if not gathered.take(chunk):
                raise too_large
        return gathered.whole()
    except (zlib.error, EOFError) as error:
        raise SourceError(f"{where}: its compressed body is damaged ({error})", "try again in a moment", transient=True) from error


class _Gathered:
    """A body as it comes in: never more than `limit` bytes, however well it was compressed."""

    def __init__(self, limit: int, *, zipped: bool) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._zip = zlib.decompressobj(wbits=31) if zipped else None
        self._any = False

    def take(self, chunk: bytes) -> bool:
        """Whether it still fits. zlib.error where it is no gzip."""
        self._any = self._any or bool(chunk)
        if self._zip is None:
            return self._add(chunk)
        while chunk:
            if self._zip.eof:
                if not chunk.startswith(b"\x1f\x8b"):  # bytes behind the last member carry nothing
                    return True
                self._zip = zlib.decompressobj(wbits=31)
            if not self._add(self._zip.decompress(chunk, self._limit - self._size + 1)):
                return False
            chunk = self._zip.unused_data if self._zip.eof else self._zip.unconsumed_tail
        return True

    def _add(self, part: bytes) -> bool:
        self._size += len(part)
        self._parts.append(part)
        return self._size <= self._limit

    def whole(self) -> bytes:
        """All of it. EOFError where the compressed body ends too early."""
        if self._zip is not None and self._any and not self._zip.eof:
            raise EOFError("it ends too early")
        return b"".join(self._parts)

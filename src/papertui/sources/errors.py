"""How a source's failure is told: which address, what came, what to do, in one line."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from papertui.domain.gate import one_line
from papertui.errors import PapertuiError

BUSY_STATUSES = frozenset({429, 502, 503, 504})
"""Answers that mean "not now": the same request may succeed in a moment."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBER_OF_POLICY = re.compile(r";\s*([rt])\s*=\s*(\d{1,9})(?![\d.])", re.ASCII)
_SECRET = re.compile(r"((?:token|key|secret|sig|signature|password|auth)[\w-]*=)[^&]*", re.IGNORECASE)


class SourceError(PapertuiError):
    """A source could not be had. The text is one line; the attributes are for whoever decides what to do next."""

    def __init__(
        self,
        what: str,
        advice: str,
        *,
        kind: str = "content",
        status: int | None = None,
        transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.what = one_line(what, 500)
        """Which address, and what came."""
        super().__init__(f"{self.what}: {one_line(advice, 200)}")
        self.kind = kind
        """`offline`, `timeout`, `too large`, `status`, `busy`, `tls`, `setup`, or `content`: something else than asked for came."""
        self.status = status
        """HTTP status where one came."""
        self.transient = transient
        """Whether the same request may succeed in a moment."""
        self.retry_after = retry_after
        """Seconds the server asked to wait, where it did."""


def shown_address(url: str) -> str:
    """An address as a line may quote it: without login and secrets, not longer than a line bears."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return one_line(url, 120)
    query = _SECRET.sub(r"\1…", f"?{parts.query}") if parts.query else ""
    return one_line(f"{parts.scheme}://{host}{parts.path}{query}" if host else url, 160)


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        waiting.extend(cause for cause in (one.__cause__, one.__context__) if cause is not None)


def connection_trouble(url: str, error: Exception) -> SourceError:
    """What a failed connection means, told from the causes below the HTTP library's own exception."""
    import ssl

    where = shown_address(url)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError(
                f"{where}: its certificate cannot be verified ({cause.verify_message or 'not trusted'})",
                "behind a proxy that opens TLS, set SSL_CERT_FILE to its certificates",
                kind="tls",
            )
        if isinstance(cause, ssl.SSLError):
            return SourceError(f"{where}: TLS failed ({cause.reason or cause})", "check the address and the proxy", kind="tls")
        if isinstance(cause, socket.gaierror):
            return SourceError(
                f"{where}: the host's name is not known here", "offline? Try again once connected", kind="offline", transient=True
            )
        if isinstance(cause, ConnectionRefusedError):
            return SourceError(
                f"{where}: connection refused", "offline? Check network, proxy and address, then try again", kind="offline", transient=True
            )
    why = str(error) or type(error).__name__
    return SourceError(f"{where}: the connection broke ({why})", "offline? Try again in a moment", kind="offline", transient=True)


def status_trouble(url: str, status: int) -> SourceError:
    """What an answer with an HTTP status other than 2xx means."""
    where = shown_address(url)
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    if status in BUSY_STATUSES:
        return SourceError(f"{where}: busy ({phrase})", "try again in a few minutes", kind="busy", status=status, transient=True)
    advice = {
        400: "check what was asked for",
        401: "a login is needed there",
        403: "the server refuses this client for now: try again in an hour",
        404: "check the address and the date",
        407: "the proxy wants a login: put it into HTTPS_PROXY",
        410: "it is gone for good",
    }.get(status, "try again later" if status >= 500 else "check the address")
    return SourceError(f"{where}: answered {phrase}", advice, kind="status", status=status)


def come_back_later(url: str, status: int, seconds: float, now: float) -> SourceError:
    """The server asked for more patience than a command has."""
    when = datetime.fromtimestamp(now, UTC) + timedelta(seconds=min(seconds, 10 * 365 * 86_400))
    text = f"{when:%H:%M} UTC" if seconds < 86_400 else f"{when:%Y-%m-%d %H:%M} UTC"
    return SourceError(
        f"{shown_address(url)}: busy ({status}), asks to stay away for {_duration(seconds)}",
        f"try again after {text}",
        kind="busy",
        status=status,
        retry_after=seconds,
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7_200 else f"{seconds / 3600:.0f} hours"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that `Retry-After` asks to wait, given as seconds or as an HTTP date (RFC 9110, 10.2.3); else what `RateLimit` tells.

    A date is measured against the server's own `Date`, since the clock here may be wrong. None where neither says anything.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text, re.ASCII):
        return float(text)
    until = _http_date(text)
    if until is None:
        return exhausted_for(headers)
    since = _http_date(headers.get("date", "")) or datetime.fromtimestamp(now, UTC)
    return max(0.0, (until - since).total_seconds())


def exhausted_for(headers: Mapping[str, str]) -> float | None:
    """Seconds until those policies of `RateLimit` that grant no request now grant some again; None where there is none of them.

    The header is a list of policies, each with what remains and the seconds to its renewal: `"api";r=0;t=42, "pages";r=7;t=42`
    (draft-ietf-httpapi-ratelimit-headers, from its eighth version on; huggingface.co says it so).
    """
    policies = _QUOTED.sub("", headers.get("ratelimit", "")[:2_000]).split(",")  # names may hold anything
    said = [dict(_NUMBER_OF_POLICY.findall(policy)) for policy in policies]
    return max((float(one["t"]) for one in said if "t" in one and int(one.get("r", "1")) == 0), default=None)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

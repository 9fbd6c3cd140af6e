"""The one HTTP layer of the sources: polite, bounded, cancellable.

Importing this module is cheap; httpx (and a TLS context) is loaded in a thread at the first request. Proxies and
`SSL_CERT_FILE` of the environment are honoured. `.netrc` is not read: httpx 0.28 does so only when asked, and here
nobody asks. Cookies are not kept.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

from papertui import __version__
from papertui.sources.bodies import body_of
from papertui.sources.errors import (
    BUSY_STATUSES,
    SourceError,
    come_back_later,
    connection_trouble,
    retry_after,
    shown_address,
    status_trouble,
)
from papertui.sources.pacing import Pacing, key_of

if TYPE_CHECKING:
    import httpx

__all__ = ["MAX_BYTES", "PROJECT_URL", "USER_AGENT", "Fetched", "Http", "Retries", "SourceError", "Timeouts"]

PROJECT_URL = "https://github.com/papertui/papertui"
USER_AGENT = f"papertui/{__version__} (+{PROJECT_URL})"
"""Who asks, with an address to complain to (arXiv throttles clients with a library's default name; FACTS 4.1, 6)."""

MAX_BYTES = 50_000_000
"""Largest body taken, after decompression: a full feed of 2,000 items has about 4 MB."""

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    read: float = 30.0
    """Longest silence."""
    total: float = 120.0
    """Longest single request, from sending it to its last byte; waiting for a turn does not count."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to ask, and how long to wait in between, in seconds."""

    tries: int = 3
    connection_waits: tuple[float, ...] = (0.5, 2.0)
    """After a broken connection: short, since an offline user waits for the message."""
    busy_waits: tuple[float, ...] = (3.0, 15.0)
    """After 429, 502, 503, 504; longer where Retry-After asks for it."""
    patience: float = 120.0
    """A longer Retry-After is not waited for: the error says when to come back."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Decompressed."""
    url: str
    """The address that answered, after redirects."""
    content_type: str = ""
    """The media type in lower case, without parameters; empty where none was given."""
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class _Ask:
    delay: float
    pace: str | None
    max_bytes: int
    accept: str
    also_status: Collection[int]
    means_busy: Callable[[bytes], bool] | None
    body: bytes | None
    headers: Mapping[str, str]
    stay: Collection[str] | None


class Http:
    """HTTP for one event loop: `async with Http(pacing=…) as http: answer = await http.get(url)`."""

    def __init__(
        self,
        *,
        pacing: Pacing | None = None,
        user_agent: str = USER_AGENT,
        timeouts: Timeouts = Timeouts(),
        retries: Retries = Retries(),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Without `pacing`, turns hold within this process only. `sleep` and `clock` (seconds since 1970) serve retries."""
        self._pacing = pacing or Pacing()
        self._user_agent = user_agent
        self._timeouts = timeouts
        self._retries = retries
        self._sleep = sleep
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._building = asyncio.Lock()

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(
        self,
        url: str,
        *,
        host_delay: float = 0.0,
        pace: str | None = None,
        max_bytes: int = MAX_BYTES,
        accept: str = "*/*",
        also_status: Collection[int] = (),
        means_busy: Callable[[bytes], bool] | None = None,
        tell: Callable[[str], object] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = {},
        stay: Collection[str] | None = None,
    ) -> Fetched:
        """The answer of `url`, redirects followed, busy servers and broken connections tried again.

        `host_delay` seconds lie between any two requests of one turn, redirects included; the turn is the host's, or
        the one that `pace` names. Statuses other than 2xx raise, except `also_status`. `means_busy` recognises bodies
        that mean "busy" though the status does not. `tell` gets a line before each wait. A `body` makes it a POST;
        it and `headers` stay with their server. With `stay` redirects are followed on the same host only, or between
        the hosts that it names. SourceError otherwise.
        """
        ask = _Ask(host_delay, pace, max_bytes, accept, also_status, means_busy, body, headers, stay)
        for attempt in range(self._retries.tries - 1):
            try:
                return await self._follow(url, ask)
            except SourceError as error:
                if not error.transient:
                    raise
                seconds = self._wait_after(error, attempt)
                if tell is not None:
                    tell(f"{error.what}: trying again in {seconds:.0f} s" if seconds >= 1 else f"{error.what}: trying again")
            await self._sleep(seconds)
        return await self._follow(url, ask)

    def _wait_after(self, error: SourceError, attempt: int) -> float:
        waits = self._retries.busy_waits if error.kind == "busy" else self._retries.connection_waits
        planned = waits[min(attempt, len(waits) - 1)] if waits else 0.0
        return max(planned, error.retry_after or 0.0)

    async def _follow(self, url: str, ask: _Ask) -> Fetched:
        client = await self._ready()
        here = _address(url)
        for _ in range(MAX_REDIRECTS + 1):
            async with self._pacing.turn(ask.pace or key_of(here.host), ask.delay):
                answer = await self._once(client, here, ask)
            if isinstance(answer, Fetched):
                return answer
            if ask.stay is not None and not _may_follow(here, answer, ask.stay):
                where = f"{shown_address(str(here))}: redirects to another host ({shown_address(str(answer))})"
                raise SourceError(where, "it was not followed; check the address")
            if not _same_place(answer, here):
                ask = replace(ask, body=None, headers={})  # a key stays with its server
            here = answer
        raise SourceError(f"{shown_address(url)}: redirects more than {MAX_REDIRECTS} times", "check the address")

    async def _once(self, client: httpx.AsyncClient, url: httpx.URL, ask: _Ask) -> Fetched | httpx.URL:
        import httpx

        where, method = shown_address(str(url)), "GET" if ask.body is None else "POST"
        said = {"Accept": ask.accept, **ask.headers}
        try:
            async with asyncio.timeout(self._timeouts.total), client.stream(method, url, headers=said, content=ask.body) as response:
                return await self._answer(response, url, ask)
        except TimeoutError:
            raise SourceError(f"{where}: not done within {self._timeouts.total:g} seconds", "try again later", kind="timeout") from None
        except httpx.ConnectTimeout:
            raise SourceError(
                f"{where}: no connection within {self._timeouts.connect:g} seconds",
                "offline? Try again once connected", kind="timeout", transient=True,
            ) from None  # fmt: skip
        except httpx.TimeoutException:
            silent = f"{where}: silent for {self._timeouts.read:g} seconds"
            raise SourceError(silent, "the server is overloaded; try again later", kind="timeout") from None
        except httpx.ProxyError as error:
            refused = f"{where}: the proxy refused ({error})"
            raise SourceError(refused, "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY", kind="setup") from error
        except httpx.TransportError as error:
            if "location header" in str(error):  # httpx reads it even where it is not to follow
                raise SourceError(f"{where}: redirects to what is no address ({error})", "check the address") from error
            raise connection_trouble(str(url), error) from error

    async def _answer(self, response: httpx.Response, url: httpx.URL, ask: _Ask) -> Fetched | httpx.URL:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status_code
        if status in _REDIRECTS and "location" in headers:
            return _redirected(url, headers["location"])
        if not 200 <= status < 300 and status not in ask.also_status:
            raise self._refusal(str(url), status, headers)
        body = await body_of(response, headers, ask.max_bytes)
        if ask.means_busy is not None and ask.means_busy(body):
            raise self._refusal(str(url), 429, headers)
        media_type, _, parameters = headers.get("content-type", "").partition(";")
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE | re.ASCII)
        return Fetched(status, headers, body, str(url), media_type.strip().lower(), charset[1].lower() if charset else None)

    def _refusal(self, url: str, status: int, headers: Mapping[str, str]) -> SourceError:
        error = status_trouble(url, status)
        seconds = retry_after(headers, self._clock()) if status in BUSY_STATUSES else None
        if seconds is not None and seconds > self._retries.patience:
            return come_back_later(url, status, seconds, self._clock())
        error.retry_after = seconds
        return error

    async def _ready(self) -> httpx.AsyncClient:
        async with self._building:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
            return self._client

    def _build(self) -> httpx.AsyncClient:
        """Import httpx, read the certificates, make a client: 150 ms that no event loop should stand still for."""
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx

        try:
            certificates = httpx.create_ssl_context()
        except OSError as error:  # ssl.SSLError is one
            raise SourceError(
                f"SSL_CERT_FILE or SSL_CERT_DIR cannot be used ({error})", "name a readable PEM file, or unset it", kind="setup"
            ) from error
        limits = self._timeouts
        try:
            return httpx.AsyncClient(
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
                timeout=httpx.Timeout(connect=limits.connect, read=limits.read, write=limits.read, pool=None),
                follow_redirects=False,  # each hop waits for its turn
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                verify=certificates,
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise SourceError(
                f"HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY cannot be used ({error})", "correct or unset it", kind="setup"
            ) from error


def _address(url: str) -> httpx.URL:
    import httpx

    try:
        address = httpx.URL(url.strip())
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"{shown_address(url)}: not an address ({error})", "check the settings", kind="setup") from error
    if not _is_web(address):
        raise SourceError(f"{shown_address(url)}: only http and https addresses can be fetched", "check the settings", kind="setup")
    return address


def _is_web(address: httpx.URL) -> bool:
    return address.scheme in ("http", "https") and bool(address.host) and (address.port is None or 0 < address.port < 65_536)


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    import httpx

    try:
        target = url.join(location)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"{shown_address(str(url))}: redirects to nowhere ({shown_address(location)})", "check the address") from error
    if not _is_web(target):
        where = shown_address(str(target))
        raise SourceError(f"{shown_address(str(url))}: redirects to {where}, which is no web address", "check the address")
    return target.copy_with(userinfo=url.userinfo if _same_place(target, url) else b"")  # a login stays with its server


def _same_place(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _may_follow(here: httpx.URL, there: httpx.URL, kin: Collection[str]) -> bool:
    """Whether both are one host, or two that belong together; a port of their own must be the same, and TLS is not left."""
    hosts = here.host == there.host or {here.host, there.host} <= set(kin)
    return hosts and here.port == there.port and not (here.scheme == "https" and there.scheme == "http")

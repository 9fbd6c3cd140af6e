"""`doctor --online`: each server that the settings lead to is asked once, and a line says what is wrong with it.

Nothing is stored, and no folder is made for the turns that requests to arXiv take (they share their pauses with everything else that
asks arXiv). A line comes as soon as its server has answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from papertui.errors import PapertuiError
from papertui.lists.read import NotAList
from papertui.services.doctor_check import Check, fail, ok, warn
from papertui.services.doctor_endpoints import MOST_BYTES, Endpoint, endpoints
from papertui.services.events import Emit, Progress
from papertui.services.session import Session
from papertui.sources.arxiv import PACE, means_busy
from papertui.sources.errors import SourceError, shown_address
from papertui.sources.http import Http, Retries, Timeouts
from papertui.sources.pacing import Pacing

CLOCKS_APART = 120.0
"""Seconds by which this clock may differ from a server's."""

LONGEST = Timeouts(connect=10.0, read=30.0, total=60.0)


def examine(session: Session, emit: Emit = lambda event: None) -> Iterator[Check]:
    """Ask everything in turn. `emit` is told who is asked; KeyboardInterrupt ends it at any time, without waiting for anybody."""
    state = session.paths.state
    pacing = _Timed(state if os.access(state, os.W_OK) else None)
    http = Http(pacing=pacing, retries=Retries(tries=1), timeouts=LONGEST)
    runner, begun = asyncio.Runner(), monotonic()
    for endpoint in endpoints(session):
        emit(Progress(f"asking {endpoint.title}"))
        yield runner.run(_asked(http, pacing, endpoint, lambda: session.clock() + timedelta(seconds=monotonic() - begun)))
    if _wants_model(session):
        emit(Progress("asking the model's server"))
        yield runner.run(_model(session))
    runner.run(http.__aexit__(None, None, None))
    runner.close()  # not after an interrupt: it would wait for a name that is being looked up


class _Timed(Pacing):
    """Turns that tell when the request was sent: waiting for one is not the server's fault."""

    sent: float | None = None

    @contextlib.asynccontextmanager
    async def turn(self, key: str, delay: float) -> AsyncIterator[None]:
        """See Pacing.turn."""
        async with super().turn(key, delay):
            self.sent = monotonic() if self.sent is None else self.sent
            yield


async def _asked(http: Http, pacing: _Timed, endpoint: Endpoint, clock: Callable[[], datetime]) -> Check:
    """`clock` goes on while a session's stands still: turns are waited for."""
    pacing.sent = None
    try:
        answer = await http.get(
            endpoint.address, host_delay=endpoint.delay, pace=endpoint.pace, max_bytes=MOST_BYTES, headers=endpoint.headers,
            stay=endpoint.stay, also_status=endpoint.also_status, means_busy=means_busy if endpoint.pace == PACE else None,
        )  # fmt: skip
        seconds = _since(pacing)
        said = await asyncio.to_thread(endpoint.serves, answer)
    except SourceError as error:
        return _trouble(endpoint, error, _since(pacing))
    except NotAList as error:
        return _trouble(endpoint, SourceError(f"{shown_address(endpoint.address)}: {error}", ""), _since(pacing))
    except PapertuiError as error:
        return fail("online", f"{endpoint.title}: {error}")
    except Exception as error:  # noqa: BLE001 - the other lines are still wanted
        return fail("online", f"{endpoint.title}: could not be asked ({type(error).__name__}: {error}); please report this")
    told = f"{endpoint.title}: OK in {seconds:.1f} s: {shown_address(endpoint.address)}: {said}"
    apart = _apart(answer.headers.get("date", ""), clock()) if endpoint.tells_time else None
    if apart is not None and abs(apart) > CLOCKS_APART:
        return warn("online", f"{told}; its clock is {abs(apart) / 60:.0f} minutes {'ahead' if apart > 0 else 'behind'}: set yours right")
    return ok("online", told)


def _since(pacing: _Timed) -> float:
    return 0.0 if pacing.sent is None else monotonic() - pacing.sent


def _trouble(endpoint: Endpoint, error: SourceError, seconds: float) -> Check:
    if error.status == 404 and endpoint.may_lack:
        return warn("online", f"{endpoint.title}: {endpoint.may_lack}: {error.what} after {seconds:.1f} s")
    verdict, advice = diagnosis(error, endpoint, proxy_for(endpoint.address))
    where = "" if "://" in error.what else f"{shown_address(endpoint.address)}: "
    return fail("online", f"{endpoint.title}: {verdict} after {seconds:.1f} s: {where}{error.what}; {advice}")


def diagnosis(error: SourceError, endpoint: Endpoint, proxy: str = "") -> tuple[str, str]:
    """What is wrong in a few words, and what to do. `proxy`: the one that was asked to pass the request on, for a line; "" for none."""
    what, setting = error.what, endpoint.setting
    if error.kind == "busy":
        wait = "some minutes" if error.retry_after is None else f"{error.retry_after:.0f} seconds (Retry-After)"
        return "rate limited" if error.status == 429 else "busy", f"wait {wait}, then try again; nothing here is broken"
    if error.status == 407 or "the proxy refused" in what:
        return "the proxy refuses", f"check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and the login in them{_by(proxy)}"
    if error.kind == "offline" and proxy:
        return "the proxy is not reached", f"check HTTP_PROXY, HTTPS_PROXY and NO_PROXY{_by(proxy)}"
    if error.kind == "offline" and "name is not known" in what:
        return "name not known", f"offline? Check the network, its name server (DNS), and {setting}"
    if error.kind == "offline" and "refused" in what:
        return "connection refused", f"offline? Nothing listens there: check the network and {setting}; is a proxy needed (HTTPS_PROXY)?"
    if error.kind == "offline":
        return "connection broken off", f"offline? Check the network and {setting}, and try again in a moment"
    if error.kind == "tls" and "certificate" in what:
        return (
            "certificate not trusted",
            f"behind a proxy that opens TLS set SSL_CERT_FILE to its certificates; else check your clock and {setting}",
        )
    if error.kind == "tls":
        return "TLS failed", f"check {setting} (https where only http is spoken?){_by(proxy)}"
    if error.kind == "timeout":
        return "no answer", f"overloaded, or a firewall swallows it; try again later{_by(proxy)}"
    if "redirects" in what:
        return "redirects elsewhere", f"a network that wants you to sign in? Open it in a browser; else correct {setting}"
    if error.status in (401, 403) and endpoint.key:
        return "key refused", f"correct or unset {endpoint.key}"
    if error.kind == "status":
        return (
            "wrong answer",
            f"{'it forbids this for now: try again in an hour' if error.status == 403 else f'correct {setting}, or try again later'}",
        )
    if error.kind == "setup":
        return "cannot be asked", str(error).removeprefix(what).lstrip(": ") or f"check {setting}"
    return "wrong answer", f"a page of the network or of a proxy? Open it in a browser; else correct {setting}"


def _by(proxy: str) -> str:
    return f"; it was asked through {proxy}" if proxy else ""


def proxy_for(address: str) -> str:
    """The proxy that the environment names for an address, without its login; "" for none."""
    from urllib.request import getproxies, proxy_bypass

    parts, known = urlsplit(address), getproxies()
    found = known.get(parts.scheme) or known.get("all") or ""
    try:
        return shown_address(found) if found and not proxy_bypass(parts.netloc.rpartition("@")[2]) else ""
    except (OSError, ValueError):
        return shown_address(found)


def _apart(date: str, now: datetime) -> float | None:
    """Seconds by which a server's clock is ahead of ours."""
    from email.utils import parsedate_to_datetime

    try:
        there = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return (there.replace(tzinfo=there.tzinfo or UTC) - now).total_seconds()


# the model


def _wants_model(session: Session) -> bool:
    from papertui.domain.score import LOCAL
    from papertui.services.models import MODEL

    return session.settings.scorer == MODEL or (session.settings.scorer != LOCAL and session.settings.model is not None)


async def _model(session: Session) -> Check:
    """The list of models, for which nobody is paid."""
    from papertui.scoring.asking import Refused
    from papertui.scoring.llm import ChatModel
    from papertui.scoring.wire import Manners
    from papertui.services.models import setup_of

    begun = monotonic()
    try:
        setup = await asyncio.to_thread(setup_of, session)
        model = ChatModel(setup.server, setup.wishes, Manners())
        begun = monotonic()
        try:
            names = await model.models()
        finally:
            await model.close()
    except Refused as refused:
        return fail("online", f"the model's server: refused after {monotonic() - begun:.1f} s: {refused.line}")
    except PapertuiError as error:
        return fail("online", f"the model's server: cannot be asked: {error}")
    except Exception as error:  # noqa: BLE001 - as above
        return fail("online", f"the model's server: could not be asked ({type(error).__name__}: {error}); please report this")
    told = f"the model's server: OK in {monotonic() - begun:.1f} s: {shown_address(setup.server.base_url)}: {len(names)} models"
    if setup.wishes.model not in names:
        return warn("online", f"{told}, and {setup.wishes.model} is not among them: correct llm.model if it cannot be asked")
    return ok("online", told)

"""Hugging Face's Daily Papers on loopback: days, pages, search, single papers, limits and faults (FACTS 7)."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

Json = dict[str, Any]


def element(number: str, day: date | None = None, title: str = "A title", **more: Any) -> Json:
    """An element of a day's list with few fields; `more` goes into the paper's own object."""
    when = {"submittedOnDailyAt": f"{day}T00:00:00.000Z"} if day else {}
    return {"paper": {"id": number, "title": title, "summary": "An abstract.", "authors": [{"name": "First Author"}], **when, **more}}


class Asked(NamedTuple):
    """A request that came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""


class HuggingFace:
    """`with HuggingFace(days={…}) as site: site.url`. What it answers may be changed while it runs."""

    def __init__(self, days: dict[date, list[Json]] | None = None) -> None:
        self.days: dict[date, list[Json]] = days or {}
        """Elements by day, in the order of its list."""
        self.asked: list[Asked] = []
        self.faults: list[bytes | Callable[[socket.socket], object] | None] = []
        """What the next requests get instead of an answer, one each: raw bytes, or whatever is done to the socket; None is no fault."""
        self.always: bytes | Callable[[socket.socket], object] | None = None
        """What every request gets instead of an answer."""
        self.limits: list[str] = []
        """Values of the header RateLimit of the next answers, one each."""
        self.most_a_page = 100
        """A smaller page is given whatever limit is asked for."""
        self.goes_back = False
        """Whether a day without papers is answered with the last one that has some."""
        self.repeats = False
        """Whether every page is the first one."""
        self.token: str | None = None
        """What a login must be, where one comes."""
        self.url = ""
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> HuggingFace:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._handle(self)

            def log_message(self, format: str, *args: Any) -> None:
                return None

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                return None  # clients that go away in the middle are what tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        asked = Asked(unquote(parts.path), query, {name.lower(): value for name, value in request.headers.items()})
        self.asked.append(asked)
        fault = (self.faults.pop(0) if self.faults else None) or self.always
        if callable(fault):
            fault(request.connection)
            request.close_connection = True
            return
        if fault is not None:
            request.connection.sendall(fault)
            request.close_connection = True
            return
        status, found = self.answer(asked)
        body = json.dumps(found).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        if self.limits:
            request.send_header("RateLimit", self.limits.pop(0))
            request.send_header("RateLimit-Policy", '"fixed window";"api";q=500;w=300')
        request.end_headers()
        request.wfile.write(body)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Status and JSON of a request."""
        login = asked.headers.get("authorization")
        if self.token is not None and login not in (None, f"Bearer {self.token}"):
            return 401, {"error": "Invalid credentials in Authorization header"}
        if asked.path == "/api/daily_papers":
            return self._listed(asked.query)
        if asked.path == "/api/papers/search":
            words = asked.query.get("q", "").lower().split()
            found = [one for day in self.days.values() for one in day if any(word in json.dumps(one).lower() for word in words)]
            return 200, found[: int(asked.query.get("limit", "10"))]
        number = asked.path.removeprefix("/api/papers/")
        for one in [one for day in self.days.values() for one in day]:
            if one["paper"].get("id") == number:
                return 200, one["paper"]
        return 404, {"error": "Paper not found"}

    def _listed(self, query: dict[str, str]) -> tuple[int, Any]:
        try:
            found = self._wanted(query)
            limit, page = min(int(query.get("limit", "50")), self.most_a_page), int(query.get("p", "0"))
        except ValueError:
            return 400, {"error": "Invalid date or page"}
        start = 0 if self.repeats else page * limit
        return 200, found[start : start + limit]

    def _wanted(self, query: dict[str, str]) -> list[Json]:
        held = sorted((day for day, papers in self.days.items() if papers), reverse=True)
        if "date" in query:
            day = date.fromisoformat(query["date"])
            earlier = [one for one in held if one <= day]
            return self.days[earlier[0]] if self.goes_back and earlier else self.days.get(day, [])
        if "week" in query:
            monday = datetime.strptime(f"{query['week']}-1", "%G-W%V-%u").date()
            held = [day for day in held if 0 <= (day - monday).days < 7]
        if "month" in query:
            held = [day for day in held if f"{day:%Y-%m}" == query["month"]]
        return [one for day in held for one in self.days[day]]

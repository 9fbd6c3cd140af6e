"""HTTP under tests/model_server.py: kept-alive connections, streams piece by piece, resets in mid-body."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from tests.model_answers import Json

if TYPE_CHECKING:
    from tests.model_server import Asked, ModelServer

PIECE = 40
"""Characters of an answer in one event of a stream."""


class Gone(Exception):
    """The client is not there any more, or the connection was reset on purpose."""


class Wire(ThreadingHTTPServer):
    """Quick: no reverse look-ups, a thread a connection, connections ended at close."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, server: ModelServer, port: int) -> None:
        self.model_server = server
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Talk)

    def server_bind(self) -> None:
        """Without http.server's look-up of the host's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that end early are what tests are about; anything else is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Talk(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Wire

    def log_message(self, *_: object) -> None:
        """Nothing: the first line on standard output is the base URL."""

    def do_GET(self) -> None:
        server = self.server.model_server
        no = server.denied(dict(self.headers)) if self.path.startswith("/v1/") else None
        if self.path == "/stats":
            self.put(200, server.stats())
        elif no:
            self.put(no.status, no.body)
        elif self.path == "/v1/models":
            self.put(
                200,
                {
                    "object": "list",
                    "data": [{"id": name, "object": "model", "created": 1700000000, "owned_by": server.kind} for name in server.models],
                },
            )
        else:
            self.found(server.batch_get(self.path))

    def do_POST(self) -> None:
        server = self.server.model_server
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/v1/chat/completions":
            try:
                body = json.loads(data)
            except ValueError:
                self.put(
                    400,
                    {
                        "error": {
                            "message": "We could not parse the JSON body of your request.",
                            "type": "invalid_request_error",
                            "param": None,
                            "code": None,
                        }
                    },
                )
                return
            self.chat(server.receive(dict(self.headers), body))
            return
        no = server.denied(dict(self.headers))
        self.found((no.status, no.body) if no else server.batch_post(self.path, self.headers.get("Content-Type", ""), data))

    def found(self, answer: tuple[int, Any] | None) -> None:
        if answer:
            self.put(*answer)
        else:
            self.put(
                404,
                b"<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not Found</h1></body></html>",
                {"Content-Type": "text/html"},
            )

    def head(self, status: int, headers: Any, length: int | None) -> bytes:
        lines = {
            "Content-Type": "application/json",
            **({"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}),
            **headers,
        }
        told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {status} {self.responses.get(status, ('Answer',))[0]}\r\n{told}\r\n".encode("latin-1")

    def put(self, status: int, body: Any, headers: Any = None) -> None:
        """Headers and body at once."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.sendall(self.head(status, headers or {}, len(data)) + data)

    def chat(self, asked: Asked) -> None:
        """Writes a decided answer, and notes whether all of it was written."""
        server = self.server.model_server
        try:
            wait = server.latency + (server.faults.slow_seconds if asked.fault == "slow" else 0.0)
            if wait:
                time.sleep(wait)
            self.still_there()
            streams = server.streams(asked)
            if streams:
                self.stream(asked)
            else:
                data = asked.raw if asked.raw is not None else json.dumps(asked.answer).encode()
                head = self.head(asked.status, asked.headers_sent, len(data))
                if asked.fault == "reset" and asked.replied:
                    self.connection.sendall(head + data[: len(data) // 2])
                    self.reset()
                whole = head + data
                self.connection.sendall(whole[:-1])
                self.last(asked, whole[-1:])
        except (OSError, Gone):
            self.close_connection = True
            server.ended(asked, finished=False)

    def last(self, asked: Asked, data: bytes) -> None:
        """The end of an answer: whoever has read it finds it counted."""
        server = self.server.model_server
        with server.lock:
            self.connection.sendall(data)
            server.ended(asked, finished=True)

    def still_there(self) -> None:
        """Gone where the client has closed its end, so that nothing counts as written that nobody reads."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise Gone

    def reset(self) -> None:
        """Ends the connection as a crash does: RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.connections.discard(self.connection)
        self.connection.close()
        raise Gone

    def stream(self, asked: Asked) -> None:
        """The answer as events; usage in a last one where it was asked for (or where the kind always tells)."""
        server = self.server.model_server
        self.connection.sendall(self.head(asked.status, {"Content-Type": "text/event-stream", **asked.headers_sent}, None))
        events = server.events(asked)
        for number, event in enumerate(events):
            if number > len(events) // 2 and asked.fault in ("reset", "stream_error"):
                if asked.fault == "reset":
                    self.reset()
                self.piece(
                    b'data: {"id":"x","object":"chat.completion.chunk","error":{"code":502,"message":"Provider disconnected unexpectedly"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n'
                )
                self.connection.sendall(b"0\r\n\r\n")
                raise Gone
            if number and server.piece_delay:
                time.sleep(server.piece_delay)
            self.still_there()
            if event is not events[-1]:
                self.piece(event)
        self.last(asked, self.chunk(events[-1]) + b"0\r\n\r\n")

    def piece(self, data: bytes) -> None:
        self.connection.sendall(self.chunk(data))

    def chunk(self, data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data)


def events_of(answer: Json, kind: str, *, usage: bool) -> list[bytes]:
    """The events of a whole answer's stream, in the manner of a kind; the last is [DONE]."""
    choice, counts = answer["choices"][0], answer.get("usage")
    base = {**{key: answer[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}

    def event(delta: Json, finish: str | None = None, more: Json | None = None) -> bytes:
        told = {**base, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}], **(more or {})}
        return b"data: " + json.dumps(told).encode() + b"\n\n"

    message = choice["message"]
    name = "refusal" if message.get("refusal") else "content"
    text = message[name] or ""
    events = [b": OPENROUTER PROCESSING\n\n"] * 2 if kind == "openrouter" else []
    events.append(event({"role": "assistant", "content": ""}))
    if message.get("reasoning_content"):
        events.append(event({"content": None, "reasoning_content": message["reasoning_content"]}))
    events += [event({name: text[start : start + PIECE]}) for start in range(0, len(text), PIECE)]
    with_last = kind in ("gemini", "deepseek") and counts
    events.append(event({"content": ""} if kind == "deepseek" else {}, choice["finish_reason"], {"usage": counts} if with_last else None))
    if counts and not with_last and (usage or kind == "openrouter"):
        events.append(b"data: " + json.dumps({**base, "choices": [], "usage": counts}).encode() + b"\n\n")
    return [*events, b"data: [DONE]\n\n"]

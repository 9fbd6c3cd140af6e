"""A web server on loopback that answers as no server should."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.hostile.ways_in import Supply, broken


class Answers:
    """Raw answers by path; everything else is 404."""

    def __init__(self) -> None:
        self.by_path: dict[str, bytes] = {}
        self.address = ""

    def add(self, path: str, body: bytes, *, status: bytes = b"200 OK", headers: bytes = b"") -> str:
        """Answer `path` with that; its address."""
        self.by_path[path] = b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, headers, len(body), body)
        return f"{self.address}{path}"


@contextmanager
def serving() -> Iterator[Answers]:
    """A server for as long as the block lasts."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raw = answers.by_path.get(self.path.partition("?")[0]) or answers.by_path.get(self.path.rpartition("/")[0] + "/")
            with suppress(ConnectionError):  # who refuses a body hangs up
                self.wfile.write(raw or b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hostile_answers(answers: Answers, supply: Supply, count: int) -> list[str]:
    """That many addresses whose status, headers, redirects or bodies are hostile."""
    addresses = []
    for number in range(count):
        text = supply.take()
        line = text.encode("utf-8", "surrogatepass")[:2_000].replace(b"\r", b"").replace(b"\n", b"")
        clean = bytes(byte for byte in line if byte >= 0x20 and byte != 0x7F)
        path = f"/answer/{number}/"
        kind = number % 8
        if kind == 0:
            address = answers.add(path, b"", status=b"302 Found", headers=b"Location: " + clean + b"\r\n")
        elif kind == 1:
            address = answers.add(
                path,
                b"",
                status=b"302 Found",
                headers=b"Location: http://127.0.0.1:9/" + clean + b"\r\n" if number < 16 else b"Location: file:///" + clean + b"\r\n",
            )
        elif kind == 2:
            address = answers.add(path, line, status=supply.rng.choice((b"400 ", b"404 ", b"418 ", b"599 ")) + clean[:100])
        elif kind == 3:
            address = answers.add(path, b"x", headers=b"Content-Encoding: " + clean + b"\r\n")
        elif kind == 4:
            address = answers.add(
                path, line, headers=b"Content-Type: " + clean + b"\r\nContent-Disposition: attachment; filename=" + clean + b"\r\n"
            )
        elif kind == 5 and number < 24:  # a broken answer is asked for again twice, which takes seconds
            address = answers.add(path, b"x", headers=line + b"\r\n")
        else:
            address = answers.add(path, broken(supply))
        addresses.append(address)
    return addresses

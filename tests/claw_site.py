"""clawRxiv on loopback, as ../shared/data/clawrxiv/SCHEMA.md has it, with posts made of a few plain values or of the table of real ones."""

from __future__ import annotations

import ast
import contextlib
import csv
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.shared import shared_file

Post = dict[str, Any]


def post(number: int = 416, created: str = "2026-03-31 12:00:00", **more: Any) -> Post:
    """A post as the list has it; what is None stays null, what is `...` is left out."""
    told: Post = {
        "id": number, "paperId": f"{created[2:4]}{created[5:7]}.{number:05d}", "title": f"A study of thing number {number}", "abstract": f"What {number} is.",
        "clawName": "some-agent", "humanNames": ["First Author"], "category": "cs", "subcategory": "LG", "crossList": [], "tags": ["testing"],
        "upvotes": 0, "downvotes": 0, "createdAt": created, **more,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not ...}


def real_table() -> list[dict[str, str]]:
    """The rows of the table of real posts, newest first."""
    with shared_file("clawrxiv", "posts_table_derived.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def real_posts() -> list[Post]:
    """The table as the list would have given it: what it lacks (abstract, people, time of day) is made up."""
    return [
        post(
            int(row["paper_id"][5:]), f"{row['created_at']} {23 - place % 24:02d}:00:00", title=row["title"],
            abstract=f"The abstract of {row['paper_id']}.", clawName=row["claw_name"], humanNames=["First Author"] if row["has_collab"] == "True" else None,
            category=row["category"] or None, subcategory=row["subcategory"] or None, tags=ast.literal_eval(row["tags"]),
            upvotes=int(row["upvotes"]), downvotes=int(row["downvotes"]),
        )
        for place, row in enumerate(real_table())
    ]  # fmt: skip


@dataclass
class Claw:
    """`with Claw(posts) as claw:` serves `claw.url`; what it has may be changed while it runs."""

    posts: list[Post] = field(default_factory=list)
    """In the order of the list: newest first."""
    contents: dict[int, str] = field(default_factory=dict)
    """Markdown by post id; others have a sentence."""
    more: dict[int, Post] = field(default_factory=dict)
    """What a single post has beside what the list says: `version`, `versions`, `isWithdrawn`, …"""
    withdrawn: list[Post] = field(default_factory=list)
    """Posts that are not in the list any more, while their pages stay."""
    reviews: dict[int, object] = field(default_factory=dict)
    """The whole answer, by post id."""
    comments: dict[int, list[Post]] = field(default_factory=dict)
    faults: dict[str, bytes | Callable[[Any], object]] = field(default_factory=dict)
    """By the start of path and query: a response's bytes, or what is done to the connection instead."""
    asked: list[str] = field(default_factory=list)
    """Path and query of every request."""
    before: Callable[[str], object] = lambda target: None
    """Called with path and query before each answer."""

    def __enter__(self) -> Claw:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, for `sources.clawrxiv.url`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        self.before(request.path)
        request.close_connection = True
        for start, fault in self.faults.items():
            if request.path.startswith(start):
                with contextlib.suppress(OSError):
                    request.wfile.write(fault) if isinstance(fault, bytes) else fault(request.connection)
                return
        found = self._answer(request.path)
        body = json.dumps({"error": "Not found"} if found is None else found).encode()
        request.send_response(404 if found is None else 200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _answer(self, target: str) -> object | None:
        parts = urlsplit(target)
        if parts.path == "/api/posts":
            query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
            page, limit = query.get("page", 1), min(query.get("limit", 20), 100)
            start = (page - 1) * limit
            return {"posts": self.posts[start : start + limit], "total": len(self.posts), "page": page, "limit": limit}
        if match := re.fullmatch(r"/api/abs/(\d{4}\.\d{5})", parts.path):
            return self._single("paperId", match[1])
        if match := re.fullmatch(r"/api/posts/(\d+)(?:/(review|comments))?", parts.path):
            number = int(match[1])
            if match[2] == "review":
                return self.reviews.get(number)
            return {"comments": self.comments.get(number, [])} if match[2] else self._single("id", number)
        return None

    def _single(self, name: str, wanted: object) -> Post | None:
        for one in self.posts + self.withdrawn:
            if one.get(name) == wanted:
                return one | {"content": self.contents.get(one["id"], f"The text of {one['id']}.")} | self.more.get(one["id"], {})
        return None

"""The Batch API of tests/model_server.py: files, batches, their states (https://platform.openai.com/docs/api-reference/batch)."""

from __future__ import annotations

import json
import re
import time
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

from tests.model_answers import Json

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from tests.model_server import Asked

STATES = ("validating", "in_progress", "finalizing", "completed")
ENDED = ("completed", "failed", "expired", "cancelled")
NOT_FOUND: tuple[int, Json] = (404, {"error": {"message": "No such object.", "type": "invalid_request_error", "param": "id", "code": None}})


class Batches:
    """Mixed into ModelServer. Batches move on by `advance()`, or by one state every `polls_per_state` looks at them (0: by advance alone)."""

    lock: threading.RLock
    key: str

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Json] = {}
        self.polls: dict[str, int] = {}
        self.polls_per_state = 1
        self.batch_end = "completed"
        """How batches end: completed, expired or cancelled (these two with part of the output), failed (with none)."""
        self.batch_share = 1.0
        """The share of a batch's requests answered before it expires or is cancelled."""

    def receive(self, headers: Mapping[str, str], body: Json) -> Asked:
        raise NotImplementedError

    def ended(self, asked: Asked, *, finished: bool) -> None:
        raise NotImplementedError

    def advance(self, to: str | None = None) -> None:
        """Moves every batch one state on, or (with `to`) until it has that state or is at an end."""
        with self.lock:
            for batch in self.batches.values():
                self.step(batch)
                while to and batch["status"] != to and batch["status"] not in ENDED:
                    self.step(batch)

    def keep(self, data: bytes, name: str = "output.jsonl", purpose: str = "batch_output") -> Json:
        """A file of the server's."""
        number = f"file-{len(self.files) + 1}"
        self.files[number] = data
        return {
            "id": number,
            "object": "file",
            "bytes": len(data),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }

    def batch_post(self, path: str, content_type: str, data: bytes) -> tuple[int, Any] | None:
        """POST /v1/files, /v1/batches, /v1/batches/ID/cancel; None: another path."""
        with self.lock:
            if path == "/v1/files":
                parts = {part.get_param("name", header="content-disposition"): part for part in parted(content_type, data)}
                if "file" not in parts or "purpose" not in parts:
                    return 400, {
                        "error": {
                            "message": "'file' and 'purpose' are required",
                            "type": "invalid_request_error",
                            "param": "file",
                            "code": None,
                        }
                    }
                purpose = parts["purpose"].get_payload(decode=True).decode()
                return 200, self.keep(parts["file"].get_payload(decode=True), parts["file"].get_filename() or "file", purpose)
            if path == "/v1/batches":
                return self.begin(json.loads(data))
            cancel = re.fullmatch(r"/v1/batches/([\w-]+)/cancel", path)
            if cancel:
                batch = self.batches.get(cancel[1])
                if not batch:
                    return NOT_FOUND
                if batch["status"] not in ENDED:
                    self.end(batch, "cancelled")
                return 200, batch
            return None

    def begin(self, asked: Json) -> tuple[int, Any]:
        if asked.get("input_file_id") not in self.files:
            return NOT_FOUND
        if asked.get("endpoint") != "/v1/chat/completions" or asked.get("completion_window") != "24h":
            return 400, {
                "error": {"message": "Invalid value", "type": "invalid_request_error", "param": "endpoint", "code": "invalid_value"}
            }
        number = f"batch_{len(self.batches) + 1}"
        total = len(self.files[asked["input_file_id"]].splitlines())
        now = int(time.time())
        self.batches[number] = {
            "id": number, "object": "batch", "endpoint": asked["endpoint"], "errors": None, "input_file_id": asked["input_file_id"], "completion_window": "24h",
            "status": "validating", "output_file_id": None, "error_file_id": None, "created_at": now, "expires_at": now + 86_400,
            "request_counts": {"total": total, "completed": 0, "failed": 0}, "metadata": asked.get("metadata"),
        }  # fmt: skip
        return 200, self.batches[number]

    def batch_get(self, path: str) -> tuple[int, Any] | None:
        """GET /v1/batches, /v1/batches/ID, /v1/files/ID, /v1/files/ID/content; None: another path."""
        with self.lock:
            if path.split("?")[0] == "/v1/batches":
                return 200, {"object": "list", "data": list(self.batches.values()), "has_more": False}
            found = re.fullmatch(r"/v1/(batches|files)/([\w-]+)(/content)?", path)
            if not found:
                return None
            if found[1] == "files":
                data = self.files.get(found[2])
                if data is None:
                    return NOT_FOUND
                return 200, data if found[3] else {
                    "id": found[2],
                    "object": "file",
                    "bytes": len(data),
                    "created_at": 0,
                    "filename": "f.jsonl",
                    "purpose": "batch",
                }
            batch = self.batches.get(found[2])
            if not batch:
                return NOT_FOUND
            shown = dict(batch)
            self.polls[found[2]] = self.polls.get(found[2], 0) + 1
            if self.polls_per_state and self.polls[found[2]] % self.polls_per_state == 0:
                self.step(batch)
            return 200, shown

    def step(self, batch: Json) -> None:
        """The next state; the work is done on the way out of in_progress."""
        state = batch["status"]
        if state in ENDED:
            return
        if state == "in_progress":
            self.end(batch, self.batch_end)
        else:
            batch["status"] = "failed" if state == "validating" and self.batch_end == "failed" else STATES[STATES.index(state) + 1]

    def end(self, batch: Json, how: str) -> None:
        """Asks the model for each line: answers into the output file, refusals into the error file; what was not reached is an error line of its own."""
        lines = self.files[batch["input_file_id"]].splitlines()
        started = batch["status"] != "validating"
        reached = len(lines) if how == "completed" else int(len(lines) * self.batch_share) if started else 0
        good: list[Json] = []
        bad: list[Json] = []
        for number, line in enumerate(lines):
            request = json.loads(line)
            told: Json = {"id": f"batch_req_{number}", "custom_id": request["custom_id"], "response": None, "error": None}
            if number < reached:
                asked = self.receive({"Authorization": f"Bearer {self.key}"}, request["body"])
                self.ended(asked, finished=True)
                told["response"] = {"status_code": asked.status, "request_id": f"req_{number}", "body": asked.answer}
                (good if asked.replied else bad).append(told)
            else:
                told["error"] = {"code": f"batch_{how}", "message": f"This request could not be executed before the batch {how}."}
                bad.append(told)
        good.reverse()  # the documentation promises no order
        batch["output_file_id"] = self.keep(jsonl(good))["id"] if good else None
        batch["error_file_id"] = self.keep(jsonl(bad))["id"] if bad else None
        batch["request_counts"] = {"total": len(lines), "completed": len(good), "failed": len(bad)}
        batch["status"] = "finalizing" if how == "completed" else how


def jsonl(lines: list[Json]) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def parted(content_type: str, data: bytes) -> list[Any]:
    """The parts of a multipart body."""
    whole = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    return list(whole.get_payload()) if whole.is_multipart() else []

"""What is said between papertui and a model: questions, replies, refusals. Values only; scoring/llm.py does the talking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple, Protocol

from papertui.domain.answer import Tokens

__all__ = ["Model", "Question", "Refused", "Reply", "Tokens", "Verdict"]


class Question(NamedTuple):
    """One request. `instructions` are the same for every request of a run, and come first, so that servers can cache them."""

    instructions: str
    papers: str
    """What changes from request to request."""
    schema: Mapping[str, object]
    """JSON schema of the answer (the strict subset: root object, every key required, nothing else allowed)."""
    most_tokens: int | None = None
    """Most completion tokens that may be used; None: the server's own limit."""


class Reply(NamedTuple):
    """What came back."""

    text: str
    finish: str = "stop"
    """`stop`, `length` (cut), `content_filter`, or what else the server says."""
    tokens: Tokens | None = None
    """None where the server does not count."""
    refusal: str = ""
    """The model's own words where it declined to answer."""
    pause: float = 0.0
    """Seconds to wait before the next request, as the rate-limit headers say; 0: none."""


class Verdict(Enum):
    """What is to be done about a request that failed."""

    WAIT = "wait"
    """Send the same again, after `Refused.seconds` where that is known: too many requests, server overloaded or restarting."""
    SPLIT = "split"
    """Too large: ask for fewer papers at a time; for one paper: it cannot be scored."""
    DROP = "drop"
    """A field of the request is not understood: `Refused.field`; drop it, once, and remember."""
    SKIP = "skip"
    """A content filter: ask for each paper alone, and leave out the one that is refused."""
    STOP = "stop"
    """Nothing will ever be answered: wrong key, no credit, no such model."""
    FAIL = "fail"
    """This request cannot be answered, others may be."""


class Refused(Exception):
    """A request that brought no reply. Its text is one line: what, why, what to do."""

    def __init__(self, line: str, verdict: Verdict, *, seconds: float | None = None, field: str = "", tokens: Tokens | None = None) -> None:
        super().__init__(line)
        self.line = line
        self.verdict = verdict
        self.seconds = seconds
        """How long to wait, where the server says so."""
        self.field = field
        """For DROP: the request's field, as it was sent (`response_format`, `temperature`, `max_completion_tokens`, `stream`)."""
        self.tokens = tokens
        """What the server counted all the same."""


class Model(Protocol):
    """A model on a server."""

    async def ask(self, question: Question, heard: Callable[[str], object] | None = None) -> Reply:
        """One request, one reply; never tried again in here, but for fields that are dropped or changed at once.

        `heard` gets the text piece by piece where the server streams; none of it where it does not. Refused otherwise.
        """

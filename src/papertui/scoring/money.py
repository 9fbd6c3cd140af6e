"""Tokens and dollars: what was spent, what the next request may cost at worst, and a budget that is never passed."""

from __future__ import annotations

from typing import NamedTuple

from papertui.scoring.asking import Question, Tokens

MILLION = 1_000_000

CHARS_PER_TOKEN = 4.0
"""Of a prompt, before a server has counted any: scientific English."""

COMPLETION_PER_PAPER = 60
"""Tokens of an answer for one paper, before any has come: id, two numbers, a sentence of 30 words."""


class Prices(NamedTuple):
    """US dollars for a million tokens."""

    input: float
    output: float
    cached: float | None = None
    """None: as input."""
    cache_writes: float | None = None
    """None: as input."""

    def of(self, tokens: Tokens) -> float:
        """What these tokens cost, in dollars."""
        plain = tokens.prompt - tokens.cached - tokens.cache_writes
        if plain < 0:
            plain = 0
        cached = self.input if self.cached is None else self.cached
        writes = self.input if self.cache_writes is None else self.cache_writes
        return (plain * self.input + tokens.cached * cached + tokens.cache_writes * writes + tokens.completion * self.output) / MILLION

    def times(self, share: float) -> Prices:
        """The same prices, all of them this many times as high."""
        return Prices(
            self.input * share, self.output * share, None if self.cached is None else self.cached * share,
            None if self.cache_writes is None else self.cache_writes * share,
        )  # fmt: skip

    @property
    def dearest_input(self) -> float:
        """What a prompt's token costs at most."""
        return max(self.input, self.cached or 0.0, self.cache_writes or 0.0)


class Experience(NamedTuple):
    """What earlier requests to this model on this server used; zeros where there were none."""

    prompt_chars: int = 0
    prompt_tokens: int = 0
    papers: int = 0
    completion_tokens: int = 0

    @property
    def chars_per_token(self) -> float:
        """Of a prompt."""
        return self.prompt_chars / self.prompt_tokens if self.prompt_tokens else CHARS_PER_TOKEN

    @property
    def completion_per_paper(self) -> float:
        """Tokens of an answer."""
        return self.completion_tokens / self.papers if self.papers else COMPLETION_PER_PAPER


def chars_of(question: Question) -> int:
    """Characters of a request's messages."""
    return len(question.instructions) + len(question.papers)


def most_prompt_tokens(question: Question) -> int:
    """More tokens than any tokenizer makes of a request in practice: two characters of ASCII each, a byte each of the rest."""
    text = question.instructions + question.papers
    ascii_chars = sum(char.isascii() for char in text) if not text.isascii() else len(text)
    other = len(text.encode("utf-8", "replace")) - ascii_chars
    return ascii_chars // 2 + other + 200  # the schema and what frames the messages


class Purse:
    """A budget and what was spent of it, in dollars. What is on its way is reserved at its worst."""

    def __init__(self, prices: Prices | None, budget: float | None = None) -> None:
        self.prices = prices
        self.budget = budget
        self.spent = 0.0
        """What the server counted."""
        self._unsure = 0.0
        """What requests whose answer never came may have cost."""
        self._reserved = 0.0

    def worst(self, question: Question, completion: int) -> float:
        """The most a request can cost; 0 without a budget."""
        if self.budget is None or self.prices is None:
            return 0.0
        return (most_prompt_tokens(question) * self.prices.dearest_input + completion * self.prices.output) / MILLION

    def reserve(self, dollars: float) -> bool:
        """Whether so much is left; it is set aside then."""
        if self.budget is None:
            return True
        if self.spent + self._unsure + self._reserved + dollars > self.budget:
            return False
        self._reserved += dollars
        return True

    def settle(self, reserved: float, tokens: Tokens | None, *, answered: bool = True) -> float | None:
        """What a request cost; None where nobody knows. `answered`: whether the server is done with it, paid or not."""
        self._reserved = max(self._reserved - reserved, 0.0) if self.budget is not None else 0.0
        cost = self.prices.of(tokens) if tokens is not None and self.prices is not None else None
        if cost is not None:
            self.spent += cost
        elif not answered or tokens is None:
            self._unsure += reserved
        return cost

    def release(self, reserved: float) -> None:
        """A request that the server refused before doing anything."""
        self._reserved = max(self._reserved - reserved, 0.0)

"""What a publisher's run cost and counted: the meta block, the Markdown and HTML tables, and either as copied text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from papertui.domain.gate import one_line
from papertui.domain.published import Usage
from papertui.lists.entries import count, dollars

_N = r"([\d,]+)"
_PRICE = r"\$ ?(\d[\d,]*(?:\.\d+)?|\.\d+)"
_MODEL = re.compile(r"\[([^\]\s]{1,100})\] Prompt Completion Total\b")
_TABLE_MODEL = re.compile(r"\bRelevant (\S{1,100}) Tokens \d")
_TOKENS = re.compile(rf"\bTokens? {_N} {_N} {_N}\b")
_TABLE_TOTALS = re.compile(rf"\bTotal arXiv Scanned Relevant \S{{1,100}} Tokens {_N} {_N} {_N} {_N} {_N} {_N}\b")
_COSTS = re.compile(rf"\bCosts? {_PRICE} {_PRICE} {_PRICE}")
_TOTAL_COST = re.compile(rf"\bTotal cost: {_PRICE}", re.IGNORECASE)
_TOTALS = {kind: re.compile(rf"\bTotal {kind} papers: {_N}\b", re.IGNORECASE) for kind in ("arxiv", "scanned", "relevant")}


def usage_from_meta(meta: object) -> Usage | None:
    """`meta.usage` of a schema 2 file. None where there is none."""
    if not isinstance(meta, Mapping):
        return None
    model = meta.get("model")
    usage = Usage(
        model=one_line(model, 200) or None if isinstance(model, str) else None,
        prompt_tokens=count(meta.get("prompt_tokens")),
        completion_tokens=count(meta.get("completion_tokens")),
        total_tokens=count(meta.get("total_tokens")),
        prompt_cost=dollars(meta.get("prompt_cost")),
        completion_cost=dollars(meta.get("completion_cost")),
        total_cost=dollars(meta.get("total_cost")),
        total_arxiv_papers=count(meta.get("total_arxiv_papers")),
        total_scanned_papers=count(meta.get("total_scanned_papers")),
        total_relevant_papers=count(meta.get("total_relevant_papers")),
    )
    return usage if usage != Usage() else None


def usage_from_text(head: str) -> Usage | None:
    """Usage in what stands above a page's papers, tables already turned into words; None where nothing is said.

    Cells may be parted by blanks, tabs or line breaks: a browser's copy does all three.
    """
    text = one_line(head, 20_000)
    model = _MODEL.search(text) or _TABLE_MODEL.search(text)
    tokens, costs, total_cost = _TOKENS.search(text), _COSTS.search(text), _TOTAL_COST.search(text)
    totals = {kind: match[1] for kind, pattern in _TOTALS.items() if (match := pattern.search(text))}
    if table := _TABLE_TOTALS.search(text):
        totals = dict(zip(_TOTALS, table.groups()[3:], strict=True)) | totals
    usage = Usage(
        model=model[1] if model else None,
        prompt_tokens=_count(tokens[1]) if tokens else None,
        completion_tokens=_count(tokens[2]) if tokens else None,
        total_tokens=_count(tokens[3]) if tokens else None,
        prompt_cost=_price(costs[1]) if costs else None,
        completion_cost=_price(costs[2]) if costs else None,
        total_cost=_price(costs[3]) if costs else _price(total_cost[1]) if total_cost else None,
        total_arxiv_papers=_count(totals.get("arxiv", "")),
        total_scanned_papers=_count(totals.get("scanned", "")),
        total_relevant_papers=_count(totals.get("relevant", "")),
    )
    return usage if usage != Usage() else None


def _count(digits: str) -> int | None:
    plain = digits.replace(",", "")
    return count(int(plain)) if 0 < len(plain) <= 20 and plain.isascii() and plain.isdigit() else None


def _price(digits: str) -> float | None:
    plain = digits.replace(",", "")
    return dollars(float(plain)) if len(plain) <= 20 else None

"""Arguments that several commands share, and their reading into values."""

from __future__ import annotations

import argparse
import datetime as dt

from papertui.cli.parser import SELECT
from papertui.domain.gate import one_line
from papertui.domain.ids import PaperId, parse_reference
from papertui.domain.selection import NEWEST, Selection
from papertui.errors import UsageError

REMOVED = "\x00"
"""In front of a `-TAG` on its way through argparse."""

FORMATS = ("table", "json", "jsonl", "tsv", "ids")


def a_date(text: str) -> dt.date:
    """A date as an argument: 2026-11-23."""
    try:
        if len(text) != 10 or text[4] + text[7] != "--":  # fromisoformat takes other shapes as well
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2026-11-23") from None


def an_edition(text: str) -> dt.date:
    """A date, or `newest`."""
    return NEWEST if text == "newest" else a_date(text)


def a_grade(text: str) -> float:
    """A bound on a score as an argument."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 20:
        raise argparse.ArgumentTypeError(f"{text!r} is no score: scores go from 1 to 10")
    return value


def a_count(text: str) -> int:
    """A number of papers as an argument."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of papers")
    return int(text)


def an_amount(text: str) -> float:
    """US dollars as an argument."""
    try:
        value = float(text.removeprefix("$"))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of US dollars: write it as 0.50")
    return value


def paper_ids(texts: list[str]) -> list[PaperId]:
    """Ids as a person writes them. UsageError naming the one that is none."""
    found = []
    for text in texts:
        try:
            found.append(parse_reference(text)[0])
        except ValueError as error:
            raise UsageError(str(error)) from None
    return list(dict.fromkeys(found))


def add_selection(parser: argparse.ArgumentParser) -> None:
    """SELECT."""
    group = parser.add_argument_group(SELECT, "The papers of the library for which all of these hold.")
    group.add_argument("--date", type=an_edition, metavar="D|newest", help="the edition of this date")
    group.add_argument("--since", type=a_date, metavar="D", help="editions of this date and later")
    group.add_argument("--all", action="store_true", help="the whole library, hidden papers included")
    group.add_argument("--saved", action="store_true", help="saved papers")
    group.add_argument("--read", action="store_true", help="papers marked read")
    group.add_argument("--unread", action="store_true", help="papers not marked read")
    group.add_argument("--hidden", action="store_true", help="hidden papers")
    group.add_argument("--tag", metavar="T", help="papers with this tag of yours")
    group.add_argument("--source", metavar="S", help="papers announced by this source (arxiv, list:NAME)")
    group.add_argument("--scorer", metavar="S", help="papers with a score by it (local, list:NAME)")
    group.add_argument("--min-relevance", type=a_grade, metavar="N", help="relevance N or more")
    group.add_argument("--min-novelty", type=a_grade, metavar="N", help="novelty N or more")
    group.add_argument("--query", metavar="Q", help="papers in which all these words occur")


def selection_of(arguments: argparse.Namespace) -> Selection:
    """SELECT as read from arguments, their words through the gate that everything in the library has passed."""
    tag, source, scorer, query = (text and one_line(text) for text in (arguments.tag, arguments.source, arguments.scorer, arguments.query))
    return Selection(
        date=arguments.date, since=arguments.since, all=arguments.all, saved=arguments.saved, read=arguments.read, unread=arguments.unread,
        hidden=arguments.hidden, tag=tag, source=source, scorer=scorer, min_relevance=arguments.min_relevance,
        min_novelty=arguments.min_novelty, query=query,
    )  # fmt: skip


def add_listing(parser: argparse.ArgumentParser) -> None:
    """How a list is ordered, cut and printed."""
    parser.add_argument(
        "--sort",
        metavar="KEYS",
        help="best first by these: a comma list of relevance, novelty, score, date, title, upvotes, rank; - in front turns one round",
    )
    parser.add_argument("--limit", type=a_count, metavar="N", help="at most N papers")
    parser.add_argument("--offset", type=a_count, default=0, metavar="N", help="pass over the first N")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")

"""The table of commands, the global options, and the edge where every error becomes one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from papertui import __version__
from papertui.cli.options import REMOVED, a_count, a_date, add_listing, add_selection
from papertui.errors import PapertuiError, UsageError


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal, asked for without shutil: argparse makes a formatter for every argument it is told of."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=max(40, min(columns, 120)) - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose options are never abbreviated."""

    def __init__(self, prog: str | None = None, description: str | None = None) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False, formatter_class=_Help)


class Command(NamedTuple):
    """One command: declared once, from which parser, help and documentation follow."""

    name: str
    help: str
    arguments: Callable[[Parser], object]
    handler: str
    """`module:function` under papertui.cli, imported when the command runs."""


def _none(parser: Parser) -> None:
    pass


def _fetch(parser: Parser) -> None:
    parser.add_argument("--date", type=a_date, metavar="D", help="the mailing of this date (a feed holds the newest only)")
    parser.add_argument("--source", action="append", metavar="S", help="only this source; may be repeated")


def _score(parser: Parser) -> None:
    parser.add_argument("--date", type=a_date, metavar="D", help="this edition instead of the newest")
    parser.add_argument("--since", type=a_date, metavar="D", help="editions of this date and later")
    parser.add_argument("--all", action="store_true", help="every edition")
    parser.add_argument("--scorer", choices=("local",), help="default: scoring.scorer")
    parser.add_argument("--limit", type=a_count, metavar="N", help="at most N papers")
    parser.add_argument("--rescore", action="store_true", help="score again what has an up-to-date score")


def _update(parser: Parser) -> None:
    parser.add_argument("--no-wait", action="store_true", help="end with 1 when another update is running, instead of waiting for it")


def _load(parser: Parser) -> None:
    parser.add_argument("what", nargs="+", metavar="FILE|DIR|URL|-", help="published scored lists")
    parser.add_argument("--name", metavar="NAME", help="whose list it is (default: from the path)")
    parser.add_argument("--date", type=a_date, metavar="D", help="the list's date (default: its heading, else the file's name)")


def _list(parser: Parser) -> None:
    add_selection(parser)
    add_listing(parser)


def _search(parser: Parser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="words that must all occur; quote a phrase")
    _list(parser)


def _show(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _mark(parser: Parser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID|-", help="papers; - reads ids from standard input")
    for flag, on in (("read", "mark as read"), ("save", "save"), ("hide", "hide from lists")):
        group = parser.add_mutually_exclusive_group()
        group.add_argument(f"--{flag}", dest=flag, action="store_const", const="1", help=on)
        group.add_argument(f"--un{flag}", dest=flag, action="store_const", const="", help=f"take that back ({flag})")


def _note(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "text", nargs="?", metavar="TEXT|-", help='the note, "" to remove it, - from standard input; without it the note is printed'
    )


def _tag(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("tags", nargs="*", metavar="+TAG|-TAG", help="tags to set and to remove; without any they are printed")


def _export(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="papers (default: --saved)")
    add_selection(parser)
    parser.add_argument("--format", choices=("bibtex", "jsonl"), default="bibtex", help="default: bibtex")
    parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    parser.add_argument("--append", action="store_true", help="add what FILE (or export.bib_file) lacks, changing no byte that is there")
    parser.add_argument("--key-style", choices=("arxiv",), help="default: export.key_style")


def _config(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("show", "path", "edit", "describe"), default="show")


def _profile(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "show", "new", "edit"), default="show")
    parser.add_argument("name", nargs="?", metavar="NAME")


COMMANDS: tuple[Command, ...] = (
    Command("fetch", "get the newest announcements into the library", _fetch, "jobs:fetch"),
    Command("score", "score what has no up-to-date score", _score, "jobs:score"),
    Command("update", "fetch, then score: the line for cron", _update, "jobs:update"),
    Command("load", "take in published scored lists", _load, "jobs:load"),
    Command("list", "print papers", _list, "reading:list_papers"),
    Command("search", "full-text search", _search, "reading:search"),
    Command("show", "one paper, all that is known", _show, "reading:show"),
    Command("mark", "mark papers read, saved or hidden", _mark, "marking:mark"),
    Command("undo", "take back the last action on this machine", _none, "marking:undo"),
    Command("redo", "do again what undo took back", _none, "marking:redo"),
    Command("note", "write a note on a paper", _note, "marking:note"),
    Command("tag", "tag a paper", _tag, "marking:tag"),
    Command("export", "papers as BibTeX or JSON lines", _export, "exporting:export"),
    Command("profile", "your interests: show, edit, make another", _profile, "about:profile"),
    Command("config", "settings: show, describe, edit", _config, "about:config"),
    Command("paths", "where everything lives", _none, "about:paths"),
)


def _add_globals(parser: Parser, *, top: bool) -> None:
    """Global options: taken before and after the command, the later one holding."""

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    group = parser.add_argument_group("everywhere")
    group.add_argument("--home", metavar="DIR", default=default(None), help="keep everything under DIR")
    group.add_argument("--profile", metavar="NAME", default=default(None), help="profile to use", dest="profile_name")
    group.add_argument("--quiet", action="store_true", default=default(False), help="errors only on stderr")
    group.add_argument("--verbose", action="store_true", default=default(False), help="say more on stderr")
    group.add_argument("--color", choices=("auto", "always", "never"), default=default("auto"), help="default: auto")


def build_parser(argv: Sequence[str] | None = None) -> Parser:
    """The parser. With `argv`, only the command that it names gets its arguments: the others need a third of the start."""
    parser = Parser(prog="papertui", description="The day's papers, scored, in a terminal. Without a command: opens the reader.")
    parser.add_argument("--version", action="version", version=f"papertui {__version__}")  # alone it is answered in main.py
    parser.add_argument("--demo", action="store_true", help="open an edition of invented papers in a throw-away home: no network, no key")
    parser.add_argument("--date", type=a_date, metavar="D", default=None, help="open the reader on this edition", dest="reader_date")
    _add_globals(parser, top=True)
    named = {command.name for command in COMMANDS if argv is None or command.name in argv}
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        if command.name in named or not named:
            sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
            command.arguments(sub)
            _add_globals(sub, top=False)
    return parser


def run_command(argv: Sequence[str]) -> int:
    """Run a command line and give its exit code. Errors end here: one line on stderr, no traceback."""
    arguments = _joined(list(argv))
    try:
        parsed = build_parser(arguments).parse_args(arguments)
        if parsed.command is None:
            handler: Callable[[argparse.Namespace], int] = import_module("papertui.cli.reader").open_reader
        else:
            if parsed.reader_date is not None:
                raise UsageError(f"--date before a command chooses the reader's edition; write papertui {parsed.command} --date D")
            module, _, function = next(command.handler for command in COMMANDS if command.name == parsed.command).partition(":")
            handler = getattr(import_module(f"papertui.cli.{module}"), function)
        code = handler(parsed)
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse: --help, --version, wrong usage
        return end.code if isinstance(end.code, int) else 2
    except PapertuiError as error:
        return _say(error, error.exit_code)
    except BrokenPipeError:
        _stdout_to_nowhere()
        return 0
    except KeyboardInterrupt:
        return _say("interrupted; everything finished so far is saved", 130)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        name = f"{error.filename}: " if error.filename else ""
        return _say(f"{name}{error.strerror or error}", 1)


def _joined(arguments: list[str]) -> list[str]:
    """Values that begin with a dash, which argparse would take for options: `--sort -title`, and `-TAG` of `tag`.

    A removed tag is passed on with a mark that no tag has in front.
    """
    result: list[str] = []
    for argument in arguments:
        dashed = argument.startswith("-") and not argument.startswith("--")
        if dashed and result and result[-1] == "--sort":
            result[-1] = f"--sort={argument}"
        elif dashed and "tag" in result and argument not in ("-h", "-"):
            result.append(f"{REMOVED}{argument}")
        else:
            result.append(argument)
    return result


def _say(message: object, code: int) -> int:
    line = " ".join(str(message).split())
    try:
        print(f"papertui: {line}", file=sys.stderr)  # noqa: T201 - the one place where errors are told
    except (OSError, ValueError):
        return code
    return code


def _stdout_to_nowhere() -> None:
    """After a closed pipe: what is left in the buffer must not fail again when Python ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return

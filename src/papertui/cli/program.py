"""The table of commands, the global options, and the edge where every error becomes one line and an exit code."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from papertui import __version__
from papertui.cli.edge import guarded
from papertui.cli.options import REMOVED, a_count, a_date, add_listing, add_selection, an_amount
from papertui.cli.parser import EVERYWHERE, Parser
from papertui.errors import UsageError


class Command(NamedTuple):
    """One command: declared once, from which parser, help and documentation follow."""

    name: str
    help: str
    arguments: Callable[[Parser], object]
    handler: str
    """`module:function` under papertui.cli, imported when the command runs."""
    about: str = ""
    """What else its help and the manual say."""


ABOUT = "The day's arXiv papers, scored for relevance and novelty, in a terminal."
PAPER = "a paper, as arxiv:2511.01033, 2511.01033 or its address"


def _none(parser: Parser) -> None:
    pass


def _fetch(parser: Parser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--date", type=a_date, metavar="D", help="the mailing of this date (default: the newest)")
    which.add_argument("--since", type=a_date, metavar="D", help="all mailings of this date and later; what is here is not fetched again")
    which.add_argument("--wait", action="store_true", help="look every few minutes until arXiv's next mailing is out")
    parser.add_argument("--source", action="append", metavar="S", help="only this source; may be repeated")


def _score(parser: Parser) -> None:
    parser.add_argument("--date", type=a_date, metavar="D", help="this edition instead of the newest")
    parser.add_argument("--since", type=a_date, metavar="D", help="editions of this date and later")
    parser.add_argument("--all", action="store_true", help="every edition")
    parser.add_argument("--scorer", choices=("llm", "local"), help="default: scoring.scorer")
    parser.add_argument("--limit", type=a_count, metavar="N", help="at most N papers")
    parser.add_argument("--budget", type=an_amount, metavar="USD", help="at most so many US dollars (default: llm.budget_usd)")
    parser.add_argument("--rescore", action="store_true", help="score again what has an up-to-date score")
    parser.add_argument("--batch", action="store_true", help="by the provider's Batch API: half the price, within a day")
    parser.add_argument("--dry-run", action="store_true", help="only say how many papers, tokens and dollars; nobody is asked")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of --dry-run (default: text)")
    parser.add_argument("--yes", action="store_true", help="more than 2,000 papers may go to a model")


def _prompts(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("show",), default="show", help="default: show")
    parser.add_argument("--paper", metavar="ID", help=f"{PAPER}: what a model would get for it")


def _stats(parser: Parser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _update(parser: Parser) -> None:
    parser.add_argument("--no-wait", action="store_true", help="end with 1 when another update is running, instead of waiting for it")


def _load(parser: Parser) -> None:
    parser.add_argument("what", nargs="+", metavar="FILE|DIR|URL|-", help="what to take in; - is standard input")
    parser.add_argument("--name", metavar="LIST", help="whose list it is (default: from the path)")
    parser.add_argument("--date", type=a_date, metavar="D", help="the list's date (default: its heading, else the file's name)")


def _list(parser: Parser) -> None:
    add_selection(parser)
    add_listing(parser)


def _search(parser: Parser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="words that must all occur; quote a phrase")
    add_selection(parser)
    add_listing(parser)


def _show(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help=PAPER)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _mark(parser: Parser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID|-", help="papers; - reads ids from standard input")
    flags = (("read", "mark read", "mark unread"), ("save", "save", "save no longer"), ("hide", "hide from lists", "hide no longer"))
    for flag, on, off in flags:
        group = parser.add_mutually_exclusive_group()
        group.add_argument(f"--{flag}", dest=flag, action="store_const", const="1", help=on)
        group.add_argument(f"--un{flag}", dest=flag, action="store_const", const="", help=off)


def _note(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help=PAPER)
    parser.add_argument(
        "text", nargs="?", metavar="TEXT|-", help='the note, "" to remove it, - from standard input; without it the note is printed'
    )


def _tag(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help=PAPER)
    parser.add_argument("tags", nargs="*", metavar="+TAG|-TAG", help="tags to set and to remove; without any they are printed")


def _export(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="papers, instead of SELECT")
    add_selection(parser)
    parser.add_argument("--format", choices=("bibtex", "jsonl"), default="bibtex", help="default: bibtex")
    parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    parser.add_argument("--append", action="store_true", help="add what FILE (or export.bib_file) lacks, changing no byte that is there")
    parser.add_argument("--key-style", choices=("arxiv",), help="default: export.key_style")


def _config(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("show", "path", "edit", "describe"), default="show", help="default: show")


def _profile(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "show", "new", "edit"), default="show", help="default: show")
    parser.add_argument("name", nargs="?", metavar="PROFILE", help="default: the profile in use")


def _doctor(parser: Parser) -> None:
    parser.add_argument("--online", action="store_true", help="ask every server that the settings lead to, too")
    parser.add_argument("--repair", action="store_true", help="make anew what follows from the rest: search index, marks from their log")


def _schedule(parser: Parser) -> None:
    parser.add_argument("kind", choices=("systemd", "launchd", "cron"), help="what runs it: units, a property list or a crontab line")


def _backup(parser: Parser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a new file, or a folder (default: backups beside the library)")


def _restore(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="what papertui backup wrote")


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", nargs="?", choices=("bash", "zsh", "fish"), help="whose script to print")
    parser.add_argument("--values", choices=("dates", "profiles"), help=argparse.SUPPRESS)  # what the scripts ask for


COMMANDS: tuple[Command, ...] = (
    Command("fetch", "get the newest announcements into the library", _fetch, "jobs:fetch"),
    Command(
        "score", "score what has no up-to-date score", _score, "jobs:score",
        "Without --date, --since or --all: the newest edition. Scores by others stay beside it. A model is asked where llm.model is set; "
        "every answer is kept as it comes, so an interrupted run pays for nothing twice. With --batch the requests are uploaded and the "
        "command ends; score --batch later, without a date, collects what is done and says how far the rest is.",
    ),
    Command(
        "update", "fetch, then score: the line for cron", _update, "jobs:update",
        "One at a time: a second update waits for the first and then has nothing left to do.",
    ),
    Command(
        "load", "take in published scored lists", _load, "jobs:load",
        "These are the lists of gpt_paper_assistant and its relatives, as JSON, Markdown or a page copied from a browser, and papertui's "
        "own JSON. A folder is searched. Loading again changes nothing.",
    ),
    Command("list", "print papers", _list, "reading:list_papers", "Without SELECT: the newest edition."),
    Command(
        "search", "full-text search, best match first", _search, "reading:search",
        "It looks at titles, authors, abstracts, comments and notes. Without SELECT: in the whole library.",
    ),
    Command("show", "print one paper, all that is known", _show, "reading:show"),
    Command(
        "mark", "mark papers read, saved or hidden", _mark, "marking:mark",
        "However many papers a command marks, undo takes it back as one.",
    ),
    Command(
        "undo", "take back the last action on this machine", _none, "marking:undo", "An action is a mark, a note or a tag, on one paper or many."
    ),
    Command("redo", "do again what undo took back", _none, "marking:redo"),
    Command("note", "write or print the note on a paper", _note, "marking:note"),
    Command("tag", "set, remove or print the tags of a paper", _tag, "marking:tag"),
    Command(
        "export", "write papers as BibTeX or JSON lines", _export, "exporting:export", "Without papers and without SELECT: the saved ones."
    ),
    Command(
        "profile", "show or edit your interests", _profile, "about:profile",
        "list prints the names of your profiles, show prints one, new makes one, edit opens one in $VISUAL or $EDITOR.",
    ),
    Command(
        "config", "show or edit the settings", _config, "about:config",
        "show prints what holds and where that is from, path the file, describe what each setting is for; edit opens the file in $VISUAL "
        "or $EDITOR.",
    ),
    Command(
        "prompts", "print what a model is told", _prompts, "costs:prompts",
        "The texts are papertui's, or your own of the same name in the prompts folder. With --paper: exactly what it would get for that paper.",
    ),
    Command("stats", "print what the library holds, and what models have cost", _stats, "costs:stats"),
    Command("paths", "print where everything lives", _none, "about:paths"),
    Command(
        "schedule", "print a timer that runs the update every night", _schedule, "schedule:schedule",
        "It runs papertui update at 00:20 in New York, Monday to Friday, when arXiv's feeds have been rebuilt. What is printed is ready to be "
        "installed, and says in comments how, how to see whether it ran, and how to remove it. The home and the profile that are given are carried over.",
    ),
    Command(
        "doctor", "check everything, one line a check", _doctor, "upkeep:doctor",
        "Each line begins with ok, warn or FAIL and says what to do. Ends with 1 where something failed. Looking changes nothing.",
    ),
    Command(
        "backup", "copy the library to a file, while it is in use", _backup, "upkeep:backup",
        "The copy is checked before it gets its name; a file that is there already is left alone.",
    ),
    Command(
        "restore", "put a backup in the library's place", _restore, "upkeep:restore",
        "The backup is checked first. What was there before is kept beside it. Close every reader before.",
    ),
    Command(
        "completion", "print completion for a shell", _completion, "completion:completion",
        'For bash, this line in ~/.bashrc: eval "$(papertui completion bash)". For zsh, after compinit in ~/.zshrc: '
        'eval "$(papertui completion zsh)". For fish: papertui completion fish > ~/.config/fish/completions/papertui.fish',
    ),
    Command("man", "print the manual page", _none, "manual:man", "To read it: papertui man | man -l -"),
)  # fmt: skip


def _add_globals(parser: Parser, *, top: bool) -> None:
    """Global options: taken before and after the command, the later one holding."""

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    group = parser.add_argument_group(EVERYWHERE)
    group.add_argument("--home", metavar="DIR", default=default(None), help="keep everything under DIR")
    group.add_argument("--profile", metavar="PROFILE", default=default(None), help="the profile to use", dest="profile_name")
    group.add_argument("--quiet", action="store_true", default=default(False), help="errors only on stderr")
    group.add_argument("--verbose", action="store_true", default=default(False), help="say more on stderr")
    group.add_argument("--color", choices=("auto", "always", "never"), default=default("auto"), help="whether to colour (default: auto)")


def build_parser(argv: Sequence[str] | None = None) -> Parser:
    """The parser. With `argv`, only the command that it names gets its arguments: the others need a third of the start."""
    parser = Parser(prog="papertui", description=f"{ABOUT} Without a command: the reader.")
    version = f"papertui {__version__}"  # asked for alone it is answered in main.py
    parser.add_argument("--version", action="version", version=version, help="print the version and exit")
    parser.add_argument("--demo", action="store_true", help="open an edition of invented papers in a throw-away home: no network, no key")
    parser.add_argument("--date", type=a_date, metavar="D", default=None, help="open the reader on this edition", dest="reader_date")
    named = {command.name for command in COMMANDS if argv is None or command.name in argv}
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        if command.name in named or not named:
            sub = subparsers.add_parser(command.name, help=command.help, description=said(command))
            command.arguments(sub)
            _add_globals(sub, top=False)
    _add_globals(parser, top=True)
    return parser


def said(command: Command) -> str:
    """What a command does, in sentences."""
    return f"{command.help[0].upper()}{command.help[1:]}. {command.about}".rstrip()


def run_command(argv: Sequence[str]) -> int:
    """Run a command line and give its exit code. Errors end here: one line on stderr, no traceback."""
    return guarded(lambda: _run(_joined(list(argv))))


def _run(arguments: list[str]) -> int:
    parsed, unknown = build_parser(arguments).parse_known_args(arguments)
    if unknown:
        name = " ".join(filter(None, ("papertui", parsed.command)))
        raise UsageError(f"{name} does not take {' '.join(map(repr, unknown))}; {name} --help says what it takes")
    if parsed.command is None:
        handler: Callable[[argparse.Namespace], int] = import_module("papertui.cli.reader").open_reader
    else:
        if parsed.reader_date is not None:
            raise UsageError(f"--date before a command chooses the reader's edition; write papertui {parsed.command} --date D")
        module, _, function = next(command.handler for command in COMMANDS if command.name == parsed.command).partition(":")
        handler = getattr(import_module(f"papertui.cli.{module}"), function)
    return handler(parsed)


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

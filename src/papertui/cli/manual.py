"""`papertui man`: the manual page, made from the tables of commands, settings and keys."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from papertui import __version__
from papertui.cli import roff
from papertui.cli.parser import SELECT
from papertui.cli.program import ABOUT
from papertui.cli.reading import write_lines
from papertui.cli.shape import Argument, Shape, shapes
from papertui.domain import toml
from papertui.keymap import GROUPS, KEYS
from papertui.paths import Paths
from papertui.setting_kinds import PRESSES
from papertui.settings import TABLE

DATE = "2026-11-23"
"""When the sentences of this page that are in no table were last looked over."""


def man(arguments: argparse.Namespace) -> int:
    """`papertui man`."""
    write_lines(page(shapes()))
    return 0


def page(program: Iterable[Shape]) -> list[str]:
    """The page's lines: roff with the man macros, in ASCII."""
    top, *commands = program
    return [
        f'.\\" Made by: papertui man (papertui {__version__})',
        f'.TH PAPERTUI 1 {DATE} "papertui {__version__}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        *roff.sentences(f"papertui - {ABOUT[0].lower()}{ABOUT[1:].rstrip('.')}"),
        ".SH SYNOPSIS",
        f"{roff.bold('papertui')} {_usage(top, (*top.own, *top.everywhere))}",
        ".br",
        f"{roff.bold('papertui')} {roff.italic('COMMAND')} [{roff.italic('ARGUMENT')} ...]",
        ".SH DESCRIPTION",
        *_paragraphs(_DESCRIPTION),
        ".SH OPTIONS",
        *_arguments(top.own),
        ".SS Everywhere",
        "Every command takes these too, after its name as well as before it.",
        *_arguments(top.everywhere),
        ".SH COMMANDS",
        *(line for command in commands for line in _command(command)),
        *_selection(commands),
        ".SH KEYS",
        *_keys(),
        ".SH SETTINGS",
        *_settings(),
        ".SH FILES",
        *_files(),
        ".SH ENVIRONMENT",
        *_pairs(_ENVIRONMENT),
        ".SH EXIT STATUS",
        *_pairs(_EXITS),
        ".SH EXAMPLES",
        *_examples(),
    ]


def _command(command: Shape) -> Iterator[str]:
    yield f".SS {roff.text(command.name)}"
    own = tuple(option for option in command.own if option.heading != SELECT)
    select = f" [{roff.italic('SELECT')}]" if len(own) < len(command.own) else ""
    yield f"{roff.bold(f'papertui {command.name}')} {_usage(command, own)}{select}".rstrip()
    yield ".PP"
    yield from roff.sentences(command.about)
    yield from _arguments((*command.places, *own))


def _usage(shape: Shape, options: Iterable[Argument]) -> str:
    """Options and places on one line; an option that excludes others stands with them, once."""
    parts, told = [], set()
    for option in options:
        if "--help" in option.names or option.names[0] in told:
            continue
        told |= set(option.excludes)
        shown = [_shown(option), *map(roff.bold, option.excludes)]
        parts.append(f"[{' | '.join(shown)}]")
    for place in shape.places:
        word = roff.italic(place.shown) + (" ..." if place.many else "")
        parts.append(word if place.needed else f"[{word}]")
    return " ".join(parts)


def _shown(argument: Argument) -> str:
    """`-o FILE`."""
    name = [roff.bold(argument.names[0])] if argument.names else []
    return " ".join([*name, *([roff.italic(argument.shown)] if argument.shown else [])])


def _arguments(arguments: Iterable[Argument]) -> Iterator[str]:
    for argument in arguments:
        if "--help" not in argument.names:
            value = f" {roff.italic(argument.shown)}" if argument.shown else ""
            yield from roff.entry(", ".join(map(roff.bold, argument.names)) + value, argument.help)


def _selection(commands: Iterable[Shape]) -> Iterator[str]:
    """What SELECT is: the same options in every command that takes it."""
    found = next(([option for option in command.own if option.heading == SELECT] for command in commands if _selects(command)), [])
    yield ".SS SELECT"
    yield from roff.sentences("These options choose the papers of the library for which all of them hold. Hidden papers are among them")
    yield from roff.sentences("only with --hidden or --all; a paper without a score passes no --min-relevance or --min-novelty.")
    yield from _arguments(found)


def _selects(command: Shape) -> bool:
    return any(option.heading == SELECT for option in command.own)


def _keys() -> Iterator[str]:
    yield from roff.sentences(
        "In the reader. The word in brackets is the action's name, by which it can be given other keys (see SETTINGS)."
    )
    for group in GROUPS:
        yield f".SS {roff.text(group)}"
        for key in KEYS:
            if key.group == group:
                yield from roff.entry(roff.bold(key.shown), f"{key.help} [{key.id}]")


def _settings() -> Iterator[str]:
    yield from roff.sentences(
        "Defaults, then config.toml, then the environment, then options. Any setting section.key is also the variable PAPERTUI_SECTION__KEY. "
        "papertui config describe says this for the version that runs, papertui config show what holds and why."
    )
    for prose, group in groupby(TABLE, key=lambda setting: setting.prose):
        settings = list(group)
        if len(settings) == 1:
            default = "unset" if settings[0].default is None else toml.value_text(settings[0].default)
            yield from roff.entry(roff.bold(settings[0].key), f"{prose} Takes {settings[0].kind.says}; default: {default}.")
        else:
            yield from roff.entry(", ".join(roff.bold(setting.key) for setting in settings), prose)
    yield from roff.entry(
        f"{roff.bold('keys.')}{roff.italic('ACTION')}",
        f"What an action of the reader is bound to, in place of what stands under KEYS. Takes {PRESSES.says}; no two actions can share a key.",
    )


def _files() -> Iterator[str]:
    yield from roff.sentences("papertui paths prints where each of them is. With --home or PAPERTUI_HOME all of them are below one folder:")
    home = Path("/home").absolute()
    found = Paths.find(str(home), {})
    for name, prose in _FILES.items():
        yield from roff.entry(roff.italic(getattr(found, name).relative_to(home).as_posix()), prose)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, prose in pairs:
        yield from roff.entry(roff.bold(name), prose)


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield from [".PP"] * (number > 0)
        yield from roff.sentences(text)


def _examples() -> Iterator[str]:
    for number, (prose, *lines) in enumerate(_EXAMPLES):
        yield from [".PP"] * (number > 0)
        yield from roff.sentences(prose)
        yield from roff.code(lines)


_DESCRIPTION = """\
papertui fetches the day's announcements of arXiv, scores every paper by your interests, and shows the list to be read, saved, \
tagged and exported by keyboard. Without a command it opens the reader on the newest edition: what was announced under one date.
Interests are a profile: categories, authors to follow, words to mute, and topics in plain sentences. papertui profile edit opens it. \
Published lists can be loaded as well; their order, scores and comments are kept.
A paper is named by its id, arxiv:2511.01033, without a version; a bare arXiv id and the address of its page are understood. \
Everything that is done to papers is kept in a log, so that it can be undone.
Standard output is data and nothing else; progress, warnings and errors go to standard error.""".splitlines()

_FILES = {
    "config_file": "The settings.",
    "profiles": "Your profiles, NAME.md each.",
    "prompts": "Your own versions of texts that papertui brings along.",
    "database": "The library: papers, scores, marks.",
    "pdf": "PDFs that were opened. They can be fetched again.",
    "log": "What went wrong, for a report.",
    "state": "Locks, and what may be lost.",
}

_ENVIRONMENT = (
    ("PAPERTUI_HOME", "The folder to keep everything under, where --home is not given."),
    ("PAPERTUI_NOW", "The time it is, as 2026-11-23T12:00:00Z: for tests and demonstrations."),
    ("PAPERTUI_SECTION__KEY", "The setting section.key, as a TOML value or else a text."),
    ("NO_COLOR", "Where it is set, nothing is coloured, unless --color says always."),
    ("VISUAL, EDITOR", "The editor for profile edit and config edit."),
    ("HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE", "How the network is reached. .netrc is not read."),
)

_EXITS = (
    ("0", "Done. An empty list is no error."),
    ("1", "Failed, nothing was done; standard error says what, why and what to do."),
    ("2", "Wrong usage or settings."),
    ("3", "Partly done: what worked is kept, and a second run does the rest."),
    ("130", "Interrupted; everything finished so far is kept."),
)

_EXAMPLES = (
    ("Look around, without network:", "papertui --demo"),
    ("Every morning, as a line for cron:", "30 6 * * 1-5  papertui --quiet update"),
    ("Save today's most relevant papers:", "papertui list --date newest --min-relevance 9 --format ids |", "    papertui mark - --save"),
    ("Add what is saved to a bibliography, of which no byte is changed:", "papertui export --append -o references.bib"),
    ("Take in somebody's published list:", "papertui load https://example.org/2026-11-23.json"),
)

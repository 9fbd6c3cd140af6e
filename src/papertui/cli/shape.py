"""The command table as plain values, walked out of its parsers: what completion and manual are made of."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from papertui.cli.options import a_date, an_edition
from papertui.cli.parser import EVERYWHERE, Parser, heading_of
from papertui.cli.program import COMMANDS, build_parser, said
from papertui.domain.edition import SORT_KEYS

TEXT, WORDS, FILES, FOLDERS, DATES, PROFILES = "text", "words", "files", "folders", "dates", "profiles"


class Values(NamedTuple):
    """What an argument takes."""

    kind: str
    """TEXT is anything, WORDS one of `words`; FILES and FOLDERS are on the disk, DATES and PROFILES in the library."""
    words: tuple[str, ...] = ()
    """Fixed ones; for DATES, what is taken besides dates."""


class Argument(NamedTuple):
    """One option, or one place of a command."""

    names: tuple[str, ...]
    """`-o`, `--output`; none for a place."""
    help: str
    shown: str
    """Its value as help shows it; "" for an option without one."""
    values: Values | None
    """None for an option without a value."""
    heading: str
    """What it is listed under; "" for the usual."""
    needed: bool
    many: bool
    """Whether it may be given several times."""
    excludes: tuple[str, ...]
    """Options that cannot stand beside it."""


class Shape(NamedTuple):
    """A command, or papertui itself (`name` is "")."""

    name: str
    help: str
    """In a line."""
    about: str
    """In sentences."""
    arguments: tuple[Argument, ...]

    @property
    def options(self) -> tuple[Argument, ...]:
        """What begins with a dash."""
        return tuple(argument for argument in self.arguments if argument.names)

    @property
    def everywhere(self) -> tuple[Argument, ...]:
        """Options that papertui and every command take."""
        return tuple(argument for argument in self.options if argument.heading == EVERYWHERE)

    @property
    def own(self) -> tuple[Argument, ...]:
        """Options that are not taken everywhere."""
        return tuple(argument for argument in self.options if argument.heading != EVERYWHERE)

    @property
    def places(self) -> tuple[Argument, ...]:
        """What is known by its place."""
        return tuple(argument for argument in self.arguments if not argument.names)


def shapes() -> tuple[Shape, ...]:
    """papertui itself, then its commands in the table's order."""
    parser = build_parser()
    (commands,) = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    about = parser.description or ""
    return (
        Shape("", about, about, tuple(_arguments(parser))),
        *(Shape(command.name, command.help, said(command), tuple(_arguments(commands[command.name]))) for command in COMMANDS),
    )


def _arguments(parser: Parser) -> Iterator[Argument]:
    excluded = {
        action: tuple(name for other in group._group_actions if other is not action for name in other.option_strings)
        for group in parser._mutually_exclusive_groups
        for action in group._group_actions
    }
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
            continue
        values = _values(action)
        yield Argument(
            tuple(action.option_strings),
            action.help or "",
            "" if values is None else _shown(action),
            values,
            heading_of(action) if heading_of(action) not in _USUAL else "",
            action.required if action.option_strings else action.nargs not in ("?", "*"),
            action.nargs in ("+", "*") or isinstance(action, argparse._AppendAction),
            excluded.get(action, ()),
        )


_USUAL = ("options", "positional arguments")


def _shown(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices is not None else action.dest.upper()


def _values(action: argparse.Action) -> Values | None:
    """What an argument takes: by its choices, its type, its word in the help."""
    if action.nargs == 0:
        return None
    if action.choices is not None:
        return Values(WORDS, tuple(map(str, action.choices)))
    if action.type is a_date:
        return Values(DATES)
    if action.type is an_edition:
        return Values(DATES, ("newest",))
    words = _shown(action).split("|")
    if "FILE" in words:
        return Values(FILES)
    if "DIR" in words:
        return Values(FOLDERS)
    if "PROFILE" in words:
        return Values(PROFILES)
    return Values(WORDS, SORT_KEYS) if "KEYS" in words else Values(TEXT)

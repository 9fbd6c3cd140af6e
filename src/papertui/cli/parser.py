"""How arguments are read and told of: argparse with short usage lines, and with errors that are one line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import Any, NoReturn

from papertui.errors import UsageError

EVERYWHERE = "everywhere"
"""Heading of the options that every command takes; no usage line repeats them."""

SELECT = "SELECT, which papers"
"""Heading of the options that choose papers; usage lines say SELECT instead."""


class Help(argparse.HelpFormatter):
    """Help as wide as the terminal, asked for without shutil: argparse makes a formatter for every argument it is told of."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=max(40, min(columns, 120)) - 2)

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None) -> None:
        """The usage line: what is the command's own, with a word for what is listed below it."""
        kept, selects = [], False
        for action in actions:
            title = heading_of(action)
            selects = selects or title == SELECT
            if title not in (EVERYWHERE, SELECT):
                kept.append(action)
        if selects:
            kept.append(argparse.Action((), "select", nargs="?", metavar="SELECT"))
        super().add_usage(usage, kept, groups, prefix)


def heading_of(action: argparse.Action) -> str:
    """The heading that an argument stands under in the help; "" for the usual ones."""
    return getattr(getattr(action, "container", None), "title", None) or ""


class Parser(argparse.ArgumentParser):
    """A parser whose options are never abbreviated, and whose errors end as every error of papertui does."""

    def __init__(self, prog: str | None = None, description: str | None = None) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False, formatter_class=Help, add_help=False)
        self.add_argument("-h", "--help", action="help", help="print this help and exit")

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{message}; {self.prog} --help says more")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            from papertui.domain.toml import nearest

            raise argparse.ArgumentError(None, f"no command is called {value!r}; the nearest is {nearest(value, action.choices)}")
        super()._check_value(action, value)

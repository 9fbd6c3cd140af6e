"""A place in a text's tokens, and the arguments that can be had there without rendering them."""

from __future__ import annotations

import re

from papertui.domain.tex_line import blanks_eaten
from papertui.domain.tex_tokens import Tokens

_DEEPEST = 16
"""Nesting beyond this is read flat: its braces go, its words stay."""

_LONGEST_OPTION = 20
"""How many tokens ahead a closing bracket is looked for."""


class Cursor:
    """Stands at one token of a text."""

    def __init__(self, tokens: Tokens) -> None:
        self.parts = tokens.parts
        self.closes = tokens.closes
        self.at = 0
        """The place of the next token."""
        self.end = len(tokens.parts)
        """The place at which the group being read ends."""
        self.depth = 0
        """How many groups and arguments are being read."""

    def can_enter(self) -> bool:
        """Whether nesting may go deeper still."""
        return self.depth < _DEEPEST

    def opens(self) -> int | None:
        """The end of the group that starts right here (a star before it is skipped), None if there is none to go into."""
        at = self.at
        if at & 1 or at + 1 >= self.end or self.parts[at + 1] != "{" or self.parts[at].strip(" \n*") or self.depth >= _DEEPEST:
            return None
        close = self.closes.get(at + 1)
        return close if close is not None and close < self.end else None

    def adjoins(self) -> bool:
        """Whether a group follows with no blank between."""
        return self.opens() is not None and self.parts[self.at] in ("", "*")

    def raw(self) -> str | None:
        """The source of the next group; None where no group follows."""
        close = self.opens()
        if close is None:
            return None
        content = "".join(self.parts[self.at + 2 : close])
        self.at = close + 1
        return content

    def option(self) -> str | None:
        """The source between square brackets right here; None where there are none."""
        at = self.at
        if at & 1 or at >= self.end or not self.parts[at].lstrip("*").startswith("["):
            return None
        content = self.until("]")
        return None if content is None else content.lstrip("*")[1:]

    def until(self, fence: str) -> str | None:
        """The source from here to `fence`, which is passed over; None if it is not near."""
        for place in range(self.at, min(self.end, self.at + _LONGEST_OPTION)):
            if not place & 1 and fence in self.parts[place]:
                last, _, rest = self.parts[place].partition(fence)
                content = "".join([*self.parts[self.at : place], last])
                self.parts[place], self.at = rest, place
                return content
        return None

    def skip(self, prefix: str) -> None:
        """Passes over `prefix` (and blanks before it) if it stands here."""
        if not self.at & 1 and self.at < self.end:
            rest = blanks_eaten(self.parts[self.at])
            if rest.startswith(prefix):
                self.parts[self.at] = rest.removeprefix(prefix)

    def take(self, pattern: re.Pattern[str]) -> str:
        """What `pattern` matches right here in the run, passed over; "" if it does not."""
        if self.at & 1 or self.at >= self.end:
            return ""
        found = pattern.match(self.parts[self.at])
        if not found:
            return ""
        self.parts[self.at] = self.parts[self.at][found.end() :]
        return found.group()

    def plain_group(self) -> str:
        """The text of a group right here that holds nothing but text; "" if there is none."""
        close = self.opens()
        return self.parts[self.at + 2] if close == self.at + 3 and self.parts[self.at] == "" else ""

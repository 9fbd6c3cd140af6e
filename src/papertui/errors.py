"""The one exception that ends a command with a line instead of a traceback."""

from __future__ import annotations


class PapertuiError(Exception):
    """Something a user can understand and act on: which thing, why, what to do, in one line."""

    exit_code = 1


class UsageError(PapertuiError):
    """Wrong usage or settings."""

    exit_code = 2

"""What every use case starts from: places, settings, clock, and the library they lead to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from papertui.paths import Paths
from papertui.services.authors import names_now
from papertui.services.recipes import recipes_now
from papertui.settings import Settings
from papertui.store.errors import StoreError
from papertui.store.library import Library
from papertui.store.place import size_of
from papertui.store.preference import Preference

REFRESH_SECONDS = 0.3
"""How long one who only reads waits for another to end writing before the order of yesterday will do."""


class Session(NamedTuple):
    """One run of papertui."""

    paths: Paths
    settings: Settings
    clock: Callable[[], datetime]
    """UTC now."""
    env: Mapping[str, str] = os.environ
    demo: bool = False
    tell: Callable[[str], object] = lambda line: None
    """Told, in a line, what was found about the library's place while it was opened."""

    @property
    def has_library(self) -> bool:
        """Whether there is a library to open. StoreError where something else stands in its place."""
        return bool(size_of(self.paths.database))

    def library(self, *, write: bool = False, any_thread: bool = False) -> Library:
        """Open the library. Reading creates nothing; entries made with another preference are brought up to date first."""
        library = Library(self.paths.database, write=write, any_thread=any_thread, tell=self.tell)
        try:
            library.preference = Preference(self.settings.prefer, recipes_now(library, self.paths, self.settings.profile))
            if write:
                names_now(library, self.paths, self.settings.profile)  # kept, so that who only reads need not parse the profile
            if library.needs_refresh():
                if write:
                    library.refresh()
                elif self.has_library:
                    # a library that is locked or cannot be written is read as it is: the order may be yesterday's
                    with suppress(StoreError), Library(self.paths.database, write=True, preference=library.preference) as writer:
                        writer.wait_at_most(REFRESH_SECONDS)
                        writer.refresh()
        except BaseException:
            library.close()
            raise
        return library

"""Textual's driver on a terminal that is held already, with the first frame on it."""

from __future__ import annotations

from codecs import getincrementaldecoder
from functools import partial

from textual import constants
from textual.driver import Driver

from papertui.tui.prepaint import ALTERNATE, Prepaint


def driver_for(held: Prepaint | None) -> type[Driver] | None:
    """A driver class that takes over from `held`; None where Textual's own choice is right."""
    if held is None or held.attributes is None or constants.DRIVER:
        return None
    prepaint = held
    from textual.drivers import linux_driver
    from textual.drivers.linux_driver import LinuxDriver

    # a byte that is no UTF-8 (a key of another character set, a noisy line) would end Textual's reading of keys for good
    vars(linux_driver)["getincrementaldecoder"] = lambda name: partial(getincrementaldecoder(name), "ignore")

    class TakingOver(LinuxDriver):
        """Does not clear what is painted, and in the end restores the terminal as it was before that."""

        _begun = False

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if not self._begun:
                self._begun = True
                self.attrs_before = prepaint.taken()

        def write(self, data: str) -> None:
            if data == ALTERNATE and prepaint.painted and not self._begun:
                return  # the alternate screen is on; entering it again would clear it
            super().write(data)

    return TakingOver

"""What our widgets have in common: they draw their own lines, and have neither border nor padding."""

from __future__ import annotations

from textual.geometry import Size
from textual.widget import Widget


class Drawn(Widget, inherit_bindings=False):
    """A widget whose content is all of it."""

    @property
    def size(self) -> Size:
        """Its columns and rows: Textual works the same out from styles each time, which a frame asks for a hundred times."""
        return self.outer_size

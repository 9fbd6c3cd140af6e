"""List and pane placed where layout.areas says, within the toolkit's own machinery."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from papertui.tui.layout import areas


class Split(Layout):
    """Places the children called `table` and `pane`, either of which may be out of sight."""

    name = "split"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Where they stand."""
        parent.pre_layout(self)
        shown = {child.id: child for child in children}
        places = areas(size.width, size.height, table="table" in shown, pane="pane" in shown)
        return [
            WidgetPlacement(Region(*area), NULL_OFFSET, NULL_SPACING, shown[name])
            for name, area in zip(("table", "pane"), places, strict=True)
            if area is not None
        ]


class Body(Widget):
    """What lies between the status line and the message line."""

    layout = Split()

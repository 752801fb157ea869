"""An axis with few, round ticks: plain numbers, common logarithms, epochs or times."""

from __future__ import annotations

from vae_desktop.ui.loss_ticks import tick_texts, ticks
from vae_desktop.ui.plot_axes import LabelledAxis

PIXELS_PER_TICK = {"left": 28, "bottom": 46}


class ScaledAxis(LabelledAxis):
    """Attributes:
    mode: "linear", "log" (the view holds common logarithms), "time" (seconds) or "epochs".
    """

    def __init__(self, orientation: str, mode: str = "linear") -> None:
        super().__init__(orientation)
        self.mode = mode
        self.enableAutoSIPrefix(False)

    def set_mode(self, mode: str) -> None:
        """Write the same range in another way."""
        if mode != self.mode:
            self.mode = mode
            self.picture = None
            self.update()

    def tick_count(self, size: float) -> int:
        """How many ticks fit into this many pixels."""
        return max(2, int(size / PIXELS_PER_TICK[self.orientation]))

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """pyqtgraph's question for the ticks: one level of them."""
        low, high = sorted((minVal, maxVal))
        return [(1.0, ticks(self.mode, low, high, self.tick_count(size)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """pyqtgraph's question for what is written at them."""
        return tick_texts(self.mode, values)

"""The colours that the map's view shows, as its vector picture has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vae_desktop.ui.map_key import value_words
from vae_desktop.ui.value_colors import scale_numbers, scale_of, value_palette

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from vae_desktop.app.session import Session
    from vae_desktop.core.map_colouring import Colouring
    from vae_desktop.ui.map_view import MapView


def drawn_colours(
    session: Session, view: MapView, shown: npt.NDArray[np.bool_], class_names: tuple[str, ...]
) -> Colouring | None:
    """What the view's points are coloured by, or None where that is their class (also while values are computed).

    Values have the colours of the light theme: the paper is white in either.

    Args:
        shown: [N], which of the points are drawn.
    """
    from vae_desktop.core.map_colouring import ByPrediction, ByValue  # the window opens sooner without

    columns, wrong, colours = view.points.columns, view.points.marked, session.map_colours
    if columns is None or len(columns) != len(shown):
        return None
    if colours.predicted is not None and wrong is not None:
        return ByPrediction(columns[shown], wrong[shown], class_names)
    if colours.values is None:
        return None
    # As in the window, hidden digits have their part in the scale.
    scale = scale_of(colours.values)
    words, palette = value_words(colours), value_palette(dark=False)
    return ByValue(columns[shown], palette, scale.low, scale.high, *words, scale_numbers(scale))

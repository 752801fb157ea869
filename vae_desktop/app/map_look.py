"""How the map is painted, as the user chose it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

# What the points can be coloured by.
COLOUR_BY = ("class", "predicted", "elbo", "latent")
SMALLEST, LARGEST = 2.0, 14.0
FAINTEST = 0.05


@dataclass(frozen=True)
class MapLook:
    """The map's looks.

    Attributes:
        colour_by: "class", "predicted" (the class that a digit's neighbours in latent space have), "elbo" (the
            negative ELBO of each digit) or "latent" (one dimension of its code).
        dimension: the latent dimension, counted from 0; only "latent" looks at it.
        size: diameter of a point in pixels; opacity: of a point, above 0, at most 1.
        contours: whether lines show how densely the points lie.
        thumbnails: whether digits are drawn in place of points where there is room.
    """

    colour_by: str = "class"
    dimension: int = 0
    size: float = 4.5
    opacity: float = 0.85
    contours: bool = False
    thumbnails: bool = True

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> MapLook:
        """The look that `to_json` described; what can't be read there is as in a new one."""
        look = cls()
        if not isinstance(values, dict):
            return look
        for name in (field.name for field in fields(cls)):
            if _fits(name, values.get(name), getattr(look, name)):
                look = replace(look, **{name: values[name]})
        return look


def _fits(name: str, value: object, like: object) -> bool:
    """Whether a value is one that a field may have."""
    if isinstance(like, bool) or isinstance(value, bool):
        return isinstance(like, bool) and isinstance(value, bool)
    if isinstance(like, str):
        return value in COLOUR_BY
    if isinstance(like, int):
        return isinstance(value, int) and value >= 0
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return False
    return SMALLEST <= value <= LARGEST if name == "size" else FAINTEST <= value <= 1.0

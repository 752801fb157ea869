"""What a grid of samples is drawn by: everything that it takes to draw the same again, as plain values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vae_desktop.core.config import MAX_LATENT_DIM, MAX_SEED, Jsonable
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.samplers import COMPONENTS, MAX_COMPONENTS
from vae_desktop.core.sampling import MAX_TEMPERATURE

RANDOM_KINDS = ("prior", "posterior", "gmm", "kde")
# Mixtures that are fitted to encoded digits.
FITTED_KINDS = ("gmm", "kde")
# Kinds that are like digits of a data set.
DATA_KINDS = ("posterior", *FITTED_KINDS)
LAID_OUT_KINDS = ("traversal", "manifold")
KINDS = (*RANDOM_KINDS, *LAID_OUT_KINDS)
PLANES = ("axes", "principal", "digits")
SPLITS = ("test", "train")
MAX_SIDE = 64
MAX_REACH = 100.0


@dataclass(frozen=True)
class SampleRecipe(Jsonable):
    """Settings of a grid of samples; those that its kind does not have are ignored.

    Attributes:
        kind: "prior"; "posterior" of some digits; "gmm" or "kde", fitted to encoded digits; "traversal" of
            dimensions; "manifold" of a plane.
        rows, columns: of the grid, 1 to 64 each.
        seed: of whatever is random.
        temperature: scales the standard deviations of the prior, or of a mixture's Gaussians.
        truncation: the share of the prior that is kept, above 0, at most 1.
        components: Gaussians in the mixture of "gmm".
        bandwidth: of "kde", as a share of the codes' own width; None by Scott's rule.
        class_label: "gmm" and "kde" are fitted to digits of this class alone; None: to all.
        split: which digits: "test" or "train".
        digits: of "posterior", by their indices, one for each row; of a plane through three digits, these.
        dimensions: of "traversal", one for each row, none: the most active ones; of "manifold" along axes, these.
        reach: a traversal's values run from -reach to reach, in the prior's standard deviations.
        around: what else is held: at the "origin" (the prior's mean) or at the "cursor".
        origin: where the cursor was [D], if it is around that.
        plane: of "manifold": "axes", "principal" or "digits".

    Raises:
        ConfigurationError: a value is outside its range.
    """

    kind: str = "prior"
    rows: int = 8
    columns: int = 8
    seed: int = 0
    temperature: float = 1.0
    truncation: float = 1.0
    components: int = COMPONENTS
    bandwidth: float | None = None
    class_label: int | None = None
    split: str = "test"
    digits: tuple[int, ...] = ()
    dimensions: tuple[int, ...] = ()
    reach: float = 3.0
    around: str = "origin"
    origin: tuple[float, ...] = ()
    plane: str = "axes"

    def __post_init__(self) -> None:
        for name, choices in (
            ("kind", KINDS),
            ("split", SPLITS),
            ("around", ("origin", "cursor")),
            ("plane", PLANES),
        ):
            value = getattr(self, name)
            _require(
                value in choices, f"There is no {name} {value!r} of samples; choose {', '.join(choices)}."
            )
        size = f"{self.rows} × {self.columns}"
        _require(
            _whole(self.rows, 1, MAX_SIDE) and _whole(self.columns, 1, MAX_SIDE),
            f"A grid can have 1 to {MAX_SIDE} rows and columns, not {size}.",
        )
        _require(_whole(self.seed, 0, MAX_SEED), f"The seed must be between 0 and {MAX_SEED}.")
        _require(
            _number(self.temperature) and 0 <= self.temperature <= MAX_TEMPERATURE,
            f"The temperature must be between 0 and {MAX_TEMPERATURE:g}.",
        )
        _require(
            _number(self.truncation) and 0 < self.truncation <= 1,
            "The truncation must be above 0 and at most 1: a share of the prior.",
        )
        _require(
            _whole(self.components, 1, MAX_COMPONENTS),
            f"A mixture can have 1 to {MAX_COMPONENTS} components.",
        )
        _require(
            self.bandwidth is None or (_number(self.bandwidth) and self.bandwidth > 0),
            "The bandwidth must be above 0.",
        )
        _require(
            self.class_label is None or _whole(self.class_label, 0, MAX_SEED),
            "A class is told by its number, from 0.",
        )
        _require(
            _tuple_of(self.digits, lambda digit: _whole(digit, 0, MAX_SEED)),
            "Digits are told by their indices, from 0.",
        )
        _require(
            _tuple_of(self.dimensions, lambda index: _whole(index, 0, MAX_LATENT_DIM - 1)),
            f"Dimensions are numbers between 0 and {MAX_LATENT_DIM - 1}.",
        )
        _require(
            _number(self.reach) and 0 < self.reach <= MAX_REACH,
            f"The reach must be above 0 and at most {MAX_REACH:g}.",
        )
        _require(_tuple_of(self.origin, _number), "A point in latent space is a list of numbers.")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigurationError(message)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _tuple_of(values: object, check: Callable[[object], bool]) -> bool:
    return isinstance(values, tuple) and all(map(check, values))

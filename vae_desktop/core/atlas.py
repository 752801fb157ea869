"""What a model file keeps of the data behind its model: where some of the training digits are encoded.

With it, the program shows a model's classes, the density of its data and what lies off it with no data set open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_desktop.core.records import AnyArray, Arrays

# More than this is in no file of ours.
MOST_DIGITS = 10_000
# Labels are kept as bytes.
MOST_CLASSES = 256


@dataclass(frozen=True, eq=False)
class Atlas:
    """Posteriors q(z|x) of some training digits.

    Attributes:
        means, logvars: [N, D] float16 each, read-only: a thousandth of a standard deviation is more than an eye sees.
        labels: classes [N] uint8, read-only.
    """

    means: npt.NDArray[np.float16]
    logvars: npt.NDArray[np.float16]
    labels: npt.NDArray[np.uint8]

    def arrays(self) -> dict[str, AnyArray]:
        """The arrays by name, for a file."""
        return {"means": self.means, "logvars": self.logvars, "labels": self.labels}

    @classmethod
    def from_arrays(cls, arrays: Arrays, dimensions: int, classes: int) -> Atlas:
        """What `arrays` gave, once it is one of a model of so many dimensions and classes.

        Raises:
            ValueError: it is not.
        """
        found = arrays.get("labels")
        count = len(found) if found is not None and found.ndim == 1 else 0
        expected: dict[str, tuple[tuple[int, ...], type[np.generic[Any]]]] = {
            "means": ((count, dimensions), np.float16),
            "logvars": ((count, dimensions), np.float16),
            "labels": ((count,), np.uint8),
        }
        fits = {name: (array.shape, array.dtype.type) for name, array in arrays.items()} == expected
        if not fits or not 1 <= count <= MOST_DIGITS or arrays["labels"].max() >= classes:
            raise ValueError("its training digits' codes do not fit")
        if not all(np.isfinite(arrays[name]).all() for name in ("means", "logvars")):
            raise ValueError("its training digits' codes are not finite numbers")
        return cls(**arrays)

"""A place in latent space that a user has chosen: a point, or one that goes with the digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray


@dataclass(frozen=True, eq=False)
class LatentPlace:
    """One of three: a point, the code of a digit, or the mean of a class's codes. The latter two follow the model.

    Attributes:
        point: [D], read-only.
        index: of one of the explored digits.
        label: a class.
    """

    point: FloatArray | None = None
    index: int | None = None
    label: int | None = None

    def code(self, session: Session) -> FloatArray | None:
        """Where it is now [D]; None where the session's model has no such place, or it is not known yet."""
        size, codes = len(session.cursor), session.codes
        if self.point is not None:
            return self.point if len(self.point) == size else None
        if codes is None:
            return None
        if self.index is not None:
            return codes.means[self.index] if self.index < len(codes.means) else None
        members = codes.means[codes.labels == self.label]
        return members.mean(axis=0, dtype=np.float64).astype(np.float32) if len(members) else None

    def name(self, session: Session) -> str:
        """For people: "4, test image 1,204", "mean of 4" or "a point"."""
        dataset = session.dataset
        if self.point is not None or dataset is None:
            return "a point"
        if self.label is not None:
            return f"mean of {dataset.class_names[self.label]}"
        assert self.index is not None
        name = dataset.class_names[int(dataset.explored.labels[self.index])]
        return f"{name}, {dataset.split_name} image {self.index:,}"

    def short_name(self, session: Session) -> str:
        """The same where there is little room: "4", "mean 4" or "point"."""
        if self.point is not None:
            return "point"
        return self.name(session).split(",")[0].replace("mean of", "mean")

    @property
    def of_digits(self) -> bool:
        """Whether it goes with the digits of the data set."""
        return self.point is None

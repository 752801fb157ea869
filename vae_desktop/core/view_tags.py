"""Which model, data set and plane a view is of: small values that tell them apart and can be read from any file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import MAX_LATENT_DIM
from vae_desktop.core.json_fields import Fields
from vae_desktop.core.plane import Kind, Plane, axes_plane
from vae_desktop.core.records import DatasetInfo

SPLITS = ("test", "train")
MOST_TEXT = 200
# Digits of a data set.
MOST_DIGITS = 1_000_000

_MODEL_ID = re.compile(r"([0-9a-f]{12}\+?)?")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def plain(values: npt.ArrayLike) -> tuple[float, ...]:
    """Values [D] as the shortest decimals that give the same float32 again."""
    return tuple(float(f"{value:.9g}") for value in np.asarray(values, np.float32).tolist())


@dataclass(frozen=True)
class ModelTag:
    """Which model it was.

    Attributes:
        model_id: 12 hex digits over its weights, with a "+" where a training had gone on since; "" where unknown.
        title: name for people.
        file: name of its file, without a folder: a picture that is passed on tells nobody's folders.
        latent_dim: dimensions of its latent space.
    """

    model_id: str
    title: str
    file: str
    latent_dim: int

    @property
    def exact(self) -> bool:
        """Whether these weights can be told from all others."""
        return len(self.model_id) == 12

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return {"id": self.model_id, "title": self.title, "file": self.file, "latent_dim": self.latent_dim}

    @classmethod
    def from_json(cls, values: object) -> ModelTag:
        """The tag that `to_json` described; a ValueError where it is none."""
        fields = Fields(values, "model")
        tag = cls(
            _matching(fields.text("id", 13), _MODEL_ID),
            fields.text("title", MOST_TEXT),
            fields.text("file", MOST_TEXT),
            fields.whole("latent_dim", 1, MAX_LATENT_DIM),
        )
        fields.end()
        if re.search(r"[/\\:]", tag.file):
            raise ValueError("the model's file has a folder")
        return tag


@dataclass(frozen=True)
class DataTag:
    """Which data set it was, and which of its splits.

    Attributes:
        name, title, fingerprint: as in `DatasetInfo`.
        split: "test" or "train".
    """

    name: str
    title: str
    fingerprint: str
    split: str = "test"

    @classmethod
    def of(cls, info: DatasetInfo, split: str = "test") -> DataTag:
        """The tag of a data set."""
        return cls(_short(info.name), _short(info.title), info.fingerprint, split)

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "fingerprint": self.fingerprint,
            "split": self.split,
        }

    @classmethod
    def from_json(cls, values: object) -> DataTag:
        """The tag that `to_json` described; a ValueError where it is none."""
        fields = Fields(values, "data set")
        tag = cls(
            fields.text("name", MOST_TEXT),
            fields.text("title", MOST_TEXT),
            _matching(fields.text("fingerprint", 64), _FINGERPRINT),
            one_of(fields.text("split", 10), SPLITS),
        )
        fields.end()
        return tag


@dataclass(frozen=True)
class PlaneTag:
    """Which plane it was; where it lay too, so that it can be shown without the digits that it was found by.

    Attributes:
        kind, axes, digits, title: as in `Plane`.
        origin: [D]; directions: two of [D] behind one another. Both empty where the axes say it all.
    """

    kind: str
    axes: tuple[int, ...] = ()
    digits: tuple[int, ...] = ()
    title: str = ""
    origin: tuple[float, ...] = ()
    directions: tuple[float, ...] = ()

    @classmethod
    def of(cls, plane: Plane) -> PlaneTag:
        """The tag of a plane."""
        if plane.axes is not None:
            return cls("axes", plane.axes)
        return cls(
            plane.kind,
            digits=plane.digits,
            title=_short(plane.title),
            origin=plain(plane.origin),
            directions=plain(plane.directions.reshape(-1)),
        )

    def to_plane(self, dimensions: int) -> Plane:
        """The plane in a latent space of so many dimensions.

        Raises:
            ValueError: there is none such.
        """
        if self.kind == "axes":
            return axes_plane(dimensions, self.axes[0], self.axes[1])
        origin = np.array(self.origin, np.float32)
        directions = np.array(self.directions, np.float32).reshape(2, -1)
        if not np.allclose(directions @ directions.T, np.eye(2), atol=1e-3):
            raise ValueError("the plane's directions are not at right angles")
        for array in (origin, directions):
            array.setflags(write=False)
        principal = self.kind == "principal"
        return Plane(
            kind="principal" if principal else "digits",
            origin=origin,
            directions=directions,
            title=self.title,
            names=("PC₁", "PC₂") if principal else ("e₁", "e₂"),
            spoken=("principal component 1", "principal component 2")
            if principal
            else ("direction 1", "direction 2"),
            digits=self.digits,
        )

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        if self.kind == "axes":
            return {"kind": self.kind, "axes": list(self.axes)}
        return {
            "kind": self.kind,
            "digits": list(self.digits),
            "title": self.title,
            "origin": list(self.origin),
            "directions": list(self.directions),
        }

    @classmethod
    def from_json(cls, values: object, dimensions: int) -> PlaneTag:
        """The tag that `to_json` described; a ValueError where it is none."""
        fields = Fields(values, "plane")
        kind = one_of(fields.text("kind", 20), get_args(Kind))
        if kind == "axes":
            tag = cls(kind, fields.wholes("axes", 2, dimensions - 1))
        else:
            tag = cls(
                kind,
                digits=fields.wholes("digits", 3 if kind == "digits" else 0, MOST_DIGITS - 1),
                title=fields.text("title", MOST_TEXT),
                origin=fields.reals("origin", dimensions),
                directions=fields.reals("directions", 2 * dimensions),
            )
        fields.end()
        tag.to_plane(dimensions)
        return tag


def tag_of(model_id: str, title: str, file: str, latent_dim: int) -> ModelTag:
    """A model's tag, its names cut to what a record holds."""
    return ModelTag(model_id, _short(title), _short(re.split(r"[/\\:]", file)[-1]), latent_dim)


def _short(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:MOST_TEXT]


def _matching(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("an identity is not what it should be")
    return text


def one_of(text: str, known: tuple[str, ...]) -> str:
    """The text, if it is a known one; a ValueError where it is not."""
    if text not in known:
        raise ValueError("it names a kind that is not known")
    return text

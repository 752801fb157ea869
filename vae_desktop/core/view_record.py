"""A view: all that says what was looked at, and how, so that it can be looked at again."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import MAX_LATENT_DIM
from vae_desktop.core.json_fields import Fields, is_real
from vae_desktop.core.plane import Kind, Plane, axes_plane
from vae_desktop.core.records import DatasetInfo, FloatArray, IntArray

# What a picture can be of; "view" is the window as a whole.
KINDS = (
    "view",
    "picture",
    "manifold",
    "samples",
    "reconstructions",
    "map",
    "group",
    "region",
    "traversal",
    "path",
)
# Those that show digits of the data set, or what was made of them.
OF_DIGITS = frozenset({"reconstructions", "map", "group", "region", "path"})
SPLITS = ("test", "train")

MOST_TEXT = 200
# Digits of a data set; a group's are kept as one bit for each.
MOST_DIGITS = 1_000_000
MOST_PARTS, MOST_KEYS, MOST_VALUES = 16, 40, 512

Setting = str | int | float | bool | None | list[str | int | float]
Settings = Mapping[str, Mapping[str, Setting]]

_MODEL_ID = re.compile(r"([0-9a-f]{12}\+?)?")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
            _one_of(fields.text("split", 10), SPLITS),
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
        kind = _one_of(fields.text("kind", 20), get_args(Kind))
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


@dataclass(frozen=True)
class View:
    """What was looked at. A plain value: equal where all of it is equal.

    Attributes:
        kind: of the picture, one of `KINDS`.
        model, dataset: which they were; no data set where none was open.
        cursor: the point in latent space [D].
        plane: what the canvas showed.
        window: the part of the plane in view: x0, y0, x1, y1 in its coordinates; None where nothing showed it.
        selected: the chosen digit; group: those chosen together, ascending.
        settings: how each part was set ("samples", "map", …), by name; a part takes what it knows.
    """

    kind: str
    model: ModelTag
    cursor: tuple[float, ...]
    plane: PlaneTag
    dataset: DataTag | None = None
    window: tuple[float, ...] | None = None
    selected: int | None = None
    group: tuple[int, ...] = ()
    settings: Settings = field(default_factory=dict)

    @property
    def z(self) -> FloatArray:
        """The cursor as an array [D] float32."""
        return np.array(self.cursor, np.float32)

    @property
    def digits(self) -> IntArray:
        """The group as an array [n] int64."""
        return np.array(self.group, np.int64)

    @property
    def needs_data(self) -> bool:
        """Whether some of it is nothing without the data set."""
        chosen = self.selected is not None or bool(self.group)
        return chosen or self.plane.kind != "axes" or self.kind in OF_DIGITS

    def to_json(self) -> dict[str, Any]:
        """The view as plain JSON values."""
        return {
            "kind": self.kind,
            "model": self.model.to_json(),
            "dataset": self.dataset.to_json() if self.dataset is not None else None,
            "cursor": list(self.cursor),
            "plane": self.plane.to_json(),
            "window": list(self.window) if self.window is not None else None,
            "selected": self.selected,
            "group": _bits(self.group),
            "settings": {part: dict(values) for part, values in self.settings.items()},
        }

    @classmethod
    def from_json(cls, values: object) -> View:
        """The view that `to_json` described.

        Raises:
            ValueError: it is none, or something in it is out of bounds.
        """
        fields = Fields(values, "view")
        model, dataset = ModelTag.from_json(fields.take("model")), fields.take("dataset")
        dimensions = model.latent_dim
        window, selected = fields.take("window"), fields.take("selected")
        view = cls(
            kind=_one_of(fields.text("kind", 20), KINDS),
            model=model,
            cursor=fields.reals("cursor", dimensions),
            plane=PlaneTag.from_json(fields.take("plane"), dimensions),
            dataset=DataTag.from_json(dataset) if dataset is not None else None,
            window=_window(window) if window is not None else None,
            selected=Fields({"selected": selected}, "view").whole("selected", 0, MOST_DIGITS - 1)
            if selected is not None
            else None,
            group=_from_bits(fields.take("group")),
            settings=_settings(fields.take("settings")),
        )
        fields.end()
        return view


def tag_of(model_id: str, title: str, file: str, latent_dim: int) -> ModelTag:
    """A model's tag, its names cut to what a record holds."""
    return ModelTag(model_id, _short(title), _short(re.split(r"[/\\:]", file)[-1]), latent_dim)


def _short(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:MOST_TEXT]


def _matching(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("an identity is not what it should be")
    return text


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise ValueError("it names a kind that is not known")
    return text


def _window(values: object) -> tuple[float, ...]:
    x0, y0, x1, y1 = Fields({"window": values}, "view").reals("window", 4)
    if not (x0 < x1 and y0 < y1):
        raise ValueError("the part in view is empty")
    return x0, y0, x1, y1


def _bits(indices: tuple[int, ...]) -> str:
    """Which digits of all, a bit for each in base64: short also for a group of many thousand."""
    if not indices or indices[-1] >= MOST_DIGITS:
        return ""
    chosen = np.zeros(indices[-1] + 1, bool)
    chosen[list(indices)] = True
    return base64.b64encode(np.packbits(chosen, bitorder="little").tobytes()).decode("ascii")


def _from_bits(text: object) -> tuple[int, ...]:
    if not isinstance(text, str) or len(text) > MOST_DIGITS // 6 + 4:
        raise ValueError("the group is not what it should be")
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the group is not what it should be") from error
    found = np.flatnonzero(np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little"))
    return tuple(found[found < MOST_DIGITS].tolist())


def _settings(values: object) -> dict[str, dict[str, Setting]]:
    """Two levels of short names, and plain values below them."""
    if not isinstance(values, dict) or len(values) > MOST_PARTS:
        raise ValueError("the settings are not what they should be")
    for part, entries in values.items():
        if not _NAME.fullmatch(part) or not isinstance(entries, dict) or len(entries) > MOST_KEYS:
            raise ValueError("the settings are not what they should be")
        for name, value in entries.items():
            if not _NAME.fullmatch(name) or not _is_setting(value):
                raise ValueError(f"the setting of {part} is not what it should be")
    return values


def _is_setting(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_VALUES and all(map(_is_atom, value))
    return value is None or isinstance(value, bool) or _is_atom(value)


def _is_atom(value: object) -> bool:
    return len(value) <= MOST_TEXT if isinstance(value, str) else is_real(value)

"""A view: all that says what was looked at, and how, so that it can be looked at again."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vae_desktop.core.json_fields import Fields, is_real
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.core.sample_recipe import DATA_KINDS
from vae_desktop.core.view_tags import MOST_DIGITS, MOST_TEXT, DataTag, ModelTag, PlaneTag, one_of

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
    "path",
)
# Those that show digits of the data set, or what was made of them.
OF_DIGITS = frozenset({"reconstructions", "map", "group", "region", "path"})

# A picture's text is bounded as a whole too (`png_text.MOST_LETTERS`).
MOST_PARTS, MOST_KEYS, MOST_VALUES = 16, 40, 4096

Setting = str | int | float | bool | None | list[str | int | float]
Settings = Mapping[str, Mapping[str, Setting]]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
        like_data = self.kind == "samples" and self.settings.get("samples", {}).get("kind") in DATA_KINDS
        return chosen or like_data or self.plane.kind != "axes" or self.kind in OF_DIGITS

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
            kind=one_of(fields.text("kind", 20), KINDS),
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

"""What a map's vector picture is coloured by: classes, the classes that digits are taken for, or a value of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from vae_desktop.core.map_key_svg import (
    LEFT,
    MAX_LEGEND,
    Entry,
    color_bar_svg,
    entry_words,
    heading_svg,
    legend_svg,
    row_middle,
)
from vae_desktop.core.map_marks import INK
from vae_desktop.core.palette import class_color
from vae_desktop.core.picture_file import svg_text
from vae_desktop.core.records import IntArray

Places = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

OPACITY = 0.75
# A value is read off its colour: little may shine through.
VALUE_OPACITY = 0.9
RING = 1.4
# Keeps what is no class apart from the classes above it.
GAP = 8


class Colouring(Protocol):
    """How the circles of a map are coloured and grouped, and the key to it.

    Attributes:
        grouping: what the circles of a group have in common, for people ("class").
        words: what the colours stand for, for a caption ("coloured by class").
    """

    @property
    def grouping(self) -> str: ...

    @property
    def words(self) -> str: ...

    def only(self, kept: Mask) -> Colouring:
        """That of some of the points [N]."""

    def circles(self, places: Places, radius: float) -> list[str]:
        """A circle at each of the places [N, 2] in the picture."""

    def key(self) -> list[str]:
        """What the column beside the map says."""


@dataclass(frozen=True, eq=False)
class ByClass:
    """By class.

    Attributes:
        labels: [N], whole numbers from 0; class_names: their names.
    """

    labels: IntArray
    class_names: Sequence[str]
    grouping: ClassVar[str] = "class"
    words: ClassVar[str] = "coloured by class"

    def only(self, kept: Mask) -> ByClass:
        """That of some of the points [N]."""
        return replace(self, labels=self.labels[kept])

    def circles(self, places: Places, radius: float) -> list[str]:
        """A group for each class."""
        lines = []
        for label in _present(self.labels):
            color, name = class_color(label), svg_text(class_name(label, self.class_names))
            lines += _group(
                f'fill="{color}" fill-opacity="{OPACITY}"', name, places[self.labels == label], radius
            )
        return lines

    def key(self) -> list[str]:
        """The classes with their counts."""
        return legend_svg(_entries(self.labels, self.class_names))


@dataclass(frozen=True, eq=False)
class ByPrediction:
    """By the class that each point is taken for, with a ring where that is wrong.

    Attributes:
        predicted: classes [N], whole numbers from 0; class_names: their names.
        wrong: [N], whether a point is of another class.
    """

    predicted: IntArray
    wrong: Mask
    class_names: Sequence[str]
    grouping: ClassVar[str] = "predicted class"

    @property
    def words(self) -> str:
        """For a caption."""
        ringed = ", wrong ones ringed" if self.wrong.any() else ""
        return f"coloured by predicted class (of most of the 10 nearest codes){ringed}"

    def only(self, kept: Mask) -> ByPrediction:
        """That of some of the points [N]."""
        return replace(self, predicted=self.predicted[kept], wrong=self.wrong[kept])

    def circles(self, places: Places, radius: float) -> list[str]:
        """A group for each predicted class, and above them those that are taken for another class than theirs."""
        lines = self._groups("predicted", places, radius, ~self.wrong, f' fill-opacity="{OPACITY}"')
        if self.wrong.any():
            lines.append(f'<g id="wrong" stroke="{INK}" stroke-width="{RING}">')
            lines.append("<title>Taken for another class</title>")
            # The ring lies around a point, and takes nothing of its colour.
            lines += self._groups("wrong", places, radius + RING / 2, self.wrong)
            lines.append("</g>")
        return lines

    def _groups(
        self, kind: str, places: Places, radius: float, among: Mask, attributes: str = ""
    ) -> list[str]:
        lines = []
        for label in _present(self.predicted[among]):
            name = svg_text(class_name(label, self.class_names))
            look = f'id="{kind}-{label}" fill="{class_color(label)}"{attributes}'
            here = places[among & (self.predicted == label)]
            lines += _group(look, f"Predicted class {name}", here, radius)
        return lines

    def key(self) -> list[str]:
        """The predicted classes with their counts, and what a ring is."""
        # Heading and ring take two rows, and the words on what has no room one.
        most = MAX_LEGEND - 3
        entries = _entries(self.predicted, self.class_names)
        lines = [heading_svg("Predicted class", row_middle(0)), *legend_svg(entries, first=1, most=most)]
        if self.wrong.any():
            middle = row_middle(1 + min(len(entries), most + 1)) + GAP
            # No circle: each of those is a digit.
            ring = f'<ellipse cx="{LEFT}" cy="{middle}" rx="6" ry="6" fill="none" stroke="{INK}" '
            ring += f'stroke-width="{RING}"/>'
            words = entry_words("wrong", int(np.count_nonzero(self.wrong)), middle)
            lines += ['<g font-size="17">', ring, *words, "</g>"]
        return lines


@dataclass(frozen=True, eq=False)
class ByValue:
    """By a value of each point.

    Attributes:
        columns: [N], each point's place in the palette; palette: colours from low to high as "#rrggbb".
        low, high: the values at the palette's ends.
        name, unit: what the values are.
        numbers: what is written at the lower end, in the middle and at the upper end of the scale.
    """

    columns: npt.NDArray[np.integer]
    palette: Sequence[str]
    low: float
    high: float
    name: str
    unit: str
    numbers: Sequence[str]
    grouping: ClassVar[str] = "value"

    @property
    def words(self) -> str:
        """For a caption."""
        return f"coloured by {self.name[:1].lower()}{self.name[1:]} ({self.unit})"

    def only(self, kept: Mask) -> ByValue:
        """That of some of the points [N]."""
        return replace(self, columns=self.columns[kept])

    def circles(self, places: Places, radius: float) -> list[str]:
        """A group for each colour, the highest values above all others; its name is the range of its values."""
        lines = [f'<g id="values" fill-opacity="{VALUE_OPACITY}"><title>{svg_text(self.name)}</title>']
        for column in _present(self.columns):
            look = f'id="value-{column}" fill="{self.palette[column]}"'
            lines += _group(look, self._range(column), places[self.columns == column], radius)
        return [*lines, "</g>"]

    def key(self) -> list[str]:
        """A colour bar."""
        return color_bar_svg(self.palette, self.name, self.unit, self.numbers)

    def _range(self, column: int) -> str:
        """The values of a colour, with two digits of what lies between its ends."""
        step = (self.high - self.low) / len(self.palette)
        digits = max(0, 1 - math.floor(math.log10(step))) if step > 0 else 2
        ends = (f"{self.low + step * (column + end):z.{digits}f}".replace("-", "−") for end in (0, 1))
        return svg_text(" to ".join(ends))


def class_name(label: int, class_names: Sequence[str]) -> str:
    """The name of a class, or its number where it has none."""
    return class_names[label] if label < len(class_names) else str(label)


def _present(numbers: npt.NDArray[np.integer]) -> list[int]:
    return [int(number) for number in np.unique(numbers)]


def _entries(labels: IntArray, class_names: Sequence[str]) -> list[Entry]:
    numbers, counts = np.unique(labels, return_counts=True)
    return [
        Entry(class_color(label), class_name(label, class_names), count)
        for label, count in zip(numbers.tolist(), counts.tolist(), strict=True)
    ]


def _group(attributes: str, title: str, places: Places, radius: float) -> list[str]:
    """Circles that can be edited together; the title is XML already."""
    circle = f'<circle cx="%.1f" cy="%.1f" r="{radius:.1f}"/>'
    return [f"<g {attributes}><title>{title}</title>", *(circle % (x, y) for x, y in places.tolist()), "</g>"]

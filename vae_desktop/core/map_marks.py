"""What has a place on a map and is no part of it, as SVG: another data set's points, a drawn digit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_desktop.core.palette import class_color
from vae_desktop.core.picture_file import svg_text

PAPER, INK, STAR = "#ffffff", "#202124", "#2563c9"
# In units of the picture: so much farther than a circle reaches a diamond, and at least so far.
FARTHER, LEAST = 2.5, 5.0
EDGE = 2.0
STAR_REACH, STAR_INNER = 16.0, 6.7


@dataclass(frozen=True, eq=False)
class PlacedPoints:
    """Points placed into a map.

    Attributes:
        points: [M, 2], in the map's units; labels: [M], whole numbers from 0.
        class_names: names of the labels.
        title: what they are, for people.
        coloured: whether their classes are the map's and have its colours.
    """

    points: npt.NDArray[np.floating]
    labels: npt.NDArray[np.integer]
    class_names: Sequence[str]
    title: str
    coloured: bool = True


def diamonds_svg(placed: PlacedPoints, places: npt.NDArray[np.float64], radius: float) -> list[str]:
    """Empty diamonds, grouped by class.

    Args:
        places: [M, 2], where they are in the picture; those that are no finite numbers are left out.
        radius: of the map's own points.
    """
    reach = max(LEAST, radius + FARTHER)
    step = f"{reach:.1f}"
    diamond = f'<path d="M%.1f %.1fl{step} {step} -{step} {step} -{step} -{step}z"/>'
    lines = [
        f'<g fill="{PAPER}" stroke-width="{EDGE:g}" stroke-linejoin="miter">',
        f"<title>{svg_text(placed.title)}</title>",
    ]
    finite = np.isfinite(places).all(axis=1)
    for label in np.unique(placed.labels[finite]).tolist():
        name = placed.class_names[label] if label < len(placed.class_names) else str(label)
        color = class_color(label) if placed.coloured else INK
        lines.append(f'<g stroke="{color}"><title>{svg_text(name)}</title>')
        members = places[finite & (placed.labels == label)]
        lines += [diamond % (x, y - float(step)) for x, y in members.tolist()]
        lines.append("</g>")
    return [*lines, "</g>"]


def star_svg(x: float, y: float, reach: float = STAR_REACH) -> str:
    """A star of five points at a place of the picture, one of them upwards."""
    corners = []
    for corner in range(10):
        angle, far = math.pi * corner / 5, reach if corner % 2 == 0 else reach * STAR_INNER / STAR_REACH
        corners.append(f"{x + far * math.sin(angle):.1f},{y - far * math.cos(angle):.1f}")
    points = " ".join(corners)
    # Twice, as few programs know how to paint a stroke below its shape.
    halo = (
        f'<polygon points="{points}" fill="none" stroke="{PAPER}" stroke-width="5" stroke-linejoin="round"/>'
    )
    return f'{halo}\n<polygon points="{points}" fill="{STAR}" stroke="{INK}" stroke-width="1.5"/>'


def marks_key(placed: PlacedPoints | None, drawn: bool, x: float, y: float) -> list[str]:
    """One line, from the left, that says what the marks are; none without a mark."""
    lines = ['<g font-size="14">']
    if drawn:
        lines += [star_svg(x + 7, y - 5, 8.0), f'<text x="{x + 22:g}" y="{y:g}">Drawn digit</text>']
        x += 130
    if placed is not None:
        path = f"M{x + 7:g} {y - 12:g}l7 7 -7 7 -7 -7z"
        lines.append(f'<path d="{path}" fill="{PAPER}" stroke="{INK}" stroke-width="{EDGE:g}"/>')
        lines.append(f'<text x="{x + 22:g}" y="{y:g}">{svg_text(placed.title)}</text>')
    return [*lines, "</g>"] if drawn or placed is not None else []

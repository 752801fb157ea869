"""A map of coloured points as a vector picture: sharp at any size, and each colour a group to edit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.errors import ExportError
from vae_desktop.core.map_colouring import ByClass, Colouring, class_name
from vae_desktop.core.map_key_svg import HEADING, LEGEND, MARGIN, MAX_LEGEND, MUTED, SIDE
from vae_desktop.core.map_marks import INK, PAPER, PlacedPoints, diamonds_svg, marks_key, star_svg
from vae_desktop.core.picture_file import svg_size, svg_text


def map_svg(
    points: npt.ArrayLike,
    labels: npt.ArrayLike,
    class_names: Sequence[str],
    title: str = "",
    caption: str = "",
    width_mm: float | None = None,
    placed: PlacedPoints | None = None,
    drawn: tuple[float, float] | None = None,
    coloured: Colouring | None = None,
) -> str:
    """Draw one circle for each point, grouped by colour, with the classes' names on the map and a key beside it.

    Places are rounded to a tenth of the picture's unit, a ten-thousandth of its width.

    Args:
        points: [N, 2]; drawn to one scale in both directions, the second coordinate upwards. Those that are no
            finite numbers are left out.
        labels: [N], whole numbers from 0.
        class_names: names of the labels.
        title: above the map, and what a screen reader says.
        caption: one line below the map.
        width_mm: in print, in millimetres; by default in pixels of the screen.
        placed: drawn as diamonds above the points.
        drawn: the place of a drawn digit, marked with a star above all else.
        coloured: what the colours of the N points stand for; their classes unless given.

    Raises:
        ExportError: there is nothing to draw.
    """
    places = np.asarray(points, np.float64).reshape(-1, 2)
    classes = np.asarray(labels).astype(np.int64)
    finite = np.asarray(np.isfinite(places).all(axis=1))
    coloured = (coloured or ByClass(classes, class_names)).only(finite)
    places, classes = places[finite], classes[finite]
    guests = np.zeros((0, 2)) if placed is None else np.asarray(placed.points, np.float64)
    stars = np.zeros((0, 2)) if drawn is None else np.array([drawn], np.float64)
    stars = stars[np.isfinite(stars).all(axis=1)]
    everything = np.concatenate((places, guests, stars))
    if not np.isfinite(everything).all(axis=1).any():
        raise ExportError("There are no points to draw.", "Show a class, or make the map first.")
    places, guests, stars = np.split(_to_picture(everything), np.cumsum((len(places), len(guests))))
    radius = float(np.clip(250 / max(1, len(places)) ** 0.5, 1.6, 6.0))
    members = {int(label): places[classes == label] for label in np.unique(classes)}
    width, height = SIDE + LEGEND, SIDE + HEADING
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {svg_size(width, height, width_mm)} '
        f'viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, sans-serif" fill="{INK}">',
        f"<title>{svg_text(title)}</title>",
        f"<desc>{svg_text(caption)}</desc>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        f'<text x="{MARGIN}" y="38" font-size="24" font-weight="bold">{svg_text(title)}</text>',
    ]
    lines += coloured.circles(places, radius)
    if placed is not None:
        lines += diamonds_svg(placed, guests, radius)
    lines += _names(members, class_names)
    lines += [star_svg(x, y) for x, y in stars.tolist()]
    lines += coloured.key()
    lines += marks_key(placed, len(stars) > 0, MARGIN, height - 40)
    lines.append(
        f'<text x="{MARGIN}" y="{height - 16}" font-size="14" fill="{MUTED}">{svg_text(caption)}</text>'
    )
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def write_map_svg(
    path: Path | str,
    points: npt.ArrayLike,
    labels: npt.ArrayLike,
    class_names: Sequence[str],
    title: str = "",
    caption: str = "",
) -> None:
    """Write the picture of `map_svg` to a file (UTF-8).

    Raises:
        ExportError: there are no points, or the file can't be written; an older one stays as it was.
    """
    data = map_svg(points, labels, class_names, title, caption).encode()
    with atomic_write(path) as file:
        file.write(data)


def _to_picture(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Places in the picture [N, 2], y downwards."""
    finite = points[np.isfinite(points).all(axis=1)]
    low, high = finite.min(axis=0), finite.max(axis=0)
    scale = (SIDE - 2 * MARGIN) / max(float((high - low).max()), 1e-12)
    centred: npt.NDArray[np.float64] = (points - (low + high) / 2) * scale * (1, -1)
    return np.add(centred, (SIDE / 2, SIDE / 2 + HEADING / 2))


def _names(members: dict[int, npt.NDArray[np.float64]], class_names: Sequence[str]) -> list[str]:
    """Each class's name on the middle of its points, with a halo."""
    lines = [
        '<g font-size="26" font-weight="bold" text-anchor="middle" stroke-linejoin="round">',
    ]
    for label in list(members)[:MAX_LEGEND]:
        x, y = np.median(members[label], axis=0)
        place = f'x="{x:.1f}" y="{y + 9:.1f}"'
        name = svg_text(class_name(label, class_names))
        # Twice, because few programs other than browsers know how to paint a stroke below its text.
        lines.append(f'<text {place} fill="none" stroke="{PAPER}" stroke-width="6">{name}</text>')
        lines.append(f"<text {place}>{name}</text>")
    return [*lines, "</g>"]

"""What is placed into the map as something to export: another data set's digits, and the drawn one.

What is switched off on the map is in no file. A hidden class is in no picture, but its values are kept, as are those
of the map's own digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.map_marks import PlacedPoints
from vae_desktop.ui.export_source import Table

if TYPE_CHECKING:
    from vae_desktop.app.placed import Placed
    from vae_desktop.app.session import Session
    from vae_desktop.ui.map_view import MapView

DRAWN = "Drawn digit"
NO_CLASS = -1


def shown_placed(session: Session) -> Placed | None:
    """The data set placed into the map, or None where there is none to be seen."""
    return session.placed.placed if session.placed.shown else None


def placed_arrays(session: Session) -> dict[str, npt.NDArray[np.generic]]:
    """Places [M, 2], labels [M] and codes [M, D] of what is placed, by name; those of a drawn digit with M = 1."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    placed, placing = shown_placed(session), session.drawing.placing
    if placed is not None:
        arrays |= {
            "placed_embedding": placed.points,
            "placed_labels": placed.labels,
            "placed_z": placed.means,
        }
    if placing.place is not None and placing.code is not None:
        arrays |= {"drawn_embedding": np.array([placing.place], np.float32), "drawn_z": placing.code[None]}
    return arrays


def with_placed(session: Session, table: Table, name: str) -> Table:
    """The map's table with a row for each placed digit below, and the set of each; as it is where nothing is placed.

    Args:
        table: has places; its rows are of images 0, 1, …
        name: what the map's own digits are called.
    """
    arrays, placed = placed_arrays(session), shown_placed(session)
    if not arrays or table.points is None:
        return table
    labels, points, codes = [table.labels], [table.points], [table.codes]
    sets = [name] * len(table.labels)
    if placed is not None:
        labels.append(placed.labels)
        points.append(placed.points)
        codes.append(placed.means)
        sets += [f"{placed.title} (placed)"] * len(placed.labels)
    if "drawn_z" in arrays:
        labels.append(np.array([NO_CLASS]))
        points.append(arrays["drawn_embedding"].astype(np.float32))
        codes.append(arrays["drawn_z"].astype(np.float32))
        sets.append(DRAWN)
    indices = np.concatenate([np.arange(len(part)) for part in labels])
    return Table(np.concatenate(labels), np.concatenate(points), np.concatenate(codes), indices, sets)


def placed_marks(session: Session, view: MapView) -> PlacedPoints | None:
    """The marks that the map shows, or None where it shows none."""
    placed, layer = shown_placed(session), view.placed
    visible = layer.points.visible
    if placed is None or len(visible) != len(placed.points) or not visible.any():
        return None
    dataset = placed.dataset
    return PlacedPoints(
        points=placed.points[visible],
        labels=placed.labels[visible],
        class_names=tuple(dataset.class_names),
        title=f"{np.count_nonzero(visible):,} {dataset.split_name} images of {dataset.title}, placed among them",
        coloured=layer.points.columns is None,
    )

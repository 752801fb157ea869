"""A path as plain values in a view: its kind, its frames and its stops; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path import MAX_FRAMES, MAX_STOPS
from vae_desktop.core import latent_path_kinds
from vae_desktop.core.json_fields import Fields, is_whole
from vae_desktop.core.latent_path_kinds import PATH_KINDS, PathKind
from vae_desktop.core.view_record import MOST_VALUES
from vae_desktop.core.view_tags import one_of, plain

if TYPE_CHECKING:
    from vae_desktop.app.path import PathPlan
    from vae_desktop.app.session import Session
    from vae_desktop.core.view_record import Setting

# How a stop is told: a digit by its index, the mean of a class by its label, any other by the next of "points".
POINT, MEAN = "point", "mean "


def path_values(plan: PathPlan) -> dict[str, Setting]:
    """How a path is made; nothing without stops, or where these are more numbers than a view holds."""
    stops: list[str | int | float] = []
    points: list[str | int | float] = []
    for stop in plan.stops:
        if stop.index is not None:
            stops.append(stop.index)
        elif stop.label is not None:
            stops.append(f"{MEAN}{stop.label}")
        elif stop.point is not None:
            stops.append(POINT)
            points += plain(stop.point)
    if not stops or len(points) > MOST_VALUES:
        return {}
    return {"kind": plan.kind, "frames": plan.frames, "stops": stops, "points": points}


def set_path(session: Session, values: Mapping[str, Any]) -> list[str]:
    """Make this path, with as many stops and frames as one can have here.

    Returns:
        What it has less of than it should, for people, such as "1,000 of its 5,000 frames".

    Raises:
        ValueError: it is none, or one of its stops is not of the data set.
    """
    if dict(values) == path_values(session.path.plan):
        return []
    fields = Fields(values, "path")
    kind = one_of(fields.text("kind", 20), PATH_KINDS)
    frames = fields.whole("frames", 2, latent_path_kinds.MAX_FRAMES)
    names = fields.take("stops")
    if not isinstance(names, list) or not names:
        raise ValueError("a path has no stops")
    size = len(session.cursor)
    codes = np.array(fields.reals("points", size * names.count(POINT)), np.float32).reshape(-1, size)
    codes.setflags(write=False)
    points = iter(codes)
    stops = [
        LatentPlace(point=next(points)) if name == POINT else _of_digits(session, name) for name in names
    ]
    session.path.set_kind(cast("PathKind", kind))
    session.path.set_frames(min(frames, MAX_FRAMES))
    session.path.set_stops(stops[:MAX_STOPS])
    return fewer(MAX_STOPS, len(stops), "stops") + fewer(MAX_FRAMES, frames, "frames")


def fewer(most: int, wanted: int, what: str) -> list[str]:
    """Words for what is cut down to `most`, or none where nothing is."""
    return [f"{most:,} of its {wanted:,} {what}"] if wanted > most else []


def _of_digits(session: Session, name: object) -> LatentPlace:
    """A stop that goes with the digits of the open data set."""
    dataset = session.dataset
    if dataset is not None and is_whole(name) and 0 <= cast("int", name) < len(dataset.explored):
        return LatentPlace(index=cast("int", name))
    labels = range(len(dataset.class_names)) if dataset is not None else ()
    label = next((label for label in labels if name == f"{MEAN}{label}"), None)
    if label is None:
        raise ValueError("a path has a stop that there is not")
    return LatentPlace(label=label)

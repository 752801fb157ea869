"""A picture tells what it shows, not what is wished: the two differ until the next picture is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.sample_subject import resolved
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.view_tags import PlaneTag, plain

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.plane import Plane
    from vae_desktop.core.records import FloatArray
    from vae_desktop.core.view_record import Setting, View


def as_shown(view: View, session: Session) -> View:
    """The view of a picture of its kind, with that in it which made what the picture shows."""
    if view.kind == "samples":
        return _of_samples(view, session)
    if view.kind == "region" and session.region.codes is not None:
        region = session.region
        return _with(view, "region", {"seed": region.drawn_seed, "sampler": region.drawn_by})
    if view.kind == "manifold" and session.backdrop.shown is not None:
        shown = session.backdrop.shown
        return _on_plane(view, session, shown.plane, shown.cursor)
    if view.kind == "picture" and session.picture_z is not None:
        return replace(view, cursor=plain(session.picture_z))
    return view


def _of_samples(view: View, session: Session) -> View:
    shown, plane = session.samples.shown, session.samples.plane
    if shown is None or plane is None:
        return view
    settings = settings_of(shown)
    view = _with(view, "samples", settings.to_json())
    if shown.kind == "posterior" and resolved(settings, session).digits != shown.digits:
        view = replace(view, group=shown.digits)
    around = np.array(shown.origin, np.float32) if shown.around == "cursor" else session.cursor
    if shown.kind == "manifold":
        return _on_plane(view, session, plane, around)
    return replace(view, cursor=plain(around)) if shown.kind == "traversal" else view


def _on_plane(view: View, session: Session, plane: Plane, cursor: FloatArray) -> View:
    """The view of a picture of this plane, as far beside it as the cursor was."""
    # Along the plane the cursor moves on, and the picture stays.
    if len(cursor) == len(session.cursor) and plane.level(cursor, session.cursor):
        cursor = session.cursor
    return replace(view, plane=PlaneTag.of(plane), cursor=plain(cursor))


def settings_of(recipe: SampleRecipe) -> SampleRecipe:
    """The settings that give this recipe again, where digits, plane and point are the same."""
    # Which dimensions are the most active ones may be another matter by then.
    dimensions = recipe.dimensions if recipe.kind == "traversal" else ()
    return replace(recipe, digits=(), origin=(), plane="axes", dimensions=dimensions)


def _with(view: View, part: str, values: dict[str, Setting]) -> View:
    return replace(view, settings={**view.settings, part: values})

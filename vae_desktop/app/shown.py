"""A picture tells what it shows, not what is wished: the two differ until the next picture is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vae_desktop.app.sample_subject import resolved
from vae_desktop.core.sample_recipe import LAID_OUT_KINDS, SampleRecipe
from vae_desktop.core.view_tags import PlaneTag, plain

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.view_record import Setting, View


def as_shown(view: View, session: Session) -> View:
    """The view of a picture of its kind, with that in it which made what the picture shows."""
    if view.kind == "samples":
        return _of_samples(view, session)
    if view.kind == "region" and session.region.codes is not None:
        region = session.region
        return _with(view, "region", {"seed": region.drawn_seed, "sampler": region.drawn_by})
    return view


def _of_samples(view: View, session: Session) -> View:
    shown, plane = session.samples.shown, session.samples.plane
    if shown is None or plane is None:
        return view
    settings = settings_of(shown)
    view = _with(view, "samples", settings.to_json())
    if shown.kind == "posterior" and resolved(settings, session).digits != shown.digits:
        view = replace(view, group=shown.digits)
    if shown.kind in LAID_OUT_KINDS and shown.around == "cursor":
        view = replace(view, cursor=plain(shown.origin))
    if shown.kind == "manifold":
        view = replace(view, plane=PlaneTag.of(plane))
    return view


def settings_of(recipe: SampleRecipe) -> SampleRecipe:
    """The settings that give this recipe again, where digits, plane and point are the same."""
    # Which dimensions are the most active ones may be another matter by then.
    dimensions = recipe.dimensions if recipe.kind == "traversal" else ()
    return replace(recipe, digits=(), origin=(), plane="axes", dimensions=dimensions)


def _with(view: View, part: str, values: dict[str, Setting]) -> View:
    return replace(view, settings={**view.settings, part: values})

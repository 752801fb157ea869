"""What samples are of: the session's digits, plane and point in a recipe, and back again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.recipe_codes import most_active
from vae_desktop.core.sample_recipe import DATA_KINDS, LAID_OUT_KINDS, SampleRecipe
from vae_desktop.core.samplers import digits_for_rows

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

STILL_ENCODING = "The digits are still being encoded."


def resolved(settings: SampleRecipe, session: Session) -> SampleRecipe:
    """Settings with the session's digits, dimensions, plane and point filled in where their kind has such."""
    kind, dataset = settings.kind, session.dataset
    if kind in DATA_KINDS:
        split = settings.split if dataset is None else dataset.explores
        digits = _sampled(settings, session) if kind == "posterior" else ()
        return replace(settings, split=split, digits=digits)
    if kind not in LAID_OUT_KINDS:
        return settings
    cursor = tuple(map(float, session.cursor)) if settings.around == "cursor" else ()
    if kind == "traversal":
        return replace(settings, origin=cursor, dimensions=_traversed(settings, session))
    plane = session.plane
    return replace(
        settings, origin=cursor, plane=plane.kind, dimensions=plane.axes or (), digits=plane.digits
    )


def chosen_digits(session: Session) -> tuple[int, ...]:
    """The group, or without one the chosen digit, or none."""
    if len(session.group):
        return tuple(session.group.tolist())
    return () if session.selected is None else (session.selected,)


def _sampled(settings: SampleRecipe, session: Session) -> tuple[int, ...]:
    """Those of the chosen digits that have a row, ascending."""
    rows = digits_for_rows(chosen_digits(session), settings.rows, settings.seed)
    return tuple(np.unique(rows).tolist())


def _traversed(settings: SampleRecipe, session: Session) -> tuple[int, ...]:
    """The dimensions that were chosen, or else the most active ones, as many as there are rows."""
    codes, count = session.codes, len(session.cursor)
    chosen = tuple(dimension for dimension in settings.dimensions if dimension < count)
    if chosen:
        return chosen
    if codes is None or codes.logvars is None or codes.means.shape[1] != count:
        return tuple(range(min(count, settings.rows)))
    return most_active(codes.means, codes.logvars, settings.rows)


def missing_for(recipe: SampleRecipe, session: Session) -> str:
    """What there has to be before samples can be drawn by a resolved recipe, for people; "" where nothing is."""
    dataset, codes = session.dataset, session.codes
    if recipe.kind not in DATA_KINDS:
        return ""
    if dataset is None:
        return "Samples of this kind are like the digits of a data set, and none is open."
    if not session.fits:
        return f"The images of {dataset.title} do not fit this model, so that nothing can be like them."
    if recipe.kind == "posterior" and not recipe.digits:
        return "Choose a digit or a group of them, on the canvas or on the map: the samples come from its q(z|x)."
    if codes is None or codes.means.shape[1] != len(session.cursor):
        return STILL_ENCODING
    if recipe.class_label is not None and recipe.kind != "posterior":
        if recipe.class_label >= len(dataset.class_names):
            return f"{dataset.title} has no class {recipe.class_label}."
        if not np.any(codes.labels == recipe.class_label):
            name = dataset.class_names[recipe.class_label]
            return f"There are no {dataset.split_name} digits of class {name} in {dataset.title}."
    return ""

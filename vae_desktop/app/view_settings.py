"""How the parts of the session are set, as plain values in a view; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vae_desktop.app.projection import TITLES
from vae_desktop.app.reconstructions import MAX_COUNT
from vae_desktop.core.config import MAX_SEED, TsneConfig
from vae_desktop.core.json_fields import Fields
from vae_desktop.core.sample_recipe import SampleRecipe

if TYPE_CHECKING:
    from vae_desktop.app.projection import MapMethod
    from vae_desktop.app.session import Session
    from vae_desktop.core.view_record import Setting

Values = Mapping[str, Any]


def settings_now(session: Session) -> dict[str, dict[str, Setting]]:
    """The settings of every part that has some, by the part's name."""
    found: dict[str, dict[str, Setting]] = {}
    found["samples"] = samples_now(session)
    found["region"] = {"seed": session.region.seed}
    if session.reconstructions.indices is not None:
        found["reconstructions"] = {"digits": session.reconstructions.indices.tolist()}
    if session.map.config is not None:
        found["map"] = {"method": session.map.method, **session.map.config.to_json()}
    return found


def samples_now(session: Session) -> dict[str, Setting]:
    """How samples are drawn; digits, plane and point are the view's own."""
    return session.samples.settings.to_json()


def set_samples(session: Session, values: Values) -> None:
    """Draw samples in this way.

    Raises:
        ConfigurationError: it is none that this version knows.
    """
    session.samples.choose(SampleRecipe.from_json(values))


def set_reconstructions(session: Session, values: Values) -> None:
    """Show these digits; a ValueError where there are none such."""
    indices = values.get("digits")
    if not isinstance(indices, list):
        raise ValueError("no digits to reconstruct")
    session.reconstructions.show(np.array(indices[:MAX_COUNT], np.int64))


def set_region(session: Session, values: Values) -> None:
    """Generate digits like the group's with this seed; a ValueError where it is none."""
    session.region.set_seed(Fields(values, "region").whole("seed", 0, MAX_SEED))


def map_wanted(values: Values) -> tuple[TsneConfig, MapMethod]:
    """How a map is made.

    Raises:
        ValueError: it is no way that this version knows.
        ConfigurationError: a number is outside its range.
    """
    known = {field.name for field in fields(TsneConfig)}
    if values.get("method") not in TITLES:
        raise ValueError("a map of another kind")
    config = TsneConfig.from_json({name: value for name, value in values.items() if name in known})
    return config, cast("MapMethod", values["method"])

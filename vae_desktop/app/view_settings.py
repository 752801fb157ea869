"""How the parts of the session are set, as plain values in a view; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vae_desktop.app.path_settings import fewer, path_values
from vae_desktop.app.reconstructions import MAX_COUNT
from vae_desktop.app.region import SAMPLERS
from vae_desktop.core.config import MAX_SEED, TsneConfig
from vae_desktop.core.json_fields import Fields, is_whole
from vae_desktop.core.map_method import TITLES
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.view_tags import MOST_DIGITS, one_of

if TYPE_CHECKING:
    from vae_desktop.app.region import Sampler
    from vae_desktop.app.session import Session
    from vae_desktop.core.map_method import MapMethod
    from vae_desktop.core.view_record import Setting

Values = Mapping[str, Any]


def settings_now(session: Session, kind: str) -> dict[str, dict[str, Setting]]:
    """The settings of every part that has some, by the part's name, for a picture of this kind.

    The path is told of only by what shows it: to come back to another picture must not cost anybody a path.
    """
    found: dict[str, dict[str, Setting]] = {}
    found["samples"] = samples_now(session)
    found["region"] = {"seed": session.region.seed, "sampler": session.region.sampler}
    if session.reconstructions.indices is not None:
        found["reconstructions"] = {"digits": session.reconstructions.indices.tolist()}
    if session.map.config is not None:
        found["map"] = {"method": session.map.method, **session.map.config.to_json()}
    path, film = session.path.plan, session.path.film
    path = film.plan if kind == "path" and film is not None else path
    if kind in ("path", "view") and path_values(path):
        found["path"] = path_values(path)
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


def set_reconstructions(session: Session, values: Values) -> list[str]:
    """Show these digits; a ValueError where there are none such.

    Returns:
        What is shown less of than it should, for people, such as "2,048 of its 5,000 reconstructions".
    """
    indices = values.get("digits")
    if not isinstance(indices, list) or not all(is_whole(i) and 0 <= i < MOST_DIGITS for i in indices):
        raise ValueError("no digits to reconstruct")
    session.reconstructions.show(np.array(indices[:MAX_COUNT], np.int64))
    # A picture of very many tells only the first ones one by one.
    count = values.get("count", len(indices))
    wanted = cast("int", count) if is_whole(count) else 0
    return fewer(MAX_COUNT, max(wanted, len(indices)), "reconstructions")


def set_region(session: Session, values: Values) -> None:
    """Generate digits like the group's with this seed, and by this density where one is told; a ValueError where
    there are none such.
    """
    seed = Fields(values, "region").whole("seed", 0, MAX_SEED)
    sampler = one_of(values.get("sampler", session.region.sampler), SAMPLERS)
    session.region.choose(seed, cast("Sampler", sampler))


def map_wanted(values: Values) -> tuple[TsneConfig, MapMethod]:
    """How a map is made.

    Raises:
        ValueError: it is no way that this version knows.
        ConfigurationError: a number is outside its range.
    """
    known = {field.name for field in fields(TsneConfig)}
    method = values.get("method")
    if not isinstance(method, str) or method not in TITLES:
        raise ValueError("a map of another kind")
    config = TsneConfig.from_json({name: value for name, value in values.items() if name in known})
    return config, method

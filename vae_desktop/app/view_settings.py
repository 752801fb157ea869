"""How the parts of the session are set, as plain values in a view; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vae_desktop.app.projection import TITLES
from vae_desktop.app.reconstructions import MAX_COUNT
from vae_desktop.app.samples import MAX_SIDE
from vae_desktop.core.config import MAX_SEED, TsneConfig
from vae_desktop.core.json_fields import Fields, is_real
from vae_desktop.core.sampling import MAX_TEMPERATURE

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
    """How samples are drawn."""
    samples = session.samples
    return {
        "kind": "prior",
        "rows": samples.rows,
        "columns": samples.columns,
        "seed": samples.seed,
        "temperature": samples.temperature,
    }


def set_samples(session: Session, values: Values) -> None:
    """Draw samples in this way.

    Raises:
        ValueError: it is none that this version knows.
    """
    wanted = Fields(values, "samples")
    rows, columns = wanted.whole("rows", 1, MAX_SIDE), wanted.whole("columns", 1, MAX_SIDE)
    seed, temperature = wanted.whole("seed", 0, MAX_SEED), wanted.take("temperature")
    if wanted.take("kind") != "prior" or not is_real(temperature):
        raise ValueError("samples of another kind")
    wanted.end()
    if not 0 <= temperature <= MAX_TEMPERATURE:
        raise ValueError("a temperature out of range")
    session.samples.set_layout(rows, columns)
    session.samples.set_seed(seed)
    session.samples.set_temperature(float(temperature))


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

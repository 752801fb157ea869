"""The film strip of a path as something to export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.ui.export_source import ExportSource

if TYPE_CHECKING:
    from vae_desktop.app.path import Film
    from vae_desktop.app.session import Session

# A strip of more frames is broken into rows.
LONGEST_ROW, ROW = 30, 20


def path_source(session: Session) -> ExportSource | None:
    """The frames in their order with their codes and those of the stops, or None before there are any."""
    film, model = session.path.film, session.model
    if film is None or not len(film.codes) or model is None:
        return None
    stops, kind, count = film.plan.stops, film.plan.kind, len(film.codes)
    arrays: dict[str, npt.NDArray[np.generic]] = {"z": film.codes, "stops": film.stops}
    facts: dict[str, str | int | float] = {"path": kind, "frames": count}
    indices = [stop.index for stop in stops if stop.index is not None]
    if len(indices) == len(stops) and session.dataset is not None:
        arrays["indices"] = np.array(indices, np.int64)
        facts[f"{session.dataset.split_name}_images"] = ", ".join(map(str, indices))
        facts[f"{session.dataset.split_name}_digits_of"] = session.dataset.title
    return ExportSource(
        title="path",
        stem=f"path-{kind}-{count}",
        images=film.images,
        columns=count if count <= LONGEST_ROW else ROW,
        model_id=film.model_id,
        dataset=model.dataset,
        facts=facts,
        arrays=arrays,
        view=session.views.now("path", film.model_id),
        moving=True,
        command=_command(session, film),
    )


def _command(session: Session, film: Film) -> tuple[str, ...]:
    """What makes the same: only where all stops are test digits of the model's own data."""
    model, dataset = session.model, session.dataset
    indices = [stop.index for stop in film.plan.stops]
    if model is None or dataset is None or None in indices:
        return ()
    if dataset.fingerprint != model.dataset.fingerprint or dataset.explores != "test":
        return ()
    start, *via, end = map(str, indices)
    between = ("--via", ",".join(via)) if via else ()
    frames = str(len(film.codes))
    return (
        "interpolate", "--from", start, *between, "--to", end, "--kind", film.plan.kind, "--frames", frames,
    )  # fmt: skip

"""The latent canvas as something to export: the picture as it is seen, and the codes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.ui.export_source import ExportSource, Table
from vae_desktop.ui.exports import plane_facts
from vae_desktop.ui.map_source import picture_of

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas


def canvas_source(session: Session, canvas: LatentCanvas) -> ExportSource | None:
    """The canvas with backdrop, points and all else that is switched on, or None before there is a model."""
    model, codes = session.model, session.codes
    if model is None:
        return None
    arrays: dict[str, npt.NDArray[np.generic]] = {"cursor": session.cursor}
    table = None
    if codes is not None:
        places = session.plane.to_plane(codes.means)
        arrays |= {"z": codes.means, "labels": codes.labels, "places": places}
        table = Table(codes.labels, places, codes.means)

    return ExportSource(
        title="canvas",
        stem=f"canvas-{model.title}".replace(" ", "-").lower(),
        images=picture_of(canvas),
        columns=1,
        model_id=model.model_id,
        dataset=model.dataset,
        facts=plane_facts(session.plane),
        arrays=arrays,
        gaps=False,
        drawn=True,
        view=session.views.now(),
        table=table,
    )

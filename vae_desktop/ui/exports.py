"""What the canvas and the grids show, as something to export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.sample_recipe import RANDOM_KINDS
from vae_desktop.ui import sampler_words
from vae_desktop.ui.export_source import ExportSource, Table
from vae_desktop.ui.pairs import Pairs

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.plane import Plane


def samples_source(session: Session) -> ExportSource | None:
    """The samples as their panel shows them, or None before there are any."""
    samples, model = session.samples, session.model
    recipe = samples.shown
    if samples.images is None or samples.codes is None or recipe is None or model is None:
        return None
    rows, title = len(samples.images) // recipe.columns, sampler_words.title_of(recipe)
    random = recipe.kind in RANDOM_KINDS
    return ExportSource(
        title=title,
        stem=f"{title}-{rows}x{recipe.columns}" + (f"-seed{recipe.seed}" if random else ""),
        images=samples.images,
        columns=recipe.columns,
        model_id=samples.model_id,
        dataset=model.dataset,
        seed=recipe.seed if random else None,
        temperature=recipe.temperature if random else None,
        facts={"rows": rows, "columns": recipe.columns, **sampler_words.facts_of(recipe, session.dataset)},
        arrays={"z": samples.codes},
        view=session.views.now("samples", samples.model_id),
        # A single dimension from one end to the other.
        moving=recipe.kind == "traversal" and rows == 1,
        command=sampler_words.command_of(recipe, session.dataset),
    )


def reconstructions_source(session: Session, columns: int) -> ExportSource | None:
    """Digits over their reconstructions, `columns` digits in a row, or None before there are any."""
    shown, model = session.reconstructions, session.model
    originals, reconstructions, indices = shown.originals, shown.reconstructions, shown.indices
    if originals is None or reconstructions is None or indices is None or model is None:
        return None
    pairs = Pairs(len(originals), columns)
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "images": originals,
        "reconstructions": reconstructions,
        "indices": indices,
    }
    if shown.labels is not None:
        arrays["labels"] = shown.labels
    if session.codes is not None:
        arrays["z"] = session.codes.means[indices]
    dataset = session.dataset
    facts = {} if dataset is None else {f"{dataset.split_name}_digits_of": dataset.title}
    return ExportSource(
        title="reconstructions",
        stem=f"reconstructions-{len(originals)}",
        images=pairs.in_order(originals, reconstructions),
        columns=columns,
        model_id=shown.model_id,
        dataset=model.dataset,
        facts=facts,
        arrays=arrays,
        blank=pairs.blank,
        view=session.views.now("reconstructions", shown.model_id),
        table=Table(shown.labels, None, session.codes.means[indices], indices)
        if shown.labels is not None and session.codes is not None
        else None,
    )


def picture_source(session: Session) -> ExportSource | None:
    """The picture decoded at the latent cursor, or None before there is one."""
    model = session.model
    if session.picture is None or session.picture_z is None or model is None:
        return None
    z = session.picture_z
    place = ", ".join(f"{value:.4g}" for value in z)
    return ExportSource(
        title="picture",
        stem="picture",
        images=session.picture[np.newaxis],
        columns=1,
        model_id=model.model_id,
        dataset=model.dataset,
        facts={"latent_code": place},
        arrays={"z": z[np.newaxis]},
        gaps=False,
        view=session.views.now("picture"),
    )


def backdrop_source(session: Session) -> ExportSource | None:
    """The manifold behind the latent canvas, cell by cell, or None before there is one."""
    backdrop, model = session.backdrop, session.model
    mosaic, extent, shown = backdrop.image, backdrop.extent, backdrop.shown
    if mosaic is None or extent is None or shown is None or model is None:
        return None
    _, height, width = model.config.image_shape
    rows, columns = len(shown.ys), len(shown.xs)
    cells = mosaic.reshape(rows, height, columns, width, -1).transpose(0, 2, 4, 1, 3)
    images = cells.reshape(rows * columns, -1, height, width).astype(np.float32) / np.float32(255)
    return ExportSource(
        title="manifold",
        stem=f"manifold-{rows}x{columns}",
        images=images,
        columns=columns,
        model_id=backdrop.model_id,
        dataset=model.dataset,
        facts=plane_facts(shown.plane),
        arrays={"z": shown.codes(), "extent": np.array(extent, np.float32)},
        gaps=False,
        view=session.views.now("manifold", backdrop.model_id),
    )


def plane_facts(plane: Plane) -> dict[str, str]:
    """What tells the plane of a manifold or a canvas, in words."""
    if plane.axes is not None:
        return {"latent_axes": f"{plane.axes[0]}, {plane.axes[1]}"}
    return {"latent_plane": plane.title}

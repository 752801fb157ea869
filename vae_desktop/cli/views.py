"""What brings a picture of the command line back in the window: see `core.view_record`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.plane import axes_plane
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.view_record import View
from vae_desktop.core.view_tags import DataTag, PlaneTag, plain, tag_of
from vae_desktop.core.view_text import chunk_of

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.view_record import Settings


def recipe_settings(**values: Any) -> Settings:
    """How the window's samples are drawn, for a view of samples; nothing where its grid can't be like that."""
    try:
        return {"samples": SampleRecipe(**values).to_json()}
    except ConfigurationError:
        return {}


def view_chunk(
    kind: str,
    checkpoint: Checkpoint,
    file: str,
    *,
    dataset: Dataset | None = None,
    split: str = "test",
    cursor: npt.ArrayLike | None = None,
    axes: tuple[int, int] | None = None,
    selected: int | None = None,
    group: tuple[int, ...] = (),
    settings: Settings | None = None,
) -> dict[str, str]:
    """The view's entry for a picture's text chunks.

    Args:
        kind: one of `view_record.KINDS`; of "samples" without their settings only the place is told.
        file: where the model was read from.
        dataset, selected, group: as in `View`; digits of the split.
        cursor: [D]; by default the prior's mean.
        axes: what the canvas shows; by default the first two.
        settings: of the window's parts.
    """
    dimensions = checkpoint.model_config.latent_dim
    view = View(
        kind="view" if kind == "samples" and not settings else kind,
        model=tag_of(checkpoint.model_id, Path(file).stem, file, dimensions),
        dataset=DataTag.of(dataset.info(), split) if dataset is not None else None,
        cursor=plain(np.zeros(dimensions) if cursor is None else cursor),
        plane=PlaneTag.of(axes_plane(dimensions, *(axes or (0, min(1, dimensions - 1))))),
        selected=selected,
        group=tuple(sorted(set(group))),
        settings=settings or {},
    )
    return chunk_of(view)

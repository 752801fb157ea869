"""The atlas of a model on its way into a file, made in whatever thread writes it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from vae_desktop.app.threads import take_one_thread

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

log = logging.getLogger(__name__)

# The end of a training, or a save, may take so much longer for it; a slow encoder's atlas has fewer digits.
SECONDS = 0.5


def with_atlas(checkpoint: Checkpoint, dataset: Dataset | None) -> Checkpoint:
    """The checkpoint with an atlas where these are its data; without, where that fails: no model is lost over it."""
    from vae_desktop.core.charting import charted

    if dataset is None or checkpoint.atlas is not None:
        return checkpoint
    try:
        # So little work is quicker in one thread on a machine that has others at work.
        take_one_thread()
        return charted(checkpoint, dataset, SECONDS)
    except Exception:
        log.warning("the training digits could not be encoded for the model's file", exc_info=True)
        return checkpoint

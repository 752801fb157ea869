"""Makes a model's atlas: encodes some of the digits that it was trained on."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.atlas import MOST_CLASSES, Atlas
from vae_desktop.core.class_turns import stratified_order
from vae_desktop.core.inference import Inference

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

# So many training digits draw class regions as well as MNIST's 10,000 test digits do: where the vote of all 60,000
# is sure, 97 of 100 places of a 2-D model's plane get the same class (91 of 100 on a 16-D model's principal plane).
DIGITS = 5_000
# In many dimensions there are fewer, so that no file grows by more.
BYTES = 1_000_000
# Always the same digits of a data set.
SEED = 0
BATCH = 250


def charted(checkpoint: Checkpoint, dataset: Dataset, seconds: float | None = None) -> Checkpoint:
    """The checkpoint with an atlas of its weights; as it is where it has one, or where these are other data.

    Args:
        checkpoint: whose encoder it is; its model keeps its identity.
        dataset: what the model was trained on.
        seconds: what has not been encoded by then is left out; None takes the time that it takes.
    """
    if checkpoint.atlas is not None or dataset.fingerprint != checkpoint.dataset.fingerprint:
        return checkpoint
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    return replace(checkpoint, atlas=make_atlas(inference, dataset, seconds))


def make_atlas(inference: Inference, dataset: Dataset, seconds: float | None = None) -> Atlas | None:
    """Encode a stratified choice of a data set's training digits, see `charted`.

    Returns:
        None where no digit has a finite code, or where there are more classes than an atlas can tell apart.
    """
    import torch

    labels = dataset.train.labels.numpy()
    if not len(labels) or len(dataset.class_names) > MOST_CLASSES:
        return None
    count = min(DIGITS, max(1, BYTES // (4 * inference.config.latent_dim)))
    chosen = stratified_order(labels, SEED)[:count]
    images = dataset.train.images.numpy()
    end = None if seconds is None else time.monotonic() + seconds
    parts = []
    for start in range(0, len(chosen), BATCH):
        parts.append(inference.encode(torch.from_numpy(images[chosen[start : start + BATCH]])))
        if end is not None and time.monotonic() > end:
            break
    # A model that went astray encodes some digits farther out than these numbers reach.
    with np.errstate(over="ignore", invalid="ignore"):
        means, logvars = (np.concatenate(some).astype(np.float16) for some in zip(*parts, strict=True))
    finite = (np.isfinite(means) & np.isfinite(logvars)).all(axis=1)
    atlas = Atlas(means[finite], logvars[finite], labels[chosen[: len(means)]][finite].astype(np.uint8))
    for array in atlas.arrays().values():
        array.setflags(write=False)
    return atlas if finite.any() else None

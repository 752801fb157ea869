"""Work for the decoding thread: what there is to tell of the digit under the pointer."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from vae_desktop.app.encoding import reconstruct
from vae_desktop.app.portrait import neighbours_of
from vae_desktop.app.state import Neighbours
from vae_desktop.core.records import FloatArray

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

# As many as the card beside the pointer has room for.
NEIGHBOURS = 5


def look_up(
    inference: Inference, dataset: Dataset, index: int, means: FloatArray | None
) -> Generator[None, None, tuple[FloatArray, Neighbours | None]]:
    """The reconstruction [C, H, W] of an explored digit, and its nearest among the latent means [N, D] of all."""
    pictures = yield from reconstruct(inference, dataset, [index])
    return pictures[0], None if means is None else neighbours_of(
        dataset, means, means[index], NEIGHBOURS, index
    )

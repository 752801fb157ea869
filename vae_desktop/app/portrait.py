"""Work for the decoding thread: all that the model has to say of one digit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.app.encoding import digit_images, frozen
from vae_desktop.app.state import Neighbours
from vae_desktop.core.neighbours import VOTERS, nearest_codes, vote
from vae_desktop.core.records import FloatArray

if TYPE_CHECKING:
    import torch

    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

# So many nearest digits are found; whoever shows them takes the first few.
MOST_NEIGHBOURS = 20
# A drawn digit's ELBO is a mean over so many samples of its posterior, so that it does not flicker while it grows.
DRAWN_SAMPLES = 8

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Verdict:
    """What a digit's nearest neighbours in latent space take it for.

    Attributes:
        label, class_name: the commonest class among them.
        share: its part of them, up to 1.
    """

    label: int
    class_name: str
    share: float

    @property
    def words(self) -> str:
        """For people: "looks like 4, 80 %"."""
        return f"looks like {self.class_name}, {100 * self.share:.0f}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, eq=False)
class Portrait:
    """One digit as the model sees it.

    Attributes:
        image: [C, H, W] float32 in [0, 1], read-only; reconstruction: its latent mean decoded, shaped alike.
        mean, logvar: of the posterior q(z|x), [D] each, read-only.
        reconstruction_loss, kl: the terms of its negative ELBO, in nats.
        neighbours: the explored digits nearest to it in latent space, at most `MOST_NEIGHBOURS`; None while the
            codes of the explored digits are unknown.
        verdict: what the nearest of them take it for; None like `neighbours`.
    """

    image: FloatArray
    reconstruction: FloatArray
    mean: FloatArray
    logvar: FloatArray
    reconstruction_loss: float
    kl: float
    neighbours: Neighbours | None
    verdict: Verdict | None

    @property
    def negative_elbo(self) -> float:
        """In nats."""
        return self.reconstruction_loss + self.kl


def portray_drawing(
    inference: Inference, digit: Bytes, dataset: Dataset | None, means: FloatArray | None
) -> Portrait:
    """The portrait of a digit [28, 28] beside the latent means [N, D] of the data set's explored digits, if known."""
    import torch

    from vae_desktop.core.evaluation import posterior_noise

    images = torch.from_numpy(digit.copy())[None, None]
    noise = posterior_noise(DRAWN_SAMPLES, inference.config.latent_dim)
    return _portray(inference, images, noise, dataset, means, None)


def portray_digit(inference: Inference, dataset: Dataset, index: int, means: FloatArray | None) -> Portrait:
    """The portrait of an explored digit; its negative ELBO is what `evaluation` finds for it."""
    images = dataset.explored.images[index : index + 1]
    noise = _test_noise(len(dataset.explored), inference.config.latent_dim)[index : index + 1]
    return _portray(inference, images, noise, dataset, means, index)


@lru_cache(maxsize=1)
def _test_noise(count: int, latent_dim: int) -> torch.Tensor:
    from vae_desktop.core.evaluation import posterior_noise

    return posterior_noise(count, latent_dim)


def _portray(
    inference: Inference,
    image: torch.Tensor,
    noise: torch.Tensor,
    dataset: Dataset | None,
    means: FloatArray | None,
    index: int | None,
) -> Portrait:
    seen = inference.examine(image, noise)
    neighbours = None
    if dataset is not None and means is not None and len(means) > (index is not None):
        neighbours = neighbours_of(dataset, means, seen.mean, MOST_NEIGHBOURS, index)
    return Portrait(
        image=frozen(image[0].numpy().astype(np.float32) / np.float32(255)),
        reconstruction=frozen(seen.picture),
        mean=frozen(seen.mean),
        logvar=frozen(seen.logvar),
        reconstruction_loss=seen.reconstruction,
        kl=seen.kl,
        neighbours=neighbours,
        verdict=_verdict(neighbours),
    )


def neighbours_of(
    dataset: Dataset, means: FloatArray, place: FloatArray, count: int, without: int | None
) -> Neighbours:
    """The explored digits nearest to a place [D] in latent space, but for the one `without`."""
    rows, distances = nearest_codes(means, place, count, without=without)
    labels = dataset.explored.labels.numpy()[rows]
    names = tuple(dataset.class_names[label] for label in labels)
    return Neighbours(rows, distances, labels, names, digit_images(dataset, rows))


def _verdict(neighbours: Neighbours | None) -> Verdict | None:
    if neighbours is None:
        return None
    label, share = vote(neighbours.labels[:VOTERS])
    place = neighbours.labels.tolist().index(label)
    return Verdict(label, neighbours.class_names[place], share)

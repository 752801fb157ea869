"""t-SNE's attractive forces along the affinities: openTSNE's loop on the processor, torch elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import pairwise

import numpy as np
import torch
from scipy.sparse import csr_matrix

from vae_desktop.core.exact_sums import exact_sums
from vae_desktop.core.side_by_side import Helpers

# Parts into which the points are cut, so that whoever is free takes the next one; of many points there are more, so
# that none takes long.
LEAST_PARTS = 8
POINTS_PER_PART = 3_000
# For the sums of forces, on a GPU: all affinities together are 1, and a force is at most half of one.
FORCE_BITS = 60
Forces = tuple[torch.Tensor, torch.Tensor | None]
Finish = Callable[[], Generator[None, None, Forces]]


class Attraction:
    """Computes attractive forces on the processor while the caller does something else.

    By plain threads: OpenMP's wait for each other a hundred times a second, and beside a training on two processors
    an iteration then took 25 to 250 ms, where it takes 14 to 20 this way.
    """

    def __init__(self, joint: csr_matrix, helpers: Helpers) -> None:
        self._data, self._indices, self._begins = joint.data, joint.indices, joint.indptr
        self._helpers = helpers
        count = joint.shape[0]
        parts = max(LEAST_PARTS, count // POINTS_PER_PART)
        ends = np.linspace(0, count, parts + 1).astype(int).tolist()
        self._parts = [slice(a, b) for a, b in pairwise(ends) if b > a]

    def begin(self, embedding: torch.Tensor, want_divergence: bool) -> Finish:
        """Start on the forces; the returned generator waits for them and helps. Each yield is a place to give up.

        Returns:
            a generator that ends with sum_j p_ij (y_i - y_j) / (1 + |y_i - y_j|^2), [N, 2]; and, where wanted,
            sum_ij p_ij (log p_ij + log(1 + |y_i - y_j|^2)), else None.
        """
        points = embedding.double().numpy()
        forces = np.zeros_like(points)

        def compute(part: slice) -> float:
            from openTSNE._tsne import estimate_positive_gradient_nn

            begins = self._begins[part.start : part.stop + 1]
            _, error = estimate_positive_gradient_nn(
                self._indices, begins, self._data, points[part], points, forces[part], 1.0,
                num_threads=1, should_eval_error=want_divergence,
            )  # fmt: skip
            return float(error)

        begun = self._helpers.begin(compute, self._parts)

        def finish() -> Generator[None, None, Forces]:
            errors = yield from begun
            return torch.from_numpy(forces).float(), torch.tensor(sum(errors)) if want_divergence else None

        return finish


class DeviceAttraction:
    """The same on an accelerator."""

    def __init__(self, joint: csr_matrix, device: torch.device) -> None:
        lengths = torch.from_numpy(np.diff(joint.indptr)).to(device)
        self._rows = torch.repeat_interleave(torch.arange(len(lengths), device=device), lengths)
        self._columns = torch.from_numpy(joint.indices).to(device).long()
        data = torch.from_numpy(joint.data).to(device)
        self._data = data.float()
        self._entropy = torch.special.xlogy(data, data).sum().float()

    def begin(self, embedding: torch.Tensor, want_divergence: bool) -> Finish:
        """As `Attraction.begin`, but that the device itself does several things at once."""
        apart = embedding.index_select(0, self._rows) - embedding.index_select(0, self._columns)
        near = 1 + (apart * apart).sum(dim=1)
        forces = exact_sums(apart * (self._data / near)[:, None], self._rows, len(embedding), FORCE_BITS)
        error = (self._data * near.log()).sum() + self._entropy if want_divergence else None

        def finish() -> Generator[None, None, Forces]:
            yield
            return forces, error

        return finish

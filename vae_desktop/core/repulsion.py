"""t-SNE's repulsive forces between all pairs of points, by interpolation on a grid and the FFT, in float32.

After Linderman et al., Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data,
Nature Methods 16, 2019, with two changes: the grid's functions are cubic B-splines, as in smooth particle mesh
Ewald (Essmann et al. 1995), and the forces are the slope of one potential, so that two transforms do instead of seven.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator

import torch

from vae_desktop.core.exact_sums import exact_sums
from vae_desktop.core.steps import result_of

# Up to so many points, all pairs cost no more than a grid.
EXACTLY = 700
# Distance of two nodes where the points are as far apart as 1 and 10,000 or more. It keeps the force's relative error
# under 3% on maps of any width (tests/core/test_repulsion.py): the sparser the points, the more of the force comes from
# single neighbours, and the finer the grid. Fewer points get a finer one yet, which costs them little: with 900, an
# error of 2% still made the divergence 2% worse.
FINENESS = 0.5
MANY = 10_000
# A map narrower than the kernel has so many nodes across.
LEAST_NODES = 32
MOST_NODES = 3_000
# The grid is a torus. Points that are further apart than half of it feel each other from the wrong side, where the
# force at this distance, or at this part of the map's width, is too small to matter.
REACH = 30.0
REACHING_PART = 0.3
# Spacings are 2 ** (i / STEPS), so that a kernel serves for many iterations.
STEPS = 8
# Most maps of 10,000 points get along with this size of the grid on a GPU.
SMALLEST_ON_GPU = 512
# From this size on, a product of matrices in float64 would take a small GPU longer than the FFT takes to be prepared.
LARGE_ON_GPU = 2048
# For the sums of weights, each below 1, at a node: 2^23 points may come together there.
DENSITY_BITS = 40
# Each call lays its grid a little elsewhere, evenly spread over the calls (by the plastic number: Roberts 2018), so
# that the interpolation's errors cancel out over some iterations instead of holding points to the grid.
SHIFT = (0.7548776662466927, 0.5698402909980532)

Field = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


class Repulsion:
    """Computes repulsive forces, and keeps the kernel's transform while the grid stays the same."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._on_processor = device.type == "cpu"
        self._grid: tuple[int, float] | None = None
        self._spectrum = torch.empty(0)

    def field(self, embedding: torch.Tensor, turn: int) -> Field:
        """What a map's points do to a point anywhere within the map's rectangle.

        Args:
            embedding: [N, 2] float32, on this object's device.
            turn: number of the iteration, which says where the grid lies.

        Returns:
            a function of places y [M, 2]: the forces sum_j (y_i - y_j) / (1 + |y_i - y_j|^2)^2, [M, 2], and the
            potentials sum_j 1 / (1 + |y_i - y_j|^2), [M], to which a point of the map itself contributes 1.
        """
        return result_of(self.steps(embedding, turn))

    def steps(self, embedding: torch.Tensor, turn: int) -> Generator[None, None, Field]:
        """As `field`, in some ten pieces; each yield is a place to give up."""
        if len(embedding) <= EXACTLY:
            return lambda places: all_pairs(embedding, places)
        low, high = torch.aminmax(embedding, dim=0)
        width = max(float((high - low).max()), 1e-20)
        spacing = _spacing(len(embedding), width)
        nodes = math.ceil(width / spacing) + 5
        reach = min(nodes, math.ceil(max(REACH / spacing, REACHING_PART * nodes)))
        size = _good_size(nodes + reach) if self._on_processor else _gpu_size(nodes + reach)
        across = nodes if self._on_processor else size
        yield from self._prepare(size, spacing)
        shift = torch.tensor([turn * step % 1 for step in SHIFT], device=self._device)

        def on_grid(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            """Indices of each point's nodes [16 * N]; values and slopes [2, 4, N] of the splines there."""
            position = ((points - low) / spacing + shift).t().contiguous()
            cell = position.floor()
            steps = torch.arange(4, device=self._device)
            row, column = cell.long()
            first = row * across + column
            where = (first + (across * steps[:, None] + steps)[:, :, None]).view(-1)
            return where, *_splines(position - cell)

        own = on_grid(embedding)
        yield
        weight_x, weight_y = own[1]
        weights = (weight_x[:, None] * weight_y).view(-1)
        if self._on_processor:
            density = torch.zeros(across * across).scatter_add_(0, own[0], weights)
        else:
            density = exact_sums(weights, own[0], across * across, DENSITY_BITS)
        yield
        # By rows, then by columns, each only as far as something is there: a third less than a transform in two.
        spectrum = torch.fft.rfft(density.view(across, across), n=size)
        yield
        spectrum = torch.fft.fft(spectrum, n=size, dim=0)
        yield
        spectrum *= self._spectrum
        spectrum = torch.fft.ifft(spectrum, dim=0)[:across]
        yield
        potential = torch.fft.irfft(spectrum, n=size)[:, :across].reshape(-1)
        far = len(embedding) * _far(size, spacing)

        def at(places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            where, values, slopes = own if places is embedding else on_grid(places)
            near = potential.index_select(0, where).view(4, 4, -1)
            along = (near * values[1]).sum(1)
            across = (near * slopes[1]).sum(1)
            forces = torch.stack(((along * slopes[0]).sum(0), (across * values[0]).sum(0)), dim=1)
            # The slope of 1 / (1 + r^2) is -2 times the force.
            return forces * (-0.5 / spacing), (along * values[0]).sum(0) + far

        return at

    def _prepare(self, size: int, spacing: float) -> Iterator[None]:
        """The kernel's transform, divided by that of the splines on both sides; in pieces, as `steps`."""
        if self._grid == (size, spacing):
            return
        lag = torch.arange(size, dtype=torch.float64, device=self._device)
        squared = (torch.minimum(lag, size - lag) * spacing) ** 2
        distances = squared[:, None] + squared
        yield
        # Without what all distances share, of which the slope knows nothing: float32 could not tell the distances in
        # a map the size of a dot apart.
        far = (size * spacing / 2) ** 2
        kernel = (far - distances) / ((1 + distances) * (1 + far))
        yield
        spline = (2 + torch.cos(2 * math.pi * lag / size)) / 3
        both = (spline[:, None] * spline[: size // 2 + 1]) ** 2
        if self._on_processor or size >= LARGE_ON_GPU:
            spectrum = torch.fft.rfft(kernel)
            yield
            spectrum = torch.fft.fft(spectrum, dim=0).real
        else:
            # The same, since the kernel is even; a product of matrices needs no preparation.
            turns = torch.outer(lag, lag[: size // 2 + 1]).remainder_(size)
            cosines = torch.cos(2 * math.pi / size * turns)
            whole = torch.cat((cosines, cosines[:, 1 : size // 2].flip(1)), dim=1)
            spectrum = whole @ (kernel @ cosines)
        yield
        self._spectrum = (spectrum / both).float()
        self._grid = (size, spacing)


def all_pairs(embedding: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What a `Field` gives, without a grid."""
    apart = places.t()[:, :, None] - embedding.t()[:, None]
    close = 1 / (1 + apart[0] * apart[0] + apart[1] * apart[1])
    return (apart * (close * close)).sum(dim=2).t(), close.sum(dim=1)


def _spacing(count: int, width: float) -> float:
    """Distance of two nodes."""
    fineness = FINENESS * (min(1.0, count / MANY) * math.sqrt(count) / width) ** 0.25
    finest = min(fineness, width / LEAST_NODES)
    rounded: float = 2.0 ** (math.floor(STEPS * math.log2(finest)) / STEPS)
    return max(rounded, width / MOST_NODES)


def _far(size: int, spacing: float) -> float:
    """The kernel at the grid's largest distance along an axis."""
    return 1 / (1 + (size * spacing / 2) ** 2)


def _good_size(least: int) -> int:
    """The smallest even product of 2, 3 and 5 from `least` on: other sizes take the FFT several times as long."""
    size = least + least % 2
    while True:
        rest = size
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 2


def _gpu_size(least: int) -> int:
    """The smallest power of two from `least` on: a GPU's FFT is quick, but prepares itself for each new size at length.

    On an H100, 0.2 s for a size that takes it 0.1 ms then.
    """
    return max(SMALLEST_ON_GPU, 1 << (least - 1).bit_length())


def _splines(at: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The four cubic B-splines and their slopes, each [2, 4, N], at positions [2, N] between their nodes."""
    back = 1 - at
    square, back_square = at * at, back * back
    first, last = back_square * back / 6, square * at / 6
    second = 2 / 3 - square * (1 - at / 2)
    values = torch.stack((first, second, 1 - first - second - last, last), dim=1)
    first, last = -back_square / 2, square / 2
    second = at * (1.5 * at - 2)
    return values, torch.stack((first, second, -(first + second + last), last), dim=1)

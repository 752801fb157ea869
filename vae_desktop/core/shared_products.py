"""Matrix products in which each thread keeps to its own rows of the weights.

A library divides a product among threads as it likes, by rows here and by columns there, and each time a thread gets
other weights, they come from another processor's cache. Where two processors have no cache in common that takes four
times as long. Divided by hand, always in the same way, the weights stay where they are; and each thread goes about
its part by itself, without a wait for others in between.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

# Rows that are worth a product by themselves: with fewer, most of its time would go into its preparation.
LEAST_ROWS = 64

Product = Callable[[], object]


def by_rows(first: Tensor, second: Tensor, out: Tensor) -> Product:
    """What computes `first @ second`, each thread some rows of it.

    Args:
        first, second: [R, K] and [K, C], whose values at the time of each call count.
        out: [R, C], where the product goes.
    """
    shares = _shares(len(first))
    if shares == 1:
        return partial(torch.mm, first, second, out=out)
    parts, into = (array.view(shares, -1, array.shape[1]) for array in (first, out))
    return partial(torch.bmm, parts, second.expand(shares, -1, -1), out=into)


def by_sums(first: Tensor, second: Tensor, out: Tensor) -> Product:
    """What computes `first @ second`, each thread the summands that come of some rows of `second`.

    Where the sums of each thread are more than the rows that it would have to fetch, the library divides the product.

    Args:
        first, second, out: as for `by_rows`.
    """
    rows, columns = second.shape
    shares = _shares(rows)
    if shares == 1 or shares * columns > rows * (shares - 1) / shares:
        return partial(torch.mm, first, second, out=out)
    columns_of_first = first.view(len(first), shares, -1).movedim(1, 0)
    sums = torch.empty(shares, *out.shape)
    multiply = partial(torch.bmm, columns_of_first, second.view(shares, -1, columns), out=sums)

    def product() -> None:
        multiply()
        torch.sum(sums, dim=0, out=out)

    return product


def _shares(rows: int) -> int:
    """Among how many threads so many rows are divided."""
    threads = torch.get_num_threads()
    return threads if rows % threads == 0 and rows // threads >= LEAST_ROWS else 1

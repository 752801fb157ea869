"""Sums on a GPU that come out the same each time.

There, thousands of threads add in no order, and floating point rounds each sum by the order. Whole numbers don't: what
is added is written as such, in steps of 2^-bits.
"""

from __future__ import annotations

import torch


def exact_sums(values: torch.Tensor, where: torch.Tensor, count: int, bits: int) -> torch.Tensor:
    """Add up rows that belong together.

    Args:
        values: [E, ...] float32; no sum may reach 2^(63 - bits) on the way.
        where: [E] int64, in which of the sums each row goes.
        count: of the sums, S.
        bits: how fine the steps are.

    Returns:
        [S, ...] float32.
    """
    sums = torch.zeros(count, *values.shape[1:], dtype=torch.int64, device=values.device)
    sums.index_add_(0, where, (values * 2.0**bits).long())
    return sums.float() * 2.0**-bits

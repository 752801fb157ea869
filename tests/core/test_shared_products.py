"""Products divided among threads against plain ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from vae_desktop.core.shared_products import LEAST_ROWS, by_rows, by_sums

Maker = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], Callable[[], object]]


@pytest.fixture(params=[1, 2, 3])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def check(make: Maker, first: torch.Tensor, second: torch.Tensor, out: torch.Tensor) -> None:
    """What is made once follows its operands, and fills all of `out`."""
    product = make(first, second, out)
    for seed in range(2):
        for operand in (first, second):
            operand.normal_(generator=torch.Generator().manual_seed(seed))
        out.fill_(torch.nan)
        product()
        torch.testing.assert_close(out, first @ second, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("rows", [1, 40, 6 * LEAST_ROWS, 6 * LEAST_ROWS + 1])
def test_rows_of_one_factor_are_divided(threads: int, rows: int) -> None:
    check(by_rows, torch.empty(rows, 30), torch.empty(30, 50), torch.empty(rows, 50))
    # Into some columns of a larger array, as into the gradient of weights of which some are left out.
    check(by_rows, torch.empty(rows, 30), torch.empty(50, 30).t(), torch.empty(rows, 70)[:, :50])


@pytest.mark.parametrize("columns", [1, 20, 6 * LEAST_ROWS])
@pytest.mark.parametrize("rows", [40, 6 * LEAST_ROWS, 6 * LEAST_ROWS + 1])
def test_sums_are_divided(threads: int, rows: int, columns: int) -> None:
    check(by_sums, torch.empty(rows, 33).t(), torch.empty(rows, columns), torch.empty(33, columns))
    check(by_sums, torch.empty(rows, 50)[:, :33].t(), torch.empty(rows, columns), torch.empty(33, columns))


def test_with_more_threads_they_share_the_work() -> None:
    """Each thread has the same part of the product whatever the library thinks: one product for each of them."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        product = by_rows(torch.ones(2 * LEAST_ROWS, 5), torch.ones(5, 7), torch.empty(2 * LEAST_ROWS, 7))
        with torch.profiler.profile() as profile:
            product()
    finally:
        torch.set_num_threads(before)
    assert "aten::bmm" in {event.key for event in profile.key_averages()}

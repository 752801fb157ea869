"""Where tests and benchmarks find real data on this machine."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def find_mnist() -> Path | None:
    """The folder of MNIST's IDX files, or None where this machine has none.

    It is looked for in $VAE_DESKTOP_TEST_DATA/mnist, then in shared/data/mnist beside the checkout.
    """
    places = [ROOT.parent / "shared" / "data"]
    if named := os.environ.get("VAE_DESKTOP_TEST_DATA"):
        places.insert(0, Path(named))
    return next((place / "mnist" for place in places if (place / "mnist").is_dir()), None)

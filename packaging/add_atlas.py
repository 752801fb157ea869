"""Gives model files an atlas of their training data, where they have none: python packaging/add_atlas.py DATA MODEL…

The weights, and with them the model's identity, stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vae_desktop.core.charting import charted
from vae_desktop.core.checkpoint import load_checkpoint, save_checkpoint
from vae_desktop.core.data.open import open_dataset


def main(data: str, *models: str) -> None:
    """Open the data set, and write each of the models anew."""
    dataset = open_dataset(data)
    for model in models:
        before = load_checkpoint(model)
        after = charted(before, dataset)
        if after is before:
            sys.exit(f"{model} was trained on other data, or has an atlas.")
        size = Path(model).stat().st_size
        save_checkpoint(model, after)
        assert after.atlas is not None and load_checkpoint(model).model_id == before.model_id
        grown = Path(model).stat().st_size - size
        print(f"{model}: {len(after.atlas.labels):,} digits, {grown:,} bytes more")


if __name__ == "__main__":
    main(*sys.argv[1:])

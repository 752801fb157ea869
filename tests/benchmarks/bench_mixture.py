"""A Gaussian mixture fitted to encoded digits: from the wish to its samples, in the thread that fits."""

from __future__ import annotations

import time

import numpy as np

from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.paths import resource


def run() -> list[Row]:
    """Ten components and the encoded MNIST test digits under the bundled model of 16 dimensions."""
    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.data.open import open_dataset
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.recipe_codes import fit_mixture
    from vae_desktop.core.sample_recipe import SampleRecipe
    from vae_desktop.core.steps import result_of

    folder = find_mnist()
    if folder is None:
        raise Skipped("no MNIST here")
    checkpoint = load_checkpoint(resource("models/mnist-16d.safetensors"))
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    means, logvars = inference.encode(open_dataset(str(folder)).test.images)
    seconds = []
    for seed in range(4):
        began = time.perf_counter()
        result_of(fit_mixture(SampleRecipe(kind="gmm", seed=seed), means, logvars)).draw(64)
        seconds.append(time.perf_counter() - began)
    # The first one loads scikit-learn.
    return [Row("Gaussian mixture of 10,000 codes in 16 dimensions", float(np.median(seconds[1:])), 2, "s")]

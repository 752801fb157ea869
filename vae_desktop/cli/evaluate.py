"""`vae-desktop evaluate`: a model's terms over the whole test split."""

from __future__ import annotations

import argparse
import json
import math

from vae_desktop.cli.files import open_data_for
from vae_desktop.core.errors import CheckpointError


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.evaluation import evaluate
    from vae_desktop.core.models import rebuild

    checkpoint = load_checkpoint(arguments.model)
    dataset = open_data_for(checkpoint, arguments.data)
    model = rebuild(checkpoint.model_config, checkpoint.weights)
    # The training's own seed: only then are its held-out figures met to the last digit.
    seed = checkpoint.training_config.seed if arguments.seed is None else arguments.seed
    terms = evaluate(model, dataset.test.images, seed=seed).terms
    if not math.isfinite(terms.negative_elbo):
        raise CheckpointError("This model's loss is not a finite number: its training went wrong.")
    images = len(dataset.test)
    if arguments.json:
        print(json.dumps({**terms.to_json(), "images": images}))
    else:
        print(f"negative ELBO   {terms.negative_elbo:9.3f}  nats per image")
        print(f"reconstruction  {terms.reconstruction:9.3f}")
        print(f"KL              {terms.kl:9.3f}")
        print(f"over the {images} test images of {dataset.title}")
    return 0

"""The models that come with the program: they open, and are as good as the page beside them says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.data.open import open_dataset
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.models import rebuild
from vae_desktop.core.paths import resource

MODELS = sorted(resource("models").glob("*.safetensors"))
# Of the 2-D model, in nats per image.
LIMIT = 137.0


def told(name: str) -> list[float]:
    """Held-out −ELBO, reconstruction and KL, as the page beside the models has them."""
    page = resource("models/README.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}`"))
    return [float(figure) for figure in re.findall(r"\d+\.\d+", row)[:3]]


def test_there_is_one_with_two_dimensions_and_one_with_ten_or_more() -> None:
    dimensions = {path.name: load_checkpoint(path).model_config.latent_dim for path in MODELS}
    assert dimensions["mnist-2d.safetensors"] == 2
    assert any(count >= 10 for count in dimensions.values())


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_held_out_figures_are_the_ones_told(path: Path, mnist_folder: Path) -> None:
    checkpoint = load_checkpoint(path)
    model = rebuild(checkpoint.model_config, checkpoint.weights)
    images = open_dataset(str(mnist_folder)).test.images
    terms = evaluate(model, images, checkpoint.training_config.seed).terms
    expected = told(path.name)
    assert [terms.negative_elbo, terms.reconstruction, terms.kl] == pytest.approx(expected, abs=0.02)
    assert checkpoint.metrics is not None
    assert checkpoint.metrics.negative_elbo == pytest.approx(expected[0], abs=0.02)


def test_the_two_dimensional_one_is_good_enough() -> None:
    metrics = load_checkpoint(resource("models/mnist-2d.safetensors")).metrics
    assert metrics is not None and metrics.negative_elbo <= LIMIT

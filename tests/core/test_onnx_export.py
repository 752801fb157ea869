"""Models as ONNX: convolutional ones, and what happens when something is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from onnx.reference import ReferenceEvaluator

from vae_desktop.core import onnx_export
from vae_desktop.core.checkpoint import Checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import ExportError
from vae_desktop.core.inference import Inference
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.onnx_export import export_onnx
from vae_desktop.core.records import DatasetInfo


def checkpoint(**settings: object) -> Checkpoint:
    """An untrained model of small images."""
    config = ModelConfig(**settings)  # type: ignore[arg-type]
    info = DatasetInfo("small", "Small", "small", "00" * 32, 10, 10, ("0", "1"), config.image_shape)
    weights = weights_of(build(config, torch.Generator().manual_seed(1)))
    return Checkpoint(config, TrainingConfig(), info, (), weights)


@pytest.mark.parametrize(
    "made",
    [
        checkpoint(architecture="conv", image_shape=(3, 13, 10), hidden=(4, 6), latent_dim=3),
        checkpoint(image_shape=(1, 5, 7), hidden=(9,), latent_dim=1),
    ],
    ids=["convolutional, odd sides, in colour", "one dimension"],
)
@pytest.mark.parametrize("batch", [1, 5])
def test_any_model_and_batch(tmp_path: Path, made: Checkpoint, batch: int) -> None:
    assert export_onnx(tmp_path / "onnx", made) < 1e-5
    inference = Inference(made.model_config, made.weights)
    images = torch.randint(0, 256, (batch, *made.model_config.image_shape), dtype=torch.uint8)
    encoder = ReferenceEvaluator(str(tmp_path / "onnx" / "encoder.onnx"))
    found = encoder.run(None, {"images": images.numpy().astype(np.float32) / 255})
    for result, expected in zip(found, inference.encode(images), strict=True):
        assert np.allclose(result, expected, atol=1e-5)
    codes = np.random.default_rng(2).normal(size=(batch, made.model_config.latent_dim)).astype(np.float32)
    decoder = ReferenceEvaluator(str(tmp_path / "onnx" / "decoder.onnx"))
    assert np.allclose(decoder.run(None, {"codes": codes})[0], inference.decode(codes), atol=1e-5)


def test_a_file_that_differs_from_the_model_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A layer translated wrongly.
    translate = onnx_export._operator
    monkeypatch.setattr(
        onnx_export,
        "_operator",
        lambda layer: ("Identity", {}, {}) if isinstance(layer, torch.nn.ReLU) else translate(layer),
    )
    with pytest.raises(ExportError, match="differs from the model"):
        export_onnx(tmp_path / "onnx", checkpoint(image_shape=(1, 5, 5), hidden=(8,), latent_dim=2))
    assert not (tmp_path / "onnx").exists()
    assert not list(tmp_path.glob(".onnx*"))


def test_without_the_library_it_is_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ExportError, match="needs the library onnx") as refusal:
        export_onnx(tmp_path / "onnx", checkpoint(image_shape=(1, 5, 5), hidden=(8,)))
    assert "pip install" in refusal.value.remedy

"""`vae-desktop export-projector` and `vae-desktop export-onnx`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from PIL import Image

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.inference import Inference


def test_a_folder_for_the_projector(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "projector"
    result = run("export-projector", model, "--out", out)
    assert (result.status, result.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        "metadata.tsv",
        "projector_config.pbtxt",
        "sprite.png",
        "tensors.tsv",
    ]
    checkpoint = load_checkpoint(model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    codes = np.loadtxt(out / "tensors.tsv", delimiter="\t", dtype=np.float32)
    assert np.allclose(codes, inference.encode(digits.test.images)[0], atol=1e-6)
    header, *lines = (out / "metadata.tsv").read_text().splitlines()
    assert header == "index\tlabel"
    assert [line.split("\t")[1] for line in lines] == [str(n) for n in digits.test.labels.tolist()]
    with Image.open(out / "sprite.png") as sprite:
        assert sprite.size == (19 * 28, 19 * 28)
        cell = np.asarray(sprite.crop((28, 28, 56, 56)))
    assert np.array_equal(255 - cell, digits.test.images[20, 0].numpy())


def test_onnx_files_do_what_the_model_does(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    result = run("export-onnx", model, "--out", tmp_path / "onnx")
    assert (result.status, result.err) == (0, "")
    checkpoint = load_checkpoint(model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    images = digits.test.images[:40]
    encoder = ReferenceEvaluator(str(tmp_path / "onnx" / "encoder.onnx"))
    mean, logvar = encoder.run(None, {"images": images.numpy().astype(np.float32) / 255})
    for found, expected in zip((mean, logvar), inference.encode(images), strict=True):
        assert np.allclose(found, expected, atol=1e-5)
    decoder = ReferenceEvaluator(str(tmp_path / "onnx" / "decoder.onnx"))
    (decoded,) = decoder.run(None, {"codes": mean})
    assert np.allclose(decoded, inference.decode(mean), atol=1e-5)
    facts = {entry.key: entry.value for entry in onnx.load(tmp_path / "onnx" / "decoder.onnx").metadata_props}
    assert facts["model"] == checkpoint.model_id


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_folder_without_room_is_called_by_its_own_name(run: Run, model: Path, tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
    try:
        complaint = run("export-projector", model, "--out", tmp_path / "projector").complaint
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert f"Can't write {tmp_path / 'projector'}:" in complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["export-projector", "export-onnx"])
def test_nothing_is_taken_away_and_nothing_half_done(
    run: Run, model: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("keep")
    (tmp_path / "file").write_text("keep")
    assert "not empty" in run(command, model, "--out", tmp_path / "full").complaint
    assert "it is a file" in run(command, model, "--out", tmp_path / "file").complaint
    (tmp_path / "empty").mkdir()
    assert run(command, model, "--out", tmp_path / "empty").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]
    assert (tmp_path / "full" / "mine").read_text() == "keep"

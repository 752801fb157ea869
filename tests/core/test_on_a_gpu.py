"""Training and maps on a CUDA device; where a machine has none, all of this is skipped."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.sparse import random_array

from tests.core.test_repulsion import WIDTHS, error, exactly, points_of
from tests.core.test_training import dots, figures, trained
from tests.places import ROOT
from vae_desktop.core import recorded_steps
from vae_desktop.core.attraction import Attraction, DeviceAttraction
from vae_desktop.core.checkpoint import load_checkpoint, save_checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.errors import NonFiniteLossError, OutOfMemoryError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.inference import Inference
from vae_desktop.core.map_quality import map_quality
from vae_desktop.core.models import rebuild
from vae_desktop.core.projection import MapMemory, tsne
from vae_desktop.core.recorded_steps import WARM_UP, RecordedSteps
from vae_desktop.core.repulsion import Repulsion
from vae_desktop.core.side_by_side import helping_threads
from vae_desktop.core.steps import result_of
from vae_desktop.core.training import Trainer

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")

DENSE = ModelConfig(hidden=(64, 32))
CONV = ModelConfig(hidden=(4, 8), architecture="conv")
MODELS = pytest.mark.parametrize("model", [DENSE, CONV], ids=["dense", "conv"])
CONFIG = TrainingConfig(epochs=4, learning_rate=3e-3, device="cuda")


@pytest.fixture
def recordings(monkeypatch: pytest.MonkeyPatch) -> list[RecordedSteps]:
    """All recordings that trainings make."""
    made: list[RecordedSteps] = []
    make = RecordedSteps.__init__

    def note(self: RecordedSteps, *arguments: object) -> None:
        make(self, *arguments)  # type: ignore[arg-type]
        made.append(self)

    monkeypatch.setattr(RecordedSteps, "__init__", note)
    return made


@pytest.fixture
def little_memory() -> Iterator[None]:
    """A card of which one gigabyte is free."""
    gc.collect()
    torch.cuda.empty_cache()
    _, total = torch.cuda.mem_get_info()
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 1e9) / total)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


@MODELS
def test_it_learns_as_on_the_processor(
    digits: Dataset, model: ModelConfig, recordings: list[RecordedSteps]
) -> None:
    here = trained(digits, model, CONFIG)
    there = trained(digits, model, replace(CONFIG, device="cpu"))
    assert [steps.recorded for steps in recordings] == [True]
    for (train, held_out), (their_train, their_held_out) in zip(figures(here), figures(there), strict=True):
        # The noise is drawn by another generator.
        assert train.negative_elbo == pytest.approx(their_train.negative_elbo, rel=0.05)
        assert held_out.negative_elbo == pytest.approx(their_held_out.negative_elbo, rel=0.05)


@MODELS
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_recorded_steps_do_what_plain_ones_do(
    digits: Dataset,
    model: ModelConfig,
    schedule: str,
    recordings: list[RecordedSteps],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = replace(CONFIG, epochs=2, schedule=schedule)
    recorded = trained(digits, model, config)
    monkeypatch.setattr(recorded_steps, "_has_room", lambda device: False)
    plain = trained(digits, model, config)
    assert [steps.recorded for steps in recordings] == [True, False]
    for ours, theirs in zip(figures(recorded), figures(plain), strict=True):
        for our, their in zip(ours, theirs, strict=True):
            assert our.reconstruction == pytest.approx(their.reconstruction, rel=1e-3)
            assert our.kl == pytest.approx(their.kl, rel=1e-2, abs=1e-2)


def test_steps_that_cannot_be_recorded_are_done_one_by_one() -> None:
    """In a process of its own: PyTorch 2.11 does not clear up after a recording that fails."""
    script = """
from tests.core.test_training import dots
from vae_desktop.core import recorded_steps
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.training import Trainer

made = []
make = recorded_steps.RecordedSteps.__init__
recorded_steps.RecordedSteps.__init__ = lambda self, step: (made.append(self), make(self, step))[1]
trainer = Trainer(dots(), ModelConfig((1, 4, 4), 2, (8,)), TrainingConfig(3, batch_size=4, device="cuda"))
gradients = trainer._gradients
trainer._gradients = lambda *given: (gradients(*given), float(given[-1].sum()))
for _ in trainer.run():
    pass
print([steps.recorded for steps in made], len(trainer.history))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[0] == "[False] 3", done.stderr


def test_trainings_leave_no_memory_behind(digits: Dataset) -> None:
    trained(digits, DENSE, replace(CONFIG, epochs=1))
    gc.collect()
    before = torch.cuda.memory_allocated()
    for _ in range(4):
        trained(digits, DENSE, replace(CONFIG, epochs=1))
    gc.collect()
    assert torch.cuda.memory_allocated() <= before


def test_trainings_too_short_to_be_recorded() -> None:
    for count in (1, WARM_UP, WARM_UP + 1):
        trainer = trained(dots(8 * count), ModelConfig((1, 4, 4), 2, (8,)), replace(CONFIG, batch_size=8))
        assert np.isfinite(trainer.history[-1].held_out.negative_elbo)


def test_going_on_from_a_file_equals_never_having_stopped(digits: Dataset, tmp_path: Path) -> None:
    whole = trained(digits, DENSE, CONFIG)
    half = trained(digits, DENSE, replace(CONFIG, epochs=2))
    save_checkpoint(tmp_path / "half.safetensors", half.checkpoint())
    rest = trained(digits, DENSE, replace(CONFIG, epochs=2), load_checkpoint(tmp_path / "half.safetensors"))
    for _ in half.run():
        pass
    for other in (rest, half):
        for ours, theirs in zip(figures(whole), figures(other), strict=True):
            assert ours[1].negative_elbo == pytest.approx(theirs[1].negative_elbo, rel=0.02)


@MODELS
def test_what_was_trained_here_is_the_same_model_on_the_processor(
    digits: Dataset, model: ModelConfig, tmp_path: Path
) -> None:
    trainer = trained(digits, model, CONFIG)
    save_checkpoint(tmp_path / "model.safetensors", trainer.checkpoint())
    loaded = load_checkpoint(tmp_path / "model.safetensors")
    found = evaluate(rebuild(model, dict(loaded.weights)), digits.test.images)
    assert found.terms.negative_elbo == pytest.approx(trainer.history[-1].held_out.negative_elbo, rel=1e-4)
    on = replace(CONFIG, epochs=1, device="cpu")
    assert len(trained(digits, model, on, loaded).history) == CONFIG.epochs + 1


def test_a_loss_that_leaves_the_numbers_goes_back_to_good_weights(digits: Dataset) -> None:
    trainer = Trainer(digits, DENSE, replace(CONFIG, learning_rate=1e30))
    first = trainer.snapshot()
    with pytest.raises(NonFiniteLossError):
        for _ in trainer.run():
            pass
    assert all(np.array_equal(first[name], array) for name, array in trainer.snapshot().items())


def test_a_model_too_large_for_the_card_is_told_in_words(digits: Dataset, little_memory: None) -> None:
    with pytest.raises(OutOfMemoryError, match="cuda") as caught:
        Trainer(digits, ModelConfig(hidden=(8192, 8192)), CONFIG)
    assert "CPU" in caught.value.remedy
    # The error holds on to what stood in the way; `Job` lets go of that.
    del caught
    gc.collect()
    assert len(trained(digits, DENSE, CONFIG).history) == CONFIG.epochs


def test_a_batch_too_large_for_the_card_is_told_in_words(digits: Dataset, little_memory: None) -> None:
    trainer = Trainer(
        digits, ModelConfig(hidden=(256, 256), architecture="conv"), replace(CONFIG, batch_size=1400)
    )
    first = trainer.snapshot()
    with pytest.raises(OutOfMemoryError, match="cuda"):
        for _ in trainer.run():
            pass
    assert all(np.array_equal(first[name], array) for name, array in trainer.snapshot().items())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["one group", "groups", "narrow"])
def test_forces_are_within_three_percent_on_maps_of_any_width(kind: str, width: float) -> None:
    points = points_of(kind, width)
    exact_forces, exact_potentials = exactly(points, points)
    repulsion = Repulsion(torch.device("cuda"))
    there = points.cuda()
    for turn in (0, 1, 7):
        forces, potentials = repulsion.field(there, turn)(there)
        assert error(forces.cpu(), exact_forces) < 3e-2
        assert float(potentials.sum()) - 1_000 == pytest.approx(
            float(exact_potentials.sum()) - 1_000, rel=1e-2
        )


def test_attraction_is_that_of_the_processor() -> None:
    joint = random_array((300, 300), density=0.1, format="csr", rng=np.random.default_rng(0))
    joint = (joint / joint.sum()).tocsr()
    points = torch.randn(300, 2, generator=torch.Generator().manual_seed(0)) * 5
    with helping_threads("test") as helpers:
        forces, divergence = result_of(Attraction(joint, helpers).begin(points, True)())
    there, found = result_of(DeviceAttraction(joint, torch.device("cuda")).begin(points.cuda(), True)())
    assert error(there.cpu(), forces) < 1e-5
    assert divergence is not None and found is not None
    assert float(found) == pytest.approx(float(divergence), rel=1e-5)


def codes_of(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes in ten groups, and which group each belongs to."""
    random = np.random.default_rng(0)
    groups = np.arange(10).repeat(count // 10)
    return (4 * random.normal(size=(10, 8))[groups] + random.normal(size=(count, 8))).astype(
        np.float32
    ), groups


@pytest.mark.parametrize("count", [500, 3_000], ids=["by all pairs", "on a grid"])
def test_the_same_codes_give_the_same_map_which_is_as_good_as_the_processors(count: int) -> None:
    codes, groups = codes_of(count)
    (*_, one), (*_, other) = tsne(codes, device="cuda"), tsne(codes, device="cuda")
    assert np.array_equal(one.embedding, other.embedding) and one.kl == other.kl
    (*_, there) = tsne(codes, device="cpu")
    quality, theirs = (result_of(map_quality(frame.embedding, codes, groups)) for frame in (one, there))
    assert quality.kl == pytest.approx(theirs.kl, rel=0.01)
    assert one.kl == pytest.approx(quality.kl, rel=0.01)


def test_a_map_on_the_card_goes_on_and_follows() -> None:
    codes, _ = codes_of(3_000)
    memory = MapMemory()
    (*_, first) = tsne(codes, TsneConfig(iterations=40), memory=memory, device="cuda")
    frames = list(tsne(codes, TsneConfig(iterations=80), memory=memory, device="cuda"))
    assert min(frame.iteration for frame in frames if frame.iteration) >= first.iteration
    assert frames[-1].iteration == first.iteration + 40
    (*_, warm) = tsne(codes + 0.01, start=frames[-1].embedding, device="cuda")
    apart = np.linalg.norm(warm.embedding - frames[-1].embedding, axis=1)
    assert np.median(apart) < 0.1 * np.ptp(frames[-1].embedding)


def test_a_map_on_the_card_stops_at_once() -> None:
    codes, _ = codes_of(20_000)
    before = threading.active_count()
    frames = iter(tsne(codes, TsneConfig(iterations=10_000), device="cuda"))
    while (frame := next(frames)).iteration < 100:
        pass
    frames.close()  # type: ignore[attr-defined]
    assert frame.iteration < 1_000 and threading.active_count() == before


def test_a_training_is_recorded_beside_a_map_on_the_same_card(
    digits: Dataset, recordings: list[RecordedSteps]
) -> None:
    codes, _ = codes_of(3_000)
    over = threading.Event()
    maps: list[float | None] = []

    def map_again_and_again() -> None:
        while not over.is_set():
            (*_, last) = tsne(codes, TsneConfig(iterations=50), device="cuda")
            maps.append(last.kl)

    beside = threading.Thread(target=map_again_and_again)
    beside.start()
    try:
        for _ in range(8):
            assert np.isfinite(trained(digits, CONV, CONFIG).history[-1].held_out.negative_elbo)
    finally:
        over.set()
        beside.join()
    assert [steps.recorded for steps in recordings] == [True] * 8
    assert len(set(maps)) == 1, "each map is the same"


def test_weights_of_a_training_are_those_that_the_canvas_gets(digits: Dataset) -> None:
    trainer = trained(digits, DENSE, CONFIG)
    codes = np.zeros((1, DENSE.latent_dim), dtype=np.float32)
    decoded = Inference(DENSE, trainer.snapshot()).decode(codes)
    with torch.inference_mode():
        there = trainer.model.decode(torch.from_numpy(codes).cuda()).sigmoid().cpu().numpy()
    np.testing.assert_allclose(decoded, there, atol=1e-4)

"""Training: what it learns, what it reports, and that nothing but its settings decides its figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_desktop.core import progress, training
from vae_desktop.core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset, ImageSet
from vae_desktop.core.errors import CheckpointError, ConfigurationError, DataError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.inference import Inference
from vae_desktop.core.models import rebuild
from vae_desktop.core.records import EpochReport, StepReport, Terms
from vae_desktop.core.training import Trainer

MODEL = ModelConfig(hidden=(32, 16))
CONV = ModelConfig(hidden=(4, 8), architecture="conv")
TWO_EPOCHS = TrainingConfig(epochs=2, device="cpu")

Figures = list[tuple[Terms, Terms]]


def figures(trainer: Trainer) -> Figures:
    """All that a history holds but the time."""
    return [(record.train, record.held_out) for record in trainer.history]


def trained(
    dataset: Dataset,
    model: ModelConfig = MODEL,
    config: TrainingConfig = TWO_EPOCHS,
    checkpoint: Checkpoint | None = None,
) -> Trainer:
    """A trainer that has run to its end."""
    trainer = Trainer(dataset, model, config, checkpoint)
    for _ in trainer.run():
        pass
    return trainer


def same_weights(one: Trainer, other: Trainer) -> bool:
    a, b = one.snapshot(), other.snapshot()
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def dots(count: int = 40, size: int = 4) -> Dataset:
    """Tiny random images, for what does not depend on digits."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 1, size, size), generator=generator, dtype=torch.uint8)
    split = ImageSet(images, torch.zeros(count, dtype=torch.int64))
    return Dataset("dots", "Dots", "dots", split, split, ("dot",), "00" * 32)


@pytest.fixture(scope="module")
def usual(digits: Dataset) -> Trainer:
    """The training that others are compared with."""
    return trained(digits)


@pytest.mark.parametrize("model", [MODEL, CONV], ids=["dense", "conv"])
def test_it_learns(digits: Dataset, model: ModelConfig) -> None:
    trainer = trained(digits, model, TrainingConfig(epochs=6, learning_rate=3e-3, device="cpu"))
    held_out = [record.held_out.negative_elbo for record in trainer.history]
    assert held_out[-1] < 0.6 * held_out[0]
    assert [record.epoch for record in trainer.history] == [1, 2, 3, 4, 5, 6]
    assert all(np.diff([record.seconds for record in trainer.history]) > 0)


@pytest.mark.parametrize("model", [MODEL, CONV], ids=["dense", "conv"])
def test_the_same_settings_give_the_same_figures(digits: Dataset, model: ModelConfig) -> None:
    config = replace(TWO_EPOCHS, epochs=1)
    torch.manual_seed(1)
    one = trained(digits, model, config)
    torch.manual_seed(2)
    other = trained(digits, model, config)
    assert figures(one) == figures(other)
    assert same_weights(one, other)
    assert figures(trained(digits, model, replace(config, seed=1))) != figures(one)


def test_training_leaves_the_callers_random_numbers_alone(digits: Dataset) -> None:
    state = torch.get_rng_state()
    trained(digits, config=replace(TWO_EPOCHS, epochs=1))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("interval", [0.0, 1e9])
def test_figures_do_not_depend_on_when_reports_are_made(
    digits: Dataset, usual: Trainer, monkeypatch: pytest.MonkeyPatch, interval: float
) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", interval)
    monkeypatch.setattr(training, "KEEP_SHARE", 1e-9 if interval else 1.0)
    trainer = Trainer(digits, MODEL, TWO_EPOCHS)
    reports = list(trainer.run())
    steps = [report for report in reports if isinstance(report, StepReport)]
    per_epoch = -(-len(digits.train) // 128)
    assert len(steps) == 2 if interval else len(steps) >= 2 * per_epoch
    assert figures(trainer) == figures(usual)
    assert same_weights(trainer, usual)


def test_figures_do_not_depend_on_what_the_caller_does_between_reports(
    digits: Dataset, usual: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    trainer = Trainer(digits, MODEL, TWO_EPOCHS)
    for _ in trainer.run():
        torch.rand(3)
        trainer.snapshot()
        trainer.checkpoint()
        evaluate(trainer.model, digits.test.images[:10])
        Inference(MODEL, trainer.snapshot()).decode(np.zeros((1, 2), dtype=np.float32))
    assert figures(trainer) == figures(usual)


@pytest.mark.parametrize("model", [MODEL, CONV], ids=["dense", "conv"])
def test_going_on_from_a_file_equals_never_having_stopped(
    digits: Dataset, tmp_path: Path, model: ModelConfig
) -> None:
    one_epoch = replace(TWO_EPOCHS, epochs=1)
    first = trained(digits, model, one_epoch)
    save_checkpoint(tmp_path / "half.safetensors", first.checkpoint())
    second = trained(digits, model, one_epoch, load_checkpoint(tmp_path / "half.safetensors"))
    whole = trained(digits, model, TWO_EPOCHS)
    assert figures(second) == figures(whole)
    assert same_weights(second, whole)
    assert second.history[1].seconds > second.history[0].seconds == first.history[0].seconds


def test_a_second_run_goes_on_too(digits: Dataset, usual: Trainer) -> None:
    trainer = trained(digits, config=replace(TWO_EPOCHS, epochs=1))
    for _ in trainer.run():
        pass
    assert figures(trainer) == figures(usual)


def test_weights_alone_can_be_trained_on(digits: Dataset, usual: Trainer) -> None:
    weights_only = replace(usual.checkpoint(), training_state=None)
    trainer = trained(digits, config=replace(TWO_EPOCHS, epochs=1), checkpoint=weights_only)
    assert figures(trainer)[:2] == figures(usual)
    assert trainer.history[2].epoch == 3
    assert trainer.history[2].held_out.negative_elbo < usual.history[1].held_out.negative_elbo


def test_a_checkpoint_stays_as_it_was_while_training_goes_on(digits: Dataset) -> None:
    trainer = trained(digits, config=replace(TWO_EPOCHS, epochs=1))
    checkpoint = trainer.checkpoint()
    identity = checkpoint.model_id
    for _ in trainer.run():
        pass
    assert replace(checkpoint).model_id == identity != trainer.checkpoint().model_id
    assert checkpoint.epochs == 1


def test_an_epochs_figures_are_those_of_its_weights(digits: Dataset, usual: Trainer) -> None:
    model = rebuild(MODEL, usual.checkpoint().weights)
    assert evaluate(model, digits.test.images, seed=0).terms == usual.history[-1].held_out
    assert usual.checkpoint().metrics == usual.history[-1].held_out


def test_epoch_reports_bring_the_codes_of_all_test_images(digits: Dataset) -> None:
    trainer = Trainer(digits, MODEL, replace(TWO_EPOCHS, epochs=1))
    report = [report for report in trainer.run() if isinstance(report, EpochReport)][-1]
    means, logvars = Inference(MODEL, trainer.snapshot()).encode(digits.test.images)
    np.testing.assert_allclose(report.means, means, atol=1e-5)
    np.testing.assert_allclose(report.logvars, logvars, atol=1e-5)
    assert not report.means.flags.writeable
    assert report.record == trainer.history[-1]
    assert report.seconds_left == 0.0


def test_the_training_term_is_the_mean_over_the_epochs_batches(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    trainer = Trainer(digits, MODEL, replace(TWO_EPOCHS, epochs=1))
    reports: dict[int, StepReport] = {}
    for report in trainer.run():
        if isinstance(report, StepReport):
            reports.setdefault(report.step, report)
    count, batch = len(digits.train), 128
    sizes = [min(batch, count - start) for start in range(0, count, batch)]
    assert list(reports) == list(range(1, len(sizes) + 1))
    mean = sum(size * report.train.kl for size, report in zip(sizes, reports.values(), strict=True)) / count
    assert trainer.history[0].train.kl == pytest.approx(mean)


def test_beta_weighs_the_kl_but_not_the_reported_elbo(digits: Dataset) -> None:
    config = TrainingConfig(epochs=4, learning_rate=3e-3, device="cpu")
    free, tight = (trained(digits, config=replace(config, beta=beta)).history[-1] for beta in (0.0, 20.0))
    assert tight.held_out.kl < 0.2 * free.held_out.kl
    for terms in (free.held_out, tight.train):
        assert terms.negative_elbo == pytest.approx(terms.reconstruction + terms.kl)


def test_one_cycle_moves_most_in_its_middle(digits: Dataset) -> None:
    config = TrainingConfig(epochs=10, batch_size=512, schedule="one-cycle", learning_rate=1e-3, device="cpu")
    trainer = Trainer(digits, MODEL, config)
    points = [trainer.snapshot()]
    for report in trainer.run():
        if isinstance(report, EpochReport):
            points.append(trainer.snapshot())
    name = "decoder.0.weight"
    moves = [float(np.linalg.norm(b[name] - a[name])) for a, b in pairwise(points)]
    assert np.argmax(moves) in (2, 3, 4)
    assert moves[-1] < 0.2 * max(moves)


class SlowClock:
    """A clock that goes on by 10 ms at every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def test_a_report_comes_every_few_steps_and_tells_speed_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SlowClock()
    monkeypatch.setattr(progress.time, "perf_counter", clock)
    trainer = Trainer(
        dots(400), ModelConfig((1, 4, 4), 2, (4,)), TrainingConfig(2, batch_size=4, device="cpu")
    )
    asked, reports = [], []
    for report in trainer.run():
        asked.append(clock.now)
        if isinstance(report, StepReport):
            reports.append(report)
    # A step takes two or three looks at the clock; 20 reports a second of it, and no long silence.
    assert max(np.diff(asked)) < 0.15
    assert len(reports) < clock.now / 0.05
    assert reports[-1].step == reports[-1].steps == 100 and reports[-1].epoch == 2
    first, middle, last = reports[3], reports[len(reports) // 2], reports[-1]
    assert first.seconds_left > middle.seconds_left > last.seconds_left == 0.0
    assert first.seconds + first.seconds_left == pytest.approx(trainer.history[-1].seconds, rel=0.4)
    assert middle.images_per_second == pytest.approx(800 / trainer.history[-1].seconds, rel=0.4)


def test_the_callers_time_is_not_training_time(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    began = time.perf_counter()
    trainer = Trainer(digits, MODEL, replace(TWO_EPOCHS, epochs=1))
    held = 0.0
    for _ in trainer.run():
        pause = time.perf_counter()
        while time.perf_counter() - pause < 0.02:
            pass
        held += time.perf_counter() - pause
    assert trainer.history[0].seconds <= time.perf_counter() - began - held


def test_a_long_evaluation_can_be_stopped_too(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    many = replace(
        digits, test=ImageSet(digits.test.images[:1].expand(5000, -1, -1, -1), torch.zeros(5000).long())
    )
    trainer = Trainer(many, MODEL, replace(TWO_EPOCHS, epochs=1, batch_size=2000))
    reports = list(trainer.run())
    assert [type(report) for report in reports] == [StepReport] * 6 + [EpochReport]


def test_closing_stops_at_once_and_keeps_what_was_learnt(
    digits: Dataset, usual: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    trainer = Trainer(digits, MODEL, replace(TWO_EPOCHS, epochs=1000))
    start = trainer.snapshot()
    with closing(trainer.run()) as reports:
        seen = 0
        for report in reports:
            seen += isinstance(report, EpochReport)
            if seen == 2 and isinstance(report, StepReport) and report.step == 3:
                break
    assert figures(trainer) == figures(usual)
    assert not np.array_equal(trainer.snapshot()["encoder.1.weight"], start["encoder.1.weight"])
    assert trainer.checkpoint().epochs == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda data, model: (data, replace(model, image_shape=(1, 14, 14))), ConfigurationError),
        (
            lambda data, model: (
                replace(data, train=ImageSet(data.train.images[:0], data.train.labels[:0])),
                model,
            ),
            DataError,
        ),
    ],
    ids=["other shape", "nothing to train on"],
)
def test_data_that_do_not_fit_are_refused(
    digits: Dataset,
    change: Callable[[Dataset, ModelConfig], tuple[Dataset, ModelConfig]],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        Trainer(*change(digits, MODEL), TWO_EPOCHS)


def test_a_checkpoint_of_another_model_is_refused(digits: Dataset, usual: Trainer) -> None:
    with pytest.raises(ConfigurationError, match="another model"):
        Trainer(digits, replace(MODEL, latent_dim=3), TWO_EPOCHS, usual.checkpoint())


def test_a_training_state_that_is_none_is_refused(digits: Dataset, usual: Trainer) -> None:
    checkpoint = usual.checkpoint()
    assert checkpoint.training_state is not None
    broken = {**checkpoint.training_state, "rng.order": np.zeros(7, dtype=np.uint8)}
    with pytest.raises(CheckpointError, match="can't go on"):
        Trainer(digits, MODEL, TWO_EPOCHS, replace(checkpoint, training_state=broken))

"""Trains a VAE by Adam on the negative ELBO; the generator's yields are where a caller may pause or stop."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from vae_desktop.core.checkpoint import Checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset, to_float
from vae_desktop.core.devices import resolve_device
from vae_desktop.core.errors import ConfigurationError, NonFiniteLossError, OutOfMemoryError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.losses import kl_divergence
from vae_desktop.core.models import VAE, build
from vae_desktop.core.records import EpochRecord, EpochReport, StepReport, Terms

# Seconds between two reports, and between two copies of weights that are known to be good.
REPORT_INTERVAL = 0.05
KEEP_INTERVAL = 2.0
# The share of a run in which the one-cycle schedule's rate rises (L. N. Smith and N. Topin, 2018).
RISE = 0.3

Reports = Generator[StepReport | EpochReport, None, None]


class Trainer:
    """One model on its way, from fresh weights or from a checkpoint on.

    Attributes:
        model: the weights, on the training device.
        history: finished epochs, those of the checkpoint included.

    Raises:
        ConfigurationError: the data set's images have another shape than the model's.
        DeviceError: this machine lacks the device.
        OutOfMemoryError: model and data do not fit the device.
    """

    def __init__(
        self,
        dataset: Dataset,
        model_config: ModelConfig,
        training_config: TrainingConfig,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        if dataset.image_shape != model_config.image_shape:
            raise ConfigurationError(
                f"{dataset.title} has images of {dataset.image_shape}, the model wants {model_config.image_shape}."
            )
        self.model_config = model_config
        self.training_config = training_config
        self.history: tuple[EpochRecord, ...] = checkpoint.history if checkpoint else ()
        self._dataset = dataset
        self._device = resolve_device(training_config.device)
        self._seconds = self.history[-1].seconds if self.history else 0.0
        seed = training_config.seed + len(self.history)
        self._order = torch.Generator().manual_seed(seed)
        try:
            self.model = self._make_model(checkpoint)
            self._noise = torch.Generator(self._device).manual_seed(seed)
            self._optimizer = torch.optim.Adam(
                self.model.parameters(), lr=training_config.learning_rate, fused=self._device.type != "mps"
            )
            if checkpoint is not None and checkpoint.training_state is not None:
                self._restore(checkpoint.training_state)
            self._images = dataset.train.images.to(self._device)
        except torch.OutOfMemoryError as error:
            raise _out_of_memory(self._device) from error

    def _make_model(self, checkpoint: Checkpoint | None) -> VAE:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.training_config.seed)
            model = build(self.model_config)
        if checkpoint is not None:
            model.load_state_dict(dict(checkpoint.weights))
        return model.to(self._device).train()

    def snapshot(self) -> dict[str, Tensor]:
        """A copy of the weights on the CPU; to be taken in the training thread, between two yields."""
        return {
            name: tensor.detach().to("cpu", copy=True) for name, tensor in self.model.state_dict().items()
        }

    def checkpoint(self) -> Checkpoint:
        """The training as it stands, with all that going on needs."""
        return Checkpoint(
            self.model_config,
            self.training_config,
            self._dataset.info(),
            self.history,
            self.snapshot(),
            self._training_state(),
        )

    def _training_state(self) -> dict[str, Tensor]:
        state = {"rng.order": self._order.get_state(), "rng.noise": self._noise.get_state()}
        for name, parameter in self.model.named_parameters():
            for key, value in self._optimizer.state.get(parameter, {}).items():
                state[f"adam.{key}.{name}"] = value.detach().to("cpu", copy=True)
        return state

    def _restore(self, state: Mapping[str, Tensor]) -> None:
        self._order.set_state(state["rng.order"])
        if state["rng.noise"].shape == self._noise.get_state().shape:
            self._noise.set_state(state["rng.noise"])
        for name, parameter in self.model.named_parameters():
            moments = {
                key: state[f"adam.{key}.{name}"]
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"adam.{key}.{name}" in state
            }
            if moments:
                self._optimizer.state[parameter] = {
                    key: value.to(self._device, copy=True) for key, value in moments.items()
                }

    def run(self) -> Reports:
        """Train for the configured epochs; close the generator to stop.

        Raises:
            NonFiniteLossError: the loss left the numbers; the model is back at its last good weights.
            OutOfMemoryError: a batch does not fit the device.
        """
        try:
            yield from _Run(self).epochs()
        except torch.OutOfMemoryError as error:
            raise _out_of_memory(self._device) from error


class _Run:
    """The state of one call of `Trainer.run`."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.config = trainer.training_config
        self.images = trainer._images
        self.steps = math.ceil(len(self.images) / self.config.batch_size)
        self.total_steps = self.config.epochs * self.steps
        self.done_steps = 0
        self.last_epoch = len(trainer.history) + self.config.epochs
        self.good = trainer.snapshot()
        self.good_at = time.perf_counter()
        self.resumed_at = time.perf_counter()
        self.seconds = 0.0
        self.rate = 0.0

    def clock(self) -> float:
        """Seconds of this run in which it was not paused."""
        return self.seconds + time.perf_counter() - self.resumed_at

    def yielding(self, report: StepReport | EpochReport) -> Reports:
        """Hand out a report; the time until the caller comes back is not training time."""
        self.seconds = self.clock()
        yield report
        self.resumed_at = time.perf_counter()

    def epochs(self) -> Reports:
        for _ in range(self.config.epochs):
            yield from self.epoch()

    def epoch(self) -> Reports:
        trainer, size = self.trainer, self.config.batch_size
        number = len(trainer.history) + 1
        order = torch.randperm(len(self.images), generator=trainer._order).to(self.images.device)
        sums = torch.zeros(2, dtype=torch.float64, device=self.images.device)
        told, told_step, told_at = (0.0, 0.0), 0, self.clock()
        for step, index in enumerate(order.split(size), start=1):
            self.set_rate()
            sums += self.step(index)
            self.done_steps += 1
            now = self.clock()
            if now - told_at >= REPORT_INTERVAL or step == self.steps:
                totals = (float(sums[0].item()), float(sums[1].item()))
                self.check(totals)
                count = min(step * size, len(self.images)) - told_step * size
                self.rate = (
                    count / max(now - told_at, 1e-9)
                    if not self.rate
                    else 0.8 * self.rate + 0.2 * count / max(now - told_at, 1e-9)
                )
                terms = Terms.of((totals[0] - told[0]) / count, (totals[1] - told[1]) / count)
                told, told_step, told_at = totals, step, now
                yield from self.yielding(
                    StepReport(
                        number, step, self.steps, terms, self.rate, trainer._seconds + now, self.left(now)
                    )
                )
                told_at = self.clock()
        count = len(self.images)
        train = Terms.of(told[0] / count, told[1] / count)
        evaluation = evaluate(trainer.model, trainer._dataset.test.images, self.config.seed)
        now = self.clock()
        record = EpochRecord(number, train, evaluation.terms, trainer._seconds + now)
        trainer.history = (*trainer.history, record)
        yield from self.yielding(EpochReport(record, evaluation.means, evaluation.logvars, self.left(now)))
        if number == self.last_epoch:
            trainer._seconds += now

    def left(self, now: float) -> float:
        return now / max(1, self.done_steps) * (self.total_steps - self.done_steps)

    def set_rate(self) -> None:
        rate = self.config.learning_rate
        if self.config.schedule == "one-cycle":
            rate *= one_cycle(self.done_steps / self.total_steps)
        for group in self.trainer._optimizer.param_groups:
            group["lr"] = rate

    def step(self, index: Tensor) -> Tensor:
        trainer = self.trainer
        batch = to_float(self.images.index_select(0, index))
        noise = torch.randn(
            len(batch), trainer.model_config.latent_dim, generator=trainer._noise, device=batch.device
        )
        logits, mean, logvar = trainer.model(batch, noise)
        reconstruction = functional.binary_cross_entropy_with_logits(logits, batch, reduction="sum")
        kl = kl_divergence(mean, logvar).sum()
        trainer._optimizer.zero_grad(set_to_none=True)
        ((reconstruction + self.config.beta * kl) / len(batch)).backward()  # type: ignore[no-untyped-call]
        trainer._optimizer.step()
        return torch.stack((reconstruction.detach(), kl.detach()))

    def check(self, totals: tuple[float, float]) -> None:
        """Notice a loss that is no number, and keep a copy of good weights now and then."""
        if not all(math.isfinite(total) for total in totals):
            self.trainer.model.load_state_dict(self.good)
            raise NonFiniteLossError(
                "The loss is no longer a finite number; training stopped and the last good weights were kept.",
                "Lower the learning rate and train again.",
            )
        now = time.perf_counter()
        if now - self.good_at >= KEEP_INTERVAL:
            weights = self.trainer.snapshot()
            if all(bool(torch.isfinite(tensor).all()) for tensor in weights.values()):
                self.good = weights
            self.good_at = now


def one_cycle(progress: float) -> float:
    """The learning rate as a share of its peak, for progress in [0, 1]: a cosine up from 1/25, then down to 1e-4 / 25."""
    low, end = 1 / 25, 1e-4 / 25
    if progress < RISE:
        return low + (1 - low) * (1 - math.cos(math.pi * progress / RISE)) / 2
    return end + (1 - end) * (1 + math.cos(math.pi * (progress - RISE) / (1 - RISE))) / 2


def _out_of_memory(device: torch.device) -> OutOfMemoryError:
    return OutOfMemoryError(
        f"The device {device} has too little free memory for this training.",
        "Choose a smaller batch size, or train on the CPU.",
    )

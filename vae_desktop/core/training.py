"""Trains a VAE by Adam on the negative ELBO; the generator's yields are where a caller may pause or stop.

The same seed, settings and processor give the same figures bit for bit, whenever the reports are asked for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.checkpoint import Checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.devices import memory_watched, ran_out_of_memory, resolve_device
from vae_desktop.core.errors import CheckpointError, ConfigurationError, NonFiniteLossError
from vae_desktop.core.evaluation import evaluation_steps
from vae_desktop.core.gradients import DenseGradients, make_gradients
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.optimizer import FLUSH_INTERVAL, FlatAdam
from vae_desktop.core.progress import Clock, Pace
from vae_desktop.core.recorded_steps import RecordedSteps, Step
from vae_desktop.core.records import AnyArray, Arrays, EpochRecord, EpochReport, StepReport, Terms
from vae_desktop.core.schedules import rate_share
from vae_desktop.core.silent_units import SilentUnits
from vae_desktop.core.tensors import to_arrays, to_tensors

# Seconds between two reports.
REPORT_INTERVAL = 0.05
# Copies of good weights may take this share of the time.
KEEP_SHARE = 0.005

Reports = Generator[StepReport | EpochReport, None, None]
T = TypeVar("T")


class Trainer:
    """One model on its way, from fresh weights or on from a checkpoint.

    Args:
        dataset: what to train on, and to evaluate on after each epoch.
        model_config: what to build.
        training_config: how to train it; its epochs are those of one `run`.
        checkpoint: where to go on from. Without a training state in it, Adam starts afresh.

    Attributes:
        model: the weights, on the training device.
        model_config, training_config: as given.
        history: finished epochs, those of the checkpoint included.

    Raises:
        DataError: the data set has no training images.
        ConfigurationError: data set, model and checkpoint do not fit each other.
        CheckpointError: the checkpoint's training state can't be used.
        DeviceError: this machine lacks the device.
        OutOfMemoryError: the model does not fit the device.
    """

    def __init__(
        self,
        dataset: Dataset,
        model_config: ModelConfig,
        training_config: TrainingConfig,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        dataset.require_training_images()
        _check_fit(dataset, model_config, checkpoint)
        self.model_config = model_config
        self.training_config = training_config
        self.history: tuple[EpochRecord, ...] = checkpoint.history if checkpoint else ()
        self._dataset = dataset
        self._device = resolve_device(training_config.device)
        self._clock = Clock(self.history[-1].seconds if self.history else 0.0)
        # A row of seeds for each epoch that may come first in a run: going on must not repeat what was drawn.
        source = torch.Generator().manual_seed(training_config.seed)
        seeds = torch.randint(2**62, (len(self.history) + 1, 3), generator=source)[-1].tolist()
        self._order = torch.Generator().manual_seed(seeds[1])
        with memory_watched(self._device):
            self.model = build(model_config, torch.Generator().manual_seed(seeds[0])).to(self._device)
            self._noise = torch.Generator(self._device).manual_seed(seeds[2])
            self._optimizer = FlatAdam(self.model)
            if checkpoint is not None:
                self._restore(checkpoint.weights, checkpoint.training_state)
            self._gradients = make_gradients(self.model)
            self._train_images = self._place(dataset.train.images)
            self._test_images = self._place(dataset.test.images)
            self._silent_units = (
                SilentUnits(
                    self.model,
                    self._optimizer,
                    self._gradients,
                    self._train_images,
                    training_config.learning_rate,
                )
                if isinstance(self._gradients, DenseGradients)
                else None
            )
            self._good: Checkpoint = self.checkpoint()
        self._keep_at = 0.0
        self._report: StepReport | None = None

    def run(self) -> Reports:
        """Train for the configured epochs; close the generator to stop. A second call trains as many more.

        A report comes about every 50 ms (or after each step that takes longer), also while the held-out
        images are evaluated. The time that the caller spends between two of them is not counted as training.

        Raises:
            NonFiniteLossError: the loss left the numbers; model, Adam and history are back at the last good
                state.
            OutOfMemoryError: a batch does not fit the device.
        """
        steps = math.ceil(len(self._train_images) / self.training_config.batch_size)
        pace = Pace(self._clock, self.training_config.epochs * steps)
        # Made anew for each run: going back to an earlier state moves Adam's memory to another place.
        recording = RecordedSteps(self._learn) if self._device.type == "cuda" else None
        self._clock.go()
        try:
            with memory_watched(self._device):
                for _ in range(self.training_config.epochs):
                    yield from self._epoch(steps, pace, recording or self._learn)
        finally:
            self._clock.hold()
            if recording is not None:
                recording.close()

    def snapshot(self) -> dict[str, AnyArray]:
        """A copy of the weights; to be taken in the training thread, between two yields."""
        return weights_of(self.model)

    def checkpoint(self, with_state: bool = True) -> Checkpoint:
        """The training as it stands; to be taken like `snapshot`.

        In the middle of an epoch the weights are newer than the history, and going on begins a new epoch.

        Args:
            with_state: whether Adam's memory and the generators come along, three quarters of the whole.
        """
        state = {}
        if with_state:
            state = self._optimizer.state_tensors()
            state["rng.order"] = self._order.get_state()
            state["rng.noise"] = self._noise.get_state()
        return Checkpoint(
            self.model_config,
            self.training_config,
            self._dataset.info(),
            self.history,
            self.snapshot(),
            to_arrays(state) if with_state else None,
        )

    def _restore(self, weights: Arrays, remembered: Arrays | None) -> None:
        self.model.load_state_dict(to_tensors(weights))
        if remembered is None:
            return
        state = to_tensors(remembered)
        self._optimizer.restore(state)
        try:
            self._order.set_state(state["rng.order"])
            # Generators differ from device to device; on another one the noise starts afresh from the seed.
            if state["rng.noise"].shape == self._noise.get_state().shape:
                self._noise.set_state(state["rng.noise"])
        except (KeyError, RuntimeError, TypeError) as error:
            raise CheckpointError(
                "The model's training state can't be read, so its training can't go on.",
                "Train a new model, or save this one without its training state.",
            ) from error

    def _place(self, images: Tensor) -> Tensor:
        """The images on the training device, or where they are if they are too many for it."""
        try:
            return images.to(self._device)
        except RuntimeError as error:
            if not ran_out_of_memory(error):
                raise
            return images

    def _epoch(self, steps: int, pace: Pace, learn: Step) -> Reports:
        images, size = self._train_images, self.training_config.batch_size
        number = len(self.history) + 1
        order = torch.randperm(len(images), generator=self._order).to(images.device)
        # Each step's figures stay on the device until a report needs them: fetching them waits for the device.
        figures = torch.zeros(steps, 2, device=self._device)
        told = 0
        if self._silent_units is not None:
            yield from self._reporting(self._silent_units.search(), pace)
        pace.begin_epoch()
        for step, index in enumerate(torch.split(order, size), start=1):
            self._step(images.index_select(0, index), figures[step - 1], pace.progress, learn)
            if step % FLUSH_INTERVAL == 0 and self._device.type == "cpu":
                self._optimizer.flush_tiny_moments()
            pace.step(len(index))
            if pace.silence >= REPORT_INTERVAL or step == steps:
                recent = min(step * size, len(images)) - told * size
                terms = _mean_terms(figures[told:step], recent)
                self._check(terms)
                self._keep()
                told = step
                self._report = pace.report(number, step, steps, terms)
                yield from self._clock.pausing(self._report)
        evaluation = yield from self._reporting(
            evaluation_steps(self.model, self._test_images, self.training_config.seed), pace
        )
        self._check(evaluation.terms)
        train = _mean_terms(figures, len(images))
        record = EpochRecord(number, train, evaluation.terms, self._clock.seconds)
        self.history = (*self.history, record)
        self._keep()
        yield from self._clock.pausing(
            EpochReport(record, evaluation.means, evaluation.logvars, pace.seconds_left)
        )

    def _step(self, images: Tensor, figures: Tensor, progress: float, learn: Step) -> None:
        """Have a step of Adam done on uint8 images."""
        config = self.training_config
        noise = torch.randn(
            len(images), self.model_config.latent_dim, generator=self._noise, device=self._device
        )
        rate = config.learning_rate * rate_share(config.schedule, progress)
        learn(images.to(self._device, non_blocking=True), noise, rate, figures)

    def _learn(self, images: Tensor, noise: Tensor, rate: float | Tensor, figures: Tensor) -> None:
        """One step of Adam; writes the summed reconstruction and KL into `figures` [2]."""
        self._gradients(images, noise, self.training_config.beta, figures)
        self._optimizer.step(rate)

    def _reporting(
        self, work: Generator[None, None, T], pace: Pace
    ) -> Generator[StepReport | EpochReport, None, T]:
        """Do what comes between two steps; the last report, if any, is told again where that takes long."""
        while True:
            try:
                next(work)
            except StopIteration as end:
                result: T = end.value
                return result
            if self._report is not None and pace.silence >= REPORT_INTERVAL:
                yield from self._clock.pausing(pace.again(self._report))

    def _check(self, terms: Terms) -> None:
        """Raise where the loss is no number, after going back to the last good state."""
        if math.isfinite(terms.negative_elbo):
            return
        self.history = self._good.history
        self._restore(self._good.weights, self._good.training_state)
        if self._silent_units is not None:
            self._silent_units.forget()
        raise NonFiniteLossError(
            "The loss is no longer a finite number; training stopped and the last good weights were kept.",
            "Lower the learning rate and train again.",
        )

    def _keep(self) -> None:
        """Copy the state now and then, where all of it is finite, to have something to go back to."""
        began = time.perf_counter()
        if began < self._keep_at:
            return
        state = self.checkpoint()
        arrays = [*state.weights.values(), *(state.training_state or {}).values()]
        if all(bool(np.isfinite(array).all()) for array in arrays):
            self._good = state
        now = time.perf_counter()
        self._keep_at = now + (now - began) / KEEP_SHARE


def _mean_terms(figures: Tensor, images: int) -> Terms:
    # In double precision, which not every device has.
    reconstruction, kl = figures.cpu().double().sum(dim=0).tolist()
    return Terms.of(reconstruction / images, kl / images)


def _check_fit(dataset: Dataset, config: ModelConfig, checkpoint: Checkpoint | None) -> None:
    if dataset.image_shape != config.image_shape:
        channels, height, width = dataset.image_shape
        wanted = config.image_shape
        raise ConfigurationError(
            f"{dataset.title} has images of {height} × {width} pixels with {channels} channels, "
            f"the model takes {wanted[1]} × {wanted[2]} with {wanted[0]}.",
            "Choose another data set, or train a new model on this one.",
        )
    if checkpoint is not None and checkpoint.model_config != config:
        raise ConfigurationError(
            "These settings describe another model than the one to go on with.",
            "Keep its architecture, layers and latent dimensions, or train a new model.",
        )

"""What a CUDA device does for training, dragging and maps, against the processor beside it in the same run."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import torch

from tests.benchmarks.bench_drag import beside_training
from tests.benchmarks.bench_map import finish, frames_of
from tests.benchmarks.bench_training import MODEL, TRAINING, epochs_of
from tests.benchmarks.harness import drag, main_window
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.config import ModelConfig, TsneConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.open import open_dataset
from vae_desktop.core.inference import Inference
from vae_desktop.core.map_quality import map_quality
from vae_desktop.core.projection import tsne
from vae_desktop.core.records import EpochReport, FloatArray
from vae_desktop.core.training import Trainer

CONV = ModelConfig(hidden=(32, 64), architecture="conv")


def _epoch_seconds(dataset: Dataset, model: ModelConfig, device: str, epochs: int) -> tuple[float, float]:
    """Median seconds of an epoch after the first, and the held-out −ELBO at the end."""
    trainer = Trainer(dataset, model, replace(TRAINING, epochs=epochs, device=device))
    seconds = list(epochs_of(trainer))
    return statistics.median(seconds[1:]), trainer.history[-1].held_out.negative_elbo


def _training_rows(dataset: Dataset) -> list[Row]:
    here, reached = _epoch_seconds(dataset, MODEL, "cuda", 10)
    there, _ = _epoch_seconds(dataset, MODEL, "cpu", 3)
    conv, _ = _epoch_seconds(dataset, CONV, "cuda", 4)
    return [
        Row("training epoch on the GPU, 784-400-20, batch 128, MNIST", here, unit="s"),
        Row("the same of the processor's time", here / there),
        Row("held-out -ELBO after 10 epochs", reached, 105.9, "nats"),
        Row("training epoch on the GPU, convolutions of 32 and 64", conv, unit="s"),
    ]


def _map_rows(codes: FloatArray, newer: FloatArray, many: FloatArray, labels: object) -> list[Row]:
    began = time.perf_counter()
    frames_of(codes, device="cuda")
    first_time = time.perf_counter() - began
    frames = frames_of(codes, device="cuda")
    seconds, last = frames[-1]
    moving = [moment for moment, frame in frames if frame.iteration]
    theirs = frames_of(codes)
    their_seconds, their_last = theirs[-1]
    again = frames_of(codes, device="cuda")[-1][1]
    quality, their_quality = (
        finish(map_quality(it.embedding, codes, labels)) for it in (last, their_last)  # type: ignore[arg-type]
    )  # fmt: skip
    warm = frames_of(newer, start=last.embedding, device="cuda")[-1][0]
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    began = before = time.perf_counter()
    longest = 0.0
    for _ in tsne(many, TsneConfig(), device="cuda"):
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    return [
        Row("map of 10,000 on the GPU, the first in a process", first_time, unit="s"),
        Row("map of 10,000 on the GPU, whole", seconds, unit="s"),
        Row("the same of the processor's time", seconds / their_seconds),
        Row("its exact KL divergence, of the processor's", quality.kl / their_quality.kl, 1.01),
        Row(
            "largest difference between two maps alike",
            float(np.abs(again.embedding - last.embedding).max()),
            0.0,
        ),
        Row("frames while it moves", (len(moving) - 1) / (moving[-1] - moving[0]), 12, "/s", at_least=True),
        Row("warm start after an epoch", warm, 1.5, "s"),
        Row("60,000 training digits, whole", before - began, 60, "s"),
        Row("longest wait for a frame of theirs", 1e3 * longest, 100, "ms"),
        Row("memory of the GPU at its worst", torch.cuda.max_memory_allocated() / 1e6, unit="MB"),
    ]


def _drag_rows(mnist: str) -> list[Row]:
    with main_window(mnist) as window:
        drag(window, 1.0)
        idle = drag(window, 8.0)
        beside = beside_training(window, "cuda")
    return [
        Row("mouse move without a training, p50", idle.milliseconds(50), 4.0, "ms"),
        Row("mouse move without a training, p99", idle.milliseconds(99), 8.0, "ms"),
        Row("mouse move while training on the GPU, p50", beside.p50, 5.0, "ms"),
        Row("mouse move while training on the GPU, p99", beside.p99, 10.0, "ms"),
        Row("training in the window, hands off", beside.rate, None, "steps/s"),
        Row("training during a constant drag, of hands off", 100 * beside.kept, 55.0, "%", at_least=True),
    ]


def run() -> list[Row]:
    """Trainings, then maps of what one has learnt, then a hand beside one."""
    mnist = find_mnist()
    if mnist is None or not torch.cuda.is_available():
        raise Skipped("no MNIST on this machine" if mnist is None else "no CUDA device on this machine")
    dataset = open_dataset(mnist)
    trainer = Trainer(dataset, MODEL, replace(TRAINING, epochs=5, device="cuda"))
    epochs = [report.means for report in trainer.run() if isinstance(report, EpochReport)]
    many, _ = Inference(MODEL, trainer.checkpoint().weights).encode(dataset.train.images)
    return [
        *_training_rows(dataset),
        *_map_rows(epochs[-2], epochs[-1], many, dataset.test.labels.numpy()),
        *_drag_rows(str(mnist)),
    ]

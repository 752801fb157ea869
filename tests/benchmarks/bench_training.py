"""Training speed and quality on the processor: an epoch against a plain loop over torchvision's MNIST."""

from __future__ import annotations

import gzip
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.open import open_dataset
from vae_desktop.core.data.torchvision_compat import import_torchvision
from vae_desktop.core.inference import Inference
from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import build
from vae_desktop.core.records import EpochReport
from vae_desktop.core.training import Trainer

MODEL = ModelConfig(latent_dim=20, hidden=(400,))
TRAINING = TrainingConfig(epochs=10, batch_size=128, learning_rate=1e-3, device="cpu")
# Epochs of ours between two of the plain loop: both meet the same moods of the machine.
STRETCH = 3
DECODED = ModelConfig(latent_dim=2, hidden=(512, 256))


def plain_loop(folder: Path, raw: Path, workers: int) -> Callable[[], None]:
    """The same model trained as tutorials do: a DataLoader makes a tensor of one picture after the other.

    Returns:
        what trains it for one epoch.
    """
    torchvision = import_torchvision()
    target = folder / "MNIST" / "raw"
    if not target.exists():
        target.mkdir(parents=True)
        for path in raw.glob("*.gz"):
            with gzip.open(path) as packed, (target / path.stem).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
    # Imported here: only once torchvision has been made to load can its parts be.
    from torchvision.transforms import ToTensor

    pictures = torchvision.datasets.MNIST(folder, train=True, transform=ToTensor())
    loader = torch.utils.data.DataLoader(
        pictures,
        batch_size=TRAINING.batch_size,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
    )
    model = build(MODEL, torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(model.parameters(), lr=TRAINING.learning_rate)

    def epoch() -> None:
        total = 0.0
        for images, _ in loader:
            logits, mean, logvar = model(images, torch.randn(len(images), MODEL.latent_dim))
            loss = (reconstruction_loss(logits, images) + kl_divergence(mean, logvar)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()

    return epoch


def epochs_of(trainer: Trainer) -> Iterator[float]:
    """Seconds of each epoch of ours, its reports and its held-out evaluation included."""
    began = time.perf_counter()
    for report in trainer.run():
        if isinstance(report, EpochReport):
            yield time.perf_counter() - began
            began = time.perf_counter()


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def decode_times(count: int = 500) -> list[float]:
    """Seconds to decode one code, by one thread, as the window does it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    inference = Inference(DECODED, build(DECODED, torch.Generator().manual_seed(0)).state_dict())
    codes = np.random.default_rng(0).standard_normal((count, 1, 2), dtype=np.float32)
    times = [timed(lambda z=z: inference.decode(z)) for z in codes]
    torch.set_num_threads(threads)
    return times


def run() -> list[Row]:
    """Medians, with the plain loop's epochs between ours."""
    raw = find_mnist()
    if raw is None:
        raise Skipped("there is no MNIST on this machine")
    trainer = Trainer(open_dataset(raw), MODEL, TRAINING)
    ours: list[float] = []
    plain: dict[int, list[float]] = {0: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        loops = {workers: plain_loop(Path(folder), raw, workers) for workers in plain}
        for number, seconds in enumerate(epochs_of(trainer), start=1):
            ours.append(seconds)
            if number % STRETCH == 0:
                for workers, epoch in loops.items():
                    plain[workers].append(timed(epoch))
        del loops, epoch
    epoch_seconds = statistics.median(ours)
    alone, helped = (statistics.median(times) for times in plain.values())
    return [
        Row("training epoch, 784-400-20, batch 128, MNIST, evaluation included", epoch_seconds, unit="s"),
        Row("the same by a plain DataLoader loop, without evaluation", alone, unit="s"),
        Row("the same with two loader processes", helped, unit="s"),
        Row("training epoch against the plain loop", epoch_seconds / alone, 0.25),
        Row("held-out -ELBO after 10 epochs", trainer.history[-1].held_out.negative_elbo, 105.9, "nats"),
        Row(
            "decoding one code, 2-256-512-784, one thread, p50",
            statistics.median(decode_times()) * 1e3,
            0.3,
            "ms",
        ),
    ]

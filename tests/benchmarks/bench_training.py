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
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.records import EpochReport
from vae_desktop.core.training import Trainer

MODEL = ModelConfig(latent_dim=20, hidden=(400,))
TRAINING = TrainingConfig(epochs=10, batch_size=128, learning_rate=1e-3, device="cpu")
DECODED = ModelConfig(latent_dim=2, hidden=(512, 256))


def plain_loop(folder: Path, raw: Path) -> Callable[[], None]:
    """The same model trained as tutorials do: a DataLoader makes a tensor of one picture after the other.

    Returns:
        what trains it for one epoch.
    """
    torchvision = import_torchvision()
    target = folder / "MNIST" / "raw"
    target.mkdir(parents=True)
    for path in raw.glob("*.gz"):
        with gzip.open(path) as packed, (target / path.stem).open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    # Imported here: only once torchvision has been made to load can its parts be.
    from torchvision.transforms import ToTensor

    pictures = torchvision.datasets.MNIST(folder, train=True, transform=ToTensor())
    # Without worker processes: on two cores they made it slower.
    loader = torch.utils.data.DataLoader(pictures, batch_size=TRAINING.batch_size, shuffle=True)
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
    """Seconds of each epoch of ours with all its reports, without the evaluation: the plain loop has none."""
    told, began = 0, time.perf_counter()
    for report in trainer.run():
        if isinstance(report, EpochReport):
            began = time.perf_counter()
        elif report.step == report.steps and report.epoch > told:
            told = report.epoch
            yield time.perf_counter() - began


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def decode_times(count: int = 500) -> list[float]:
    """Seconds to decode one code, by one thread, as the window does it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    inference = Inference(DECODED, weights_of(build(DECODED, torch.Generator().manual_seed(0))))
    codes = np.random.default_rng(0).standard_normal((count, 1, 2), dtype=np.float32)
    times = [timed(lambda z=z: inference.decode(z)) for z in codes]
    torch.set_num_threads(threads)
    return times


def run() -> list[Row]:
    """Medians over ten epochs of each."""
    raw = find_mnist()
    if raw is None:
        raise Skipped("there is no MNIST on this machine")
    trainer = Trainer(open_dataset(raw), MODEL, TRAINING)
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        epoch = plain_loop(Path(folder), raw)
        # In turn, so that both meet the same moods of the machine, and both the same number of epochs: Adam
        # slows down as it goes on, where nobody clears its tiny moments away.
        for seconds in epochs_of(trainer):
            ours.append(seconds)
            plain.append(timed(epoch))
    decoding = statistics.median(decode_times()) * 1e3
    epoch_seconds, plain_seconds = statistics.median(ours), statistics.median(plain)
    return [
        Row("training epoch, 784-400-20, batch 128, MNIST", epoch_seconds, unit="s"),
        Row("the same by a plain loop over a DataLoader", plain_seconds, unit="s"),
        Row("training epoch against the plain loop", epoch_seconds / plain_seconds, 0.25),
        Row("held-out -ELBO after 10 epochs", trainer.history[-1].held_out.negative_elbo, 105.9, "nats"),
        Row("decoding one code, 2-256-512-784, one thread, p50", decoding, 0.3, "ms"),
    ]

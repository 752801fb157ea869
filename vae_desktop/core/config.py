"""Settings of a model, a training and a map: frozen, checked when made, and readable as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from vae_desktop.core.errors import ConfigurationError

ARCHITECTURES = ("dense", "conv")
SCHEDULES = ("constant", "one-cycle")
DEFAULT_HIDDEN: Mapping[str, tuple[int, ...]] = {"dense": (512, 256), "conv": (32, 64)}
MAX_LATENT_DIM = 256
MAX_SEED = 2**31 - 1


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigurationError(message)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_seed(seed: object) -> None:
    _require(_is_int(seed), "The seed must be a whole number.")
    assert isinstance(seed, int)
    _require(0 <= seed <= MAX_SEED, f"The seed must be between 0 and {MAX_SEED}.")


class Jsonable:
    """To and from plain JSON values, for frozen dataclasses of numbers, strings and tuples."""

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values (tuples become lists)."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The settings that `to_json` described.

        Raises:
            ConfigurationError: a field is missing, unknown or outside its range.
        """
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        _require(isinstance(values, Mapping), "These settings are not a JSON object.")
        unknown = sorted(set(values) - known)
        _require(not unknown, f"Unknown settings: {', '.join(unknown)}.")
        try:
            return cls(
                **{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
            )
        except TypeError as error:
            raise ConfigurationError(f"These settings can't be read: {error}.") from error


@dataclass(frozen=True)
class ModelConfig(Jsonable):
    """What a VAE is made of.

    Attributes:
        image_shape: channels, height and width of an image, in pixels.
        latent_dim: dimensions of the latent space, 1 to 256.
        hidden: sizes of the encoder's hidden layers from the image inwards (for "conv": their channels);
            the decoder mirrors them.
        architecture: "dense" or "conv".

    Raises:
        ConfigurationError: a value is outside its range.
    """

    image_shape: tuple[int, int, int] = (1, 28, 28)
    latent_dim: int = 2
    hidden: tuple[int, ...] = DEFAULT_HIDDEN["dense"]
    architecture: str = "dense"

    def __post_init__(self) -> None:
        shape_ok = isinstance(self.image_shape, tuple) and len(self.image_shape) == 3
        _require(
            shape_ok and all(_is_int(n) and 1 <= n <= 1024 for n in self.image_shape),
            "The image shape must be three numbers between 1 and 1024: channels, height and width.",
        )
        _require(_is_int(self.latent_dim), "The number of latent dimensions must be a whole number.")
        _require(
            1 <= self.latent_dim <= MAX_LATENT_DIM,
            f"The latent space can have 1 to {MAX_LATENT_DIM} dimensions, not {self.latent_dim}.",
        )
        _require(
            self.architecture in ARCHITECTURES,
            f"The architecture must be one of: {', '.join(ARCHITECTURES)}.",
        )
        sizes_ok = isinstance(self.hidden, tuple) and all(_is_int(n) and 1 <= n <= 8192 for n in self.hidden)
        _require(
            sizes_ok and 1 <= len(self.hidden) <= 8,
            "Hidden layers: give 1 to 8 sizes between 1 and 8192, such as 512,256.",
        )
        if self.architecture == "conv":
            _require(
                len(self.hidden) <= 4,
                "A convolutional model can have at most 4 hidden layers: each one halves the image.",
            )


@dataclass(frozen=True)
class TrainingConfig(Jsonable):
    """How a VAE is trained.

    Attributes:
        epochs: passes over the training images.
        batch_size: images per step of Adam.
        learning_rate: Adam's step size; with the "one-cycle" schedule its peak.
        beta: weight of the KL term in the objective (1 is the ELBO; beta-VAE, Higgins et al. 2017).
        seed: of the initial weights, the batches' order and the posterior's noise.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        schedule: "constant" or "one-cycle".

    Raises:
        ConfigurationError: a value is outside its range.
    """

    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 1e-3
    beta: float = 1.0
    seed: int = 0
    device: str = "auto"
    schedule: str = "constant"

    def __post_init__(self) -> None:
        _require(
            _is_int(self.epochs) and 1 <= self.epochs <= 100_000,
            "The number of epochs must be between 1 and 100000.",
        )
        _require(
            _is_int(self.batch_size) and 1 <= self.batch_size <= 65_536,
            "The batch size must be between 1 and 65536.",
        )
        rate_ok = isinstance(self.learning_rate, int | float) and math.isfinite(self.learning_rate)
        _require(
            rate_ok and self.learning_rate > 0, "The learning rate must be a number above 0, such as 0.001."
        )
        beta_ok = isinstance(self.beta, int | float) and math.isfinite(self.beta)
        _require(beta_ok and self.beta >= 0, "β must be 0 or more.")
        _check_seed(self.seed)
        _require(
            isinstance(self.device, str) and bool(self.device), "The device must be auto, cpu, cuda or mps."
        )
        _require(self.schedule in SCHEDULES, f"The schedule must be one of: {', '.join(SCHEDULES)}.")


@dataclass(frozen=True)
class TsneConfig(Jsonable):
    """How a t-SNE map is made (van der Maaten & Hinton 2008).

    Attributes:
        perplexity: effective number of neighbours of each point.
        seed: of whatever is random in the map.
        iterations: of the optimisation after early exaggeration.
        exaggeration: of the attraction during these; above 1, groups come out denser and further apart.

    Raises:
        ConfigurationError: a value is outside its range.
    """

    perplexity: float = 30.0
    seed: int = 0
    iterations: int = 250
    exaggeration: float = 1.0

    def __post_init__(self) -> None:
        ok = isinstance(self.perplexity, int | float) and math.isfinite(self.perplexity)
        _require(ok and 1 <= self.perplexity <= 1000, "The perplexity must be between 1 and 1000.")
        _check_seed(self.seed)
        _require(
            _is_int(self.iterations) and 1 <= self.iterations <= 100_000,
            "The number of iterations must be between 1 and 100000.",
        )
        ok = isinstance(self.exaggeration, int | float) and math.isfinite(self.exaggeration)
        _require(ok and 1 <= self.exaggeration <= 12, "The exaggeration must be between 1 and 12.")

"""`vae-desktop generate`: a grid of samples, as a picture or as values."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.cli.files import check_output, class_number, open_data_for
from vae_desktop.cli.views import recipe_settings, view_chunk
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, compose_grid, identity_text, write_npz
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture
from vae_desktop.core.records import FloatArray, IntArray

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

MAX_SIDE = 200
MAX_SAMPLES = 10_000


@dataclass(frozen=True, eq=False)
class Like:
    """Digits that samples are like: of a data set's split, of a class or (None) of all; or these alone [n]."""

    dataset: Dataset | None = None
    split: str = "test"
    label: int | None = None
    digits: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


def run(arguments: argparse.Namespace) -> int:
    """Draw, decode, write."""
    _check(arguments)
    rows, columns = arguments.rows, arguments.columns
    style = GridStyle(arguments.scale, arguments.padding, arguments.background)
    out = check_output(arguments.out, *PICTURE_SUFFIXES, ".npz")

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    codes, facts, like = _draw(arguments, checkpoint, inference)
    images = inference.decode(codes)
    if out.suffix.lower() == ".npz":
        write_npz(
            out,
            images=images,
            z=codes,
            rows=rows,
            columns=columns,
            seed=arguments.seed,
            temperature=arguments.temperature,
            model=checkpoint.model_id,
            **facts,
        )
        kind = f"{len(images)} images and their codes"
    else:
        pixels = compose_grid(images, columns, style)
        text = identity_text(
            model_id=checkpoint.model_id,
            dataset=checkpoint.dataset,
            seed=arguments.seed,
            temperature=arguments.temperature,
            **facts,
        )
        recipe = recipe_settings(
            kind=arguments.sampler,
            rows=rows,
            columns=columns,
            seed=arguments.seed,
            temperature=arguments.temperature,
            truncation=arguments.truncation,
            components=arguments.components,
            bandwidth=arguments.bandwidth,
            class_label=like.label,
            split=like.split,
        )
        group = tuple(like.digits.tolist()) if arguments.sampler == "posterior" else ()
        view = view_chunk(
            "samples",
            checkpoint,
            arguments.model,
            dataset=like.dataset,
            split=like.split,
            group=group,
            settings=recipe,
        )
        write_picture(out, pixels, text | view, arguments.width)
        kind = f"{pixels.shape[1]} × {pixels.shape[0]} pixels"
    print(f"Saved {out}: {kind}; seed {arguments.seed}, model {checkpoint.model_id}.")
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Raises a ConfigurationError where one option does not go with another."""
    rows, columns = arguments.rows, arguments.columns
    if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE and rows * columns <= MAX_SAMPLES):
        raise ConfigurationError(
            f"Rows and columns must be between 1 and {MAX_SIDE}, and their product at most {MAX_SAMPLES}."
        )
    if arguments.sampler == "prior" and (arguments.only is not None or arguments.data is not None):
        raise ConfigurationError("The prior knows neither classes nor data; choose another --sampler.")
    if arguments.sampler != "posterior" and arguments.digits is not None:
        raise ConfigurationError("Only the posterior is of chosen --digits.")
    if arguments.sampler != "prior" and arguments.truncation != 1:
        raise ConfigurationError("Only the prior can be truncated.")


def _draw(
    arguments: argparse.Namespace, checkpoint: Checkpoint, inference: Inference
) -> tuple[FloatArray, dict[str, str], Like]:
    """The codes [rows * columns, D], what else made them, by name, and the digits that they are like."""
    from vae_desktop.core import samplers
    from vae_desktop.core.recipe_codes import posterior_samples
    from vae_desktop.core.steps import result_of

    rows, columns, seed, temperature = (
        arguments.rows,
        arguments.columns,
        arguments.seed,
        arguments.temperature,
    )
    count, name = rows * columns, arguments.sampler
    if name == "prior":
        dimensions, share = checkpoint.model_config.latent_dim, arguments.truncation
        codes = samplers.truncated_prior_codes(count, dimensions, seed, share, temperature)
        return codes, {"truncation": f"{share:g}"} if share != 1 else {}, Like()
    samplers.check_draw(count, seed, temperature)
    dataset = open_data_for(checkpoint, arguments.data)
    # The posterior shows digits that the model has not learned from.
    split = arguments.split or ("test" if name == "posterior" or not len(dataset.train) else "train")
    images = dataset.test if split == "test" else dataset.train
    chosen, facts = np.arange(len(images)), {"sampler": name, "samples_like": dataset.title, "split": split}
    number = None
    if arguments.only is not None:
        number = class_number(dataset, arguments.only)
        chosen = np.flatnonzero(images.labels.numpy() == number)
        facts["class"] = dataset.class_names[number]
    if arguments.digits is not None:
        chosen = np.intersect1d(chosen, _checked(arguments.digits, len(images)))
    if name == "posterior":
        shown = np.unique(samplers.digits_for_rows(chosen, rows, seed))
        codes = posterior_samples(
            shown, lambda digits: inference.encode(images.images[digits]), rows, columns, seed, temperature
        )
        facts["digits"] = ", ".join(map(str, shown))
        return codes, facts, Like(dataset, split, number, shown)
    means, logvars = inference.encode(images.images[chosen])
    codes = samplers.aggregate_codes(means, logvars, seed)
    if name == "gmm":
        mixture = result_of(samplers.fit_gaussians(codes, arguments.components, seed))
        facts["components"] = str(len(mixture.weights))
    else:
        mixture = samplers.kernel_density(codes, arguments.bandwidth)
        if arguments.bandwidth is not None:
            facts["bandwidth"] = f"{arguments.bandwidth:g}"
    return mixture.draw(count, seed, temperature), facts, Like(dataset, split, number)


def _checked(digits: tuple[int, ...], count: int) -> tuple[int, ...]:
    if not all(0 <= digit < count for digit in digits):
        raise ConfigurationError(f"The digits are numbered from 0 to {count - 1}.")
    return digits

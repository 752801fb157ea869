"""`vae-desktop train`: train a model, or go on training one, and save it."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vae_desktop.cli.files import check_output, default_data, open_data, open_data_for
from vae_desktop.cli.progress import progress_bar
from vae_desktop.core.config import DEFAULT_HIDDEN, ModelConfig, TrainingConfig
from vae_desktop.core.errors import ConfigurationError, NonFiniteLossError, OutOfMemoryError
from vae_desktop.core.records import EpochRecord, StepReport, Terms

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.training import Trainer

INTERRUPTED = 130
# For the atlas of a training that was stopped: who does that does not wait.
HURRIED_SECONDS = 0.5
MODEL_SETTINGS = ("architecture", "latent_dim", "hidden")
TRAINING_SETTINGS = ("epochs", "batch_size", "learning_rate", "beta", "seed", "device", "schedule")
# What may differ from the file when a training goes on.
FREE_ON_RESUME = ("epochs", "device")
OPTIONS = {"learning_rate": "--lr", "latent_dim": "--latent-dim", "batch_size": "--batch-size"}


def run(arguments: argparse.Namespace) -> int:
    """Train, save and report. Where training breaks off, the last finished epoch is saved all the same."""
    model = _given(arguments, MODEL_SETTINGS)
    training = _given(arguments, TRAINING_SETTINGS)
    if "architecture" in model:
        model.setdefault("hidden", DEFAULT_HIDDEN[model["architecture"]])
    # Checked before anything slow begins; the images' shape comes with the data.
    ModelConfig(**model)
    training_config = TrainingConfig(**training)
    out = check_output(arguments.out, ".safetensors")

    checkpoint = None
    if arguments.resume:
        checkpoint = _resumed(arguments.resume, {**_given(arguments, MODEL_SETTINGS), **training})
        dataset = open_data_for(checkpoint, arguments.data)
        model_config = checkpoint.model_config
        training_config = replace(
            checkpoint.training_config, epochs=training_config.epochs, device=training_config.device
        )
    else:
        dataset = open_data(arguments.data or default_data())
        model_config = ModelConfig(image_shape=dataset.image_shape, **model)
    dataset.require_training_images()

    from vae_desktop.core.training import Trainer

    return _Run(Trainer(dataset, model_config, training_config, checkpoint), dataset, out, arguments).run()


def _given(arguments: argparse.Namespace, settings: tuple[str, ...]) -> dict[str, Any]:
    """The settings that were typed, by name."""
    values = {name: getattr(arguments, name) for name in settings}
    return {name: value for name, value in values.items() if value is not None}


def _resumed(path: str, given: dict[str, Any]) -> Checkpoint:
    """The model to go on with, once no setting asks for another one."""
    from vae_desktop.core.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(path)
    known = {**checkpoint.model_config.to_json(), **checkpoint.training_config.to_json()}
    for name, value in given.items():
        wanted = list(value) if isinstance(value, tuple) else value
        if name not in FREE_ON_RESUME and wanted != known[name]:
            raise ConfigurationError(
                f"{path} was trained with {OPTIONS.get(name, name)} {_shown(known[name])}, not {_shown(wanted)}.",
                "Leave that option out to go on, or train a new model without --resume.",
            )
    return checkpoint


def _shown(value: object) -> str:
    return ",".join(str(size) for size in value) if isinstance(value, list) else f"{value}"


class _Run:
    """One training at the terminal."""

    def __init__(self, trainer: Trainer, dataset: Dataset, out: Path, arguments: argparse.Namespace) -> None:
        self._trainer = trainer
        self._dataset = dataset
        self._out = out
        self._options = arguments
        self._finished: Checkpoint | None = None  # as of the last whole epoch
        self._last_epoch = len(trainer.history) + trainer.training_config.epochs

    def run(self) -> int:
        try:
            self._train()
        except KeyboardInterrupt:
            print(f"vae-desktop: Stopped. {self._save_what_is_there()}", file=sys.stderr)
            return INTERRUPTED
        except (NonFiniteLossError, OutOfMemoryError) as error:
            error.remedy = f"{error.remedy} {self._save_what_is_there()}"
            raise
        self._save()
        self._report()
        return 0

    def _train(self) -> None:
        bar = None
        try:
            with closing(self._trainer.run()) as reports:
                for report in reports:
                    if isinstance(report, StepReport):
                        bar = bar or self._bar(report)
                        bar.set_postfix_str(f"-ELBO {report.train.negative_elbo:.2f}", refresh=False)
                        bar.update(report.step - bar.n)
                        continue
                    self._finished = self._trainer.checkpoint()
                    if bar is not None:
                        bar.close()
                        bar = None
                    self._tell(report.record)
        finally:
            if bar is not None:
                bar.close()

    def _bar(self, report: StepReport) -> Any:
        return progress_bar(
            report.steps,
            f"epoch {report.epoch}/{self._last_epoch}",
            quiet=self._options.quiet,
            unit=" steps",
            leave=False,
        )

    def _tell(self, record: EpochRecord) -> None:
        """A line that stays, in the place of the epoch's bar."""
        if not self._options.quiet:
            figures = [
                f"{name} {terms.negative_elbo:.2f} ({terms.reconstruction:.2f} + {terms.kl:.2f})"
                for name, terms in (("training", record.train), ("held out", record.held_out))
            ]
            print(f"epoch {record.epoch}/{self._last_epoch}  -ELBO {'  '.join(figures)}", file=sys.stderr)

    def _save(self, seconds: float | None = None) -> Checkpoint:
        """Write the model, with as much of its atlas as these seconds allow: no model is lost over that."""
        from vae_desktop.core.charting import charted
        from vae_desktop.core.checkpoint import save_checkpoint

        assert self._finished is not None
        with suppress(MemoryError, RuntimeError):
            self._finished = charted(self._finished, self._dataset, seconds)
        if self._options.weights_only:
            self._finished = replace(self._finished, training_state=None)
        save_checkpoint(self._out, self._finished)
        return self._finished

    def _save_what_is_there(self) -> str:
        if self._finished is None:
            return "No epoch was finished, so nothing was saved."
        self._save(HURRIED_SECONDS)
        return f"The last finished epoch, {self._finished.epochs} of {self._last_epoch}, is saved in {self._out}."

    def _report(self) -> None:
        checkpoint = self._finished
        assert checkpoint is not None
        last = checkpoint.history[-1]
        if self._options.json:
            summary = {
                "model": str(self._out),
                "model_id": checkpoint.model_id,
                "data": checkpoint.dataset.title,
                "epochs": checkpoint.epochs,
                "seconds": round(last.seconds, 3),
                "train": last.train.to_json(),
                "held_out": last.held_out.to_json(),
            }
            print(json.dumps(summary))
            return
        print(
            f"Saved {self._out}: {checkpoint.epochs} epochs on {checkpoint.dataset.title}, {last.seconds:.0f} s."
        )
        print(f"held out  {_terms(last.held_out)} (nats per image)")
        print(f"training  {_terms(last.train)}")


def _terms(terms: Terms) -> str:
    return f"-ELBO {terms.negative_elbo:.2f} = reconstruction {terms.reconstruction:.2f} + KL {terms.kl:.2f}"

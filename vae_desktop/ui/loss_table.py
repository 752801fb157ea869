"""The figures of every report of a training as a table: what the solid curves are drawn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vae_desktop.app.step_curve import StepCurve
from vae_desktop.core.atomic import atomic_write

HEADER = "epoch,seconds,train_negative_elbo,train_reconstruction,train_kl"


def write_steps_csv(path: Path, steps: StepCurve) -> None:
    """Write a row per report: finished epochs (with a fraction), seconds, and three terms in nats per image.

    Raises:
        ExportError: the file can't be written.
    """
    columns = (steps.epoch_position, steps.seconds, steps.negative_elbo, steps.reconstruction, steps.kl)
    with atomic_write(path) as file:
        np.savetxt(
            file,
            np.stack(columns, axis=1),
            fmt="%.6g",
            delimiter=",",
            header=HEADER,
            comments="",
            newline="\n",
        )

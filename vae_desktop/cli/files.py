"""What the commands read and write: models and data sets in, and whether an output can be written at all."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core.atomic import check_new_folder, explain
from vae_desktop.core.errors import ConfigurationError, DataError, ExportError, NotDownloadedError
from vae_desktop.core.records import DatasetInfo

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset


def check_output(path: str, *suffixes: str) -> Path:
    """Make sure, before long work begins, that its result can be written to `path`.

    Raises:
        ExportError: the file's kind is unknown, it is a folder, or its folder can't be written to.
    """
    target = Path(path)
    if target.is_dir():
        raise ExportError(f"Can't write {target}: it is a folder.", "Give a file name.")
    if target.suffix.lower() not in suffixes:
        raise ExportError(f"The name {target.name!r} should end in {' or '.join(suffixes)}.")
    try:
        # A file that has no name, or loses it again at once: only trying tells what a file system allows.
        with tempfile.TemporaryFile(dir=target.parent):
            return target
    except OSError as error:
        raise explain(error, target) from error


def check_folder(path: str) -> Path:
    """Make sure, before long work begins, that a new folder can be made at `path`.

    Raises:
        ExportError: something is there, or its own folder can't be written to.
    """
    target = Path(path)
    check_new_folder(target)
    try:
        with tempfile.TemporaryFile(dir=target.absolute().parent):
            return target
    except OSError as error:
        raise explain(error, target) from error


def class_number(dataset: Dataset, name: str) -> int:
    """The label that a class's name means; its number is taken too.

    Raises:
        ConfigurationError: the data set has no such class.
    """
    wanted = name.strip().casefold()
    for number, known in enumerate(dataset.class_names):
        if wanted == known.casefold():
            return number
    if wanted.isdecimal() and len(wanted) < 10 and int(wanted) < len(dataset.class_names):
        return int(wanted)
    raise ConfigurationError(f"The classes of {dataset.title} are: {', '.join(dataset.class_names)}.")


def open_data(spec: str) -> Dataset:
    """Open a data set by name or path.

    Raises:
        DataError: with the command that mends it, where there is one.
    """
    from vae_desktop.core.data.open import open_dataset

    try:
        return open_dataset(spec)
    except NotDownloadedError as error:
        raise NotDownloadedError(str(error), f"Run: vae-desktop download {spec.strip().lower()}") from error


def default_data() -> str:
    """What to train on where nothing was named."""
    from vae_desktop.core.data.open import default_spec

    return default_spec()


def data_of(info: DatasetInfo) -> str:
    """What opens the data set that a model was trained on."""
    from vae_desktop.core.data.catalog import names

    # A model may come from another machine, where a known set lay in some folder.
    return info.name if info.name in names() and not Path(info.source).exists() else info.source


def open_data_for(checkpoint: Checkpoint, spec: str | None) -> Dataset:
    """Open a data set to use with a model: by default the one that the model was trained on.

    Says so on stderr where it is another one.

    Raises:
        DataError: it can't be opened, or its images have another shape than the model's.
    """
    dataset = open_data(spec or data_of(checkpoint.dataset))
    expected = checkpoint.model_config.image_shape
    if dataset.image_shape != expected:
        raise DataError(
            f"This model takes images of {_shape(expected)} pixels, and those of {dataset.title} are "
            f"{_shape(dataset.image_shape)}."
        )
    if dataset.fingerprint != checkpoint.dataset.fingerprint:
        note = f"this model was trained on other data ({checkpoint.dataset.title}) than {dataset.title}"
        if dataset.title == checkpoint.dataset.title:
            note = f"this model was trained on another version of {dataset.title}"
        print(f"vae-desktop: note: {note}", file=sys.stderr)
    return dataset


def _shape(shape: tuple[int, int, int]) -> str:
    channels, height, width = shape
    return f"{height} × {width}" + (f" × {channels}" if channels != 1 else "")

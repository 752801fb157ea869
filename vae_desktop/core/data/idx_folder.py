"""Finds the IDX files of a data set in a folder, whichever way they are laid out, and loads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.data import catalog
from vae_desktop.core.data.idx import IdxHeader, read_header, read_idx
from vae_desktop.core.errors import DataError

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset, ImageSet

# "train-images-idx3-ubyte", with ".gz" or not, "idx3" after a dot or a hyphen, and behind the name of the set
# where one folder holds several ("emnist-letters-train-images-idx3-ubyte.gz").
_FILE = re.compile(
    r"(?:(?P<set>.+)[-_.])?(?P<split>train|t10k|test)-(?P<kind>images|labels)[-.]idx\d-ubyte(?:\.gz)?",
    re.IGNORECASE,
)
NEEDED = (
    "It takes train-images-idx3-ubyte and train-labels-idx1-ubyte, "
    "and t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte for the test images; each may end in .gz."
)
MAX_SIDE = 1024
HELD_OUT_SHARE = 10  # one in so many, where there are no test images
HELD_OUT_SEED = 0


@dataclass(frozen=True)
class IdxPair:
    """The two files of one split."""

    images: Path
    labels: Path


@dataclass(frozen=True)
class IdxFiles:
    """The files of one data set; at least one of the two splits is there.

    Attributes:
        folder: where they lie.
        prefix: what stands before "train-…" and "t10k-…" in their names, mostly "".
        train, test: None where the set has no such split.
    """

    folder: Path
    prefix: str
    train: IdxPair | None
    test: IdxPair | None

    @property
    def complete(self) -> bool:
        """Whether both splits are there."""
        return self.train is not None and self.test is not None


def find_idx_files(path: Path | str) -> IdxFiles:
    """The IDX files of the data set at `path`; nothing is read yet.

    Args:
        path: a folder that holds the files itself, in "raw", in "<Name>" or in "<Name>/raw";
            or any one of the files.

    Raises:
        DataError: there are none, labels or images are missing, or there is more than one set.
    """
    path = Path(path).expanduser().absolute()
    if path.is_file():
        return _of_file(path)
    if not path.is_dir():
        raise DataError(f"There is no folder or file {path}.", "Check the name.")
    for folder in (path, path / "raw"):
        sets = _sets_in(folder)
        if sets:
            return _only(sets, path)
    below = [child / raw for child in _folders_in(path) for raw in ("", "raw")]
    found = [sets for sets in map(_sets_in, below) if sets]
    if not found:
        raise DataError(f"{path} holds no data set that this program can read.", NEEDED)
    if len(found) > 1:
        folders = ", ".join(sorted({catalog.set_folder(_folder_of(sets)).name for sets in found}))
        raise DataError(f"{path} holds more than one data set: {folders}.", "Choose one of these folders.")
    return _only(found[0], path)


def load_idx_folder(path: Path | str, entry: catalog.CatalogEntry | None = None) -> Dataset:
    """Load the IDX files at `path`, see `find_idx_files`.

    The set is called after its folder. Where there are no training files, the training split is empty: such a
    set can be evaluated and mapped. Where there are no test files, one image in ten, drawn with a fixed seed,
    is held out, and the title says so.

    Args:
        entry: the known set that this is, opened by its name; without it, the folder's name may tell.

    Raises:
        DataError: files are missing, damaged, or do not fit together.
    """
    from vae_desktop.core.data.dataset import Dataset, fingerprint

    files = find_idx_files(path)
    known = entry or (catalog.entry_of_folder(files.folder) if not files.prefix else None)
    name = known.name if known else files.prefix or catalog.set_folder(files.folder).name or "images"
    title = known.title if known else name
    source = name if entry else str(_one_of(files) if files.prefix else files.folder)
    if files.train is not None and files.test is not None:
        train, test = _load_pair(files.train), _load_pair(files.test)
    elif files.test is not None:
        test = _load_pair(files.test)
        train = _part(test, np.zeros(0, dtype=np.int64))
        title += " (test images only)"
    else:
        assert files.train is not None
        train, test = _hold_out(_load_pair(files.train))
        title += f" (1 in {HELD_OUT_SHARE} held out)"
    if train.images.shape[1:] != test.images.shape[1:]:
        raise DataError(
            f"The training images of {title} are {_size(train)} pixels, its test images {_size(test)}.",
            "Put files of the same set together.",
        )
    names = _class_names(known, train, test)
    return Dataset(name, title, source, train, test, names, fingerprint(train, test))


def check_pair(pair: IdxPair) -> tuple[IdxHeader, IdxHeader]:
    """Check by their headers alone that two files are images and the labels to them.

    Raises:
        DataError: they are not.
    """
    images, labels = read_header(pair.images), read_header(pair.labels)
    if images.dtype != np.uint8 or len(images.shape) not in (3, 4):
        raise DataError(
            f"{pair.images} does not hold images of 8-bit pixels.", "Only such IDX images can be used."
        )
    if labels.dtype.kind not in "ui" or len(labels.shape) != 1:
        raise DataError(f"{pair.labels} does not hold labels: one whole number per image.")
    count = images.shape[0]
    channels, height, width = _image_shape(images)
    if count == 0 or not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE) or channels not in (1, 3):
        raise DataError(
            f"{pair.images} holds {count} images of {height}×{width} pixels and {channels} channels.",
            f"Images need 1 to {MAX_SIDE} pixels each way, and 1 or 3 channels.",
        )
    if labels.shape[0] != count:
        raise DataError(
            f"{pair.images.name} holds {count:,} images, but {pair.labels.name} {labels.shape[0]:,} labels.",
            f"Put files of the same set together in {pair.images.parent}.",
        )
    return images, labels


def _one_of(files: IdxFiles) -> Path:
    """A path that tells these files from others in their folder."""
    pair = files.train or files.test
    assert pair is not None
    return pair.images


def _of_file(path: Path) -> IdxFiles:
    match = _FILE.fullmatch(path.name)
    if match is None:
        raise DataError(f"{path} is not a file of a data set that this program can read.", NEEDED)
    sets = _sets_in(path.parent)
    prefix = match["set"] or ""
    return _paired(path.parent, prefix, sets[prefix])


def _folders_in(path: Path) -> list[Path]:
    try:
        return sorted(child for child in path.iterdir() if child.is_dir() and not child.name.startswith("."))
    except OSError as error:
        raise DataError(f"Can't look into {path}: {error.strerror or error}.") from error


def _sets_in(folder: Path) -> dict[str, dict[str, Path]]:
    """Files of data sets in one folder: paths by "train-images" and so on, by what the names begin with."""
    sets: dict[str, dict[str, Path]] = {}
    try:
        # Longer names last: where a file lies there both plain and zipped, the plain one is quicker to read.
        paths = sorted(folder.iterdir(), key=lambda path: (len(path.name), path.name))
        for path in paths:
            match = _FILE.fullmatch(path.name)
            if match is not None and path.is_file():
                split = "train" if match["split"].lower() == "train" else "test"
                sets.setdefault(match["set"] or "", {}).setdefault(f"{split}-{match['kind'].lower()}", path)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}  # no such folder, or not for us: nothing of use in there
    except OSError as error:
        raise DataError(f"Can't look into {folder}: {error.strerror or error}.") from error
    return sets


def _folder_of(sets: dict[str, dict[str, Path]]) -> Path:
    return next(iter(next(iter(sets.values())).values())).parent


def _only(sets: dict[str, dict[str, Path]], path: Path) -> IdxFiles:
    if len(sets) > 1:
        listed = ", ".join(sorted(name or "files without a name before them" for name in sets))
        raise DataError(
            f"{path} holds more than one data set: {listed}.", "Choose one of the files of the set you want."
        )
    ((prefix, files),) = sets.items()
    return _paired(_folder_of(sets), prefix, files)


def _paired(folder: Path, prefix: str, files: dict[str, Path]) -> IdxFiles:
    pairs: dict[str, IdxPair | None] = {}
    for split in ("train", "test"):
        images, labels = files.get(f"{split}-images"), files.get(f"{split}-labels")
        for here, missing in ((images, labels), (labels, images)):
            if here is not None and missing is None:
                kind, wanted = ("images", "labels") if here is images else ("labels", "images")
                rank = 1 if wanted == "labels" else 3
                other = f"{here.name.lower().partition(f'-{kind}')[0]}-{wanted}-idx{rank}-ubyte"
                raise DataError(
                    f"{here} has no {wanted} with it.", f"Put {other} (or {other}.gz) into the same folder."
                )
        pairs[split] = IdxPair(images, labels) if images is not None and labels is not None else None
    return IdxFiles(folder, prefix, pairs["train"], pairs["test"])


def _image_shape(header: IdxHeader) -> tuple[int, int, int]:
    """Channels, height and width: three dimensions are grey images, four have the channels second."""
    if len(header.shape) == 3:
        return 1, header.shape[1], header.shape[2]
    return header.shape[1], header.shape[2], header.shape[3]


def _load_pair(pair: IdxPair) -> ImageSet:
    import torch

    from vae_desktop.core.data.dataset import ImageSet

    header, _ = check_pair(pair)
    images = torch.from_numpy(read_idx(pair.images).reshape(-1, *_image_shape(header)))
    labels = read_idx(pair.labels).astype(np.int64)
    if labels.min() < 0 or labels.max() > 255:
        raise DataError(f"{pair.labels} holds labels outside 0 to 255.", "Number the classes from 0.")
    return ImageSet(images, torch.from_numpy(labels))


def _part(whole: ImageSet, indices: np.ndarray[tuple[int], np.dtype[np.int64]]) -> ImageSet:
    import torch

    chosen = torch.from_numpy(indices)
    return replace(whole, images=whole.images[chosen], labels=whole.labels[chosen])


def _hold_out(whole: ImageSet) -> tuple[ImageSet, ImageSet]:
    """A training and a test split of images that came without the latter."""
    count = len(whole)
    if count < HELD_OUT_SHARE:
        raise DataError(
            f"{count} training images are too few to hold some out for testing.",
            "Add t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.",
        )
    # RandomState, unlike default_rng, promises the same stream in every numpy to come.
    order = np.random.RandomState(HELD_OUT_SEED).permutation(count).astype(np.int64)
    test, train = np.sort(order[: count // HELD_OUT_SHARE]), np.sort(order[count // HELD_OUT_SHARE :])
    return _part(whole, train), _part(whole, test)


def _class_names(known: catalog.CatalogEntry | None, train: ImageSet, test: ImageSet) -> tuple[str, ...]:
    highest = max(int(part.labels.max()) for part in (train, test) if len(part))
    if known is not None and highest < len(known.class_names):
        return known.class_names
    return tuple(str(label) for label in range(highest + 1))


def _size(images: ImageSet) -> str:
    _, channels, height, width = images.images.shape
    return f"{height}×{width}" if channels == 1 else f"{height}×{width}×{channels}"

"""The data sets known by name, and where torchvision says that they can be downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DIGITS = "digits"  # built in, see digits.py


@dataclass(frozen=True)
class RemoteFile:
    """A file that can be downloaded.

    Attributes:
        name: file name, the same on every mirror.
        md5: hex digest of the whole file.
        size: bytes, where known beforehand; only progress is reckoned with it.
    """

    name: str
    md5: str
    size: int | None = None


@dataclass(frozen=True)
class RemoteFiles:
    """The files of a data set and the servers that have them.

    Attributes:
        mirrors: addresses of folders, each ending in "/", in the order in which to try them.
        files: what to take from any one of them.
    """

    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True)
class CatalogEntry:
    """A data set known by name.

    Attributes:
        name: what users type, and the name of its folder.
        title: name for people.
        class_names: names of the labels 0, 1, ….
        torchvision_name: torchvision's class of this set, and its folder's name there.
        file_sizes: bytes by file name, as the servers have them.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    torchvision_name: str
    file_sizes: tuple[tuple[str, int], ...]

    @property
    def download_bytes(self) -> int:
        """About how much a download fetches."""
        return sum(size for _, size in self.file_sizes)

    @property
    def folder_names(self) -> tuple[str, str]:
        """The names under which its folder may lie on a disk."""
        return (self.name, self.torchvision_name)

    def remote_files(self) -> RemoteFiles:
        """torchvision's table of this set's mirrors, files and checksums. Imports torchvision, over a second."""
        from vae_desktop.core.data.torchvision_compat import import_torchvision

        table = getattr(import_torchvision().datasets, self.torchvision_name)
        sizes = dict(self.file_sizes)
        return RemoteFiles(
            mirrors=tuple(str(mirror) for mirror in table.mirrors),
            files=tuple(RemoteFile(name, md5, sizes.get(name)) for name, md5 in table.resources),
        )


def _sizes(
    train_images: int, train_labels: int, test_images: int, test_labels: int
) -> tuple[tuple[str, int], ...]:
    return (
        ("train-images-idx3-ubyte.gz", train_images),
        ("train-labels-idx1-ubyte.gz", train_labels),
        ("t10k-images-idx3-ubyte.gz", test_images),
        ("t10k-labels-idx1-ubyte.gz", test_labels),
    )


_ENTRIES = (
    CatalogEntry(
        "mnist",
        "MNIST",
        tuple("0123456789"),
        "MNIST",
        _sizes(9_912_422, 28_881, 1_648_877, 4_542),
    ),
    CatalogEntry(
        "fashion-mnist",
        "Fashion-MNIST",
        (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        "FashionMNIST",
        _sizes(26_421_880, 29_515, 4_422_102, 5_148),
    ),
    CatalogEntry(
        "kmnist",
        "KMNIST",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        "KMNIST",
        _sizes(18_165_135, 29_497, 3_041_136, 5_120),
    ),
)

# The sets that can be downloaded.
CATALOG: dict[str, CatalogEntry] = {entry.name: entry for entry in _ENTRIES}


def names() -> tuple[str, ...]:
    """Every name that `open_dataset` knows, the built-in digits first."""
    return (DIGITS, *CATALOG)


def entry_of_folder(folder: Path) -> CatalogEntry | None:
    """The known set that a folder's name says it holds; torchvision's "<Name>/raw" counts as "<Name>"."""
    name = set_folder(folder).name.lower()
    for entry in _ENTRIES:
        if name in (known.lower() for known in entry.folder_names):
            return entry
    return None


def set_folder(folder: Path) -> Path:
    """The folder that bears a set's name: torchvision keeps the files one below it, in "raw"."""
    return folder.parent if folder.name.lower() == "raw" else folder

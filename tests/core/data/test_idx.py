"""Single IDX files: what is read, and what is refused in which words."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.core.data.idx_writer import idx_bytes, some_images
from vae_desktop.core.data.idx import read_header, read_idx
from vae_desktop.core.errors import DataError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "train-images-idx3-ubyte"


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_values_come_back_whatever_the_name_says_of_the_packing(
    tmp_path: Path, zipped: bool, name: str
) -> None:
    images = some_images(7)
    data = idx_bytes(images)
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if zipped else data)

    values = read_idx(path)

    assert values.dtype == np.uint8
    np.testing.assert_array_equal(values, images)
    values[0, 0, 0] = 1  # torch must be able to take it without a copy
    assert read_header(path).shape == (7, 28, 28)


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "f4", "f8"])
def test_other_kinds_of_values_come_in_native_byte_order(file: Path, kind: str) -> None:
    wanted = np.array([[-3, 100], [7, 0]])
    file.write_bytes(idx_bytes(wanted, kind))
    values = read_idx(file)
    assert values.dtype == np.dtype(kind).newbyteorder("=")
    np.testing.assert_array_equal(values, wanted)


def test_a_gzip_file_of_several_members_is_read_to_its_end(file: Path) -> None:
    images = some_images(6)
    data = idx_bytes(images)
    file.write_bytes(gzip.compress(data[:1000]) + gzip.compress(data[1000:]))
    np.testing.assert_array_equal(read_idx(file), images)


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\x08", b"PK\x03\x04 a zip file", b"\0\0\x07\x01\0\0\0\0", b"\x89PNG"]
)
def test_something_else_is_not_taken_for_an_idx_file(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert "is not an IDX file" in str(refused(file))


@pytest.mark.parametrize("dimensions", [0, 5, 200])
def test_impossible_dimensions_are_refused(file: Path, dimensions: int) -> None:
    file.write_bytes(bytes([0, 0, 8, dimensions]) + bytes(1000))
    assert f"{dimensions} dimensions" in str(refused(file))


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("keep", [10, 16, 2000])
def test_missing_values_are_told(file: Path, zipped: bool, keep: int) -> None:
    data = idx_bytes(some_images(5))[:keep]
    file.write_bytes(gzip.compress(data) if zipped else data)
    error = refused(file)
    assert "cut short" in str(error)
    assert error.remedy


def test_a_gzip_file_that_ends_too_early_is_told(file: Path) -> None:
    data = gzip.compress(idx_bytes(some_images(5)))
    for keep in (5, len(data) // 2, len(data) - 3):
        file.write_bytes(data[:keep])
        assert "cut short" in str(refused(file))


def test_a_damaged_gzip_file_is_told(file: Path) -> None:
    data = bytearray(gzip.compress(idx_bytes(np.zeros((5, 28, 28), np.uint8))))
    data[-6] ^= 0xFF  # in the checksum
    file.write_bytes(data)
    assert "damaged" in str(refused(file))
    file.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\xff" * 50)
    assert "damaged" in str(refused(file))


@pytest.mark.parametrize("zipped", [False, True])
def test_values_too_many_are_told(file: Path, zipped: bool) -> None:
    data = idx_bytes(some_images(5)) + b"!"
    file.write_bytes(gzip.compress(data) if zipped else data)
    assert "longer than its header says" in str(refused(file))


@pytest.mark.parametrize("zipped", [False, True])
def test_a_header_that_promises_terabytes_takes_no_memory(file: Path, zipped: bool) -> None:
    data = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 2**16, 2**16) + bytes(100)
    file.write_bytes(gzip.compress(data) if zipped else data)
    assert "cut short" in str(refused(file))


def test_no_file_and_a_folder_are_told(file: Path) -> None:
    assert "There is no file" in str(refused(file))
    file.mkdir()
    assert "Can't read" in str(refused(file))

"""A picture of one digit, from whatever a hand, a camera or another program made of it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.single_image import read_digit, to_mnist
from vae_desktop.core.errors import DataError

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(params=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def digit(request: pytest.FixtureRequest, digits: Dataset) -> Pixels:
    """One digit of each class, 28×28."""
    labels = digits.test.labels.numpy()
    index = int(np.flatnonzero(labels == request.param)[0])
    return digits.test.images.numpy()[index, 0]


def alike(one: Pixels, other: Pixels) -> float:
    """The correlation of two digits, up to the one pixel that rounding the centre of mass may be worth."""
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    moved = [np.roll(one, shift, axis=(0, 1)).ravel() for shift in shifts]
    return max(float(np.corrcoef(each, other.ravel())[0, 1]) for each in moved)


def large(digit: Pixels, side: int = 112) -> Pixels:
    return np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))


def saved(path: Path, pixels: Pixels, **options: object) -> Path:
    Image.fromarray(pixels).save(path, **options)  # type: ignore[arg-type]
    return path


def test_a_digit_in_mnists_geometry_stays_as_it_is(digit: Pixels) -> None:
    again = to_mnist(digit / 255)
    assert again is not None and again.dtype == np.uint8 and again.shape == (28, 28)
    assert alike(again, digit) > 0.95


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3), (280, 280)])
def test_any_mark_becomes_a_digit_in_the_middle(shape: tuple[int, int]) -> None:
    ink = np.zeros((500, 600), np.float32)
    ink[40 : 40 + shape[0], 60 : 60 + shape[1]] = 1.0
    digit = to_mnist(ink)
    assert digit is not None and digit.max() == 255
    rows, columns = np.nonzero(digit)
    assert max(np.ptp(rows), np.ptp(columns)) == 19
    assert abs(rows.mean() - 13.5) <= 1 and abs(columns.mean() - 13.5) <= 1


def test_without_ink_there_is_no_digit(tmp_path: Path) -> None:
    assert to_mnist(np.zeros((28, 28))) is None
    for level in (0, 128, 255):
        path = saved(tmp_path / "plain.png", np.full((50, 50), level, np.uint8))
        with pytest.raises(DataError, match="no digit"):
            read_digit(path)


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "tiff", "gif"])
def test_light_on_dark_and_dark_on_light(digit: Pixels, tmp_path: Path, ending: str, invert: bool) -> None:
    pixels = large(digit)
    path = saved(tmp_path / f"digit.{ending}", 255 - pixels if invert else pixels)
    assert alike(read_digit(path), digit) > 0.93


def test_a_photograph_with_a_shadow_and_dust(digit: Pixels, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    ink = np.zeros((900, 1200))
    ink[300:600, 500:800] = large(digit, 300) / 255
    light = np.linspace(0.45, 0.95, 1200)[None, :] * np.linspace(1.0, 0.8, 900)[:, None]
    photo = light * (1 - 0.75 * ink) + rng.normal(0, 0.01, ink.shape)
    photo[100:104, 200:204] = 0.1
    coloured = np.clip(photo[..., None] * np.array([1.0, 0.95, 0.85]) * 255, 0, 255).astype(np.uint8)
    assert alike(read_digit(saved(tmp_path / "photo.jpg", coloured, quality=85)), digit) > 0.85


def test_a_turned_photograph_is_put_upright(digit: Pixels, tmp_path: Path) -> None:
    turned = Image.fromarray(255 - large(digit)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert alike(read_digit(tmp_path / "turned.jpg"), digit) > 0.9


def _rgba(ink: float) -> Callable[[Pixels], Image.Image]:
    def make(pixels: Pixels) -> Image.Image:
        layers = np.full((*pixels.shape, 4), ink, np.uint8)
        layers[..., 3] = pixels
        return Image.fromarray(layers)

    return make


@pytest.mark.parametrize(
    "make",
    [
        _rgba(0),
        _rgba(255),
        lambda pixels: Image.fromarray(pixels.astype(np.uint16) * 200 + 3000),
        lambda pixels: Image.fromarray(pixels).convert("RGB").convert("CMYK"),
        lambda pixels: Image.fromarray(pixels).convert("P"),
        lambda pixels: Image.fromarray(pixels).convert("1"),
    ],
    ids=["black on nothing", "white on nothing", "16 bits", "CMYK", "palette", "1 bit"],
)
def test_kinds_of_pixels(digit: Pixels, tmp_path: Path, make: Callable[[Pixels], Image.Image]) -> None:
    image = make(large(digit))
    path = tmp_path / ("digit.tiff" if image.mode == "CMYK" else "digit.png")
    image.save(path)
    assert alike(read_digit(path), digit) > 0.85


def test_of_a_moving_picture_the_first_one_counts(digits: Dataset, tmp_path: Path) -> None:
    first, second = (Image.fromarray(large(digits.test.images.numpy()[i, 0])) for i in (0, 1))
    first.save(tmp_path / "moving.gif", save_all=True, append_images=[second])
    assert alike(read_digit(tmp_path / "moving.gif"), digits.test.images.numpy()[0, 0]) > 0.93


def test_a_stream_is_as_good_as_a_file(digit: Pixels) -> None:
    stream = io.BytesIO()
    Image.fromarray(large(digit)).save(stream, "PNG")
    stream.seek(0)
    assert alike(read_digit(stream), digit) > 0.93


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        read_digit(tmp_path / "nothing.png")
    (tmp_path / "text.png").write_text("a text")
    with pytest.raises(DataError, match="no picture"):
        read_digit(tmp_path / "text.png")
    Image.fromarray(np.zeros((200, 200), np.uint8)).save(tmp_path / "cut.png")
    content = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="damaged"):
        read_digit(tmp_path / "cut.png")


def test_a_picture_without_bounds_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    # A valid head that promises 50,000 × 50,000 pixels, whose data nobody need ever unpack.
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(tmp_path / "huge.png")
    content = bytearray((tmp_path / "huge.png").read_bytes())
    content[16:24] = (50_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    (tmp_path / "huge.png").write_bytes(content)
    with pytest.raises(DataError, match="too many"):
        read_digit(tmp_path / "huge.png")

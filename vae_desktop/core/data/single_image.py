"""One picture of a digit, drawn by hand or photographed, brought into the geometry of MNIST."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt

from vae_desktop.core.data.digits import BOX, centred_by_mass
from vae_desktop.core.errors import DataError
from vae_desktop.core.records import FloatArray

if TYPE_CHECKING:
    from PIL.Image import Image

# What Pillow may take a file for; its rarer readers are of no use here.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
# More pixels than any camera's; decoded they would take gigabytes.
MOST_PIXELS = 60_000_000
# A picture is worked on at this size at most, pixels along its longer side: twenty times what is needed.
WORKING_SIDE = 400
# The paper's brightness is looked for in a neighbourhood of this share of the picture.
PAPER_SHARE = 0.25
# A difference from the paper smaller than this (black to white is 1) is no stroke.
LEAST_CONTRAST = 0.08
# Blots smaller than this share of the largest stroke are dust, not part of the digit.
DUST_SHARE = 0.04

Bytes = npt.NDArray[np.uint8]


def to_mnist(ink: npt.NDArray[np.floating]) -> Bytes | None:
    """A digit [28, 28] uint8 as MNIST's are: in a box of 20×20, that box centred by the digit's mass.

    Args:
        ink: [H, W] of any size, 0 for paper to 1 for ink.

    Returns:
        None where there is no ink.
    """
    marked = ink > 0.05
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = max(bottom - top, right - left)
    # One scale for both axes keeps the proportions; the shorter one is in the middle of the box.
    down = _shares((top + bottom - side) / 2, side, len(ink))
    across = _shares((left + right - side) / 2, side, ink.shape[1])
    box = down @ ink @ across.T
    darkest = float(box.max())
    if darkest <= 0:
        return None
    # A thin line loses its black when it is made small.
    pixels = np.floor(box / darkest * 255 + 0.5).astype(np.uint8)
    digit: Bytes = centred_by_mass(pixels[None])[0]
    return digit


def _shares(start: float, length: float, size: int) -> npt.NDArray[np.float64]:
    """How much of each source pixel lies in each of the box's pixels, as means: [20, size]."""
    edges = start + length / BOX * np.arange(BOX + 1)
    pixel = np.arange(size)
    low = np.maximum(edges[:-1, None], pixel)
    high = np.minimum(edges[1:, None], pixel + 1)
    shares: npt.NDArray[np.float64] = np.maximum(high - low, 0.0) * (BOX / length)
    return shares


def read_digit(source: Path | BinaryIO) -> Bytes:
    """The digit [28, 28] uint8 in an image file: dark on light or light on dark, on paper or on a screen.

    Of an animated picture the first one counts; turned photographs are put upright.

    Raises:
        DataError: it is no image, too large, or shows nothing.
    """
    grey = _read(source)
    digit = to_mnist(ink_of(grey))
    if digit is None:
        raise DataError(
            "There is no digit in this picture.", "Choose one with a digit on a plain background."
        )
    return digit


def ink_of(grey: FloatArray) -> FloatArray:
    """The ink [H, W], 0 to 1, of a picture in grey [H, W], 0 (black) to 1.

    What differs from its surroundings is ink, whether darker or brighter; a shadow across the paper is not.
    """
    from scipy import ndimage

    size = max(3, int(PAPER_SHARE * max(grey.shape)))
    # Strokes are the rarer of two brightnesses: they give the deviations from the surroundings their skew.
    deviation = grey - ndimage.gaussian_filter(grey, size, mode="nearest")
    deviation -= deviation.mean()
    sign = -1.0 if float((deviation**3).sum()) < 0 else 1.0
    # Paper is what is left of the strokes' colour when every stroke is painted over by its surroundings.
    flatten = ndimage.grey_closing if sign < 0 else ndimage.grey_opening
    paper = ndimage.uniform_filter(flatten(grey, size=(size, size), mode="nearest"), size, mode="nearest")
    difference = np.maximum(sign * (grey - paper), 0.0)
    strongest = float(np.percentile(difference, 99.5))
    if strongest < LEAST_CONTRAST:
        strongest = float(difference.max())
    if strongest < LEAST_CONTRAST:
        return np.zeros_like(grey)
    threshold = _otsu(np.minimum(difference, strongest))
    ink = np.clip((difference - 0.5 * threshold) / max(strongest - 0.5 * threshold, 1e-6), 0.0, 1.0)
    blots, count = ndimage.label(ink > 0.1, structure=np.ones((3, 3)))
    if count > 1:
        mass = ndimage.sum_labels(ink, blots, np.arange(1, count + 1))
        dust = np.flatnonzero(mass < DUST_SHARE * mass.max()) + 1
        ink[np.isin(blots, dust)] = 0.0
    result: FloatArray = ink.astype(np.float32)
    return result


def _otsu(values: npt.NDArray[np.floating]) -> float:
    """The threshold that parts values in two with the greatest difference between (Otsu 1979)."""
    counts, edges = np.histogram(values, bins=128)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(middles[int(np.nanargmax(np.nan_to_num(between)))])


def _read(source: Path | BinaryIO) -> FloatArray:
    """A picture in grey [H, W] float32, 0 to 1, no larger than it is worked on."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = source.name if isinstance(source, Path) else "This picture"
    advice = "Choose a PNG, JPEG, WebP, GIF, BMP or TIFF file."
    try:
        with Image.open(source, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DataError(
                    f"{name} has {image.width:,} × {image.height:,} pixels, too many to open.",
                    "Make it smaller first; 28 × 28 are enough.",
                )
            image.draft("L", (2 * WORKING_SIDE, 2 * WORKING_SIDE))
            upright = _flat(ImageOps.exif_transpose(image))
            upright.thumbnail((WORKING_SIDE, WORKING_SIDE))
            return np.asarray(upright, dtype=np.float32) / np.float32(255)
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is no picture that can be read.", advice) from error
    except Image.DecompressionBombError as error:
        raise DataError(f"{name} has too many pixels to open.", "Make it smaller first.") from error
    except FileNotFoundError as error:
        raise DataError(f"There is no file {source}.") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise DataError(f"{name} can't be read: it is damaged or of a rare kind.", advice) from error


def _flat(image: Image) -> Image:
    """The picture in 8 bits of grey, without transparency."""
    from PIL import Image

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) / (high - low) * 255 if high > low else np.full_like(values, 255)
        return Image.fromarray(scaled.astype(np.uint8))
    if "transparency" not in image.info and "A" not in image.getbands():
        return image.convert("L")
    layers = np.asarray(image.convert("LA"), dtype=np.float32)
    grey, alpha = layers[..., 0], layers[..., 1] / 255
    # Behind a drawing without paper comes the paper that it stands out from.
    seen = float((grey * alpha).sum() / max(float(alpha.sum()), 1.0))
    paper = 255.0 if seen < 128 else 0.0
    return Image.fromarray((paper + (grey - paper) * alpha).astype(np.uint8))

"""The kinds of files that something can be exported as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name for people, its suffix, what a file dialog calls it, and what it is good for."""

    name: str
    suffix: str
    filter: str
    tip: str


KINDS = {
    "png": Kind("PNG", ".png", "PNG picture (*.png)", "A picture for slides; seed and model are kept inside"),
    "svg": Kind(
        "SVG",
        ".svg",
        "SVG picture (*.svg)",
        "For pages and drawing programs, at its size in print; of a map, circles that stay sharp at any size",
    ),
    "pdf": Kind("PDF", ".pdf", "PDF page (*.pdf)", "One page of the picture's size in print, for papers"),
    "gif": Kind("GIF", ".gif", "GIF animation (*.gif)", "Plays everywhere, in 256 colours a frame"),
    "webp": Kind(
        "WebP", ".webp", "WebP animation (*.webp)", "Plays in browsers, without loss and smaller than a GIF"
    ),
    "mp4": Kind(
        "MP4", ".mp4", "MP4 video (*.mp4)", "AV1 video for browsers, VLC and slides; the smallest, with loss"
    ),
    "csv": Kind(
        "CSV", ".csv", "Table (*.csv)", "A table for spreadsheets: a row with the code z of each image"
    ),
    "npz": Kind("NPZ", ".npz", "NumPy arrays (*.npz)", "The raw values for NumPy, with the latent codes z"),
}
GROUPS = {"Picture": ("png", "svg", "pdf"), "Animation": ("gif", "webp", "mp4"), "Values": ("csv", "npz")}
PICTURES, ANIMATIONS, VALUES = GROUPS.values()
# Those that have a size in print.
PRINTED = ("svg", "pdf")

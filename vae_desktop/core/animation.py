"""Frames as an animation in a file: GIF, animated WebP or MP4, by the file's ending."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from vae_desktop.core.animation_gif import write_gif
from vae_desktop.core.animation_mp4 import write_mp4
from vae_desktop.core.animation_webp import write_webp
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import MAX_SCALE, Pixels

# Writes frames to a file as they come, at so many a second, played for ever or once; yields after each.
Writer = Callable[[IO[bytes], Iterator[Pixels], int, bool], Iterator[None]]

WRITERS: dict[str, Writer] = {".gif": write_gif, ".webp": write_webp, ".mp4": write_mp4}
SUFFIXES = tuple(WRITERS)
# A GIF counts time in hundredths of a second, and programs play anything below two of them at ten a second.
MAX_FPS = 50
MAX_FRAMES = 20_000
# Of a frame, along each side; what video players and their chips take.
MAX_SIDE = 4096


@dataclass(frozen=True)
class AnimationStyle:
    """How frames become an animation.

    Attributes:
        fps: frames a second, 1 to 50.
        scale: pixels of the animation per pixel of a frame, along each side; 1 to 64.
        ping_pong: forwards and then backwards, so that it comes back to its start.
        loop: play for ever; an MP4 file can't say so and leaves it to the player.

    Raises:
        ExportError: a value is outside its range.
    """

    fps: int = 25
    scale: int = 8
    ping_pong: bool = False
    loop: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.fps <= MAX_FPS:
            raise ExportError(f"The speed must be between 1 and {MAX_FPS} frames a second.")
        if not 1 <= self.scale <= MAX_SCALE:
            raise ExportError(f"The scale must be between 1 and {MAX_SCALE}.")

    def order(self, count: int) -> list[int]:
        """The numbers of the frames as they are played; the two at the ends of a ping-pong are not doubled."""
        forwards = list(range(count))
        return forwards + forwards[-2:0:-1] if self.ping_pong else forwards


def write_animation(
    path: Path | str, frames: Pixels, style: AnimationStyle | None = None
) -> Generator[int, None, None]:
    """Write frames to a .gif, .webp or .mp4 file.

    A generator: it yields the number of frames written after each one, of `len(style.order(len(frames)))` in
    all. Closed before its end, it leaves no file, and an older one as it was.

    Args:
        path: GIF and WebP keep every level of grey; a GIF has 256 colours a frame; MP4 (AV1) is lossy.
        frames: uint8 [N, H, W] (grey) or [N, H, W, 3] (red, green, blue), N >= 1.

    Raises:
        ExportError: the file's kind is unknown, the frames are none or too large, or it can't be written.
    """
    style = style or AnimationStyle()
    target = Path(path)
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        raise ExportError(f"The name {target.name!r} should end in {' or '.join(SUFFIXES)}.")
    order = style.order(len(frames))
    _check(frames, len(order), style.scale)
    shown = (frames[number].repeat(style.scale, axis=0).repeat(style.scale, axis=1) for number in order)
    with atomic_write(target) as file:
        for done, _ in enumerate(writer(file, shown, style.fps, style.loop), 1):
            yield done


def _check(frames: Pixels, played: int, scale: int) -> None:
    grey_or_rgb = frames.ndim == 3 or (frames.ndim == 4 and frames.shape[3] == 3)
    if frames.dtype != np.uint8 or not grey_or_rgb or not frames.size:
        raise ExportError("There are no images to put into an animation.")
    height, width = frames.shape[1] * scale, frames.shape[2] * scale
    if max(height, width) > MAX_SIDE:
        raise ExportError(
            f"The frames would be {width} × {height} pixels, and {MAX_SIDE} is the most along a side.",
            "Choose a smaller scale.",
        )
    if played > MAX_FRAMES:
        raise ExportError(f"An animation can have {MAX_FRAMES} frames.", "Choose fewer.")

"""MP4 video by OpenCV (the extra `video`), which brings FFmpeg's libraries along."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import numpy as np

from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import Pixels

# VP9 (libvpx, BSD-3-Clause): free of royalties, and played by browsers and VLC. Measured on 240 frames of decoded
# digits, 504 × 504, with two slow cores: 8.9 s, 0.6 MB, 58 dB; MPEG-4 Part 2 ("mp4v") 0.2 s, 0.8 MB, 49 dB, but
# no browser plays it. OpenCV leaves no choice of the encoder's speed.
CODEC = "vp09"
REFUSED = "The video could not be encoded."


def write_mp4(file: IO[bytes], frames: Iterator[Pixels], fps: int, loop: bool) -> Iterator[None]:
    """Write frames as they come; yields after each. Whether it loops is the player's business.

    A side with an odd number of pixels gets one more, a copy of its last: video is coded in squares of two.

    Raises:
        ExportError: OpenCV is not installed, or can't encode.
    """
    try:
        import cv2
    except ImportError as error:
        raise ExportError(
            "MP4 needs the library OpenCV, which is not installed.",
            "Choose .gif or .webp; or, with Python, run: pip install opencv-python-headless",
        ) from error
    # OpenCV writes to names only, and knows the kind of file by its ending.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        writer = cv2.VideoWriter()
        count = 0
        try:
            for count, frame in enumerate(frames, 1):
                coloured = frame.ndim == 3
                picture = np.pad(
                    frame, [(0, side % 2) for side in frame.shape[:2]] + [(0, 0)] * coloured, "edge"
                )
                if count == 1:
                    height, width = picture.shape[:2]
                    code = cv2.VideoWriter.fourcc(*CODEC)
                    options = [cv2.VIDEOWRITER_PROP_IS_COLOR, int(coloured)]
                    if not writer.open(str(path), cv2.CAP_FFMPEG, code, fps, (width, height), options):
                        raise ExportError(REFUSED, "Choose .gif or .webp.")
                writer.write(picture[..., ::-1] if coloured else picture)
                yield
        finally:
            writer.release()
        # OpenCV does not say when a write failed: the file's own table of frames does.
        written = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        found = written.get(cv2.CAP_PROP_FRAME_COUNT)
        written.release()
        if found != count:
            raise ExportError(REFUSED, "Make room on the disk for temporary files, or choose .gif or .webp.")
        with path.open("rb") as video:
            shutil.copyfileobj(video, file)

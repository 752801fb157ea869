"""MP4 video by PyAV, which brings FFmpeg's libraries along: nothing else is to be installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import Pixels

# VP9 (libvpx, BSD-3-Clause): free of royalties, and played by browsers and VLC. Measured on 240 frames of 512 × 512
# with two slow cores: 0.8 s, 0.7 MB, 48 dB; x264 (GPL) at its medium preset 2.0 s, 0.3 MB, 50 dB.
CODEC = "libvpx-vp9"
OPTIONS = {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0", "row-mt": "1"}


def write_mp4(file: IO[bytes], frames: Iterator[Pixels], fps: int, loop: bool) -> Iterator[None]:
    """Write frames as they come; yields after each. Whether it loops is the player's business.

    A side with an odd number of pixels gets one more, a copy of its last: video is coded in squares of two.

    Raises:
        ExportError: PyAV is not installed, or can't encode.
    """
    try:
        import av
    except ImportError as error:
        raise ExportError(
            "MP4 needs the library PyAV, which is not installed.",
            "Run: pip install av; or choose .gif or .webp.",
        ) from error
    try:
        with av.open(file, "w", format="mp4") as container:
            stream: Any = None
            for frame in frames:
                picture = np.pad(
                    frame, [(0, side % 2) for side in frame.shape[:2]] + [(0, 0)] * (frame.ndim - 2), "edge"
                )
                if stream is None:
                    stream = container.add_stream(CODEC, rate=fps, options=OPTIONS)
                    stream.height, stream.width = picture.shape[:2]
                    stream.pix_fmt = "yuv420p"
                kind = "gray" if picture.ndim == 2 else "rgb24"
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format=kind)))
                yield
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise ExportError(f"The video could not be encoded: {error}.", "Choose .gif or .webp.") from error

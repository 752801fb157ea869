"""The decoded manifold behind the latent canvas: one picture for each cell of the plane in view."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import DECODE_SLICE
from vae_desktop.app.refresh import DerivedPicture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.plane import Plane
    from vae_desktop.core.records import FloatArray

Pixels = npt.NDArray[np.uint8]
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class PlaneCells:
    """What to decode: all that determines a backdrop but the weights.

    Attributes:
        xs, ys: the cells' centres along each axis of the plane, ascending.
        plane, cursor: the session's when they were asked for.
    """

    xs: FloatArray
    ys: FloatArray
    plane: Plane
    cursor: FloatArray

    def codes(self) -> FloatArray:
        """The cells' codes [rows * columns, D], row by row, the largest y first."""
        return self.plane.grid(self.cursor, self.xs, self.ys)

    def extent(self) -> Extent:
        """x0, y0, x1, y1: the outer edges of the outer cells."""
        x0, x1 = _edges(self.xs)
        y0, y1 = _edges(self.ys)
        return x0, y0, x1, y1


class BackdropController(DerivedPicture):
    """Decodes the session's plane, as far beside it as the cursor is.

    Attributes:
        image: mosaic [rows·H, columns·W] (grey) or [rows·H, columns·W, 3] (colour) uint8, read-only, the
            largest y at the top; None until known.
        extent: x0, y0, x1, y1 that the mosaic covers, in coordinates of the plane; None like `image`.
        shown: the cells that the mosaic is of, and model_id: identity of the weights that decoded it; None and ""
            like `image`.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): another mosaic, or none.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.image: Pixels | None = None
        self.extent: Extent | None = None
        self.shown: PlaneCells | None = None
        self.model_id = ""
        self._cells: tuple[FloatArray, FloatArray] | None = None
        self._asked: PlaneCells | None = None
        self._refresher.active = True
        session.model_changed.connect(self._model_changed)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.plane_changed.connect(self._plane_changed)
        session.cursor_changed.connect(self._plane_changed)
        session.decoding.ready.connect(self._decoded)

    def request(self, xs: npt.ArrayLike, ys: npt.ArrayLike) -> None:
        """Choose the cells in view by their centres along each axis, 1-D, in ascending order."""
        self._cells = (np.array(xs, dtype=np.float32), np.array(ys, dtype=np.float32))
        self._refresher.now()

    def _compute(self) -> None:
        model = self._session.model
        if model is None or self._cells is None or not all(len(cells) for cells in self._cells):
            return
        view = PlaneCells(*self._cells, self._session.plane, self._session.cursor)
        self._asked = view
        tag = (view, model.model_id)
        self._session.decoding.request("backdrop", lambda inference: _mosaic(inference, view), tag)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "backdrop" and isinstance(result.tag, tuple):
            assert isinstance(result.value, np.ndarray)
            self._refresher.spent(result.seconds)
            self.shown, self.model_id = result.tag
            self.image, self.extent = result.value, result.tag[0].extent()
            self.changed.emit()

    def _model_changed(self) -> None:
        self._asked = None
        if self.image is not None:
            self.image, self.extent, self.shown, self.model_id = None, None, None, ""
            self.changed.emit()
        self._refresher.now()

    def _plane_changed(self) -> None:
        """The cursor's move matters only if it leaves the plane."""
        asked, session = self._asked, self._session
        if (
            asked is None
            or asked.plane is not session.plane
            or not session.plane.level(asked.cursor, session.cursor)
        ):
            self._refresher.now()


def _edges(centres: FloatArray) -> tuple[float, float]:
    first, last = float(centres[0]), float(centres[-1])
    half = (last - first) / (len(centres) - 1) / 2 if len(centres) > 1 else 0.5
    return first - half, last + half


def _mosaic(inference: Inference, view: PlaneCells) -> Generator[None, None, Pixels]:
    """The decoded cells as one picture, slice by slice."""
    codes = view.codes()
    channels, height, width = inference.config.image_shape
    rows, columns = len(view.ys), len(view.xs)
    pixels = np.empty((rows * columns, channels, height, width), dtype=np.uint8)
    for start in range(0, len(codes), DECODE_SLICE):
        if start:
            yield
        pictures = inference.decode(codes[start : start + DECODE_SLICE])
        pixels[start : start + DECODE_SLICE] = np.rint(pictures * 255)
    cells = pixels.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    mosaic = np.ascontiguousarray(cells.reshape(rows * height, columns * width, channels))
    if channels != 3:
        mosaic = np.ascontiguousarray(mosaic[:, :, 0])
    mosaic.flags.writeable = False
    return mosaic

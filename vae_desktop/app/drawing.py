"""A digit drawn by hand, or read from a picture, and what the model says of it while it grows."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.loading import Loader
from vae_desktop.app.placing import Placing
from vae_desktop.app.portrait import Portrait, portray_drawing
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.app.refresh import Refresher
from vae_desktop.core.data.single_image import to_mnist

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference

Bytes = npt.NDArray[np.uint8]

# The only images that a drawing is brought into.
SHAPE = (1, 28, 28)


class DrawingController(QObject):
    """Brings ink into MNIST's geometry and asks the model about it: at every stroke, latest wins.

    Attributes:
        portrait: what the model says of the drawn digit; None without one, and until known.
        placing: where it belongs on the map.

    Signals:
        changed(): another portrait, or another answer to `stranger_than`.
        picture_read(object digit): a picture was read; the digit [28, 28] uint8 wants to be shown and asked about.
    """

    changed = Signal()
    picture_read = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.portrait: Portrait | None = None
        self.placing = Placing(session)
        self._ink: Bytes | None = None
        self._ready_made = False
        self._loader = Loader(self)
        self._refresher = Refresher(self._ask, self)
        session.model_changed.connect(self._model_changed)
        session.codes_changed.connect(self._refresher.now)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.scores.changed.connect(self.changed)
        session.decoding.ready.connect(self._decoded)

    @property
    def possible(self) -> bool:
        """Whether there is a model, and it reads images of MNIST's shape."""
        model = self._session.model
        return model is not None and model.config.image_shape == SHAPE

    @property
    def stranger_than(self) -> float | None:
        """The share of explored digits, up to 1, that the model knows better than the drawn one; None if unknown."""
        if self.portrait is None:
            return None
        return self._session.scores.stranger_than(self.portrait.negative_elbo)

    def show_ink(self, ink: Bytes | None) -> None:
        """Ask about what is drawn: [H, W] uint8, 255 where there is ink; None, or no ink, ends it."""
        self._show(ink, ready_made=False)

    def show_digit(self, digit: Bytes) -> None:
        """Ask about a digit [28, 28] uint8 that is in MNIST's geometry already."""
        self._show(digit, ready_made=True)

    def open(self, source: Path | bytes) -> None:
        """Read a picture of a digit, from a file or from a file's contents; `picture_read` tells when it is there."""
        from_where = source if isinstance(source, Path) else BytesIO(source)

        def read() -> Bytes:
            from vae_desktop.core.data.single_image import read_digit

            return read_digit(from_where)

        self._loader.load("picture", "Reading a picture", read, self.picture_read.emit, self._failed)

    def refuse(self, message: str, remedy: str) -> None:
        """Tell that what was dropped or pasted is no picture."""
        self._session.problem_raised.emit(Problem(message, remedy))

    def put_cursor(self) -> None:
        """Put the latent cursor on the drawn digit's place."""
        if self.portrait is not None:
            self._session.set_cursor(self.portrait.mean)

    def close(self) -> None:
        """Start nothing any more."""
        self._refresher.active = False
        self._session.scores.watch("drawing", False)
        self._loader.close()
        self.placing.close()

    def wait(self, ms: int) -> bool:
        """Block until all threads are gone; False if one takes longer than `ms`."""
        return self._loader.wait(ms) and self.placing.wait(ms)

    def _show(self, ink: Bytes | None, ready_made: bool) -> None:
        if ink is None or not ink.any():
            self._ink = None
            self._session.decoding.clear("drawing")
            self._session.scores.watch("drawing", False)
            self._refresher.active = False
            self._set(None)
        else:
            self._ink, self._ready_made = ink, ready_made
            self._session.scores.watch("drawing", True)
            self._refresher.active = True
            self._refresher.now()

    def _ask(self) -> None:
        ink, ready_made, codes, dataset = (
            self._ink,
            self._ready_made,
            self._session.codes,
            self._session.dataset,
        )
        if ink is None or not self.possible:
            return
        means = codes.means if codes is not None else None

        def portray(inference: Inference) -> Portrait | None:
            digit = ink if ready_made else to_mnist(ink.astype(np.float32) / np.float32(255))
            return None if digit is None else portray_drawing(inference, digit, dataset, means)

        self._session.decoding.request("drawing", portray, ink)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "drawing" and self._ink is not None:
            assert result.value is None or isinstance(result.value, Portrait)
            self._refresher.spent(result.seconds)
            # An answer about an earlier stroke is shown until that about the newest is there.
            self._set(result.value)

    def _model_changed(self) -> None:
        self._set(None)
        self._refresher.now()

    def _set(self, portrait: Portrait | None) -> None:
        if portrait is not self.portrait:
            self.portrait = portrait
            self.changed.emit()
            self.placing.set_code(portrait.mean if portrait is not None else None)

    def _failed(self, error: BaseException) -> None:
        self._session.problem_raised.emit(from_exception(error))

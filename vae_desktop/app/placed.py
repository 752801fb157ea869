"""Digits of another data set in the map that stands: opened, encoded and placed away from the window's thread."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import digit_images, encode_all, frozen
from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.loading import Loader
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.app.state import Digit
from vae_desktop.app.threads import stand_back

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import FloatArray, IntArray, MapFrame

PROGRESS_MS = 100


@dataclass(frozen=True, eq=False)
class Placed:
    """Digits that are no part of the map but have their places on it.

    Attributes:
        dataset: where they are from; it explores the split that was placed.
        means: their latent means [M, D]; points: their places [M, 2]; both read-only.
    """

    dataset: Dataset
    means: FloatArray
    points: FloatArray

    @property
    def labels(self) -> IntArray:
        """Their classes [M]."""
        labels: IntArray = self.dataset.explored.labels.numpy()
        return labels

    @property
    def title(self) -> str:
        """What they are, for people: "Digits, test images"."""
        return title_of(self.dataset)


def title_of(dataset: Dataset) -> str:
    """What a data set's explored images are called."""
    return f"{dataset.title}, {dataset.split_name} images"


class PlacedDigits(QObject):
    """Places a data set's digits into the session's map, and forgets them when the map moves.

    Attributes:
        placed: what is placed, or None.
        shown: whether it is to be seen.
        busy: what is under way, for people; "" when nothing is.
        share: how far the placing is, from 0 to 1; None while that is not known.

    Signals:
        changed(): any of these.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.placed: Placed | None = None
        self.shown = True
        self.busy = ""
        self.share: float | None = None
        self._frame: MapFrame | None = None
        self._wanted: Dataset | None = None
        self._done = 0
        self._job: Job[int] | None = None
        self._ending: set[Job[int]] = set()
        self._loader = Loader(self)
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._show_progress)
        session.map.frame_changed.connect(self._map_moved)
        session.map.state_changed.connect(self._map_changed)
        session.decoding.ready.connect(self._decoded)
        session.decoding.failed.connect(self._decoding_failed)

    @property
    def possible(self) -> bool:
        """Whether there is a map that stands and is of the session's model."""
        controller = self._session.map
        return controller.frame is not None and controller.state == "idle" and not controller.stale

    def place(self, spec: str, split: str = "test") -> None:
        """Place one split of a data set, in place of what is placed by now.

        Args:
            spec: what opens it, as in `Session.open_dataset`.
            split: "test" or "train".
        """
        session = self._session
        if not self.possible:
            session.problem_raised.emit(
                Problem(
                    "There is no map of this model that stands still.", "Make a map and let it end first."
                )
            )
            return
        self.clear()
        self._frame = session.map.frame
        if session.dataset is not None and spec == session.dataset.source:
            self._encode(replace(session.dataset, explores=split))
            return
        data_dir = session.preferences.data_dir

        def work() -> Dataset:
            from vae_desktop.core.data.open import open_dataset

            return replace(open_dataset(spec, data_dir), explores=split)

        self._say("Opening the data set…")
        self._loader.load("placed", "", work, self._encode, self._failed)

    def stop(self) -> None:
        """Give up what is under way; what is placed stays."""
        self._loader.cancel("placed")
        self._session.decoding.clear("placed")
        self._timer.stop()
        self._wanted = None
        job, self._job = self._job, None
        if job is not None:
            job.stop()
        self._say("")

    def clear(self) -> None:
        """Take the placed digits away, and give up what is under way."""
        self.stop()
        self._frame = None
        if self.placed is not None:
            self.placed, self.shown = None, True
            self.changed.emit()

    def set_shown(self, shown: bool) -> None:
        """Show or hide what is placed."""
        if shown != self.shown:
            self.shown = shown
            self.changed.emit()

    def digit(self, index: int) -> Digit:
        """One of the placed digits.

        Raises:
            ValueError: there is no such digit.
        """
        placed = self.placed
        if placed is None or not 0 <= index < len(placed.points):
            raise ValueError(f"no such placed digit: {index}")
        dataset, label = placed.dataset, int(placed.labels[index])
        picture = None
        if not self._session.map.stale:
            picture, _ = self._session.decoding.decode_here(placed.means[index])
        return Digit(
            index, label, dataset.class_names[label], digit_images(dataset, [index])[0],
            reconstruction=picture, split_name=f"{dataset.title}, {dataset.split_name}",
        )  # fmt: skip

    def choose(self, index: int) -> None:
        """Put the cursor on a placed digit's latent mean, where the map is of this model."""
        if self.placed is not None and not self._session.map.stale:
            self._session.set_cursor(self.placed.means[index])

    def wait(self, ms: int) -> bool:
        """Give up what is under way, and block until its threads are gone; False if that takes longer than `ms`."""
        self.stop()
        self._loader.close()
        return self._loader.wait(ms) and wait_all(self._ending, ms)

    # -- the steps ----------------------------------------------------------------------------------

    def _encode(self, dataset: Dataset) -> None:
        model = self._session.model
        if not len(dataset.explored):
            self._refuse(f"{dataset.title} has no {dataset.split_name} images.", "Place another data set.")
        elif model is None or tuple(dataset.image_shape) != model.config.image_shape:
            size = "" if model is None else f" of {_size(model.config.image_shape)}"
            self._refuse(
                f"The images of {dataset.title} are {_size(dataset.image_shape)}: this model can't read them.",
                f"Place a data set with images{size}.",
            )
        else:
            self._wanted = dataset
            self._say(f"Encoding {title_of(dataset)}…")
            self._session.decoding.request(
                "placed", lambda inference: encode_all(inference, dataset), dataset
            )

    def _decoded(self, result: DecodeResult) -> None:
        wanted = self._wanted
        if result.slot == "placed" and isinstance(result.value, tuple) and result.tag is wanted is not None:
            self._settle(wanted, result.value[0])

    def _decoding_failed(self) -> None:
        """The session tells of it; whose request it was is not known, and ours might be waited for in vain."""
        if self._wanted is not None and self._job is None:
            self.stop()

    def _settle(self, dataset: Dataset, means: FloatArray) -> None:
        frame, codes = self._frame, self._session.map.codes
        if frame is None or codes is None:
            self.stop()
            return
        standing = codes.means
        found: list[FloatArray] = []

        def work() -> Generator[int, None, None]:
            from vae_desktop.core.placement import place_many

            stand_back()
            found.append((yield from place_many(frame.embedding, standing, means)))

        def finished() -> None:
            self._ending.discard(job)
            if job is self._job:
                self._job = None
                self.placed = Placed(dataset, means, frozen(found[0]))
                self.stop()
                self.changed.emit()

        def failed(error: BaseException) -> None:
            self._ending.discard(job)
            if job is self._job:
                self._job = None
                self._failed(error)

        job: Job[int] = Job("placed digits", work, self._note)
        job.finished.connect(finished)
        job.stopped.connect(lambda: self._ending.discard(job))
        job.failed.connect(failed)
        self._job, self._done = job, 0
        self._ending.add(job)
        job.start()
        self._timer.start()
        self._say(f"Placing {title_of(dataset)}…", 0.0)

    def _note(self, done: int) -> None:
        """In the worker thread."""
        self._done = done

    def _show_progress(self) -> None:
        if self._wanted is not None:
            self._say(self.busy, self._done / len(self._wanted.explored))

    def _refuse(self, message: str, remedy: str) -> None:
        self.stop()
        self._session.problem_raised.emit(Problem(message, remedy))

    def _failed(self, error: BaseException) -> None:
        self.stop()
        self._session.problem_raised.emit(from_exception(error))

    def _say(self, busy: str, share: float | None = None) -> None:
        if (busy, share) != (self.busy, self.share):
            self.busy, self.share = busy, share
            self.changed.emit()

    # -- the map ------------------------------------------------------------------------------------

    def _map_moved(self) -> None:
        if self._frame is not None and self._session.map.frame is not self._frame:
            self.clear()

    def _map_changed(self) -> None:
        if self.busy and not self.possible:
            self.stop()


def _size(shape: tuple[int, int, int]) -> str:
    channels, height, width = shape
    return f"{width} × {height}" + ("" if channels == 1 else f" in {channels} channels")

"""Opening and saving for the session: models, data sets, dropped files, and what a crash left behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from vae_desktop.app.charting import with_atlas
from vae_desktop.app.finding import SUFFIX
from vae_desktop.app.loading import Loader
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.core.errors import NotDownloadedError
from vae_desktop.core.libraries import load
from vae_desktop.core.paths import resource
from vae_desktop.core.png_text import is_png

if TYPE_CHECKING:
    from vae_desktop.app.recovery import RecoveryInfo
    from vae_desktop.app.session import Session
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

DEFAULT_MODEL = "mnist-2d"
BUILT_IN_DATA = "digits"

GZIP_MAGIC = b"\x1f\x8b"
IDX_MAGIC = b"\x00\x00\x08"

# What is surely meant as a model, so that the checkpoint reader explains what is wrong with it.
MODEL_SUFFIXES = frozenset({SUFFIX, ".pt", ".pth", ".ckpt", ".bin", ".pkl", ".h5", ".onnx"})


class Opener(QObject):
    """Turns paths and names into models and data sets, in worker threads, and hands them to the session.

    Whatever can't be opened raises a problem and leaves the session as it was.
    """

    _taken_one = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.loader = Loader(self)
        self._after_training: Callable[[], None] | None = None
        # Checkpoints on their way from the training thread to a file.
        self._taken: deque[tuple[Path, Checkpoint]] = deque()
        self._taken_one.connect(self._write_taken, Qt.ConnectionType.QueuedConnection)
        session.training.state_changed.connect(self._training_changed)

    # Opening

    def start(self, model_path: str | None, data_spec: str | None) -> None:
        """The model first, so that something lives under the cursor; then the data set."""

        def then_data() -> None:
            if self._session.dataset is None:
                self._start_data(data_spec)

        if model_path is not None:
            self._open_model_file(
                Path(model_path), then_data, otherwise=lambda: self._start_bundled(then_data)
            )
        else:
            self._start_bundled(then_data)

    def _start_bundled(self, then: Callable[[], None]) -> None:
        try:
            path = resource(f"models/{DEFAULT_MODEL}{SUFFIX}")
        except FileNotFoundError:
            # A checkout before its models were made: the panels say what to do.
            then()
            return
        self._open_model_file(path, then, otherwise=then, bundled=True)

    def _start_data(self, spec: str | None) -> None:
        def fallback() -> None:
            if spec != BUILT_IN_DATA:
                self.open_dataset(BUILT_IN_DATA)

        self.open_dataset(spec, otherwise=fallback)

    def open_dataset(
        self,
        spec: str | None,
        then: Callable[[], None] | None = None,
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """Open a data set by name or path (None: what is at hand); then call one of the two functions."""
        data_dir = self._session.preferences.data_dir

        def work() -> Dataset:
            load("torch")
            from vae_desktop.core.data.open import default_spec, open_dataset

            return open_dataset(default_spec(data_dir) if spec is None else spec, data_dir)

        def done(dataset: Dataset) -> None:
            if spec is not None and Path(dataset.source).is_absolute():
                self._session.preferences.add_recent_file(Path(dataset.source))
            self._session.show_dataset(dataset)
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            downloads = self._session.downloads
            download = ("Download it", lambda: downloads.start(str(spec).strip().lower()))
            actions = (download,) if isinstance(error, NotDownloadedError) else ()
            self._session.problem_raised.emit(from_exception(error, actions))
            if otherwise is not None:
                otherwise()

        name = "the data set" if spec is None else Path(spec).name or spec
        self.loader.load("data", f"Opening {name}…", work, done, failed)

    def open_model(self, path: Path) -> None:
        """Open a model file."""
        if not self.training_in_the_way(lambda: self.open_model(path)):
            self._open_model_file(path)

    def open_bundled(self, name: str) -> None:
        """Open a model that comes with the program."""
        if self.training_in_the_way(lambda: self.open_bundled(name)):
            return
        try:
            path = resource(f"models/{name.removesuffix(SUFFIX)}{SUFFIX}")
        except FileNotFoundError as error:
            self._session.problem_raised.emit(Problem(str(error)))
            return
        self._open_model_file(path, bundled=True)

    def _open_model_file(
        self,
        path: Path,
        then: Callable[[], None] | None = None,
        otherwise: Callable[[], None] | None = None,
        bundled: bool = False,
    ) -> None:
        def done(loaded: tuple[Checkpoint, str]) -> None:
            if not bundled:
                self._session.preferences.add_recent_file(path)
            self._session.show_model(*loaded, None if bundled else path.absolute(), path.stem, saved=True)
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            self._session.problem_raised.emit(from_exception(error))
            if otherwise is not None:
                otherwise()

        # A view that still looks for its own model was wished for before.
        self.loader.cancel("view")
        self.loader.load("model", f"Opening {path.name}…", lambda: _load(path), done, failed)

    def open_path(self, path: Path) -> None:
        """Open a dropped file or folder by what it is: a picture of ours brings back what it shows."""
        if path.is_dir():
            self.open_dataset(str(path))
        elif not path.exists():
            self._session.problem_raised.emit(
                Problem(f"There is no file {path}.", "It may have been moved or deleted; choose another.")
            )
        elif path.suffix.lower() in MODEL_SUFFIXES:
            self.open_model(path)
        elif is_png(path):
            self._session.views.open(path)
        elif _looks_like_idx(path):
            self.open_dataset(str(path))
        else:
            self._session.problem_raised.emit(
                Problem(
                    f"{path.name} is neither a model nor a data set.",
                    f"Open a {SUFFIX} file, a folder with IDX files such as train-images-idx3-ubyte.gz, or a "
                    "PNG that this program made.",
                )
            )

    def training_in_the_way(self, then: Callable[[], None]) -> bool:
        """Whether a training holds the model; the problem then offers to stop it and go on."""
        training = self._session.training
        if not training.active:
            return False

        def stop_first() -> None:
            if training.active:
                self._after_training = then
                training.stop()
            else:
                then()

        self._session.problem_raised.emit(
            Problem(
                "A model is being trained.",
                "Stop the training before you open another model.",
                actions=(("Stop and open", stop_first),),
            )
        )
        return True

    def _training_changed(self) -> None:
        if self._session.training.active:
            # Whoever starts a training no longer waits for another model.
            self.loader.cancel("model")
        elif self._after_training is not None:
            then, self._after_training = self._after_training, None
            then()

    def recover(self, info: RecoveryInfo) -> None:
        """Show a training that an earlier run left behind, and go on with it where epochs are left."""
        if self.training_in_the_way(lambda: self.recover(info)):
            return
        session = self._session

        def go_on() -> None:
            if info.epochs_left and session.model is not None and session.model.path is None:
                session.training.continue_training(info.epochs_left)

        def done(loaded: tuple[Checkpoint, str]) -> None:
            session.recovery.adopt(info)
            session.show_model(*loaded, None, f"Recovered {info.dataset.title} model", saved=False)
            dataset = session.dataset
            if dataset is not None and dataset.fingerprint == info.dataset.fingerprint:
                go_on()
            else:
                self.open_dataset(info.dataset.source, then=go_on)

        def failed(error: BaseException) -> None:
            session.problem_raised.emit(from_exception(error))

        self.loader.load("model", "Opening the unfinished training…", lambda: _load(info.path), done, failed)

    # Saving

    def save_model(self, path: Path) -> None:
        """Write the model as it stands, also in the middle of a training."""
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)

        def take(checkpoint: Checkpoint) -> None:
            self._taken.append((path, checkpoint))
            self._taken_one.emit()

        if not self._session.training.with_checkpoint(take):
            self._session.problem_raised.emit(
                Problem("There is no model to save yet.", "Open one or train one first.")
            )

    def close(self) -> None:
        """Start the saves that were asked for, and nothing any more. To be called when the training is gone."""
        self._write_taken()
        self.loader.close()

    def _write_taken(self) -> None:
        while self._taken:
            self._write_model(*self._taken.popleft())

    def _write_model(self, path: Path, checkpoint: Checkpoint) -> None:
        dataset = self._trained_on(checkpoint)

        def work() -> None:
            from vae_desktop.core.checkpoint import save_checkpoint

            save_checkpoint(path, with_atlas(checkpoint, dataset))

        def done(_: None) -> None:
            self._session.preferences.add_recent_file(path)
            self._session.note_saved(path.absolute(), checkpoint)

        def failed(error: BaseException) -> None:
            self._session.problem_raised.emit(from_exception(error))

        self.loader.load(f"save {path}", f"Saving {path.name}…", work, done, failed)

    def _trained_on(self, checkpoint: Checkpoint) -> Dataset | None:
        """The data that a model was trained on, where they are at hand."""
        task = self._session.training.task
        at_hand = (self._session.dataset, task.dataset if task is not None else None)
        wanted = checkpoint.dataset.fingerprint
        return next((data for data in at_hand if data is not None and data.fingerprint == wanted), None)


def _looks_like_idx(path: Path) -> bool:
    """Whether a file starts like an IDX file, plain or gzipped; what can't be read does not."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    return start.startswith((GZIP_MAGIC, IDX_MAGIC))


def _load(path: Path) -> tuple[Checkpoint, str]:
    """A model file and the identity of its weights, which takes a moment to compute."""
    from vae_desktop.core.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(path)
    return checkpoint, checkpoint.model_id

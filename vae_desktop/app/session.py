"""The one owner of what the window shows, and of all threads behind it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.analogy import AnalogyController
from vae_desktop.app.backdrop import BackdropController
from vae_desktop.app.bookmarks import Bookmarks
from vae_desktop.app.devices import DeviceList
from vae_desktop.app.digit_details import DigitDetails
from vae_desktop.app.downloads import DownloadController
from vae_desktop.app.drawing import DrawingController
from vae_desktop.app.exploration import Exploration
from vae_desktop.app.likeness import Likeness
from vae_desktop.app.map_colours import MapColours
from vae_desktop.app.map_density import MapDensity
from vae_desktop.app.map_settings import MapSettings
from vae_desktop.app.opening import Opener
from vae_desktop.app.path import PathController
from vae_desktop.app.placed import PlacedDigits
from vae_desktop.app.posterior import PosteriorController
from vae_desktop.app.projection import MapController
from vae_desktop.app.reconstructions import ReconstructionsController
from vae_desktop.app.recovery import Recovery, RecoveryInfo
from vae_desktop.app.region import RegionController
from vae_desktop.app.samples import SamplesController
from vae_desktop.app.scores import Scores
from vae_desktop.app.settings import Preferences
from vae_desktop.app.state import Codes, Digit, ModelInfo
from vae_desktop.app.timeline import Timeline
from vae_desktop.app.training import TrainingController
from vae_desktop.app.trust import TrustController
from vae_desktop.app.views import Views

if TYPE_CHECKING:
    from vae_desktop.app.moments import Moment
    from vae_desktop.app.training_worker import TrainingTask
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import Arrays, EpochRecord, FloatArray

__all__ = ["Codes", "Digit", "ModelInfo", "Session"]

# All threads must be gone within this time of closing the window.
SHUTDOWN_SECONDS = 2.0


class Session(Exploration):
    """State, and the intents that change it; panels mirror the one and send the others.

    Attributes:
        loading: what is being opened or saved, for people; "" when nothing is.
        preferences, training, timeline, map, map_settings, map_colours, map_density, placed, samples,
            reconstructions, backdrop, trust, posterior, scores, drawing, digit_details, region, path, analogy,
            likeness, downloads, devices, recovery, views, bookmarks: the parts.

    Signals:
        loading_changed(): `loading` is another.
        notice_raised(str): something went well that the user may want to know.
        rewound(): another epoch is looked at; `model`, weights and `codes` are those of then.
        Those of `Exploration`.
    """

    loading_changed = Signal()
    notice_raised = Signal(str)
    rewound = Signal()

    def __init__(self, preferences: Preferences | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = preferences if preferences is not None else Preferences()
        self.recovery = Recovery()
        self.training = TrainingController(self)
        self.timeline = Timeline(self)
        # What the training has reached, also while a past epoch is looked at.
        self._newest: ModelInfo | None = None
        self._newest_means: FloatArray | None = None
        self._newest_logvars: FloatArray | None = None
        self.map = MapController(self)
        self.map_settings = MapSettings(self)
        self.scores = Scores(self)
        self.map_colours = MapColours(self)
        self.map_density = MapDensity(self)
        self.placed = PlacedDigits(self)
        self.samples = SamplesController(self)
        self.reconstructions = ReconstructionsController(self)
        self.backdrop = BackdropController(self)
        self.trust = TrustController(self)
        self.posterior = PosteriorController(self)
        self.drawing = DrawingController(self)
        self.digit_details = DigitDetails(self)
        self.region = RegionController(self)
        self.likeness = Likeness(self)
        self.path = PathController(self)
        self.analogy = AnalogyController(self)
        self.downloads = DownloadController(self)
        self.devices = DeviceList(self)
        self.downloads.finished.connect(self.open_dataset)
        self._opener = Opener(self)
        self.views = Views(self, self._opener)
        self.bookmarks = Bookmarks(self)
        self._opener.loader.text_changed.connect(self.loading_changed)

    @property
    def newest(self) -> ModelInfo | None:
        """What the training has reached, also while a past epoch is looked at."""
        return self._newest

    # Opening and saving

    @property
    def loading(self) -> str:
        """What is being opened or saved, for people; "" when nothing is."""
        return self._opener.loader.text

    def start(self, model_path: str | None = None, data_spec: str | None = None) -> None:
        """Open a model (None: the bundled one) and then a data set (None: what is at hand)."""
        self.bookmarks.load()
        self._opener.start(model_path, data_spec)

    def open_dataset(self, spec: str) -> None:
        """Open a data set by name or path."""
        self._opener.open_dataset(spec)

    def explore(self, split: str) -> None:
        """Look at the other split of the data set: "test" or "train", where it has images."""
        dataset = self.dataset
        if dataset is not None and split != dataset.explores and (split == "test" or len(dataset.train)):
            self.show_dataset(replace(dataset, explores=split))

    def open_model(self, path: Path | str) -> None:
        """Open a model file."""
        self._opener.open_model(Path(path))

    def open_bundled(self, name: str) -> None:
        """Open a model that comes with the program, such as "mnist-2d"."""
        self._opener.open_bundled(name)

    def open_path(self, path: Path) -> None:
        """Open a dropped file or folder, by what it is: a model, a data set, or a picture that carries a view."""
        self._opener.open_path(Path(path))

    def save_model(self, path: Path | str) -> None:
        """Write the model as it stands, also in the middle of a training."""
        self._opener.save_model(Path(path))

    def recover(self, info: RecoveryInfo) -> None:
        """Go on with a training that an earlier run left behind (see `recovery.pending`)."""
        self._opener.recover(info)

    # What opening and training bring

    def show_dataset(self, dataset: Dataset) -> None:
        """Make a data set the open one."""
        self._newest_means = None
        self._set_dataset(dataset)
        self.training.state_changed.emit()

    def show_model(
        self, checkpoint: Checkpoint, model_id: str, path: Path | None, title: str, saved: bool
    ) -> None:
        """Make a checkpoint the model under the cursor."""
        model = ModelInfo(
            config=checkpoint.model_config,
            training_config=checkpoint.training_config,
            dataset=checkpoint.dataset,
            history=checkpoint.history,
            path=path,
            model_id=model_id,
            title=title,
            saved=saved,
            atlas=Codes.of_atlas(checkpoint.atlas),
        )
        self.timeline.reset(checkpoint.weights)
        self._newest = model
        self._set_codes(None)
        self._set_model(model, checkpoint.weights, another=True)
        self.training.show(checkpoint)
        self._encode()

    def begin_training(self, task: TrainingTask, weights: Arrays) -> None:
        """A training stands ready with these weights: its model comes under the cursor."""
        before, checkpoint = self.model, task.checkpoint
        goes_on = before is not None and checkpoint is not None and self.training.checkpoint is checkpoint
        model = ModelInfo(
            config=task.model_config,
            training_config=task.training_config,
            dataset=task.dataset.info(),
            history=checkpoint.history if checkpoint is not None else (),
            path=before.path if before is not None and goes_on else None,
            model_id=before.model_id if before is not None and goes_on else "",
            title=before.title if before is not None and goes_on else f"New {task.dataset.title} model",
            saved=False,
        )
        self.timeline.reset(weights, keep=goes_on)
        self._newest = model
        if not goes_on:
            self._set_codes(None)
        self._set_model(model, weights, another=before is None or before.config != model.config)

    def freshen(self, model_id: str) -> None:
        """The training gave the decoder fresher weights; those of `model_id` are the last ones known, or ""."""
        self._go_on(model_id=self._progressed(model_id))
        if self.timeline.viewed is None:
            self.weights_changed.emit()

    def advance_training(
        self,
        task: TrainingTask,
        history: tuple[EpochRecord, ...],
        model_id: str,
        means: FloatArray,
        logvars: FloatArray,
    ) -> None:
        """An epoch is over; its evaluation brings the codes along."""
        self._go_on(history=history, model_id=self._progressed(model_id))
        evaluated = self._shows_test_images_of(task.dataset.fingerprint)
        self._newest_means, self._newest_logvars = (means, logvars) if evaluated else (None, None)
        if self.timeline.viewed is not None:
            return
        self.weights_changed.emit()
        if evaluated:
            self._set_codes(means, logvars)
        else:
            self._encode()
        self.info_changed.emit()

    def _shows_test_images_of(self, fingerprint: str) -> bool:
        """Whether what is explored are the images that a model is evaluated on."""
        dataset = self.dataset
        return dataset is not None and dataset.explores == "test" and dataset.fingerprint == fingerprint

    def _progressed(self, model_id: str) -> str:
        """The identity of weights that have gone on from those of `model_id`, or from the last ones known."""
        assert self._newest is not None
        known = model_id or self._newest.model_id.rstrip("+")
        return f"{known}+" if known else ""

    def _go_on(self, **changes: Any) -> None:
        """What is known of the newest weights changes; a past epoch that is looked at stays in view."""
        assert self._newest is not None
        self._newest = replace(self._newest, **changes)
        if self.timeline.viewed is None:
            self.model = self._newest

    def end_training(
        self, task: TrainingTask, checkpoint: Checkpoint, model_id: str, codes_hold: bool
    ) -> None:
        """The training is over, however it ended; `codes_hold` if the last codes are of the final weights."""
        self._go_on(history=checkpoint.history, model_id=model_id, atlas=Codes.of_atlas(checkpoint.atlas))
        codes_hold = codes_hold and self._shows_test_images_of(task.dataset.fingerprint)
        if not codes_hold:
            self._newest_means = None
        if self.timeline.viewed is None:
            self.weights_changed.emit()
            if not codes_hold:
                self._encode()
        self.info_changed.emit()

    def show_moment(self, moment: Moment | None) -> None:
        """Look at the model as it was at the end of an epoch, or (None) as it is; the decoder has its weights."""
        newest = self._newest
        if newest is None or self.model is None:
            return
        if moment is None:
            self.model, means, logvars = newest, self._newest_means, self._newest_logvars
        else:
            then = moment.checkpoint
            self.model = replace(newest, history=then.history, model_id=then.model_id, atlas=None)
            of_this = self._shows_test_images_of(then.dataset.fingerprint)
            means, logvars = (moment.means, moment.logvars) if of_this else (None, None)
        self.decoding.clear("codes")
        self.weights_changed.emit()
        if means is not None:
            self._set_codes(means, logvars)
        else:
            self._encode()
        self.map.look_at(moment.embedding if moment is not None and means is not None else None)
        self.rewound.emit()
        self.info_changed.emit()

    def _set_codes(self, means: FloatArray | None, logvars: FloatArray | None = None) -> None:
        if self.timeline.viewed is None:
            self._newest_means, self._newest_logvars = means, logvars
        super()._set_codes(means, logvars)

    def note_saved(self, path: Path, checkpoint: Checkpoint) -> None:
        """A checkpoint was written to a file of the user's choice."""
        if self._newest is not None and checkpoint.model_config == self._newest.config:
            all_of_it = not self.training.active and self.training.checkpoint is checkpoint
            self._go_on(path=path, title=path.stem, saved=all_of_it)
            if self.timeline.viewed is not None and self.model is not None:
                self.model = replace(self.model, path=path, title=path.stem, saved=all_of_it)
            if all_of_it:
                self.recovery.discard()
            self.info_changed.emit()
        self.notice_raised.emit(f"Saved {path.name}")

    def shutdown(self) -> bool:
        """Stop all threads, within two seconds and in the middle of anything.

        An unsaved training stays autosaved for the next start.

        Returns:
            Whether every thread is gone.
        """
        deadline = time.monotonic() + SHUTDOWN_SECONDS

        def left() -> int:
            return max(0, int(1000 * (deadline - time.monotonic())))

        self.blockSignals(True)
        pictures = (self.samples, self.reconstructions, self.backdrop, self.map_colours)
        looks = (self.trust, self.posterior, self.digit_details, self.region, self.path, self.analogy)
        for picture in (*pictures, *looks):
            picture.active = False
        self.path.player.pause()
        self.training.stop()
        self.map.close()
        self.downloads.cancel()
        self.drawing.close()
        self.likeness.close()
        gone = [self.training.wait(left())]
        self._opener.close()
        gone += [
            self.map.wait(left()),
            self.map_colours.wait(left()),
            self.map_density.wait(left()),
            self.samples.wait(left()),
            self.region.wait(left()),
            self.placed.wait(left()),
            self.downloads.wait(left()),
            self.devices.wait(left()),
            self.drawing.wait(left()),
            self.decoding.close(left()),
            self._opener.loader.wait(left()),
            self.bookmarks.wait(left()),
        ]
        gone.append(self.timeline.loader.wait(left()))
        self.timeline.close()
        self.recovery.close()
        self.preferences.sync()
        return all(gone)

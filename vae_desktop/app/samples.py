"""A grid of pictures decoded from codes that a recipe stands for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.draws import Draws
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.mixture_fit import MixtureFitter, posteriors_of
from vae_desktop.app.problems import from_exception
from vae_desktop.app.sample_subject import missing_for, resolved
from vae_desktop.core.errors import UserError
from vae_desktop.core.recipe_codes import laid_out, posterior_samples, prior_samples
from vae_desktop.core.sample_recipe import DATA_KINDS, FITTED_KINDS, LAID_OUT_KINDS, SampleRecipe

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.plane import Plane
    from vae_desktop.core.records import FloatArray
    from vae_desktop.core.samplers import Mixture

Drawn = tuple["FloatArray", "FloatArray"]
# While a hand drags the cursor, what is laid out around it follows at this pace.
FOLLOW_MS = 40


class SamplesController(Draws):
    """Samples of the session's model; the same recipe gives the same codes.

    Attributes:
        settings: what was chosen; digits, plane and point of a recipe are those of the session.
        recipe: the settings with these filled in: all that it takes to draw the same again.
        shown: the recipe that `codes` are of; None like them.
        plane: the session's plane when they were asked for, which a manifold is of; None like them.
        codes, images: [N, D] and [N, C, H, W], read-only, row by row; None before the first draw.
        missing: what there has to be before there are samples of this kind, for people; "" where nothing is.
        fitting: whether a mixture is being fitted.
        model_id: identity of the weights that decoded `images`.
        refresh_while_training: whether the grid follows a training, epoch by epoch.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): a setting or the pictures are others.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.settings = SampleRecipe()
        self.shown: SampleRecipe | None = None
        self.plane: Plane | None = None
        self.codes: FloatArray | None = None
        self.images: FloatArray | None = None
        self.missing = ""
        self.model_id = ""
        self._fitter = MixtureFitter(self)
        self._fitter.fitted.connect(self._fitted)
        self._fitter.failed.connect(self._failed)
        self._asked: SampleRecipe | None = None
        self._told: tuple[str, bool] | None = None
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_MS)
        self._follow.timeout.connect(self._refresher.now)
        session.model_changed.connect(self._model_changed)
        session.rewound.connect(self._refresher.now)
        session.training.epoch_finished.connect(self._epoch_finished)
        session.training.state_changed.connect(self._training_changed)
        session.codes_changed.connect(self._codes_changed)
        session.dataset_changed.connect(self._dataset_changed)
        session.group_changed.connect(self._digits_chosen)
        session.selection_changed.connect(self._digits_chosen)
        session.plane_changed.connect(self._plane_changed)
        session.cursor_changed.connect(self._cursor_changed)
        session.decoding.ready.connect(self._decoded)

    # -- settings -----------------------------------------------------------------------------------

    @property
    def recipe(self) -> SampleRecipe:
        """The settings, with the digits, plane and point of the session filled in."""
        return resolved(self.settings, self._session)

    @property
    def rows(self) -> int:
        """Of the grid that was chosen."""
        return self.settings.rows

    @property
    def columns(self) -> int:
        """Of the grid that was chosen."""
        return self.settings.columns

    @property
    def seed(self) -> int:
        """Of the draw."""
        return self.settings.seed

    @property
    def temperature(self) -> float:
        """Scales the standard deviations that are drawn with."""
        return self.settings.temperature

    @property
    def drawn(self) -> FloatArray | None:
        """The codes."""
        return self.codes

    @property
    def fitting(self) -> bool:
        """Whether a mixture is being fitted."""
        return self._fitter.busy

    @property
    def refresh_while_training(self) -> bool:
        """Whether the grid follows a training, epoch by epoch."""
        return self._session.preferences.refresh_samples

    @refresh_while_training.setter
    def refresh_while_training(self, refresh: bool) -> None:
        if refresh != self.refresh_while_training:
            self._session.preferences.refresh_samples = refresh
            self.changed.emit()

    def change(self, **values: object) -> None:
        """Choose other settings, by the names of a recipe's attributes.

        Raises:
            ConfigurationError: one is outside its range.
        """
        self.choose(replace(self.settings, **values))  # type: ignore[arg-type]

    def set_layout(self, rows: int, columns: int) -> None:
        """Choose the size of the grid.

        Raises:
            ConfigurationError: a side is not between 1 and 64.
        """
        self.change(rows=rows, columns=columns)

    def set_seed(self, seed: int) -> None:
        """Draw the samples of this seed."""
        self.change(seed=seed)

    def set_temperature(self, temperature: float) -> None:
        """Scale the standard deviations by this."""
        self.change(temperature=temperature)

    def choose(self, settings: SampleRecipe) -> None:
        """Choose all settings at once; a recipe's digits, plane and point are the session's in any case."""
        settings = replace(settings, digits=(), origin=(), plane="axes")
        self._session.change_setting(self._put, self.settings, settings, "sample settings")

    def _put(self, settings: SampleRecipe) -> None:
        self.settings = settings
        self.changed.emit()
        self._refresher.now()

    def wait(self, ms: int) -> bool:
        """End what is under way; False if its thread takes longer than `ms`."""
        self._follow.stop()
        return self._fitter.wait(ms)

    # -- drawing ------------------------------------------------------------------------------------

    def _compute(self) -> None:
        session = self._session
        if session.model is None:
            return
        recipe, codes = self.recipe, session.codes
        missing = missing_for(recipe, session)
        if missing:
            self._show_missing(missing)
        elif recipe.kind in FITTED_KINDS and codes is not None:
            mixture = self._fitter.find(codes, recipe)
            if mixture is not None:
                self._request(recipe, mixture)
            else:
                session.decoding.clear("samples")
                self._tell("")
        else:
            self._fitter.cancel()
            self._request(recipe)

    def _request(self, recipe: SampleRecipe, mixture: Mixture | None = None) -> None:
        draw = self._draw_of(recipe, mixture)

        def work(inference: Inference) -> Generator[None, None, Drawn]:
            codes = frozen(draw())
            return codes, (yield from decode_all(inference, codes))

        session = self._session
        assert session.model is not None
        self._asked = recipe
        session.decoding.request("samples", work, (recipe, session.plane, session.model.model_id))
        self._tell("")

    def _draw_of(self, recipe: SampleRecipe, mixture: Mixture | None) -> Callable[[], FloatArray]:
        """What draws the codes: a few milliseconds of work, but for libraries that may have to be loaded."""
        session = self._session
        if mixture is not None:
            return partial(mixture.draw, recipe.rows * recipe.columns, recipe.seed, recipe.temperature)
        if recipe.kind == "posterior":
            assert session.codes is not None
            means, logvars = posteriors_of(session.codes, None)
            return lambda: posterior_samples(
                recipe.digits,
                lambda digits: (means[digits], logvars[digits]),
                recipe.rows,
                recipe.columns,
                recipe.seed,
                recipe.temperature,
            )
        if recipe.kind == "prior":
            return partial(prior_samples, recipe, len(session.cursor))
        return partial(laid_out, recipe, session.plane)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "samples" and isinstance(result.value, tuple):
            assert isinstance(result.tag, tuple)
            self.shown, self.plane, self.model_id = result.tag
            self.codes, self.images = result.value
            fit = self._fitter.seconds if self.shown is not None and self.shown.kind in FITTED_KINDS else 0.0
            self._refresher.spent(result.seconds + fit)
            self.changed.emit()

    def _fitted(self, recipe: SampleRecipe, mixture: Mixture) -> None:
        self._request(recipe, mixture)

    def _failed(self, error: BaseException) -> None:
        problem = from_exception(error)
        self._show_missing(f"{problem.message} {problem.remedy}".strip())
        if not isinstance(error, UserError):
            self._session.problem_raised.emit(problem)

    def _show_missing(self, missing: str) -> None:
        """Samples of another kind, or of what is gone, would be wrong ones."""
        self._fitter.cancel()
        self._session.decoding.clear("samples")
        self._asked = None
        self._empty()
        self._tell(missing)

    def _empty(self) -> None:
        self.shown, self.plane = None, None
        self.codes, self.images, self.model_id = None, None, ""
        self._told = None

    def _tell(self, missing: str) -> None:
        """Say what is missing, or that something is under way, where that is news."""
        self.missing = missing
        state = (missing, self.fitting)
        if state != self._told:
            self._told = state
            self.changed.emit()

    # -- changes of what is drawn from ----------------------------------------------------------------

    def _model_changed(self) -> None:
        """Samples of another model would be wrong samples: show none until the new ones are there."""
        self._fitter.cancel()
        self._asked = None
        self._empty()
        self._tell("")
        self._refresher.now()

    def _codes_changed(self) -> None:
        """While a training goes on, its epochs say when."""
        kind, goes_on = self.settings.kind, self._session.training.active
        if kind in DATA_KINDS:
            outdated = not goes_on or self.images is None or self._session.codes is None
        else:
            # Which dimensions are the most active ones.
            outdated = kind == "traversal" and not goes_on and self.recipe != self._asked
        if outdated:
            self._refresher.now()

    def _dataset_changed(self) -> None:
        """Samples like digits that are gone are no longer told of as such, seen or unseen."""
        if self.settings.kind in DATA_KINDS or (self.shown is not None and self.shown.kind in DATA_KINDS):
            self._show_missing("")
            self._refresher.now()
        else:
            self._codes_changed()

    def _digits_chosen(self) -> None:
        if self.settings.kind == "posterior" and self.recipe != self._asked:
            self._refresher.now()

    def _plane_changed(self) -> None:
        if self.settings.kind == "manifold":
            self._refresher.now()

    def _cursor_changed(self) -> None:
        settings, session, asked = self.settings, self._session, self._asked
        if settings.around != "cursor" or settings.kind not in LAID_OUT_KINDS or not self.active:
            return
        if settings.kind == "manifold" and asked is not None and len(asked.origin) == len(session.cursor):
            # Along the plane, the cursor changes nothing.
            before = np.array(asked.origin, np.float32)
            if session.plane.level(before, session.cursor):
                return
        if not self._follow.isActive():
            self._follow.start()

    def _epoch_finished(self) -> None:
        if self.refresh_while_training and self._session.training.active:
            self._refresher.when_cheap()

    def _training_changed(self) -> None:
        """The end of a training brings its final weights."""
        model = self._session.model
        if not self._session.training.active and model is not None and model.model_id != self.model_id:
            self._refresher.now()

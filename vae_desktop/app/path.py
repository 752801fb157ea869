"""A path through latent space: where it stops, of which kind it is, and what is decoded along it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path_player import PathPlayer
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.core.latent_path_kinds import PATH_KINDS, PathKind

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.records import FloatArray

MAX_STOPS, MAX_FRAMES = 32, 1000
# The path is known at so many codes or a few more: enough for a smooth line, and to glide from frame to frame.
FINE = 240

Stops = tuple[LatentPlace, ...]


@dataclass(frozen=True)
class PathPlan:
    """What determines a path but for the model: its stops, its kind, and how many frames are decoded along it."""

    stops: Stops = ()
    kind: PathKind = "linear"
    frames: int = 24


@dataclass(frozen=True, eq=False)
class Film:
    """What is decoded along a path.

    Attributes:
        plan: that it is of.
        stops: codes of the stops [K, D]; stop_images: decoded from them [K, C, H, W].
        codes, images: of the frames, evenly spaced in image space, [F, D] and [F, C, H, W]; none of one stop alone.
        line: the path in finer steps [M, D], (M - 1) a multiple of (F - 1).
        model_id: identity of the weights that decoded it.
        All arrays are read-only.
    """

    plan: PathPlan
    stops: FloatArray
    stop_images: FloatArray
    codes: FloatArray
    images: FloatArray
    line: FloatArray
    model_id: str = ""


class PathController(DerivedPicture):
    """The session's one path.

    Stops that are digits go where a training takes their codes. With another model they are digits of that one; a
    path through a latent space of other dimensions is dropped.

    Attributes:
        plan: what the user wants.
        film: what is decoded along it, or along the plan before until that is done; None before there is anything.
        player: plays it under the cursor.

    Signals:
        changed(): `plan` or `film` is another.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.plan = PathPlan()
        self.film: Film | None = None
        self._dimensions = len(session.cursor)
        self._asked: object = None
        self.player = PathPlayer(session, self)
        # Who makes a path looks at it on the canvas, whatever else is hidden; without stops there is nothing to do.
        self._refresher.active = True
        session.model_changed.connect(self._model_changed)
        session.dataset_changed.connect(self._dataset_changed)
        session.codes_changed.connect(self._codes_changed)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.training.state_changed.connect(self._training_changed)
        session.decoding.ready.connect(self._decoded)

    @property
    def busy(self) -> bool:
        """Whether the path that is wanted is still being found."""
        return bool(self.plan.stops) and (self.film is None or self.film.plan is not self.plan)

    # What the user wants

    def set_kind(self, kind: PathKind) -> None:
        """Choose the way from stop to stop.

        Raises:
            ValueError: there is no such kind.
        """
        if kind not in PATH_KINDS:
            raise ValueError(f"no such kind of path: {kind}")
        self._session.change_setting(self._put_kind, self.plan.kind, kind, "kind of path")

    def set_frames(self, frames: int) -> None:
        """Choose how many pictures are decoded along the path.

        Raises:
            ValueError: not between 2 and 1000.
        """
        if not 2 <= frames <= MAX_FRAMES:
            raise ValueError(f"a path of {frames} frames is not possible")
        name = "frames of the path"
        self._session.change_setting(self._put_frames, self.plan.frames, frames, name, run=name)

    def set_stops(self, stops: Sequence[LatentPlace]) -> None:
        """Another path; of too many stops the first ones are taken, and the user is told."""
        if len(stops) > MAX_STOPS:
            self._session.notice_raised.emit(
                f"A path has at most {MAX_STOPS} stops: the first ones were taken."
            )
            stops = stops[:MAX_STOPS]
        put = partial(self._put_stops, of=self._session.digits_key)
        self._session.change_setting(put, self.plan.stops, tuple(stops), "change of the path")

    def add(self, *stops: LatentPlace) -> None:
        """The path goes on to these."""
        self.set_stops((*self.plan.stops, *stops))

    def add_cursor(self) -> None:
        """The path goes on to where the cursor is."""
        self.add(LatentPlace(point=self._session.cursor))

    def add_selected(self) -> None:
        """The path goes on to the selected digit, if there is one."""
        if self._session.selected is not None:
            self.add(LatentPlace(index=self._session.selected))

    def take_group(self) -> None:
        """A path through the digits of the group, in the data set's order, instead of the one there is."""
        if len(self._session.group):
            self.set_stops([LatentPlace(index=int(index)) for index in self._session.group])

    def remove(self, number: int) -> None:
        """Leave a stop out."""
        stops = self.plan.stops
        self.set_stops(stops[:number] + stops[number + 1 :])

    def move(self, number: int, steps: int) -> int:
        """Put a stop earlier or later among the others, if there is such a one; returns its place then."""
        stops = list(self.plan.stops)
        if number >= len(stops):
            return number
        there = min(max(number + steps, 0), len(stops) - 1)
        stops.insert(there, stops.pop(number))
        self.set_stops(stops)
        return there

    def clear(self) -> None:
        """No path."""
        self.set_stops(())

    def _put_stops(self, stops: Stops, of: tuple[str, str] | None) -> None:
        """Have these stops; digits of another data set are others now."""
        there = self._session.digits_key == of
        self._set(replace(self.plan, stops=tuple(stop for stop in stops if there or not stop.of_digits)))

    def _put_kind(self, kind: PathKind) -> None:
        self._set(replace(self.plan, kind=kind))

    def _put_frames(self, frames: int) -> None:
        self._set(replace(self.plan, frames=frames))

    def _set(self, plan: PathPlan) -> None:
        self.plan = plan
        if not plan.stops:
            self._drop_film()
        self.changed.emit()
        self._refresher.now()

    # What is decoded

    def _compute(self) -> None:
        session, plan = self._session, self.plan
        places = [stop.code(session) for stop in plan.stops]
        codes = [place for place in places if place is not None and np.isfinite(place).all()]
        if session.model is None or not plan.stops or len(codes) < len(places):
            session.decoding.clear("path")
            return
        stops = frozen(np.stack(codes))
        self._asked = tag = (plan, session.model.model_id)
        session.decoding.request("path", lambda it: _film(it, plan, stops), tag, steady=True)

    def _decoded(self, result: DecodeResult) -> None:
        if not isinstance(result.value, Film) or result.tag is not self._asked:
            return
        assert isinstance(result.tag, tuple)
        self._refresher.spent(result.seconds)
        self.film = replace(result.value, model_id=result.tag[1])
        self.changed.emit()

    def _drop_film(self) -> None:
        self._asked = None
        self._session.decoding.clear("path")
        self.film = None

    # What becomes of it

    def _model_changed(self) -> None:
        """What another model decoded is wrong; in another latent space so is the path."""
        self._drop_film()
        if len(self._session.cursor) != self._dimensions:
            self._dimensions = len(self._session.cursor)
            self.plan = replace(self.plan, stops=())
        self.changed.emit()
        self._refresher.now()

    def _dataset_changed(self) -> None:
        """Other digits have these numbers now."""
        stops = tuple(stop for stop in self.plan.stops if not stop.of_digits)
        if stops != self.plan.stops:
            self._set(replace(self.plan, stops=stops))

    def _codes_changed(self) -> None:
        if not any(stop.of_digits for stop in self.plan.stops):
            return
        if self.film is not None and self._session.training.active:
            self._refresher.when_cheap()
        else:
            self._refresher.now()

    def _training_changed(self) -> None:
        """The end of a training brings its final weights."""
        model, film = self._session.model, self.film
        over = not self._session.training.active
        if over and film is not None and model is not None and model.model_id != film.model_id:
            self._refresher.now()


def _film(inference: Inference, plan: PathPlan, stops: FloatArray) -> Generator[object, None, Film]:
    """The path and its pictures, slice by slice."""
    from vae_desktop.core.latent_paths import latent_path

    stop_images = yield from decode_all(inference, stops)
    if len(stops) < 2:
        return Film(plan, stops, stop_images, stops[:0], stop_images[:0], stops[:0])
    step = -(-FINE // (plan.frames - 1))
    line = yield from latent_path(stops, plan.kind, (plan.frames - 1) * step + 1, inference)
    codes = frozen(np.ascontiguousarray(line[::step]))
    images = yield from decode_all(inference, codes)
    return Film(plan, stops, stop_images, codes, images, frozen(line))

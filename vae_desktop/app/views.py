"""Views of the session: what is looked at as a value, and the way back to it, from a picture or a bookmark."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.finding import SUFFIX, bundled_models, find_dataset, find_model
from vae_desktop.app.path_settings import set_path
from vae_desktop.app.problems import Action, Problem, from_exception
from vae_desktop.app.shown import as_shown
from vae_desktop.app.view_settings import (
    map_wanted,
    set_reconstructions,
    set_region,
    set_samples,
    settings_now,
)
from vae_desktop.core.data.catalog import DIGITS, names
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.view_record import View
from vae_desktop.core.view_tags import DataTag, PlaneTag, plain, tag_of
from vae_desktop.core.view_text import read_view

if TYPE_CHECKING:
    from vae_desktop.app.opening import Opener
    from vae_desktop.app.session import Session
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.config import TsneConfig
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.map_method import MapMethod

WORDS = {
    "picture": "the picture at the cursor",
    "manifold": "the manifold",
    "samples": "the samples",
    "reconstructions": "the reconstructions",
    "map": "the map",
    "group": "the group",
    "region": "the generated digits",
    "path": "the path",
}
# How parts are set, whether that is nothing without the data set, and how it is called.
PARTS = (
    ("samples", set_samples, False, "the settings of its samples"),
    ("region", set_region, False, "the seed of its generated digits"),
    ("reconstructions", set_reconstructions, True, "its reconstructions"),
    ("path", set_path, True, "its path"),
)


class Views(QObject):
    """Tells what is looked at, and brings it back: the model first, then the data set where it matters.

    Nothing changes before the model is found. What can't be brought back is told of, the rest is.

    Attributes:
        window: the part of the plane that the canvas shows, x0, y0, x1, y1; kept by the canvas, None without one.

    Signals:
        restored(object View): all of it that can be is back; panels bring it to the front.
    """

    restored = Signal(object)

    def __init__(self, session: Session, opener: Opener) -> None:
        super().__init__(session)
        self._session = session
        self._opener = opener
        self.window: tuple[float, float, float, float] | None = None
        self._map_wish: tuple[TsneConfig, MapMethod] | None = None
        session.model_changed.connect(self._forget_map)
        session.dataset_changed.connect(self._forget_map)
        session.codes_changed.connect(self._make_map)

    def now(self, kind: str = "view", model_id: str | None = None) -> View | None:
        """What is looked at, or None without a model: of a picture what it shows, though more is wished by now.

        Args:
            kind: of the picture, one of `view_record.KINDS`.
            model_id: of the weights that made it, where they are not the model's newest.
        """
        session, model, dataset = self._session, self._session.model, self._session.dataset
        if model is None:
            return None
        file = model.path.name if model.path is not None else f"{model.title}{SUFFIX}"
        identity = model.model_id if model_id is None else model_id
        view = View(
            kind=kind,
            model=tag_of(identity, model.title, file, model.config.latent_dim),
            dataset=DataTag.of(dataset.info(), dataset.explores) if dataset is not None else None,
            cursor=plain(session.cursor),
            plane=PlaneTag.of(session.plane),
            window=self._seen(),
            selected=session.selected,
            group=tuple(session.group.tolist()),
            settings=settings_now(session, kind),
        )
        return as_shown(view, session)

    def _seen(self) -> tuple[float, ...] | None:
        """The part in view as a record holds it; None where it is too small for that, or nothing shows it."""
        if self.window is None:
            return None
        x0, y0, x1, y1 = plain(self.window)
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    # Reading

    def open(self, path: Path) -> None:
        """Bring back what a PNG of ours shows; any other picture is taken for one of a digit."""

        def done(view: View | None) -> None:
            if view is None:
                self._session.drawing.open(path)
            else:
                self.restore(view, [path.parent / view.model.file] if view.model.file else [])

        self._opener.loader.load("view", f"Reading {path.name}…", lambda: read_view(path), done, self._failed)

    def restore(self, view: View, places: Iterable[Path] = (), sources: Iterable[str] = ()) -> None:
        """Come back to a view; what opens its model and its data set is looked for where that is needed.

        Args:
            places: files that may hold the model, besides recent and bundled ones.
            sources: names or paths that may open the data set, besides known ones.
        """
        places, sources = list(places), list(sources)
        session, wanted = self._session, view.model
        newest = session.newest
        if newest is not None and wanted.exact and newest.model_id == wanted.model_id:
            session.timeline.view(None)
        if session.model is not None and wanted.exact and session.model.model_id == wanted.model_id:
            self._with_model(view, sources)
            return
        recent = [Path(name) for name in session.preferences.recent_files]

        def done(found: tuple[Path, Checkpoint] | None) -> None:
            if found is None:
                session.problem_raised.emit(self._without_model(view, sources))
            elif not self._opener.training_in_the_way(lambda: self.restore(view, places, sources)):
                self._leave(view, sources, *found)

        self._opener.loader.load(
            "view",
            f"Looking for the model {wanted.title}…",
            lambda: find_model(wanted, [*places, *recent]),
            done,
            self._failed,
        )

    def _leave(self, view: View, sources: list[str], path: Path, checkpoint: Checkpoint) -> None:
        """Go over to the view's model; one that was never saved is not left without a word."""
        session = self._session

        def go() -> None:
            # The user may have let the question stand, and started a training meanwhile.
            if self._opener.training_in_the_way(go):
                return
            bundled = path in bundled_models()
            if not bundled:
                session.preferences.add_recent_file(path)
            own = None if bundled else path.absolute()
            session.show_model(checkpoint, checkpoint.model_id, own, path.stem, saved=True)
            self._with_model(view, sources)

        if session.newest is None or session.newest.saved:
            go()
            return
        session.problem_raised.emit(
            Problem(
                f"This view is of another model, {view.model.title}, and {session.newest.title} is not saved.",
                "Save it first if you want to keep it.",
                actions=((f"Open {path.stem}", go),),
            )
        )

    def _without_model(self, view: View, sources: list[str]) -> Problem:
        tag, model = view.model, self._session.model
        if tag.exact:
            message = f"This view is of the model {tag.title} ({tag.model_id}), which was not found here."
            remedy = f"Open its file {tag.file} first, or put it beside the picture. Nothing was changed."
        else:
            message = (
                f"This view is of {tag.title} in the middle of a training, and those weights were not kept."
            )
            remedy = "Nothing was changed."
        if model is None or model.config.latent_dim != tag.latent_dim:
            return Problem(message, remedy)
        # The same point, seed and plane say something of another model too.
        use = ("Use the open model", lambda: self._with_model(view, sources))
        return Problem(message, remedy, actions=(use,))

    # Restoring

    def _with_model(self, view: View, sources: list[str]) -> None:
        """The model is there: now the data set, if something of the view is nothing without it."""
        tag, dataset, model = view.dataset, self._session.dataset, self._session.model
        if tag is None:
            self._apply(view, True)
            return
        here = None if dataset is None else (dataset.fingerprint, dataset.explores)
        if here == (tag.fingerprint, tag.split) or not view.needs_data:
            self._apply(view, here == (tag.fingerprint, tag.split))
            return
        if dataset is not None and dataset.fingerprint == tag.fingerprint:
            self._session.explore(tag.split)
            self._apply(view, True)
            return
        known = [tag.name] if tag.name in names() else []
        own = [model.dataset.source] if model and model.dataset.fingerprint == tag.fingerprint else []
        data_dir = self._session.preferences.data_dir

        def done(found: Dataset | None) -> None:
            if found is not None:
                self._session.show_dataset(found)
            self._apply(view, found is not None)

        self._opener.loader.load(
            "view",
            f"Looking for the data set {tag.title}…",
            lambda: find_dataset(tag, [*sources, *known, *own], data_dir),
            done,
            self._failed,
        )

    def _apply(self, view: View, has_data: bool) -> None:
        session = self._session
        if session.model is None or session.model.config.latent_dim != view.model.latent_dim:
            # Another model was opened while the data set was being looked for.
            return
        lacking: list[str] = []
        cut: list[str] = []
        with session.one_step("return to a view"):
            try:
                self._stand(view, has_data)
            except ValueError:
                lacking.append("its digits and plane")
            for part, put, of_digits, words in PARTS:
                if part in view.settings and (has_data or not of_digits):
                    try:
                        cut += put(session, view.settings[part]) or []
                    except (ValueError, ConfigurationError):
                        lacking.append(words)
            # A map takes its time, and is there for other pictures too: only a view of it makes it anew.
            if view.kind == "map" and has_data:
                try:
                    self._wish_map(*map_wanted(view.settings.get("map", {})))
                except (ValueError, ConfigurationError):
                    lacking.append("its map")
        self._tell(view, has_data or not view.needs_data, lacking, cut)
        self.restored.emit(view)

    def _stand(self, view: View, has_data: bool) -> None:
        session = self._session
        plane = view.plane.to_plane(view.model.latent_dim)
        if has_data:
            session.stand(view.z, plane, view.selected, view.digits)
        else:
            # In another data set, a plane of digits is another one.
            own = session.dataset is None or view.plane.kind == "axes"
            session.stand(view.z, plane if own else session.plane, session.selected, session.group)

    def _tell(self, view: View, has_data: bool, lacking: list[str], cut: list[str]) -> None:
        """Say what is back; of what is `cut` down there is as much as a window can show."""
        session, tag = self._session, view.dataset
        if has_data and not lacking and not cut:
            what = WORDS.get(view.kind, "the view")
            session.notice_raised.emit(f"Back at {what} of {view.model.title}")
            return
        remedy = "All else is back."
        actions: tuple[Action, ...] = ()
        if not has_data and tag is not None:
            lacking.insert(0, f"the digits of {tag.title}, a data set that was not found here")
            remedy = "All else is back. Open the data set and try again."
            if tag.name in names() and tag.name != DIGITS:
                actions = (("Download it", partial(session.downloads.start, tag.name)),)
        parts = [f"without {what}" for what in lacking]
        parts += [f"with {what}, the most that a window shows" for what in cut]
        session.problem_raised.emit(
            Problem(f"This view came back {' and '.join(parts)}.", remedy, actions=actions)
        )

    # The map

    def _wish_map(self, config: TsneConfig, method: MapMethod) -> None:
        """Make this map as soon as there are codes, unless it is there already; the next one is made like it."""
        self._session.map_settings.choose(config, method)
        here = self._session.map
        if here.frame is None or here.stale or (here.config, here.method) != (config, method):
            self._map_wish = (config, method)
            self._make_map()

    def _make_map(self) -> None:
        wish = self._map_wish
        if wish is not None and self._session.codes is not None:
            self._map_wish = None
            self._session.map.start(*wish)

    def _forget_map(self) -> None:
        self._map_wish = None

    def _failed(self, error: BaseException) -> None:
        self._session.problem_raised.emit(from_exception(error))

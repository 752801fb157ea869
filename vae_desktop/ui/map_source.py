"""The map as something to export: the picture as it is seen, and the values behind it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsView

from vae_desktop.core.map_method import TITLES, UMAP_NEIGHBOURS, made_by
from vae_desktop.ui.drawn_colours import drawn_colours
from vae_desktop.ui.export_source import Drawing, ExportSource, Table
from vae_desktop.ui.placed_source import placed_arrays, placed_marks, shown_placed, with_placed
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.config import TsneConfig
    from vae_desktop.core.map_method import MapMethod
    from vae_desktop.ui.map_view import MapView

# The longer side of the picture has at least this many pixels, enough for a slide or a page.
LONG_SIDE = 2000


def map_source(session: Session, view: MapView) -> ExportSource | None:
    """The map as `view` shows it, or None before there is one."""
    controller, model = session.map, session.model
    frame, codes, config = controller.frame, controller.codes, controller.config
    if frame is None or codes is None or config is None or model is None:
        return None
    facts: dict[str, str | int | float] = {"method": TITLES[controller.method]}
    if controller.method == "tsne":
        facts |= {
            "perplexity": config.perplexity,
            "exaggeration": config.exaggeration,
            "iterations": frame.iteration,
        }
    elif controller.method == "umap":
        facts |= {"neighbours": UMAP_NEIGHBOURS, "iterations": frame.iteration}
    if frame.kl is not None:
        facts["divergence"] = frame.kl
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "embedding": frame.embedding,
        "labels": codes.labels,
        "z": codes.means,
    }
    arrays |= placed_arrays(session)
    placed = shown_placed(session)
    if placed is not None:
        facts["placed"] = placed.title
    dataset = session.dataset
    split = dataset.split_name if dataset is not None else "test"
    shown = ~np.isin(codes.labels, list(session.hidden_classes))
    data = dataset.title if dataset is not None else model.dataset.title
    words = made_by(controller.method, config)
    words = words if controller.stale else f"{words}, model {model.model_id}"
    names = tuple(dataset.class_names) if dataset is not None else ()
    coloured = drawn_colours(session, view, shown, names)
    drawing = Drawing(
        points=frame.embedding[shown],
        labels=codes.labels[shown],
        class_names=names,
        title=f"{np.count_nonzero(shown):,} {split} images of {data}",
        caption=words if coloured is None else f"{words}; {coloured.words}",
        placed=placed_marks(session, view),
        drawn=session.drawing.placing.place,
        coloured=coloured,
    )
    return ExportSource(
        title="map",
        stem=_stem(controller.method, config),
        images=picture_of(view),
        columns=1,
        # A stale map is of codes that an earlier model gave.
        model_id="" if controller.stale else model.model_id,
        dataset=model.dataset,
        seed=config.seed,
        facts=facts,
        arrays=arrays,
        gaps=False,
        drawn=True,
        table=with_placed(
            session, Table(codes.labels, frame.embedding, codes.means), f"{data}, {split} images"
        ),
        drawing=drawing,
        view=session.views.now("map", "" if controller.stale else None),
    )


def _stem(method: MapMethod, config: TsneConfig) -> str:
    """The name of a map's file."""
    if method == "tsne":
        return f"map-perplexity{config.perplexity:g}-seed{config.seed}"
    return f"map-umap-seed{config.seed}" if method == "umap" else f"map-{method}"


def picture_of(view: QGraphicsView) -> npt.NDArray[np.uint8]:
    """The scene of the view, finer than on the screen, as one image [1, 3, H, W] uint8."""
    size = view.viewport().size()
    ratio = math.ceil(LONG_SIDE / max(size.width(), size.height()))
    image = QImage(size * ratio, QImage.Format.Format_RGB888)
    image.setDevicePixelRatio(ratio)
    image.fill(theme().colors.plot)
    painter = QPainter(image)
    # Without a target Qt takes the image's own pixels for those of the screen.
    view.render(painter, QRectF(view.viewport().rect()), view.viewport().rect())
    painter.end()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    # Copied before it is turned: pixel by pixel in memory, as pictures are painted and written.
    return pixels.copy().transpose(2, 0, 1)[np.newaxis]

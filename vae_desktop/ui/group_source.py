"""The chosen group as something to export: its digits, or digits made up like them, with the values behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.app.encoding import digit_images
from vae_desktop.app.region import COLUMNS
from vae_desktop.ui.export_source import ExportSource, Table

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


def group_source(session: Session) -> ExportSource | None:
    """The group's digits in a grid with their indices, labels, codes and places on the map, or None without any."""
    group, dataset, model, frame = session.group, session.dataset, session.model, session.map.frame
    if not len(group) or dataset is None:
        return None
    images = digit_images(dataset, group)
    labels = dataset.explored.labels.numpy()[group]
    arrays: dict[str, npt.NDArray[np.generic]] = {"images": images, "indices": group, "labels": labels}
    codes = session.codes.means[group] if session.codes is not None else np.zeros((len(group), 0), np.float32)
    if session.codes is not None:
        arrays["z"] = codes
    points = frame.embedding[group] if frame is not None else None
    if points is not None:
        arrays["embedding"] = points
    return ExportSource(
        title="group",
        stem=f"group-{len(group)}",
        images=images,
        columns=math.ceil(math.sqrt(len(group))),
        model_id=model.model_id if model is not None else "",
        dataset=model.dataset if model is not None else None,
        facts={f"{dataset.split_name}_digits_of": dataset.title, "digits": len(group)},
        arrays=arrays,
        table=Table(labels, points, codes, group),
        view=session.views.now("group"),
    )


def region_source(session: Session) -> ExportSource | None:
    """Digits generated from the group's region, or None before there are any."""
    region, model, dataset = session.region, session.model, session.dataset
    if region.images is None or region.codes is None or model is None or dataset is None:
        return None
    return ExportSource(
        title="generated digits",
        stem=f"region-{len(region.group)}-seed{region.drawn_seed}",
        images=region.images,
        columns=COLUMNS,
        model_id=region.model_id,
        dataset=model.dataset,
        seed=region.drawn_seed,
        facts={
            "sampler": "kde of a group" if region.drawn_by == "kde" else "gaussian of a group",
            f"{dataset.split_name}_digits_of": dataset.title,
            "digits": len(region.group),
        },
        arrays={"z": region.codes, "indices": region.group},
        view=session.views.now("region", region.model_id),
    )

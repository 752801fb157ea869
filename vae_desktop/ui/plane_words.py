"""Where the latent cursor is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


def place_words(session: Session) -> str:
    """The cursor's place in the canvas's plane, to be spoken, such as "z1 0.50, z2 −1.20"."""
    places = session.plane.to_plane(session.cursor).tolist()
    # As they are spoken: of "z₁" and "z₂" a voice says "z".
    names = session.plane.spoken[: len(session.cursor)]
    return ", ".join(f"{name} {place:.2f}" for name, place in zip(names, places)).replace("-", "−")


def digit_words(session: Session) -> str:
    """The chosen digit that the cursor is on, such as "class 4, test image 1,204"; "" where it is on none."""
    index, codes, dataset = session.selected, session.codes, session.dataset
    if index is None or codes is None or dataset is None or index >= len(codes.labels):
        return ""
    if codes.means.shape[1:] != session.cursor.shape or not np.allclose(codes.means[index], session.cursor):
        return ""
    name = dataset.class_names[int(codes.labels[index])]
    return f"class {name}, {dataset.split_name} image {index:,}"

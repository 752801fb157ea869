"""Where the latent cursor is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


def place_words(session: Session) -> str:
    """The cursor's place in the canvas's plane, such as "z₁ 0.50, z₂ −1.20"."""
    places = session.plane.to_plane(session.cursor).tolist()
    names = session.plane.names[: len(session.cursor)]
    return ", ".join(f"{name} {place:.2f}" for name, place in zip(names, places)).replace("-", "−")

"""The plane that a newly opened model is first seen in."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.core.checkpoint import Checkpoint
from vae_desktop.core.config import ModelConfig

PATIENCE = 60_000


def test_it_leaves_out_dimensions_that_the_encoder_does_not_use(bundled: Session) -> None:
    assert bundled.codes is not None
    inactive = bundled.codes.inactive
    # Were none of the first two idle, this would tell nothing.
    assert inactive & {0, 1}
    used = [dimension for dimension in range(16) if dimension not in inactive]
    assert bundled.plane.axes == (used[0], used[1])


def test_it_is_seen_before_any_digits_are_there(qtbot: QtBot, session: Session) -> None:
    session.open_bundled("mnist-16d")
    qtbot.waitUntil(lambda: session.picture is not None, timeout=PATIENCE)
    assert session.codes is None and session.plane.axes == (1, 2)


def test_a_model_that_tells_nothing_of_its_digits_shows_its_first_two(
    session: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=3))
    session.show_model(checkpoint, checkpoint.model_id, None, "new", saved=True)
    assert session.plane.axes == (0, 1)
    checkpoint = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=1))
    session.show_model(checkpoint, checkpoint.model_id, None, "line", saved=True)
    assert session.plane.axes == (0, 0)

"""The decoded plane behind the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tests.app.conftest import PATIENCE
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint

MakeCheckpoint = Callable[..., "Checkpoint"]


def test_each_cell_is_the_decoded_point_at_its_centre(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    from vae_desktop.core.inference import Inference

    backdrop = ready.backdrop
    xs, ys = np.linspace(-3, 3, 13), np.linspace(-2, 2, 9)
    with qtbot.waitSignal(backdrop.changed, timeout=PATIENCE):
        backdrop.request(xs, ys)
    assert backdrop.image is not None and backdrop.extent is not None
    assert backdrop.image.shape == (9 * 28, 13 * 28)
    assert not backdrop.image.flags.writeable
    np.testing.assert_allclose(backdrop.extent, (-3.25, -2.25, 3.25, 2.25))
    checkpoint = make_checkpoint()
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    for column, row in ((0, 0), (12, 0), (5, 8)):
        cell = backdrop.image[row * 28 : (row + 1) * 28, column * 28 : (column + 1) * 28]
        # Row 0 is the top: the largest y.
        picture = inference.decode(np.array([[xs[column], ys[8 - row]]], dtype=np.float32))[0, 0]
        np.testing.assert_allclose(cell, picture * 255, atol=0.51)


def test_the_newest_view_wins(qtbot: QtBot, ready: Session) -> None:
    ys = np.linspace(-2, 2, 5)
    for count in range(2, 30):
        ready.backdrop.request(np.linspace(-3, 3, count), ys)
    qtbot.waitUntil(
        lambda: ready.backdrop.image is not None and ready.backdrop.image.shape == (140, 29 * 28),
        timeout=PATIENCE,
    )


def test_only_a_move_out_of_the_plane_asks_for_another_backdrop(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    checkpoint = make_checkpoint(ModelConfig(latent_dim=4, hidden=(8,)))
    ready.show_model(checkpoint, checkpoint.model_id, None, "four", saved=True)
    backdrop = ready.backdrop
    line = np.linspace(-1, 1, 3)
    with qtbot.waitSignal(backdrop.changed, timeout=PATIENCE):
        backdrop.request(line, line)
    first = backdrop.image
    with qtbot.assertNotEmitted(backdrop.changed, wait=50):
        ready.move_cursor(0.5, -0.5)
    with qtbot.waitSignal(backdrop.changed, timeout=PATIENCE):
        ready.set_cursor([0.5, -0.5, 2.0, 0.0])
    second = backdrop.image
    assert first is not None and second is not None and not np.array_equal(first, second)
    with qtbot.waitSignal(backdrop.changed, timeout=PATIENCE):
        ready.set_axes(2, 3)


def test_a_latent_line_has_a_backdrop_too(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    checkpoint = make_checkpoint(ModelConfig(latent_dim=1, hidden=(8,)))
    ready.show_model(checkpoint, checkpoint.model_id, None, "line", saved=True)
    with qtbot.waitSignal(ready.backdrop.changed, timeout=PATIENCE):
        ready.backdrop.request([-1, 0, 1], [-1, 1])
    image = ready.backdrop.image
    assert image is not None and image.shape == (56, 84)
    np.testing.assert_array_equal(image[:28], image[28:])
    assert not np.array_equal(image[:, :28], image[:, 56:])
    ready.move_cursor(1.5, 9.0)
    np.testing.assert_array_equal(ready.cursor, [1.5])


def test_colour_images_make_a_colour_mosaic(
    qtbot: QtBot, session: Session, make_checkpoint: MakeCheckpoint
) -> None:
    checkpoint = make_checkpoint(ModelConfig(image_shape=(3, 6, 5), hidden=(8,)))
    session.show_model(checkpoint, checkpoint.model_id, None, "colour", saved=True)
    with qtbot.waitSignal(session.backdrop.changed, timeout=PATIENCE):
        session.backdrop.request([0, 1], [0])
    assert session.backdrop.image is not None and session.backdrop.image.shape == (6, 10, 3)


def test_nothing_is_decoded_for_a_hidden_canvas(qtbot: QtBot, ready: Session) -> None:
    ready.backdrop.active = False
    with qtbot.assertNotEmitted(ready.backdrop.changed, wait=50):
        ready.backdrop.request([0, 1], [0, 1])
    with qtbot.waitSignal(ready.backdrop.changed, timeout=PATIENCE):
        ready.backdrop.active = True

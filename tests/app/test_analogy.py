"""Arithmetic on digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tests.app.conftest import PATIENCE
from vae_desktop.app.analogy import NO_TERMS
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.inference import Inference

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint

MakeCheckpoint = Callable[..., "Checkpoint"]


def test_a_less_b_plus_c(qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint) -> None:
    analogy, codes = ready.analogy, ready.codes
    analogy.active = True
    assert codes is not None
    analogy.set_term(0, LatentPlace(index=7))
    qtbot.waitUntil(lambda: analogy.found.pictures[0] is not None, timeout=PATIENCE)
    assert analogy.found.code is None and analogy.found.pictures[1:] == (None, None)
    analogy.put_cursor()
    analogy.add_to_path()
    assert ready.cursor.tolist() == [0, 0] and ready.path.plan.stops == (), "there is no result yet"
    analogy.set_term(1, LatentPlace(label=4))
    analogy.set_term(2, LatentPlace(point=np.array([0.5, -0.5], np.float32)))
    qtbot.waitUntil(lambda: analogy.found.code is not None, timeout=PATIENCE)
    mean = codes.means[codes.labels == 4].mean(axis=0)
    code, picture = analogy.found.code, analogy.found.picture
    assert code is not None and picture is not None
    np.testing.assert_allclose(code, codes.means[7] - mean + [0.5, -0.5], atol=1e-5)
    checkpoint = make_checkpoint()
    decode = Inference(checkpoint.model_config, checkpoint.weights).decode
    np.testing.assert_allclose(picture, decode(code[None])[0], atol=1e-5)
    second = analogy.found.pictures[1]
    assert second is not None
    np.testing.assert_allclose(second, decode(mean[None])[0], atol=1e-5)
    analogy.put_cursor()
    assert np.array_equal(ready.cursor, code)
    analogy.add_to_path()
    assert ready.path.plan.stops[0].point is code
    analogy.clear()
    assert analogy.terms == NO_TERMS and analogy.found.code is None


def test_names_are_for_people(ready: Session) -> None:
    names = [LatentPlace(index=7), LatentPlace(label=4), LatentPlace(point=ready.cursor)]
    assert ready.dataset is not None
    digit = ready.dataset.class_names[int(ready.dataset.test.labels[7])]
    assert [it.name(ready) for it in names] == [f"{digit}, test image 7", "mean of 4", "a point"]
    assert [it.short_name(ready) for it in names] == [digit, "mean 4", "point"]


def test_digits_and_means_go_along_with_another_model_and_points_do_not(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    analogy = ready.analogy
    analogy.active = True
    for number, term in enumerate(
        (LatentPlace(index=7), LatentPlace(label=4), LatentPlace(point=ready.cursor))
    ):
        analogy.set_term(number, term)
    qtbot.waitUntil(lambda: analogy.found.code is not None, timeout=PATIENCE)
    other = make_checkpoint(ModelConfig(latent_dim=7, hidden=(16,)))
    ready.show_model(other, other.model_id, None, "other", saved=True)
    assert analogy.terms[2] is None and analogy.terms[0] is not None and analogy.found.code is None
    analogy.set_term(2, LatentPlace(label=1))
    qtbot.waitUntil(lambda: analogy.found.code is not None, timeout=PATIENCE)
    assert analogy.found.code is not None and len(analogy.found.code) == 7


def test_nothing_is_decoded_while_nobody_looks(qtbot: QtBot, ready: Session) -> None:
    asked: list[str] = []
    ready.decoding.ready.connect(lambda result: asked.append(result.slot))
    ready.analogy.set_term(0, LatentPlace(index=1))
    qtbot.wait(50)
    assert "analogy" not in asked
    ready.analogy.active = True
    qtbot.waitUntil(lambda: "analogy" in asked, timeout=PATIENCE)

"""What the map is coloured by: found away from the window, and never another map's or another model's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app.map_look import MapLook
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TsneConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset


@pytest.fixture
def mapped(qtbot: QtBot, ready: Session) -> Session:
    """The session with a map that stands still."""
    make_map(qtbot, ready)
    ready.map_colours.active = True
    return ready


def make_map(qtbot: QtBot, session: Session) -> None:
    session.map.start(TsneConfig())
    qtbot.waitUntil(lambda: session.map.frame is not None, timeout=PATIENCE)
    session.map.stop()


def colour_by(session: Session, kind: str, dimension: int = 0) -> None:
    preferences = session.preferences
    preferences.map_look = replace(preferences.map_look, colour_by=kind, dimension=dimension)


def test_classes_first(mapped: Session) -> None:
    colours = mapped.map_colours
    assert (colours.kind, colours.predicted, colours.values, colours.pending) == ("class", None, None, False)


def test_a_latent_dimension_is_known_at_once(mapped: Session) -> None:
    colours = mapped.map_colours
    colour_by(mapped, "latent", 1)
    assert mapped.codes is not None and colours.kind == "latent" and not colours.pending
    np.testing.assert_array_equal(colours.values, mapped.codes.means[:, 1])
    colour_by(mapped, "latent", 2)
    assert colours.kind == "class" and colours.values is None, "there are two dimensions only"


def test_predicted_classes_are_voted_by_the_neighbours(qtbot: QtBot, mapped: Session) -> None:
    from vae_desktop.core.neighbour_vote import neighbour_vote

    colours = mapped.map_colours
    colour_by(mapped, "predicted")
    assert colours.pending and colours.predicted is None
    qtbot.waitUntil(lambda: colours.predicted is not None, timeout=PATIENCE)
    assert mapped.codes is not None and not colours.pending
    steps = neighbour_vote(mapped.codes.means, mapped.codes.labels)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    np.testing.assert_array_equal(colours.predicted, end.value.value)
    # Back and forth: what is known stays known.
    colour_by(mapped, "class")
    assert colours.predicted is None
    colour_by(mapped, "predicted")
    assert colours.predicted is not None and not colours.pending


def test_a_wish_that_was_withdrawn_brings_nothing(qtbot: QtBot, mapped: Session) -> None:
    colours = mapped.map_colours
    colour_by(mapped, "predicted")
    colour_by(mapped, "class")
    assert colours.wait(PATIENCE)
    assert colours.predicted is None and colours.kind == "class"
    colour_by(mapped, "predicted")
    qtbot.waitUntil(lambda: colours.predicted is not None, timeout=PATIENCE)


def test_the_negative_elbo_is_that_of_the_evaluation(
    qtbot: QtBot, mapped: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    from vae_desktop.core.evaluation import evaluate
    from vae_desktop.core.models import rebuild

    colours, checkpoint = mapped.map_colours, make_checkpoint()
    colour_by(mapped, "elbo")
    assert colours.pending
    qtbot.waitUntil(lambda: colours.values is not None, timeout=PATIENCE)
    model = rebuild(checkpoint.model_config, checkpoint.weights)
    expected = evaluate(model, digits.test.images).terms.negative_elbo
    assert colours.values is not None and len(colours.values) == len(digits.test)
    assert float(colours.values.mean()) == pytest.approx(expected, rel=1e-4)
    # Another model judges otherwise.
    before = colours.values
    other = make_checkpoint(seed=5)
    mapped.show_model(other, other.model_id, None, "other", saved=True)
    assert colours.values is None and colours.pending
    qtbot.waitUntil(lambda: colours.values is not None, timeout=PATIENCE)
    assert not np.allclose(colours.values, before)


def test_nobody_looks_nothing_is_computed(qtbot: QtBot, mapped: Session) -> None:
    colours = mapped.map_colours
    colours.active = False
    colour_by(mapped, "elbo")
    asked: list[str] = []
    mapped.decoding.ready.connect(lambda result: asked.append(result.slot))
    mapped.set_cursor((0.5, 0.5))
    mapped.hover(3)
    qtbot.waitUntil(lambda: "hover" in asked, timeout=PATIENCE)
    assert "scores" not in asked and colours.values is None
    colours.active = True
    qtbot.waitUntil(lambda: colours.values is not None, timeout=PATIENCE)


def test_one_computation_serves_the_map_and_whoever_measures_a_digit(qtbot: QtBot, mapped: Session) -> None:
    asked: list[str] = []
    mapped.decoding.ready.connect(lambda result: asked.append(result.slot))
    mapped.scores.watch("test", True)
    qtbot.waitUntil(lambda: mapped.scores.values is not None, timeout=PATIENCE)
    colour_by(mapped, "elbo")
    np.testing.assert_array_equal(mapped.map_colours.values, mapped.scores.values)
    colour_by(mapped, "class")
    colour_by(mapped, "elbo")
    assert mapped.map_colours.values is not None
    qtbot.wait(300)
    assert asked.count("scores") == 1


def test_an_epoch_back_keeps_the_colours_until_its_own_are_known(qtbot: QtBot, mapped: Session) -> None:
    colours = mapped.map_colours
    colour_by(mapped, "elbo")
    qtbot.waitUntil(lambda: colours.values is not None, timeout=PATIENCE)
    before = colours.values
    mapped.rewound.emit()
    assert mapped.scores.stranger_than(100.0) is None, "what is said in figures is of the weights in view"
    assert colours.values is before and not colours.pending
    qtbot.waitUntil(lambda: colours.values is not before, timeout=PATIENCE)


def test_a_model_that_reads_other_images_leaves_the_classes(
    mapped: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    colour_by(mapped, "elbo")
    other = make_checkpoint(ModelConfig(image_shape=(1, 8, 8), hidden=(4,)))
    mapped.show_model(other, other.model_id, None, "tiny", saved=True)
    assert mapped.map_colours.kind == "class" and not mapped.map_colours.pending


def test_another_data_set_has_no_map_to_colour(qtbot: QtBot, mapped: Session, digits: Dataset) -> None:
    colours = mapped.map_colours
    colour_by(mapped, "predicted")
    qtbot.waitUntil(lambda: colours.predicted is not None, timeout=PATIENCE)
    mapped.show_dataset(replace(digits, name="other"))
    assert colours.predicted is None and not colours.pending
    qtbot.waitUntil(lambda: mapped.codes is not None, timeout=PATIENCE)
    make_map(qtbot, mapped)
    qtbot.waitUntil(lambda: colours.predicted is not None, timeout=PATIENCE)


def test_the_look_survives_the_program_and_nonsense_in_its_place(session: Session) -> None:
    look = MapLook("latent", 3, 7.5, 0.4, contours=True, thumbnails=False)
    session.preferences.map_look = look
    assert session.preferences.map_look == look
    for nonsense in (
        None,
        3,
        [],
        {"size": "big", "opacity": -1, "dimension": True, "contours": 1, "colour_by": "x"},
    ):
        assert MapLook.from_json(nonsense) == MapLook()
    assert MapLook.from_json({"size": 9, "opacity": float("nan")}) == MapLook(size=9)

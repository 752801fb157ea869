"""The command that an export of samples names makes the same samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vae_desktop.app.session import Session
from vae_desktop.cli import main
from vae_desktop.core.export import GridStyle
from vae_desktop.core.paths import resource
from vae_desktop.ui.export_source import pixels_of
from vae_desktop.ui.exports import samples_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


PATIENCE = 60_000
SMALL = {"rows": 3, "columns": 4}


@pytest.fixture
def sampled(bundled: Session) -> Session:
    """A session that draws samples of the bundled model of 16 dimensions, with a group, a cursor and axes."""
    session = bundled
    session.set_group([30, 7, 12, 300])
    session.set_axes(5, 2)
    session.set_cursor(np.linspace(-1.234, 0.777, 16))
    session.samples.active = True
    return session


def draw(qtbot: QtBot, session: Session, values: dict[str, object]) -> None:
    session.samples.change(**values)
    qtbot.waitUntil(lambda: session.samples.shown == session.samples.recipe, timeout=PATIENCE)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "prior", "seed": 4, "temperature": 0.1 + 0.2},
        {"kind": "prior", "truncation": 0.35},
        {"kind": "posterior", "seed": 5},
        {"kind": "gmm", "components": 5, "seed": 2, "temperature": 0.8},
        {"kind": "gmm", "class_label": 3, "components": 2},
        {"kind": "kde", "bandwidth": 0.25},
        {"kind": "kde", "class_label": 8},
    ],
)
def test_generate_makes_the_same_codes(
    qtbot: QtBot, sampled: Session, tmp_path: Path, values: dict[str, object]
) -> None:
    draw(qtbot, sampled, SMALL | values)
    source = samples_source(sampled)
    assert source is not None and source.command[0] == "generate" and not source.moving
    assert (source.seed, source.temperature) == (values.get("seed", 0), values.get("temperature", 1.0))
    name, *words = source.command
    out = tmp_path / "again.npz"
    model = str(resource("models/mnist-16d.safetensors"))
    assert main([name, model, *words, "--out", str(out)]) == 0
    with np.load(out) as again:
        np.testing.assert_allclose(again["z"], source.arrays["z"], atol=1e-4)
        np.testing.assert_allclose(again["images"], source.images, atol=1e-3)
        for fact in set(source.facts) & {"sampler", "split", "class", "components", "samples_like"}:
            assert str(again[fact]) == str(source.facts[fact]), fact


def test_the_split_that_is_explored_is_that_of_the_command(
    qtbot: QtBot, sampled: Session, tmp_path: Path
) -> None:
    sampled.explore("train")
    draw(qtbot, sampled, SMALL | {"kind": "kde"})
    source = samples_source(sampled)
    assert source is not None and source.facts["split"] == "train"
    name, *words = source.command
    model, out = str(resource("models/mnist-16d.safetensors")), tmp_path / "again.npz"
    assert main([name, model, *words, "--out", str(out)]) == 0
    with np.load(out) as again:
        np.testing.assert_allclose(again["z"], source.arrays["z"], atol=1e-4)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "traversal", "reach": 2.5},
        {"kind": "traversal", "dimensions": (4, 15), "around": "cursor"},
        {"kind": "traversal", "dimensions": (3,)},
        {"kind": "manifold"},
        {"kind": "manifold", "around": "cursor"},
    ],
)
def test_traverse_makes_the_same_picture(
    qtbot: QtBot, sampled: Session, tmp_path: Path, values: dict[str, object]
) -> None:
    from PIL import Image

    draw(qtbot, sampled, SMALL | values)
    source = samples_source(sampled)
    assert source is not None and source.command[0] == "traverse"
    assert source.moving == (values.get("dimensions") == (3,))
    assert source.seed is None and source.temperature is None
    name, *words = source.command
    out = tmp_path / "again.png"
    model = str(resource("models/mnist-16d.safetensors"))
    assert main([name, model, *words, "--out", str(out)]) == 0
    expected = pixels_of(source, GridStyle()).astype(int)
    with Image.open(out) as again:
        assert np.abs(np.asarray(again, dtype=int) - expected).max() <= 1
        assert again.info["Dimensions"] == source.facts["dimensions"]  # type: ignore[index]


def test_where_the_command_line_lacks_it_there_is_no_command(qtbot: QtBot, sampled: Session) -> None:
    sampled.set_principal_plane()
    draw(qtbot, sampled, SMALL | {"kind": "manifold"})
    source = samples_source(sampled)
    assert source is not None and source.command == ()
    assert source.facts["plane"] == "principal"

"""What the sample grid can be of: the codes of each kind, what they need, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.latent_grids import manifold_codes
from vae_desktop.core.posterior import dimension_kl
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.samplers import aggregate_codes, fit_gaussians, kernel_density
from vae_desktop.core.steps import result_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset


def draw(qtbot: QtBot, session: Session, **values: object) -> np.ndarray:
    """The codes once these settings are drawn."""
    samples = session.samples
    samples.active = True
    samples.change(**values)
    qtbot.waitUntil(lambda: samples.shown == samples.recipe, timeout=PATIENCE)
    assert samples.codes is not None
    return samples.codes


def test_a_mixture_is_fitted_to_the_encoded_digits(qtbot: QtBot, ready: Session) -> None:
    codes = ready.codes
    assert codes is not None and codes.logvars is not None
    drawn = draw(qtbot, ready, kind="gmm", components=4, seed=3, temperature=0.5)
    fitted = result_of(fit_gaussians(aggregate_codes(codes.means, codes.logvars, 3), 4, 3))
    np.testing.assert_allclose(drawn, fitted.draw(64, 3, 0.5), atol=1e-5)
    drawn = draw(qtbot, ready, kind="kde", bandwidth=0.3, seed=1, temperature=1.0)
    kernels = kernel_density(aggregate_codes(codes.means, codes.logvars, 1), 0.3)
    np.testing.assert_allclose(drawn, kernels.draw(64, 1), atol=1e-5)


def test_one_class_is_like_its_own_digits(qtbot: QtBot, bundled: Session, digits: Dataset) -> None:
    codes = bundled.codes
    assert codes is not None and codes.logvars is not None
    of_class = codes.labels == 7
    for kind in ("gmm", "kde"):
        drawn = draw(qtbot, bundled, kind=kind, class_label=7, rows=10, columns=20)
        middle = codes.means[of_class].mean(axis=0)
        others = [codes.means[codes.labels == label].mean(axis=0) for label in range(10) if label != 7]
        near = np.linalg.norm(drawn.mean(axis=0) - middle)
        assert near < min(np.linalg.norm(drawn.mean(axis=0) - other) for other in others)


def test_rows_of_the_posterior_are_the_groups_digits(qtbot: QtBot, ready: Session) -> None:
    samples = ready.samples
    samples.active = True
    samples.change(kind="posterior", temperature=0.0)
    assert "Choose a digit" in samples.missing and samples.images is None
    ready.select(11)
    codes = draw(qtbot, ready)
    assert samples.missing == "" and samples.recipe.digits == (11,)
    assert ready.codes is not None
    np.testing.assert_allclose(codes, np.tile(ready.codes.means[11], (64, 1)), atol=1e-5)
    ready.set_group([3, 20, 40])
    codes = draw(qtbot, ready).reshape(8, 8, 2)
    assert samples.recipe.digits == (3, 20, 40)
    assert (codes == codes[:, :1]).all()
    expected = ready.codes.means[[3, 20, 40]]
    assert np.linalg.norm(codes[:, 0, None] - expected, axis=2).min(axis=1).max() < 1e-5
    ready.set_group([])
    ready.select(None)
    assert "Choose a digit" in samples.missing and samples.codes is None


def test_a_traversal_starts_with_the_most_active_dimensions(qtbot: QtBot, bundled: Session) -> None:
    codes = bundled.codes
    assert codes is not None and codes.logvars is not None
    drawn = draw(qtbot, bundled, kind="traversal", rows=3, columns=5, reach=2.0).reshape(3, 5, 16)
    expected = np.argsort(-dimension_kl(codes.means, codes.logvars), kind="stable")[:3].tolist()
    assert list(bundled.samples.recipe.dimensions) == expected
    for row, dimension in enumerate(expected):
        np.testing.assert_allclose(drawn[row, :, dimension], [-2, -1, 0, 1, 2])
        assert not np.delete(drawn[row], dimension, axis=1).any()
    draw(qtbot, bundled, dimensions=(5, 1))
    assert bundled.samples.shown is not None and bundled.samples.shown.dimensions == (5, 1)


def test_what_is_around_the_cursor_follows_it(qtbot: QtBot, bundled: Session) -> None:
    drawn = draw(qtbot, bundled, kind="traversal", rows=2, columns=3, dimensions=(1, 2), around="cursor")
    assert not drawn.reshape(2, 3, 16)[0, :, 2].any()
    point = np.linspace(-1, 1, 16, dtype=np.float32)
    bundled.set_cursor(point)
    drawn = draw(qtbot, bundled).reshape(2, 3, 16)
    np.testing.assert_array_equal(np.delete(drawn[0], 1, axis=1), np.tile(np.delete(point, 1), (3, 1)))
    # A click puts the cursor on a code; its own row stays as it was.
    bundled.samples.set_cursor_from(2)
    again = draw(qtbot, bundled).reshape(2, 3, 16)
    np.testing.assert_array_equal(again[0], drawn[0])
    assert (again[1, :, 1] == 3).all()


def test_the_manifold_is_of_the_canvass_plane(qtbot: QtBot, bundled: Session) -> None:
    bundled.set_axes(4, 2)
    drawn = draw(qtbot, bundled, kind="manifold", rows=4, columns=5)
    np.testing.assert_array_equal(drawn, manifold_codes(4, 5, (4, 2), np.zeros(16)))
    bundled.set_axes(4, 3)
    drawn = draw(qtbot, bundled)
    np.testing.assert_array_equal(drawn, manifold_codes(4, 5, (4, 3), np.zeros(16)))
    bundled.set_principal_plane()
    drawn = draw(qtbot, bundled)
    assert bundled.samples.recipe.plane == "principal"
    assert all(bundled.plane.holds(code) for code in drawn)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "prior", "truncation": 0.8, "seed": 5},
        {"kind": "gmm", "components": 3, "class_label": 2},
        {"kind": "posterior", "rows": 3, "columns": 4},
        {"kind": "traversal", "rows": 2, "columns": 5, "around": "cursor"},
        {"kind": "manifold", "rows": 3, "columns": 4, "around": "cursor"},
    ],
)
def test_a_recipe_draws_the_same_again(qtbot: QtBot, bundled: Session, values: dict[str, object]) -> None:
    bundled.set_axes(3, 6)
    bundled.set_group([5, 9, 30])
    bundled.set_cursor(np.linspace(-1, 1, 16))
    codes = draw(qtbot, bundled, **values)
    settings = SampleRecipe.from_json(bundled.samples.settings.to_json())
    recipe = bundled.samples.recipe
    bundled.set_axes(0, 1)
    bundled.set_group([])
    bundled.set_cursor(np.zeros(16))
    draw(qtbot, bundled, kind="prior", class_label=None, seed=99)
    bundled.set_axes(3, 6)
    bundled.set_group([5, 9, 30])
    bundled.set_cursor(np.linspace(-1, 1, 16))
    bundled.samples.choose(settings)
    np.testing.assert_array_equal(draw(qtbot, bundled), codes)
    assert bundled.samples.recipe == recipe


def test_without_a_data_set_it_says_what_is_missing(
    qtbot: QtBot, session: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint()
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    draw(qtbot, session)
    for kind in ("posterior", "gmm", "kde"):
        session.samples.change(kind=kind)
        assert "none is open" in session.samples.missing and session.samples.images is None
    draw(qtbot, session, kind="manifold")
    assert session.samples.missing == ""


def test_a_data_set_brings_what_was_missing(
    qtbot: QtBot, session: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint()
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    session.samples.active = True
    session.samples.change(kind="kde")
    session.show_dataset(digits)
    assert "being encoded" in session.samples.missing
    qtbot.waitUntil(lambda: session.samples.images is not None, timeout=PATIENCE)
    assert session.samples.missing == ""


def test_a_class_without_digits_is_told(
    qtbot: QtBot, ready: Session, digits: Dataset, problems: list[Problem]
) -> None:
    few = replace(digits.test, images=digits.test.images[:4], labels=digits.test.labels[:4])
    absent = next(label for label in range(10) if label not in few.labels.tolist())
    present = int(few.labels[0])
    ready.show_dataset(replace(digits, name="few", test=few))
    ready.samples.active = True
    ready.samples.change(kind="gmm", class_label=absent)
    qtbot.waitUntil(lambda: "no test digits of class" in ready.samples.missing, timeout=PATIENCE)
    ready.samples.change(class_label=12)
    assert "has no class 12" in ready.samples.missing
    # A single digit is no density.
    ready.samples.change(kind="kde", class_label=present)
    if few.labels.tolist().count(present) == 1:
        qtbot.waitUntil(lambda: "too few" in ready.samples.missing, timeout=PATIENCE)
    draw(qtbot, ready, kind="prior", class_label=None)
    assert problems == []


def test_unseen_samples_do_not_outlive_their_data_set(qtbot: QtBot, ready: Session) -> None:
    draw(qtbot, ready, kind="kde", class_label=9)
    ready.samples.active = False
    ready.explore("train")
    assert ready.samples.shown is None and ready.samples.images is None
    ready.samples.active = True
    qtbot.waitUntil(lambda: ready.samples.shown == ready.samples.recipe, timeout=PATIENCE)


def test_the_newest_wish_wins_over_a_fit_under_way(qtbot: QtBot, bundled: Session) -> None:
    samples = bundled.samples
    samples.active = True
    samples.change(kind="gmm", components=40, seed=1)
    assert samples.fitting
    samples.change(components=2)
    samples.change(seed=2)
    assert samples.fitting
    codes = draw(qtbot, bundled)
    assert not samples.fitting
    # Back and forth: what was fitted is there at once, and the same.
    draw(qtbot, bundled, kind="prior")
    samples.change(kind="gmm")
    assert not samples.fitting
    np.testing.assert_array_equal(draw(qtbot, bundled), codes)


def test_another_model_during_a_fit(
    qtbot: QtBot, bundled: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    samples = bundled.samples
    samples.active = True
    samples.change(kind="gmm", components=60)
    assert samples.fitting
    other = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=5), seed=3)
    bundled.show_model(other, other.model_id, None, "other", saved=True)
    qtbot.waitUntil(lambda: samples.codes is not None, timeout=PATIENCE)
    assert samples.codes is not None and samples.codes.shape == (64, 5)
    assert samples.model_id == other.model_id


def test_shutdown_in_the_middle_of_a_fit(ready: Session) -> None:
    import sklearn.mixture  # noqa: F401  # what is being loaded can't be interrupted

    ready.samples.active = True
    ready.samples.change(kind="gmm", components=100)
    assert ready.samples.fitting
    assert ready.shutdown()


@pytest.mark.parametrize("follows", [True, False])
def test_a_mixture_follows_a_training_if_asked_and_ends_on_its_codes(
    qtbot: QtBot, ready: Session, follows: bool
) -> None:
    samples = ready.samples
    samples.refresh_while_training = follows
    draw(qtbot, ready, kind="kde", rows=2)
    ready.training.start(SMALL, TrainingConfig(epochs=1000, device="cpu"))
    # A new training's digits have no codes until its first epoch: then they have.
    qtbot.waitUntil(lambda: len(ready.training.history) >= 2 and samples.images is not None, timeout=PATIENCE)
    first = samples.codes
    if follows:
        qtbot.waitUntil(lambda: samples.codes is not first, timeout=PATIENCE)
    else:
        reached = len(ready.training.history)
        qtbot.waitUntil(lambda: len(ready.training.history) >= reached + 4, timeout=PATIENCE)
        assert samples.codes is first
    ready.training.stop()
    qtbot.waitUntil(lambda: not ready.training.active and ready.codes is not None, timeout=PATIENCE)
    codes = ready.codes
    assert ready.model is not None and codes is not None and codes.logvars is not None
    qtbot.waitUntil(lambda: samples.model_id == ready.model.model_id, timeout=PATIENCE)

    def on_the_final_codes() -> bool:
        now = ready.codes
        assert now is not None and now.logvars is not None and samples.codes is not None
        expected = kernel_density(aggregate_codes(now.means, now.logvars)).draw(16)
        return bool(np.allclose(samples.codes, expected, atol=1e-4))

    qtbot.waitUntil(on_the_final_codes, timeout=PATIENCE)

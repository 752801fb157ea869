"""Undo and redo of what is set in forms: each controller's settings come back as they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.reconstructions import Shown
from vae_desktop.app.session import Session
from vae_desktop.core.config import TsneConfig

# What is set, by what, and how undo calls it.
Change = tuple[Callable[[Session], object], Callable[[Session], object], str]
FOUR = LatentPlace(label=4)
CHANGES: dict[str, Change] = {
    "variations": (
        lambda it: it.posterior.seed,
        lambda it: it.posterior.set_seed(7),
        "variations of the digit",
    ),
    "region": (lambda it: it.region.seed, lambda it: it.region.reroll(), "generated digits"),
    "density": (lambda it: it.region.sampler, lambda it: it.region.set_sampler("kde"), "generated digits"),
    "kind": (lambda it: it.path.plan.kind, lambda it: it.path.set_kind("spline"), "kind of path"),
    "frames": (lambda it: it.path.plan.frames, lambda it: it.path.set_frames(9), "frames of the path"),
    "method": (
        lambda it: it.map_settings.recipe.method,
        lambda it: it.map_settings.choose_method("pca"),
        "map settings",
    ),
    "perplexity": (
        lambda it: it.map_settings.recipe.config.perplexity,
        lambda it: it.map_settings.change(perplexity=12.0),
        "map settings",
    ),
    "follow": (
        lambda it: it.map.follow,
        lambda it: it.map_settings.follow_training(not it.map.follow),
        "following of the training",
    ),
    "shuffle": (
        lambda it: it.reconstructions.indices.tolist(),
        lambda it: it.reconstructions.shuffle(),
        "reconstructions",
    ),
    "count": (
        lambda it: it.reconstructions.indices.tolist(),
        lambda it: it.reconstructions.set_count(23),
        "reconstructions",
    ),
    "terms": (lambda it: it.analogy.terms, lambda it: it.analogy.set_term(1, FOUR), "arithmetic on digits"),
    "samples": (lambda it: it.samples.seed, lambda it: it.samples.set_seed(3), "sample settings"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_goes_back_and_forth(ready: Session, name: str) -> None:
    look, change, words = CHANGES[name]
    before = look(ready)
    change(ready)
    after = look(ready)
    assert after != before and ready.undo_name == words
    ready.undo()
    assert look(ready) == before and ready.undo_name == "" and ready.redo_name == words
    ready.redo()
    assert look(ready) == after and ready.redo_name == ""


def test_the_same_again_is_no_step(ready: Session) -> None:
    ready.path.set_kind(ready.path.plan.kind)
    ready.posterior.set_seed(ready.posterior.seed)
    ready.map_settings.choose(TsneConfig(), "tsne")
    ready.reconstructions.set_count(ready.reconstructions.count)
    assert not ready.can_undo


def test_a_number_that_is_turned_up_is_one_step_and_seeds_are_one_each(ready: Session) -> None:
    for frames in (25, 26, 27):
        ready.path.set_frames(frames)
    for seed in (5, 6):
        ready.posterior.set_seed(seed)
    for count in (11, 12):
        ready.reconstructions.set_count(count)
    ready.undo()
    assert ready.reconstructions.count == 10
    ready.undo()
    assert ready.posterior.seed == 5
    ready.undo()
    assert ready.posterior.seed == 0 and ready.path.plan.frames == 27
    ready.undo()
    assert ready.path.plan.frames == 24 and not ready.can_undo
    ready.redo()
    assert ready.path.plan.frames == 27


def test_turning_on_after_an_undo_is_a_step_of_its_own(ready: Session) -> None:
    ready.path.set_frames(25)
    ready.map_settings.change(perplexity=12.0)
    ready.undo()
    ready.path.set_frames(26)
    ready.undo()
    assert ready.path.plan.frames == 25
    ready.undo()
    assert ready.path.plan.frames == 24


def test_settings_of_different_kinds_go_back_in_their_order(ready: Session) -> None:
    ready.map_settings.change(perplexity=12.0)
    ready.map_settings.change(exaggeration=2.0)
    ready.select(3)
    ready.path.set_kind("geodesic")
    for _ in range(2):
        ready.undo()
    assert ready.path.plan.kind == "linear" and ready.selected is None
    ready.undo()
    assert ready.map_settings.recipe.config == TsneConfig(perplexity=12.0)
    ready.undo()
    assert ready.map_settings.recipe.config == TsneConfig()


def test_digits_of_another_data_set_do_not_come_back(ready: Session) -> None:
    shown = ready.reconstructions
    assert shown.indices is not None
    shown.show(shown.indices[::-1].copy())
    assert shown.shown.first
    shown.set_count(4)
    ready.analogy.set_term(0, FOUR)
    ready.explore("train")
    assert shown.shown == Shown(4) and ready.analogy.terms[0] is None
    while ready.undo_name:
        ready.undo()
    assert shown.shown.count == 10 and shown.shown.first == ()

"""A recipe of samples in words: what a file tells of it, and the command that makes the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vae_desktop.core.plane import axis_name
from vae_desktop.core.sample_recipe import DATA_KINDS, RANDOM_KINDS, SampleRecipe

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

TITLES = {"traversal": "traversal", "manifold": "manifold"}


def title_of(recipe: SampleRecipe) -> str:
    """What the grid is, for people: "samples"."""
    return TITLES.get(recipe.kind, "samples")


def facts_of(recipe: SampleRecipe, dataset: Dataset | None) -> dict[str, str | int | float]:
    """What belongs into a file beside seed and temperature, by the names that the command line uses."""
    if recipe.kind == "prior":
        return {} if recipe.truncation == 1 else {"truncation": recipe.truncation}
    if recipe.kind in DATA_KINDS:
        return {"sampler": recipe.kind, "split": recipe.split, **_facts_of_data(recipe, dataset)}
    facts: dict[str, str | int | float] = {}
    if recipe.kind == "traversal":
        facts["dimensions"] = _list(recipe.dimensions)
        facts["values"] = f"{-recipe.reach:g} to {recipe.reach:g}"
    elif recipe.plane == "axes":
        facts |= {"dimensions": _list(recipe.dimensions), "values": "prior quantiles"}
    else:
        facts |= {"plane": recipe.plane, "values": "prior quantiles"}
        if recipe.digits:
            facts["digits"] = _list(recipe.digits)
    if recipe.around == "cursor":
        facts["around"] = ", ".join(f"{value:.4g}" for value in recipe.origin)
    return facts


def _facts_of_data(recipe: SampleRecipe, dataset: Dataset | None) -> dict[str, str | int | float]:
    facts: dict[str, str | int | float] = {}
    if dataset is not None:
        facts["samples_like"] = dataset.title
    if recipe.kind == "posterior":
        facts["digits"] = _list(recipe.digits)
        return facts
    if recipe.class_label is not None and dataset is not None:
        facts["class"] = dataset.class_names[recipe.class_label]
    if recipe.kind == "gmm":
        facts["components"] = recipe.components
    elif recipe.bandwidth is not None:
        facts["bandwidth"] = recipe.bandwidth
    return facts


def command_of(recipe: SampleRecipe, dataset: Dataset | None) -> tuple[str, ...]:
    """The command line's words that make the same codes, without model and file; none where it can't."""
    words: tuple[str, ...]
    size = ("--columns", str(recipe.columns))
    if recipe.kind in RANDOM_KINDS:
        words = ("--rows", str(recipe.rows), *size)
        words += ("--seed", str(recipe.seed), "--temperature", repr(recipe.temperature))
        if recipe.kind == "prior":
            cut = () if recipe.truncation == 1 else ("--truncation", repr(recipe.truncation))
            return ("generate", *words, *cut)
        if dataset is None:
            return ()
        return ("generate", *words, *_words_of_data(recipe, dataset))
    around: tuple[str, ...] = ()
    if recipe.around == "cursor":
        around = (f"--around={','.join(map(repr, recipe.origin))}",)
    dimensions = ("--dimensions", ",".join(map(str, recipe.dimensions)))
    if recipe.kind == "traversal":
        return ("traverse", *dimensions, *size, "--reach", repr(recipe.reach), *around)
    if recipe.plane != "axes":
        return ()
    # A latent space of one dimension has but that one.
    if recipe.dimensions[0] == recipe.dimensions[1]:
        dimensions = ("--dimensions", "0")
    return ("traverse", "--manifold", *dimensions, "--rows", str(recipe.rows), *size, *around)


def _words_of_data(recipe: SampleRecipe, dataset: Dataset) -> tuple[str, ...]:
    words: tuple[str, ...] = ("--sampler", recipe.kind, "--data", dataset.source, "--split", recipe.split)
    if recipe.kind == "posterior":
        return (*words, "--digits", ",".join(map(str, recipe.digits)))
    if recipe.class_label is not None:
        words += ("--class", dataset.class_names[recipe.class_label])
    if recipe.kind == "gmm":
        return (*words, "--components", str(recipe.components))
    return words if recipe.bandwidth is None else (*words, "--bandwidth", repr(recipe.bandwidth))


def describe_dimension(recipe: SampleRecipe, row: int, value: float) -> str:
    """What a cell of a traversal is: "z₃ = −1.50"."""
    return f"{axis_name(recipe.dimensions[row])} = {value:.2f}".replace("-", "−")


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))

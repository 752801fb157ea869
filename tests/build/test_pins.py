"""Requirements and pins agree: what users get is what was tested."""

from __future__ import annotations

import importlib.metadata
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.places import ROOT

# torch pins the CUDA libraries of each of its builds itself, to the digit.
PINNED_BY_TORCH = ("nvidia-", "cuda-", "triton")


# Not in the environment that the tests run in: uv is for `make CPU=1`, some build the bundle, some are the extra umap.
ELSEWHERE = {
    "uv",
    *("pyinstaller", "pyinstaller-hooks-contrib", "altgraph"),
    *("umap-learn", "pynndescent", "numba", "llvmlite"),
}


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]


def pins() -> dict[str, Version]:
    """The releases of constraints.txt; fails on a line that does not name exactly one."""
    found = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, separator, version = line.partition("==")
            assert separator, f"not an exact version: {line}"
            found[canonicalize_name(name)] = Version(version)
    return found


def installed_closure() -> Iterator[tuple[str, Version]]:
    """Everything installed that the requirements need on this machine, directly or by another."""
    waiting, seen = requirements(), set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if name in seen or not wanted_here or name.startswith(PINNED_BY_TORCH):
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(requirement.name)
        yield name, Version(Version(distribution.version).public)
        waiting += [Requirement(line) for line in distribution.requires or []]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_each_requirement_has_a_pin_that_satisfies_it(requirement: Requirement) -> None:
    pinned = pins()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(pinned, prereleases=True)


def test_what_is_installed_is_what_is_pinned() -> None:
    pinned = pins()
    installed = dict(installed_closure())
    assert {name: version for name, version in installed.items() if pinned.get(name) != version} == {}


def test_nothing_is_pinned_that_nothing_needs() -> None:
    assert pins().keys() - dict(installed_closure()).keys() <= ELSEWHERE

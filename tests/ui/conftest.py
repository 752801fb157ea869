"""What the tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def light(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts in the light theme, whatever the one before chose."""
    if "qapp" in request.fixturenames:
        request.getfixturevalue("qapp")
        from vae_desktop.ui.theme import theme

        theme().apply("light")
    yield

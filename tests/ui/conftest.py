"""What the tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent

# The live session and small models that the app layer's tests have are the window's too.
from tests.app.conftest import (  # noqa: F401
    bundled,
    digits_at_hand,
    every_epoch_kept,
    make_checkpoint,
    make_model_file,
    problems,
    ready,
    session,
)
from tests.ui.canvas_hand import canvas, model_of, show_canvas, show_panel, spread  # noqa: F401
from tests.ui.export_hand import open_dialog, path, samples  # noqa: F401
from tests.ui.map_hand import laid  # noqa: F401
from tests.ui.window_hand import make_window, open_window, window  # noqa: F401


@pytest.fixture(autouse=True)
def light(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts in the light theme, whatever the one before chose."""
    if "qapp" in request.fixturenames:
        request.getfixturevalue("qapp")
        from vae_desktop.ui.theme import theme

        theme().apply("light")
    yield


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest) -> None:
    """Qt asks us about our own widgets, as in the program: it keeps what it once found."""
    if "qapp" in request.fixturenames:
        from vae_desktop.ui.spoken import install

        install()


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that change planes are there at once."""
    monkeypatch.setattr("vae_desktop.ui.glide.DURATION_MS", 0)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is announced, in order; it goes to Qt all the same."""
    words: list[str] = []
    tell = QAccessible.updateAccessibility

    def listen(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            words.append(event.message())
        tell(event)

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    return words

"""Small pictures: each shows where it will be before there is anything to see."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from vae_desktop.ui.picture_view import SmallPicture
from vae_desktop.ui.theme import theme


def colours(view: SmallPicture) -> set[str]:
    image = view.grab().toImage()
    across, up = range(image.width()), range(image.height())
    return {QColor(image.pixel(x, y)).name() for x in across for y in up}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_place_without_a_picture_has_an_outline(qtbot: QtBot, mode: str) -> None:
    theme().apply(mode)
    view = SmallPicture()
    qtbot.addWidget(view)
    view.resize(90, 60)
    view.show()
    assert colours(view) == {theme().colors.panel, theme().colors.line}
    view.set_picture(np.zeros((1, 28, 28), np.float32))
    assert colours(view) == {theme().colors.panel, "#000000"}

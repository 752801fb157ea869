"""PySide6 and pyqtgraph fit together: a scatter plot's repaints must not use up Python's None."""

from __future__ import annotations

import sys

import numpy as np
import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_repaints_of_a_scatter_plot_leave_none_alone(qtbot: QtBot) -> None:
    # PySide6 6.12.0 gives back more than 100 references to None too many at each of these.
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    points = np.random.default_rng(0).normal(size=(300, 2))
    plot.addItem(pg.ScatterPlotItem(pos=points, size=4))
    plot.resize(300, 200)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.grab()

    before = sys.getrefcount(None)
    for i in range(500):
        plot.setXRange(-3 + i / 500, 3, padding=0)
        plot.grab()
        # Looked at each time: once all references are gone, Python aborts and the other tests with it.
        assert sys.getrefcount(None) - before > -500

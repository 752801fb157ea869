"""pyqtgraph imported quickly is the same library, and Qt's modules are as they were."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.places import ROOT

LOOK = """
from PySide6 import QtCore, QtGui, QtWidgets
from vae_desktop.ui.quick_pyqtgraph import import_pyqtgraph
import_pyqtgraph()
import pyqtgraph
from pyqtgraph.Qt import QtCore as mirrored, QtWidgets as widgets
assert mirrored.Qt.Key is QtCore.Qt.Key and widgets.QMenu is QtWidgets.QMenu
assert issubclass(pyqtgraph.GraphicsView, QtWidgets.QGraphicsView)
assert len(vars(widgets)) < len(dir(QtWidgets)) / 2, "pyqtgraph looked at all of Qt"
assert {"QWidget", "QTableView"} <= set(dir(QtWidgets)) and "QObject" in dir(QtCore) and "QPen" in dir(QtGui)
try:
    widgets.QNothingOfThisName
except AttributeError:
    pass
else:
    raise AssertionError("a name that Qt lacks")
app = QtWidgets.QApplication([])
plot = pyqtgraph.PlotWidget()
plot.addLegend()
plot.plot([1, 2, 3], name="a line")
plot.addItem(pyqtgraph.ScatterPlotItem([1, 2], [2, 1]))
image = plot.grab().toImage()
seen = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(image.height())}
assert len(seen) > 2, "nothing was drawn"
import sys
assert not {"pyqtgraph.parametertree", "pyqtgraph.widgets.SpinBox", "PySide6.QtTest"} & set(sys.modules)
# What was left out is there for whoever asks for it.
from PySide6 import QtTest
from pyqtgraph.graphicsItems.ImageItem import ImageItem
from pyqtgraph.widgets.SpinBox import SpinBox
from pyqtgraph.imageview import ImageView
spin = SpinBox(value=2.5)
assert spin.value() == 2.5 and issubclass(ImageItem, pyqtgraph.GraphicsObject)
view = ImageView()
view.grab()
print("as it should be")
"""


def test_pyqtgraph_takes_over_what_it_needs_of_qt_and_no_more() -> None:
    # In a process of its own: here pyqtgraph may have been imported by other tests.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "as it should be", done.stderr

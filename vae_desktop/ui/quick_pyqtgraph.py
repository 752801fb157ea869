"""Imports pyqtgraph without what the window has no use for, which takes a fifth of the time until it is there.

pyqtgraph copies each name of three Qt modules into modules of its own. Each name that is looked at makes PySide build
a class, or an enumeration with all its members; the window needs few of them. Here these modules are there
already, and take a name over when it is first asked for.

It also loads all of its items and widgets, with what they need: tables, trees, spin boxes, processes for remote plots.
Empty modules stand in for those that no plot of ours is made of, for the texts that numpy keeps for `help`, and for
what pyqtgraph looks for its own mistakes with.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from PySide6 import QtCore, QtGui, QtWidgets

_QT = (QtCore, QtGui, QtWidgets)
_UNUSED_ITEMS = (
    "ArrowItem BoxplotItem ColorBarItem CurvePoint DateAxisItem ErrorBarItem FillBetweenItem GradientEditorItem "
    "GradientLegend GraphicsLayout GraphItem GridItem HistogramLUTItem ImageItem IsocurveItem LinearRegionItem "
    "PColorMeshItem ROI ScaleBar VTickGroup"
)
_UNUSED_WIDGETS = (
    "BusyCursor CheckTable ColorButton ColorMapMenu ColorMapWidget ComboBox DataFilterWidget DataTreeWidget "
    "DiffTreeWidget FeedbackButton GradientWidget GraphicsLayoutWidget GroupBox HistogramLUTWidget JoystickButton "
    "LayoutWidget PathButton ProgressDialog RawImageWidget RemoteGraphicsView ScatterPlotWidget SpinBox TableWidget "
    "TreeWidget ValueLabel VerticalLabel"
)
_UNUSED = (
    "numpy._core._add_newdocs",
    "numpy._core._add_newdocs_scalars",
    "pyqtgraph.imageview",
    "pyqtgraph.Qt.OpenGLHelpers",
    "pyqtgraph.util.cprint",
    "cProfile",
    "xml.etree.ElementTree",
    *(f"pyqtgraph.graphicsItems.{name}" for name in _UNUSED_ITEMS.split()),
    *(f"pyqtgraph.widgets.{name}" for name in _UNUSED_WIDGETS.split()),
)
# pyqtgraph goes without these where they are not installed.
_OPTIONAL = ("PySide6.QtOpenGLWidgets", "PySide6.QtTest")


class _Mirror(ModuleType):
    """A module with the names of another one, each taken over when it is asked for."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, name: str) -> object:
        value = getattr(self._source, name)
        setattr(self, name, value)
        return value


class _StandIn(ModuleType):
    """A module with nothing in it for `import *`, and an empty class for whoever asks it for a name."""

    __all__ = ()

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def import_pyqtgraph() -> None:
    """Import pyqtgraph, if nobody has; later imports find it. Parts that it came without can be imported by name."""
    if "pyqtgraph" in sys.modules:
        return
    for module in _QT:
        name = f"pyqtgraph.Qt.{module.__name__.rpartition('.')[2]}"
        sys.modules[name] = _Mirror(name, module)
    with _nothing_listed(), _unused_left_out():
        import pyqtgraph  # noqa: F401


@contextmanager
def _nothing_listed() -> Iterator[None]:
    """What `dir` says of Qt's modules, and pyqtgraph copies: an empty list."""
    answers = [module.__dir__ for module in _QT]
    for module in _QT:
        module.__dict__["__dir__"] = list
    try:
        yield
    finally:
        for module, answer in zip(_QT, answers, strict=True):
            module.__dict__["__dir__"] = answer


@contextmanager
def _unused_left_out() -> Iterator[None]:
    absent = [name for name in (*_UNUSED, *_OPTIONAL) if name not in sys.modules]
    for name in absent:
        # None makes an import fail.
        sys.modules[name] = _StandIn(name) if name in _UNUSED else None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]

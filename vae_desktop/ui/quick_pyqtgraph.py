"""Imports pyqtgraph without its looking at all of Qt, which takes a sixth of the time until the window is there.

pyqtgraph copies each name of three Qt modules into modules of its own. Each name that is looked at makes PySide build
a class, or an enumeration with all its members; the window needs few of them. Here these modules are there
already, and take a name over when it is first asked for.
"""

from __future__ import annotations

import sys
from types import ModuleType

from PySide6 import QtCore, QtGui, QtWidgets


class _Mirror(ModuleType):
    """A module with the names of another one, each taken over when it is asked for."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, name: str) -> object:
        value = getattr(self._source, name)
        setattr(self, name, value)
        return value


def import_pyqtgraph() -> None:
    """Import pyqtgraph, if nobody has; later imports find it."""
    if "pyqtgraph" in sys.modules:
        return
    modules = (QtCore, QtGui, QtWidgets)
    answers = [module.__dir__ for module in modules]
    for module in modules:
        name = f"pyqtgraph.Qt.{module.__name__.rpartition('.')[2]}"
        sys.modules[name] = _Mirror(name, module)
        # What `dir` asks, and pyqtgraph copies: an empty list.
        module.__dict__["__dir__"] = list
    try:
        import pyqtgraph  # noqa: F401
    finally:
        for module, answer in zip(modules, answers, strict=True):
            module.__dict__["__dir__"] = answer

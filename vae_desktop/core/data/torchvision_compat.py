"""Imports torchvision, also beside a CPU-only torch for which no matching build was installed.

The usual wheel is linked against CUDA: beside a CPU-only torch its library of operators does not load, and
`import torchvision` then stops at "operator torchvision::nms does not exist". Its tables and transforms need none
of these operators, so their declarations are all that is missing.
"""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType

import torch

_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_lock = threading.Lock()
_declarations: list[torch.library.Library] = []  # a declaration lasts as long as its Library


def import_torchvision() -> ModuleType:
    """The module torchvision with `torchvision.datasets`.

    Raises:
        ImportError: torchvision is not installed.
        RuntimeError: it does not fit the installed torch in some other way.
    """
    with _lock:
        try:
            module = importlib.import_module("torchvision")
        except RuntimeError as error:
            if _declarations or "torchvision::nms" not in str(error):
                raise
            _declare_operators()
            module = importlib.import_module("torchvision")
        importlib.import_module("torchvision.datasets")
        return module


def _declare_operators() -> None:
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _OPERATORS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _declarations.append(library)
    # The parts that the failed import left behind would be taken for whole ones.
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]

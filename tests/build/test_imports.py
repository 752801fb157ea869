"""What importing must not drag in: Qt where there may be no screen, slow libraries before the window."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.places import ROOT

QT = {"PySide6", "shiboken6", "pyqtgraph"}
SLOW = {"PIL", "openTSNE", "requests", "scipy", "sklearn", "torch", "torchvision", "umap"}
EVERY_MODULE = """
import importlib, pkgutil
for name in {names!r}:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
"""


def loaded_by(*steps: str) -> list[set[str]]:
    """The top-level modules that a fresh Python has loaded after each of these steps."""
    look = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})\n"
    code = "".join(step + look for step in steps)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [set(line.split()) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("module", ["vae_desktop", "vae_desktop.core", "vae_desktop.cli"])
def test_needs_neither_a_screen_nor_slow_libraries(module: str) -> None:
    (loaded,) = loaded_by(f"import {module}")
    assert loaded & (QT | SLOW) == set()


def test_core_has_no_qt_in_any_module_and_the_digits_need_torch_only() -> None:
    load_digits = "from vae_desktop.core.data.digits import load_digits; load_digits()"
    by_digits, by_all = loaded_by(load_digits, EVERY_MODULE.format(names=["vae_desktop.core"]))
    assert by_digits & SLOW == {"torch"}
    assert "sklearn" in by_all
    assert by_all & QT == set()


def test_window_is_imported_without_slow_libraries() -> None:
    (loaded,) = loaded_by(EVERY_MODULE.format(names=["vae_desktop.app", "vae_desktop.ui"]))
    assert "PySide6" in loaded
    assert loaded & SLOW == set()


def test_the_first_picture_needs_no_slow_library() -> None:
    code = """
import numpy as np
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.inference import Inference
from vae_desktop.core.paths import resource
checkpoint = load_checkpoint(resource("models/mnist-2d.safetensors"))
checkpoint.model_id
assert Inference(checkpoint.model_config, checkpoint.weights).decode(np.zeros((1, 2), np.float32)).max() > 0.5
"""
    (loaded,) = loaded_by(code)
    assert loaded & (QT | SLOW) == set()


def test_a_training_needs_nothing_of_what_torch_loads_to_compile() -> None:
    code = """
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.digits import load_digits
from vae_desktop.core.training import Trainer
for architecture in ("dense", "conv"):
    config = TrainingConfig(epochs=1, device="cpu")
    assert list(Trainer(load_digits(), ModelConfig(architecture=architecture), config).run())
"""
    (loaded,) = loaded_by(code)
    assert "torch" in loaded
    assert "sympy" not in loaded

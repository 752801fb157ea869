"""PySide imported quickly is the same library, whatever was kept of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

LOOK = """
import builtins, sys
from pathlib import Path
usual, compiled = builtins.compile, []
def listening(source, name, *rest, **options):
    compiled.append(str(name))
    return usual(source, name, *rest, **options)
builtins.compile = listening
from vae_desktop.ui.quick_pyside import import_pyside
import_pyside(Path(sys.argv[1]))
assert builtins.compile is listening
from PySide6 import QtCore
from PySide6.support.signature import get_signature
# What is wrong with a call is told by the modules that were kept.
assert "parent: PySide6.QtCore.QObject" in str(get_signature(QtCore.QObject.setParent))
try:
    QtCore.QSize("wide", 3)
except TypeError as error:
    assert "Supported signatures" in str(error), error
else:
    raise AssertionError("a word taken for a number")
print(sum(name.startswith("shibokensupport/") for name in compiled))
"""


def compiled_with(kept: Path, writes: bool = True) -> int:
    """How many of PySide's modules a fresh Python compiles with this file."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if not writes:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(kept)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_pyside_is_compiled_at_the_first_start_only(tmp_path: Path) -> None:
    kept = tmp_path / "__pycache__" / "kept.pyc"
    assert compiled_with(kept) > 0
    assert compiled_with(kept) == 0
    assert [file.name for file in kept.parent.iterdir()] == ["kept.pyc"]


def test_what_was_kept_of_another_pyside_or_python_is_not_used(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pyc"
    all_of_it = compiled_with(kept)
    whole = kept.read_bytes()
    for content in (b"", b"of another Python", whole[:4], whole[: len(whole) // 2]):
        kept.write_bytes(content)
        assert compiled_with(kept) == all_of_it
    assert kept.read_bytes() == whole


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pyc"
    assert compiled_with(kept, writes=False) > 0
    assert not kept.exists()

"""A plain `pip install .` brings all that the program needs, resources included."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built in a copy: building leaves folders beside the sources."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("vae_desktop", "resources"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(out)]
    pip("wheel", *options, str(copy))
    (built,) = out.glob("*.whl")
    return built


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_wheel_holds_every_module_and_resource(wheel: Path) -> None:
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vae_desktop").rglob("*.py")}
    expected.add("vae_desktop/py.typed")
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    expected |= {
        f"vae_desktop/{path.relative_to(ROOT).as_posix()}"
        for path in resources
        if path.parent.name != "readme"
    }
    held = set(zipfile.ZipFile(wheel).namelist())
    assert any(name.startswith("vae_desktop/resources/") for name in expected)
    assert expected - held == set()
    assert not [name for name in held if name.startswith(("tests/", "resources/", "packaging/"))]


def test_installed_program_finds_its_resources_and_command(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    pip("install", "--no-deps", "--no-index", "--quiet", "--target", str(target), str(wheel))
    code = "from vae_desktop.core.paths import resource; print(resource('icons/vae-desktop.svg'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert Path(done.stdout.strip()) == target / "vae_desktop/resources/icons/vae-desktop.svg", done.stderr
    (command,) = (
        target.glob("bin/vae-desktop*") if sys.platform != "win32" else target.glob("Scripts/vae-desktop*")
    )
    assert command.stat().st_size > 0

"""Makes the bundle: the program with its own Python, Qt and torch in one folder, dist/vae-desktop.

    python packaging/build_bundle.py

To be run by the Python of an environment made for it alone, which has the project and its extra `installer`:
what lies in the environment may end up in the bundle.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packaging"))

from bundle.icons import make_icons  # noqa: E402
from bundle.licences import collect_licences  # noqa: E402


def require_cpu_torch() -> None:
    """A bundle with CUDA would be several GB."""
    import torch

    if torch.version.cuda or torch.version.hip:
        sys.exit(
            f"The torch of this environment, {torch.__version__}, is a build for graphics cards: its bundle would "
            "have several GB. Make the environment with PyTorch's CPU builds: make installer CPU=1"
        )


def strip_symbols(bundle: Path) -> None:
    """Take debugging symbols out of libraries that were built with them: a tenth of the bundle.

    numpy's and scipy's are left as they are: patched by auditwheel, `strip` breaks them. So are Qt's, whose licence
    lets a user replace them.
    """
    for path in bundle.rglob("*.so*"):
        if path.is_symlink() or path.parent.name.endswith(".libs") or "PySide6" in path.parts:
            continue
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def main() -> None:
    """Build, and say how large it became."""
    require_cpu_torch()
    make_icons(ROOT / "resources/icons/vae-desktop.svg", ROOT / "build/icons")
    dist = ROOT / "dist"
    bundle = dist / "vae-desktop"
    for old in (bundle, dist / "VAE Desktop.app"):
        shutil.rmtree(old, ignore_errors=True)
    spec = ROOT / "packaging/bundle/vae-desktop.spec"
    folders = ["--distpath", str(dist), "--workpath", str(ROOT / "build/pyinstaller")]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *folders, str(spec)]
    subprocess.run(command, check=True)
    if sys.platform == "linux":
        strip_symbols(bundle)
    app = dist / "VAE Desktop.app"
    contents = app / "Contents/Resources" if app.exists() else bundle / "_internal"
    count = collect_licences(bundle / "_internal", contents / "licences")
    dangling = [path for path in bundle.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        sys.exit(f"Links in the bundle that lead nowhere: {', '.join(map(str, dangling))}")
    total = sum(path.lstat().st_size for path in bundle.rglob("*") if not path.is_symlink())
    print(f"dist/vae-desktop: {total / 1e6:.0f} MB, with the licences of {count} works")


if __name__ == "__main__":
    main()

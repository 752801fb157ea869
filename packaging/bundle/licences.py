"""The licences of all that a bundle carries, gathered from the environment that it was built from."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

NAMES = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)


def collect_licences(bundle: Path, target: Path) -> int:
    """Copy the licence texts of each Python package in the bundle, of Python and of Qt; returns how many works."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    carried = _carried(bundle)
    lines = []
    for distribution in sorted(distributions(), key=lambda each: each.name.lower()):
        if not carried & _top_level(distribution):
            continue
        texts = _texts(distribution)
        folder = target / distribution.name
        for name, source in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
        lines.append(f"{distribution.name} {distribution.version}: {_licence(distribution)}")
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if python.exists():
        (target / "Python").mkdir()
        shutil.copyfile(python, target / "Python/LICENSE.txt")
    lines.append(f"Python {sys.version.split()[0]}: PSF-2.0")
    # Qt's wheels bring no texts; the GNU licences are those of some system libraries too.
    texts = Path(__file__).parent / "texts"
    shutil.copytree(texts / "Qt", target / "Qt")
    for package, version, text in _system_packages(bundle):
        (target / "system").mkdir(exist_ok=True)
        shutil.copyfile(text, target / "system" / f"{package}.txt")
        # Debian's texts point to these instead of repeating them.
        for name in set(
            re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text.read_text("utf-8", "replace"))
        ):
            common = Path("/usr/share/common-licenses") / name
            if common.exists():
                shutil.copyfile(common, target / "system" / f"{name}.txt")
        lines.append(f"{package} {version}: see system/{package}.txt")
    head = "VAE Desktop comes with these works, each under its own licence; their texts lie beside this list.\n\n"
    (target / "THIRD-PARTY.txt").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def _system_packages(bundle: Path) -> list[tuple[str, str, Path]]:
    """Debian packages that libraries in the bundle came from: name, version and the text of their licences."""
    if not shutil.which("dpkg-query"):
        return []
    found = {}
    names = (path.name for path in bundle.glob("lib*.so*") if not path.is_symlink())
    # Python's own library is that of the Python that builds.
    for library in sorted(name for name in names if not name.startswith("libpython")):
        owner = subprocess.run(
            ["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False
        )
        package = owner.stdout.split(":")[0].split(",")[0]
        text = Path("/usr/share/doc") / package / "copyright"
        if package and text.exists():
            version = subprocess.run(
                ["dpkg-query", "-W", "-f", "${Version}\n", package],
                capture_output=True,
                text=True,
                check=True,
            )
            found[package] = (package, version.stdout.split("\n")[0], text)
    return list(found.values())


def _carried(bundle: Path) -> set[str]:
    """Top-level names of what the bundle holds, inside and outside its archive."""
    from PyInstaller.archive.readers import CArchiveReader

    names = {path.name.split(".")[0].removesuffix("_libs") for path in bundle.iterdir()}
    for program in (path for path in bundle.parent.iterdir() if path.is_file()):
        archive = CArchiveReader(str(program))
        for name in archive.toc:
            if name.endswith(".pyz"):
                names |= {module.split(".")[0] for module in archive.open_embedded_archive(name).toc}
    return names


def _top_level(distribution: Distribution) -> set[str]:
    files = distribution.files or []
    names = {file.parts[0].removesuffix(".py").split(".")[0] for file in files}
    return {name for name in names if not name.endswith(("-info", "dist-info")) and name not in ("..", "")}


def _texts(distribution: Distribution) -> dict[str, Path]:
    """Licence files that the package brought, by a name relative to its own folder."""
    found = {}
    for file in distribution.files or []:
        if NAMES.search(file.name) and file.suffix in ("", ".txt", ".md", ".rst", ".LGPL", ".GPL"):
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                parts = file.parts[1:] if file.parts[0].endswith(".dist-info") else file.parts
                found["/".join(parts)] = path
    return found


def _licence(distribution: Distribution) -> str:
    metadata = distribution.metadata
    expression = metadata.get("License-Expression") or metadata.get("License") or ""
    if not expression or len(expression) > 80:
        kinds = [
            value for key, value in metadata.items() if key == "Classifier" and value.startswith("License")
        ]
        expression = "; ".join(kind.split(" :: ")[-1] for kind in kinds) or expression.split("\n")[0][:80]
    return expression or "see its texts"

"""Makes the two Linux packages of dist/vae-desktop: a .deb, and a self-extracting .run for every other distribution.

    python packaging/linux/make_packages.py [--version VERSION] [--fast]

Both carry the same compressed archive, so that it is made once. `--fast` compresses less: for trying things out.
Needs ar (binutils), xz (xz-utils), makeself.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(HERE)]

from manual_page import manual_page  # noqa: E402

from vae_desktop import __version__  # noqa: E402

# What the bundle takes from the system: the display's side of Qt, and what all programs share.
DEPENDS = (
    "libc6 (>= @GLIBC@)",
    "libstdc++6",
    "libgcc-s1",
    "libegl1",
    "libgl1",
    "libxcb1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    # Data of libraries that come with the bundle.
    "fontconfig-config",
    "libx11-data",
    "xkb-data",
    "fonts-dejavu-core | fonts-freefont-ttf | fonts-liberation",
)
CONTROL = """\
Package: vae-desktop
Version: {version}
Section: education
Priority: optional
Architecture: amd64
Maintainer: vae_desktop contributors <maintainers@vae-desktop.invalid>
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: xdg-desktop-portal, ca-certificates
Description: train a variational autoencoder and explore its latent space
 Train a variational autoencoder on handwritten digits, then walk through its
 latent space by hand: drag across the canvas and see each point decoded as you
 move. It opens on a trained model and needs no network.
 .
 The package carries its own Python, Qt and PyTorch (for the processor), and
 the command line for training, evaluation, sampling and t-SNE maps.
"""
COPYRIGHT = """\
VAE Desktop, by the vae_desktop contributors.

{licence}

The works that come with it, and the texts of their licences, are in
/opt/vae-desktop/_internal/licences.
"""


def main() -> None:
    """Write both packages into dist/."""
    parser = argparse.ArgumentParser(description="Make a .deb and a .run of dist/vae-desktop.")
    parser.add_argument("--version", default=__version__, help="the packages' version, for trying upgrades")
    parser.add_argument("--fast", action="store_true", help="compress less")
    options = parser.parse_args()
    bundle = ROOT / "dist/vae-desktop"
    if not (bundle / "vae-desktop").exists():
        sys.exit("There is no dist/vae-desktop; run: python packaging/build_bundle.py")
    work = ROOT / "build/linux"
    shutil.rmtree(work, ignore_errors=True)
    tree = lay_out(bundle, work / "tree", options.version)
    payload = work / "data.tar.xz"
    compress(tree, payload, 1 if options.fast else 6)
    kilobytes = sum(path.lstat().st_size for path in tree.rglob("*") if not path.is_dir()) // 1024
    deb = ROOT / f"dist/vae-desktop_{options.version}_amd64.deb"
    run = ROOT / f"dist/vae-desktop-{options.version}-linux-x86_64.run"
    make_deb(tree, payload, kilobytes, options.version, deb)
    make_run(payload, kilobytes, options.version, run)
    for package in (deb, run):
        print(f"{package.relative_to(ROOT)}: {package.stat().st_size / 1e6:.0f} MB")


def lay_out(bundle: Path, tree: Path, version: str) -> Path:
    """The files as the package installs them."""
    date = time.strftime("%Y-%m-%d", time.gmtime(_now()))
    share = tree / "usr/share"
    for folder in ("applications", "metainfo", "man/man1", "doc/vae-desktop", "icons/hicolor/scalable/apps"):
        (share / folder).mkdir(parents=True)
    (tree / "opt").mkdir()
    # Hard links: the bundle is not copied. Nothing below changes it.
    subprocess.run(["cp", "-al", str(bundle), str(tree / "opt/vae-desktop")], check=True)
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/vae-desktop").symlink_to("/opt/vae-desktop/vae-desktop")
    shutil.copyfile(HERE / "vae-desktop.desktop", share / "applications/vae-desktop.desktop")
    metainfo = (HERE / "vae-desktop.metainfo.xml").read_text(encoding="utf-8")
    metainfo = metainfo.replace("@VERSION@", version).replace("@DATE@", date)
    (share / "metainfo/vae-desktop.metainfo.xml").write_text(metainfo, encoding="utf-8")
    page = manual_page(bundle / "vae-desktop", version, date)
    _write_gzip(share / "man/man1/vae-desktop.1.gz", page)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    documents = share / "doc/vae-desktop"
    (documents / "copyright").write_text(COPYRIGHT.format(licence=licence), encoding="utf-8")
    _write_gzip(documents / "changelog.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    icons = share / "icons/hicolor"
    shutil.copyfile(ROOT / "resources/icons/vae-desktop.svg", icons / "scalable/apps/vae-desktop.svg")
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        folder = icons / f"{size}x{size}/apps"
        folder.mkdir(parents=True)
        shutil.copyfile(ROOT / f"build/icons/vae-desktop-{size}.png", folder / "vae-desktop.png")
    return tree


def compress(tree: Path, target: Path, level: int) -> None:
    """The tree as .tar.xz, the same for the same files; machine code is prepared for compression first."""
    names = [
        "--sort=name",
        "--mode=u=rwX,go=rX",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        f"--mtime=@{int(_now())}",
    ]
    with target.open("wb") as out:
        tar = subprocess.Popen(["tar", "-C", str(tree), *names, "-cf", "-", "."], stdout=subprocess.PIPE)
        command = ["xz", "-T2", "--x86", f"--lzma2=preset={level}", "-c"]
        subprocess.run(command, stdin=tar.stdout, stdout=out, check=True)
        if tar.wait():
            sys.exit("tar failed")


def make_deb(tree: Path, payload: Path, kilobytes: int, version: str, deb: Path) -> None:
    """A Debian package as deb(5) describes it: an ar archive of a version, control files and the payload."""
    work = payload.parent / "deb"
    (work / "control").mkdir(parents=True)
    depends = ", ".join(DEPENDS).replace("@GLIBC@", _glibc())
    control = CONTROL.format(version=version, kilobytes=kilobytes, depends=depends)
    (work / "control/control").write_text(control, encoding="utf-8")
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{_md5(path)}  {path.relative_to(tree).as_posix()}\n" for path in files]
    (work / "control/md5sums").write_text("".join(sums), encoding="utf-8")
    for path in (work / "control").iterdir():
        path.chmod(0o644)
    owner = ["--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{int(_now())}"]
    packed = ["tar", "-C", str(work / "control"), *owner, "-cJf", str(work / "control.tar.xz"), "."]
    subprocess.run(packed, check=True)
    (work / "debian-binary").write_text("2.0\n", encoding="ascii")
    shutil.copyfile(payload, work / "data.tar.xz")
    deb.unlink(missing_ok=True)
    members = ["debian-binary", "control.tar.xz", "data.tar.xz"]
    subprocess.run(["ar", "qcD", str(deb), *members], cwd=work, check=True)


def make_run(payload: Path, kilobytes: int, version: str, run: Path) -> None:
    """A script with the payload behind it, which runs install.sh. With it comes xz, which not every system has."""
    work = payload.parent / "run"
    work.mkdir()
    payload_here = work / "payload.tar.xz"
    payload_here.hardlink_to(payload)
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(HERE / script, work / script)
    # Beside the files themselves, an older version stays until the new one is there.
    (work / "size-in-kilobytes").write_text(f"{kilobytes * 11 // 10}\n", encoding="ascii")
    xz = shutil.which("xz") or "xz"
    shutil.copy(xz, work / "xz")
    for line in subprocess.run(["ldd", xz], check=True, capture_output=True, text=True).stdout.splitlines():
        if "liblzma" in line:
            shutil.copy(line.split("=>")[1].split()[0], work / "liblzma.so.5")
    run.unlink(missing_ok=True)
    label = f"VAE Desktop {version}"
    packed = [
        "makeself",
        "--nocomp",
        "--sha256",
        "--nox11",
        "--quiet",
        str(work),
        str(run),
        label,
        "sh",
        "./install.sh",
    ]
    subprocess.run(packed, check=True, stdout=subprocess.DEVNULL)
    run.chmod(0o755)


def _now() -> float:
    return float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))


def _glibc() -> str:
    """The C library that Python itself was built against: older ones may not start it."""
    return os.confstr("CS_GNU_LIBC_VERSION").split()[1]  # type: ignore[union-attr]


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _write_gzip(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=int(_now())))


if __name__ == "__main__":
    main()

"""The scripts that install and remove the self-extracting file, on a payload of a few small files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("xz"), reason="needs Linux and xz"
)

LINUX = ROOT / "packaging/linux"
ENTRY = (LINUX / "vae-desktop.desktop").read_text(encoding="utf-8")


def unpacked(folder: Path, word: str) -> Path:
    """What the self-extracting file unpacks: the two scripts and a payload whose program says a word."""
    tree = folder / f"tree-{word}"
    files = {
        "opt/vae-desktop/vae-desktop": f"#!/bin/sh\necho {word}\n",
        f"opt/vae-desktop/_internal/{word}": "",
        "usr/share/applications/vae-desktop.desktop": ENTRY,
        "usr/share/icons/hicolor/16x16/apps/vae-desktop.png": "",
        "usr/share/man/man1/vae-desktop.1.gz": "",
        "usr/share/metainfo/vae-desktop.metainfo.xml": "",
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")
    (tree / "opt/vae-desktop/vae-desktop").chmod(0o755)
    made = folder / f"unpacked-{word}"
    made.mkdir()
    subprocess.run(["tar", "-C", tree, "-cJf", made / "payload.tar.xz", "."], check=True)
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(LINUX / script, made / script)
    (made / "size-in-kilobytes").write_text("100\n", encoding="ascii")
    return made


def run(script: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments],
        env={"HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(params=["plain", "Ján Žižka", 'a "quoted" & 100% $HOME'])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home folder that already holds things of the user's and of other programs'."""
    home = tmp_path / request.param
    (home / ".local/share/applications").mkdir(parents=True)
    (home / ".local/share/applications/other.desktop").write_text("", encoding="utf-8")
    (home / ".local/share/vae_desktop/data").mkdir(parents=True)
    (home / ".local/share/vae_desktop/data/mnist").write_text("digits", encoding="utf-8")
    return home


def files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()}


def test_install_upgrade_and_remove(tmp_path: Path, home: Path) -> None:
    before = files(home)
    for word in ("older", "newer"):
        done = run(unpacked(tmp_path, word) / "install.sh", home)
        assert (done.returncode, done.stderr) == (0, "")
    program = home / ".local/opt/vae-desktop/vae-desktop"
    assert run(program, home).stdout == "newer\n"
    assert run(home / ".local/bin/vae-desktop", home).stdout == "newer\n"
    assert not (program.parent / "_internal/older").exists()
    assert (home / ".local/share/man/man1/vae-desktop.1.gz").exists()

    done = run(program.parent / "uninstall.sh", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(home) == before
    assert not (home / ".local/opt").exists()
    assert not (home / ".local/share/man").exists()


def test_the_menu_entry_starts_the_program(tmp_path: Path, home: Path) -> None:
    run(unpacked(tmp_path, "word") / "install.sh", home)
    entry = home / ".local/share/applications/vae-desktop.desktop"
    (line,) = (line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    # As the Desktop Entry Specification reads it: escapes of the file first, then those of the quoted argument.
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    assert value.startswith('"') and value.endswith('" %f')
    argument = value[1:-4]
    for character in '"`$\\':
        argument = argument.replace("\\" + character, character)
    assert argument.replace("%%", "%") == str(home / ".local/opt/vae-desktop/vae-desktop")


def test_a_full_disk_is_told_and_the_older_version_stays(tmp_path: Path, home: Path) -> None:
    run(unpacked(tmp_path, "older") / "install.sh", home)
    newer = unpacked(tmp_path, "newer")
    (newer / "size-in-kilobytes").write_text("99999999999\n", encoding="ascii")
    done = run(newer / "install.sh", home)
    assert done.returncode == 2
    assert "MB free" in done.stderr
    assert run(home / ".local/bin/vae-desktop", home).stdout == "older\n"
    assert not (home / ".local/opt/.vae-desktop.new").exists()


def test_a_broken_file_leaves_the_older_version(tmp_path: Path, home: Path) -> None:
    run(unpacked(tmp_path, "older") / "install.sh", home)
    newer = unpacked(tmp_path, "newer")
    payload = newer / "payload.tar.xz"
    payload.write_bytes(payload.read_bytes()[:-40])
    done = run(newer / "install.sh", home)
    assert done.returncode == 2
    assert "could not unpack" in done.stderr
    assert run(home / ".local/bin/vae-desktop", home).stdout == "older\n"


def test_the_uninstaller_removes_nothing_elsewhere(tmp_path: Path, home: Path) -> None:
    before = files(home)
    stray = home / ".local/share/uninstall.sh"
    shutil.copy(LINUX / "uninstall.sh", stray)
    done = run(stray, home)
    assert done.returncode == 2
    assert files(home) == before | {".local/share/uninstall.sh"}


def test_what_others_put_there_is_not_replaced(tmp_path: Path, home: Path) -> None:
    made = unpacked(tmp_path, "word")
    link = home / ".local/bin/vae-desktop"
    link.parent.mkdir()
    link.write_text("pip's", encoding="utf-8")
    done = run(made / "install.sh", home)
    assert (done.returncode, link.read_text(encoding="utf-8")) == (2, "pip's")
    link.unlink()

    folder = home / ".local/opt/vae-desktop"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_text("a user's", encoding="utf-8")
    done = run(made / "install.sh", home)
    assert done.returncode == 2
    assert "is not what this installer made" in done.stderr
    assert (folder / "model.safetensors").exists()


def test_what_a_user_put_beside_the_program_stays(tmp_path: Path, home: Path) -> None:
    run(unpacked(tmp_path, "older") / "install.sh", home)
    model = home / ".local/opt/vae-desktop/model.safetensors"
    model.write_text("a user's", encoding="utf-8")
    assert run(unpacked(tmp_path, "newer") / "install.sh", home).returncode == 0
    assert model.exists()
    assert run(model.parent / "uninstall.sh", home).returncode == 0
    assert files(model.parent) == {"model.safetensors"}


def test_a_program_that_cannot_start_here_replaces_none(tmp_path: Path, home: Path) -> None:
    run(unpacked(tmp_path, "older") / "install.sh", home)
    made = unpacked(tmp_path, "newer")
    broken = tmp_path / "tree-newer/opt/vae-desktop/vae-desktop"
    broken.write_text("#!/bin/sh\necho 'version GLIBC_9.99 not found' >&2\nexit 1\n", encoding="utf-8")
    subprocess.run(["tar", "-C", tmp_path / "tree-newer", "-cJf", made / "payload.tar.xz", "."], check=True)
    done = run(made / "install.sh", home)
    assert done.returncode == 2
    assert "can't run the program: version GLIBC_9.99 not found" in done.stderr
    assert run(home / ".local/bin/vae-desktop", home).stdout == "older\n"


def test_another_folder(tmp_path: Path, home: Path) -> None:
    made = unpacked(tmp_path, "word")
    done = subprocess.run(
        [made / "install.sh", "--prefix", "some where"],
        env={"HOME": str(home), "USER_PWD": str(home), "PATH": "/usr/bin:/bin"},
        cwd=made,
        check=False,
    )
    assert done.returncode == 0
    assert run(home / "some where/bin/vae-desktop", home).stdout == "word\n"
    assert run(home / "some where/opt/vae-desktop/uninstall.sh", home).returncode == 0
    assert not (home / "some where").exists()

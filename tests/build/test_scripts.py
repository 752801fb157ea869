"""The shell scripts behind `make` on machines that lack something, played by stand-ins on the path."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Debian packages are Linux's")

PACKAGING = ROOT / "packaging"
ROOT_USER = {"id": "echo 0"}
ORDINARY_USER = {"id": "echo 1000"}
LOG = 'echo "$(basename "$0") $*" >> "$HOME/log"'


class Machine:
    """A machine with nothing on its path but a few ordinary tools and the stand-ins that a test adds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in ("sh", "env", "dirname", "basename", "awk", "cat", "rm", "true", "uname"):
            found = shutil.which(tool)
            assert found
            (self.bin / tool).symlink_to(found)
        self.add({"find": "echo /usr/share/fonts/some.ttf", "ldconfig": self.libraries(), "apt-get": LOG})

    @staticmethod
    def libraries(without: str = "") -> str:
        """Commands that print what `ldconfig -p` does where all that is wanted is there, but for one."""
        text = (PACKAGING / "system-libraries.sh").read_text(encoding="utf-8")
        names = set(re.findall(r"^(lib\S+\.so\.\d+) ", text, re.MULTILINE)) - {without}
        assert len(names) > 20
        lines = [f"\t{name} (libc6,x86-64) => /lib64/{name}" for name in sorted(names)]
        # A 32-bit library of the same name is no help.
        return "cat <<'END'\n" + "\n".join([*lines, f"\t{without} (libc6) => /lib/{without}"]) + "\nEND"

    def add(self, stand_ins: Mapping[str, str]) -> None:
        """Put commands on the path: name and shell text."""
        for name, commands in stand_ins.items():
            path = self.bin / name
            path.write_text(f"#!/bin/sh\n{commands}\n", encoding="utf-8")
            path.chmod(0o755)

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script of packaging/ here, with nobody at the keyboard."""
        return subprocess.run(
            [PACKAGING / script, *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.folder), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self) -> list[str]:
        """What stand-ins with LOG were called with, in order."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_complete_machine_is_left_alone(machine: Machine) -> None:
    done = machine.run("system-libraries.sh")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.log == []


def test_root_gets_the_missing_library_installed(machine: Machine) -> None:
    machine.add({**ROOT_USER, "ldconfig": machine.libraries(without="libEGL.so.1")})
    assert machine.run("system-libraries.sh").returncode == 0
    assert [call.split()[1] for call in machine.log] == ["update", "install"]
    assert machine.log[-1].split()[-2:] == ["--no-install-recommends", "libegl1"]


def test_sudo_that_asks_nothing_is_used(machine: Machine) -> None:
    stand_ins = {"sudo": '[ "$1" = -n ] && shift && exec "$@"', "find": "exit 1"}
    machine.add({**ORDINARY_USER, **stand_ins})
    assert machine.run("system-libraries.sh").returncode == 0
    assert machine.log[-1].endswith("--no-install-recommends fonts-dejavu-core")


@pytest.mark.parametrize("sudo", [{}, {"sudo": "exit 1"}], ids=["no sudo", "sudo asks for a password"])
def test_others_get_the_exact_line_to_run(machine: Machine, sudo: Mapping[str, str]) -> None:
    machine.add({**ORDINARY_USER, **sudo, "ldconfig": machine.libraries(without="libxcb-cursor.so.0")})
    done = machine.run("system-libraries.sh")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libxcb-cursor0"
    )
    assert machine.log == []


def test_x11_libraries_are_not_asked_of_a_wayland_desktop(machine: Machine) -> None:
    machine.add({**ORDINARY_USER, "ldconfig": machine.libraries(without="libxcb-cursor.so.0")})
    assert machine.run("system-libraries.sh", WAYLAND_DISPLAY="wayland-0").returncode == 0


def test_other_systems_are_told_and_go_on(machine: Machine) -> None:
    machine.add({**ORDINARY_USER, "ldconfig": machine.libraries(without="libEGL.so.1")})
    (machine.bin / "apt-get").unlink()
    done = machine.run("system-libraries.sh")
    assert done.returncode == 0
    assert "libegl1" in done.stderr


def test_environment_needs_a_python_that_fits(machine: Machine) -> None:
    machine.add({"python3": "exit 1"})
    done = machine.run("make-venv.sh", str(machine.folder / "env"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "3.11, 3.12 or 3.13" in done.stderr


def test_environment_is_made_with_the_first_python_that_fits(machine: Machine) -> None:
    machine.add({"python3": "exit 1", "python3.12": LOG, "python3.11": LOG})
    assert machine.run("make-venv.sh", str(machine.folder / "env")).returncode == 0
    assert machine.log[-1] == f"python3.12 -m venv --clear {machine.folder / 'env'}"


def test_environment_is_made_with_the_python_that_was_named(machine: Machine) -> None:
    machine.add({"python3": LOG, "mine": LOG})
    assert machine.run("make-venv.sh", str(machine.folder / "env"), PYTHON="mine").returncode == 0
    assert machine.log[-1].startswith("mine -m venv")


def test_half_made_environment_is_removed(machine: Machine) -> None:
    folder = machine.folder / "env"
    folder.mkdir()
    machine.add({"python3": 'case "$*" in *--clear*) exit 1 ;; esac'})
    assert machine.run("make-venv.sh", str(folder)).returncode != 0
    assert not folder.exists()


def test_module_venv_is_installed_where_debian_left_it_out(machine: Machine) -> None:
    python = 'case "$*" in *ensurepip*) test -e "$HOME/log" ;; *print*) echo 3.11 ;; esac'
    machine.add({**ROOT_USER, "python3": python})
    assert machine.run("make-venv.sh", str(machine.folder / "env")).returncode == 0
    assert machine.log[-1].endswith("python3.11-venv")

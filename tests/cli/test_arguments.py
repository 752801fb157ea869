"""Help, version, and one clear line for every mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.places import ROOT
from vae_desktop import __version__

COMMANDS = (
    "train",
    "evaluate",
    "generate",
    "interpolate",
    "traverse",
    "reconstruct",
    "project",
    "export-projector",
    "export-onnx",
    "download",
)


def test_version(run: Run) -> None:
    assert run("--version").out == f"vae-desktop {__version__}\n"


def test_help_shows_every_command_and_examples(run: Run) -> None:
    result = run("--help")
    assert (result.status, result.err) == (0, "")
    for command in COMMANDS:
        assert f"\n  {command}" in result.out
    assert "vae-desktop train --data mnist" in result.out
    assert max(map(len, result.out.splitlines())) <= 110


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert (result.status, result.err) == (0, "")
    assert f"vae-desktop {command}" in result.out


def test_help_loads_nothing_slow() -> None:
    code = (
        "import sys; from vae_desktop.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert loaded & {"numpy", "torch", "PySide6", "tqdm", "PIL"} == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "did you mean train?"),
        (["generat", "m.safetensors", "--out", "a.png", "--rows", "3"], "did you mean generate?"),
        (["interpolat", "--help"], "did you mean interpolate?"),
        (["nowhere.safetensors"], "There is no command and no file called 'nowhere.safetensors'"),
        (["--nonsense"], "--nonsense"),
        (["train"], "--out"),
        (["train", "--out", "m.safetensors", "--epochs", "many"], "--epochs"),
        (["train", "--out", "m.safetensors", "--epochs", "0"], "epochs must be between 1"),
        (["train", "--out", "m.safetensors", "--lr", "0"], "learning rate must be"),
        (["train", "--out", "m.safetensors", "--lr", "nan"], "learning rate must be"),
        (["train", "--out", "m.safetensors", "--beta", "-1"], "β must be"),
        (["train", "--out", "m.safetensors", "--seed", "-1"], "seed must be"),
        (["train", "--out", "m.safetensors", "--batch-size", "0"], "batch size must be"),
        (["train", "--out", "m.safetensors", "--hidden", "512,,256"], "list of sizes such as 512,256"),
        (["train", "--out", "m.safetensors", "--hidden", "512,0"], "sizes between 1 and 8192"),
        (["train", "--out", "m.safetensors", "--latent-dim", "257"], "1 to 256 dimensions"),
        (["train", "--out", "m.safetensors", "--architecture", "deep"], "--architecture"),
        (["train", "--out", "m.safetensors", "--architecture", "conv", "--hidden", "8,8,8,8,8"], "at most 4"),
        (["train", "--out", "m.safetensors", "--data", "digits", "--device", "abacus"], "'abacus'"),
        (
            ["train", "--out", "m.safetensors", "--data", "nowhere"],
            "no data set, folder or file called 'nowhere'",
        ),
        (["train", "--out", "m.safetensors", "--epo", "3"], "--epo"),
        (["evaluate"], "model.safetensors"),
        (["evaluate", "nowhere.safetensors"], "There is no file nowhere.safetensors"),
        (["generate", "nowhere.safetensors", "--out", "a.png"], "There is no file nowhere.safetensors"),
        (["project", "nowhere.safetensors", "--out", "a.csv"], "There is no file nowhere.safetensors"),
        (["project", "m.safetensors", "--out", "a.csv", "--perplexity", "0"], "perplexity must be"),
        (["interpolate", "nowhere.safetensors", "--out", "a.gif"], "There is no file nowhere.safetensors"),
        (["interpolate", "m.safetensors", "--out", "a.gif", "--kind", "crooked"], "--kind"),
        (["interpolate", "m.safetensors", "--out", "a.gif", "--frames", "1"], "2 to 10000 frames"),
        (["interpolate", "m.safetensors", "--out", "a.gif", "--fps", "0"], "frames a second"),
        (["interpolate", "m.safetensors", "--out", "a.gif", "--scale", "65"], "scale"),
        (["interpolate", "m.safetensors", "--out", "a.gif", "--via", "a,b"], "list of numbers"),
        (["traverse", "nowhere.safetensors", "--out", "a.png"], "There is no file nowhere.safetensors"),
        (["traverse", "m.safetensors", "--out", "a.png", "--columns", "0"], "columns"),
        (["traverse", "m.safetensors", "--out", "a.png", "--reach", "nan"], "reach"),
        (["reconstruct", "m.safetensors", "--out", "a.png", "--rows", "0"], "Rows and columns"),
        (["export-projector", "nowhere.safetensors", "--out", "a"], "There is no file nowhere.safetensors"),
        (["export-onnx", "nowhere.safetensors", "--out", "a"], "There is no file nowhere.safetensors"),
        (["export-onnx", "m.safetensors", "--out", "missing/a"], "folder does not exist"),
        (["download", "imagenet"], "imagenet"),
    ],
)
def test_mistakes_get_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in run(*arguments).complaint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_model(run: Run, tmp_path: Path) -> None:
    assert "--data" in run(tmp_path).complaint


@pytest.mark.parametrize(
    ("command", "option", "suffix"),
    [
        ("train", "--out", ".safetensors"),
        ("generate", "--out", ".png"),
        ("interpolate", "--out", ".gif"),
        ("traverse", "--out", ".png"),
        ("reconstruct", "--out", ".png"),
        ("project", "--out", ".csv"),
        ("project", "--png", ".png"),
    ],
)
def test_outputs_are_checked_before_any_work(
    run: Run, tmp_path: Path, command: str, option: str, suffix: str
) -> None:
    # The model is missing too: complaining of the output first shows that nothing was begun.
    (tmp_path / "file").write_text("")
    (tmp_path / f"folder{suffix}").mkdir()
    first = ["train"] if command == "train" else [command, "nowhere.safetensors"]
    if option != "--out":
        first += ["--out", tmp_path / "map.csv"]
    for place, words in {
        f"missing/a{suffix}": "folder does not exist",
        f"file/a{suffix}": "folder is a file",
        f"folder{suffix}": "is a folder",
        "a.xyz": f"should end in {suffix}",
        "a": f"should end in {suffix}",
    }.items():
        assert words in run(*first, option, tmp_path / place).complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", f"folder{suffix}"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(run: Run, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "may not write there" in run("train", "--out", tmp_path / "m.safetensors").complaint


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_place_where_nobody_can_write(run: Run) -> None:
    assert "Can't write" in run("train", "--out", "/proc/m.safetensors").complaint

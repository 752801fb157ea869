"""`vae-desktop train`."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Run
from tests.places import ROOT
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig


def test_a_model_is_trained_as_asked(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"
    options = ["--latent-dim", "3", "--lr", "2e-3", "--beta", "0.5", "--seed", "4", "--schedule", "one-cycle"]
    result = run("train", *SMALL, *options, "--epochs", "2", "--out", out)
    assert result.status == 0, result.err
    checkpoint = load_checkpoint(out)
    assert checkpoint.model_config == ModelConfig((1, 28, 28), 3, (32, 16), "dense")
    assert checkpoint.training_config == TrainingConfig(2, 64, 2e-3, 0.5, 4, "cpu", "one-cycle")
    assert checkpoint.dataset.name == "digits"
    assert checkpoint.epochs == 2
    # Where the trained encoder puts the training digits lies in the file too.
    assert checkpoint.atlas is not None and checkpoint.atlas.means.shape == (
        checkpoint.dataset.train_images,
        3,
    )

    last = checkpoint.history[-1].held_out
    assert f"Saved {out}: 2 epochs on {checkpoint.dataset.title}" in result.out
    assert (
        f"-ELBO {last.negative_elbo:.2f} = reconstruction {last.reconstruction:.2f} + KL {last.kl:.2f}"
        in result.out
    )
    # Progress, with an epoch's terms, is on stderr and nowhere else.
    assert "epoch 1/2:" in result.err
    lines = [line for line in result.err.replace("\r", "\n").splitlines() if "held out" in line]
    assert len(lines) == 2
    assert f"held out {last.negative_elbo:.2f} ({last.reconstruction:.2f} + {last.kl:.2f})" in lines[1]
    assert "epoch" not in result.out.replace("2 epochs", "")


def test_json_is_all_that_comes_on_stdout(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"
    result = run("train", *SMALL, "--epochs", "1", "--out", out, "--json", "--quiet")
    assert (result.status, result.err) == (0, "")
    summary = json.loads(result.out)
    checkpoint = load_checkpoint(out)
    assert summary["model"] == str(out)
    assert summary["model_id"] == checkpoint.model_id
    assert summary["epochs"] == 1
    assert summary["held_out"] == checkpoint.history[-1].held_out.to_json()
    assert summary["train"] == checkpoint.history[-1].train.to_json()


def test_the_convolutional_pair_has_channels_of_its_own(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "conv.safetensors"
    options = ["--data", "digits", "--architecture", "conv", "--batch-size", "256", "--device", "cpu"]
    assert run("train", *options, "--epochs", "1", "--out", out, "--quiet").status == 0
    assert load_checkpoint(out).model_config == ModelConfig((1, 28, 28), 2, (32, 64), "conv")


def test_the_same_command_gives_the_same_model(run: Run, model: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.safetensors"
    run("train", *SMALL, "--epochs", "2", "--out", again, "--quiet")
    assert load_checkpoint(again).model_id == load_checkpoint(model).model_id


def test_going_on_keeps_the_models_settings(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "longer.safetensors"
    result = run("train", "--resume", model, "--epochs", "3", "--out", out)
    assert result.status == 0, result.err
    before, after = load_checkpoint(model), load_checkpoint(out)
    assert after.epochs == 5
    assert after.history[:2] == before.history
    assert after.model_config == before.model_config
    assert after.training_config.batch_size == 64
    assert after.history[-1].held_out.negative_elbo < before.history[-1].held_out.negative_elbo
    assert "epoch 3/5" in result.err
    assert "epoch 2/" not in result.err


def test_a_model_can_be_resumed_in_place(run: Run, model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.safetensors"
    own.write_bytes(model.read_bytes())
    assert run("train", "--resume", own, "--epochs", "1", "--out", own, "--quiet").status == 0
    assert load_checkpoint(own).epochs == 3


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--latent-dim", "3", "--latent-dim 2, not 3"),
        ("--hidden", "32,17", "hidden 32,16, not 32,17"),
        ("--lr", "0.1", "--lr 0.001, not 0.1"),
        ("--architecture", "conv", "architecture dense, not conv"),
        ("--beta", "2", "beta 1.0, not 2.0"),
    ],
)
def test_going_on_with_other_settings_is_refused(
    run: Run, model: Path, tmp_path: Path, option: str, value: str, words: str
) -> None:
    out = tmp_path / "other.safetensors"
    assert words in run("train", "--resume", model, option, value, "--out", out).complaint
    assert not out.exists()


def test_repeating_a_models_own_settings_is_fine(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "same.safetensors"
    same = ["--latent-dim", "2", "--hidden", "32,16", "--batch-size", "64", "--seed", "0"]
    assert run("train", "--resume", model, *same, "--epochs", "1", "--out", out, "--quiet").status == 0


def test_weights_only_makes_a_smaller_file(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "light.safetensors"
    run("train", *SMALL, "--epochs", "2", "--out", out, "--quiet", "--weights-only")
    light = load_checkpoint(out)
    assert light.training_state is None
    assert light.model_id == load_checkpoint(model).model_id
    assert out.stat().st_size < model.stat().st_size / 2


def test_a_set_that_is_not_here_names_the_command_that_brings_it(run: Run, tmp_path: Path) -> None:
    complaint = run("train", "--data", "MNIST", "--out", tmp_path / "m.safetensors").complaint
    assert "vae-desktop download mnist" in complaint
    assert "window" not in complaint


def test_without_data_the_digits_are_taken(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    assert run("train", "--hidden", "8", "--epochs", "1", "--out", out, "--quiet").status == 0
    assert load_checkpoint(out).dataset.name == "digits"


def test_a_loss_that_is_no_number_ends_in_one_line(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    complaint = run("train", *SMALL, "--lr", "1e30", "--epochs", "5", "--out", out, "--quiet").complaint
    assert "loss" in complaint
    assert "nothing was saved" in complaint
    assert not out.exists()


def test_a_full_disk_ends_in_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    out = tmp_path / "m.safetensors"
    complaint = run("train", *SMALL, "--epochs", "1", "--out", out, "--quiet").complaint
    assert "the disk is full" in complaint
    assert not out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C can't be sent to one process there")
@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
    reason="a shell's background job, whose programs know no Ctrl+C",
)
def test_ctrl_c_saves_the_last_finished_epoch(tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"
    process = subprocess.Popen(
        [sys.executable, "-m", "vae_desktop", "train", *SMALL, "--epochs", "100000", "--out", str(out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        seen = ""
        while "epoch 3/" not in seen:
            seen += process.stderr.read(1)
        process.send_signal(signal.SIGINT)
        printed, rest = process.communicate(timeout=60)
    finally:
        process.kill()  # where Ctrl+C did nothing, it would train for hours
    assert process.returncode == 130
    assert printed == ""
    last = rest.splitlines()[-1]
    found = re.fullmatch(
        r"vae-desktop: Stopped\. The last finished epoch, (\d+) of 100000, is saved in (.+)\.", last
    )
    assert found is not None, rest
    assert "Traceback" not in rest
    assert load_checkpoint(out).epochs == int(found[1]) >= 2
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]

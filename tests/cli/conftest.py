"""What the command line's tests share: a way to run commands, and one small model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import drawn_digits
from vae_desktop.cli import main

SMALL = ("--data", "digits", "--hidden", "32,16", "--batch-size", "64", "--device", "cpu")


@dataclass(frozen=True)
class Result:
    """What a command left: exit status, stdout, stderr."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that refused to work, without the program's name."""
        assert self.status == 2
        assert self.out == ""
        assert self.err.startswith("vae-desktop")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        return self.err.partition(": ")[2].strip()


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def digits_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the built-in digits gets those that all tests share."""
    monkeypatch.setattr("vae_desktop.core.data.digits.load_digits", drawn_digits)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """These models are too small for two threads, which on a busy machine mostly wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run(*arguments: object) -> Result:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        return Result(status, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def model(one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the digits, trained by the command line for two epochs. Not to be changed."""
    path = tmp_path_factory.mktemp("models") / "digits.safetensors"
    assert main(["train", *SMALL, "--epochs", "2", "--out", str(path), "--quiet"]) == 0
    return path

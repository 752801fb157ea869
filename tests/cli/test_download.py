"""`vae-desktop download`, from a server of the test's own."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.core.data.idx_writer import contents
from tests.core.data.server import Answer, Server, serving
from vae_desktop.core.data.catalog import CatalogEntry, RemoteFile, RemoteFiles

FILES = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in contents(300, 100).items()}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Stands in for the mirrors of every known set."""
    with serving(dict(FILES)) as server:
        files = tuple(
            RemoteFile(name, hashlib.md5(data).hexdigest(), len(data)) for name, data in FILES.items()
        )
        monkeypatch.setattr(CatalogEntry, "remote_files", lambda _: RemoteFiles((server.url,), files))
        yield server


def test_a_downloaded_set_can_be_trained_on(run: Run, server: Server, home: Path, tmp_path: Path) -> None:
    result = run("download", "kmnist")
    assert result.status == 0, result.err
    assert "KMNIST is here now" in result.out
    assert str(home) in result.out
    assert "100%" in result.err
    assert "(4/4)" in result.err
    out = tmp_path / "m.safetensors"
    assert (
        run("train", "--data", "kmnist", "--hidden", "8", "--epochs", "1", "--out", out, "--quiet").status
        == 0
    )


def test_what_is_here_is_not_fetched_again(run: Run, server: Server) -> None:
    assert run("download", "mnist", "--quiet").status == 0
    asked = len(server.requests)
    result = run("download", "mnist", "--quiet")
    assert (result.status, result.err) == (0, "")
    assert "here already" in result.out
    assert len(server.requests) == asked


def test_a_server_without_it_ends_in_one_line(run: Run, server: Server, home: Path) -> None:
    server.always = Answer(status=404)
    assert "MNIST could not be downloaded" in run("download", "mnist", "--quiet").complaint
    assert not (home / "data" / "mnist").exists()

"""The known sets against torchvision's own tables, and torchvision beside whatever torch is here."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from vae_desktop.core.data import torchvision_compat
from vae_desktop.core.data.catalog import CATALOG, names
from vae_desktop.core.data.torchvision_compat import import_torchvision


def test_names_start_with_what_is_built_in() -> None:
    assert names() == ("digits", "mnist", "fashion-mnist", "kmnist")


@pytest.mark.parametrize("name", list(CATALOG))
def test_torchvision_has_a_table_of_each_set(name: str) -> None:
    remote = CATALOG[name].remote_files()
    assert remote.mirrors
    assert all(mirror.startswith("http") and mirror.endswith("/") for mirror in remote.mirrors)
    assert {file.name for file in remote.files} == {file_name for file_name, _ in CATALOG[name].file_sizes}
    assert all(len(file.md5) == 32 and file.size for file in remote.files)
    assert len(CATALOG[name].class_names) == 10


def test_torchvision_is_whole_beside_this_torch() -> None:
    import torch

    module = import_torchvision()
    assert import_torchvision() is module
    from torchvision import transforms

    image = transforms.ToTensor()(torch.ones(4, 4, dtype=torch.uint8).numpy())
    assert image.shape == (1, 4, 4)


def with_fake_torchvision(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    fake = ModuleType("torchvision")
    monkeypatch.setattr(torchvision_compat, "_declarations", [])
    return fake


def test_nothing_is_mended_where_nothing_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = with_fake_torchvision(monkeypatch)
    monkeypatch.setitem(sys.modules, "torchvision", fake)
    monkeypatch.setitem(sys.modules, "torchvision.datasets", ModuleType("torchvision.datasets"))
    assert import_torchvision() is fake
    assert torchvision_compat._declarations == []


def test_other_faults_of_torchvision_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    with_fake_torchvision(monkeypatch)

    def broken(name: str) -> ModuleType:
        raise RuntimeError(f"{name} was built for another torch")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(RuntimeError, match="another torch"):
        import_torchvision()
    assert torchvision_compat._declarations == []

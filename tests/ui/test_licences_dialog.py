"""The licences that a bundle carries, as a user reads them in Help, About."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.ui.about_dialog import AboutDialog
from vae_desktop.ui.licences_dialog import LicencesDialog


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle's folder with two works."""
    for name, text in (
        ("THIRD-PARTY.txt", "all of them"),
        ("numpy/LICENSE.txt", "of numpy"),
        ("QT.txt", "of Qt"),
    ):
        path = tmp_path / "licences" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return tmp_path


def test_about_leads_to_the_texts(qtbot: QtBot, bundle: Path) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    about.show()
    assert about.licences.isVisible()
    about.licences.click()
    (dialog,) = about.findChildren(LicencesDialog)
    assert [dialog.works.item(row).text() for row in range(3)] == ["All works", "numpy/LICENSE.txt", "QT.txt"]
    assert dialog.text.toPlainText() == "all of them"
    dialog.works.setCurrentRow(1)
    assert dialog.text.toPlainText() == "of numpy"
    dialog.close()


def test_without_a_bundle_there_is_nothing_to_show(qtbot: QtBot) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    about.show()
    assert not about.licences.isVisible()

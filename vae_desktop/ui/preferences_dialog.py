"""Preferences: the device to train on, the folder of downloaded data, and the theme."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.session import Session
from vae_desktop.app.settings import MOST_MEGABYTES
from vae_desktop.core import paths
from vae_desktop.ui.dialog import Dialog
from vae_desktop.ui.theme import MODES

DEVICES = (
    ("auto", "Automatic: a graphics card if there is one"),
    ("cpu", "CPU"),
    ("cuda", "NVIDIA GPU (CUDA)"),
    ("mps", "Apple GPU (MPS)"),
)


class PreferencesDialog(Dialog):
    """Shows the preferences and stores them when accepted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = session.preferences
        self.setObjectName("preferences_dialog")
        self.setWindowTitle("Preferences")
        self.theme_box = QComboBox()
        for mode in MODES:
            self.theme_box.addItem("Follow the system" if mode == "system" else mode.capitalize(), mode)
        self.theme_box.setCurrentIndex(MODES.index(self._preferences.theme))
        self.theme_box.setToolTip("Light or dark colours")
        self.device_box = QComboBox()
        for name, title in DEVICES:
            self.device_box.addItem(title, name)
        self.device_box.setCurrentIndex(max(0, self.device_box.findData(self._preferences.device)))
        self.device_box.setToolTip(
            "Where training computes. A device that is missing is said when training starts."
        )
        self.folder_edit = QLineEdit(str(self._preferences.data_dir or ""))
        self.folder_edit.setPlaceholderText(str(paths.data_dir()))
        self.folder_edit.setToolTip("Downloaded data sets are kept here; empty means the usual place")
        self.folder_edit.setMinimumWidth(360)
        self.folder_edit.textChanged.connect(self._check)
        self.timeline_box = QSpinBox()
        self.timeline_box.setRange(0, MOST_MEGABYTES)
        self.timeline_box.setSingleStep(100)
        self.timeline_box.setSuffix(" MB")
        self.timeline_box.setSpecialValueText("Keep none")
        self.timeline_box.setValue(self._preferences.timeline_megabytes)
        self.timeline_box.setToolTip(
            "What past epochs of a training may take on the disk, for the timeline. Where they would take more,\n"
            "some are dropped, evenly over the training. They are deleted when the window is closed."
        )
        browse = QPushButton("Browse…")
        browse.clicked.connect(self._browse)
        folder = QHBoxLayout()
        folder.setSpacing(6)
        folder.addWidget(self.folder_edit, 1)
        folder.addWidget(browse)
        self.error = QLabel()
        self.error.setProperty("role", "error")
        self.error.setWordWrap(True)
        self.error.hide()
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow("&Theme", self.theme_box)
        form.addRow("De&vice", self.device_box)
        form.addRow("Data &folder", folder)
        form.addRow("&Past epochs", self.timeline_box)
        form.labelForField(folder).setBuddy(self.folder_edit)  # type: ignore[attr-defined]
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.error)
        layout.addWidget(self.buttons)

    def _browse(self) -> None:
        start = self.folder_edit.text() or str(paths.data_dir())
        name = QFileDialog.getExistingDirectory(self, "Data folder", start)
        if name:
            self.folder_edit.setText(name)

    def _folder(self) -> Path | None:
        text = self.folder_edit.text().strip()
        return Path(text).expanduser() if text else None

    def _check(self) -> None:
        folder = self._folder()
        words = ""
        if folder is not None and not folder.is_absolute():
            words = "Give the whole path of the folder, from the root or the drive on."
        elif folder is not None and folder.exists() and not folder.is_dir():
            words = "This is a file; the data folder must be a folder."
        self.error.setText(words)
        self.error.setVisible(bool(words))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not words)

    def accept(self) -> None:
        """Store what was chosen and close."""
        self._preferences.theme = self.theme_box.currentData()
        self._preferences.device = self.device_box.currentData()
        self._preferences.data_dir = self._folder()
        self._preferences.timeline_megabytes = self.timeline_box.value()
        super().accept()

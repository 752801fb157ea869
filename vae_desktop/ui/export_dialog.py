"""Saves a grid, a picture or a map as a file of some kind, or copies it: what the preview shows is what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.jobs import Job
from vae_desktop.app.problems import from_exception
from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import GridStyle
from vae_desktop.ui.controls import push_button
from vae_desktop.ui.dialog import Dialog, open_beside
from vae_desktop.ui.export_preview import ExportPreview
from vae_desktop.ui.export_source import (
    ExportSource,
    copy_picture,
    drawing_image,
    preview_of,
    size_of,
    to_image,
    write_source,
)
from vae_desktop.ui.export_style import ExportChoices, StyleForm, remember, remembered

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

SUFFIXES = {"png": ".png", "svg": ".svg", "csv": ".csv", "npz": ".npz"}
FILTERS = {
    "png": "PNG picture (*.png)",
    "svg": "SVG picture (*.svg)",
    "csv": "Table (*.csv)",
    "npz": "NumPy arrays (*.npz)",
}
KIND_NAMES = {"png": "PNG picture", "svg": "SVG", "csv": "CSV table", "npz": "NPZ values"}
KIND_TIPS = {
    "png": "A picture for slides and pages; seed and model are kept inside",
    "svg": "The whole map as circles that stay sharp at any size, with a legend; for pages and drawing programs",
    "csv": "A table for spreadsheets: index, label, place on the map and latent code z of each image",
    "npz": "The raw values for NumPy, with the latent codes z",
}


class ExportDialog(Dialog):
    """Asks how and where to save, shows the result beforehand, and writes it in a thread of its own.

    Open it with `open()`; it deletes itself when it is closed.

    Attributes:
        source: what is exported.
        path: the field with the file's full name.
        message: what went wrong or has to be confirmed, in words, or empty.
    """

    def __init__(self, session: Session, source: ExportSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.source = source
        self._choices = remembered(session.preferences)
        if self._choices.kind not in source.kinds:
            self._choices = replace(self._choices, kind=source.kinds[0])
        self._job: Job[None] | None = None
        self._may_replace: Path | None = None
        self.setObjectName("export_dialog")
        self.setWindowTitle(f"Export {source.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields()
        self._lay_out()
        self._kind_changed()

    # -- parts --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.preview = ExportPreview()
        self.kinds = {kind: QRadioButton(KIND_NAMES[kind]) for kind in self.source.kinds}
        for kind, button in self.kinds.items():
            button.setToolTip(KIND_TIPS[kind])
            button.setChecked(kind == self._choices.kind)
            button.toggled.connect(self._kind_changed)
        start = self._choices if self.source.gaps else replace(self._choices, padding=0)
        self.style_form = StyleForm(replace(start, scale=1) if self.source.drawn else start)
        self.style_form.changed.connect(self._show_preview)
        self.size_label = QLabel()
        self.size_label.setProperty("role", "muted")
        self.size_label.setWordWrap(True)
        self.path = QLineEdit(str(self._proposal(self._choices)))
        self.path.setAccessibleName("File")
        self.path.setToolTip("Where to save, with the file's name")
        self.path.setMinimumWidth(240)
        self.path.textChanged.connect(self._path_changed)
        self.browse = push_button("Browse…", "Choose a folder and a name", self._browse)
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        self.copy_button = push_button("Copy", "Copy the picture to the clipboard", self.copy)
        self.cancel_button = push_button("Cancel", "Close without saving (Esc)", self.reject)
        self.save_button = push_button("Save", "Write the file", self.save)
        self.save_button.setProperty("role", "primary")
        self.save_button.setDefault(True)
        for other in (self.copy_button, self.cancel_button, self.browse):
            other.setAutoDefault(False)

    def _lay_out(self) -> None:
        kinds = QHBoxLayout()
        kinds.setSpacing(12)
        for button in self.kinds.values():
            kinds.addWidget(button)
        kinds.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addLayout(kinds)
        side.addWidget(self.style_form)
        side.addWidget(self.size_label)
        side.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(self.preview, 1)
        upper.addLayout(side)
        file_row = QHBoxLayout()
        file_row.setSpacing(6)
        label = QLabel("File")
        label.setBuddy(self.path)
        for widget in (label, self.path, self.browse):
            file_row.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(upper, 1)
        layout.addLayout(file_row)
        layout.addWidget(self.message)
        layout.addLayout(buttons)

    def _proposal(self, choices: ExportChoices) -> Path:
        """A file name that is not taken yet, in the folder of the last export."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        places = [Path(place) for place in (choices.folder, pictures) if place]
        folder = next((place for place in places if place.is_dir()), Path.home())
        suffix = SUFFIXES[choices.kind]
        path, number = folder / f"{self.source.stem}{suffix}", 2
        while path.exists():
            path, number = folder / f"{self.source.stem}-{number}{suffix}", number + 1
        return path

    # -- what is chosen -----------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """A key of SUFFIXES."""
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    @property
    def grid_style(self) -> GridStyle:
        """Scale, padding and background as the fields say."""
        return self.style_form.style_chosen

    def _kind_changed(self) -> None:
        self.style_form.setEnabled(self.kind == "png")
        text = self.path.text()
        for kind, suffix in SUFFIXES.items():
            if kind != self.kind and text.lower().endswith(suffix):
                self.path.setText(text[: -len(suffix)] + SUFFIXES[self.kind])
        self._show_preview()

    def _show_preview(self) -> None:
        style = self.grid_style
        if self.kind == "svg" and self.source.drawing is not None:
            self.preview.show_image(drawing_image(self.source.drawing))
        else:
            self.preview.show_image(to_image(preview_of(self.source, style)))
        self.size_label.setText(contents_text(self.source, self.kind, style))

    def _path_changed(self) -> None:
        self._may_replace = None
        self.save_button.setText("Save")
        self._say("")
        # Whoever types another ending means another kind of file.
        for kind, button in self.kinds.items():
            if self.path.text().lower().endswith(SUFFIXES[kind]):
                button.setChecked(True)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _browse(self) -> None:
        dialog = QFileDialog(self, f"Export {self.source.title}", self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffixes = {FILTERS[kind]: SUFFIXES[kind] for kind in self.kinds}
        dialog.setNameFilters(list(suffixes))
        dialog.selectNameFilter(FILTERS[self.kind])
        dialog.setDefaultSuffix(SUFFIXES[self.kind])
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix(suffixes[words]))
        dialog.selectFile(self.path.text())
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        open_beside(dialog)

    def _chosen(self, name: str) -> None:
        """A file dialog has asked already whether to replace an older file."""
        self.path.setText(name)
        self._may_replace = Path(name)

    # -- saving -------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the picture on the clipboard, as the fields say."""
        try:
            copy_picture(self.source, self.grid_style)
        except ExportError as error:
            self._say(f"{error} {error.remedy}".strip())
            return
        self._say("")
        self.size_label.setText("Copied to the clipboard.")

    def save(self) -> None:
        """Write the file, or say what is in the way."""
        text = self.path.text().strip()
        if self._job is not None:
            return
        if not text:
            self._say("Give the file a name.")
            return
        path = Path(text).expanduser()
        if path.suffix.lower() != SUFFIXES[self.kind]:
            path = path.with_name(path.name + SUFFIXES[self.kind])
        if path.is_file() and path != self._may_replace:
            self._say(f"{path.name} exists already. Press Replace to write over it, or choose another name.")
            self._may_replace = path
            self.save_button.setText("Replace")
            return
        self._say("")
        self._write(path)

    def _write(self, path: Path) -> None:
        source, kind, style = self.source, self.kind, self.grid_style

        def write() -> Iterator[None]:
            write_source(source, path, kind, style)
            yield

        job: Job[None] = Job("export", write)
        job.finished.connect(lambda: self._written(path))
        job.failed.connect(self._failed)
        self._job = job
        self.save_button.setText("Writing…")
        for part in (self.save_button, self.cancel_button, self.copy_button, self.path, self.browse):
            part.setEnabled(False)
        job.start()

    def _written(self, path: Path) -> None:
        self._job = None
        style = self.grid_style
        # What a drawing or a lone picture needs is no choice for the next grid.
        padding = style.padding if self.source.gaps else self._choices.padding
        scale = self._choices.scale if self.source.drawn else style.scale
        folder = str(path.absolute().parent)
        remember(
            self.session.preferences,
            ExportChoices(self.kind, scale, padding, style.background, folder),
        )
        self.session.notice_raised.emit(f"Saved {path}")
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._job = None
        for part in (self.save_button, self.cancel_button, self.copy_button, self.path, self.browse):
            part.setEnabled(True)
        self.save_button.setText("Save")
        problem = from_exception(error)
        self._say(f"{problem.message} {problem.remedy}".strip())

    def done(self, result: int) -> None:
        """Close; a file that is being written is written to its end first, so that no thread is left."""
        if self._job is not None:
            self._job.wait()
            return
        super().done(result)


def contents_text(source: ExportSource, kind: str, style: GridStyle) -> str:
    """What a file of this kind holds: "824 × 824 pixels", or "Raw values: images 64×1×28×28, z 64×2; …"."""
    if kind == "svg" and source.drawing is not None:
        return f"A vector picture of the whole map: {len(source.drawing.points):,} circles, grouped by class."
    if kind == "csv" and source.table is not None:
        return f"A table of {len(source.table.labels):,} rows, one for each image."
    if kind == "npz":
        shapes = [
            f"{name} {'×'.join(str(side) for side in array.shape)}"
            for name, array in source.all_arrays.items()
        ]
        return f"Raw values: {', '.join(shapes)}; with seed and model."
    width, height = size_of(source, style)
    return f"{width:,} × {height:,} pixels"

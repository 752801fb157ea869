"""Saves a grid, a path, a canvas or a map as a file of some kind: what the preview shows is what comes out."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
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
from vae_desktop.ui.export_command import command_line
from vae_desktop.ui.export_kinds import ANIMATIONS, GROUPS, KINDS, PRINTED
from vae_desktop.ui.export_preview import ExportPreview
from vae_desktop.ui.export_source import ExportSource, copy_picture, preview_of, to_image
from vae_desktop.ui.export_style import ExportChoices, StyleForm, remember, remembered
from vae_desktop.ui.export_writing import contents_text, drawing_image, frames_of, write_steps

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# How often the progress of an animation is told.
PROGRESS_MS = 50


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
        self._job: Job[int] | None = None
        self._frames_done = 0
        self._frame_images: list[QImage] = []
        self._may_replace: Path | None = None
        self._proposed = ""
        self.setObjectName("export_dialog")
        self.setWindowTitle(f"Export {source.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self._kind_changed()

    # -- parts --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        source, choices = self.source, self._choices
        first = choices.moving_kind if source.moving else choices.kind
        first = first if first in source.kinds else source.kinds[0]
        self.preview = ExportPreview()
        self.kinds = {kind: QRadioButton(KINDS[kind].name) for kind in source.kinds}
        for kind, button in self.kinds.items():
            button.setToolTip(KINDS[kind].tip)
            button.setChecked(kind == first)
            button.toggled.connect(self._kind_toggled)
        start = choices if source.gaps else replace(choices, padding=0)
        self.style_form = StyleForm(replace(start, scale=1) if source.drawn else start)
        self.style_form.changed.connect(self._show_preview)
        self.size_label = QLabel()
        self.size_label.setProperty("role", "muted")
        self.size_label.setWordWrap(True)
        self.path = QLineEdit()
        self.path.setAccessibleName("File")
        self.path.setToolTip("Where to save, with the file's name")
        self.path.setMinimumWidth(240)
        self._propose()
        self.path.textChanged.connect(self._path_changed)
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.command.setAccessibleName("Command line")
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Frames written")
        self.progress.setFormat("%v of %m frames")
        self.progress.hide()
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(PROGRESS_MS)
        self._progress_timer.timeout.connect(lambda: self.progress.setValue(self._frames_done))

    def _make_buttons(self) -> None:
        self.browse = push_button("Browse…", "Choose a folder and a name", self._browse)
        self.copy_command = push_button("Copy line", "Copy the command line", self._copy_command)
        self.copy_button = push_button("Copy picture", "Copy the picture to the clipboard", self.copy)
        self.cancel_button = push_button("Cancel", "Close without saving (Esc)", self._cancel)
        self.save_button = push_button("Save", "Write the file", self.save)
        self.save_button.setProperty("role", "primary")
        self.save_button.setDefault(True)
        for other in (self.copy_button, self.cancel_button, self.browse, self.copy_command):
            other.setAutoDefault(False)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addLayout(self._kind_rows())
        side.addWidget(self.style_form)
        side.addWidget(self.size_label)
        side.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(self.preview, 1)
        upper.addLayout(side)
        rows = QGridLayout()
        rows.setHorizontalSpacing(6)
        rows.setVerticalSpacing(8)
        self._command_label = QLabel("Command")
        for row, parts in enumerate(
            (
                (QLabel("File"), self.path, self.browse),
                (self._command_label, self.command, self.copy_command),
            )
        ):
            parts[0].setBuddy(parts[1])
            for column, widget in enumerate(parts):
                rows.addWidget(widget, row, column)
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
        layout.addLayout(rows)
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addLayout(buttons)

    def _kind_rows(self) -> QGridLayout:
        """A row for pictures, one for animations and one for values."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for row, (name, kinds) in enumerate(GROUPS.items()):
            there = [self.kinds[kind] for kind in kinds if kind in self.kinds]
            if there:
                label = QLabel(name)
                label.setProperty("role", "muted")
                grid.addWidget(label, row, 0)
                for column, button in enumerate(there, 1):
                    button.setAccessibleName(f"{name}: {button.text()}")
                    grid.addWidget(button, row, column)
        grid.setColumnStretch(grid.columnCount(), 1)
        return grid

    def _propose(self) -> None:
        """A file name that is not taken yet, in the folder of the last export."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        places = [Path(place) for place in (self._choices.folder, pictures) if place]
        # Unlike Path's, these say no of what may not be looked into.
        folder = next((place for place in places if os.path.isdir(place)), Path.home())
        suffix = KINDS[self.kind].suffix
        path, number = folder / f"{self.source.stem}{suffix}", 2
        while os.path.exists(path):
            path, number = folder / f"{self.source.stem}-{number}{suffix}", number + 1
        self._proposed = str(path)
        self.path.setText(self._proposed)

    # -- what is chosen -----------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """A key of KINDS."""
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    @property
    def choices(self) -> ExportChoices:
        """What the fields say."""
        return replace(self._choices, **self.style_form.values())

    @property
    def grid_style(self) -> GridStyle:
        """Scale, padding and background as the fields say."""
        return self.choices.grid_style

    def _kind_toggled(self, on: bool) -> None:
        # Of two buttons that change together, the one that comes into force speaks.
        if on:
            self._kind_changed()

    def _kind_changed(self) -> None:
        self.style_form.show_kind(self.kind, vector=self.source.drawing is not None)
        text = self.path.text()
        if text == self._proposed:
            self._propose()
        else:
            for kind in KINDS.values():
                if text.lower().endswith(kind.suffix) and kind is not KINDS[self.kind]:
                    self.path.setText(text[: -len(kind.suffix)] + KINDS[self.kind].suffix)
        self._show_preview()

    def _show_preview(self) -> None:
        source, choices = self.source, self.choices
        if self.kind in ANIMATIONS:
            if not self._frame_images:
                self._frame_images = [to_image(frame) for frame in frames_of(source)]
            order = choices.animation_style.order(len(self._frame_images))
            self.preview.play(self._frame_images, order, choices.fps)
        elif self.kind in PRINTED and source.drawing is not None:
            self.preview.show_image(drawing_image(source.drawing))
        else:
            self.preview.show_image(to_image(preview_of(source, choices.grid_style)))
        self.size_label.setText(contents_text(source, self.kind, choices))
        self._show_command()

    def _show_command(self) -> None:
        path = self._target()
        line = command_line(self.session, self.source, self.kind, self.choices, str(path)) if path else ""
        self.command.setText(line)
        self.command.setToolTip(f"What makes the same file in a terminal:\n{line}")
        # From its beginning: the end is the file's name, which stands above.
        self.command.setCursorPosition(0)
        for part in (self._command_label, self.command, self.copy_command):
            part.setVisible(bool(line))

    def _path_changed(self) -> None:
        self._may_replace = None
        self.save_button.setText("Save")
        self._say("")
        self._show_command()
        # Whoever types another ending means another kind of file.
        for kind, button in self.kinds.items():
            if self.path.text().lower().endswith(KINDS[kind].suffix):
                button.setChecked(True)

    def _target(self) -> Path | None:
        """The file that the field names, with the ending of its kind; None where it names none."""
        suffix = KINDS[self.kind].suffix
        try:
            path = Path(self.path.text().strip()).expanduser()
            return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
        except (ValueError, RuntimeError):
            # A folder's root, or the home of nobody.
            return None

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _browse(self) -> None:
        dialog = QFileDialog(self, f"Export {self.source.title}", self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffixes = {KINDS[kind].filter: KINDS[kind].suffix for kind in self.kinds}
        dialog.setNameFilters(list(suffixes))
        dialog.selectNameFilter(KINDS[self.kind].filter)
        dialog.setDefaultSuffix(KINDS[self.kind].suffix)
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

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.size_label.setText("Command line copied to the clipboard.")

    def save(self) -> None:
        """Write the file, or say what is in the way."""
        if self._job is not None:
            return
        path = self._target()
        if path is None:
            self._say("Give the file a name.")
            return
        # What is wrong with a name that can't be, writing will tell.
        if os.path.isfile(path) and path != self._may_replace:
            self._say(f"{path.name} exists already. Press Replace to write over it, or choose another name.")
            self._may_replace = path
            self.save_button.setText("Replace")
            return
        self._say("")
        self._write(path)

    def _write(self, path: Path) -> None:
        source, kind, choices = self.source, self.kind, self.choices
        moving = kind in ANIMATIONS
        job: Job[int] = Job("export", lambda: write_steps(source, path, kind, choices), self._count)
        job.finished.connect(lambda: self._written(path))
        job.failed.connect(self._failed)
        job.stopped.connect(self._stopped)
        self._job = job
        self._set_busy(True)
        # A picture is there in a moment, and what was begun is better finished.
        self.cancel_button.setEnabled(moving)
        if moving:
            self._frames_done = 0
            self.progress.setRange(0, len(choices.animation_style.order(len(self._frame_images))))
            self.progress.setValue(0)
            self.progress.show()
            self._progress_timer.start()
            self.cancel_button.setFocus()
        job.start()

    def _count(self, frames: int) -> None:
        """In the worker's thread."""
        self._frames_done = frames

    def _set_busy(self, busy: bool) -> None:
        self.save_button.setText("Writing…" if busy else "Save")
        parts = (self.save_button, self.copy_button, self.path, self.browse, self.style_form)
        for part in (*parts, self.cancel_button, *self.kinds.values()):
            part.setEnabled(not busy)
        if not busy:
            self._progress_timer.stop()
            self.progress.hide()

    def _written(self, path: Path) -> None:
        self._job = None
        self._progress_timer.stop()
        before, now, source = self._choices, self.choices, self.source
        # What a drawing or a lone picture needs is no choice for the next grid.
        now = replace(
            now,
            padding=now.padding if source.gaps else before.padding,
            scale=before.scale if source.drawn else now.scale,
            folder=str(path.absolute().parent),
        )
        if source.moving:
            now = replace(now, moving_kind=self.kind)
        else:
            now = replace(now, kind=self.kind)
        remember(self.session.preferences, now)
        self.session.notice_raised.emit(f"Saved {path}")
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._job = None
        self._set_busy(False)
        problem = from_exception(error)
        self._say(f"{problem.message} {problem.remedy}".strip())

    def _stopped(self) -> None:
        self._job = None
        self._set_busy(False)
        self._say("Cancelled: no file was written.")

    @property
    def at_work(self) -> bool:
        """Whether an animation is being written."""
        return self._job is not None and self.progress.isVisible()

    def _cancel(self) -> None:
        """Give up the animation that is being written; without one, close."""
        if self._job is None:
            self.reject()
            return
        self.cancel_button.setEnabled(False)
        self._job.stop()

    def done(self, result: int) -> None:
        """Close; before that a picture that is being written is finished, and an animation given up."""
        job = self._job
        if job is None:
            super().done(result)
            return
        if self.at_work:
            job.stop()
        # Ends in `_written`, which closes, in `_failed`, which has something to say, or in `_stopped`.
        job.wait()
        if job.state == "stopped":
            super().done(result)

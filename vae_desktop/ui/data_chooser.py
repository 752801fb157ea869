"""Chooses the data set to train on, and fetches those that are not on this machine yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.data.catalog import CATALOG, DIGITS
from vae_desktop.ui.naming import NamedLabel
from vae_desktop.ui.readable import size_text, time_left_text

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.data.download import DownloadProgress

FOLDER = ":folder"
BAR_STEPS = 1000
TIP = (
    "The images to train on. Digits come with the program; MNIST, Fashion-MNIST and KMNIST are downloaded once;"
    " a folder may hold your own images as IDX files."
)


class DataCombo(QComboBox):
    """A combo box that looks again before it opens, and leaves the wheel to the form around it."""

    def __init__(self, before_popup: Callable[[], None]) -> None:
        super().__init__()
        self._before_popup = before_popup
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def showPopup(self) -> None:
        """Look again at what is on this machine, then open."""
        self._before_popup()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area unless this has the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class DownloadRow(QWidget):
    """Progress of a download: a bar, words, and a way to end it.

    Attributes:
        bar, label, cancel: the parts.
    """

    def __init__(self, on_cancel: Callable[[], None]) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(10)
        self.bar.setAccessibleName("Progress of the download")
        self.label = NamedLabel("State of the download")
        self.label.setWordWrap(True)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip(
            "Stop the download; what has arrived is kept, and the next try goes on from there"
        )
        self.cancel.clicked.connect(on_cancel)
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self.label, 1)
        words.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bar)
        column.addLayout(words)


class DataChooser(QWidget):
    """A combo box of data sets, a line about the one chosen, and where needed a download.

    Attributes:
        combo: the choice; its item data are names of data sets, a path, or FOLDER.
        info: what is known about the choice.
        download: fetches the chosen set; shown while that is not on this machine.
        download_row: the download under way; hidden while there is none.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_chooser")
        self._session = session
        self._downloads = session.downloads
        # A set that was chosen but has to be downloaded first; "" while the choice is the open data set.
        self._wanted = ""
        self._build()
        session.dataset_changed.connect(self._opened)
        session.loading_changed.connect(self._mirror)
        session.preferences.changed.connect(self._preference_changed)
        self._downloads.state_changed.connect(self._mirror)
        self._downloads.progress_changed.connect(self._show_download)
        self._downloads.finished.connect(self._mirror)
        self._mirror()

    def sizeHint(self) -> QSize:
        """As the layout says; a word-wrapped label alone would ask for too little width."""
        return super().sizeHint().expandedTo(QSize(260, 0))

    def _build(self) -> None:
        self.combo = DataCombo(self._mirror)
        self.combo.setObjectName("data_set")
        self.combo.setAccessibleName("Data set")
        self.combo.setAccessibleDescription(TIP)
        self.combo.setToolTip(TIP)
        self.combo.activated.connect(self._chosen)
        self.title = QLabel("Data set")
        self.title.setToolTip(TIP)
        self.title.setBuddy(self.combo)
        self.info = NamedLabel("About the data set")
        self.info.setWordWrap(True)
        self.info.setProperty("role", "muted")
        self.download = QPushButton("Download")
        self.download.clicked.connect(self._fetch)
        self.download.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.download_row = DownloadRow(self._downloads.cancel)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.combo, 1)
        about = QHBoxLayout()
        about.setSpacing(8)
        about.addWidget(self.info, 1)
        about.addWidget(self.download, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(about)
        column.addWidget(self.download_row)

    def align_with(self, width: int) -> None:
        """Put the combo box in line with a form whose titles are this wide."""
        self.title.setMinimumWidth(width)

    # Intents

    def _chosen(self, index: int) -> None:
        spec = str(self.combo.itemData(index))
        if spec == FOLDER:
            self._ask_folder()
        elif self._missing(spec):
            self._wanted = spec
        else:
            self._wanted = ""
            if spec != self._open_spec():
                self._session.open_dataset(spec)
        self._mirror()

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Open a folder of IDX files")
        if folder:
            self._wanted = ""
            self._session.open_dataset(folder)

    def _fetch(self) -> None:
        if self._wanted:
            self._downloads.start(self._wanted)

    def _opened(self) -> None:
        self._wanted = ""
        self._mirror()

    def _preference_changed(self, name: str) -> None:
        if name == "data_dir":
            self._mirror()

    # Mirroring

    def _open_spec(self) -> str:
        dataset = self._session.dataset
        return "" if dataset is None else str(dataset.source)

    def _missing(self, spec: str) -> bool:
        from vae_desktop.core.data.open import find_dataset

        return spec in CATALOG and find_dataset(spec, self._session.preferences.data_dir) is None

    def _items(self) -> list[tuple[str, str]]:
        """What there is to choose from: (what opens it, its words)."""
        items = [(DIGITS, "Digits (built in)")]
        for name, entry in CATALOG.items():
            items.append(
                (name, f"{entry.title} (not on this machine)" if self._missing(name) else entry.title)
            )
        dataset = self._session.dataset
        if dataset is not None and self._open_spec() not in (DIGITS, *CATALOG):
            items.insert(0, (self._open_spec(), f"{dataset.title} ({Path(dataset.source).name})"))
        items.append((FOLDER, "Open folder…"))
        return items

    def _mirror(self) -> None:
        """Show what is chosen, and what can be done with it."""
        if self._wanted and not self._missing(self._wanted):
            # It has arrived by other ways, or the session opens it now.
            self._wanted = ""
        items = self._items()
        shown = [(self.combo.itemData(i), self.combo.itemText(i)) for i in range(self.combo.count())]
        if items != shown:
            self.combo.clear()
            for spec, text in items:
                self.combo.addItem(text, spec)
        self.combo.setCurrentIndex(self.combo.findData(self._wanted or self._open_spec()))
        self.info.setText(self._about())
        self.download.setVisible(bool(self._wanted) and self._downloads.state == "idle")
        if self._wanted:
            title = CATALOG[self._wanted].title
            again = self._downloads.name == self._wanted and self._downloads.progress is not None
            self.download.setText("Go on" if again else "Download")
            self.download.setToolTip(f"Download {title} once and keep it in the data folder")
            self.download.setAccessibleName(f"Download {title}")
        self._show_download()

    def _about(self) -> str:
        if self._wanted:
            return f"{size_text(CATALOG[self._wanted].download_bytes)} to download."
        if self._session.loading:
            return self._session.loading
        dataset = self._session.dataset
        if dataset is None:
            return "No data set is open."
        channels, height, width = dataset.image_shape
        colour = "" if channels == 1 else f", {channels} channels"
        train, test = len(dataset.train.images), len(dataset.test.images)
        return f"{train:,} training and {test:,} test images, {width} × {height}{colour}"

    def _show_download(self) -> None:
        downloads = self._downloads
        self.download_row.setVisible(downloads.state != "idle")
        if downloads.state == "idle":
            return
        row, progress = self.download_row, downloads.progress
        row.cancel.setEnabled(downloads.state == "running")
        title = CATALOG[downloads.name].title if downloads.name in CATALOG else downloads.name
        if downloads.state == "stopping":
            row.label.setText("Stopping the download…")
        elif progress is None:
            row.bar.setRange(0, 0)
            row.label.setText(f"{title}: asking the server…")
        else:
            row.bar.setRange(0, BAR_STEPS)
            share = progress.received / progress.total if progress.total else 0.0
            row.bar.setValue(round(BAR_STEPS * share))
            row.label.setText(f"{title}: {_words(progress)}")


def _words(progress: DownloadProgress) -> str:
    """How far a download is: "3.1 of 11.6 MB, 1.2 MB/s, 8 s left"."""
    received = size_text(progress.received)
    if progress.total is not None:
        received = f"{received} of {size_text(progress.total)}"
    if not progress.bytes_per_second:
        return received
    speed = f"{size_text(progress.bytes_per_second)}/s"
    return f"{received}, {speed}, {time_left_text(progress.seconds_left)}"

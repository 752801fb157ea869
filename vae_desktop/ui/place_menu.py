"""The menu of data sets that can be placed into the map that stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from vae_desktop.core.data.catalog import CATALOG, DIGITS
from vae_desktop.ui.controls import tool_button

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

TIP = (
    "Place another data set into this map, which stays as it is: each of its digits comes amid those that the\n"
    "model finds most alike (out-of-sample embedding)"
)


class PlaceMenu(QMenu):
    """Offers the other split of the open data set, the sets on this machine, and a folder; looks anew when opened."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("P&lace a data set", parent)
        self.setToolTipsVisible(True)
        self._session = session
        self.menuAction().setStatusTip(TIP.replace("\n", " "))
        self.aboutToShow.connect(self.fill)
        session.map.state_changed.connect(self._enable)
        session.map.frame_changed.connect(self._enable)
        self._enable()

    def fill(self) -> None:
        """Offer what there is now."""
        from vae_desktop.core.data.open import find_dataset

        session = self._session
        self.clear()
        dataset = session.dataset
        if dataset is not None and len(dataset.train):
            other = "test" if dataset.explores == "train" else "train"
            words = "test" if other == "test" else "training"
            count = len(dataset.test if other == "test" else dataset.train)
            self._offer(f"{dataset.title}, {count:,} {words} images", dataset.source, other)
            self.addSeparator()
        for name in (DIGITS, *CATALOG):
            here = name == DIGITS or find_dataset(name, session.preferences.data_dir) is not None
            if here and (dataset is None or name not in (dataset.source, dataset.name)):
                title = "Digits (built in)" if name == DIGITS else CATALOG[name].title
                self._offer(f"{title}, test images", name)
        self._add("Images of a &folder…", self.ask_folder)
        self.addSeparator()
        clear = self._add("&Clear placed digits", session.placed.clear)
        clear.setEnabled(session.placed.placed is not None or bool(session.placed.busy))

    def ask_folder(self) -> None:
        """Ask for a folder of IDX files and place its test images."""
        folder = QFileDialog.getExistingDirectory(self, "Place the images of a folder")
        if folder:
            self._session.placed.place(folder)

    def _offer(self, text: str, spec: str, split: str = "test") -> None:
        self._add(text.replace("&", "&&"), partial(self._session.placed.place, spec, split))

    def _add(self, text: str, slot: Callable[[], object]) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def _enable(self) -> None:
        self.menuAction().setEnabled(self._session.placed.possible or self._session.placed.placed is not None)


def place_button(menu: PlaceMenu) -> QToolButton:
    """The button for a panel's row that opens the menu, and is as able as it."""
    button = tool_button("Place", TIP, lambda: None)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu.menuAction().enabledChanged.connect(button.setEnabled)
    button.setEnabled(menu.menuAction().isEnabled())
    return button

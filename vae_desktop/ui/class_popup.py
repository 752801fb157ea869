"""The "Classes" button, and what it opens: the legend of the classes, where a panel has no room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from vae_desktop.ui.class_legend import ClassLegend
from vae_desktop.ui.popup import Popup, popup_button

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Of the legend, in pixels.
WIDTH = 280


class ClassPopup(Popup):
    """A small window that goes away with Escape or a click elsewhere; what is chosen counts at once.

    Attributes:
        legend: the classes with their counts; made when it is first opened.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("class_popup", "Classes", parent)
        self._session = session
        self.legend: ClassLegend | None = None

    def open_below(self, button: QWidget) -> None:
        """Show the classes under a button; the keyboard begins at the first."""
        if self.legend is None:
            self.legend = ClassLegend(self._session, counts=True)
            self.form.addRow(self.legend)
        self.legend.setFixedSize(WIDTH, self.legend.heightForWidth(WIDTH))
        super().open_below(button)
        if self.legend.chips:
            self.legend.chips[0].setFocus()


def class_button(session: Session, panel: QWidget) -> tuple[QToolButton, ClassPopup]:
    """The button for a panel's row, and the popup that it opens."""
    popup = ClassPopup(session, panel)
    return popup_button("Classes", "Choose which classes are shown, and see their counts", popup), popup

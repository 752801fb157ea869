"""Arithmetic on digits: a − b + c, each chosen from a menu, with pictures of all three and of the result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.ui.controls import push_button, tool_button
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.picture_view import SmallPicture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

LETTERS = "abc"
SIGNS = ("−", "+", "=")
LARGEST = 160


class AnalogyPage(QWidget):
    """Mirrors `session.analogy`.

    Attributes:
        terms: a button for each of a, b and c, which opens a menu of places; pictures: of these and the result.
        cursor_button, path_button, clear_button: what to do with the result.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._analogy = session.analogy
        self.words = QLabel(
            "What a has and b lacks, added to c. Choose digits, or the means of whole classes."
        )
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.terms = tuple(self._term_button(number) for number in range(3))
        self.pictures = tuple(SmallPicture() for _ in range(4))
        for view in self.pictures:
            view.setMaximumHeight(LARGEST)
        self.pictures[3].setAccessibleName("Result of a − b + c")
        self.pictures[3].setToolTip("What the model decodes from a − b + c")
        tip = "Put the latent cursor on a − b + c"
        self.cursor_button = push_button("Put the cursor there", tip, self._analogy.put_cursor)
        self.path_button = push_button("Add to the path", "Let the path go on to a − b + c", self._add)
        self.clear_button = tool_button("Clear", "Empty a, b and c", self._analogy.clear)
        self.clear_button.setAccessibleName("Empty a, b and c")
        self._lay_out()
        self._analogy.changed.connect(self._show)
        session.model_changed.connect(self._show)
        self._show()

    def _term_button(self, number: int) -> QToolButton:
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._fill, menu, number))
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, view in enumerate(self.pictures):
            column = 2 * number
            grid.addWidget(view, 0, column)
            grid.setColumnStretch(column, 1)
            if number < 3:
                sign = QLabel(SIGNS[number])
                sign.setProperty("role", "heading")
                grid.addWidget(sign, 0, column + 1, Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(self.terms[number], 1, column)
        result = QLabel("a − b + c")
        result.setAlignment(Qt.AlignmentFlag.AlignCenter)
        result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        grid.addWidget(result, 1, 6)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=6, line_spacing=6)
        for button in (self.cursor_button, self.path_button, self.clear_button):
            flow.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.words)
        rows.addLayout(grid, 1)
        rows.addStretch(0)
        rows.addWidget(buttons)

    def _add(self) -> None:
        self._analogy.add_to_path()
        count = len(self.session.path.plan.stops)
        self.session.notice_raised.emit(f"The path has {count} stop{'' if count == 1 else 's'} now.")

    # -- the menus ----------------------------------------------------------------------------------

    def _fill(self, menu: QMenu, number: int) -> None:
        """What can be chosen now."""
        session = self.session
        menu.clear()
        if session.selected is not None:
            place = LatentPlace(index=session.selected)
            self._offer(menu, number, f"Selected digit: {place.name(session)}", place)
        else:
            menu.addAction("Selected digit (none is)").setEnabled(False)
        self._offer(menu, number, "The cursor", LatentPlace(point=session.cursor))
        menu.addSeparator()
        if session.dataset is not None and session.codes is not None:
            for label in sorted(set(session.codes.labels.tolist())):
                place = LatentPlace(label=label)
                self._offer(menu, number, place.name(session).capitalize(), place)

    def _offer(self, menu: QMenu, number: int, text: str, place: LatentPlace) -> None:
        menu.addAction(text, lambda: self._analogy.set_term(number, place))

    # -- mirror -------------------------------------------------------------------------------------

    def _show(self) -> None:
        found = self._analogy.found
        for letter, button, term in zip(LETTERS, self.terms, self._analogy.terms):
            name = "" if term is None else term.name(self.session)
            button.setText(f"{letter}…" if term is None else term.short_name(self.session))
            button.setToolTip(f"{letter} is {name}" if name else f"Choose {letter}")
            button.setAccessibleName(button.toolTip())
            button.setEnabled(self.session.model is not None)
        for letter, view, picture in zip(LETTERS, self.pictures, found.pictures):
            view.set_picture(picture)
            view.setAccessibleName(f"Picture of {letter}")
            view.setToolTip(f"What the model decodes from {letter}")
        self.pictures[3].set_picture(found.picture)
        for follow_up in (self.cursor_button, self.path_button):
            follow_up.setEnabled(found.code is not None)
        self.clear_button.setEnabled(any(term is not None for term in self._analogy.terms))

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._analogy.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._analogy.active = False

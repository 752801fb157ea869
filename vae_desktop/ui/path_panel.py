"""Ways through latent space: a path to play under the cursor, and arithmetic on digits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.ui.analogy_page import AnalogyPage
from vae_desktop.ui.controls import ChoiceButton, add_action, side_by_side
from vae_desktop.ui.path_page import PathPage

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.path_hand import PathHand


class PathPanel(QWidget):
    """Two pages, one seen at a time. Space plays and pauses the path.

    Attributes:
        session: the owner of all state.
        page: the path; analogy: the arithmetic.
        path_button, analogy_button: choose between them.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("path")
        self.setAccessibleName("Path")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.session = session
        self.page, self.analogy = PathPage(session), AnalogyPage(session)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.analogy)
        tip = "A path through latent space, and its pictures"
        self.path_button = ChoiceButton("Path", tip, partial(self._choose, self.page))
        tip = "Arithmetic on digits: a − b + c"
        self.analogy_button = ChoiceButton("Arithmetic", tip, partial(self._choose, self.analogy))
        top = QHBoxLayout()
        top.addWidget(side_by_side(0, self.path_button, self.analogy_button))
        top.addStretch(1)
        top.addWidget(self.page.export_tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._stack)
        self._choose(self.page)
        self._make_actions()
        session.path.changed.connect(self._enable)
        session.path.player.changed.connect(self._enable)
        for signal in (session.selection_changed, session.group_changed, session.model_changed):
            signal.connect(self._enable)
        self._enable()

    def _make_actions(self) -> None:
        path = self.session.path
        add_action(self, "&Arithmetic on digits", "Choose a − b + c", self._show_analogy)
        self.play_action = add_action(
            self, "P&lay or pause", "Let the cursor go along the path", path.player.toggle, "Ctrl+Shift+L"
        )
        tip = "Let the path go on to where the cursor is"
        self.add_cursor_action = add_action(self, "Add &cursor", tip, path.add_cursor)
        tip = "Let the path go on to the selected digit"
        self.add_digit_action = add_action(self, "Add selected &digit", tip, path.add_selected)
        tip = "A path through the digits of the chosen group"
        self.group_action = add_action(self, "From &group", tip, path.take_group)
        self.clear_action = add_action(self, "Clea&r path", "Take all stops away", path.clear)
        tip = "Copy the film strip to the clipboard"
        self.copy_action = add_action(self, "Co&py film strip", tip, self.page.copy)
        self.export_action = add_action(self, "&Export film strip…", "Save the film strip", self.page.export)

    def follow_tool(self, hand: PathHand) -> None:
        """Come forward when the path tool is taken on the canvas, and let the empty page offer it."""
        self.page.tool_wanted.connect(hand.take)
        hand.on_changed.connect(lambda: self._raise() if hand.on else None)

    def show_path(self) -> None:
        """Choose the page about the path."""
        self._choose(self.page)

    def _raise(self) -> None:
        self.show_path()
        dock = self.parentWidget()
        if dock is not None:
            # One that lies behind another is not hidden.
            if dock.isHidden():
                dock.show()
            dock.raise_()

    def _show_analogy(self) -> None:
        self._raise()
        self._choose(self.analogy)
        self.analogy.terms[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _choose(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self.path_button.setChecked(page is self.page)
        self.analogy_button.setChecked(page is self.analogy)
        self.page.export_tools.setVisible(page is self.page)

    def _enable(self) -> None:
        session, path = self.session, self.session.path
        model = session.model is not None
        for action, possible in (
            (self.play_action, path.player.can_play),
            (self.add_cursor_action, model),
            (self.add_digit_action, model and session.selected is not None),
            (self.group_action, model and len(session.group) > 0),
            (self.clear_action, bool(path.plan.stops)),
            (self.copy_action, path.player.can_play),
            (self.export_action, path.player.can_play),
        ):
            action.setEnabled(possible)

    def hasHeightForWidth(self) -> bool:
        """The frames take what the rest leaves them: no dock has to be higher for this panel's sake."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses, unless it means something where the keyboard is."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.session.path.player.toggle()
            event.accept()
        else:
            super().keyPressEvent(event)

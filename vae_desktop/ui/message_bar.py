"""The bar that says what went wrong, what to do, and holds the details to copy; it never blocks the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.problems import Problem
from vae_desktop.ui.announce import announce
from vae_desktop.ui.theme import theme


class MessageBar(QFrame):
    """Shows one problem at a time, the newest, until it is dismissed or one of its actions is taken.

    Attributes:
        problem: what is shown now, or None.

    Signals:
        appeared(): a message is shown, in place of another one or of none.
    """

    appeared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setAccessibleName("Message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.problem: Problem | None = None
        self._tone = "danger"
        self._action_buttons: list[QPushButton] = []
        self._build()
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def _build(self) -> None:
        self.stripe = QFrame()
        self.stripe.setFixedWidth(4)
        self.stripe.setAutoFillBackground(True)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details_button = QPushButton("Details")
        self.details_button.setCheckable(True)
        self.details_button.setToolTip("Show what the program knows about this fault")
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy the message and its details, to send them to someone")
        self.copy_button.clicked.connect(self._copy)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Dismiss this message (Esc)")
        self.close_button.setAccessibleName("Dismiss")
        # Not the button's own, by which it would be pressed for a while before anything happens.
        QShortcut(QKeySequence("Esc"), self, self.dismiss)
        self.close_button.clicked.connect(self.dismiss)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setMaximumHeight(160)
        self.details.setAccessibleName("Details of the message")
        self.details_button.toggled.connect(self.details.setVisible)

        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.label, 1)
        row.addLayout(self._buttons)
        row.addWidget(self.details_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout()
        column.setContentsMargins(12, 8, 8, 8)
        column.addLayout(row)
        column.addWidget(self.details)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.stripe)
        layout.addLayout(column, 1)

    def _restyle(self) -> None:
        palette = self.stripe.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(getattr(theme().colors, self._tone)))
        self.stripe.setPalette(palette)

    def show_offer(self, offer: Problem) -> None:
        """Show something that is no fault but wants an answer."""
        self._tone = "accent"
        self._show(offer)

    def show_problem(self, problem: Problem) -> None:
        """Show this problem in place of whatever is shown."""
        self._tone = "danger"
        self._show(problem)

    def _show(self, problem: Problem) -> None:
        self.problem = problem
        self._restyle()
        self.label.setText(" ".join(part for part in (problem.message, problem.remedy) if part))
        self.details.setPlainText(problem.details)
        self.details_button.setChecked(False)
        self.details.hide()
        self.details_button.setVisible(bool(problem.details))
        self.copy_button.setVisible(self._tone == "danger")
        for button in self._action_buttons:
            self._buttons.removeWidget(button)
            button.deleteLater()
        self._action_buttons = []
        for text, action in problem.actions:
            button = QPushButton(text)
            button.clicked.connect(lambda _checked=False, action=action: self._take(action))
            self._buttons.addWidget(button)
            self._action_buttons.append(button)
        self.show()
        announce(self, self.label.text())
        self.appeared.emit()

    def dismiss(self) -> None:
        """Take the message away."""
        self.problem = None
        self.hide()

    def _take(self, action: object) -> None:
        self.dismiss()
        assert callable(action)
        action()

    def _copy(self) -> None:
        parts = (self.label.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))

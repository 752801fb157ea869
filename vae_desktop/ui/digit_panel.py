"""One digit at a time: what it is, what the model makes of it, and which digits it takes for alike. Or a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.portrait import MOST_NEIGHBOURS, Portrait
from vae_desktop.ui.controls import ChoiceButton, labelled, side_by_side, spin_box
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.group_page import GroupPage
from vae_desktop.ui.neighbour_grid import NeighbourGrid
from vae_desktop.ui.picture_view import SmallPicture
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import difference_colors, difference_picture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

NEIGHBOURS = 10
LARGEST = 220
PICTURES = ("digit", "decoded", "difference")


class DigitPanel(QWidget):
    """The digit under the pointer, else the selected one, else the drawn one.

    Attributes:
        session: the owner of all state.
        heading, verdict, figures: in words; pictures: the digit, its reconstruction, their difference.
        count: how many neighbours are shown; neighbours: these, each of which can be clicked.
        choice: "Digit" and "Group", which is there while a group is chosen; group: what is shown of that.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digit")
        self.session = session
        self._details = session.digit_details
        self._group_chosen = False
        self._count = NEIGHBOURS
        self._make_parts()
        self._lay_out()
        self._details.changed.connect(self._show)
        for signal in (
            session.model_changed,
            session.dataset_changed,
            session.loading_changed,
            session.group_changed,
        ):
            signal.connect(self._show_state)
        theme().changed.connect(self._show)
        self._show()

    def _make_parts(self) -> None:
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.verdict = QLabel()
        self.verdict.setToolTip(
            "What most of the ten nearest digits are (k nearest neighbours in latent space)"
        )
        self.figures = QLabel()
        self.figures.setProperty("role", "muted")
        self.figures.setWordWrap(True)
        self.figures.setToolTip(
            "The negative ELBO in nats, lower is better: what the reconstruction lacks and how far the posterior\n"
            "is from the prior (Kullback-Leibler divergence)"
        )
        self.pictures = tuple(SmallPicture() for _ in PICTURES)
        names = ("The digit", "Its reconstruction", "Reconstruction minus digit")
        tips = (
            "The digit as the model sees it",
            "What the model decodes from the digit's latent mean",
            "Reconstruction minus digit: orange is ink that the model adds, blue is ink that it leaves out",
        )
        for view, name, tip in zip(self.pictures, names, tips, strict=True):
            view.setAccessibleName(name)
            view.setToolTip(tip)
        self.difference_key = QLabel()
        self.difference_key.setAccessibleName(
            "Orange is ink that the model adds, blue is ink that it leaves out"
        )
        tip = "How many of the nearest digits are shown (k)"
        self.count = spin_box(1, MOST_NEIGHBOURS, NEIGHBOURS, "Number of nearest digits", tip)
        self.count.valueChanged.connect(self._choose_count)
        self.neighbours = NeighbourGrid(self.session, "Nearest digits in latent space")
        # Pointing at a neighbour marks it elsewhere; here it must not take the digit's place.
        self.neighbours.entered.connect(lambda: self._details.hold(True))
        self.neighbours.left.connect(lambda: self._details.hold(False))
        self._empty = EmptyState()
        self.group = GroupPage(self.session)
        tip = "The digit under the pointer, else the selected one, else the drawn one"
        self.digit_button = ChoiceButton("Digit", tip, lambda: self._choose_group(False))
        tip = "The chosen group: its mean digit, and digits generated from its region"
        self.group_button = ChoiceButton("Group", tip, lambda: self._choose_group(True))
        self.choice = side_by_side(0, self.digit_button, self.group_button)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.verdict)
        pictures = QGridLayout()
        pictures.setSpacing(4)
        captions = (*(QLabel(text) for text in PICTURES[:2]), self.difference_key)
        for column, (view, caption) in enumerate(zip(self.pictures, captions, strict=True)):
            caption.setProperty("role", "muted")
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            # Words do not make one picture larger than the others.
            caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            view.setMaximumHeight(LARGEST)
            pictures.addWidget(view, 0, column)
            pictures.addWidget(caption, 1, column)
            pictures.setColumnStretch(column, 1)
        near = QHBoxLayout()
        near.addWidget(QLabel("Nearest in latent space"))
        near.addStretch(1)
        near.addWidget(labelled("k", self.count))
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(top)
        rows.addLayout(pictures, 1)
        rows.addWidget(self.figures)
        rows.addLayout(near)
        rows.addWidget(self.neighbours)
        self._stack = QStackedWidget()
        for page in (whole, self._empty, self.group):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._stack)

    def show_group(self) -> None:
        """Choose the page about the group, which is there while there is one."""
        self._choose_group(True)

    def _choose_group(self, group: bool) -> None:
        self._group_chosen = group
        self._show_state()

    def _choose_count(self, count: int) -> None:
        name = "number of nearest digits"
        self.session.change_setting(self._put_count, self._count, count, name, run=name)

    def _put_count(self, count: int) -> None:
        self._count = count
        self._show()

    # -- mirror -------------------------------------------------------------------------------------

    def _show(self) -> None:
        portrait = self._details.portrait
        self._show_state()
        with QSignalBlocker(self.count):
            self.count.setValue(self._count)
        if portrait is None:
            return
        self.heading.setText(self._title())
        verdict = portrait.verdict.words if portrait.verdict is not None else ""
        self.verdict.setText(verdict)
        self.verdict.setAccessibleName(verdict)
        self.figures.setText(figures_text(portrait, self._details.stranger_than, self._split))
        colors, dark = theme().colors, theme().dark
        difference = difference_picture(portrait.reconstruction - portrait.image, colors.plot, dark)
        for view, picture in zip(
            self.pictures, (portrait.image, portrait.reconstruction, difference), strict=True
        ):
            view.set_picture(picture)
        less, more = difference_colors(dark)
        self.difference_key.setText(
            f"<span style='color:{more}'>■</span>&nbsp;more <span style='color:{less}'>■</span>&nbsp;less"
        )
        self.neighbours.show_neighbours(portrait.neighbours, self._count)

    def _title(self) -> str:
        index, dataset = self._details.index, self.session.dataset
        if index is None or dataset is None:
            return "The drawn digit"
        return f"{dataset.class_names[int(dataset.explored.labels[index])]}, {dataset.split_name} image {index:,}"

    def _show_state(self) -> None:
        session, grouped = self.session, len(self.session.group) > 0
        self.choice.setVisible(grouped)
        self.group_button.setChecked(grouped and self._group_chosen)
        self.digit_button.setChecked(not self.group_button.isChecked())
        if self.group_button.isChecked():
            self._stack.setCurrentWidget(self.group)
            return
        if self._details.portrait is not None:
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        if session.loading and (session.model is None or session.dataset is None):
            self._empty.show_message(session.loading)
        elif session.model is None:
            self._empty.show_message(
                "A model looks at digits, and none is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )
        elif session.dataset is not None and not session.fits:
            self._empty.show_message(
                "The images of this data set have another size than the model's. Train a model on them."
            )
        else:
            self._empty.show_message("Point at a digit on the canvas or on the map, select one, or draw one.")

    def hasHeightForWidth(self) -> bool:
        """The pictures take what the words leave them: no dock has to be higher for this panel's sake."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._details.active = True

    @property
    def _split(self) -> str:
        """What the digits are called that this one is compared with."""
        return self.session.dataset.split_name if self.session.dataset is not None else "test"

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._details.active = False
        self._details.hold(False)


def figures_text(portrait: Portrait, stranger_than: float | None, split: str = "test") -> str:
    """ "−ELBO 131.2 nats: reconstruction 125.0, KL 6.2. Stranger than 37 % of the test digits." """
    text = (
        f"−ELBO {portrait.negative_elbo:.1f} nats: reconstruction {portrait.reconstruction_loss:.1f}, "
        f"KL {portrait.kl:.1f}."
    )
    if stranger_than is None:
        # As long as what follows, so that nothing moves when it is there.
        return f"{text} To be compared with the {split} digits…"
    return f"{text} Stranger than {100 * stranger_than:.0f}\N{NO-BREAK SPACE}% of the {split} digits."

"""Light and dark: one set of colours for widgets and plots, following the system unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

MODES = ("system", "light", "dark")
# The icons in a dock's title, Fusion's own, with the sizes that Qt has of each. Fusion itself reads twelve files anew,
# and looks in vain for four of them, whenever it makes one of the buttons or asks for its place.
_DOCK_ICONS = {
    "titlebar-close-icon": ("fusion_closedock", (10, 16, 20, 32, 48, 64)),
    "titlebar-normal-icon": ("fusion_normalizedockup", (16, 32)),
}


@dataclass(frozen=True)
class Colors:
    """Colours as "#rrggbb".

    Attributes:
        window: behind panels; panel: of panels and controls; plot: behind plots and pictures.
        field: of text fields; button: of buttons; text, muted: of words; line: of borders and grid lines.
        accent: of the one thing that matters; on_accent: of words upon it.
        danger, warning, success: of messages.
        train, held_out, reconstruction, kl: of curves.
        cursor, cursor_halo: of the latent cursor, readable on any picture.
    """

    window: str
    panel: str
    plot: str
    field: str
    button: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    success: str
    train: str
    held_out: str
    reconstruction: str
    kl: str
    cursor: str
    cursor_halo: str


LIGHT = Colors(
    window="#eef0f3",
    panel="#f8f9fb",
    plot="#ffffff",
    field="#ffffff",
    button="#ffffff",
    text="#1b1f24",
    muted="#5b6570",
    line="#d0d5dc",
    accent="#2563c9",
    on_accent="#ffffff",
    danger="#b3261e",
    warning="#8a5300",
    success="#1e7a3c",
    train="#2563c9",
    held_out="#c2570c",
    reconstruction="#7a3fb8",
    kl="#11807a",
    cursor="#d4145a",
    cursor_halo="#ffffff",
)
DARK = Colors(
    window="#1c1f24",
    panel="#2a2e35",
    plot="#15171b",
    field="#1a1d22",
    button="#3c424c",
    text="#e9ecf0",
    muted="#aab2bd",
    line="#474d57",
    accent="#5b9bff",
    on_accent="#0b1424",
    danger="#ff8a80",
    warning="#ffc46b",
    success="#7bd99a",
    train="#6aa5ff",
    held_out="#ffa057",
    reconstruction="#c39bff",
    kl="#4fd1c5",
    cursor="#ff5c93",
    cursor_halo="#101215",
)


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colors.panel,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.field,
        QPalette.ColorRole.AlternateBase: colors.panel,
        QPalette.ColorRole.ToolTipBase: colors.panel,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.muted,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.Button: colors.button,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.BrightText: colors.danger,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.LinkVisited: colors.accent,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Accent: colors.accent,
        QPalette.ColorRole.Light: colors.panel,
        QPalette.ColorRole.Midlight: colors.line,
        QPalette.ColorRole.Mid: colors.line,
        QPalette.ColorRole.Dark: colors.line,
        QPalette.ColorRole.Shadow: colors.line,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.muted))
    return palette


def _dock_icons() -> str:
    folder = ":/qt-project.org/styles/fusionstyle/images"
    return " ".join(
        f"{role}: {', '.join(f'url({folder}/{name}-{size}.png)' for size in sizes)};"
        for role, (name, sizes) in _DOCK_ICONS.items()
    )


def _style_sheet(c: Colors) -> str:
    return f"""
    QMainWindow {{ background: {c.window}; }}
    QMainWindow::separator {{ background: {c.window}; width: 6px; height: 6px; }}
    QMainWindow::separator:hover {{ background: {c.accent}; }}
    QDockWidget {{ font-weight: 600; {_dock_icons()} }}
    QDockWidget::title {{ background: {c.window}; padding: 6px 8px; text-align: left; }}
    QDockWidget::close-button, QDockWidget::float-button {{
        subcontrol-origin: border; subcontrol-position: center right; top: -1px;
    }}
    QDockWidget::close-button {{ right: 2px; }}
    QDockWidget::float-button {{ right: 21px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QFrame[role="popup"] {{ border: 1px solid {c.line}; }}
    QToolTip {{ color: {c.text}; background: {c.panel}; border: 1px solid {c.line}; padding: 4px; }}
    QLabel[role="muted"] {{ color: {c.muted}; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="error"] {{ color: {c.danger}; }}
    QPushButton[role="primary"] {{
        background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent};
        border-radius: 4px; padding: 5px 14px; font-weight: 600;
    }}
    QPushButton[role="primary"]:disabled {{ background: {c.button}; color: {c.muted}; border-color: {c.line}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
    """


class Theme(QObject):
    """The colours in force.

    Attributes:
        mode: "system", "light" or "dark".
        dark: whether the dark colours are in force.
        colors: the colours.

    Signals:
        changed(): other colours are in force.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = "system"
        self.dark = False
        self.colors = LIGHT

    def apply(self, mode: str) -> None:
        """Paint the whole application in this mode from now on."""
        assert mode in MODES
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        first = app.property("vae_desktop_theme") is None
        if first:
            app.setProperty("vae_desktop_theme", True)
            app.setStyle("Fusion")
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.mode = mode
        self._use(self._wants_dark(), force=first)

    def _wants_dark(self) -> bool:
        if self.mode == "system":
            return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self.mode == "dark"

    def _system_changed(self) -> None:
        if self.mode == "system":
            self._use(self._wants_dark())

    def _use(self, dark: bool, force: bool = False) -> None:
        if dark == self.dark and not force:
            return
        self.dark = dark
        self.colors = DARK if dark else LIGHT
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(_palette(self.colors))
        app.setStyleSheet(_style_sheet(self.colors))
        self.changed.emit()


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme of this process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme

"""The way to the export dialog, which is loaded on its first use: the window opens sooner without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource


def open_export(session: Session, source: ExportSource, window: QWidget) -> None:
    """Ask over a window how and where to save a source."""
    from vae_desktop.ui.export_dialog import ExportDialog

    ExportDialog(session, source, window).open()

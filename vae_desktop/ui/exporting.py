"""The ways to the export dialog and the clipboard. What they need is loaded on first use: the window opens sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource


def open_export(session: Session, source: ExportSource | None, window: QWidget) -> None:
    """Ask over a window how and where to save a source, if there is one."""
    if source is None:
        return
    from vae_desktop.ui.export_dialog import ExportDialog

    ExportDialog(session, source, window).open()


def copy_to_clipboard(session: Session, source: ExportSource | None, name: str) -> None:
    """Put a source's picture on the clipboard, if there is one, and say so by its name."""
    if source is None:
        return
    from vae_desktop.ui.export_source import copy_picture

    copy_picture(source)
    session.notice_raised.emit(f"{name} copied to the clipboard.")

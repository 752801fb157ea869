"""The window's part in views: what the canvas shows is told to them, and what comes back is brought to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from vae_desktop.app.problems import Problem

if TYPE_CHECKING:
    from vae_desktop.core.view_record import View
    from vae_desktop.ui.main_window import MainWindow

# No canvas is so many times as high as wide, or as wide as high.
SLACK = 10.0
# The dock that shows a kind of picture; the canvas is always there.
DOCKS = {
    "samples": "samples",
    "reconstructions": "reconstructions",
    "map": "map",
    "group": "digit",
    "region": "digit",
    "path": "path",
}


class ViewFront(QObject):
    """Listens to `session.views` and `session.bookmarks` for a main window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._session.views.restored.connect(self._show)
        self._session.bookmarks.deleted.connect(self._offer_undo)
        window.canvas.canvas.range_changed.connect(self._remember)
        self._remember()

    def _remember(self) -> None:
        seen = self._window.canvas.canvas.view_box.viewRect()
        self._session.views.window = (seen.left(), seen.top(), seen.right(), seen.bottom())

    def _show(self, view: View) -> None:
        dock = self._window.docks.get(DOCKS.get(view.kind, ""))
        if dock is not None:
            dock.show()
            dock.raise_()
        if view.kind == "path":
            self._window.path.show_path()
        elif view.kind in ("group", "region"):
            self._window.digit.show_group()
        if view.window is not None and view.plane.kind == self._session.plane.kind:
            canvas, (x0, y0, x1, y1) = self._window.canvas.canvas, view.window
            seen = QRectF(x0, y0, x1 - x0, y1 - y0)
            sides = (seen.width(), seen.height())
            # Anybody may have written the picture: it comes hardly nearer or farther than the wheel does.
            if SLACK * min(sides) >= canvas.least_span and max(sides) <= SLACK * canvas.most_span:
                canvas.view_box.setRange(seen, padding=0)

    def _offer_undo(self, name: str) -> None:
        def bring_back() -> None:
            self._session.bookmarks.restore_deleted(name)

        actions = (("Undo", bring_back),)
        self._window.message_bar.show_offer(Problem(f"Deleted the bookmark “{name}”.", actions=actions))

"""The window's menus: every command by name, with its shortcut, in the one place where people look for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu

from vae_desktop.app.finding import bundled_models
from vae_desktop.core.paths import resource
from vae_desktop.ui.theme import MODES
from vae_desktop.ui.undo_actions import UndoActions

if TYPE_CHECKING:
    from vae_desktop.ui.main_window import MainWindow

MODEL_FILTER = "VAE models (*.safetensors)"
PICTURE_FILTER = "Exported pictures (*.png)"
OPEN_FILTER = "Models and exported pictures (*.safetensors *.png)"


TITLES = (
    "&File",
    "&Edit",
    "&Training",
    "&Canvas",
    "&Map",
    "&Draw",
    "&Path",
    "&Grids",
    "&Bookmarks",
    "&View",
    "&Help",
)


class Menus(QObject):
    """The menu bar of a main window: its titles at once, and their commands, whose changing parts it keeps true.

    Attributes:
        window: the main window.
        recent: the menu of recent files.
        steps: undo and redo.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.session = window.session
        self._menus = [window.menu_bar.addMenu(title) for title in TITLES]
        self._filled = False

    def fill(self) -> None:
        """Put the commands in, if they are not there yet."""
        if self._filled:
            return
        self._filled = True
        window = self.window
        file, edit, training, canvas, map_, draw, path, grids, bookmarks, view, help_ = self._menus
        self._fill_file(file)
        self._fill_edit(edit)
        training.addActions([*window.training.actions(), *window.timeline.row.actions()])
        canvas.addActions(window.canvas.actions())
        map_.addActions(window.map.actions())
        draw.addActions(window.drawing.actions())
        path.addActions(window.path.actions())
        grids.addActions([*window.samples.actions(), *window.reconstructions.actions()])
        bookmarks.addActions(window.bookmarks.actions())
        self._fill_view(view)
        self._fill_help(help_)

    def _submenu(self, menu: QMenu, title: str) -> QMenu:
        below = menu.addMenu(title)
        self._menus.append(below)
        return below

    def actions_with_shortcuts(self) -> list[QAction]:
        """Every command that a key reaches, in the menus' order."""
        return [
            action for menu in self._menus for action in menu.actions() if not action.shortcut().isEmpty()
        ]

    def _add(
        self,
        menu: QMenu,
        text: str,
        slot: Callable[[], object],
        shortcut: QKeySequence | QKeySequence.StandardKey | str | None = None,
        tip: str = "",
    ) -> QAction:
        action = QAction(text, self.window)
        if shortcut is not None:
            action.setShortcut(shortcut)
        action.setStatusTip(tip)
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)
        return action

    def _fill_file(self, menu: QMenu) -> None:
        keys = QKeySequence.StandardKey
        tip = "Open a trained model, or a PNG that this program made to come back to what it shows"
        self._add(menu, "&Open model or picture…", self.open_model, keys.Open, tip)
        self._add(menu, "Open &data folder…", self.open_data, "Ctrl+Shift+O", "Open a folder of IDX files")
        self.recent = menu.addMenu("Open &recent")
        self.recent.aboutToShow.connect(self._fill_recent)
        bundled = menu.addMenu("Open &bundled model")
        for path in bundled_models():
            self._add(bundled, path.stem, partial(self.session.open_bundled, path.stem))
        menu.addSeparator()
        self.save_action = self._add(
            menu, "&Save model", self.save_model, keys.Save, "Save the model to its file"
        )
        self.save_as_action = self._add(
            menu, "Save model &as…", self.save_model_as, keys.SaveAs, "Save the model to a new file"
        )
        menu.addSeparator()
        self._add(menu, "&Quit", self.window.close, keys.Quit)
        menu.aboutToShow.connect(self._enable_save)
        self.session.model_changed.connect(self._enable_save)
        self._enable_save()

    def _enable_save(self) -> None:
        for action in (self.save_action, self.save_as_action):
            action.setEnabled(self.session.model is not None)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self.session.preferences.recent_files:
            # An ampersand in a file's name is no mnemonic.
            self._add(self.recent, name.replace("&", "&&"), partial(self.session.open_path, Path(name)))
        if self.recent.isEmpty():
            self.recent.addAction("Nothing yet").setEnabled(False)
            return
        self.recent.addSeparator()
        self._add(self.recent, "Forget these", self._forget_recent)

    def _forget_recent(self) -> None:
        self.session.preferences.recent_files = []

    def open_model(self) -> None:
        """Ask for a model file, or a picture that carries a view, and open it."""
        filters = ";;".join((OPEN_FILTER, MODEL_FILTER, PICTURE_FILTER))
        name, _ = QFileDialog.getOpenFileName(self.window, "Open", self._last_folder(), filters)
        if name:
            self.session.open_path(Path(name))

    def open_data(self) -> None:
        """Ask for a folder of IDX files and open it."""
        name = QFileDialog.getExistingDirectory(self.window, "Open data folder", self._last_folder())
        if name:
            self.session.open_dataset(name)

    def save_model(self) -> None:
        """Save to the model's own file; a model that has none is asked for one."""
        model = self.session.model
        if model is not None and model.path is not None and not self._is_bundled(model.path):
            self.session.save_model(model.path)
        else:
            self.save_model_as()

    def save_model_as(self) -> None:
        """Ask for a file name and save the model there."""
        model = self.session.model
        if model is None:
            return
        start = Path(self._last_folder()) / f"{model.dataset.name}-{model.config.latent_dim}d.safetensors"
        name, _ = QFileDialog.getSaveFileName(self.window, "Save model", str(start), MODEL_FILTER)
        if name:
            path = Path(name)
            self.session.save_model(path if path.suffix else path.with_suffix(".safetensors"))

    def _is_bundled(self, path: Path) -> bool:
        return path.resolve().is_relative_to(resource("models").resolve())

    def _last_folder(self) -> str:
        recent = self.session.preferences.recent_files
        return str(Path(recent[0]).parent) if recent else str(Path.home())

    def _fill_edit(self, menu: QMenu) -> None:
        window = self.window
        self.steps = UndoActions(self.session, self.session.steps_changed, window)
        self.steps.add_part(window.training.form, window.training.form, window.training.form.changed)
        self.steps.add_part(window.drawing.pad, window.drawing.pad, window.drawing.pad.changed)
        self.steps.reach_popups(window)
        menu.addActions([self.steps.undo, self.steps.redo])
        menu.addSeparator()
        preferences = self._add(menu, "&Preferences…", self._preferences, "Ctrl+,")
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)

    # Dialogs are loaded on their first use: the window opens sooner without them.

    def _preferences(self) -> None:
        from vae_desktop.ui.preferences_dialog import PreferencesDialog

        PreferencesDialog(self.session, self.window).open()

    def _shortcuts(self) -> None:
        from vae_desktop.ui.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self.actions_with_shortcuts(), self.window).open()

    def _about(self) -> None:
        from vae_desktop.ui.about_dialog import AboutDialog

        AboutDialog(self.window).open()

    def _fill_view(self, menu: QMenu) -> None:
        self._submenu(menu, "&Go to").addActions(self.window.panel_keys.actions)
        menu.addSeparator()
        for dock in self.window.docks.values():
            menu.addAction(dock.toggleViewAction())
        self._add(
            menu, "&Reset layout", self.window.dock_layout.reset, None, "Put all panels back where they were"
        )
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        group = QActionGroup(themes)
        for mode in MODES:
            action = self._add(themes, mode.capitalize(), partial(self._set_theme, mode))
            action.setCheckable(True)
            action.setData(mode)
            group.addAction(action)
        themes.aboutToShow.connect(lambda: self._check_theme(group))
        menu.addSeparator()
        full = self._add(menu, "&Full screen", self._toggle_full_screen, "F11")
        full.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)

    def _set_theme(self, mode: str) -> None:
        self.session.preferences.theme = mode

    def _check_theme(self, group: QActionGroup) -> None:
        for action in group.actions():
            action.setChecked(action.data() == self.session.preferences.theme)

    def _toggle_full_screen(self) -> None:
        self.window.setWindowState(self.window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _fill_help(self, menu: QMenu) -> None:
        self._add(menu, "&Mouse and keyboard", self._shortcuts, "F1")
        about = self._add(menu, "&About VAE Desktop", self._about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

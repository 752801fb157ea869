"""The devices of this machine, asked for in a thread, because the answer needs torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.jobs import Job
from vae_desktop.core.libraries import load

if TYPE_CHECKING:
    from vae_desktop.app.exploration import Exploration

Devices = tuple[tuple[str, str], ...]


class DeviceList(QObject):
    """Asks once, when the session has opened its first model or data set and torch is there anyway.

    Attributes:
        devices: names for settings and titles for people, without "auto"; empty while unknown.

    Signals:
        changed(): `devices` is known.
    """

    changed = Signal()

    def __init__(self, session: Exploration) -> None:
        super().__init__(session)
        self.devices: Devices = ()
        self._found: Devices = ()
        self._job: Job[None] | None = None
        session.model_changed.connect(self.ask)
        session.dataset_changed.connect(self.ask)

    def ask(self) -> None:
        """Find out, unless that is known or under way."""
        if self._job is not None:
            return
        self._job = Job("devices", self._look)
        self._job.finished.connect(self._tell)
        self._job.start()

    def wait(self, ms: int) -> bool:
        """Block until the thread is gone; False if that takes longer than `ms`."""
        return self._job is None or self._job.wait(ms)

    def _look(self) -> Iterator[None]:
        """In the worker thread."""
        load("torch")
        from vae_desktop.core.devices import available_devices

        self._found = tuple(available_devices())
        yield

    def _tell(self) -> None:
        self.devices = self._found
        self.changed.emit()

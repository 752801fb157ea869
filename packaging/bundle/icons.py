"""The program's icon as each system wants it, painted from the one SVG."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)


def make_icons(svg: Path, folder: Path) -> None:
    """Write `vae-desktop-SIZE.png`, .ico and .icns into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice, QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    app = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    icon, pictures = QIcon(str(svg)), {}
    for size in SIZES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        icon.pixmap(QSize(size, size)).toImage().save(buffer, "PNG")
        pictures[size] = Image.open(BytesIO(buffer.data().data())).convert("RGBA")
        pictures[size].save(folder / f"vae-desktop-{size}.png", optimize=True)
    small = [pictures[size] for size in SIZES if size <= 256]
    small[-1].save(
        folder / "vae-desktop.ico", sizes=[image.size for image in small], append_images=small[:-1]
    )
    large = [pictures[size] for size in (16, 32, 64, 128, 256, 512)]
    pictures[1024].save(folder / "vae-desktop.icns", append_images=large)
    del app

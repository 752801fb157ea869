"""About: what the program is, its version, and what it stands on with the licence of each."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_desktop import __version__
from vae_desktop.core.paths import licences_dir, resource
from vae_desktop.ui.dialog import Dialog
from vae_desktop.ui.licences_dialog import LicencesDialog

LIBRARIES = (
    ("PySide6_Essentials", "Qt for Python", "LGPL-3.0"),
    ("torch", "PyTorch", "BSD-3-Clause"),
    ("torchvision", "torchvision", "BSD-3-Clause"),
    ("pyqtgraph", "PyQtGraph", "MIT"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("scipy", "SciPy", "BSD-3-Clause"),
    ("scikit-learn", "scikit-learn", "BSD-3-Clause"),
    ("openTSNE", "openTSNE", "BSD-3-Clause"),
    ("safetensors", "safetensors", "Apache-2.0"),
    ("pillow", "Pillow", "MIT-CMU"),
    ("requests", "Requests", "Apache-2.0"),
    ("platformdirs", "platformdirs", "MIT"),
    ("tqdm", "tqdm", "MPL-2.0, MIT"),
)


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "bundled"


class AboutDialog(Dialog):
    """The program's name, version, purpose, sources and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle("About VAE Desktop")
        icon = QLabel()
        icon.setPixmap(QIcon(str(resource("icons/vae-desktop.svg"))).pixmap(QSize(72, 72)))
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        rows = "".join(
            f"<tr><td>{title}</td><td style='padding-left:16px'>{_installed(package)}</td>"
            f"<td style='padding-left:16px'>{licence}</td></tr>"
            for package, title, licence in LIBRARIES
        )
        self.text = QLabel(
            f"<h2>VAE Desktop {__version__}</h2>"
            "<p>Train a variational autoencoder on handwritten digits<br>"
            "and explore its latent space by hand.</p>"
            "<p>The model: D. P. Kingma and M. Welling, <i>Auto-Encoding Variational Bayes</i>, ICLR 2014.<br>"
            "The digits: MNIST by Y. LeCun, C. Cortes and C. J. C. Burges;<br>"
            "Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak (UCI, CC BY 4.0).</p>"
            f"<p>Free software under the MIT licence. It stands on:</p><table>{rows}</table>"
        )
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.licences = buttons.addButton("Licences…", QDialogButtonBox.ButtonRole.ActionRole)
        self.licences.setToolTip("The texts of the licences of all that this program comes with")
        self.licences.setVisible(licences_dir() is not None)
        self.licences.clicked.connect(self._show_licences)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(icon)
        row.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addLayout(row)
        layout.addWidget(buttons)

    def _show_licences(self) -> None:
        folder = licences_dir()
        if folder is not None:
            LicencesDialog(folder, self).open()

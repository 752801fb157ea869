"""torchvision's tables of data sets and what its import needs; its library of operators is never used.

Its sources come along: some of its functions are TorchScript, which reads them.
"""

from __future__ import annotations

module_collection_mode = "pyz+py"
hiddenimports = ["torchvision.datasets"]
excludedimports = ["torchvision.io.video", "av", "gdown", "scipy", "PIL.ImageQt"]

"""torch as far as it is imported, with its libraries.

The hook that comes with PyInstaller takes all of torch's modules, their sources and its tests along.
"""

from __future__ import annotations

import re
from pathlib import Path

from PyInstaller.utils.hooks import collect_dynamic_libs, collect_submodules, get_package_paths

READS_SOURCE = re.compile(
    r"install_config_module\(|import .*\b_overload|^\s*@[\w.]*_overload(_method)?\b", re.MULTILINE
)
TORCH = Path(get_package_paths("torch")[1])


def reads_its_source(path: Path) -> bool:
    """Whether a module reads its own source text when it is imported, so that it must come along.

    Tables of settings do, for the comments in them, and functions with several signatures for TorchScript.
    """
    return READS_SOURCE.search(path.read_text(encoding="utf-8")) is not None


module_collection_mode = {"torch": "pyz"} | {
    ".".join(path.relative_to(TORCH.parent).with_suffix("").parts): "pyz+py"
    for path in TORCH.rglob("*.py")
    if "testing" not in path.parts and reads_its_source(path)
}
warn_on_missing_hiddenimports = False
# Libraries that only torch's own tests load.
TESTS = ("libtorchbind_test", "libjitbackend_test", "libbackend_with_compiler", "libaoti_custom_ops")
binaries = [
    (source, target)
    for source, target in collect_dynamic_libs("torch", search_patterns=["*.dll", "*.dylib", "*.so*"])
    if not any(name in source for name in TESTS)
]
# torch's import asks for it, on all systems but Windows.
manager = TORCH / "bin/torch_shm_manager"
if manager.exists():
    binaries.append((str(manager), "torch/bin"))
# Found by name when torch looks at a function for the first time.
hiddenimports = collect_submodules("torch._dynamo.polyfills")

"""torch as far as it is imported, with its libraries.

The hook that comes with PyInstaller takes all of torch's modules, their sources and its tests along.
"""

from __future__ import annotations

from pathlib import Path

from PyInstaller.utils.hooks import collect_dynamic_libs, collect_submodules, get_package_paths

TORCH = Path(get_package_paths("torch")[1])

# torch's tables of settings read their own source text, comments included, when they are imported.
module_collection_mode = {"torch": "pyz"} | {
    ".".join(path.relative_to(TORCH.parent).with_suffix("").parts): "pyz+py"
    for path in TORCH.rglob("*config*.py")
    if "install_config_module(" in path.read_text(encoding="utf-8")
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

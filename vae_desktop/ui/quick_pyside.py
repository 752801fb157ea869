"""Imports PySide without compiling its own modules anew, a fifteenth of the time until the window is there.

What PySide knows its functions' signatures by is written in Python and lies, as source, in a zip within its library:
Python has nowhere to keep the byte code. Here it is kept beside that of this module.
"""

from __future__ import annotations

import builtins
import importlib.util
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

_FOLDER = "shibokensupport/"
# It writes PySide's .pyi files, and makes large regular expressions for that when it is imported.
_UNUSED = "shibokensupport/signature/lib/pyi_generator.py"


def import_pyside(kept: Path | None = None) -> None:
    """Import PySide, if nobody has; later imports find it.

    Args:
        kept: the file of what was compiled before; None: the one in this package's `__pycache__`.
    """
    if "PySide6" in sys.modules:
        return
    beside = Path(__file__).with_name("shibokensupport.py")
    codes = _Codes(kept or Path(importlib.util.cache_from_source(str(beside))))
    usual = builtins.compile
    vars(builtins)["compile"] = codes.compile
    try:
        import PySide6  # noqa: F401
    finally:
        vars(builtins)["compile"] = usual
    codes.save()


class _Codes:
    """Byte code in a file, by the hash of its source: that of another PySide is compiled, whatever the file holds."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[bytes, CodeType] = {}
        self._used: dict[bytes, CodeType] = {}
        self._compile = builtins.compile
        with suppress(OSError, EOFError, ValueError, TypeError):
            content = file.read_bytes()
            if content.startswith(importlib.util.MAGIC_NUMBER):
                self._known = marshal.loads(content[len(importlib.util.MAGIC_NUMBER) :])

    def compile(self, source: Any, name: Any, *rest: Any, **options: Any) -> Any:
        """As Python's own, but for PySide's modules at most once."""
        if not (isinstance(source, bytes) and str(name).startswith(_FOLDER)):
            return self._compile(source, name, *rest, **options)
        if name == _UNUSED:
            source = b""
        key = importlib.util.source_hash(source)
        code = self._known.get(key) or self._compile(source, name, *rest, **options)
        self._used[key] = code
        return code

    def save(self) -> None:
        """Keep what was used, if that is anything new; as with Python's own byte code, where it may be written."""
        if self._used.keys() == self._known.keys() or sys.dont_write_bytecode:
            return
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            whole = self._file.with_suffix(f".{os.getpid()}")
            whole.write_bytes(importlib.util.MAGIC_NUMBER + marshal.dumps(self._used))
            whole.replace(self._file)

"""One text chunk of a PNG file, read by itself: no pixel is decoded, and no file can make it take much memory."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

from vae_desktop.core.errors import ViewError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Letters of a text that is of interest here; compressed ones are opened up to there.
MOST_LETTERS = 1 << 18
# Chunks that are looked at: of pictures of every size there are fewer, as encoders make them.
MOST_CHUNKS = 100_000
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# Keyword, flags, language and translated keyword before a text, generously.
HEAD = 1024


def is_png(path: Path) -> bool:
    """Whether a file begins as a PNG does; what can't be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(SIGNATURE)) == SIGNATURE
    except OSError:
        return False


def png_text(path: Path, keyword: str) -> str | None:
    """The first text with this keyword, whichever of PNG's three kinds it is; None without any.

    Raises:
        ViewError: the text is too large or damaged, or the file can't be read.
    """
    try:
        with path.open("rb") as file:
            return _find(file, keyword.encode("latin-1"), path.name)
    except OSError as error:
        raise ViewError(f"Can't read {path}: {error.strerror or error}.") from error


def _find(file: BinaryIO, keyword: bytes, name: str) -> str | None:
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return None
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or kind == b"IEND":
            return None
        if kind not in TEXTS:
            file.seek(length + 4, 1)
            continue
        start = file.read(min(length, len(keyword) + 1))
        if start != keyword + b"\0":
            file.seek(length - len(start) + 4, 1)
            continue
        rest = length - len(start)
        if rest > MOST_LETTERS + HEAD:
            raise _too_large(name)
        try:
            return _text(kind, file.read(rest), name)
        except (ValueError, zlib.error) as error:
            raise ViewError(f"{name}’s description was altered or damaged.") from error
    return None


def _text(kind: bytes, data: bytes, name: str) -> str:
    """The text of a chunk's data behind its keyword (PNG, third edition, 11.3.3)."""
    if kind == b"tEXt":
        return data.decode("latin-1")
    if kind == b"zTXt":
        return _opened(data[1:], name).decode("latin-1")
    compressed = data[:1] == b"\1"
    _language, _translated, text = data[2:].split(b"\0", 2)
    return (_opened(text, name) if compressed else text).decode("utf-8")


def _opened(data: bytes, name: str) -> bytes:
    """Decompressed, and no further than anything of ours would go."""
    opener = zlib.decompressobj()
    text = opener.decompress(data, MOST_LETTERS + 1)
    if len(text) > MOST_LETTERS:
        raise _too_large(name)
    if not opener.eof:
        raise ValueError("the text ends too early")
    return text


def _too_large(name: str) -> ViewError:
    return ViewError(
        f"{name}’s description is larger than any that this program writes.",
        "Use the picture as it was exported.",
    )
